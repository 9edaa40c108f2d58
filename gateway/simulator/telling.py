"""A piece of news as the side it is for reads it: what the other side is now, not what it was when it was written.

Contact and words are read from the other signal, and left out once either side was destroyed.
"""

import datetime as dt
import sqlite3

from pydantic import TypeAdapter

from gateway.canonical.match import MatchSoort, MatchStatus
from gateway.canonical.order import Contact, IndexRegie
from gateway.canonical.regie import Aanspreekpunt
from gateway.simulator.later import regievoerder
from gateway.simulator.regie import Regie
from gateway.simulator.replies import News
from gateway.simulator.values import Word

TOLD = """
SELECT n.id, n.number, n.own, n.other, n.status, n.planted, m.match_id, m.soort, m.arose_at, own.reference,
       CASE WHEN own.person IS NOT NULL THEN other.contact END AS contact,
       CASE WHEN own.person IS NOT NULL THEN other.words END AS words,
       r.holder, r.offered, r.review, r.stand, holder.contact AS holder_contact
FROM news n LEFT JOIN matches m ON m.match_id = n.match_id
LEFT JOIN signals own ON own.index_id = n.own LEFT JOIN signals other ON other.index_id = n.other
LEFT JOIN regie r ON r.match_id = n.match_id LEFT JOIN signals holder ON holder.index_id = r.holder
"""
"""The rows, of which a caller says which and in what order."""
REMOVE = "VERWIJDEREN"
"""News that a match lapsed because a signal of it was destroyed."""
_SAME = MatchSoort.CLIENTMATCH
"""Words of the other go with this kind alone."""
WORDS: TypeAdapter[tuple[Word, ...]] = TypeAdapter(tuple[Word, ...])


def entry(row: sqlite3.Row) -> News:
    """A row as its receiver is told it: of a match that lapsed no contact, no words and no regie."""
    if row["planted"] is not None:
        return News.model_validate_json(row["planted"])
    active = row["status"] == MatchStatus.ACTIEF
    contact = Contact.model_validate_json(row["contact"]) if active and row["contact"] else None
    soort = MatchSoort(row["soort"])
    if soort is MatchSoort.VERHUIZING and active:
        contact = regievoerder(row["other"])
    return News(
        match_id=row["match_id"],
        soort=soort,
        reference=row["reference"],
        arose_at=dt.datetime.fromisoformat(row["arose_at"]),
        status=MatchStatus.ACTIEF if active else MatchStatus.VERVALLEN,
        contact=contact,
        words=WORDS.validate_json(row["words"]) if active and row["words"] and soort is _SAME else (),
        remove=row["status"] == REMOVE,
        regie=_regie(row) if active and row["stand"] is not None else None,
    )


def _regie(row: sqlite3.Row) -> IndexRegie:
    """The regie as the side of a piece of news is told."""
    contact = Contact.model_validate_json(row["holder_contact"]) if row["holder_contact"] else None
    who = Aanspreekpunt(naam=contact.naam, instantie=contact.instantie_naam) if contact else Aanspreekpunt()
    return Regie.read(row).told(row["own"], row["stand"], who)

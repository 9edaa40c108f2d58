"""Matches as an index of the contract "regionale index" tells them, cut to the match dictionary; never trusted.

Cut means: only the dictionary's fields, on one line, without characters that cannot be shown. A text is never
shortened, for half a telephone number is worse than none: what does not fit is left out and counted.
"""

import datetime as dt
import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeVar

from lxml import etree

from gateway.canonical.match import Betrokkene, MatchContent, MatchSoort, MatchStatus
from gateway.canonical.order import Contact, IndexRegie, MatchNews
from gateway.canonical.regie import Aanspreekpunt, Wie
from gateway.canonical.terms import Equivalence, Meaning
from gateway.clock import AMSTERDAM
from gateway.rules import kinds
from gateway.wire.xml import Element, Schema

NAMESPACE = "urn:x-verwijsindex-gateway:regionale-index:1"
NS = {"ri": NAMESPACE}

_MATCH, _BETROKKENE, _AANDUIDING, _STATUS = (
    f"{{{NAMESPACE}}}{name}" for name in ("match", "betrokkene", "aanduiding", "statusOpvragenAntwoord")
)
_CONTACT = {
    "naam": f"{{{NAMESPACE}}}naam",
    "functie": f"{{{NAMESPACE}}}functie",
    "instantie": f"{{{NAMESPACE}}}instantieNaam",
    "locatie": f"{{{NAMESPACE}}}locatie",
    "telefoon": f"{{{NAMESPACE}}}telefoon",
    "email": f"{{{NAMESPACE}}}email",
    "coordinator": f"{{{NAMESPACE}}}coordinator",
}
_OWN = {
    "professional_id": "professionalId",
    "naam": "naam",
    "functie": "functie",
    "instantie_id": "instantieId",
    "instantie_naam": "instantieNaam",
    "locatie": "locatie",
    "telefoon": "telefoon",
    "email": "email",
    "coordinator": "coordinator",
}
_REGIE = f"{{{NAMESPACE}}}regie"
_WHO = {"naam": "naam", "instantie": "instantieNaam"}
_MAX_MATCHES, _MAX_ENTRIES, _MAX_TRIED = 200, 50, 200

T = TypeVar("T")


def mend(body: Element, schema: Schema) -> int | None:
    """Make a body schema-valid by leaving out what is wrong inside its matches: how many, or None when it cannot be."""
    if schema.valid(body):
        return 0
    answer = body.find("ri:signaalAfgevenAntwoord", NS) if body.tag == _STATUS else body
    matches = [] if answer is None else answer.findall(_MATCH)
    if answer is None or not 0 < len(matches) <= _MAX_MATCHES:
        return None
    first = answer.index(matches[0])
    for match in matches:
        answer.remove(match)
    if not schema.valid(body):
        return None
    bench = _Bench(schema)
    dropped = [bench.mended(match) for match in matches]
    for match in reversed([match for match, lost in zip(matches, dropped, strict=True) if lost is not None]):
        answer.insert(first, match)
    return sum(1 if lost is None else lost for lost in dropped)


class _Bench:
    """An answer that is valid around one match, to try each match on its own."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._answer = etree.fromstring(_AROUND)

    def mended(self, match: Element) -> int | None:
        """Leave out the entries of a match that break the contract: how many, or None when the match itself does."""
        if self._fits(match):
            return 0
        entries = [*match.findall(_BETROKKENE), *match.findall(_AANDUIDING)]
        for entry in entries:
            match.remove(entry)
        if not self._fits(match):
            return None
        room = {_BETROKKENE: _MAX_ENTRIES, _AANDUIDING: _MAX_ENTRIES}
        kept = []
        for entry in entries[:_MAX_TRIED]:
            if room[entry.tag] and self._fits(match, entry):
                room[entry.tag] -= 1
                kept.append(entry)
        match.extend(kept)
        return len(entries) - len(kept)

    def _fits(self, match: Element, entry: Element | None = None) -> bool:
        if entry is not None:
            match.append(entry)
        self._answer.insert(1, match)
        fits = self._schema.valid(self._answer)
        self._answer.remove(match)
        if entry is not None:
            match.remove(entry)
        return fits


_AROUND = f"""<matchesOpvragenAntwoord xmlns="{NAMESPACE}"><kop><berichtReferentie>-</berichtReferentie>
<tijdstipBericht>2026-01-01T00:00:00Z</tijdstipBericht><zender>-</zender><ontvanger>-</ontvanger><versie>1</versie></kop>
<totVolgnummer>0</totVolgnummer><meer>false</meer></matchesOpvragenAntwoord>"""


def news_of(answer: Element) -> tuple[tuple[MatchNews, ...], int]:
    """The matches that fit the match dictionary, and how many entries did not."""
    news, dropped = [], 0
    for match in answer.iterfind(_MATCH):
        betrokkenen, strangers = _each(_betrokkene, match.iterfind(_BETROKKENE))
        betekenissen, riddles = _each(_meaning, match.iterfind(_AANDUIDING))
        content = MatchContent(betrokkenen=betrokkenen, betekenissen=betekenissen)
        try:
            told = kinds.told(_match(match, content))
        except (ValueError, OverflowError):
            told = None
        if told is None:
            dropped += 1
            continue
        news.append(told)
        dropped += strangers + riddles + len(betekenissen) - len(told.content.betekenissen)
    return tuple(news), dropped


def _each(read: Callable[[Element], T], entries: Iterable[Element]) -> tuple[tuple[T, ...], int]:
    values, dropped = [], 0
    for entry in entries:
        try:
            values.append(read(entry))
        except ValueError:
            dropped += 1
    return tuple(values), dropped


def _match(match: Element, content: MatchContent) -> MatchNews:
    return MatchNews(
        index_match_id=identifier(match, "matchId"),
        soort=MatchSoort(text_of(match, "soort")),
        signaal_id=identifier(match, "eigenSignaalId"),
        niet_dezelfde_jeugdige=flag_of(match, "nietDezelfdeJeugdige"),
        ontstaan_op=moment_of(text_of(match, "ontstaanOp")),
        status=MatchStatus(text_of(match, "status")),
        content=content,
        verwijderen=flag_of(match, "verwijderen"),
        regie=_regie(match),
    )


def _regie(match: Element) -> IndexRegie | None:
    """A match is not lost for a regie that nobody can read."""
    try:
        return regie_of(match)
    except ValueError:
        return None


def regie_of(told: Element) -> IndexRegie | None:
    """The regie in a match or an answer, where it says one; of who has it, name and organisation."""
    regie = told.find(_REGIE)
    if regie is None:
        return None
    who = {name: one_line(text_of(regie, tag)) or None for name, tag in _WHO.items()}
    day, stand = text_of(regie, "herzienOp").strip(), text_of(regie, "stand").strip()
    return IndexRegie(
        wie=Wie(text_of(regie, "wie")),
        aangeboden=flag_of(regie, "aangeboden"),
        herzien_op=dt.date.fromisoformat(day[:10]) if day else None,
        stand=_number(stand),
        wie_dan=Aanspreekpunt.model_validate(who),
    )


def _number(text: str) -> int:
    if len(text) > 9:
        raise ValueError("stand")
    return int(text)


def _betrokkene(contact: Element) -> Betrokkene:
    """Who to reach and how; the index's own ids of person and organisation are not in the match dictionary."""
    said = {child.tag: one_line(child.text or "") or None for child in contact}
    return Betrokkene.model_validate({field: said.get(tag) for field, tag in _CONTACT.items()})


def contact_of(melder: Element) -> Contact:
    """The contact an index holds of an own signal, whole."""
    said = {child.tag: one_line(child.text or "") or None for child in melder}
    return Contact.model_validate({field: said.get(f"{{{NAMESPACE}}}{tag}") for field, tag in _OWN.items()})


def _meaning(aanduiding: Element) -> Meaning:
    return Meaning(
        axis=_filled(text_of(aanduiding, "as")),
        word=_filled(text_of(aanduiding, "woord")),
        concept=_filled(text_of(aanduiding, "code")),
        equivalence=Equivalence(text_of(aanduiding, "equivalentie")),
        map="index",
    )


def text_of(element: Element, name: str) -> str:
    return element.findtext(f"{{{NAMESPACE}}}{name}", "")


def flag_of(element: Element, name: str) -> bool:
    return text_of(element, name).strip() in ("true", "1")


def identifier(element: Element, name: str) -> str:
    """An id as it stands; one with characters that cannot be shown points at nothing."""
    said = text_of(element, name)
    if _filled(said) != said:
        raise ValueError(name)
    return said


def _filled(text: str) -> str:
    if not (cut := one_line(text)):
        raise ValueError("empty")
    return cut


def one_line(text: str) -> str:
    """One line of characters that can be shown: no controls, no line ends, nothing that turns the reading direction."""
    if text.isprintable():
        return text.strip()
    return " ".join("".join(_shown(character) for character in text).split())


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    return "" if category == "Cf" and character not in _JOINERS else character


_JOINERS = "\u200c\u200d"
"""Zero-width joiners are spelling in some scripts."""


def moment_of(text: str) -> dt.datetime:
    """In UTC; a time without zone is taken as Dutch time."""
    moment = dt.datetime.fromisoformat(text.strip())
    return (moment if moment.tzinfo else moment.replace(tzinfo=AMSTERDAM)).astimezone(dt.UTC)

"""What an index of the contract "waakvlam" version 1 puts in a bag of post (zak): matches (samenlopen) as they change.

    stuk                                match
    samenloopOntstaan                   there, with who else is involved
    samenloopOntstaan, nobody in it     lapsed and to be removed: destroyed since, the bag is an old one
    samenloopVervallen                  lapsed
    samenloopWissen, samenloopOnterecht lapsed and to be removed

One bad stuk does not cost the others: what breaks the contract is left out and counted.
"""

from lxml import etree

from gateway.adapters.indexes.told import BACKWARDS, UNREADABLE, follows, identifier, news_from
from gateway.adapters.indexes.waakvlam_steps import Given
from gateway.adapters.indexes.waakvlam_words import NAMES, NAMESPACE, betrokkene_told, moment_told
from gateway.canonical.match import MatchContent, MatchSoort, MatchStatus
from gateway.canonical.order import Done, MatchNews, Outcome, Poll, Unknown
from gateway.wire.xml import Element, Schema

MOST = 25
"""The most that one bag holds."""

_BAG, _PIECE, _NUMBER, _OWN, _OTHER = (
    NAMES.tag(name) for name in ("zak", "stuk", "samenloopnummer", "uwVermelding", "wederpartij")
)
_ARISEN, _LAPSED, _WIPED, _UNJUST = (
    NAMES.tag(f"samenloop{name}") for name in ("Ontstaan", "Vervallen", "Wissen", "Onterecht")
)
_REMOVE = {_LAPSED: False, _WIPED: True, _UNJUST: True}


def fetched(order: Poll, given: Given, body: Element, schema: Schema) -> Outcome:
    """The bag after the cursor, or nothing."""
    bag = body.find(_BAG)
    if bag is None:
        empty = schema.valid(body)
        return Done(cursor=order.cursor, dropped=int(given.gap)) if empty else Unknown(reason=UNREADABLE)
    pieces = bag.findall(_PIECE)
    cursor, waiting = int(bag.get("nummer", "")), int(bag.get("wachtend", ""))
    if len(pieces) != len(bag) or len(pieces) > MOST or len(body) != 1 or waiting < 0:
        return Unknown(reason=UNREADABLE)
    if not follows(order, cursor, more=True):
        return Unknown(reason=BACKWARDS)
    bench = _Bench(schema)
    mended = [bench.mended(piece) for piece in pieces]
    sound = [(piece, lost) for piece, lost in zip(pieces, mended, strict=True) if lost is not None]
    sound.sort(key=lambda one: int(one[0].get("rang", "")))
    news, cut = news_from(sound, _news)
    broken = sum(lost is None for lost in mended)
    return Done(news=news, dropped=broken + cut + given.gap, cursor=cursor, more=waiting > 0)


def _news(told: tuple[Element, int]) -> tuple[MatchNews, int]:
    piece, lost = told
    match = piece[0]
    other, own = match.find(_OTHER), match.find(_OWN)
    arisen = match.tag == _ARISEN and (other is not None or bool(lost))
    said = MatchNews(
        index_match_id=identifier(match.findtext(_NUMBER, "").strip()),
        soort=MatchSoort.CLIENTMATCH,
        signaal_id=identifier("" if own is None else own.get("eigenKenmerk", "")),
        niet_dezelfde_jeugdige=False,
        ontstaan_op=moment_told(piece.get("moment", "")),
        status=MatchStatus.ACTIEF if arisen else MatchStatus.VERVALLEN,
        content=MatchContent(betrokkenen=() if other is None or not arisen else (betrokkene_told(other),)),
        verwijderen=not arisen and _REMOVE.get(match.tag, True),
    )
    return said, lost


class _Bench:
    """A bag that is valid around one stuk, to try each on its own."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._answer = etree.fromstring(
            f'<HaalPostAntwoord xmlns="{NAMESPACE}"><zak nummer="1" wachtend="0"/></HaalPostAntwoord>'
        )

    def mended(self, piece: Element) -> int | None:
        """Leave out the other side when it breaks the contract: how many, or None when the stuk itself does."""
        if self._fits(piece):
            return 0
        arisen = piece[0] if len(piece) == 1 and piece[0].tag == _ARISEN else None
        others = [] if arisen is None else arisen.findall(_OTHER)
        for other in others:
            piece[0].remove(other)
        return len(others) if others and self._fits(piece) else None

    def _fits(self, piece: Element) -> bool:
        bag = self._answer[0]
        bag.append(piece)
        fits = self._schema.valid(self._answer)
        bag.remove(piece)
        return fits

"""The post of the counter (loket): news of matches in numbered bags, for one connection with all its organisations.

The same question has the same bag, whatever came since. A bag is closed when somebody asks for it. Only matches on the
same person have a word here; what the national index adds is passed over, which the numbers show as gaps.
"""

import datetime as dt

from gateway.canonical.match import MatchSoort
from gateway.simulator.loket_file import number_of
from gateway.simulator.loket_values import Collect, NoBag
from gateway.simulator.replies import Bag, News, Piece
from gateway.simulator.state import State

FULL = 25
KEPT = dt.timedelta(days=45)

_STREAM = 2**31
"""More news than there is."""
_NOBODY, _NOTHING = "WV-0000", "2000-BBB-00000"
"""Whose a piece of news is that a scripted fault planted, or whose signal did not come by the counter."""


class Post:
    """Part of the counter; every method belongs inside a transaction of the state."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._file = state.loket

    def collect(self, sender: str, asked: Collect, now: dt.datetime) -> Bag | NoBag:
        """The bag after another."""
        bags = self._file.bags(sender)
        kept = [last for last, at in bags if now - at < KEPT]
        gone = [last for last, at in bags if now - at >= KEPT]
        if asked.after is None:
            after = gone[-1] if gone else 0
        elif asked.after not in (last for last, _ in bags):
            return NoBag(reason="ZAK_ONBEKEND")
        elif any(last > asked.after for last in gone):
            return NoBag(reason="ZAK_OPGERUIMD", oldest=kept[0] if kept else None)
        else:
            after = asked.after
        for last, at in [(last, at) for last, at in bags if last > after]:
            pieces = self._pieces(sender, after, at)
            if mine := tuple(piece for piece in pieces if piece.rank <= last):
                return Bag(number=last, waiting=len(pieces) - len(mine), pieces=mine)
            after = last
        pieces = self._pieces(sender, after, now)
        if not pieces:
            return Bag(number=None, waiting=0, pieces=())
        mine = tuple(pieces[:FULL])
        self._file.close_bag(sender, mine[-1].rank, now)
        return Bag(number=mine[-1].rank, waiting=len(pieces) - len(mine), pieces=mine)

    def silence(self, sender: str, code: str) -> None:
        """Another index leads for an organisation: what comes meanwhile is not told."""
        self._file.silence(sender, code)

    def resume(self, sender: str, code: str) -> None:
        """This index leads for an organisation: it hears of its matches now, and nobody is mailed of them."""
        self._file.resume(sender, code)
        for own in self._file.active_of(sender, code):
            for match_id, other in self._file.matches_of(own):
                self._file.hush(match_id)
                self._state.stream.add(sender, match_id, own=own, other=other)

    def _pieces(self, sender: str, after: int, closed: dt.datetime) -> list[Piece]:
        told = (
            self._piece(sender, number, news, closed)
            for number, news in self._state.stream.after(sender, after, limit=_STREAM)
            if news.soort is MatchSoort.CLIENTMATCH
        )
        return [piece for piece in told if not self._file.untold(sender, piece.organisation, piece.rank)]

    def _piece(self, sender: str, rank: int, news: News, closed: dt.datetime) -> Piece:
        own, times = self._file.told(sender, rank)
        entry = self._file.entered(own) if own else None
        number, silent = self._file.counted(news.match_id)
        return Piece(
            rank=rank,
            news=news,
            number=number,
            version=max(times, 1),
            silent=silent,
            organisation=_NOBODY if entry is None else entry["organisation"],
            signal=_NOTHING if entry is None else number_of(entry),
            at=news.arose_at if times <= 1 and news.contact is not None else closed,
        )

"""Who has the regie of a match, and how each side is told."""

import datetime as dt
import sqlite3
from typing import Self

from gateway.canonical.order import IndexRegie
from gateway.canonical.regie import Aanspreekpunt, Wie
from gateway.canonical.value import Value
from gateway.rules.regie import Positie


class Regie(Value):
    """Who has the regie of a match, by their signal here; None is nobody."""

    holder: str | None = None
    offered: bool = False
    review: dt.date | None = None

    @classmethod
    def read(cls, row: sqlite3.Row) -> Self:
        """As a row of the file holds it."""
        review = dt.date.fromisoformat(row["review"]) if row["review"] else None
        return cls(holder=row["holder"], offered=bool(row["offered"]), review=review)

    def seen_by(self, signal: str) -> Positie:
        """The position of one side."""
        wie = Wie.IK if self.holder == signal else Wie.ANDER if self.holder else Wie.GEEN
        return Positie.of(wie, offered=self.offered)

    def told(self, signal: str, stand: int, who: Aanspreekpunt) -> IndexRegie:
        """As one side is told it; only the other has a name."""
        wie = self.seen_by(signal).wie
        return IndexRegie(
            wie=wie,
            aangeboden=self.offered,
            herzien_op=self.review,
            stand=stand,
            wie_dan=who if wie is Wie.ANDER else Aanspreekpunt(),
        )

"""Who has the regie of a match, at an index that holds it: one of its two sides, or nobody."""

from dataclasses import dataclass

from conformance.values import Message

DATED = ("NEMEN", "AANVAARDEN", "HERZIEN")
"""What may set the day on which it is looked at again."""


@dataclass(slots=True)
class Lead:
    """`holder` is a side of the match; `stand` goes up with every change."""

    holder: int | None = None
    offered: bool = False
    review: str = ""
    stand: int = 0

    def do(self, side: int, act: str, stand: int, review: str) -> bool:
        """Do what a side asks, if it saw the last stand and may do it from here; whether it was done."""
        mine, theirs = self.holder == side, self.holder == 1 - side
        may = {
            "NEMEN": self.holder is None,
            "OVERDRAGEN": mine and not self.offered,
            "NEERLEGGEN": mine,
            "HERZIEN": mine,
            "AANVAARDEN": theirs and self.offered,
            "AFWIJZEN": theirs and self.offered,
        }
        if stand != self.stand or not may[act]:
            return False
        self.stand += 1
        if act in ("NEMEN", "AANVAARDEN"):
            self.holder = side
        elif act == "NEERLEGGEN":
            self.holder, self.review = None, ""
        if act != "HERZIEN":
            self.offered = act == "OVERDRAGEN"
        if act in DATED:
            self.review = review
        return True

    def told(self, side: int, other: Message) -> Message:
        """As a side is told it; only who is the other has a name."""
        wie = "GEEN" if self.holder is None else "IK" if self.holder == side else "ANDER"
        who = {name: other[name] for name in ("naam", "instantieNaam")} if wie == "ANDER" else {}
        dated = {"herzienOp": self.review} if self.review else {}
        return {"wie": wie, **who, "aangeboden": self.offered, **dated, "stand": self.stand}

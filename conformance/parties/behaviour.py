"""How a party the kit plays may be told to behave, so that what a system under test does about it can be seen.

Without more said it is good. Otherwise it holds for what would change something, and only in the scene that says so;
`news` holds for who asks what changed, for as long as that scene lasts.
"""

from dataclasses import dataclass

GOOD = "goed"
LONG = 60.0
"""Seconds of a silence: longer than anybody waits."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """`keeps`: whether it does what it is asked. `says`: `gewoon`, or what it says instead; after `wait` seconds."""

    keeps: bool = True
    says: str = "gewoon"
    wait: float = 0.0
    cut: int | None = None
    news: bool = False
    bsn: tuple[str, ...] = ()
    """Where in a match the BSN of the child stands, that the contract has no room for."""


BEHAVIOURS = {
    GOOD: Behaviour(),
    "traag": Behaviour(wait=3.0),
    "verbreek-na-vastleggen": Behaviour(says="niets"),
    "verbreek-voor-vastleggen": Behaviour(keeps=False, says="niets"),
    "stilte": Behaviour(says="niets", wait=LONG),
    "half-antwoord": Behaviour(cut=40),
    "kapotte-xml": Behaviour(says="kapot"),
    "dubbel-antwoord": Behaviour(says="dubbel"),
    "ander-antwoord": Behaviour(says="ander"),
    "503": Behaviour(keeps=False, says="503"),
    "storing": Behaviour(keeps=False, says="storing"),
    "weiger": Behaviour(keeps=False, says="weiger"),
    "nieuws-verbroken": Behaviour(says="niets", news=True),
    "bsn-in-tekst": Behaviour(bsn=("functie", "locatie")),
    "bsn-in-match": Behaviour(bsn=("professionalId", "instantieId")),
}
"""By the name a scenario gives it."""

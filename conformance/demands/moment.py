"""What a demand looks at, and how it says that it is not met.

With `bij` it is about what came in at a party the kit plays, over the whole scene and what came late for it: read as
`berichten` (each with its `handeling`, its fields, and what was `gedaan` with it) and, at an index, as what it keeps:
`stand`. `handelingen` leaves only those.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.exchange import Exchange
from conformance.rules import Step
from conformance.scene import Scene
from conformance.values import Message, at, differing, text

MOST_PATHS = 5
"""Paths that a failure names."""


class Failed(Exception):
    """A demand is not met. `at` is a path into what was read, `n` the exchange at fault, `other` what it is beside."""

    def __init__(self, expected: str, got: str, *, at: str = "", n: int = 0, other: int = 0) -> None:
        super().__init__(expected)
        self.expected, self.got, self.at, self.n, self.other = expected, got, at, n, other


class Inapplicable(Exception):
    """The system says of itself that this does not hold for it; the text says how."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What a demand looks at: `rest` is its own row of the scenario, filled in."""

    scene: Scene
    step: Step
    rest: Mapping[str, Any]
    run: Sequence[Exchange] = ()

    @property
    def party(self) -> str:
        """The party at which something came in; empty when it is about an answer to a step."""
        return str(self.rest.get("bij", ""))

    @property
    def said(self) -> list[Exchange]:
        """The exchanges of the step, or what came in."""
        if not self.party:
            return self.scene.of(self.step.id)
        over = self.run if self.rest.get("in") == "run" else self.scene.exchanges
        only = self.rest.get("handelingen", [])
        return [one for one in over if one.inward and one.party == self.party and (not only or one.op in only)]

    @property
    def facts(self) -> Message:
        """What it came to."""
        if not self.party:
            return self.scene.facts(self.step.id)
        told = [{**self.scene.heard(one), "gedaan": one.did} for one in self.said]
        return {"uitkomst": "gevraagd", "http": 0, "codes": [], "contract": [], "berichten": told,
                "stand": kept(self.scene.heard(one) | {"gedaan": one.did} for one in self.scene.inward(self.party)),
                "index": self.scene.header.get("index", {})}  # fmt: skip

    @property
    def where(self) -> str:
        """The path it is about."""
        return str(self.rest["waar"])

    @property
    def found(self) -> list[Any]:
        """What stands there."""
        return at(self.facts, self.where)

    @property
    def before(self) -> list[Any]:
        """What stands at the earlier step this one is laid beside (`stap`), at the same path or at `daar`."""
        return at(self.scene.facts(self.rest["stap"]), str(self.rest.get("daar", self.where)))

    def beside(self, expected: str, got: str, at: str = "") -> Failed:
        """The failure to raise when it is about two steps: both exchanges are named."""
        n = self._telling(self.said, self.where.removeprefix("berichten."))
        other = self._telling(self.scene.of(self.rest["stap"]), str(self.rest.get("daar", self.where)))
        return Failed(expected, got, at=at or self.where, n=n, other=other)

    def _telling(self, said: Sequence[Exchange], path: str) -> int:
        """The last exchange in which something stands at a path, or else the last."""
        found = [one.n for one in said if at(self.scene.heard(one), path)] or [one.n for one in said]
        return found[-1] if found else 0

    def fail(self, expected: str, got: str = "", at: str = "") -> Failed:
        """The failure to raise."""
        last = self.said[-1].n if self.said else 0
        return Failed(expected, got or self.seen, at=at or str(self.rest.get("waar", "")), n=last)

    @property
    def seen(self) -> str:
        """What the answer is, in a few words without any value of a message."""
        facts = self.facts
        if self.scene.speaks:
            return facts["handeling"] or "iets dat niet te lezen is"
        codes = ", ".join(dict.fromkeys(facts["codes"]))
        said = {"stilte": f"geen antwoord ({facts.get('stilte', '')})", "onleesbaar": "iets dat niet te lezen is"}
        what = said.get(facts["uitkomst"], str(facts["uitkomst"])) + (f" met {codes}" if codes else "")
        return f"HTTP {facts['http']}, {what}" if facts["http"] else what


def otherwise(one: Any, other: Any, path: str = "") -> tuple[str, str]:
    """In what two messages differ, in words, and the first path at which they do."""
    paths = differing(one, other, path)
    more = [f"en nog {len(paths) - MOST_PATHS}"] if len(paths) > MOST_PATHS else []
    return f"anders: {', '.join([*paths[:MOST_PATHS], *more])}", paths[0] if paths else path


def kept(messages: Iterable[Message]) -> list[Message]:
    """What an index keeps after these messages: of each signal its status, and how often it was taken."""
    found: dict[str, Message] = {}
    for one in messages:
        reference = text(one.get("gatewayReferentie"))
        if one["gedaan"] != "vastgelegd" or not reference:
            continue
        signal = found.setdefault(reference, {"gatewayReferentie": reference, "status": "", "keer": 0})
        match one["handeling"]:
            case "signaalAfgeven":
                signal |= {"status": "ACTIEF", "keer": signal["keer"] + 1}
            case "signaalBeeindigen":
                signal["status"] = "ARCHIEF"
            case "signaalIntrekken":
                signal["status"] = "VERNIETIGD"
    return list(found.values())

"""Scripted misbehaviour: which rule fires at which request, by count and by seeded chance.

A script lives in memory only and knows nothing of what the index keeps. What a fault does to an exchange is done by
the door (time, bytes, connections) and by the engine (refusals, late and false news).

| fault | what happens | kept? |
|---|---|---|
| `delay` | waits `seconds`, then goes on | as without |
| `drop_before` | waits `seconds`, closes the connection | no |
| `500` | HTTP 500 that is no SOAP | no |
| `unavailable` | a repeatable fault of the server (`code`, else IX-503) | no |
| `refuse` | a refusal with `code` (else IX-422), for good when the message was to change something [1] | yes |
| `late_match` | matches of this signal become news only after `seconds`, and are not in the answer | yes |
| `forged_match` | news for a signal that does not exist, in the stream and in the answer | yes |
| `foreign_match` | news for a signal of another sender (an unknown one when there is none) | yes |
| `oversized_match` | news for an own signal, its contact too long and full of control characters | yes |
| `died` | the register of persons ends the sender's latest signal: destroyed, and told | yes |
| `garbage` | the answer is bytes that mean nothing | yes |
| `drip` | the answer comes byte by byte, spread over `seconds` | yes |
| `drop_after` | waits `seconds` once it is kept, closes the connection | yes |

[1] Of a registration in steps no refusal is kept: what is said again is decided again.
"""

import random
from collections.abc import Iterable
from enum import StrEnum
from threading import Lock
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from gateway.canonical.value import Value


class Fault(StrEnum):
    """What can be scripted; the table above says what each does."""

    DELAY = "delay"
    DROP_BEFORE = "drop_before"
    SERVER_ERROR = "500"
    UNAVAILABLE = "unavailable"
    REFUSE = "refuse"
    LATE_MATCH = "late_match"
    FORGED_MATCH = "forged_match"
    FOREIGN_MATCH = "foreign_match"
    OVERSIZED_MATCH = "oversized_match"
    DIED = "died"
    GARBAGE = "garbage"
    DRIP = "drip"
    DROP_AFTER = "drop_after"


FALSE_NEWS = (Fault.FORGED_MATCH, Fault.FOREIGN_MATCH, Fault.OVERSIZED_MATCH)

Operation = Literal[
    "*",
    "signaalAfgeven",
    "signaalBeeindigen",
    "signaalIntrekken",
    "signaalWijzigen",
    "leidendZetten",
    "signaalOpvragen",
    "regieVastleggen",
    "matchTerugkoppelen",
    "statusOpvragen",
    "matchesOpvragen",
    "capaciteiten",
    "clientVerifieren",
    "medewerkerRegistreren",
    "signaalVastleggen",
    "ketenregistratieVastleggen",
    "registratieWijzigen",
    "registratieBeeindigen",
    "registratieIntrekken",
    "opzoekenOpEigenReferentie",
    "berichtenOphalen",
    "OpenLoket",
    "SluitLoket",
    "ToonAansluiting",
    "PlaatsVermelding",
    "NeemVermeldingOver",
    "WerkVermeldingBij",
    "SluitVermelding",
    "RaadpleegVermelding",
    "HaalPost",
]
"""The operations of every dialect, by the names of its contract."""


class Rule(Value):
    """One line of a script: after the first `after` requests, at every `every`-th, at most `times` times."""

    operation: Operation = "*"
    fault: Fault
    after: Annotated[int, Field(ge=0)] = 0
    times: Annotated[int, Field(ge=1)] | None = None
    every: Annotated[int, Field(ge=1)] = 1
    probability: Annotated[float, Field(ge=0, le=1)] = 1.0
    seconds: Annotated[float, Field(ge=0, le=3600)] = 0.0
    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,35}$")] | None = None


class Fired(Value):
    """The rules that fired at one request: the first of each fault."""

    rules: tuple[Rule, ...] = ()

    def rule(self, fault: Fault) -> Rule | None:
        """The rule of a fault, when it fired."""
        return next((rule for rule in self.rules if rule.fault is fault), None)

    @property
    def false_news(self) -> tuple[Fault, ...]:
        """Which false news is to be told."""
        return tuple(fault for fault in FALSE_NEWS if self.rule(fault))


class Script:
    """The rules in force. The same seed and the same requests give the same faults."""

    def __init__(self, *, seed: int = 0) -> None:
        self._seed = seed
        self._lock = Lock()
        self.replace(())

    def replace(self, rules: Iterable[Rule]) -> int:
        """Forget the script and its counts, begin with these rules; gives their number."""
        with self._lock:
            self._random = random.Random(self._seed)
            self._rules = tuple(rules)
            self._seen = [0] * len(self._rules)
            self._done = [0] * len(self._rules)
            return len(self._rules)

    def fire(self, operation: str) -> Fired:
        """Count a request and say what goes wrong with it."""
        with self._lock:
            return Fired(rules=tuple(rule for at, rule in enumerate(self._rules) if self._fires(at, rule, operation)))

    def _fires(self, at: int, rule: Rule, operation: str) -> bool:
        if rule.operation not in ("*", operation):
            return False
        turn = self._seen[at] - rule.after
        self._seen[at] += 1
        if turn < 0 or turn % rule.every or (rule.times is not None and self._done[at] >= rule.times):
            return False
        if rule.probability < 1 and self._random.random() >= rule.probability:
            return False
        self._done[at] += 1
        return True

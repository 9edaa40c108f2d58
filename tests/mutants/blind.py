"""Blind mutants: a proxy that knows no rule and no format does one thing wrong to one exchange, by a seed.

A run that still passes has survived, and must be explained from a closed list; the explanation is worked out from what
passed, never from the seed.
"""

import datetime as dt
import random
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from conformance import formats, rules
from conformance.exchange import Exchange, Reply
from conformance.judge import Outcome, judge
from conformance.rules import Scenario
from conformance.run import MEETING
from conformance.transcript import Transcript
from conformance.values import at
from tests.mutants.proxy import NUMBER, Forward, Passed, Proxy
from tests.mutants.runs import Target, played_against

TIMEOUT = 1.5
"""Seconds the kit waits for an answer in these runs; a late one comes after it."""
BEFORE = {"gateway": 4, "index": 3}
"""Exchanges before the first of a scenario: is it there, and what may each party do."""
WORD = re.compile(rb"[A-Za-z0-9][A-Za-z0-9:._+-]{2,}")
IDENTIFIER = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|VIG-[0-9a-f]{8}-[0-9A-Za-z-]+")

EXPLAINED = (
    "trof niets: de run had minder uitwisselingen",
    "trof de kennismaking, het opruimen of de vraag of het systeem er is",
    "trof een ronde waarna de toets nog eens vroeg",
    "het systeem herkende de herhaling: het antwoord was hetzelfde of het eerdere",
    "de bytes zijn anders, het bericht zegt hetzelfde",
    "veranderde alleen iets waarover geen eis van het scenario gaat",
    "de eis was al gehaald door een eerder antwoord",
)


class Blind:
    """One thing done to one exchange. What it was is kept: `before` and `after`."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.kind = self.chance.choice(sorted(KINDS))
        self.strikes = 0
        self.earlier: list[Passed] = []
        self.before: Passed | None = None
        self.after: Passed | None = None
        self.lock = threading.Lock()

    def __call__(self, number: int, forward: Forward) -> Passed:
        if number != self.strikes and not (self.kind == "volgorde" and number == self.strikes + 1 and self.after):
            told = forward()
            with self.lock:
                self.earlier.append(told)
            return told
        before = forward()
        with self.lock:
            after = KINDS[self.kind](self, before, forward)
            self.earlier.append(before)
            if self.before is None:
                self.before, self.after = before, after
        return after

    def last(self) -> Passed | None:
        return self.earlier[-1] if self.earlier else None


def _drop(_: Blind, told: Passed, __: Forward) -> Passed:
    return replace(told, dropped=True)


def _late(_: Blind, told: Passed, __: Forward) -> Passed:
    return replace(told, wait=TIMEOUT + 0.3)


def _duplicate(blind: Blind, told: Passed, forward: Forward) -> Passed:
    again = forward()
    return again if blind.chance.random() < 0.5 else told


def _reorder(blind: Blind, told: Passed, _: Forward) -> Passed:
    return blind.last() or told


def _flip(blind: Blind, told: Passed, _: Forward) -> Passed:
    if not told.body:
        return told
    place = blind.chance.randrange(len(told.body))
    body = bytearray(told.body)
    body[place] ^= 1 << blind.chance.randrange(7)
    return replace(told, body=bytes(body))


def _swap(blind: Blind, told: Passed, _: Forward) -> Passed:
    return _other(blind, told, WORD)


def _stale(blind: Blind, told: Passed, _: Forward) -> Passed:
    return _other(blind, told, IDENTIFIER)


def _other(blind: Blind, told: Passed, shape: re.Pattern[bytes]) -> Passed:
    """A value of an earlier reply in place of one here."""
    own = sorted(set(shape.findall(told.body)))
    others = sorted({one for earlier in blind.earlier for one in shape.findall(earlier.body)} - set(own))
    if not own or not others:
        return told
    return replace(told, body=told.body.replace(blind.chance.choice(own), blind.chance.choice(others), 1))


KINDS: Mapping[str, Callable[[Blind, Passed, Forward], Passed]] = {
    "kwijt": _drop,
    "laat": _late,
    "dubbel": _duplicate,
    "volgorde": _reorder,
    "bit": _flip,
    "waarde": _swap,
    "oud-kenmerk": _stale,
}


@dataclass(frozen=True)
class Outcomes:
    """What became of one blind mutant; `why` is empty when it was seen."""

    seed: int
    form: str
    scenario: str
    kind: str
    why: str

    @property
    def survived(self) -> bool:
        return bool(self.why)

    @property
    def explained(self) -> bool:
        return self.why in EXPLAINED

    def __str__(self) -> str:
        return f"zaad {self.seed} {self.form} {self.scenario} {self.kind}: {self.why or 'gezien'}"


def mutants(target: Target, forms: Sequence[str], seeds: Iterator[int]) -> Iterator[Outcomes]:
    """A run for each seed, with the scenario and the format it picks."""
    for seed in seeds:
        blind = Blind(seed)
        form = blind.chance.choice(list(forms))
        scenario = blind.chance.choice(_playable(target[0], form))
        blind.strikes = BEFORE[target[0]] + blind.chance.randint(1, len(scenario.stappen))
        with Proxy(target[2], blind) as proxy:
            bent = [target[0], target[1], proxy.url, *target[3:]]
            more = ("--format", form, "--only", scenario.id, "--timeout", str(TIMEOUT), "--match-timeout", "2")
            transcript, _ = played_against(bent, *more)
        yield Outcomes(seed, form, scenario.id, blind.kind, _why(transcript, scenario, blind))


def _playable(role: str, form: str) -> list[Scenario]:
    return [
        one
        for one in rules.as_of(dt.datetime.now(dt.UTC).date()).of(role)
        if form in one.formaten and one.pakket != "sandwich" and all(step.doe != "terugkijken" for step in one.stappen)
    ]


def _why(transcript: Transcript, scenario: Scenario, blind: Blind) -> str:
    """Why a run that was bent still passes; empty when it does not."""
    verdict = judge(transcript.rows, rules.of_run(transcript.header))
    if any(one.outcome not in (Outcome.PASSED, Outcome.INAPPLICABLE) for one in verdict.lines):
        return ""
    nothing, aside, round_, repeat, same, beside, earlier = EXPLAINED
    if blind.before is None or blind.after is None:
        return nothing
    struck = _struck(transcript, blind)
    if struck is None or struck.scenario == MEETING or struck.step == "opruimen":
        return aside
    waits = any(one.id == struck.step and one.tot for one in scenario.stappen)
    later = (one.turn > struck.turn for one in _exchanges(transcript, struck.form) if one.step == struck.step)
    if waits and any(later):
        return round_
    if blind.kind == "dubbel":
        return repeat
    if _met_before(scenario, struck.step):
        return earlier
    if blind.before == blind.after:
        return same
    if struck.reply is None:
        return "het antwoord ontbrak, en de toets zag het niet"
    told, meant = _heard(struck), _heard(replace(struck, reply=_reply(blind.before)))
    if told == meant:
        return same
    changed = {path for path in {*_paths(told), *_paths(meant)} if at(told, path) != at(meant, path)}
    if not changed & _spoken_of(scenario.within(struck.form), struck.step, changed):
        return beside
    return f"anders in {', '.join(sorted(changed))}, en de toets zag het niet"


def _met_before(scenario: Scenario, step: str) -> bool:
    """Whether all that is demanded at a step may be met by what an earlier one said; it passed, so it was."""
    demands = [demand.rest.get("keus", []) for one in scenario.stappen if one.id == step for demand in one.eisen]
    return bool(demands) and all(any("stap" in row for row in rows) for rows in demands)


def _spoken_of(scenario: Scenario, step: str, changed: set[str]) -> set[str]:
    """The changed paths that a demand is about: of this step, or of another that looks at this one."""
    found = set()
    for one in scenario.stappen:
        for demand in one.eisen:
            if one.id == step or demand.rest.get("stap") == step:
                rows = [demand.rest, *demand.rest.get("keus", [])]
                found |= {
                    re.sub(r"\[[^\]]*\]", "", str(row[key])) for row in rows for key in ("waar", "daar") if key in row
                }
                found |= _WHOLE.get(demand.dat, set())
    return {path for path in changed for about in found if path == about or path.startswith(f"{about}.")}


_ANSWER = {"uitkomst", "contract"}
_WHOLE = {
    "aangenomen": _ANSWER,
    "geweigerd": _ANSWER | {"codes"},
    "wijst_aan": {"aanwijzingen"},
    "heeft_keuzes": {"vragen.keuzes.begrip", "ontvangstbewijs.vragen.keuzes.begrip"},
    "woord_terug": {
        "vragen.woord",
        "ontvangstbewijs.vragen.woord",
        "vertalingen.woord",
        "ontvangstbewijs.betekenissen.woord",
    },
    "hoort_bij_vraag": {"draad.relatesTo"},
}


def _paths(value: Any, way: str = "") -> set[str]:
    if isinstance(value, dict):
        return {path for key, one in value.items() for path in _paths(one, f"{way}.{key}" if way else str(key))}
    if isinstance(value, list):
        return {path for one in value for path in _paths(one, way)} | {way}
    return {way}


def _struck(transcript: Transcript, blind: Blind) -> Exchange | None:
    found = [Exchange.of(row) for row in transcript.of("uitwisseling")]
    for one in found:
        if one.reply is not None and one.reply.header(NUMBER) == str(blind.strikes):
            return one
    return next((one for one in found if one.reply is None), None)


def _exchanges(transcript: Transcript, form: str) -> list[Exchange]:
    return [one for row in transcript.of("uitwisseling") if (one := Exchange.of(row)).form == form]


def _heard(one: Exchange) -> dict[str, Any]:
    said = formats.find(one.form).heard(one)
    wire = said.get("draad", {})
    if isinstance(wire, dict):
        said = {**said, "draad": {key: value for key, value in wire.items() if key != "koppen"}}
    return said


def _reply(told: Passed) -> Reply:
    return Reply(told.status, tuple((name.lower(), value) for name, value in told.headers), told.body)

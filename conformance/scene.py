"""One scenario in one format, as far as it was played: who the child is, what was sent, what came back.

Made from rows of a transcript alone. Playing and judging both look through it, so that they read the same.
"""

import datetime as dt
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from conformance import formats, values
from conformance.exchange import Exchange
from conformance.rules import Person, Scenario, Step, children, persons
from conformance.values import Message, Unknown, at, drop, fill, moment, put

BADNESS = ("", "gevraagd", "aangenomen", "geweigerd", "onleesbaar", "stilte")
"""Of what was asked at the same time, the worst outcome is the outcome."""


class Scene:
    """A scenario that was begun. `start` is its row in the transcript, `header` the first row of the run."""

    def __init__(self, scenario: Scenario, header: Mapping[str, Any], start: Mapping[str, Any]) -> None:
        self.scenario = scenario
        self.header = header
        self.start = start
        self.form = str(start["formaat"])
        self.exchanges: list[Exchange] = []
        self.capabilities: Mapping[str, Message] = {}
        self.done: dict[str, int] = {}
        self.sworn: Mapping[str, Mapping[str, Any]] = {}
        self._heard: dict[int, Message] = {}

    @property
    def child(self) -> Person:
        """The test person it is about. A sender under test is told a BSN, a gateway a number in the kit's own list."""
        told = int(self.start["kind"])
        return children()[f"{told:09}"] if told > len(persons()) else persons()[told]

    @property
    def speaks(self) -> bool:
        """Whether the system under test speaks first; a step is then what came in."""
        return self.scenario.rol == "zender"

    @property
    def now(self) -> dt.datetime:
        """The moment it began, on the clock of the system under test."""
        return dt.datetime.fromisoformat(self.start["nu"])

    def own_id(self, suffix: str = "") -> str:
        """A bronSignaalId of this scene; no scene used it before."""
        return f"VIG-{self.header['run']}-{self.start['nummer']:04d}{suffix}"

    def of(self, step: str) -> list[Exchange]:
        """What passed at a step: what the kit sent and got back or, of a sender under test, what came in."""
        return [one for one in self.exchanges if one.step == step and one.inward == self.speaks]

    def inward(self, party: str, op: str = "") -> list[Exchange]:
        """What came in at a party the kit plays."""
        return [one for one in self.exchanges if one.inward and one.party == party and op in ("", one.op)]

    def heard(self, exchange: Exchange) -> Message:
        """What a reply says or, of what came in, the question; in the names of the JSON contract."""
        if exchange.n not in self._heard:
            if exchange.inward:
                self._heard[exchange.n] = formats.asked(exchange)
            else:
                self._heard[exchange.n] = formats.heard(exchange, self._before(exchange))
                self._recognise(exchange, self._heard[exchange.n])
        return self._heard[exchange.n]

    def _recognise(self, exchange: Exchange, said: Message) -> None:
        """A match that names only the signaalId gets the bronSignaalId its sender knows from an earlier receipt."""
        told = [one for one in at(said, "matches") + at(said, "stand.matches") if isinstance(one, dict)]
        strange = [one for one in told if "bronSignaalId" not in one]
        if not strange:
            return
        earlier = [one for one in self.exchanges if one.n <= exchange.n and one.party == exchange.party]
        receipts = [self.heard(one) for one in earlier]
        for one in strange:
            own = [said for told in receipts for said in at(told, f"ontvangstbewijs[signaalId={one.get('signaalId')}]")]
            if found := at(own[0] if own else {}, "bronSignaalId"):
                one["bronSignaalId"] = found[0]

    def _before(self, exchange: Exchange) -> Exchange | None:
        """What was exchanged last before it in the same round of the same step."""
        here = (exchange.step, exchange.turn)
        found = [one for one in self.of(exchange.step) if (one.step, one.turn) == here and one.n < exchange.n]
        return max(found, key=lambda one: one.n, default=None)

    def facts(self, step: str) -> Message:
        """What a step's last round came to; the pages of a list are one, and so is what was asked at the same time."""
        said, at_once = self.of(step), any(one.id == step and one.keer > 1 for one in self.scenario.stappen)
        if not said:
            raise Unknown(f"stap {step} is niet gedaan")
        last = max(one.turn for one in said)
        found: Message = {}
        worst = ""
        for one in said:
            if at_once or one.turn == last:
                more = self.heard(one)
                worst = max(worst, more.get("uitkomst", ""), key=BADNESS.index)
                found = found | {
                    key: _more(found[key], value) if key in found else value for key, value in more.items()
                }
        return found | {"uitkomst": worst} if at_once else found

    def fill(self, value: Any, step: Step | None = None) -> Any:
        """The value with its words filled in; raises Unknown."""
        return fill(value, lambda word: self._word(word, step))

    def message(self, step: Step) -> Message:
        """What a step sends, in the names of the JSON contract: its role's usual message, as the step changes it."""
        usual = messages(self.scenario.rol).get("bericht", {})
        made: Message = {**usual.get("alle", {}), **usual.get(step.doe, {})}
        made = values.filled(self.fill(made, step))
        for path in step.zonder:
            drop(made, path)
        for path, value in self.fill(dict(step.met), step).items():
            put(made, path, value)
        return made

    def _informed(self) -> str:
        today, born = self.now.date(), dt.date.fromisoformat(self.child.geboortedatum)
        years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        return "VERTEGENWOORDIGER" if years < 12 else "BEIDEN" if years < 16 else "JEUGDIGE"

    def _word(self, word: str, step: Step | None) -> Any:
        if (found := moment(word, self.now)) is not None:
            return found
        name, _, rest = word.partition(".")
        party = step.wie if step else "school"
        told = self.capabilities.get(party, {})
        known: dict[str, Callable[[], Any]] = {
            "eigen": lambda: self.own_id(f"-{rest}" if rest else ""),
            "bericht": lambda: str(uuid5(NAMESPACE_URL, self.own_id(f"-{rest or (step.id if step else '')}"))),
            "bsn_fout": lambda: self.child.wrong_bsn,
            "bsn_mag": lambda: self.child.bsn if told.get("bsnToegestaan", True) else "",
            "run": lambda: self.header["run"],
            "kop": lambda: self.header.get(rest, ""),
            "afspraak": lambda: self.header["afspraken"][party].get(rest, ""),
            "index": lambda: list(self.header.get("index", {}).get(rest, [])),
            "voor": lambda: row[rest] if rest else {key: said for key, said in row.items() if key != "formaten"},
            "keuze": lambda: self._choice(rest),
            "partij": lambda: at(parties(), rest)[0],
            "zelf": lambda: parties()[party][rest],
            "informeren": self._informed,
            "toestemming_beleid": lambda: _on_consent(told),
            "toestemming": lambda: self._consent() if _on_consent(told) else "",
            "stap": lambda: self._earlier(rest),
        }
        row = self.scenario.voor[self.start["voor"]]
        if name in known:
            return known[name]()
        if hasattr(self.child, word):
            return getattr(self.child, word)
        raise Unknown(f"{{{word}}} betekent hier niets")

    def _consent(self) -> Message:
        return {"gegevenOp": moment("vandaag", self.now), "bewijsReferentie": "toets"}

    def _choice(self, step: str) -> str:
        """What may be answered to the question a step got: the last concept that means something."""
        found = [one for one in choices(self.facts(step)) if one != "onbekend"]
        if not found:
            raise Unknown(f"stap {step} gaf geen keuze")
        return found[-1]

    def _earlier(self, rest: str) -> Any:
        """What an earlier step came to: `geef:pad`, or `geef:pad|nul` where there may be nothing."""
        step, _, asked = rest.partition(":")
        path, other, usual = asked.partition("|")
        found = at(self.facts(step), self.fill(path.replace("<", "{").replace(">", "}")))
        if not found and not other:
            raise Unknown(f"stap {step} gaf geen {path}")
        return found[-1] if found else usual


def _on_consent(told: Message) -> list[str]:
    """The policies under which somebody may report only with consent, by what they were told."""
    regions = told.get("regios", [])
    return [one["beleid"] for one in regions if "toestemming" in str(one.get("grondslag", "")).lower()]


@cache
def messages(role: str) -> Mapping[str, Any]:
    """What the kit usually sends to a system of a role, by what it does, and how it takes back what it gave."""
    return tomllib.loads(files("conformance.rules").joinpath("messages", f"{role}.toml").read_text(encoding="utf-8"))


def _more(earlier: Any, later: Any) -> Any:
    """What two replies of one round say together: lists and what the wire says are joined, else the later holds."""
    if isinstance(earlier, list) and isinstance(later, list):
        return [*earlier, *later]
    if isinstance(earlier, dict) and isinstance(later, dict) and "koppen" in earlier:
        return earlier | later
    return later


@cache
def parties() -> Mapping[str, Mapping[str, str]]:
    """Who the kit can play towards a gateway, with how they are reached."""
    return tomllib.loads(files("conformance.rules").joinpath("parties.toml").read_text(encoding="utf-8"))


def choices(facts: Message) -> list[str]:
    """The concepts a question about a word gives to choose from."""
    return at(facts, "ontvangstbewijs.vragen.keuzes.begrip") or at(facts, "vragen.keuzes.begrip")


def met(conditions: Any, facts: Sequence[Message]) -> bool:
    """Whether conditions of the form {waar, is | bevat | mist | een_van | leeg} hold of any of the messages."""
    rows = conditions if isinstance(conditions, list | tuple) else [conditions]
    return all(any(_holds(one, message) for message in facts) for one in rows if one)


def _holds(condition: Mapping[str, Any], message: Message) -> bool:
    found = at(message, condition["waar"])
    if "een_van" in condition:
        return bool(found) and found[0] in condition["een_van"]
    if "leeg" in condition:
        return (not found) is condition["leeg"]
    if "mist" in condition:
        return condition["mist"] not in found
    return condition["bevat"] in found if "bevat" in condition else found[:1] == [condition["is"]]

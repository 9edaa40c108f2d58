"""The kit as gateway towards a sender under test: which scene a question belongs to, and how it is answered.

A question belongs to the scene of its test child, and there to a step. What the scenario wants of the answer (a
connection that breaks, `later`, a refusal) is done once; for the rest the answer is that of a good gateway. All that is
known here comes from the transcript, so that a run that was stopped goes on where it was.
"""

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance import formats
from conformance.exchange import STRANGER, Exchange, Reply, Request
from conformance.parties import guard
from conformance.parties.office import Office
from conformance.parties.refusing import Refused
from conformance.parties.server import Answer
from conformance.parties.signals import key_of
from conformance.parties.wording import refusal
from conformance.rules import Person, Rules, Step
from conformance.run import Part, plan
from conformance.scene import Scene, met
from conformance.transcript import Row, Transcript
from conformance.values import HERE, Message, at, text

PARTY = "gateway"
TRAFFIC = "zender-verkeer"
BETWEEN = "tussendoor"
EVENTS = {"match": "ACTIEF", "verval": "VERVALLEN"}
"""What the kit makes happen, and the state of the match that tells it."""
LOOKS = frozenset({"verkeer", "terugkijken", "verklaren"})
"""Steps that wait for nothing."""
FREE = frozenset(
    {
        "statusOpvragen", "signaalOpvragen", "matchesOpvragen", "matchOpvragen", "eigenSignalenOpvragen",
        "capaciteiten",
    }
)  # fmt: skip
"""What may be asked at any time."""
UNREAD = {"onleesbaar": "TOETS-02", "geen-testpersoon": "TOETS-01"}
NOTE = b"(niet vastgelegd: niet te lezen, of niet over een testpersoon)"
FILES = frozenset({"csv"})
"""Formats in which a day is a file."""


@dataclass(slots=True)
class Play:
    """A scene, as far as its steps were done."""

    part: Part
    scene: Scene
    ended: bool = False
    match_id: str = ""
    key: tuple[str, str, str] | None = None
    turns: Counter[str] = field(default_factory=Counter)
    seen: dict[str, str] = field(default_factory=dict)

    @property
    def current(self) -> Step | None:
        """The first step that is not done."""
        waiting = (one for one in self.part.scenario.stappen if one.doe not in LOOKS)
        return next((one for one in waiting if one.id not in self.scene.done), None)

    @property
    def about(self) -> bool:
        """Whether it has a child of its own."""
        return bool(self.part.scenario.kind)

    def day_of(self, now: dt.datetime) -> int:
        """Which day of the run it is: 1 is the day it began."""
        return (now.astimezone(HERE).date() - self.scene.now.astimezone(HERE).date()).days + 1


@dataclass(frozen=True, slots=True)
class Decision:
    """How a question is answered, and where in the run it belongs; `done` names the steps it completes."""

    scenario: str
    attempt: int
    step: str
    turn: int
    said: Message
    manner: str
    done: tuple[tuple[Play, str], ...] = ()

    @property
    def delivered(self) -> bool:
        """Whether the sender gets the answer whole."""
        return self.manner.partition(" ")[0] not in ("verbreek", "verbreek-na-vastleggen", "half")


class Gateway:
    """One run with a sender under test. `tell` hears of each thing that happened, in a sentence."""

    def __init__(
        self, rules: Rules, transcript: Transcript, *, offset: dt.timedelta = dt.timedelta(),
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self.transcript = transcript
        self.plays: dict[tuple[str, str], Play] = {}
        self._rules = rules
        self._offset = offset
        self._tell = tell
        self._lock = threading.RLock()
        self._parts = {(one.name, one.form): one for one in plan(rules, transcript.header)}
        self._kan: Message = dict(transcript.header["kan"])
        self._office = Office(transcript.header["run"], blind=not self._kan["bsn"])
        self._children: dict[tuple[str, str], Play] = {}
        self._keys: dict[tuple[str, str, str], Play] = {}
        self._restore()
        for key, part in self._parts.items():
            if key not in self.plays and met(part.scenario.als.get("is", []), [self._kan]):
                self._begin(part)

    @property
    def finished(self) -> bool:
        """Whether every step that waits for the sender is done."""
        return all(one.current is None for one in self.plays.values())

    @property
    def closed(self) -> bool:
        """Whether the run was ended."""
        return any(self.transcript.of("af"))

    def take(self, form: str, request: Request) -> Answer:
        """Answer one question, and write both down first."""
        with self._lock:
            now = self.now()
            served = formats.served(form)
            asked = served.asked(request)
            found, kept = self._weighed(form, asked, request, now)
            known = asked if not _unread(asked) else {"handeling": ""}
            reply = served.answer(request, known, found.said) if found.said else None
            word, _, rest = found.manner.partition(" ")
            wait = float(rest) if word == "traag" else 0.0
            shown = None if word.startswith("verbreek") else reply
            cut = len(shown.body) // 2 if shown is not None and word == "half" else None
            op = _unread(asked) or asked["handeling"]
            self._record(form, op, found, kept, shown, now, round(wait * 1000))
            return Answer(shown, wait, cut)

    def again(self, name: str) -> bool:
        """Begin a scenario anew, in each of its formats; whether there is such a scenario."""
        with self._lock:
            found = [part for part in self._parts.values() if part.name == name]
            for part in found:
                self._begin(part)
            return bool(found)

    def close(self) -> None:
        """End the run: what was not done stays undone."""
        with self._lock:
            for play in self.plays.values():
                self._end(play)
            if not self.closed:
                self.transcript.add({"soort": "af", "op": self.now().isoformat()})

    def now(self) -> dt.datetime:
        """The moment, on the clock of the run."""
        return dt.datetime.now(dt.UTC) + self._offset

    def signals(self, form: str) -> list[tuple[Play, Mapping[str, Any]]]:
        """The active signals of a format, each with what it was given with."""
        with self._lock:
            mine = [one for key, one in self._office.signals.items() if key[0] == form and one.status == "ACTIEF"]
            return [(self._keys[one.key], one.message) for one in mine if one.key in self._keys]

    # deciding

    def _weighed(self, form: str, asked: Message, request: Request, now: dt.datetime) -> tuple[Decision, Request]:
        if _unread(asked):
            why = (UNREAD[_unread(asked)], "")
            place = self._traffic(form)
            self._tell(f"{form}: niet vastgelegd: {_unread(asked)} {asked.get('fout', '')}".rstrip())
            found = Decision(*place, refusal([why]), "gewoon")
            return found, Request(request.method, request.url.partition("?")[0], (), NOTE, request.token)
        kept = tuple(one for one in request.headers if one[0].lower() not in ("cookie", "proxy-authorization"))
        return self._decide(form, asked, now), Request(request.method, request.url, kept, request.body, request.token)

    def _decide(self, form: str, asked: Message, now: dt.datetime) -> Decision:
        self._advance(now)
        play = self._belongs(form, asked)
        if play is None:
            return self._general(form, asked, now)
        step = self._step(play, asked)
        play.turns[step] += 1
        turn = play.turns[step]
        manner = _manner(play, step, turn)
        said = self._said(form, asked, now, manner)
        found = Decision(play.part.name, play.scene.start["poging"], step, turn, said, manner)
        done = [(play, step)] if self._completes(play, step, asked, found) else []
        if found.delivered:
            done += self._told(form, said)
        return self._with(found, done, now)

    def _general(self, form: str, asked: Message, now: dt.datetime) -> Decision:
        """What is about no child of the roster: lists, and what nobody here gave."""
        said = self._said(form, asked, now, "gewoon")
        manner = "gewoon"
        for play, step in self._told(form, said):
            play.turns[step] += 1
            manner = max(manner, _manner(play, step, play.turns[step]), key=lambda one: one != "gewoon")
        found = Decision(*self._traffic(form), said, manner)
        return self._with(found, self._told(form, said) if found.delivered else [], now)

    def _with(self, found: Decision, done: list[tuple[Play, str]], now: dt.datetime) -> Decision:
        for play, step in done:
            play.scene.done[step] = len(self.transcript.rows)
        self._advance(now)
        return Decision(
            found.scenario, found.attempt, found.step, found.turn, found.said, found.manner, tuple(done)
        )  # fmt: skip

    def _belongs(self, form: str, asked: Message) -> Play | None:
        message, op = asked["inhoud"], asked["handeling"]
        if op == "signaalAfgeven":
            child = guard.spoken_of(message)
            play = self._children.get((form, child.bsn)) if child else None
            if play is not None:
                play.key = key_of(form, message)
                self._keys[play.key] = play
            return play
        if "matchId" in message:
            return next((one for one in self.plays.values() if one.match_id == message["matchId"]), None)
        return self._keys.get(key_of(form, message)) if "bronSignaalId" in message else None

    def _step(self, play: Play, asked: Message) -> str:
        """The step a question belongs to: a repeat to where it was said first, the rest to what is to be done now."""
        sign = f"{asked['handeling']} {asked['inhoud']}"
        if sign in play.seen:
            return play.seen[sign]
        current = play.current
        if asked["handeling"] in FREE and (current is None or current.doe != asked["handeling"]):
            return BETWEEN
        found = BETWEEN if current is None or current.doe in EVENTS else current.id
        play.seen[sign] = found
        return found

    def _said(self, form: str, asked: Message, now: dt.datetime, manner: str) -> Message:
        word, _, rest = manner.partition(" ")
        if word == "verbreek":
            return {}
        if word == "later":
            return refusal([("VIX-1901", "")], wait=int(rest))
        if word in ("weiger", "blijf-weigeren"):
            code, _, place = rest.partition(" ")
            return refusal([(code, place)])
        return self._office.say(form, asked, now)

    def _completes(self, play: Play, step: str, asked: Message, found: Decision) -> bool:
        current = play.current
        if current is None or current.id != step or asked["handeling"] != current.doe:
            return False
        word = found.manner.partition(" ")[0]
        return word == "blijf-weigeren" or (found.delivered and found.said["uitkomst"] == "aangenomen")

    def _told(self, form: str, said: Message) -> list[tuple[Play, str]]:
        """The steps that wait for a match to be told, and are told it now."""
        shown = [*at(said, "matches"), *at(said, "stand.matches"), *at(said, "match")]
        news = {(one["matchId"], one["status"]) for one in shown}
        found = []
        for play in self.plays.values():
            step = play.current
            if step is not None and step.doe in EVENTS and (play.match_id, EVENTS[step.doe]) in news:
                found.append((play, step.id))
        return found

    def _advance(self, now: dt.datetime) -> None:
        """Make happen what is to happen now: a match, and its end."""
        for (_, form), play in self.plays.items():
            step = play.current
            if step is None or step.doe not in EVENTS or play.key is None:
                continue
            if form in FILES and play.day_of(now) < step.dag:
                continue
            if step.doe == "match" and not play.match_id and play.key in self._office.signals:
                play.match_id = self._office.match(play.key, now)
            elif step.doe == "verval" and f"{step.id} verval" not in play.seen:
                play.seen[f"{step.id} verval"] = step.id
                self._lapse(play)

    def _lapse(self, play: Play) -> None:
        try:
            self._office.lapse(play.match_id, play.part.form)
        except Refused:
            self._tell(f"{play.part.name}: de match is er niet meer")

    def _traffic(self, form: str) -> tuple[str, int, str, int]:
        play = self.plays.get((TRAFFIC, form))
        attempt = 1 if play is None else int(play.scene.start["poging"])
        if play is None:
            return TRAFFIC, attempt, "verkeer", 1
        play.turns["verkeer"] += 1
        return TRAFFIC, attempt, "verkeer", play.turns["verkeer"]

    # writing down, and reading back

    def _record(
        self, form: str, op: str, found: Decision, request: Request, reply: Reply | None, now: dt.datetime, took: int
    ) -> None:
        silence = "" if reply is not None else "de toets verbrak de verbinding"
        moment = now.isoformat(timespec="milliseconds")
        self.transcript.exchange(
            Exchange(
                0, found.scenario, found.attempt, form, found.step, found.turn, PARTY, op, True, moment, took, request,
                reply, found.manner if found.manner.startswith("half") else silence,
                STRANGER if op == "geen-testpersoon" else "",
            )
        )  # fmt: skip
        self._tell(f"{form}: {op} -> {found.scenario}, stap {found.step}{_shown(found)}")
        for play, step in found.done:
            self._mark(play, step)

    def _mark(self, play: Play, step: str) -> None:
        n = play.scene.done[step]
        name = {"scenario": play.part.name, "formaat": play.part.form, "poging": play.scene.start["poging"]}
        self.transcript.add({"soort": "stap_af", **name, "stap": step, "n": n})
        if play.current is None:
            self._end(play)

    def _end(self, play: Play) -> None:
        if play.ended:
            return
        play.ended = True
        name = {"scenario": play.part.name, "formaat": play.part.form, "poging": play.scene.start["poging"]}
        stopped = {} if play.current is None else {"gestopt": play.current.id}
        self.transcript.add({"soort": "scenario_af", **name, **stopped})

    def _begin(self, part: Part) -> None:
        started = [*self.transcript.of("scenario")]
        attempt = 1 + sum((row["scenario"], row["formaat"]) == (part.name, part.form) for row in started)
        row = self.transcript.add(
            {
                "soort": "scenario", "scenario": part.name, "formaat": part.form, "poging": attempt, "voor": part.row,
                "nummer": len(started) + 1, "kind": part.scenario.kind, "nu": self.now().isoformat(timespec="seconds"),
            }
        )  # fmt: skip
        self._put(part, row)

    def _put(self, part: Part, row: Row) -> None:
        scene = Scene(part.scenario, self.transcript.header, row)
        play = Play(part, scene)
        self.plays[part.name, part.form] = play
        if play.about:
            self._children[part.form, scene.child.bsn] = play

    def _restore(self) -> None:
        """Ask again what was asked, in its order; nothing is written but what a killed run had left to write."""
        marked = {_step_key(row) for row in self.transcript.of("stap_af")}
        unmarked: list[tuple[Play, str]] = []
        for row in list(self.transcript.rows):
            key = row.get("scenario", ""), row.get("formaat", "")
            if row["soort"] == "scenario" and key in self._parts:
                self._put(self._parts[key], row)
            elif row["soort"] == "scenario_af" and key in self.plays:
                self.plays[key].ended = True
            elif row["soort"] == "uitwisseling" and row["handeling"] in UNREAD:
                self._traffic(row["formaat"])
            elif row["soort"] == "uitwisseling":
                exchange = Exchange.of(row)
                asked = formats.served(exchange.form).asked(exchange.request)
                found = self._decide(exchange.form, asked, dt.datetime.fromisoformat(exchange.moment))
                for play, step in found.done:
                    play.scene.done[step] = exchange.n
                    mine = (play.part.name, play.part.form, play.scene.start["poging"], step)
                    unmarked += [] if mine in marked else [(play, step)]
        for play, step in unmarked:
            self._mark(play, step)

    # what is to be done

    def assignments(self) -> list[Message]:
        """What each scenario waits for now, as a program can read it."""
        with self._lock:
            now = self.now()
            return [told for play in self.plays.values() if (told := self._assignment(play, now)) is not None]

    def _assignment(self, play: Play, now: dt.datetime) -> Message | None:
        step = play.current
        if step is None or play.ended:
            return None
        return assignment(play.scene, step, self._kan) | {
            "keer": play.turns[step.id], "vandaag": play.part.form not in FILES or play.day_of(now) >= step.dag,
            "matchId": play.match_id if step.doe not in EVENTS else "",
        }  # fmt: skip


def assignment(scene: Scene, step: Step, kan: Mapping[str, Any]) -> Message:
    """One thing a sender is to do, as a program can read it."""
    return {
        "scenario": scene.scenario.id, "formaat": scene.form, "stap": step.id, "dag": step.dag,
        "handeling": "matchesOpvragen" if step.doe in EVENTS else step.doe,
        "jeugdige": person(scene.child, kan) if scene.scenario.kind else {},
        "gegevens": scene.fill(dict(step.met), step), "opdracht": scene.fill(step.opdracht, step),
    }  # fmt: skip


def person(child: Person, kan: Mapping[str, Any]) -> Message:
    """A child as the roster names it; without the BSN for a sender that may not use it."""
    names = ("bsn", "voornamen", "voorvoegsel", "familienaam", "geboortedatum", "geslacht")
    said = {name: getattr(child, name) for name in names if name != "bsn" or kan["bsn"]}
    return {name: value for name, value in said.items() if value}


def _manner(play: Play, step: str, turn: int) -> str:
    script = next((one.antwoord for one in play.part.scenario.stappen if one.id == step), ())
    if script and script[-1].startswith("blijf-weigeren"):
        return script[min(turn, len(script)) - 1]
    return script[turn - 1] if turn <= len(script) else "gewoon"


def _unread(asked: Message) -> str:
    """Why a question is not written down; empty when it is."""
    if asked["uitkomst"] == "onleesbaar":
        return "onleesbaar"
    return "geen-testpersoon" if guard.stranger(asked["inhoud"]) else ""


def _step_key(row: Row) -> tuple[Any, ...]:
    return row["scenario"], row["formaat"], row["poging"], row["stap"]


def _shown(found: Decision) -> str:
    if found.manner != "gewoon":
        return f" (antwoord: {found.manner})"
    if found.said.get("uitkomst") == "geweigerd":
        codes = ", ".join(dict.fromkeys(text(one["code"]) for one in found.said["bevindingen"]))
        return f" (geweigerd: {codes})"
    return ""

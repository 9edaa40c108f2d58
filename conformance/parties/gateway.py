"""The kit as gateway towards a sender under test: a question is answered, written down, and read back after a stop.

Where a question belongs and what is answered is decided by `course`. All that is known here comes from the transcript,
so that a run that was stopped goes on where it was.
"""

import datetime as dt
import threading
from collections.abc import Callable, Mapping
from typing import Any

from conformance import formats
from conformance.exchange import STRANGER, Exchange, Reply, Request
from conformance.parties import guard
from conformance.parties.course import EVENTS, Course, Decision, Play
from conformance.parties.office import Office
from conformance.parties.server import Answer
from conformance.parties.wording import refusal
from conformance.rules import Person, Rules, Step
from conformance.run import Part, plan
from conformance.scene import Scene, met
from conformance.transcript import Row, Transcript
from conformance.values import Message, text

PARTY = "gateway"
LOOKS = frozenset({"verkeer", "terugkijken", "verklaren"})
"""Steps that wait for nothing."""
UNREAD = {"onleesbaar": "TOETS-02", "geen-testpersoon": "TOETS-01"}
NOTE = b"(niet vastgelegd: niet te lezen, of niet over een testpersoon)"
FILES = frozenset({"csv"})
"""Formats in which a day is a file."""


class Gateway:
    """One run with a sender under test. `tell` hears of each thing that happened, in a sentence."""

    def __init__(
        self, rules: Rules, transcript: Transcript, *, offset: dt.timedelta = dt.timedelta(),
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self.transcript = transcript
        self._rules = rules
        self._offset = offset
        self._tell = tell
        self._lock = threading.RLock()
        self._parts = {(one.name, one.form): one for one in plan(rules, transcript.header)}
        self._kan: Message = dict(transcript.header["kan"])
        self._course = Course(Office(transcript.header["run"], blind=not self._kan["bsn"]), tell)
        self.plays = self._course.plays
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
            return self._course.signals(form)

    def _weighed(self, form: str, asked: Message, request: Request, now: dt.datetime) -> tuple[Decision, Request]:
        if _unread(asked):
            why = (UNREAD[_unread(asked)], "")
            place = self._course.traffic(form)
            self._tell(f"{form}: niet vastgelegd: {_unread(asked)} {asked.get('fout', '')}".rstrip())
            found = Decision(*place, refusal([why]), "gewoon")
            return found, Request(request.method, request.url.partition("?")[0], (), NOTE, request.token)
        kept = tuple(one for one in request.headers if one[0].lower() not in ("cookie", "proxy-authorization"))
        found = self._course.decide(form, asked, now, len(self.transcript.rows))
        return found, Request(request.method, request.url, kept, request.body, request.token)

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
        steps = tuple(one for one in part.scenario.stappen if one.doe not in LOOKS)
        scene = Scene(part.scenario, self.transcript.header, row)
        self._course.put(Play(part, scene, steps, daily=part.form in FILES))

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
                self._course.traffic(row["formaat"])
            elif row["soort"] == "uitwisseling":
                exchange = Exchange.of(row)
                asked = formats.served(exchange.form).asked(exchange.request)
                moment = dt.datetime.fromisoformat(exchange.moment)
                found = self._course.decide(exchange.form, asked, moment, exchange.n)
                for play, step in found.done:
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
            "keer": play.turns[step.id], "vandaag": play.due(step, now),
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

"""The course of a run with a sender under test: which scene a question belongs to, and what the scenario wants of it.

A question belongs to the scene of its test child, and there to a step. What the scenario wants of the answer (a
connection that breaks, `later`, a refusal) is done once; for the rest the answer is that of a good gateway. Nothing
here is written down, and no clock is looked at.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.parties import guard
from conformance.parties.office import Office
from conformance.parties.refusing import Refused
from conformance.parties.signals import key_of
from conformance.parties.wording import refusal
from conformance.rules import Step
from conformance.run import Part
from conformance.scene import Scene
from conformance.values import HERE, Message, at

TRAFFIC = "zender-verkeer"
BETWEEN = "tussendoor"
EVENTS = {"match": "ACTIEF", "verval": "VERVALLEN"}
"""What the kit makes happen, and the state of the match that tells it."""
FREE = frozenset(
    {
        "statusOpvragen", "signaalOpvragen", "matchesOpvragen", "matchOpvragen", "eigenSignalenOpvragen",
        "capaciteiten",
    }
)  # fmt: skip
"""What may be asked at any time."""


@dataclass(slots=True)
class Play:
    """A scene, as far as its steps were done. `steps` are those that wait for something; `daily`: its day is a file."""

    part: Part
    scene: Scene
    steps: tuple[Step, ...]
    daily: bool
    ended: bool = False
    match_id: str = ""
    key: tuple[str, str, str] | None = None
    turns: Counter[str] = field(default_factory=Counter)
    seen: dict[str, str] = field(default_factory=dict)

    @property
    def current(self) -> Step | None:
        """The first step that is not done."""
        return next((one for one in self.steps if one.id not in self.scene.done), None)

    @property
    def about(self) -> bool:
        """Whether it has a child of its own."""
        return bool(self.part.scenario.kind)

    def day_of(self, now: dt.datetime) -> int:
        """Which day of the run it is: 1 is the day it began."""
        return (now.astimezone(HERE).date() - self.scene.now.astimezone(HERE).date()).days + 1

    def due(self, step: Step, now: dt.datetime) -> bool:
        """Whether the day of a step has come."""
        return not self.daily or self.day_of(now) >= step.dag


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


class Course:
    """The scenes of a run, by scenario and format, with the office that answers. `tell` hears of what is amiss."""

    def __init__(self, office: Office, tell: Callable[[str], None]) -> None:
        self.plays: dict[tuple[str, str], Play] = {}
        self._office = office
        self._tell = tell
        self._children: dict[tuple[str, str], Play] = {}
        self._keys: dict[tuple[str, str, str], Play] = {}

    def put(self, play: Play) -> None:
        """Begin a scene: what comes about its child is for it from now on."""
        self.plays[play.part.name, play.part.form] = play
        if play.about:
            self._children[play.part.form, play.scene.child.bsn] = play

    def signals(self, form: str) -> list[tuple[Play, Mapping[str, Any]]]:
        """The active signals of a format, each with what it was given with."""
        mine = [one for key, one in self._office.signals.items() if key[0] == form and one.status == "ACTIEF"]
        return [(self._keys[one.key], one.message) for one in mine if one.key in self._keys]

    def decide(self, form: str, asked: Message, now: dt.datetime, n: int) -> Decision:
        """How a question is answered and where it belongs; what it completes is completed by exchange `n`."""
        self._advance(now)
        play = self._belongs(form, asked)
        if play is None:
            return self._general(form, asked, now, n)
        step = self._step(play, asked)
        play.turns[step] += 1
        turn = play.turns[step]
        manner = _manner(play, step, turn)
        said = self._said(form, asked, now, manner)
        found = Decision(play.part.name, play.scene.start["poging"], step, turn, said, manner)
        done = [(play, step)] if self._completes(play, step, asked, found) else []
        if found.delivered:
            done += self._told(form, said)
        return self._with(found, done, now, n)

    def traffic(self, form: str) -> tuple[str, int, str, int]:
        """Where a question belongs that is about no scene: scenario, attempt, step and turn."""
        play = self.plays.get((TRAFFIC, form))
        attempt = 1 if play is None else int(play.scene.start["poging"])
        if play is None:
            return TRAFFIC, attempt, "verkeer", 1
        play.turns["verkeer"] += 1
        return TRAFFIC, attempt, "verkeer", play.turns["verkeer"]

    def _general(self, form: str, asked: Message, now: dt.datetime, n: int) -> Decision:
        """What is about no child of the roster: lists, and what nobody here gave."""
        said = self._said(form, asked, now, "gewoon")
        manner = "gewoon"
        for play, step in self._told(form, said):
            play.turns[step] += 1
            manner = max(manner, _manner(play, step, play.turns[step]), key=lambda one: one != "gewoon")
        found = Decision(*self.traffic(form), said, manner)
        return self._with(found, self._told(form, said) if found.delivered else [], now, n)

    def _with(self, found: Decision, done: list[tuple[Play, str]], now: dt.datetime, n: int) -> Decision:
        for play, step in done:
            play.scene.done[step] = n
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
        for play in self.plays.values():
            step = play.current
            if step is None or step.doe not in EVENTS or play.key is None:
                continue
            if not play.due(step, now):
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


def _manner(play: Play, step: str, turn: int) -> str:
    script = next((one.antwoord for one in play.part.scenario.stappen if one.id == step), ())
    if script and script[-1].startswith("blijf-weigeren"):
        return script[min(turn, len(script)) - 1]
    return script[turn - 1] if turn <= len(script) else "gewoon"

"""Where what comes in is taken: it finds the scene a message belongs to, lets the party answer, writes it all down.

A message belongs to the scene that first spoke of what it names: a signal, a message, a bronSignaalId; a signal nobody
knows yet belongs to the last scene about its child. What comes late is so never charged to a later scene.
"""

import datetime as dt
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from conformance.exchange import STRANGER, Exchange, Reply, Request
from conformance.parties.behaviour import BEHAVIOURS, GOOD, Behaviour
from conformance.parties.server import Answer
from conformance.rules import persons
from conformance.scene import Scene
from conformance.transcript import Transcript
from conformance.values import Message

OUTSIDE = "buiten"
"""The scene of what belongs to none: questions on its own time, and what an earlier run left behind."""


@dataclass(frozen=True, slots=True)
class About:
    """What a message names. `child` is a BSN of a test person, None for a stranger, empty where there is none."""

    keys: tuple[str, ...] = ()
    child: str | None = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """What a party does with a message, and what it says of it."""

    did: str
    reply: Reply | None
    silence: str = ""


class Party(Protocol):
    """Whom the kit plays when it is asked."""

    name: str

    def asked(self, request: Request) -> Message:
        """Read a message."""

    def about(self, question: Message) -> About:
        """What it names."""

    def do(self, question: Message, moment: dt.datetime, behaviour: Behaviour) -> Deed:
        """Do what is asked, and answer."""

    def refuse(self, question: Message) -> Reply:
        """Refuse what is about a stranger."""

    def changes(self, question: Message) -> bool:
        """Whether it would change something."""

    def asks_news(self, question: Message) -> bool:
        """Whether it asks what changed."""


@dataclass(frozen=True, slots=True)
class _Place:
    scenario: str
    attempt: int
    form: str


class Desk:
    """The inward side of one run. Safe for many threads: one message is done at a time."""

    def __init__(self, transcript: Transcript, parties: Sequence[Party], now: Callable[[], dt.datetime]) -> None:
        self._transcript = transcript
        self._now = now
        self._lock = threading.RLock()
        self._known: dict[str, _Place] = {}
        self._children: dict[str, _Place] = {}
        self._scene: Scene | None = None
        self._step = ""
        self._how: dict[str, str] = {}
        self._visits: dict[str, threading.Event] = {party.name: threading.Event() for party in parties}
        self._recall({party.name: party for party in parties})

    def begin(self, scene: Scene) -> None:
        """From now on this scene is played."""
        with self._lock:
            self._scene, self._step, self._how = scene, "", {}
            place = _place(scene)
            self._known[scene.own_id()] = place
            self._children[scene.child.bsn] = place

    def at(self, step: str, how: dict[str, str]) -> None:
        """Of the scene this step is played; `how` says who behaves how from now on."""
        with self._lock:
            self._step = step
            self._how |= {party: name for party, name in how.items() if name}

    def end(self) -> None:
        """The scene is over: everybody is good again."""
        with self._lock:
            self._scene, self._step, self._how = None, "", {}

    def door(self, party: Party) -> Callable[[Request], Answer]:
        """What a listener asks for each request to a party."""
        return lambda request: self._hear(party, request)

    def visited(self, party: str, seconds: float) -> bool:
        """Wait until somebody came: a gateway that found nobody for a while does not come back at once."""
        return self._visits[party].wait(seconds)

    def _hear(self, party: Party, request: Request) -> Answer:
        question = party.asked(request)
        self._visits[party.name].set()
        with self._lock:
            place, child = self._find(party.about(question))
            scene = self._scene if self._scene is not None and place == _place(self._scene) else None
            told = BEHAVIOURS[self._how.get(party.name, GOOD)]
            touched = party.asks_news(question) if told.news else scene is not None and party.changes(question)
            behaviour = told if touched else BEHAVIOURS[GOOD]
            moment = self._now()
            if child is None:
                request, deed = replace(request, body=b""), Deed(STRANGER, party.refuse(question))
                behaviour = BEHAVIOURS[GOOD]
            else:
                deed = party.do(question, moment, behaviour)
            said = deed.reply
            cut = behaviour.cut if said is not None else None
            made = Exchange(
                len(self._transcript.rows), place.scenario, place.attempt, place.form,
                self._step if scene is not None else "", 1, party.name, str(question["handeling"]), True,
                moment.isoformat(), 0, request, said if cut is None else None,
                "half geantwoord" if cut is not None else deed.silence, deed.did,
            )  # fmt: skip
            written = Exchange.of(self._transcript.exchange(made))
            if scene is not None:
                scene.exchanges.append(written)
        return Answer(said, behaviour.wait, cut)

    def _find(self, about: About) -> tuple[_Place, str | None]:
        place = next((self._known[key] for key in about.keys if key in self._known), None)
        if place is None:
            now = self._scene
            outside = _Place(OUTSIDE, 0, now.form if now is not None else "")
            place = self._children.get(about.child or "", outside)
        if place.scenario != OUTSIDE:
            self._known |= dict.fromkeys(about.keys, place)
        return place, about.child

    def _recall(self, parties: dict[str, Party]) -> None:
        """What was done before the run was stopped is known again: nobody forgets."""
        for row in self._transcript.of("uitwisseling"):
            if not row["binnen"] or row["partij"] not in parties:
                continue
            earlier = Exchange.of(row)
            party = parties[earlier.party]
            question = party.asked(earlier.request)
            if earlier.did in ("vastgelegd", "geweigerd"):
                how = BEHAVIOURS["weiger" if earlier.did == "geweigerd" else GOOD]
                party.do(question, dt.datetime.fromisoformat(earlier.moment), how)
            if earlier.scenario != OUTSIDE:
                place = _Place(earlier.scenario, earlier.attempt, earlier.form)
                self._known |= dict.fromkeys(party.about(question).keys, place)


def child_of(person: Message) -> str | None:
    """The BSN of the test person that is meant; None for somebody else."""
    for one in persons():
        same = all(person.get(name) == getattr(one, name) for name in ("familienaam", "geboortedatum", "geslacht"))
        if person.get("bsn") == one.bsn or same:
            return one.bsn
    return None


def _place(scene: Scene) -> _Place:
    return _Place(str(scene.start["scenario"]), int(scene.start["poging"]), scene.form)

"""Plays the scenarios of a role as a sender, and writes all that passes into the transcript. Judges nothing.

A scene that was not ended (the run was killed) is played again from its start, as a new attempt with ids of its own.
"""

import datetime as dt
import ssl
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from conformance import formats
from conformance.demands import Failed, Moment, check
from conformance.exchange import Exchange, Request
from conformance.formats import Question
from conformance.line import Line, Silence
from conformance.parties.behaviour import GOOD
from conformance.parties.desk import Desk
from conformance.rules import Rules, Scenario, Step, persons
from conformance.run import MEETING, Part, capabilities, plan
from conformance.scene import Scene, messages, met
from conformance.transcript import Row, Transcript
from conformance.values import Message, Unknown, at

MOST_PAGES = 500
CLEANING = "opruimen"
"""The step after the last."""
HANG_UP = "hang-op"
"""The twist of the line itself: whoever asks is gone before the answer comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How the system under test is reached. Tokens by party; they never reach a file or the screen."""

    base: str
    tokens: Mapping[str, str | None] = field(repr=False)
    timeout: float = 30.0
    match_timeout: float = 60.0
    offset: dt.timedelta = dt.timedelta()
    tls: ssl.SSLContext | None = field(default=None, repr=False)


class Player:
    """One run."""

    def __init__(self, rules: Rules, transcript: Transcript, reach: Reach, desk: Desk | None = None) -> None:
        self._rules = rules
        self._transcript = transcript
        self._reach = reach
        self._desk = desk
        self._line = Line(reach.timeout, reach.tls)
        self._told: Mapping[str, Message] = {}

    def close(self) -> None:
        """Close the connections."""
        self._line.close()

    def run(self, tell: Callable[[int, int, Part], None] = lambda *_: None) -> None:
        """Play what was not played yet, to its end."""
        parts = plan(self._rules, self._transcript.header)
        ended = {(row["scenario"], row["formaat"]) for row in self._transcript.of("scenario_af")}
        self._told = self._capabilities()
        if not self._told:
            self._meet()
        for number, part in enumerate(parts, start=1):
            if (part.name, part.form) not in ended:
                self._scene(part)
            tell(number, len(parts), part)
        if not any(self._transcript.of("af")):
            self._transcript.add({"soort": "af", "op": self._now().isoformat()})

    def _capabilities(self) -> Mapping[str, Message]:
        return capabilities(map(Exchange.of, self._transcript.of("uitwisseling")))

    def _meet(self) -> None:
        """Every party asks what it may do, in the first format that can ask and gets an answer."""
        header = self._transcript.header
        forms = ["index"] if header["rol"] == "index" else [*dict.fromkeys((*header["formaten"], *formats.NAMES))]
        start = {"scenario": MEETING, "poging": 1, "voor": 0, "nummer": 0, "kind": 0}
        for party, token in self._reach.tokens.items():
            for form in (one for one in forms if formats.find(one).meets):
                step = Step(party, party, "capaciteiten")
                asking = Scenario(MEETING, header["rol"], "", "", "", (form,), (step,))
                scene = Scene(asking, header, start | {"formaat": form, "nu": self._now().isoformat()})
                question = Question(step.doe, scene.message(step), self._reach.base, token)
                place = _Place(MEETING, 1, form, party, 1, party, step.doe)
                said = self._send(place, formats.find(form).ask(question))
                if formats.heard(said)["uitkomst"] == "aangenomen":
                    break
        self._told = self._capabilities()

    def _scene(self, part: Part) -> None:
        if any(one not in self._transcript.header["partijen"] for one in part.scenario.nodig):
            return
        started = list(self._transcript.of("scenario"))
        attempt = 1 + sum((row["scenario"], row["formaat"]) == (part.name, part.form) for row in started)
        child = part.scenario.kind or 1 + len(started) % (len(persons()) - 2)
        row = self._transcript.add(
            {
                "soort": "scenario", "scenario": part.name, "formaat": part.form, "poging": attempt, "voor": part.row,
                "nummer": len(started) + 1, "kind": child - 1, "nu": self._now().isoformat(),
            }
        )  # fmt: skip
        self._clean_earlier(part, started)
        scene = Scene(part.scenario, self._transcript.header, row)
        scene.capabilities = self._told
        if self._desk is not None:
            self._desk.begin(scene)
        stopped = ""
        if not part.scenario.als or met(scene.fill(part.scenario.als.get("is", [])), [self._told.get("school", {})]):
            for step in part.scenario.stappen:
                try:
                    self._step(scene, part, step)
                except Unknown:
                    stopped = step.id
                    break
            self._clean_up(scene, part)
        if self._desk is not None:
            self._desk.end()
        end = {"soort": "scenario_af", "scenario": part.name, "formaat": part.form, "poging": attempt}
        self._transcript.add(end | ({"gestopt": stopped} if stopped else {}))

    def _step(self, scene: Scene, part: Part, step: Step) -> None:
        if self._desk is not None:
            how = {"index": step.index, "ontvanger": step.ontvanger}
            self._desk.at(step.id, scene.fill(how))
        if step.doe == "terugkijken":
            return
        if step.doe == "wachten" and step.tot is None:
            time.sleep(float(step.met["seconden"]))
            return
        if step.keer > 1:
            with ThreadPoolExecutor(step.keer) as pool:
                list(pool.map(lambda turn: self._ask(scene, part, step, turn), range(1, step.keer + 1)))
            return
        deadline = time.monotonic() + self._reach.match_timeout
        turn, pause = 1, 0.05
        while not self._round(scene, part, step, turn) and time.monotonic() < deadline:
            time.sleep(pause)
            turn, pause = turn + 1, min(pause * 2, 1.0)

    def _round(self, scene: Scene, part: Part, step: Step, turn: int) -> bool:
        """Ask once, a list page by page; whether what the step waits for is there."""
        cursor = str(scene.fill(step.met.get("na", ""), step))
        for _ in range(MOST_PAGES if step.doe != "wachten" else 0):
            self._ask(scene, part, step, turn, cursor)
            heard = scene.heard(scene.of(step.id)[-1])
            if "maximum" in step.met or at(heard, "meer")[:1] != [True]:
                break
            cursor = str(heard["cursor"])
        if step.tot is None:
            return True
        row = scene.fill(dict(step.tot), step)
        try:
            check(Moment(scene, step, row))
        except Failed:
            return False
        return True

    def _ask(self, scene: Scene, part: Part, step: Step, turn: int, cursor: str = "") -> None:
        known = scene.facts(step.als_stap) if step.als_stap else {}
        again = _again(scene, step, self._reach.tokens[step.wie]) if step.doe == "herhalen" else None
        op = scene.of(step.als_stap)[0].op if again else step.doe
        message = {} if again else scene.message(step)
        question = Question(
            op, message, self._reach.base, self._reach.tokens[step.wie], step.draad,
            step.erbij, cursor, known,
        )  # fmt: skip
        request = again or formats.find(part.form).ask(question)
        place = _Place(part.name, scene.start["poging"], part.form, step.id, turn, step.wie, op)
        following: Request | None = request
        while following is not None:
            scene.exchanges.append(said := self._send(place, following, hang_up=step.draad == HANG_UP))
            following = formats.find(part.form).then(said)
            if following is not None and following.token is not None:
                following = replace(following, token=request.token)

    def _clean_earlier(self, part: Part, started: list[Row]) -> None:
        """Take back what an attempt gave that was killed before it ended."""
        for row in started:
            if (row["scenario"], row["formaat"]) == (part.name, part.form):
                scene = Scene(part.scenario, self._transcript.header, row)
                scene.capabilities = self._told
                said = map(Exchange.of, self._transcript.of("uitwisseling"))
                here = (part.name, part.form, row["poging"])
                scene.exchanges = [one for one in said if (one.scenario, one.form, one.attempt) == here]
                self._clean_up(scene, part)

    def _clean_up(self, scene: Scene, part: Part) -> None:
        """Take back what the scene gave, so that the next one finds no match with it."""
        if self._desk is not None:
            self._desk.at(CLEANING, dict.fromkeys(("index", "ontvanger"), GOOD))
        rule = messages(scene.scenario.rol)["opruimen"]
        for number, (party, own) in enumerate(_standing(scene, rule), start=1):
            step = Step(f"{CLEANING}-{number}", party, rule["doe"], met={rule["kenmerk"]: own})
            request = formats.find(part.form).ask(
                Question(step.doe, scene.message(step), self._reach.base, self._reach.tokens[party])
            )
            self._send(_Place(part.name, scene.start["poging"], part.form, step.id, 1, party, step.doe), request)

    def _send(self, place: "_Place", request: Request, *, hang_up: bool = False) -> Exchange:
        moment = self._now().isoformat()
        reply, took, silence = None, 0, ""
        try:
            reply, took = self._line.send(request, hang_up=hang_up)
        except Silence as nothing:
            silence = str(nothing)
        made = Exchange(
            len(self._transcript.rows), place.scenario, place.attempt, place.form, place.step, place.turn, place.party,
            place.op, False, moment, took, request, reply, silence,
        )  # fmt: skip
        return Exchange.of(self._transcript.exchange(made))

    def _now(self) -> dt.datetime:
        return (dt.datetime.now(dt.UTC) + self._reach.offset).replace(microsecond=0)


def _standing(scene: Scene, rule: Mapping[str, str]) -> list[tuple[str, str]]:
    """What may still stand of what a scene gave: whose it is, and how it is called."""
    found: list[tuple[str, str]] = []
    steps = {one.id: one for one in scene.scenario.stappen}
    for step in steps.values():
        if said := scene.of(step.id):
            meant = steps[step.als_stap] if step.doe == "herhalen" else step
            key = step.wie, str(scene.message(meant).get(rule["kenmerk"], ""))
            outcome = scene.heard(said[-1])["uitkomst"]
            if meant.doe == rule["van"] and key[1] and outcome in ("aangenomen", "stilte"):
                found.append(key)
            elif meant.doe == rule["doe"] and outcome == "aangenomen":
                found = [one for one in found if one != key]
    return list(dict.fromkeys(found))


def _again(scene: Scene, step: Step, token: str | None) -> Request:
    """The very bytes of an earlier step."""
    return replace(scene.of(step.als_stap)[0].request, token=token)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the run something is said."""

    scenario: str
    attempt: int
    form: str
    step: str
    turn: int
    party: str
    op: str

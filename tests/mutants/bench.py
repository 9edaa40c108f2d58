"""One demand that was met in a recorded run, and the tools to make what it was met by look otherwise."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, islice
from typing import Any

from conformance import run
from conformance.demands import Moment
from conformance.exchange import Exchange, Reply
from conformance.rules import Demand, Step
from conformance.run import Part
from conformance.scene import Scene
from conformance.values import Message, Unknown, at, text
from tests.mutants import documents

Changes = Mapping[Any, tuple[Exchange, ...]]
"""What came over the line instead, by the number of the exchange: none, one or more; by the id of a step, none: it was
not completed."""
NOTHING: Changes = {}
MANY = 12
TRIES = 250
"""How many small changes are tried for one way; those at the right text come first."""
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Run(run.Run):
    """A recorded run in which all was met."""

    @cached_property
    def played(self) -> list[Part]:
        """What it plays and was played."""
        return [one for one in self.parts if (one.name, one.form) in self.scenes]

    def of(self, form: str) -> list[Exchange]:
        """All that passed in a format."""
        return [one for one in self.exchanges if one.form == form]

    @cached_property
    def heard(self) -> Mapping[int, Message]:
        """What each exchange says."""
        found = {}
        for scene in self.scenes.values():
            found |= {one.n: scene.heard(one) for one in scene.exchanges}
        return found

    def donors(self, form: str, outcome: str, op: str = "") -> list[Exchange]:
        """Exchanges of a format with an outcome; those of an operation first."""
        found = [one for one in self.exchanges if one.form == form and one.n in self.heard and not one.inward]
        found = [one for one in found if one.reply and self.heard[one.n].get("uitkomst") == outcome]
        return sorted(found, key=lambda one: (one.op != op, one.n))


@dataclass(frozen=True)
class Bench:
    """A demand of a step, in a run. `number` counts the demands of its requirement at the step."""

    run: Run
    part: Part
    step: Step
    demand: Demand
    number: int

    @property
    def form(self) -> str:
        return self.part.form

    @property
    def scene(self) -> Scene:
        return self.run.scenes[self.part.name, self.form]

    def seen(self, changes: Changes = NOTHING) -> Scene:
        """The scene, with other things said in it."""
        if not changes:
            return self.scene
        made = Scene(self.scene.scenario, self.scene.header, self.scene.start)
        made.capabilities, made.sworn = self.scene.capabilities, self.scene.sworn
        made.done = {step: n for step, n in self.scene.done.items() if step not in changes}
        made.exchanges = list(changed(self.scene.exchanges, changes))
        return made

    def moment(self, changes: Changes = NOTHING) -> Moment:
        scene = self.seen(changes)
        own = list(changed(self.run.of(self.form), changes))
        return Moment(scene, self.step, scene.fill({"dat": self.demand.dat, **self.demand.rest}, self.step), own)

    @cached_property
    def rest(self) -> Mapping[str, Any]:
        """The demand's own row, filled in."""
        return self.moment().rest

    def facts(self, changes: Changes = NOTHING) -> Message:
        if "bij" in self.demand.rest:
            return self.moment(changes).facts
        return self.seen(changes).facts(self.step.id)

    def found(self, changes: Changes = NOTHING, path: str = "") -> list[Any]:
        """What stands at the demand's path."""
        with suppress(Unknown):
            return at(self.facts(changes), path or self.rest["waar"])
        return []

    @property
    def own(self) -> list[Exchange]:
        """What the system said at the step, in its last round; or all that came in."""
        said = self.moment().said or [one for one in self.moment().run if one.inward and self.scene.speaks]
        last = max((one.turn for one in said), default=0)
        earlier = [row["stap"] for row in self.demand.rest.get("keus", []) if "stap" in row]
        return [one for step in earlier for one in self.scene.of(step)] + [
            one for one in said if one.turn == last or one.inward
        ]

    # what can be made of a message

    def leaves(self, first: Iterable[Any] = (), changes: Changes = NOTHING) -> Iterator[tuple[str, Callable[..., Any]]]:
        """Every text of the step's messages, those that equal one of `first` first, with how to put another there."""
        return self.texts(self.own, first, changes)

    @staticmethod
    def texts(
        of: Iterable[Exchange], first: Iterable[Any] = (), changes: Changes = NOTHING
    ) -> Iterator[tuple[str, Callable[..., Any]]]:
        """Every text of some messages, those that equal one of `first` first, with how to put another there."""
        wanted = {text(one) for one in first if not isinstance(one, dict | list)}
        found = []
        for one in of:
            for own in changes.get(one.n, (one,)):
                for old, put in _leaves(own):
                    found.append((old, lambda new, put=put, own=own: {**changes, own.n: (put(new),)}))
        return iter(sorted(found, key=lambda pair: pair[0] not in wanted))

    def without(self, changes: Changes = NOTHING) -> Iterator[Changes]:
        """Each spot taken out."""
        yield from self._each(lambda document, spot: document.gone(spot), changes)

    def doubled(self, changes: Changes = NOTHING) -> Iterator[Changes]:
        """Each spot twice."""
        yield from self._each(lambda document, spot: document.twice(spot), changes)

    def grafted(self, path: str) -> Iterator[Changes]:
        """A piece of another message of the run put in, where its like may stand; first what says the path."""
        plain = re.sub(r"\[[^\]]*\]", "", path)
        targets = self.own
        donors = [one for one in self.run.of(self.form) if one.n in self.run.heard]
        ops = {one.op for one in targets}
        said = {one.n: at(self.run.heard[one.n], plain) for one in donors}
        donors.sort(key=lambda one: (not said[one.n], one.op not in ops, one.n))
        for target in targets:
            document = _document(target)
            if document is None:
                continue
            for donor in donors[:MANY]:
                piece = _document(donor)
                if piece is None or not (said[donor.n] or isinstance(piece, documents.Lines)):
                    continue
                for body in document.grafts(piece):
                    yield {target.n: (with_body(target, body),)}

    def arrived(self) -> Iterator[Changes]:
        """A message that came in at the same party in another scene, come in here too, about what is given here."""
        party, only, here = self.demand.rest.get("bij"), self.rest.get("handelingen", []), self.scene
        if not party:
            return
        last = here.exchanges[-1]
        for key, scene in self.run.scenes.items():
            for one in scene.exchanges if key[1] == self.form else ():
                if one.inward and one.party == party and (not only or one.op in only):
                    body = one.request.body.replace(scene.own_id().encode(), here.own_id().encode())
                    moved = replace(one, scenario=last.scenario, attempt=last.attempt, step=last.step)
                    yield {last.n: (last, with_body(moved, body))}

    def instead(self, donors: Iterable[Exchange]) -> Iterator[Changes]:
        """The whole reply of another exchange, in place of each of the step's."""
        for donor in list(donors)[:MANY]:
            if donor.reply is not None:
                yield {one.n: (replace(one, reply=donor.reply, silence=""),) for one in self.own if not one.inward}

    def silence(self) -> Changes:
        """Nothing came."""
        return {
            one.n: () if one.inward else (replace(one, reply=None, silence="ReadTimeout"),) for one in self.own
        }  # fmt: skip

    def said_with(self, more: str, on: Exchange) -> Iterator[tuple[str, Changes]]:
        """A text more in what the system said: in a header, and in each text of its body."""
        added = ("x-verzoek", more)
        if on.inward:
            yield "kop", {on.n: (replace(on, request=replace(on.request, headers=(*on.request.headers, added))),)}
        elif on.reply is not None:
            yield "kop", {on.n: (replace(on, reply=replace(on.reply, headers=(*on.reply.headers, added))),)}
        document = _document(on)
        if document is not None:
            for spot, old in document.leaves():
                if len(old) > 3:
                    yield "inhoud", {on.n: (with_body(on, document.put(spot, f"{old} {more}")),)}

    def fewer(self, changes: Changes = NOTHING) -> Iterator[Changes]:
        """Each message left out, and then all of them."""
        yield from ({**changes, one.n: ()} for one in self.own)
        yield {one.n: () for one in self.own}

    def more(self) -> Iterator[Changes]:
        """Each message twice, the second time with another text; and, of what comes in, one of another scene."""
        for one in self.own:
            yield {one.n: (one, one)}
            yield from ({one.n: (one, put(other(old)))} for old, put in _leaves(one))
        yield from self.arrived()

    def swapped(self) -> Iterator[Changes]:
        """Each two of the step's messages in each other's place."""
        for one, two in combinations(self.own, 2):
            yield {one.n: (two,), two.n: (one,)}

    def worn(self, way: Callable[[Changes], Iterator[Changes]], left: Callable[[Changes], int]) -> Changes | None:
        """One small change after another, each of which leaves less; None when something stays."""
        changes = NOTHING
        while now := left(changes):
            for tried in islice(way(changes), TRIES):
                if left(tried) < now:
                    changes = tried
                    break
            else:
                return None
        return changes or None

    def _each(self, way: Callable[[Any, Any], bytes], changes: Changes) -> Iterator[Changes]:
        near = {text(one) for one in (self.found(changes) if "waar" in self.rest else ())}
        for own in changed(self.own, changes):
            document = _document(own)
            if document is not None:
                right = {spot for spot, old in document.leaves() if old in near}
                for spot in sorted(document.nodes(), key=lambda spot: spot not in right):
                    yield {**changes, own.n: (with_body(own, way(document, spot)),)}
            if own.reply is not None and not own.inward:
                for name, _ in own.reply.headers:
                    kept = tuple(pair for pair in own.reply.headers if pair[0] != name)
                    yield {**changes, own.n: (replace(own, reply=replace(own.reply, headers=kept)),)}


def changed(exchanges: Iterable[Exchange], changes: Changes) -> Iterator[Exchange]:
    """The exchanges, with the changes among them."""
    for one in exchanges:
        yield from changes.get(one.n, (one,))


def first(found: Iterable[Changes], achieved: Callable[[Changes], bool]) -> Changes | None:
    """The first change that comes to what was meant."""
    return next((one for one in islice(found, TRIES) if _holds(achieved, one)), None)


def other(said: str) -> str:
    """Another text of the same kind."""
    if said in ("true", "false"):
        return "false" if said == "true" else "true"
    if said.isdigit() and len(said) < 8:
        return str(int(said) + 1)
    if DATE.fullmatch(said):
        return (dt.date.fromisoformat(said) + dt.timedelta(days=1)).isoformat()
    return "anders"


def with_body(one: Exchange, body: bytes) -> Exchange:
    """The exchange with other bytes from the system under test."""
    if one.inward:
        return replace(one, request=replace(one.request, body=body))
    return one if one.reply is None else replace(one, reply=replace(one.reply, body=body))


def _holds(achieved: Callable[[Changes], bool], changes: Changes) -> bool:
    try:
        return achieved(changes)
    except (Unknown, KeyError):
        return False


def body_of(one: Exchange) -> bytes:
    return one.request.body if one.inward else b"" if one.reply is None else one.reply.body


def _document(one: Exchange) -> documents.Document | None:
    if one.inward:
        return documents.read(one.request.header("content-type"), one.request.body)
    return None if one.reply is None else documents.read(one.reply.content_type, one.reply.body)


def _leaves(one: Exchange) -> Iterator[tuple[str, Callable[[str], Exchange]]]:
    document = _document(one)
    for spot, old in document.leaves() if document else ():
        yield old, lambda new, spot=spot: with_body(one, document.put(spot, new))  # type: ignore[union-attr,misc]
    if one.inward:
        way, _, asked = one.request.url.partition("?")
        query = documents.Form(asked.encode())
        for spot, old in query.leaves():
            yield (
                old,
                lambda new, spot=spot: replace(  # type: ignore[misc]
                    one, request=replace(one.request, url=f"{way}?{query.put(spot, new).decode()}")
                ),
            )
    elif one.reply is not None:
        reply = one.reply
        yield str(reply.status), lambda new: replace(one, reply=replace(reply, status=_status(new)))
        for number, (name, old) in enumerate(reply.headers):
            yield (
                old,
                lambda new, number=number, name=name: replace(  # type: ignore[misc]
                    one, reply=_headed(reply, number, name, new)
                ),
            )


def _status(new: str) -> int:
    return int(new) if new.isdigit() else 299


def _headed(reply: Reply, number: int, name: str, new: str) -> Reply:
    return replace(reply, headers=(*reply.headers[:number], (name, new), *reply.headers[number + 1 :]))

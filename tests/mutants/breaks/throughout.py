"""How all that a sender asked over a run may be other than a demand wants it: one number for two, about another."""

from collections.abc import Iterator

from conformance import formats
from conformance.exchange import Exchange
from conformance.values import at, text
from tests.mutants.bench import Bench, Changes, first
from tests.mutants.breaks.shared import Way


def eigen_id_per_kind(bench: Bench) -> Iterator[Way]:
    one, two = _two(bench, "signaalAfgeven", "bronSignaalId")
    yield "een kenmerk voor twee", _as_in(bench, one, two, "bronSignaalId")


def eigen_cursor(bench: Bench) -> Iterator[Way]:
    asked = [one for one in bench.moment().run if one.inward and at(bench.run.heard.get(one.n, {}), "na")]
    texts = bench.texts(asked, at(bench.run.heard[asked[-1].n], "na"))
    yield "een andere cursor", first((put("een-andere") for _, put in texts), lambda made: _said(made, asked, "na"))


def geen_vreemde(bench: Bench) -> Iterator[Way]:
    later = [one for one in bench.moment().run if one.inward and one.op != "signaalAfgeven"]
    later = [one for one in later if at(bench.run.heard.get(one.n, {}), "bronSignaalId")]
    texts = bench.texts(later, [one for said in later for one in at(bench.run.heard[said.n], "bronSignaalId")])
    tried = (put("een-andere") for _, put in texts)
    yield "over een ander signaal", first(tried, lambda made: _said(made, later, "bronSignaalId"))


def verschillend(bench: Bench) -> Iterator[Way]:
    one, two = _two(bench, "", bench.rest["waar"])
    yield "een dubbele", _as_in(bench, one, two, bench.rest["waar"])


def _two(bench: Bench, op: str, path: str) -> tuple[Exchange, Exchange]:
    """Two messages of a sender that say something else at a path."""
    said = [one for one in bench.moment().run if one.inward and op in ("", one.op)]
    said = [one for one in said if at(bench.run.heard.get(one.n, {}), path)]
    own = at(bench.run.heard[said[0].n], path)
    return said[0], next(one for one in said if at(bench.run.heard[one.n], path) != own)


def _as_in(bench: Bench, one: Exchange, two: Exchange, path: str) -> Changes | None:
    """The second message with what the first says at a path."""
    (new, *_), olds = (at(bench.run.heard[which.n], path) for which in (one, two))
    tried = (put(text(new)) for _, put in bench.texts([two], olds))
    return first(tried, lambda made: _said(made, [two], path, text(new)))


def _said(made: Changes, asked: list[Exchange], path: str, wanted: str = "een-andere") -> bool:
    """Whether one of the messages now says that."""
    found = [asked_again for one in asked for asked_again in made.get(one.n, ())]
    return any(wanted in map(text, at(formats.asked(one), path)) for one in found)


WAYS = (eigen_id_per_kind, eigen_cursor, geen_vreemde, verschillend)

"""How what a sender asked may be other than a demand wants it: not done, too often, too soon, about another."""

from collections.abc import Iterator
from dataclasses import replace

from conformance import formats
from conformance.exchange import Exchange
from conformance.values import at, text
from tests.mutants.bench import Bench, Changes, first, with_body
from tests.mutants.breaks.shared import Way, roughly
from tests.mutants.documents import Lines, read


def gedaan(bench: Bench) -> Iterator[Way]:
    yield "niet gedaan", {bench.step.id: ()}


def keren(bench: Bench) -> Iterator[Way]:
    if bench.rest.get("minstens"):
        yield "te weinig", {one.n: () for one in bench.own[int(bench.rest["minstens"]) - 1 :]}
    if "hoogstens" in bench.rest:
        most = int(bench.rest["hoogstens"])
        yield "te vaak", {bench.own[-1].n: (bench.own[-1],) * (most + 1)}


def alleen_deze(bench: Bench) -> Iterator[Way]:
    one = bench.own[-1]
    yield "een andere handeling", {one.n: (one, replace(one, op="een-andere"))}


def herhaald(bench: Bench) -> Iterator[Way]:
    yield "niet herhaald", {one.n: () for one in bench.own[1:]}
    yield from roughly(bench)


def niet_te_vroeg(bench: Bench) -> Iterator[Way]:
    one, *later = bench.own
    if later:
        yield "meteen weer", {two.n: (replace(two, moment=one.moment),) for two in later}
    else:
        yield "meteen weer", {one.n: (one, one)}


def gecorrigeerd(bench: Bench) -> Iterator[Way]:
    refused = bench.own[0]
    yield "hetzelfde weer", {refused.n: (refused, refused)}


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


def geen_vreemde_kolommen(bench: Bench) -> Iterator[Way]:
    for one in bench.own:
        document = read("text/csv", one.request.body)
        if isinstance(document, Lines):
            yield "een kolom erbij", {one.n: (with_body(one, document.wider("toelichting", "een verhaal")),)}


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


WAYS = (
    gedaan, keren, alleen_deze, herhaald, niet_te_vroeg, gecorrigeerd, eigen_id_per_kind, eigen_cursor,
    geen_vreemde, geen_vreemde_kolommen, verschillend,
)  # fmt: skip

"""How what a sender asked at a step may be other than a demand wants it: not done, too often, too soon, with more."""

from collections.abc import Iterator
from dataclasses import replace

from tests.mutants.bench import Bench, with_body
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


def geen_vreemde_kolommen(bench: Bench) -> Iterator[Way]:
    for one in bench.own:
        document = read("text/csv", one.request.body)
        if isinstance(document, Lines):
            yield "een kolom erbij", {one.n: (with_body(one, document.wider("toelichting", "een verhaal")),)}


WAYS = (gedaan, keren, alleen_deze, herhaald, niet_te_vroeg, gecorrigeerd, geen_vreemde_kolommen)

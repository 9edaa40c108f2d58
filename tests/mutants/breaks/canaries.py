"""How what must stand nowhere may stand somewhere: in a header, in a text."""

from collections.abc import Iterator

from conformance import formats
from conformance.demands.canaries import INNARDS
from conformance.exchange import Exchange
from conformance.rules import persons
from conformance.scene import parties
from tests.mutants.bench import Bench, Changes, body_of
from tests.mutants.breaks.shared import Way

CANARIES = ("bsn", "geboortedatum", "jeugdige", "voornamen", "melder", "programmatuur")


def nergens(bench: Bench) -> Iterator[Way]:
    rest = bench.rest
    over = {"stap": bench.own, "scenario": bench.scene.exchanges}.get(rest.get("in", "stap"))
    if over is None or "bij" in rest:
        over = bench.moment().said if "bij" in rest else bench.moment().run
    only, inward = rest.get("alleen"), "bij" in rest or bench.scene.speaks
    said = [one for one in over if one.inward == inward and (inward or one.reply is not None)]
    said = [one for one in said if not only or bench.run.heard.get(one.n, {}).get("uitkomst") == only]
    for kind in rest["waarden"]:
        value = _canary(bench, kind)
        for place in ("kop", "inhoud"):
            on = max(said, key=lambda one, place=place: len(body_of(one)) if place == "inhoud" else 0)
            made = (
                changes
                for where, changes in bench.said_with(value, on)
                if where == place and (not only or _still(changes, on, only))
            )
            if place == "kop" or rest.get("waar") != "adres":
                yield f"{kind if kind in CANARIES else 'woord'} in {place}", next(made, None)


def _still(changes: Changes, on: Exchange, outcome: str) -> bool:
    """Whether the answer is still of an outcome."""
    return all(formats.find(on.form).heard(one)["uitkomst"] == outcome for one in changes[on.n])


def _canary(bench: Bench, kind: str) -> str:
    child = bench.scene.child if bench.scene.speaks else persons()[-1]
    match kind:
        case "bsn":
            return child.bsn
        case "geboortedatum":
            return child.geboortedatum
        case "jeugdige":
            return child.familienaam
        case "voornamen":
            return max(bench.scene.child.voornamen.split(), key=len)
        case "melder":
            return parties()["school"]["naam"]
        case "programmatuur":
            return INNARDS[0]
        case _:
            return kind


WAYS = (nergens,)

"""What the rooms share: a way with its name, other values at the path of a demand, and any change at all."""

from collections.abc import Iterator
from itertools import chain

from conformance.demands import Failed, check
from conformance.values import at, text
from tests.mutants.bench import NOTHING, Bench, Changes, first, other

Way = tuple[str, Changes | None]


def roughly(bench: Bench) -> Iterator[Way]:
    """Without knowing the demand: the first text changed, piece taken out or doubled, by which it is not met."""

    def unmet(made: Changes) -> bool:
        try:
            check(bench.moment(made))
        except Failed:
            return True
        return False

    texts = (put(other(old)) for old, put in bench.leaves())
    for name, tried in (("een andere tekst", texts), ("zonder een stuk", bench.without()), ("dubbel", bench.doubled())):
        made = first(tried, unmet)
        if made is not None:
            yield name, made
            return
    donors = [*bench.run.donors(bench.form, "aangenomen", bench.own[-1].op)] if bench.own else []
    yield "een ander bericht", first(chain(bench.instead(donors), bench.fewer(), bench.more()), unmet)


def others(bench: Bench, changes: Changes = NOTHING, near: set[str] = frozenset()) -> Iterator[Changes]:
    """Each text with another there: first those at the path, with what is said there elsewhere in the run."""
    before = near or ([] if "waar" not in bench.rest else bench.found(changes))
    path = bench.rest.get("waar", "")
    known = sorted({text(one) for heard in bench.run.heard.values() for one in at(heard, path) if path}, key=str)
    for old, put in bench.leaves(before, changes):
        if old in map(text, before):
            yield from (put(new) for new in known if new and new != old and len(new) < 60)
        yield put(other(old))

"""How what was read may be other than a demand wants it: another value, no value, an acceptance for a refusal."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from itertools import chain

from conformance.scene import choices
from conformance.values import at, text
from tests.mutants.bench import NOTHING, Bench, Changes, first
from tests.mutants.breaks.shared import Way, others


def aangenomen(bench: Bench) -> Iterator[Way]:
    op = bench.own[-1].op
    refusals = bench.run.donors(bench.form, "geweigerd", op)
    yield "geweigerd", first(bench.instead(refusals), lambda made: _outcome(bench, made) == "geweigerd")
    yield "stilte", bench.silence()
    yield "tegen het contract", _against_the_contract(bench, "aangenomen")


def geweigerd(bench: Bench) -> Iterator[Way]:
    op = bench.own[-1].op
    accepted = bench.run.donors(bench.form, "aangenomen", op)
    yield "aangenomen", first(bench.instead(accepted), lambda made: _outcome(bench, made) == "aangenomen")
    yield "stilte", bench.silence()
    wanted = {*bench.rest.get("met", []), *bench.rest.get("een_van", [])}
    if wanted:
        yield (
            "andere code",
            bench.worn(
                lambda made: _recoded(bench, wanted, made),
                lambda made: sum(one in wanted for one in bench.facts(made)["codes"]),
            ),
        )
    yield "tegen het contract", _against_the_contract(bench, "geweigerd")


def gelijk(bench: Bench) -> Iterator[Way]:
    yield "iets anders", _another(bench)
    yield "niets", _nothing(bench)


def een_van(bench: Bench) -> Iterator[Way]:
    yield "iets anders", _another(bench, set(map(text, bench.rest["waarden"])))


def bevat(bench: Bench) -> Iterator[Way]:
    wanted = text(bench.rest["waarde"])
    left = _left(bench, lambda one: wanted in text(one))
    yield "iets anders", bench.worn(lambda made: others(bench, made), left)
    yield "niets", bench.worn(bench.without, left)


def is_er(bench: Bench) -> Iterator[Way]:
    yield "niets", _nothing(bench)


def is_er_niet(bench: Bench) -> Iterator[Way]:
    said = _earlier_with(bench, bench.rest["waar"])
    tried = chain(bench.instead(said), bench.grafted(bench.rest["waar"]))
    yield "toch", first(tried, lambda made: any(map(text, bench.found(made))))


def aantal(bench: Bench) -> Iterator[Way]:
    rest = bench.rest

    def counted(made: Changes) -> int:
        found = list(map(text, bench.found(made)))
        return len(set(found) if rest.get("verschillende") else found)

    count = counted(NOTHING)
    if rest.get("minstens", rest.get("waarde", 0)):
        least = int(rest.get("waarde", rest.get("minstens", 0)))
        yield "minder", bench.worn(_less(bench), lambda made: max(0, counted(made) - least + 1))
    if "waarde" in rest or "hoogstens" in rest:
        asked = re.findall(r"\[[^=\]]+=([^\]]*)\]", rest["waar"])
        fitted = (put(one) for one in asked for _, put in bench.leaves())
        tried = chain(fitted, bench.doubled(), bench.grafted(rest["waar"]), bench.more())
        yield "meer", first(tried, lambda made: counted(made) > count)


def patroon(bench: Bench) -> Iterator[Way]:
    strange = next(one for one in ("§", " ", "") if not re.fullmatch(bench.rest["waarde"], one))
    tried = (put(strange) for _, put in bench.leaves(bench.found()))
    yield "een andere vorm", first(tried, lambda made: strange in bench.found(made))
    yield "niets", _nothing(bench)


def tussen(bench: Bench) -> Iterator[Way]:
    for name, bound, days in (("te vroeg", "van", -1), ("te laat", "tot", 1)):
        beyond = (dt.date.fromisoformat(str(bench.rest[bound])[:10]) + dt.timedelta(days=days)).isoformat()
        tried = (put(beyond) for _, put in bench.leaves(bench.found()))
        yield name, first(tried, lambda made, beyond=beyond: beyond in map(text, bench.found(made)))
    yield "niets", _nothing(bench)


def zelfde_als(bench: Bench) -> Iterator[Way]:
    yield "iets anders", _another(bench)
    yield "niets", _nothing(bench)


def anders_dan(bench: Bench) -> Iterator[Way]:
    there = at(bench.scene.facts(bench.rest["stap"]), bench.rest["waar"])
    tried = (put(text(there[0])) for _, put in bench.leaves(bench.found()))
    yield "hetzelfde", first(tried, lambda made: bench.found(made) == there)
    yield "niets", _nothing(bench)


def geen_van(bench: Bench) -> Iterator[Way]:
    rest = bench.rest
    there = set(map(text, at(bench.scene.facts(rest["stap"]), rest.get("daar", rest["waar"]))))
    again = bench.instead(reversed(bench.scene.of(rest["stap"])))
    tried = chain(again, (put(one) for one in sorted(there) for _, put in bench.leaves(bench.found())))
    yield "nog een keer", first(tried, lambda made: bool(there & set(map(text, bench.found(made)))))


def alle_van(bench: Bench) -> Iterator[Way]:
    rest = bench.rest

    def there(made: Changes) -> set[str]:
        return set(map(text, at(bench.seen(made).facts(rest["stap"]), rest.get("daar", rest["waar"]))))

    def less(made: Changes) -> bool:
        return not there(made) <= set(map(text, bench.found(made)))

    yield "een minder", first(bench.without(), less)
    yield "een ander", first(others(bench, NOTHING, there(NOTHING)), less)


def onderling_gelijk(bench: Bench) -> Iterator[Way]:
    path = bench.rest["waar"]

    def differs(made: Changes) -> bool:
        scene = bench.seen(made)
        found = [at(scene.heard(one), path) for one in scene.of(bench.step.id)]
        return any(one != found[0] for one in found)

    for number, one in enumerate(bench.moment().said):
        alone = _On(bench, number)
        yield f"antwoord {one.turn} anders", first(others(alone), differs)


def wijst_aan(bench: Bench) -> Iterator[Way]:
    places = bench.found(path="bevindingen.plaats")
    before = bench.found(path="aanwijzingen")

    def moved(made: Changes) -> bool:
        after = bench.found(made, "aanwijzingen")
        return len(after) == len(before) and after != before

    tried = (
        put(old.replace(place, new))
        for new in ("daar ergens", "")
        for old, put in bench.leaves(places)
        for place in map(text, places)
        if place and place in old
    )
    yield "een andere plaats", first(tried, moved)
    wanted = set(bench.rest.get("elementen", {}))
    if wanted:
        yield (
            "geen plaats",
            bench.worn(
                bench.without, lambda made: int(wanted <= {one["code"] for one in bench.found(made, "aanwijzingen")})
            ),
        )


def volgorde(bench: Bench) -> Iterator[Way]:

    def told(made: Changes) -> list[str]:
        found = [text(one) for one in bench.found(made) if text(one) not in bench.rest.get("mag", [])]
        return list(dict.fromkeys(found)) if bench.rest.get("herhaald") else found

    each = told(NOTHING)
    yield "een minder", bench.worn(_less(bench), lambda made: sum(one == each[-1] for one in told(made)))
    yield "andersom", first(bench.swapped(), lambda made: told(made) == each[::-1] != each)
    yield "een meer", first(chain(bench.doubled(), bench.more()), lambda made: len(told(made)) > len(each))


def hoort_bij_vraag(bench: Bench) -> Iterator[Way]:
    related, asked = bench.found(path="draad.relatesTo"), bench.found(path="draad.vraagID")
    tried = (put("urn:uuid:een-ander") for _, put in bench.leaves(related))
    yield "bij een andere vraag", first(tried, lambda made: bench.found(made, "draad.relatesTo") != related)
    own = (put(text(asked[0])) for _, put in bench.leaves(bench.found(path="draad.messageID")))
    yield "het nummer van de vraag", first(own, lambda made: bench.found(made, "draad.messageID") == asked)
    yield "zonder relatesTo", bench.worn(bench.without, _filled(bench, "draad.relatesTo"))
    yield "zonder messageID", bench.worn(bench.without, _filled(bench, "draad.messageID"))


def heeft_keuzes(bench: Bench) -> Iterator[Way]:
    yield (
        "geen keuze",
        bench.worn(bench.without, lambda made: sum(one != "onbekend" for one in choices(bench.facts(made)))),
    )


def woord_terug(bench: Bench) -> Iterator[Way]:
    word = bench.rest["waarde"]
    paths = [
        f"{one}.woord" for one in ("ontvangstbewijs.betekenissen", "vertalingen", "ontvangstbewijs.vragen", "vragen")
    ]

    def told(made: Changes) -> list[str]:
        return [one for path in paths for one in bench.found(made, path)]

    for name, new in (("herschreven", word.lower()), ("afgekapt", word[:-1]), ("een ander", "ander woord")):
        tried = (put(new) for old, put in bench.leaves([word]) if old == word)
        yield name, first(tried, lambda made, new=new: new in told(made))
    yield "nergens", bench.worn(bench.without, lambda made: len(told(made)))


def alleen_van(bench: Bench) -> Iterator[Way]:
    yield "een ander erbij", _another(bench)


class _On(Bench):
    """A bench that changes one of the step's answers only."""

    def __init__(self, bench: Bench, number: int) -> None:
        super().__init__(bench.run, bench.part, bench.step, bench.demand, bench.number)
        object.__setattr__(self, "alone", bench.moment().said[number])

    @property
    def own(self):
        return [self.alone]


def _outcome(bench: Bench, made: Changes) -> str:
    return str(bench.facts(made)["uitkomst"])


def _against_the_contract(bench: Bench, outcome: str) -> Changes | None:
    def breaks(made: Changes) -> bool:
        facts = bench.facts(made)
        return facts["uitkomst"] == outcome and bool(facts["contract"])

    return first(chain(bench.without(), bench.doubled()), breaks)


def _another(bench: Bench, allowed: set[str] = frozenset()) -> Changes | None:
    """Something else at the path: first a value that others have there, then one nobody has."""
    before = bench.found()

    def differs(made: Changes) -> bool:
        after = bench.found(made)
        return len(after) >= max(1, len(before)) and after != before and not set(map(text, after)) <= allowed

    if before:
        donors = bench.run.donors(bench.form, "aangenomen", bench.own[-1].op)
        ways = (others(bench), bench.doubled(), bench.instead(reversed(donors)))
        return next((made for way in ways if (made := first(way, differs))), None)
    return first(
        (
            {**grafted, **made}
            for grafted in bench.grafted(bench.rest["waar"])
            if bench.found(grafted)
            for made in others(bench, grafted)
        ),
        differs,
    )


def _recoded(bench: Bench, wanted: set[str], made: Changes) -> Iterator[Changes]:
    """Each text with a code in it, with another code there."""
    for old, put in bench.leaves(wanted, made):
        for code in sorted(wanted):
            if code in old:
                yield put(old.replace(code, "VIX-1999"))


def _less(bench: Bench) -> Callable[[Changes], Iterator[Changes]]:
    """A piece of a message left out; and of what came in a whole message."""
    return lambda made: chain(bench.without(made), bench.fewer(made) if "bij" in bench.demand.rest else ())


def _nothing(bench: Bench) -> Changes | None:
    return bench.worn(_less(bench), _filled(bench, bench.rest["waar"]))


def _filled(bench: Bench, path: str) -> Callable[[Changes], int]:
    """How much stands at a path."""
    return lambda made: sum(bool(text(one)) for one in bench.found(made, path))


def _left(bench: Bench, counts: Callable[[object], bool]) -> Callable[[Changes], int]:
    return lambda made: sum(map(counts, bench.found(made)))


def _earlier_with(bench: Bench, path: str):
    return [one for one in bench.run.exchanges if one.form == bench.form and at(bench.run.heard.get(one.n, {}), path)]


WAYS = (
    aangenomen, geweigerd, gelijk, een_van, bevat, is_er, is_er_niet, aantal, patroon, tussen, zelfde_als,
    anders_dan, geen_van, alle_van, onderling_gelijk, wijst_aan, volgorde, hoort_bij_vraag, heeft_keuzes,
    woord_terug, alleen_van,
)  # fmt: skip

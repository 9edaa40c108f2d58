"""How a system that breaks a demand would look: for each demand of the kit, the ways in which it can be not met.

A way works on the bytes of a recorded exchange, by names and texts alone, and says by itself when it has come to what
it means (another value there, nothing there, an acceptance in place of a refusal). Whether the kit then sees it is
for the judge. `None` says that this run gives no material for that way.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain

from conformance import formats
from conformance.demands import Failed, check
from conformance.demands.canaries import INNARDS
from conformance.exchange import Exchange
from conformance.rules import persons
from conformance.scene import choices, parties
from conformance.values import at, text
from tests.mutants.bench import NOTHING, Bench, Changes, body_of, first, other, with_body
from tests.mutants.documents import Lines, read

Way = tuple[str, Changes | None]


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
    yield "iets anders", bench.worn(lambda made: _others(bench, made), left)
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
    yield "een ander", first(_others(bench, NOTHING, there(NOTHING)), less)


def onderling_gelijk(bench: Bench) -> Iterator[Way]:
    path = bench.rest["waar"]

    def differs(made: Changes) -> bool:
        scene = bench.seen(made)
        found = [at(scene.heard(one), path) for one in scene.of(bench.step.id)]
        return any(one != found[0] for one in found)

    for number, one in enumerate(bench.moment().said):
        alone = _On(bench, number)
        yield f"antwoord {one.turn} anders", first(_others(alone), differs)


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


def een_of_ander(bench: Bench) -> Iterator[Way]:
    rows = bench.rest["keus"]
    yield (
        "geen van alle",
        bench.worn(
            lambda made: chain(bench.without(made), _others(bench, made)),
            lambda made: sum(_met(bench, row, made) for row in rows),
        ),
    )
    if not bench.own[-1].inward:
        yield "stilte", bench.silence()


def alleen_van(bench: Bench) -> Iterator[Way]:
    yield "een ander erbij", _another(bench)


def ongewijzigd(bench: Bench) -> Iterator[Way]:
    yield from _roughly(bench)


def alleen_velden(bench: Bench) -> Iterator[Way]:
    yield from _roughly(bench)


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
    yield from _roughly(bench)


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


def _met(bench: Bench, row: dict, made: Changes) -> int:
    """How much there is by which one of some demands is met."""
    if row["dat"] == "gezegd":
        said = bench.seen(made).facts(row.get("stap", bench.step.id))
        return (at(said, "ontvangstbewijs.bevindingen.code") + at(said, "bevindingen.code")).count(row["code"])
    found = bench.found(made, row["waar"]) if "waar" in row else bench.facts(made)["codes"]
    if "waarde" in row:
        wanted = text(row["waarde"])
        return sum(wanted in text(one) if row["dat"] == "bevat" else wanted == text(one) for one in found)
    wanted = set(row.get("met", []))
    return len(wanted & set(map(text, found))) if wanted else len(found)


WAYS: dict[str, Callable[[Bench], Iterator[Way]]] = {
    one.__name__: one
    for one in (
        aangenomen, geweigerd, gelijk, een_van, bevat, is_er, is_er_niet, aantal, patroon, tussen, volgorde,
        hoort_bij_vraag, heeft_keuzes, woord_terug, zelfde_als, anders_dan, geen_van, alle_van, onderling_gelijk,
        wijst_aan, nergens, een_of_ander, alleen_van, ongewijzigd, alleen_velden, gedaan, keren, alleen_deze, herhaald,
        niet_te_vroeg, gecorrigeerd, eigen_id_per_kind, eigen_cursor, geen_vreemde, geen_vreemde_kolommen,
        verschillend,
    )
}  # fmt: skip
"""Of a demand that is not here (`ways`), any small change of a message by which it is not met any more."""

CANARIES = ("bsn", "geboortedatum", "jeugdige", "voornamen", "melder", "programmatuur")


def ways(bench: Bench) -> Iterator[Way]:
    """The ways to break a demand."""
    yield from WAYS.get(bench.demand.dat, _roughly)(bench)


def _roughly(bench: Bench) -> Iterator[Way]:
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
        ways = (_others(bench), bench.doubled(), bench.instead(reversed(donors)))
        return next((made for way in ways if (made := first(way, differs))), None)
    return first(
        (
            {**grafted, **made}
            for grafted in bench.grafted(bench.rest["waar"])
            if bench.found(grafted)
            for made in _others(bench, grafted)
        ),
        differs,
    )


def _others(bench: Bench, changes: Changes = NOTHING, near: set[str] = frozenset()) -> Iterator[Changes]:
    before = near or ([] if "waar" not in bench.rest else bench.found(changes))
    path = bench.rest.get("waar", "")
    known = sorted({text(one) for heard in bench.run.heard.values() for one in at(heard, path) if path}, key=str)
    for old, put in bench.leaves(before, changes):
        if old in map(text, before):
            yield from (put(new) for new in known if new and new != old and len(new) < 60)
        yield put(other(old))


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

"""The page about a move, for who decides on it: where it is, whether both indexes agree, and what comes next. Dutch."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from gateway.cli.switch_words import FOUND, KINDS, MONTHS, NEXT, NOW, cannot
from gateway.clock import AMSTERDAM
from gateway.rules import switching as rules
from gateway.rules.switching import Gap, State
from gateway.wire.page import document, tag

Facts = Mapping[str, Any]
ROAD = (State.PLANNED, State.COPYING, State.SHADOW, State.TURNED, State.LEAVING, State.DONE)
"""The states of a move that goes well, in their order."""
GOOD = (rules.EQUAL, rules.GONE, rules.UNSEEN)
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = """
.wait { background: var(--card) }
.road { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1.25rem 0; counter-reset: step }
.road li { padding: .2rem .85rem; border: 1px solid var(--line); border-radius: 1rem; color: var(--soft) }
.road .past { border-color: var(--good); color: var(--good) }
.road [aria-current] { background: var(--link); border-color: var(--link); color: var(--page); font-weight: 600 }
.tiles { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.5rem 0 }
.tiles > div { flex: 1 1 10rem; max-width: 16rem; display: flex; flex-direction: column; gap: .25rem;
  justify-content: space-between; border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem;
  background: var(--card) }
.tiles .bad { background: var(--bad-card); border-color: var(--bad) }
.tiles dt { color: inherit } .tiles dd { font-size: 2rem; line-height: 1.2; font-weight: 600 }
.counts td { vertical-align: middle } .counts tbody th { font-weight: 400 }
.counts .n { text-align: right; width: 6rem; font-variant-numeric: tabular-nums }
.counts .chart { width: 45% } .counts svg { display: block } .counts rect { fill: var(--link) }
.counts .wrong > * { color: var(--bad) } .counts .wrong rect { fill: var(--bad) }
@media (max-width: 40rem) { .counts .chart { width: 25% } .counts .n { width: auto } }
"""


class Verdict(NamedTuple):
    """What the page says first, and how that looks."""

    text: str
    look: str


def written(told: Facts, gaps: Iterable[Gap], signed: str) -> str:
    """The page of what is known; `signed` is the file that has the same with a signature."""
    said = verdict(told)
    state = State(told["stand"])
    body = tag.BODY(
        tag.A("Naar de inhoud", tag.CLASS("skip"), href="#inhoud"),
        tag.HEADER(
            tag.H1(f"Overstap van index {told['van']} naar index {told['naar']}"),
            tag.P(_who(told)),
            tag.P(said.text, tag.CLASS(f"verdict {said.look}")),
            _road(state),
            tag.P(NOW[state], *(" De overstap is gepauzeerd." if told["gepauzeerd"] else "",)),
            tag.P(tag.STRONG("Wat nu? "), _next(told)),
        ),
        tag.MAIN(
            _tiles(told),
            *_leading(told), *_copies(told), *_matches(told), *_unfinished(told), *_who_gave(told), *_gaps(gaps),
            id="inhoud",
        ),
        tag.FOOTER(
            tag.H2("Over dit verslag"),
            tag.P(
                f"Grond voor de overstap: {told['grond']}, vanaf {_day(told['grondVanaf'])}. Gepland op "
                f"{_moment(told['gepland'])}, laatste stap op {_moment(told['laatsteStap'])}, verslag gemaakt op "
                f"{_moment(told['gemaakt'])}. Kenmerk van de overstap: {told['overstap']}."
            ),
            tag.P(
                "Dezelfde feiten staan ondertekend in ", tag.CODE(signed), "; wie de sleutel van de gateway heeft, "
                "controleert ze met ", tag.CODE("verwijsindex region verify"), ". Er staat niets in over een persoon."
            ),
        ),
    )  # fmt: skip
    policy = tag.META(**{"http-equiv": "Content-Security-Policy", "content": POLICY})
    return document(f"Overstap van {told['van']} naar {told['naar']}", body, policy, tag.STYLE(STYLE)) + "\n"


def verdict(told: Facts) -> Verdict:
    """In one sentence whether all is well."""
    state, many, differs = told["stand"], signals(told), wrong(told) + lonely(told)
    unseen = told["gevonden"].get(rules.UNSEEN, 0)
    if state == State.DONE:
        return Verdict(f"Klaar: bij index {told['van'] if turned(told) else told['naar']} staat niets meer", "good")
    if state in (State.PLANNED, State.STOPPED):
        return Verdict(
            "Er is nog niets verstuurd" if state == State.PLANNED else "Deze overstap gaat niet door", "wait"
        )
    if state in (State.COPYING, State.LEAVING):
        return Verdict("De overstap is bezig", "wait")
    if differs:
        what = [
            _many(count, one, more)
            for count, one, more in ((wrong(told), "signaal", "signalen"), (lonely(told), "match", "matches"))
            if count
        ]
        return Verdict(f"Let op: {' en '.join(what)} niet gelijk bij beide indexen", "bad")
    if unseen or not told["gevonden"]:
        return Verdict(f"Nog niet vergeleken: {_many(unseen or many, 'signaal', 'signalen')}", "wait")
    return Verdict("Beide indexen zeggen hetzelfde", "good")


def signals(told: Facts) -> int:
    """All signals of the move."""
    return sum(sum(by.values()) for by in told["signalen"].values())


def wrong(told: Facts) -> int:
    """Signals that are not as they should be at the index beside."""
    return sum(many for name, many in told["gevonden"].items() if name not in GOOD)


def lonely(told: Facts) -> int:
    """Matches that one of both indexes tells and the other does not, or does not any more."""
    return sum(sum(told["matches"][name].values()) for name in ("alleenDieVoert", "alleenDeAndere", "alleenBekendBij"))


def turned(told: Facts) -> bool:
    """Whether the new index leads."""
    return bool(told["voert"] == told["naar"])


def _next(told: Facts) -> str:
    compared = told["stand"] in (State.SHADOW, State.TURNED, State.BACK) and told["gevonden"]
    if compared and wrong(told) + lonely(told):
        return (
            "Laat de verschillen hieronder uitzoeken. Een match die maar één index kent, gaat meestal over een kind "
            "van wie een ander signaal niet meegaat: uit een andere gemeente, of van wie niet via deze gateway werkt."
        )
    if told["stand"] == State.DONE and turned(told):
        if told["organisaties"] or told["gemeenten"]:
            return (
                f"Niets. Nieuwe signalen ({_scope(told)}) gaan vanzelf naar index {told['naar']}; de rest van de regio "
                "blijft waar zij is."
            )
        return f"Laat de regio in de configuratie index {told['naar']} noemen."
    return NEXT[told["stand"]]


def _who(told: Facts) -> str:
    return f"Regio {told['regio']}: {_scope(told) or 'alle gemeenten en organisaties'}."


def _scope(told: Facts) -> str:
    return " en ".join(
        f"{one if len(told[name]) == 1 else name} {', '.join(told[name])}"
        for one, name in (("organisatie", "organisaties"), ("gemeente", "gemeenten"))
        if told[name]
    )


def _day(text: str) -> str:
    return f"{dt.date.fromisoformat(text):%d-%m-%Y}"


def _moment(text: str) -> str:
    return f"{dt.datetime.fromisoformat(text).astimezone(AMSTERDAM):%d-%m-%Y %H:%M}"


def _many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def _road(state: State) -> Any:
    road = ROAD if state in ROAD else (*ROAD[:4], state)
    at = road.index(state)
    steps = (
        tag.LI(name.value, **{"aria-current": "step"}) if number == at
        else tag.LI(f"✓ {name}", tag.CLASS("past")) if number < at and state != State.STOPPED
        else tag.LI(name.value)
        for number, name in enumerate(road)
    )  # fmt: skip
    return tag.OL(*steps, tag.CLASS("road"), **{"aria-label": "Stappen van de overstap"})


def _tiles(told: Facts) -> Any:
    seen = told["stand"] not in (State.PLANNED, State.COPYING, State.STOPPED, State.DONE)
    tiles = [("Signalen", signals(told), False)]
    if seen:
        unseen = told["gevonden"].get(rules.UNSEEN, 0)
        tiles += [
            ("Nog niet vergeleken", unseen, False) if unseen
            else ("Gelijk bij beide indexen", told["gevonden"].get(rules.EQUAL, 0), False),
            ("Matches gelijk bij beide", told["matches"]["beide"], False),
            ("Verschillen", wrong(told) + lonely(told), wrong(told) + lonely(told) > 0),
        ]  # fmt: skip
    return tag.DL(
        *(tag.DIV(tag.DT(what), tag.DD(str(many)), *([tag.CLASS("bad")] if bad else [])) for what, many, bad in tiles),
        tag.CLASS("tiles"),
    )


def _leading(told: Facts) -> tuple[Any, ...]:
    counts = {
        f"{which} index {told[key]}, {status.lower()}": many
        for which, key in (("oude", "van"), ("nieuwe", "naar"))
        for status, many in (told["signalen"].get(told[key]) or {"geen enkel signaal": 0}).items()
    }
    return _section("Welke index is leidend", "signalen", counts)


def _copies(told: Facts) -> tuple[Any, ...]:
    beside = told["van"] if turned(told) else told["naar"]
    title = f"Wat er bij de andere index staat ({beside})"
    if told["stand"] == State.DONE:
        return tag.H2(title), tag.P(f"Niets meer. Dat bleek hieruit: {told['bewijsVanVernietiging']}.")
    if not told["gevonden"]:
        return tag.H2(title), tag.P("Nog niets.")
    counts = {FOUND[name].nl: many for name, many in told["gevonden"].items()}
    return _section(title, "signalen", counts, {FOUND[name].nl for name in told["gevonden"] if name not in GOOD})


def _matches(told: Facts) -> tuple[Any, ...]:
    if told["stand"] in (State.DONE, State.PLANNED, State.STOPPED):
        return ()
    away = told["van"] if turned(told) else told["naar"]
    only = {
        f"alleen bij index {where}, {KINDS[kind]}": many
        for where, name in ((told["voert"], "alleenDieVoert"), (away, "alleenDeAndere"))
        for kind, many in told["matches"][name].items()
    }
    alone = {
        f"alleen nog bekend bij index {index}: vervalt als die wordt geleegd": many
        for index, many in told["matches"]["alleenBekendBij"].items()
    }
    counts = {"bij beide indexen": told["matches"]["beide"]} | only | alone
    return _section("Matches naast elkaar", "matches", counts, {*only, *alone})


def _unfinished(told: Facts) -> tuple[Any, ...]:
    counts = {
        f"{what} index {index}": many
        for what, name in (
            ("berichten onderweg naar", "onderweg"), ("berichten die op een mens wachten, naar", "wachtOpEenMens"),
            ("signalen geweigerd door", "geweigerd"),
        )
        for index, many in told[name].items()
    }  # fmt: skip
    return _section("Wat nog niet klaar is", "aantal", counts, counts) if counts else ()


def _who_gave(told: Facts) -> tuple[Any, ...]:
    given = {
        f"{name}, {status.lower()}": many for name, by in told["perOrganisatie"].items() for status, many in by.items()
    }
    ends = Counter[str]()
    for month, many in told["eindePerMaand"].items():
        year, _, number = month.partition("-")
        ends[f"{MONTHS[int(number) - 1]} {year}"] += many
    if not given:
        return ()
    return (
        *_section("Van welke organisatie de signalen zijn", "signalen", given),
        *_section("Wanneer hun termijn eindigt", "signalen", ends),
    )


def _section(title: str, unit: str, counts: Mapping[str, int], bad: Collection[str] = ()) -> tuple[Any, Any]:
    """A table whose rows are bars: who hears the page gets the numbers, who looks sees them."""
    most = max(counts.values()) or 1
    rows = (
        tag.TR(
            tag.TH(name, scope="row"), tag.TD(str(many), tag.CLASS("n")),
            tag.TD(_bar(100 * many / most), tag.CLASS("chart"), **{"aria-hidden": "true"}),
            *([tag.CLASS("wrong")] if name in bad else []),
        )
        for name, many in counts.items()
    )  # fmt: skip
    head = tag.TR(
        tag.TH("Wat", scope="col"), tag.TH(unit.capitalize(), tag.CLASS("n"), scope="col"),
        tag.TD(**{"aria-hidden": "true"}),
    )  # fmt: skip
    return tag.H2(title), tag.TABLE(tag.THEAD(head), tag.TBODY(*rows), tag.CLASS("counts"))


def _bar(percent: float) -> Any:
    return tag.SVG(tag.RECT(width=f"{percent:.1f}%", height="14", rx="3"), width="100%", height="14")


def _gaps(gaps: Iterable[Gap]) -> tuple[Any, ...]:
    title = tag.H2("Wat een van beide indexen niet kan")
    rows = [
        tag.TR(tag.TD(f"de {'nieuwe' if gap.who == 'new' else 'oude'} index"), tag.TD(what.nl),
               tag.TD(effect.nl, *([tag.CLASS("bad")] if gap.forbids_shadow else [])))
        for gap in gaps
        for what, effect in [cannot(gap)]
    ]  # fmt: skip
    if not rows:
        return title, tag.P("Niets: de nieuwe index kan alles wat de oude kon.")
    head = tag.TR(*(tag.TH(name, scope="col") for name in ("Wie", "Kan niet", "Gevolg")))
    return title, tag.DIV(tag.TABLE(tag.THEAD(head), tag.TBODY(*rows)), tag.CLASS("wide"), role="region",
                          tabindex="0", **{"aria-label": "Wat een van beide indexen niet kan"})  # fmt: skip

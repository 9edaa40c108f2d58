"""The verdict in a few words and numbers, on the page. The numbers are those of the lists below them."""

from collections.abc import Mapping

from conformance.judge import WORST, Outcome
from conformance.result import CONTRACT, Result
from conformance.results import words
from conformance.results.english import english
from conformance.results.markup import Html, both, el
from conformance.signing import level

COLOURS = {
    Outcome.PASSED: "good",
    Outcome.FAILED: "bad",
    Outcome.NOT_REACHED: "open",
    Outcome.NOT_TESTED: "open",
    Outcome.ATTESTED: "aside",
    Outcome.INAPPLICABLE: "aside",
}


def verdict(result: Result) -> Html:
    """What it came to."""
    verdict, header = result.verdict, result.header
    if not verdict.finished:
        said, colour = ("Geen oordeel: de toets is niet af", "No verdict: the test did not end"), "open"
    elif not verdict.passed:
        said, colour = ("Voldoet niet", "Does not comply"), "bad"
    elif verdict.partial:
        said, colour = ("Wat getoetst is, voldoet", "What was tested complies"), "good"
    else:
        said, colour = ("Voldoet", "Complies"), "good"
    product = " ".join(filter(None, [header.get("product", ""), header.get("build", "")]))
    what = product or both("Het systeem", "The system")
    signed = level(result)
    signature = {
        "": ("niet ondertekend", "not signed"),
        "zelfverklaard": ("zelfverklaard", "self-declared"),
        "bijgewoond": ("bijgewoond door een regio", "witnessed by a region"),
    }[signed]
    asked = (Outcome.PASSED, Outcome.FAILED, Outcome.NOT_REACHED, Outcome.NOT_TESTED, Outcome.INAPPLICABLE)
    passed, failed, unreached, untested, aside = (verdict.count(one) for one in asked)
    each = ("", "") if len(header["formaten"]) == 1 else (" (in elk formaat een keer geteld)", " (once in each format)")
    forms, day = ", ".join(header["formaten"]), header["begonnen"][:10]
    return el(
        "section",
        el("h1", both("Uitslag van de toets", "Test result")),
        el("p", el("strong", both(*said)), class_=f"verdict {colour}"),
        el(
            "p",
            what,
            " ",
            both(
                f"is als {header['rol']} getoetst op {CONTRACT}, in {forms}, op {day}. Van {len(result.lines)} eisen"
                f"{each[0]} zijn er {passed} gehaald en {failed} niet gehaald; {unreached} zijn niet bereikt, omdat "
                f"een eerdere stap misging, {untested} niet getoetst en {aside} niet van toepassing.",
                f"was tested as {header['rol']} against contract v1 of this project, in {forms}, on {day}. Of "
                f"{len(result.lines)} requirements{each[1]} {passed} passed and {failed} failed; {unreached} were not "
                f"reached because an earlier step went wrong, {untested} were not tested and {aside} not applicable.",
            ),
        ),
        el("p", both(f"Deze uitslag is {signature[0]}.", f"This result is {signature[1]}.")),
        _partial(result),
    )


def _partial(result: Result) -> Html | None:
    if not result.verdict.partial:
        return None
    rows = [el("li", both(one, english(one))) for one in result.verdict.partial]
    said = both("Dit is geen oordeel over het geheel:", "This is no verdict over the whole:")
    return el("div", el("p", said), el("ul", *rows), class_="note")


def table(result: Result) -> Html:
    """What it came to in each pack and format, and together."""
    cells: dict[tuple[str, str], dict[str, Outcome]] = {}
    packs = {one.id: one.pakket for one in result.rules.scenarios}
    for line in result.lines:
        for one in line.findings:
            cell = cells.setdefault((packs[one.scenario.partition("/")[0]], line.form), {})
            eis = line.requirement.id
            cell[eis] = min(cell.get(eis, Outcome.INAPPLICABLE), one.outcome, key=WORST.index)
    forms = result.header["formaten"]
    rows = [
        el("tr", el("th", both(*words.pack(name)), scope="row"), *(_cell(cells.get((name, form))) for form in forms))
        for name in sorted({pack for pack, _ in cells}, key=[*words.PACKS, *sorted(packs.values())].index)
    ]
    head = el("tr", el("th", both("Pakket", "Pack"), scope="col"), *(el("th", one, scope="col") for one in forms))
    caption = el("caption", both("Eisen per pakket en formaat", "Requirements by pack and format"))
    whole = {form: {one.requirement.id: one.outcome for one in result.lines if one.form == form} for form in forms}
    foot = el("tr", el("th", both("Samen", "Together"), scope="row"), *(_cell(whole[form]) for form in forms))
    twice = sum(map(len, cells.values())) > len(result.lines)
    note = both(
        "Een eis die in meer dan een pakket gespeeld is, staat in elk daarvan en telt in Samen een keer.",
        "A requirement that was played in more than one pack stands in each of them and counts once in Together.",
    )
    return el(
        "section",
        el("h2", both("Samenvatting", "Summary")),
        el("table", caption, el("thead", head), el("tbody", *rows), el("tfoot", foot)),
        el("p", note, class_="aside") if twice else None,
    )


def _cell(outcomes: Mapping[str, Outcome] | None) -> Html:
    if not outcomes:
        return el("td", both("niet gevraagd", "not asked for"), class_="aside")
    applied = [one for one in outcomes.values() if one is not Outcome.INAPPLICABLE]
    passed = sum(one is Outcome.PASSED for one in applied)
    nl, en = [f"{passed} van {len(applied)} gehaald"], [f"{passed} of {len(applied)} passed"]
    for one in (Outcome.FAILED, Outcome.NOT_REACHED, Outcome.NOT_TESTED):
        if count := sum(each is one for each in applied):
            nl.append(f"{count} {one}")
            en.append(f"{count} {words.OUTCOMES[one]}")
    if aside := len(outcomes) - len(applied):
        nl.append(f"{aside} {Outcome.INAPPLICABLE}")
        en.append(f"{aside} {words.OUTCOMES[Outcome.INAPPLICABLE]}")
    worst = min(applied, key=WORST.index, default=Outcome.INAPPLICABLE)
    return el("td", both(", ".join(nl), ", ".join(en)), class_=COLOURS[worst])

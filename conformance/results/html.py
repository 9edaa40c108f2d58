"""The report for people: one page that needs nothing else, in Dutch with English at hand, without a script.

What the system under test answered is hostile here: all of it goes through `markup`, long bodies are cut.
"""

from collections.abc import Iterator, Mapping
from importlib.resources import files

from conformance import kit
from conformance.judge import WORST, Line, Outcome
from conformance.result import CONTRACT, Result
from conformance.results import failure, words
from conformance.results.english import english
from conformance.results.markup import Html, both, el, join
from conformance.run import Run
from conformance.scene import Scene
from conformance.signing import level

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
GOOD = (Outcome.PASSED, Outcome.INAPPLICABLE)
COLOURS = {
    Outcome.PASSED: "good",
    Outcome.FAILED: "bad",
    Outcome.NOT_REACHED: "open",
    Outcome.NOT_TESTED: "open",
    Outcome.ATTESTED: "aside",
    Outcome.INAPPLICABLE: "aside",
}


def page(result: Result) -> str:
    """The whole page."""
    style = files("conformance.results").joinpath("report.css").read_text(encoding="utf-8")
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=POLICY),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", f"Uitslag van de toets {result.header['run']}"),
        el("style", Html(style)),
    )
    main = el(
        "main",
        _verdict(result),
        _table(result),
        _to_do(result),
        *failure.sections(result, played(result)),
        _untested(result),
        _attested(result),
        _rest(result),
        _limits(),
        _about(result),
    )
    return "<!DOCTYPE html>\n" + el("html", head, el("body", _top(), main), lang="nl") + "\n"


def played(result: Result) -> Mapping[tuple[str, str], Scene]:
    """The scenes of the run."""
    return Run(result.rows, result.rules).scenes


def _top() -> Html:
    choices = [
        (el("input", type="radio", name="taal", id=code, checked=code == "taal-nl"), el("label", said, for_=code))
        for code, said in (("taal-nl", "Nederlands"), ("taal-en", "English"))
    ]
    return el("header", el("fieldset", el("legend", "Taal / Language"), *choices))


def _verdict(result: Result) -> Html:
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
    asked = (Outcome.PASSED, Outcome.FAILED, Outcome.NOT_REACHED, Outcome.NOT_TESTED)
    passed, failed, unreached, untested = (verdict.count(one) for one in asked)
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
                f"is als {header['rol']} getoetst op {CONTRACT}, in {forms}, op {day}. Van {len(result.lines)} eisen "
                f"zijn er {passed} gehaald en {failed} niet gehaald; {unreached} zijn niet bereikt, omdat een eerdere "
                f"stap misging, en {untested} niet getoetst.",
                f"was tested as {header['rol']} against contract v1 of this project, in {forms}, on {day}. Of "
                f"{len(result.lines)} requirements {passed} passed and {failed} failed; {unreached} were not reached "
                f"because an earlier step went wrong, and {untested} were not tested.",
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


def _table(result: Result) -> Html:
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
    title = el("h2", both("Samenvatting", "Summary"))
    return el("section", title, el("table", caption, el("thead", head), el("tbody", *rows)))


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
    worst = min(applied, key=WORST.index, default=Outcome.INAPPLICABLE)
    return el("td", both(", ".join(nl), ", ".join(en)), class_=COLOURS[worst])


def _to_do(result: Result) -> Html | None:
    failed = [one for one in result.lines if one.outcome is Outcome.FAILED]
    if not failed:
        return None
    rows = []
    for one in sorted(failed, key=lambda line: line.requirement.niveau != "MUST"):
        requirement = one.requirement
        link = el("a", f"{requirement.id} {one.form}", href=f"#{anchor(one)}")
        rows.append(
            el(
                "li",
                link,
                f" ({requirement.niveau}): ",
                both(requirement.herstel, requirement.fix),
                _waiver(result, one),
            )
        )
    return el("section", el("h2", both("Wat er te doen is", "What to do")), el("ol", *rows))


def _waiver(result: Result, line: Line) -> Html | None:
    found = result.waived(line.requirement.id, line.form)
    if found is None:
        return None
    return el(
        "p",
        both(
            f"Ontheffing van {found.door} tot {found.tot}: {found.reden}. Het oordeel verandert er niet door.",
            f"Waiver by {found.door} until {found.tot}: {found.reden}. It does not change the verdict.",
        ),
        class_="note",
    )


def anchor(line: Line) -> str:
    """Where a requirement stands on the page."""
    return f"{line.requirement.id}-{line.form}"


def _untested(result: Result) -> Html | None:
    found = [one for one in result.lines if one.outcome in (Outcome.NOT_REACHED, Outcome.NOT_TESTED)]
    if not found:
        return None
    blame = {
        (one.scenario, one.form, one.step): line
        for line in result.lines if line.outcome is Outcome.FAILED
        for one in line.findings if one.outcome is Outcome.FAILED
    }  # fmt: skip
    rows = [
        el(
            "tr",
            el("th", f"{one.requirement.id} {one.form}", scope="row"),
            el("td", both(one.requirement.nl, one.requirement.en)),
            el("td", both(str(one.outcome), words.OUTCOMES[one.outcome])),
            el("td", *_reasons(one, blame)),
        )
        for one in found
    ]
    heads = (("Eis", "Requirement"), ("Wat", "What"), ("Uitkomst", "Outcome"), ("Waardoor", "Why"))
    return el(
        "section",
        el("h2", both("Niet bereikt en niet getoetst", "Not reached and not tested")),
        el(
            "p",
            both(
                "Niet bereikt is niet hetzelfde als niet gehaald: een eerdere stap ging mis, dus hierover is niets te "
                "zeggen. Herstel eerst die stap en speel de toets opnieuw.",
                "Not reached is not failed: an earlier step went wrong, so nothing can be said about this. Mend that "
                "step first and play the test again.",
            ),
        ),
        el("table", el("thead", el("tr", *(el("th", both(*one), scope="col") for one in heads))), el("tbody", *rows)),
    )


def _reasons(line: Line, blame: Mapping[tuple[str, str, str], Line]) -> Iterator[Html]:
    told = set()
    for one in line.findings:
        if one.outcome is not line.outcome or (one.scenario, one.reason) in told:
            continue
        told.add((one.scenario, one.reason))
        earlier = blame.get((one.scenario, one.form, one.reason.removeprefix("stap ")))
        link = None if earlier is None else join(": ", el("a", earlier.requirement.id, href=f"#{anchor(earlier)}"))
        yield el("p", f"{one.scenario}: ", both(one.reason, english(one.reason)), link)


def _attested(result: Result) -> Html | None:
    """What no machine can see: who said what of it, with what evidence."""
    if not result.verdict.attested:
        return None
    rows = [
        el(
            "tr",
            el("th", f"{one.requirement.id} {one.form}", scope="row"),
            el("td", both(one.requirement.nl, one.requirement.en)),
            el("td", _said(one.outcome)),
            el("td", *(el("p", reason) for reason in dict.fromkeys(found.reason for found in one.findings))),
        )
        for one in result.verdict.attested
    ]
    heads = (
        ("Eis", "Requirement"),
        ("Wat", "What"),
        ("Verklaard", "Attested"),
        ("Door wie, waarmee", "By whom, with what"),
    )
    told = both(
        "Dit kan de toets niet zien. Een mens heeft het verklaard; het telt niet mee voor het oordeel.",
        "The kit cannot see this. A person attested it; it adds nothing to the verdict.",
    )
    head = el("thead", el("tr", *(el("th", both(*one), scope="col") for one in heads)))
    return el("section", el("h2", both("Verklaard", "Attested")), el("p", told), el("table", head, el("tbody", *rows)))


def _said(outcome: Outcome) -> Html:
    if outcome is Outcome.FAILED:
        return both("verklaard van niet", "attested that it is not so")
    return both(str(outcome), words.OUTCOMES[outcome])


def _rest(result: Result) -> Html:
    found = [one for one in result.lines if one.outcome in GOOD]
    rows = [
        el(
            "tr",
            el("th", f"{one.requirement.id} {one.form}", scope="row"),
            el("td", both(one.requirement.nl, one.requirement.en)),
            el("td", both(str(one.outcome), words.OUTCOMES[one.outcome]), *_why_not(one)),
            el("td", one.requirement.bron),
        )
        for one in found
    ]
    heads = (("Eis", "Requirement"), ("Wat", "What"), ("Uitkomst", "Outcome"), ("Bron", "Source"))
    title = both(f"Gehaald of niet van toepassing ({len(found)})", f"Passed or not applicable ({len(found)})")
    table = el(
        "table", el("thead", el("tr", *(el("th", both(*one), scope="col") for one in heads))), el("tbody", *rows)
    )
    return el("section", el("h2", title), el("details", el("summary", both("Toon de lijst", "Show the list")), table))


def _why_not(line: Line) -> Iterator[Html]:
    if line.outcome is Outcome.INAPPLICABLE:
        for reason in dict.fromkeys(one.reason for one in line.findings):
            yield el("p", reason)


def _limits() -> Html:
    title = both("Wat gehaald niet garandeert", "What a pass does not guarantee")
    return el("section", el("h2", title), el("ul", *(el("li", both(*one)) for one in words.LIMITS)))


def _about(result: Result) -> Html:
    header = result.header
    ended = next((row["op"] for row in result.rows if row["soort"] == "af"), "")
    rows = [
        (("Sessie", "Session"), header["run"]),
        (("Begonnen en geëindigd", "Began and ended"), f"{header['begonnen']} – {ended}"),
        (("Product en build", "Product and build"), f"{header.get('product', '')} {header.get('build', '')}".strip()),
        (("Adres", "Address"), str(header.get("adres", ""))),
        (("Regels", "Rules"), f"{header['regels']}, {header['regels_van']}"),
        (("Kit", "Kit"), f"{header['versie']}, {header['kit']}"),
        (("Opnieuw beoordeeld door kit", "Judged again by kit"), kit.digest() if kit.digest() != header["kit"] else ""),
        (("Nonce", "Nonce"), str(header.get("nonce", ""))),
        *(((f"Contract {name}", f"Contract {name}"), said) for name, said in header.get("contracten", {}).items()),
        *((("Regels erbij", "Rules added"), str(one.get("name"))) for one in header.get("erbij", [])),
        *(
            ((f"Ondertekend, {one['verklaring']['niveau']}", f"Signed, {one['verklaring']['niveau']}"),
             f"{one['verklaring']['naam']}, {one['verklaring']['op']}, {one['verklaring']['sleutel']}")
            for one in result.signatures
        ),
    ]  # fmt: skip
    listed = [join(el("dt", both(*name)), el("dd", said)) for name, said in rows if said]
    return el("section", el("h2", both("Over deze toets", "About this test")), el("dl", *listed))

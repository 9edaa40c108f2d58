"""The report for people: one page that needs nothing else, in Dutch with English at hand, without a script.

What the system under test answered is hostile here: all of it goes through `markup`, long bodies are cut.
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files

from conformance import kit
from conformance.exchange import Exchange
from conformance.judge import Line, Outcome
from conformance.result import Result
from conformance.results import deviation, failure, messages, summary, words
from conformance.results.causes import Causes, Failure, failed
from conformance.results.english import english
from conformance.results.markup import Html, both, el, join
from conformance.run import Run
from conformance.scene import Scene

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
GOOD = (Outcome.PASSED, Outcome.INAPPLICABLE)


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
    causes = Causes(result)
    main = el(
        "main",
        summary.verdict(result),
        summary.table(result),
        _to_do(result, causes.ordered()),
        *failure.sections(result, causes, played(result)),
        _untested(result),
        _attested(result),
        _rest(result),
        _words(),
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


def _to_do(result: Result, found: Sequence[Failure]) -> Html | None:
    if not found:
        return None
    rows: list[tuple[Html, list[Html]]] = []
    exchanges = result.exchanges
    for one in found:
        made = _task(result, one.line, exchanges)
        if one.after is None:
            rows.append((made, []))
        else:
            rows[-1][1].append(el("li", made))
    listed = [
        el(
            "li",
            made,
            el("p", both("Misschien een gevolg hiervan:", "Perhaps a consequence of this:")) if later else None,
            el("ul", *later) if later else None,
        )
        for made, later in rows
    ]
    return el("section", el("h2", both("Wat er te doen is", "What to do")), el("ol", *listed))


def _task(result: Result, line: Line, exchanges: Mapping[int, Exchange]) -> Html:
    """What deviates, and what to do about it."""
    requirement = line.requirement
    return join(
        el("a", f"{requirement.id} {line.form}", href=f"#{failure.anchor(line)}"),
        f" ({requirement.niveau}): ",
        el("strong", both(*deviation.sentence(failed(line)[0]))),
        " ",
        both(*messages.cure(failed(line)[0], requirement, exchanges)),
        _waiver(result, line),
    )


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


def _untested(result: Result) -> Html | None:
    found = [one for one in result.lines if one.outcome in (Outcome.NOT_REACHED, Outcome.NOT_TESTED)]
    if not found:
        return None
    unreached = sum(one.outcome is Outcome.NOT_REACHED for one in found)
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
        el(
            "h2",
            both(
                f"Niet bereikt ({unreached}) en niet getoetst ({len(found) - unreached})",
                f"Not reached ({unreached}) and not tested ({len(found) - unreached})",
            ),
        ),
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
        link = (
            None if earlier is None else join(": ", el("a", earlier.requirement.id, href=f"#{failure.anchor(earlier)}"))
        )
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
    passed = sum(one.outcome is Outcome.PASSED for one in found)
    title = both(
        f"Gehaald ({passed}) en niet van toepassing ({len(found) - passed})",
        f"Passed ({passed}) and not applicable ({len(found) - passed})",
    )
    table = el(
        "table", el("thead", el("tr", *(el("th", both(*one), scope="col") for one in heads))), el("tbody", *rows)
    )
    return el("section", el("h2", title), el("details", el("summary", both("Toon de lijst", "Show the list")), table))


def _why_not(line: Line) -> Iterator[Html]:
    if line.outcome is Outcome.INAPPLICABLE:
        for reason in dict.fromkeys(one.reason for one in line.findings):
            yield el("p", reason)


def _words() -> Html:
    title = both("Woorden in dit verslag", "Words in this report")
    rows = [join(el("dt", both(*one[:2])), el("dd", both(*one[2:]))) for one in words.GLOSSARY]
    return el("section", el("h2", title), el("dl", *rows))


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

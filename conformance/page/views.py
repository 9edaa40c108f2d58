"""What the page shows. Nothing here starts or stops anything."""

from collections.abc import Iterable

from conformance.judge import Outcome
from conformance.page import choices
from conformance.page.choices import Field, Role
from conformance.page.runs import State
from conformance.results import words
from conformance.results.markup import Html, both, el, join
from conformance.results.summary import COLOURS
from conformance.rules import Rules

TOLD = {
    "uitslag.html": ("Het verslag", "The report"),
    "uitslag.json": ("De uitslag met het hele verloop, om te ondertekenen en in te leveren",
                     "The result with all that passed, to sign and hand in"),
    "oordeel.json": ("Het oordeel voor andere software", "The verdict for other software"),
    "junit.xml": ("JUnit, voor een bouwserver", "JUnit, for a build server"),
    "testreport.json": ("FHIR TestScript en TestReport", "FHIR TestScript and TestReport"),
    "werkblad.html": ("Het werkblad", "The worksheet"),
    "rooster.json": ("Het werkblad voor een programma", "The worksheet for a program"),
}  # fmt: skip


def page(title: tuple[str, str], *inner: object, english: bool, refresh: bool = False) -> bytes:
    """A whole page."""
    code, name = ("nl", "Nederlands") if english else ("en", "English")
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", title[1] if english else title[0]),
        el("link", rel="stylesheet", href="/stijl.css"),
        el("script", src="/volg.js", defer=True) if refresh else None,
        el("noscript", el("meta", http_equiv="refresh", content="3")) if refresh else None,
    )
    top = el(
        "header",
        el("a", both("Naar de inhoud", "To the content"), href="#inhoud", class_="skip"),
        el("nav", el("a", "verwijsindex-toets", href="/"), " ", el("a", name, href=f"/taal/{code}", lang=code),
           aria_label="Navigatie"),
    )  # fmt: skip
    body = el("body", top, el("main", *inner, id="inhoud"))
    language = "en" if english else "nl"
    return f"<!DOCTYPE html>\n{el('html', head, body, lang=language, class_='english' if english else None)}\n".encode()


def front(roles: Iterable[Role], runs: Iterable[State]) -> Html:
    """Where a tester begins."""
    rows = [
        el("li", el("a", both(one.nl, one.en), href=f"/nieuw/{one.name}"))
        for one in roles
    ]  # fmt: skip
    earlier = [el("li", el("a", one.name, href=f"/toets/{one.name}"), f" {one.role}: ", _stand(one)) for one in runs]
    return join(
        el("h1", both("Toets uw systeem", "Test your system")),
        el(
            "p",
            both(
                "Alles gebeurt op deze computer: er gaat niets naar buiten dan naar het systeem dat u toetst. Er "
                "worden alleen testpersonen gebruikt.",
                "All of it happens on this computer: nothing leaves it but to the system you test. Only test persons "
                "are used.",
            ),
        ),
        el("h2", both("Wat wilt u toetsen?", "What do you want to test?")),
        el("ul", *rows, class_="choices"),
        join(el("h2", both("Eerdere toetsen", "Earlier tests")), el("ul", *earlier)) if earlier else None,
    )


def choose(role: Role, rules: Rules, *, proof: str, wrong: str = "") -> Html:
    """What to fill in for a role."""
    return join(
        el("h1", both(role.nl, role.en)),
        _wrong(role, wrong),
        el(
            "form",
            el("input", type="hidden", name="bewijs", value=proof),
            *(_field(one, wrong) for one in role.fields),
            _boxes(
                "format", ("Formaten", "Formats"), [(one, (one, one)) for one in choices.forms(rules, role.name)], wrong
            ),
            _boxes(
                "pakket",
                ("Pakketten", "Packs"),
                [(one, words.pack(one)) for one in choices.packs(rules, role.name)],
                wrong,
            ),
            el("button", both("Begin de toets", "Begin the test"), type="submit"),
            method="post",
            action=f"/nieuw/{role.name}",
            autocomplete="off",
        ),
    )


def _wrong(role: Role, wrong: str) -> Html | None:
    if not wrong:
        return None
    field = next((one for one in role.fields if one.name == wrong), None)
    names = (field.nl, field.en) if field else (wrong, wrong)
    told = both(f"Vul dit nog goed in: {names[0]}.", f"Please fill this in rightly: {names[1]}.")
    return el("p", told, role="alert", class_="bad verdict")


def _field(one: Field, wrong: str) -> Html:
    kind = "password" if one.variable else one.kind
    here = one.name == wrong
    return el(
        "p",
        el("label", both(one.nl, one.en), both(" (verplicht)", " (required)") if one.required else None, for_=one.name),
        el("input", type=kind, name=one.name, id=one.name, required=one.required, autofocus=here, maxlength="500",
           aria_invalid="true" if here else None, autocomplete="off", spellcheck="false"),
    )  # fmt: skip


def _boxes(name: str, title: tuple[str, str], known: Iterable[tuple[str, tuple[str, str]]], wrong: str) -> Html:
    boxes = [
        el(
            "div",
            el("input", type="checkbox", name=name, value=value, id=f"{name}-{value}", checked=True),
            el("label", both(*told), for_=f"{name}-{value}"),
        )
        for value, told in known
    ]
    return el("fieldset", el("legend", both(*title)), *boxes, class_="bad" if wrong == name else None)


def run(state: State, *, proof: str) -> Html:
    """One run, to be followed."""
    own = f"/toets/{state.name}"
    return join(
        el("h1", both("Toets", "Test"), f" {state.name}"),
        el("p", summary(state), role="status", id="zegt"),
        el("div", stand(state), id="stand", data_volg=f"{own}/volg" if state.running else None),
        el("div", buttons(own, state, proof), id="knoppen"),
    )


def summary(state: State) -> Html:
    """How far it is, in one sentence."""
    count = (f"{state.done} van {len(state.parts)} gespeeld", f"{state.done} of {len(state.parts)} played")
    if state.running:
        return both(f"De toets loopt: {count[0]}.", f"The test runs: {count[1]}.")
    return join(_stand(state), ". ", both(f"{count[0]}.", f"{count[1]}."))


def stand(state: State) -> Html:
    """What changes while a run goes on."""
    return join(_downloads(state), _instructions(state), _table(state))


def _stand(state: State) -> Html:
    if state.running:
        return both("loopt", "runs")
    if state.result is None:
        return both("niet begonnen", "did not begin")
    if not state.result.verdict.finished:
        return both("gestopt, nog niet af", "stopped, did not end")
    return both("voldoet", "complies") if state.result.verdict.passed else both("voldoet niet", "does not comply")


def _downloads(state: State) -> Html | None:
    if state.running or not state.files:
        return None
    rows = []
    for file in state.files:
        address, told = f"/toets/{state.name}/{file}", both(*TOLD[file])
        rows.append(
            el("li", el("a", told, href=address, download=None if file.endswith(".html") else f"{state.name}-{file}"))
        )
    return join(el("h2", both("De uitslag", "The result")), el("ul", *rows))


def _instructions(state: State) -> Html | None:
    """What the command says; for a sender that is what to do next."""
    if not state.output:
        return None
    title = (
        both("Wat u doet", "What you do") if state.role == "zender" else both("Wat de toets zegt", "What the kit says")
    )
    shown = el("pre", "\n".join(state.output.splitlines()[-40:]), tabindex="0", role="region", aria_label="uitvoer")
    if state.role == "zender" or state.result is None:
        return el("section", el("h2", title), shown)
    return None


def _table(state: State) -> Html | None:
    if not state.parts:
        return None
    rows = [
        el(
            "tr",
            el("th", one.name, scope="row"),
            el("td", one.form),
            el("td", both(one.nl, one.en), el("ol", *(el("li", step) for step in one.todo)) if one.todo else None),
            el(
                "td",
                _outcome(one.outcome, busy=one.busy),
                class_="aside" if one.outcome is None else COLOURS[one.outcome],
            ),
        )
        for one in state.parts
    ]
    heads = (("Scenario", "Scenario"), ("Formaat", "Format"), ("Wat", "What"), ("Uitkomst", "Outcome"))
    head = el("thead", el("tr", *(el("th", both(*one), scope="col") for one in heads)))
    return join(el("h2", both("Scenario's", "Scenarios")), el("table", head, el("tbody", *rows)))


def _outcome(outcome: Outcome | None, *, busy: bool) -> Html:
    if outcome is None:
        return both("bezig", "busy") if busy else both("nog te doen", "to do")
    return both(str(outcome), words.OUTCOMES[outcome])


def buttons(own: str, state: State, proof: str) -> Html | None:
    """What may be done with a run now."""
    if state.running:
        text = both("Stop; later verder", "Stop; go on later")
        stop = el("form", _proof(proof), el("button", text, type="submit"), method="post", action=f"{own}/stop")
        return join(stop, _finish(own, state, proof))
    if state.result is not None and state.result.verdict.finished:
        return None
    role = next(one for one in choices.known() if one.name == state.role)
    fields = [_field(one, "") for one in role.fields if one.variable]
    button = el("button", both("Ga verder", "Go on"), type="submit")
    return el("form", _proof(proof), *fields, button, method="post", action=f"{own}/verder", autocomplete="off")


def _finish(own: str, state: State, proof: str) -> Html | None:
    """A sender's run ends when all is done, or when the tester says so."""
    if state.role != "zender":
        return None
    text = both("Rond af; wat niet gedaan is, telt als niet bereikt", "End it; what was not done counts as not reached")
    return el("form", _proof(proof), el("button", text, type="submit"), method="post", action=f"{own}/afronden")


def _proof(proof: str) -> Html:
    return el("input", type="hidden", name="bewijs", value=proof)

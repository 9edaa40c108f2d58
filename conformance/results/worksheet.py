"""What a tester of a sender is given: the roster of test children, and what is to be done with each.

As text for a terminal, as a page to print, and as data for a program. Nothing here judges or keeps anything.
"""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from conformance.parties.gateway import FILES, LOOKS, assignment
from conformance.rules import Rules
from conformance.run import plan
from conformance.scene import Scene, met
from conformance.values import Message

HEAD = "Werkblad: wat uw systeem te doen krijgt"
INTRO = (
    "Elke regel is een scenario met een testpersoon van de openbare lijst. Voer de jeugdige in en doe wat er staat.",
    "De kenmerken (bronSysteem, bronSignaalId) zijn die van uw systeem. Gebruik een verzonnen medewerker als melder.",
    "Gebruik geen andere jeugdigen: wat over een ander gaat, wordt geweigerd en niet vastgelegd.",
)
_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:70rem;margin:1rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #666;padding:.4rem;text-align:left;"
    "vertical-align:top}caption{text-align:left;font-weight:bold;margin:.5rem 0}thead{background:#eee}"
    "tr{break-inside:avoid}"
)


def roster(rules: Rules, header: Mapping[str, Any], now: str) -> Message:
    """Every scenario of a run with its child and its steps, as data."""
    found = []
    for part in plan(rules, header):
        if not met(part.scenario.als.get("is", []), [header["kan"]]):
            continue
        scene = Scene(part.scenario, header, _start(part.name, part.form, part.scenario.kind, now))
        steps = [assignment(scene, one, header["kan"]) for one in part.scenario.stappen if one.doe not in LOOKS]
        seen = [one for one in part.scenario.stappen if one.doe == "verklaren"]
        if steps or seen:
            found.append(
                {
                    "scenario": part.name, "formaat": part.form, "pakket": part.scenario.pakket,
                    "nl": part.scenario.nl, "en": part.scenario.en, "stappen": steps,
                    "jeugdige": steps[0]["jeugdige"] if steps else {},
                    "verklaren": [one.opdracht for one in seen],
                }
            )  # fmt: skip
    return {"run": header["run"], "kan": header["kan"], "scenarios": found}


def lines(told: Message) -> Iterator[str]:
    """The worksheet for a terminal or a printer."""
    yield f"{HEAD} (run {told['run']})"
    yield from INTRO
    for one in told["scenarios"]:
        yield ""
        yield f"[ ] {one['scenario']} ({one['formaat']}): {one['nl']}"
        if one["jeugdige"]:
            yield f"    jeugdige: {_person(one['jeugdige'])}"
        for step in one["stappen"]:
            yield f"    {_day(one, step)}{step['opdracht']}"
        for said in one["verklaren"]:
            yield f"    {said}"


def page(told: Message) -> str:
    """The worksheet as a page."""
    rows = "".join(_row(one) for one in told["scenarios"])
    intro = "".join(f"<p>{escape(one)}</p>" for one in INTRO)
    heads = "".join(f'<th scope="col">{one}</th>' for one in ("Scenario", "Jeugdige", "Wat te doen", "Gedaan"))
    return (
        f'<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>{HEAD}</title><style>{_STYLE}</style>'
        f"</head><body><main><h1>{HEAD}</h1>{intro}<table><caption>Run {escape(told['run'])}</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></main></body></html>\n"
    )


def _row(one: Message) -> str:
    steps = [f"{_day(one, step)}{step['opdracht']}" for step in one["stappen"]] + one["verklaren"]
    listed = "".join(f"<li>{escape(step)}</li>" for step in steps)
    return (
        f'<tr><th scope="row">{escape(one["scenario"])}<br><small>{escape(one["formaat"])}</small></th>'
        f"<td>{escape(_person(one['jeugdige']))}</td><td>{escape(one['nl'])}<ol>{listed}</ol></td><td></td></tr>"
    )


def _person(child: Mapping[str, str]) -> str:
    names = " ".join(child[one] for one in ("voornamen", "voorvoegsel", "familienaam") if one in child)
    rest = [f"BSN {child['bsn']}" if "bsn" in child else "", child.get("geboortedatum", ""), child.get("geslacht", "")]
    return ", ".join(one for one in (names, *rest) if one)


def _day(one: Message, step: Message) -> str:
    return f"dag {step['dag']}: " if one["formaat"] in FILES else ""


def _start(name: str, form: str, child: int, now: str) -> Message:
    return {"scenario": name, "formaat": form, "poging": 1, "voor": 0, "nummer": 1, "kind": child, "nu": now}

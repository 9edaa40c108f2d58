"""The verdict for a build server: JUnit XML as Jenkins, GitLab, Azure and the GitHub actions read it.

A requirement in a format is a test case. What is not reached or not tested is skipped; what is not met is a failure,
with its level as type.
"""

import datetime as dt
import re
from collections.abc import Iterable

from lxml import etree

from conformance.judge import ATTESTED, Line, Outcome
from conformance.result import Result

_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def report(result: Result) -> bytes:
    """The file."""
    verdict = result.verdict
    forms = [*dict.fromkeys(one.form for one in verdict.lines)]
    root = etree.Element("testsuites", _counts(verdict.lines), name=f"verwijsindex-toets {result.header['rol']}")
    for form in forms:
        root.append(_suite(result, form, [one for one in verdict.lines if one.form == form]))
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _suite(result: Result, form: str, lines: list[Line]) -> etree._Element:
    header = result.header
    began = dt.datetime.fromisoformat(header["begonnen"]).astimezone(dt.UTC)
    suite = etree.Element(
        "testsuite", _counts(lines), name=f"{header['rol']}.{form}", timestamp=f"{began:%Y-%m-%dT%H:%M:%S}",
        skipped=str(sum(_skipped(one) for one in lines)),
    )  # fmt: skip
    about = etree.SubElement(suite, "properties")
    for name in ("run", "regels", "kit", "product", "build"):
        etree.SubElement(about, "property", name=name, value=_fit(str(header.get(name, ""))))
    exchanges = result.exchanges
    for line in lines:
        requirement = line.requirement
        took = sum(exchanges[one.n].took_ms for one in line.findings if one.n in exchanges) / 1000
        case = etree.SubElement(
            suite, "testcase", classname=f"{header['rol']}.{form}", time=f"{took:.3f}",
            name=_fit(f"{requirement.id} {requirement.nl}"),
        )  # fmt: skip
        if _failed(line):
            first = next(one for one in line.findings if one.outcome is Outcome.FAILED)
            said = _fit(f"verwacht: {first.expected}; gekregen: {first.got}")
            failure = etree.SubElement(case, "failure", message=said, type=requirement.niveau)
            failure.text = _fit("\n".join(_told(line)))
        elif _skipped(line):
            reasons = dict.fromkeys(one.reason for one in line.findings if one.outcome is line.outcome)
            etree.SubElement(case, "skipped", message=_fit(f"{line.outcome}: {'; '.join(reasons)}"))
    return suite


def _counts(lines: Iterable[Line]) -> dict[str, str]:
    """How many there are; a test that did not run is no error here but skipped."""
    found = [*lines]
    return {"tests": str(len(found)), "failures": str(sum(map(_failed, found))), "errors": "0"}


def _skipped(line: Line) -> bool:
    return line.outcome is not Outcome.PASSED and not _failed(line)


def _failed(line: Line) -> bool:
    """What a person says is not so is no failure of a test: no machine saw it."""
    return line.outcome is Outcome.FAILED and line.requirement.waarneming != ATTESTED


def _told(line: Line) -> Iterable[str]:
    for one in line.findings:
        if one.outcome is Outcome.FAILED:
            beside = f" naast {one.other}" if one.other else ""
            place = one.at or "het hele antwoord"
            yield f"{one.scenario}, stap {one.step}, uitwisseling {one.n}{beside}, plaats {place}"
            yield f"  verwacht: {one.expected}"
            yield f"  gekregen: {one.got}"
    yield f"bron: {line.requirement.bron}"
    yield f"herstel: {line.requirement.herstel}"


def _fit(text: str) -> str:
    """What XML can hold of a text."""
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)

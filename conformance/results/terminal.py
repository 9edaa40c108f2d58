"""What a person reads while a run goes on and when it is over. Prints nothing itself."""

from collections.abc import Iterator

from conformance.exchange import Exchange
from conformance.judge import Finding, Line, Outcome, Verdict
from conformance.transcript import Transcript

CONTRACT = "contract v1 van dit project"
CURE = {Outcome.FAILED, Outcome.NOT_REACHED}


def lines(verdict: Verdict, transcript: Transcript) -> Iterator[str]:
    """Every line that was tried and is not met, with what a person needs to mend it; then the verdict."""
    exchanges = {row["n"]: Exchange.of(row) for row in transcript.of("uitwisseling")}
    for line in verdict.lines:
        if line.outcome not in CURE or line in verdict.attested:
            continue
        requirement = line.requirement
        head = f"{requirement.id} {line.form:5} {requirement.niveau:6} {line.outcome}"
        yield f"{head}: {requirement.nl} ({requirement.bron})"
        for one in _first(line):
            yield from _finding(one, exchanges)
        if line.outcome is Outcome.FAILED:
            yield f"        doe:      {requirement.herstel}"
            yield f"        opnieuw:  verwijsindex-toets {verdict.header['rol']} ... --only {requirement.id}"
    yield ""
    yield from summary(verdict)


def summary(verdict: Verdict) -> Iterator[str]:
    """The verdict in words, and the plain last line."""
    if verdict.passed:
        partial = "; ".join(verdict.partial)
        whole = f"OORDEEL: voldoet aan {CONTRACT}, rol {verdict.header['rol']}, voor {_forms(verdict)}."
        yield (
            f"OORDEEL: wat getoetst is, voldoet aan {CONTRACT}. Dit is geen oordeel over het geheel: {partial}."
            if (partial)
            else whole
        )
    elif not verdict.finished:
        yield "OORDEEL: geen; de toets is niet af. Ga verder met dezelfde --map."
    elif all(one.outcome is Outcome.NOT_TESTED for one in verdict.blocking):
        left = len(verdict.blocking)
        yield f"OORDEEL: geen; niets ging fout, maar {left} {'eis is' if left == 1 else 'eisen zijn'} niet getoetst."
    else:
        yield f"OORDEEL: voldoet niet aan {CONTRACT}."
    for outcome in (Outcome.FAILED, Outcome.NOT_REACHED):
        if found := [one for one in verdict.blocking if one.outcome is outcome]:
            yield f"  MUST {outcome}: {_ids(found)}"
    untried = [one for one in verdict.blocking if one.outcome is Outcome.NOT_TESTED]
    for reason in dict.fromkeys(one.findings[0].reason for one in untried):
        yield f"  MUST niet getoetst, {reason}: {_ids([one for one in untried if one.findings[0].reason == reason])}"
    should = [one for one in verdict.lines if one.requirement.niveau != "MUST" and one.outcome is Outcome.FAILED]
    if should:
        yield f"  Telt niet voor het oordeel: {_ids(should)}"
    if verdict.attested:
        yield "  Niet door de toets te zien, en daarom geen deel van het oordeel:"
    for one in verdict.attested:
        yield f"    {one.requirement.id} ({one.form}) {_sworn(one)}: {one.requirement.nl}"
    yield (
        f"{verdict.count(Outcome.PASSED)} passed, {verdict.count(Outcome.FAILED)} failed, "
        f"{verdict.count(Outcome.NOT_REACHED) + verdict.count(Outcome.NOT_TESTED)} skipped"
    )


def _ids(lines: list[Line]) -> str:
    """The requirements, each once, with the formats they are about."""
    forms: dict[str, list[str]] = {}
    for one in lines:
        forms.setdefault(one.requirement.id, []).append(one.form)
    by_forms: dict[str, list[str]] = {}
    for eis, among in forms.items():
        by_forms.setdefault(", ".join(among), []).append(eis)
    return "; ".join(f"{', '.join(ids)} ({among})" for among, ids in by_forms.items())


def _forms(verdict: Verdict) -> str:
    return ", ".join(verdict.header["formaten"])


def _sworn(line: Line) -> str:
    said = line.findings[0]
    outcome = "verklaard van niet" if said.outcome is Outcome.FAILED else str(said.outcome)
    return f"{outcome} ({said.reason})"


def _first(line: Line) -> list[Finding]:
    """The findings a person needs: the worst, one for each scenario."""
    found: dict[str, Finding] = {}
    for one in line.findings:
        if one.outcome is line.outcome:
            found.setdefault(one.scenario, one)
    return list(found.values())


def _finding(one: Finding, exchanges: dict[int, Exchange]) -> Iterator[str]:
    yield f"        scenario: {one.scenario}, stap {one.step}" if one.step else f"        scenario: {one.scenario}"
    if one.reason:
        yield f"        reden:    {one.reason}"
    if one.outcome is Outcome.FAILED:
        yield f"        verwacht: {one.expected}"
        yield f"        kreeg:    {one.got}"
        yield f"        waar:     {one.at or 'het hele antwoord'}"
        if one.other:
            yield f"        naast:    uitwisseling {one.other}"
        if one.n in exchanges and not exchanges[one.n].inward:
            yield f"        herhaal:  {exchanges[one.n].request.curl(f'{one.n:04d}-vraag')}"

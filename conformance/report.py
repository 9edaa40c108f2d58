"""Results for people and machines: lines, transcripts, JSON and the verdict. Prints nothing itself."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from conformance import requirements
from conformance.run import NOT_CHOSEN, Outcome, Result
from conformance.session import Exchange

CONTRACT = "contract aanlevering 1 van dit project"


class Keeper:
    """Puts transcripts in a folder: all of them when one was asked for, else only what a failure needs."""

    def __init__(self, folder: Path | None) -> None:
        self._all = folder is not None
        self._folder = folder

    def keep(self, result: Result) -> Path | None:
        """Write the exchanges of a result; the file with the request at fault, if any."""
        if not self._all and result.outcome is not Outcome.FAILED:
            return None
        if not result.exchanges and result.culprit is None:
            return None
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="verwijsindex-toets-"))
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._write(self._folder, result)

    def _write(self, folder: Path, result: Result) -> Path | None:
        found = None
        exchanges = list(result.exchanges)
        if result.culprit is not None and not any(result.culprit is one for one in exchanges):
            exchanges.append(result.culprit)
        for number, exchange in enumerate(exchanges, start=1):
            name = f"{result.requirement.id}-{number:02d}"
            request = folder / f"{name}-vraag.xml"
            if exchange.request.body is not None:
                request.write_bytes(exchange.request.body)
            (folder / f"{name}-antwoord.xml").write_bytes(exchange.reply.body)
            head = "".join(f"{key}: {value}\n" for key, value in exchange.reply.headers)
            head = f"{exchange.request.curl(request if exchange.request.body is not None else None)}\n\n" + (
                f"HTTP {exchange.reply.status}\n{head}"
            )
            (folder / f"{name}.txt").write_text(head, encoding="utf-8")
            if exchange is result.culprit and exchange.request.body is not None:
                found = request.resolve()
        return found


def lines(result: Result, number: int, total: int, file: Path | None) -> Iterator[str]:
    """What a person reads about one result; nothing about what --only leaves out."""
    requirement = result.requirement
    if result.reason == NOT_CHOSEN:
        return
    yield (
        f"[{number:2d}/{total}] {requirement.id} {requirement.level:6} {result.outcome:10} "
        f"{requirement.text} ({requirement.source})"
    )
    if result.reason:
        yield f"        reden:    {result.reason}"
    if result.outcome is Outcome.FAILED:
        yield f"        verwacht: {result.expected}"
        yield f"        kreeg:    {result.got}"
        yield f"        waar:     {result.at or 'het hele antwoord'}"
        yield f"        doe:      {requirement.fix}"
        if result.culprit is not None:
            yield f"        herhaal:  {result.culprit.request.curl(file)}"
            yield f"        opnieuw:  python -m conformance ... --only {requirement.id} --keep"


def verdict(results: Sequence[Result]) -> tuple[bool, list[str]]:
    """Whether every MUST ran and passed, and the words for it."""
    failed = [result for result in results if result.blocks and result.outcome is Outcome.FAILED]
    untried = [result for result in results if result.blocks and result.outcome is Outcome.NOT_TESTED]
    excluded = [result for result in results if result.excluded]
    said = []
    if failed or untried:
        said.append(f"OORDEEL: voldoet niet aan {CONTRACT}.")
    elif not any(result.outcome is Outcome.PASSED for result in results):
        said.append(f"OORDEEL: geen; er is niets getoetst van {CONTRACT}.")
    elif excluded:
        said.append(f"OORDEEL: wat getoetst is, voldoet aan {CONTRACT}. Dit is geen oordeel over het geheel.")
    else:
        said.append(f"OORDEEL: voldoet aan {CONTRACT}.")
    if failed:
        said.append(f"  MUST niet gehaald: {_ids(failed)}")
    for reason in dict.fromkeys(result.reason for result in untried):
        said.append(f"  MUST niet getoetst, {reason}: {_ids([one for one in untried if one.reason == reason])}")
        said.append("    Een MUST die niet getoetst is, is niet gehaald; sluit haar anders uit met --without.")
    if any(result.reason == NOT_CHOSEN for result in excluded):
        said.append(f"  Op verzoek alleen getoetst: {_ids([one for one in results if not one.excluded])}")
    if left_out := [result for result in excluded if result.reason != NOT_CHOSEN]:
        said.append(f"  Uitgesloten op verzoek: {_ids(left_out)}")
    inapplicable = [result for result in results if not result.applies]
    if inapplicable:
        said.append(f"  Niet van toepassing volgens het systeem zelf: {_ids(inapplicable)}")
    should = [one for one in results if one.requirement.level == "SHOULD" and one.outcome is Outcome.FAILED]
    if should:
        said.append(f"  SHOULD niet gehaald (telt niet voor het oordeel): {_ids(should)}")
    passed = any(result.outcome is Outcome.PASSED for result in results)
    return passed and not failed and not untried, said


def closing(results: Sequence[Result]) -> str:
    """The plain last line."""
    count = {outcome: sum(result.outcome is outcome for result in results) for outcome in Outcome}
    return f"{count[Outcome.PASSED]} passed, {count[Outcome.FAILED]} failed, {count[Outcome.NOT_TESTED]} skipped"


def as_json(results: Sequence[Result], *, sut: str, run: str, started: str) -> str:
    """Everything for a machine; no token is in it."""
    good, said = verdict(results)
    return json.dumps(
        {
            "contract": CONTRACT,
            "rules": requirements.fingerprint(),
            "sut": sut,
            "run": run,
            "started": started,
            "passed": good,
            "verdict": said,
            "closing": closing(results),
            "results": [_row(result) for result in results],
        },
        ensure_ascii=False,
        indent=2,
    )


def _row(result: Result) -> dict[str, object]:
    requirement = result.requirement
    row: dict[str, object] = {
        "id": requirement.id,
        "level": requirement.level,
        "theme": requirement.theme,
        "outcome": str(result.outcome),
        "excluded": result.excluded,
        "applies": result.applies,
        "text": {"nl": requirement.text, "en": requirement.text_en},
        "source": requirement.source,
    }
    if result.reason:
        row["reason"] = result.reason
    if result.outcome is Outcome.FAILED:
        row |= {"expected": result.expected, "got": result.got, "at": result.at}
        row["fix"] = {"nl": requirement.fix, "en": requirement.fix_en}
        row["exchanges"] = [_exchange(exchange, exchange is result.culprit) for exchange in result.exchanges]
        if result.culprit is not None and not any(result.culprit is one for one in result.exchanges):
            row["exchanges"] = [*(_exchange(one) for one in result.exchanges), _exchange(result.culprit, culprit=True)]
    return row


def _exchange(exchange: Exchange, culprit: bool = False) -> dict[str, object]:
    request, reply = exchange.request, exchange.reply
    return {
        "culprit": culprit,
        "method": "GET" if request.body is None else "POST",
        "url": request.url,
        "request_headers": request.headers("TOKEN"),
        "request": (request.body or b"").decode("utf-8", "replace"),
        "status": reply.status,
        "response_headers": dict(reply.headers),
        "response": reply.body.decode("utf-8", "replace"),
    }


def _ids(results: Sequence[Result]) -> str:
    return ", ".join(result.requirement.id for result in results)

"""`python -m conformance --sut URL --token TOKEN`: test a gateway from outside.

Exit code 0 only when every MUST ran and passed; 1 when not; 2 when there was nothing to test.
"""

import argparse
import datetime as dt
import io
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from conformance import report, requirements
from conformance.checks import THEMES
from conformance.run import Result, run
from conformance.session import Session, Settings
from conformance.wire import Line, Request, Unreachable


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the kit; gives the exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    given = _arguments(arguments)
    all_requirements = requirements.load()
    known = {one.id for one in all_requirements} | set(THEMES)
    if strange := sorted({*given.without, *given.only} - known):
        print(f"Onbekend bij --without of --only: {', '.join(strange)}. Kies een id of {', '.join(THEMES)}.")
        return 2
    settings = Settings(
        sut=given.sut,
        token=given.token,
        partner_token=given.partner_token,
        blind_token=given.blind_token,
        gemeente=given.gemeente,
        now=given.now,
        timeout=given.timeout,
        match_timeout=given.match_timeout,
    )
    line = Line(settings.timeout)
    try:
        line.send(Request(f"{settings.endpoint}?wsdl", token=settings.token))
    except Unreachable as silence:
        print(f"Geen antwoord van {settings.endpoint}: {silence}. Controleer --sut en of het systeem draait.")
        line.close()
        return 2
    try:
        return _test(Session(settings, line), all_requirements, given)
    finally:
        line.close()


def _test(session: Session, chosen: Sequence[requirements.Requirement], given: argparse.Namespace) -> int:
    keeper = report.Keeper(given.out)
    started = session.now().isoformat()
    number = 0

    def tell(result: Result) -> None:
        nonlocal number
        number += 1
        for text in report.lines(result, number, len(chosen), keeper.keep(result)):
            print(text, flush=True)

    print(f"{report.CONTRACT}; eisen {requirements.fingerprint()}; kit {_version()}; run {session.run}")
    print(f"{session.settings.endpoint}, {started}", flush=True)
    try:
        results = run(session, chosen, without=given.without, only=given.only, tell=tell)
    finally:
        left = _clean_up(session) if not given.keep else []
    if left:
        print(f"Niet opgeruimd (niet ingetrokken): {', '.join(left)}")
    if given.json is not None:
        given.json.parent.mkdir(parents=True, exist_ok=True)
        text = report.as_json(results, sut=session.settings.sut, run=session.run, started=started)
        given.json.write_text(text + "\n", encoding="utf-8")
    good, said = report.verdict(results)
    print("\n".join(["", *said, report.closing(results)]), flush=True)
    return 0 if good else 1


def _clean_up(session: Session) -> list[str]:
    try:
        return session.clean_up()
    except Unreachable:
        return ["alles: het systeem antwoordt niet meer"]


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m conformance", description=__doc__)
    add = parser.add_argument
    add("--sut", required=True, metavar="URL", help="root of the system under test, before /soap/v1")
    add("--token", required=True, help="bearer token of a sender that may use the BSN")
    add("--partner-token", default="", metavar="T2", help="a second organisation of the same region, for matches")
    add("--blind-token", default="", metavar="T3", help="a sender that may not use the BSN")
    add("--gemeente", default="", metavar="CODE", help="gemeenteCode to send with every signal; left out by default")
    add("--now", type=_moment, default=None, metavar="ISO", help="the moment the system believes it is, with time zone")
    add("--without", action="append", default=[], metavar="THEME|ID", help="leave out; the verdict says so")
    add("--only", action="append", default=[], metavar="THEME|ID", help="try only this; the verdict says so")
    add("--json", type=Path, default=None, metavar="FILE", help="write the results, with what was said at failures")
    add("--out", type=Path, default=None, metavar="DIR", help="keep every message of the run")
    add("--keep", action="store_true", help="do not withdraw the signals afterwards, so that a failure can be repeated")
    add("--timeout", type=float, default=30.0, metavar="S", help="seconds to wait for an answer")
    add("--match-timeout", type=float, default=60.0, metavar="S", help="seconds to wait for a match or its end")
    return parser.parse_args(arguments)


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError("geef een tijdzone, bijvoorbeeld 2026-11-21T10:00:00+01:00")
    return moment


def _version() -> str:
    try:
        return version("verwijsindex-gateway")
    except PackageNotFoundError:
        return "niet geinstalleerd"


if __name__ == "__main__":
    sys.exit(main())

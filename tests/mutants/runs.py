"""Good runs to make mutants of: our own gateway in every format, and senders and indices that are known to be good."""

import contextlib
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conformance import rules
from conformance.__main__ import main
from conformance.commands.running import FILE
from conformance.judge import judge
from conformance.results import terminal
from conformance.transcript import Transcript
from gateway.cli.sandbox import token_of
from tests.cli.processes import sandbox_process
from tests.conformance.fake_gateway import Fake
from tests.conformance.index_runs import running
from tests.conformance.test_sender_files import nights
from tests.conformance.test_sender_role import played
from tests.e2e.kit import BLIND, PARTNER, SENDER, WORDS, place
from tests.mutants.bench import Run

Target = list[str]
"""What the command of a role needs to reach a system."""
PATIENCE = ("--match-timeout", "20", "--timeout", "20")


class Bad(Exception):
    """A run that should have been good is not; the text tells why."""


@contextlib.contextmanager
def sandbox() -> Iterator[Target]:
    """Our own gateway, as a process."""
    with (
        tempfile.TemporaryDirectory(prefix="verwijsindex-mutants-") as directory,
        sandbox_process(Path(directory)) as told,
    ):
        yield _target(told)


@contextlib.contextmanager
def fake() -> Iterator[Target]:
    """The small gateway of the kit's own tests."""
    with Fake() as gateway:
        yield ["gateway", "--sut", gateway.url, "--token", "een", "--partner-token", "twee", "--blind-token", "blind"]


@contextlib.contextmanager
def index() -> Iterator[Target]:
    """Our own simulated index, that can everything."""
    with tempfile.TemporaryDirectory(prefix="verwijsindex-mutants-") as directory, running(Path(directory)) as url:
        yield ["index", "--sut", url, "--zender", "gateway-a", "--zender2", "gateway-b"]


@contextlib.contextmanager
def sandwich(*, extended: bool = False) -> Iterator[Target]:
    """Our own gateway as processes, with the kit on the other side too; the region whose index carries words."""
    with tempfile.TemporaryDirectory(prefix="verwijsindex-mutants-") as directory, place(Path(directory)) as ours:
        tokens = {"--token": SENDER, "--partner-token": PARTNER, "--blind-token": BLIND}
        doors = ["--index-port", str(ours.index), "--receiver-port", str(ours.receiver)]
        named = [word for option, who in tokens.items() for word in (option, token_of(who))]
        yield ["gateway", "--sut", ours.url, *named, *doors, *(WORDS if extended else ())]


def recorded(target: Target, *more: str) -> Run:
    """A run of the kit against a system that is good."""
    transcript, _ = played_against(target, *more)
    return good(transcript)


def sender(form: str) -> Iterator[Run]:
    """The small sender of the kit's own tests, in a format with HTTP: all of its worksheet, and without the BSN."""
    yield good(played(form=form))
    yield good(played("", "zender-zonder-bsn", form=form, bsn=False))


def exporter() -> Iterator[Run]:
    """The nightly exporters of the kit's own tests, three nights each: with actions, whole lists, without the BSN."""
    for more, whole in (((), False), ((), True), (("--zonder-bsn",), False)):
        with tempfile.TemporaryDirectory(prefix="verwijsindex-run-") as directory:
            with contextlib.redirect_stdout(io.StringIO()):
                nights(Path(directory), *more, whole=whole)
            yield good(Transcript.read(Path(directory) / "run" / FILE))


def played_against(target: Target, *more: str) -> tuple[Transcript, str]:
    """What passed, and what was told of it."""
    said = io.StringIO()
    with tempfile.TemporaryDirectory(prefix="verwijsindex-run-") as directory:
        with contextlib.redirect_stdout(said):
            main([*target, *(() if "--timeout" in more else PATIENCE), *more, "--map", directory])
        path = Path(directory) / FILE
        if not path.exists():
            raise Bad(said.getvalue())
        return Transcript.read(path), said.getvalue()


def good(transcript: Transcript) -> Run:
    """The run, when nothing of it failed; raises Bad."""
    held = rules.of_run(transcript.header)
    verdict = judge(transcript.rows, held)
    if not verdict.passed:
        raise Bad("\n".join(terminal.lines(verdict, transcript)))
    return Run(transcript.rows, held)


def _target(told: dict[str, Any]) -> Target:
    tokens = {partner["id"]: partner["token"] for partner in told["partners"]}
    named = {
        "--token": "school-de-wilg",
        "--partner-token": "jeugdhulp-voorbeeld",
        "--blind-token": "jongerenwerk-blind",
    }
    return [
        "gateway",
        "--sut",
        told["gateway"],
        *(word for option, who in named.items() for word in (option, tokens[who])),
    ]

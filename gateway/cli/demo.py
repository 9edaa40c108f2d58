"""The demo: a play of partners, a gateway and indexes; and a page that proves each promise by its bytes.

Everything is real: HTTP, messages and storage run in this process, on free ports, with nothing kept between runs but
the evidence. What can be played stands in `plays`.
"""

import datetime as dt
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from gateway.cli.evidence import Evidence
from gateway.cli.partners import callback
from gateway.cli.plays import Play
from gateway.cli.proof import page
from gateway.cli.sandbox import sandbox
from gateway.cli.stage import Stage, spelled
from gateway.cli.watching import Watched
from gateway.clock import AMSTERDAM, system_clock

LEGAL_MOMENT = dt.datetime(2026, 11, 21, 10, 0, tzinfo=dt.UTC)
PAGE = "bewijs.html"


def run(directory: Path, console: Console, play: Play) -> bool:
    """Play; true when every promise held."""
    _make_room(directory)
    evidence = Evidence(directory)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as place, console.status("starting a gateway and simulated indices"):
        watched = Watched()
        with (
            callback() as school,
            sandbox(
                Path(place), clock=LEGAL_MOMENT, over=watched.over, delivery=play.told(school.url), spare=play.spare
            ) as running,
        ):
            stage = Stage(running, evidence, watched, school, Path(place) / "mail")
            for scene, what in play.scenes():
                console.print(what, highlight=False)
                scene(stage)
            _at_rest(Path(place), evidence, play.personal)
    made = system_clock().astimezone(AMSTERDAM)
    proof = page(play.about, evidence.promises, evidence.steps, evidence.stories, made)
    (directory / PAGE).write_text(proof, encoding="utf-8")
    for promise in evidence.promises:
        mark = "[green]holds [/green]" if promise.holds else "[red]BROKEN[/red]"
        console.print(f"{mark} {promise.en}", highlight=False)
    kept = all(promise.holds for promise in evidence.promises)
    console.print(
        f"{sum(promise.holds for promise in evidence.promises)} of {len(evidence.promises)} promises hold"
        f" ({time.monotonic() - began:.0f} s); see {directory / PAGE}",
        style="bold green" if kept else "bold red",
    )
    return kept


def _make_room(directory: Path) -> None:
    """Throw an earlier demo's evidence away, and nothing else."""
    if directory.exists() and any(directory.iterdir()):
        if not (directory / PAGE).is_file():
            raise FileExistsError(f"{directory} holds something else than a demo's evidence; name another with --out")
        shutil.rmtree(directory)
    directory.mkdir(parents=True, exist_ok=True)


def _at_rest(place: Path, evidence: Evidence, personal: Sequence[str]) -> None:
    """What a stolen database tells."""
    stored = b"".join(path.read_bytes() for path in sorted(place.glob("gateway.db*")))
    name = evidence.keep("gateway.db", stored)
    evidence.promise(
        "Een gestolen database toont geen BSN, geen naam en geen telefoonnummer, in geen enkele codering",
        "A stolen database shows no BSN, no name and no telephone number, in no encoding",
        not any(spelling.encode("latin-1") in stored for spelling in spelled(*personal)),
        name,
    )

"""What is played in `demo switch`: a municipality moves to another index, back, and there again; the old is emptied."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gateway.cli.scenes.people import SCHOOL
from gateway.cli.scenes.switch.cast import children
from gateway.cli.scenes.switch.ending import Ending
from gateway.cli.stage import Stage

SPOKEN_THERE = "fhir_index"
"""What the new index speaks; the old one speaks SOAP."""
PERSONAL = (*(one.bsn for one in children()), "Fictief", "0301234567", "030-1234567", "0687654321")
"""What nobody may find in a stolen database."""


def told(service: str) -> Mapping[str, dict[str, Any]]:
    """The school hears of its matches at a service of its own; the others are mailed by the index that leads."""
    return {SCHOOL: {"soap": {"url": service}}}


def scenes() -> Sequence[tuple[Callable[[Stage], None], str]]:
    """One move from its beginning to its end."""
    move = Ending()
    return (
        (move.given, "[bold]A hundred signals[/bold]: four organisations, each in its own format"),
        (move.planned, "[bold]A plan[/bold]: which signals would go, on what ground"),
        (move.started, "[bold]Both indexes[/bold]: the new one gets a copy, in silence; new signals go to both"),
        (move.turned, "[bold]The new index leads[/bold]: nobody notices, and signals go on"),
        (move.back, "[bold]And back[/bold]: the old index leads again; then the new one once more"),
        (move.retired, "[bold]The old index is emptied[/bold]: not before no match would be lost"),
        (move.looked_back, "[bold]Who was told what[/bold]: mails, the school's own service, the signed report"),
    )

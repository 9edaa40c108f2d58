"""What is played in the demo: the national law, a spreadsheet, every format at once, and what comes later."""

from gateway.cli.scenes.formats import formats
from gateway.cli.scenes.later import later, told
from gateway.cli.scenes.people import CHILD, LATE_CHILD, SHEET_CHILD, met
from gateway.cli.scenes.sheet import sheet
from gateway.cli.scenes.strict import strict

PERSONAL = (CHILD.bsn, SHEET_CHILD, LATE_CHILD, "Fictief", "0301234567", "030-1234567", "0687654321")
"""What nobody may find in a stolen database."""

SCENES = (
    (strict, "[bold]Region under the national law[/bold]: the index gets who and how to reach them, nothing else"),
    (sheet, "[bold]A school with a spreadsheet[/bold]: a file in, a report out, and the match beside it"),
    (formats, "[bold]Region on consent[/bold]: one child, every format; words travel, with their meaning"),
    (
        later,
        "[bold]A match that comes later[/bold]: told by itself, with a meaning card; who has the regie",
    ),
)

__all__ = ["PERSONAL", "SCENES", "met", "told"]

"""Files as they really come, spoiled in the ways of real exporters, with what becomes of every row.

Good rows of a spoiled file are accepted; nothing is guessed. Dates are true on the tests' legal day.
"""

from tests.hostile.spoiled.case import Spoiled, Told
from tests.hostile.spoiled.exporters import EXPORTERS
from tests.hostile.spoiled.headers import HEADERS
from tests.hostile.spoiled.letters import LETTERS
from tests.hostile.spoiled.lines import LINES
from tests.hostile.spoiled.sheets import SHEETS
from tests.hostile.spoiled.values import VALUES

SPOILED: tuple[Spoiled, ...] = (*LETTERS, *LINES, *HEADERS, *VALUES, *SHEETS, *EXPORTERS)

__all__ = ["SPOILED", "Spoiled", "Told"]

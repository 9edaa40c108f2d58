"""Messages as a row of a file."""

import csv
import io
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from gateway.adapters.senders.csvfile import CsvSender, Layout, layouts
from gateway.adapters.senders.csvfile.layout import FIELDS as COLUMNS
from gateway.canonical.command import Request
from gateway.rules.findings import FindingTexts
from tests.spec.people import shared

if TYPE_CHECKING:
    from tests.spec.formats import Message

ACTIONS = {
    "signaalAfgeven": "afgeven",
    "signaalBeeindigen": "beeindigen",
    "signaalIntrekken": "intrekken",
    "betekenisAanvullen": "betekenis_aanvullen",
    "signaalWijzigen": "wijzigen",
    "signaalVerlengen": "verlengen",
    "signaalOverdragen": "overdragen",
    "matchTerugkoppelen": "terugkoppelen",
    "regieVastleggen": "regie_vastleggen",
}
_REGISTERED = ("UZI", "BIG", "AGB", "SKJ")


class CsvFile:
    """A file of one row with every column of the standard layout: each axis has two, and one for the concept chosen.

    The list of an axis is said by a layout.
    """

    def says(self, message: "Message") -> bool:
        """A row asks for nothing. Axes and kinds of registration are columns, which a row cannot get wrong."""
        axes = [word[0] for word in message.words]
        chosen = [axis for axis, _, _ in message.choices]
        return (
            message.operation in ACTIONS
            and {*axes, *chosen} <= {*_standard().said}
            and max(Counter(axes).values(), default=0) <= 2
            and len(chosen) == len(set(chosen))
            and all(len(lists) == 1 for lists in self._lists(message).values())
            and all(kind in _REGISTERED for kind, _ in message.registrations)
            and len({kind for kind, _ in message.registrations}) == len(message.registrations)
        )

    def request(self, message: "Message") -> Request:
        said = [("actie", ACTIONS[message.operation]), *message.fields.items(), *message.strange.items()]
        said += [(kind.lower(), number) for kind, number in message.registrations]
        said += [(axis, word) for axis, word, *_ in (*message.words, *message.choices)]
        said += [(f"{axis}_begrip", concept) for axis, _, concept in message.choices]
        columns = self._columns(message)
        cells = [""] * len(columns)
        for name, text in said:
            cells[columns.index(name) if not cells[columns.index(name)] else _last(columns, name)] = text
        text = io.StringIO()
        csv.writer(text, delimiter=";").writerows([columns, cells])
        sender = csv_adapter(tuple((axis, *lists) for axis, lists in self._lists(message).items() if lists != {""}))
        (row,) = sender.rows(io.BytesIO(text.getvalue().encode()))
        assert row.request is not None, row.findings
        return row.request

    def place(self, message: "Message", name: str) -> str:
        group, _, part = name.partition(".")
        if part == "list" and group.startswith("word"):
            return "indeling"
        if part:
            number = int(group.partition("[")[2][:-1]) - 1
            if group.startswith("registration"):
                name = message.registrations[number][0].lower()
            else:
                axis = (message.words or message.choices)[number][0]
                name = f"{axis}_begrip" if part == "concept" else axis
        columns = self._columns(message)
        if name not in columns:
            return f"regel 2 ({'begrip' if name == 'choices' else name})"
        return f"regel 2, kolom {columns.index(name) + 1} ({name})"

    def _columns(self, message: "Message") -> list[str]:
        axes = _standard().said
        return [*COLUMNS, *(f"{axis}_begrip" for axis in axes), *axes, *axes, *message.strange]

    def _lists(self, message: "Message") -> dict[str, set[str]]:
        lists: dict[str, set[str]] = {}
        for axis, _, *code_list in message.words:
            lists.setdefault(axis, set()).update(code_list or [""])
        return lists


def _last(columns: list[str], name: str) -> int:
    return len(columns) - 1 - columns[::-1].index(name)


@cache
def _standard() -> Layout:
    return layouts(shared().axes)["standaard"]


@cache
def csv_adapter(lists: tuple[tuple[str, str], ...] = ()) -> CsvSender:
    """The adapter of files with the standard layout, or one over it in which an axis has its own list."""
    axes = "".join(f"[assen.{axis}]\nstelsel = '{name}'\n" for axis, name in lists)
    layout = Layout.load(f"naam = 'proef'\n{axes}", _standard()) if lists else _standard()
    return CsvSender.load(FindingTexts.load(), layout, choices_display=lambda _, concept: concept)

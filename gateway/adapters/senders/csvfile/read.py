"""Rows of a table as requests: every row of the file is one row here, whatever is wrong with it.

A cell goes to its field as text with its place. A row whose form is broken gives no request; what is wrong with a cell
stands in the request's `remarks`, beside all that admission will find.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gateway.adapters.senders.csvfile.header import MOST_REMARKS, Recognition, same
from gateway.adapters.senders.csvfile.layout import ACTIONS, DRAFTED, Layout
from gateway.adapters.senders.csvfile.mend import GUARDS, Mend, Noted, unguarded
from gateway.canonical import command
from gateway.canonical.batch import FileFacts, Row
from gateway.canonical.command import Draft, Request, Said, SaidChoice, SaidTerm
from gateway.canonical.finding import Ernst, Finding
from gateway.wire.lines import Broken
from gateway.wire.tabular import Table

CONTRACT = "csv-1"
INDELING = "indeling"
"""The place of what a layout says for every row."""
KEY = 35
"""The most characters of a source's own key that are told back."""

BROKEN = {Broken.BYTES: "VIX-1011", Broken.LENGTH: "VIX-1016", Broken.QUOTE: "VIX-1010"}
"""Why a line is no row -> its code."""

_REGISTRATIONS = (("uzi", "UZI"), ("big", "BIG"), ("agb", "AGB"), ("skj", "SKJ"))
_CONTACT = (
    "melder_naam", "melder_functie", "melder_telefoon", "melder_email",
    "coordinator_naam", "coordinator_telefoon", "coordinator_email",
)  # fmt: skip
_AMENDING: Mapping[str, tuple[Callable[..., Request], tuple[str, ...]]] = {
    "wijzigen": (command.Wijzigen, ("professional_id", *_CONTACT)),
    "verlengen": (command.Verlengen, ("verwijderdatum",)),
    "overdragen": (command.Overdragen, ("professional_id", *_CONTACT)),
}
"""What an action makes of a row, and which columns it reads."""
_REGIE = ("match_id", "regiehandeling", "stand", "herzien_op")
_WORDY = ("afgeven", "betekenis_aanvullen")


class Places(Mapping[str, str]):
    """Where each field of one row stands, or would stand."""

    __slots__ = ("_here", "_known")

    def __init__(self, here: str, known: Mapping[str, str]) -> None:
        self._here = here
        self._known = known

    def __getitem__(self, name: str) -> str:
        return self._here + (self._known.get(name) or f" ({name})")

    def get(self, name: str, default: Any = None) -> str:
        """A place; every field has one."""
        return self[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


class Rows:
    """A file while it is read."""

    def __init__(self, table: Table, line: int, cells: list[str], layout: Layout) -> None:
        self._table = table
        self._layout = layout
        self._recognition = Recognition(layout)
        self._header = self._recognition.read(line, cells)
        self._said_again: list[Finding] = []
        self._contract = f"{CONTRACT}/{layout.name}"
        fixed = {name: Said(text, INDELING, own=False) for name, text in layout.fixed.items()}
        self._fixed_own = {name: said for name, said in fixed.items() if name in DRAFTED}
        self._fixed_rest = {name: said for name, said in fixed.items() if name not in DRAFTED}
        self._axis_places = {column.name: column.place for column in reversed(self._header.words)}
        self._lists = {name: Said(text, INDELING) for name, text in layout.code_lists.items()}

    @property
    def facts(self) -> FileFacts:
        """What is known of the file so far."""
        table, header = self._table, self._header
        above = [Finding(code="VIX-1017", at=f"regel {line}", ernst=Ernst.WAARSCHUWING) for line in table.above]
        return FileFacts(
            kind=table.kind,
            encoding=table.encoding,
            delimiter=table.delimiter,
            columns=header.named,
            bevindingen=(*above, *header.remarks, *self._said_again),
        )

    def __iter__(self) -> Iterator[Row]:
        header, read = self._header, self._read
        named, width, foreign = header.width, max(self._table.width, header.width), False
        for line, cells in self._table:
            if isinstance(cells, Broken):
                yield Row(line=line, request=None, findings=(Finding(code=BROKEN[cells], at=f"regel {line}"),))
                continue
            if not _figured(cells) and self._recognition.score(cells):
                foreign = not same(header, cells)
                if not foreign:
                    self._again(line)
                    continue
            if foreign:
                yield Row(line=line, request=None, findings=(Finding(code="VIX-1018", at=f"regel {line}"),))
            elif len(cells) != width or (width > named and any(map(str.strip, cells[named:]))):
                found = Finding(code="VIX-1019", at=f"regel {line}", limit=f"{width} cellen")
                yield Row(line=line, request=None, findings=(found,))
            else:
                yield read(line, cells)

    def _again(self, line: int) -> None:
        """The header stood in the file once more, as in exports that were put one behind the other."""
        if len(self._said_again) < MOST_REMARKS:
            self._said_again.append(Finding(code="VIX-1017", at=f"regel {line}", ernst=Ernst.WAARSCHUWING))

    def _read(self, line: int, cells: list[str]) -> Row:
        here, header = f"regel {line}", self._header
        remarks: list[Finding] = []
        own, rest = dict(self._fixed_own), dict(self._fixed_rest)
        for columns, said in ((header.own, own), (header.rest, rest)):
            for index, name, place, mend in columns:
                text = cells[index].strip()
                if not text:
                    continue
                at = here + place
                if text[0] in GUARDS:
                    text = _guarded(text, mend, at, remarks)
                elif mend is not None:
                    mended = mend(text)
                    text = mended if isinstance(mended, str) else _noted(mended, at, remarks)
                if text:
                    said[name] = Said(text, at)
        for index, _, place, _ in header.forbidden:
            if cells[index].strip():
                remarks.append(Finding(code="VIX-1003", at=here + place))
        if "actie" not in header.places:
            kind = rest["actie"].text if "actie" in rest else ACTIONS[0]
        else:
            kind = self._action(rest.get("actie"), here, remarks)
        request = self._request(kind, here, own, rest, cells, remarks) if kind else None
        return Row(
            line=line,
            request=request,
            findings=() if request is not None else tuple(remarks),
            handeling=kind,
            bron_systeem=rest["bron_systeem"].text[:KEY] if "bron_systeem" in rest else "",
            bron_signaal_id=own["bron_signaal_id"].text[:KEY] if "bron_signaal_id" in own else "",
            revisie=own["revisie"].text[:KEY] if "revisie" in own else "",
        )

    def _action(self, said: Said | None, here: str, remarks: list[Finding]) -> str:
        """What a row asks to be done; empty, with a finding, where it does not say."""
        if said is not None and said.text in ACTIONS:
            return said.text
        at = here + self._header.places["actie"]
        if said is None:
            remarks.append(Finding(code="VIX-1106", at=at))
        else:
            remarks.append(Finding(code="VIX-1105", at=at, limit=" | ".join(ACTIONS)))
        return ""

    def _request(
        self,
        kind: str,
        here: str,
        own: dict[str, Said],
        rest: dict[str, Said],
        cells: list[str],
        remarks: list[Finding],
    ) -> Request:
        places = Places(here, self._header.places)
        words = self._words(here, cells, remarks) if kind in _WORDY else []
        choices = self._choices(here, words, cells, remarks) if kind == "betekenis_aanvullen" else ()
        system, organisation, told = rest.get("bron_systeem"), rest.get("organisatie"), tuple(remarks)
        if kind == "afgeven":
            lists = self._lists
            terms = tuple([SaidTerm(Said(axis, word.at), word, lists.get(axis)) for axis, word in words])
            held = [(Said(code, rest[name].at), rest[name]) for name, code in _REGISTRATIONS if name in rest]
            draft = Draft(here=here, places=places, registraties=tuple(held), terms=terms, **own)
            return command.Afgeven(
                formaat=self._table.kind, contract=self._contract,
                bron_systeem=system, organisatie=organisation, remarks=told, draft=draft,
            )  # fmt: skip
        head: dict[str, Any] = {
            "formaat": self._table.kind,
            "contract": self._contract,
            "bron_systeem": system,
            "organisatie": organisation,
            "remarks": told,
            "here": here,
            "places": places,
        }
        if kind == "terugkoppelen":
            return command.Terugkoppelen(match_id=rest.get("match_id"), contact=rest.get("contact"), **head)
        if kind == "regie_vastleggen":
            return command.RegieVastleggen(**head | {name: rest.get(name) for name in _REGIE})
        head |= {"bron_signaal_id": own.get("bron_signaal_id"), "revisie": own.get("revisie")}
        if kind == "beeindigen":
            return command.Beeindigen(datum_einde=rest.get("datum_einde"), **head)
        if kind == "intrekken":
            return command.Intrekken(**head)
        if kind in _AMENDING:
            make, names = _AMENDING[kind]
            return make(**head, **{name: own.get(name) for name in names})
        return command.BetekenisAanvullen(choices=tuple(choices), **head)

    def _words(self, here: str, cells: list[str], remarks: list[Finding]) -> list[tuple[str, Said]]:
        words = []
        for index, axis, place, _ in self._header.words:
            if text := cells[index].strip():
                at = here + place
                if text[0] in GUARDS:
                    text = _guarded(text, None, at, remarks)
                words.append((axis, Said(text, at)))
        return words

    def _choices(
        self, here: str, words: list[tuple[str, Said]], cells: list[str], remarks: list[Finding]
    ) -> list[SaidChoice]:
        """The word of an axis with the concept that was chosen for it. With several words nobody can say for which."""
        choices = []
        for index, axis, place, _ in self._header.concepts:
            text = cells[index].strip()
            if not text:
                continue
            at = here + place
            own = [word for name, word in words if name == axis]
            if len(own) > 1:
                remarks.append(Finding(code="VIX-1105", at=at, limit="één woord op deze as in deze rij"))
            word = own[0] if own else Said("", here + self._axis_places.get(axis, f" ({axis})"))
            choices.append(SaidChoice(Said(axis, word.at), word, Said(text, at)))
        return choices


def _guarded(text: str, mend: Mend | None, at: str, remarks: list[Finding]) -> str:
    """A cell that a spreadsheet put a guard around, or an error in."""
    freed = unguarded(text)
    if isinstance(freed, str) and freed and mend is not None:
        freed = mend(freed)
    return freed if isinstance(freed, str) else _noted(freed, at, remarks)


def _noted(mended: Noted, at: str, remarks: list[Finding]) -> str:
    remarks.append(Finding(code=mended.code, at=at, ernst=mended.ernst))
    return mended.text


def _figured(cells: list[str]) -> bool:
    """Whether a cell begins with a figure: then it is no header in the midst of the rows, as is seen at a glance."""
    return any(cell[:1].isdigit() for cell in cells)

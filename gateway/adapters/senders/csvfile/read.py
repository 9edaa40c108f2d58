"""Rows of a table as requests: every row of the file is one row here, whatever is wrong with it.

A cell goes to its field as text with its place. A row whose form is broken gives no request; what is wrong with a cell
stands in the request's `remarks`, beside all that admission will find.
"""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from gateway.adapters.senders.csvfile.header import MOST_REMARKS, Column, Header, Recognition, same
from gateway.adapters.senders.csvfile.layout import ACTIONS, FIELDS, Layout
from gateway.adapters.senders.csvfile.mend import GUARDS, unguarded
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

_HEAD = ("bron_systeem", "organisatie")
_REGISTRATIONS = {"uzi": "UZI", "big": "BIG", "agb": "AGB", "skj": "SKJ"}
_NEVER_DRAFTED = frozenset({"actie", *_HEAD, *_REGISTRATIONS, "datum_einde", "match_id", "contact"})
DRAFTED = tuple(name for name in FIELDS if name not in _NEVER_DRAFTED)
"""Columns that are fields of a draft under their own names."""


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
        self._fixed = {name: Said(text, INDELING, own=False) for name, text in layout.fixed.items()}
        self._lists = {name: Said(text, INDELING, own=False) for name, text in layout.code_lists.items()}

    @property
    def facts(self) -> FileFacts:
        """What is known of the file so far."""
        table, header = self._table, self._header
        above = [Finding(code="VIX-1017", at=f"regel {line}", ernst=Ernst.WAARSCHUWING) for line in table.above]
        return FileFacts(
            kind=table.kind,
            encoding=table.encoding,
            delimiter=table.delimiter,
            columns=header.own,
            remarks=(*above, *header.remarks, *self._said_again),
        )

    def __iter__(self) -> Iterator[Row]:
        header, read, probe = self._header, self._read, _probe(self._header)
        width, foreign = header.width, False
        for line, cells in self._table:
            if isinstance(cells, Broken):
                yield Row(line=line, request=None, findings=(Finding(code=BROKEN[cells], at=f"regel {line}"),))
                continue
            if not _figure(cells, probe) and self._recognition.score(cells):
                foreign = not same(header, cells)
                if not foreign:
                    self._again(line)
                    continue
            if foreign:
                yield Row(line=line, request=None, findings=(Finding(code="VIX-1018", at=f"regel {line}"),))
            elif len(cells) < width or (len(cells) > width and any(map(str.strip, cells[width:]))):
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
        said = dict(self._fixed)
        for column in header.fields:
            if text := cells[column.index].strip():
                at = here + column.place
                if text[0] in GUARDS or (column.mend is not None):
                    text = _mended(text, column, at, remarks)
                if text:
                    said[column.name] = Said(text, at)
        for column in header.forbidden:
            if cells[column.index].strip():
                remarks.append(Finding(code="VIX-1003", at=here + column.place))
        action = said.pop("actie", None)
        kind = "afgeven" if action is None and "actie" not in header.places else action.text if action else ""
        request = None
        if kind in ACTIONS:
            request = self._request(kind, here, said, cells, remarks)
        else:
            at = here + header.places["actie"]
            code = "VIX-1105" if kind else "VIX-1106"
            remarks.append(Finding(code=code, at=at, limit=" | ".join(ACTIONS) if kind else ""))
        return Row(
            line=line,
            request=request,
            findings=() if request is not None else tuple(remarks),
            handeling=kind if request is not None else "",
            bron_systeem=_cut(said.get("bron_systeem")),
            bron_signaal_id=_cut(said.get("bron_signaal_id")),
            revisie=_cut(said.get("revisie")),
        )

    def _request(
        self, kind: str, here: str, said: dict[str, Said], cells: list[str], remarks: list[Finding]
    ) -> Request:
        places = Places(here, self._header.places)
        if kind == "betekenis_aanvullen":
            choices = tuple(self._choices(here, cells, remarks))
        elif kind == "afgeven":
            terms = tuple(self._terms(here, cells, remarks))
        head: dict[str, Any] = {
            "formaat": self._table.kind,
            "contract": f"{CONTRACT}/{self._layout.name}",
            "bron_systeem": said.get("bron_systeem"),
            "organisatie": said.get("organisatie"),
            "remarks": tuple(remarks),
        }
        if kind == "afgeven":
            own = {name: said[name] for name in DRAFTED if name in said}
            held = tuple(
                (Said(code, said[name].at), said[name]) for name, code in _REGISTRATIONS.items() if name in said
            )
            draft = Draft(here=here, places=places, registraties=held, terms=terms, **own)
            return command.Afgeven(draft=draft, **head)
        head |= {"here": here, "places": places}
        if kind == "terugkoppelen":
            told = command.Terugkoppelen(match_id=said.get("match_id"), contact=said.get("contact"), **head)
            return cast(Request, told)
        head |= {"bron_signaal_id": said.get("bron_signaal_id"), "revisie": said.get("revisie")}
        if kind == "beeindigen":
            return command.Beeindigen(datum_einde=said.get("datum_einde"), **head)
        if kind == "intrekken":
            return command.Intrekken(**head)
        return command.BetekenisAanvullen(choices=choices, **head)

    def _terms(self, here: str, cells: list[str], remarks: list[Finding]) -> Iterator[SaidTerm]:
        for column, word in self._words(here, cells, remarks):
            yield SaidTerm(Said(column.name, word.at), word, self._lists.get(column.name))

    def _words(self, here: str, cells: list[str], remarks: list[Finding]) -> Iterator[tuple[Column, Said]]:
        for column in self._header.words:
            if text := cells[column.index].strip():
                at = here + column.place
                if text[0] in GUARDS:
                    text = _mended(text, column, at, remarks)
                yield column, Said(text, at)

    def _choices(self, here: str, cells: list[str], remarks: list[Finding]) -> Iterator[SaidChoice]:
        """The word of an axis with the concept that was chosen for it. With several words nobody can say for which."""
        words = list(self._words(here, cells, remarks))
        for column in self._header.concepts:
            if not (text := cells[column.index].strip()):
                continue
            at = here + column.place
            concept = Said(_mended(text, column, at, remarks) if text[0] in GUARDS else text, at)
            own = [word for axis, word in words if axis.name == column.name]
            if len(own) > 1:
                remarks.append(Finding(code="VIX-1105", at=at, limit="één woord op deze as in deze rij"))
            word = own[0] if own else Said("", here + self._place_of(column.name))
            yield SaidChoice(Said(column.name, word.at), word, concept)

    def _place_of(self, axis: str) -> str:
        return next((column.place for column in self._header.words if column.name == axis), f" ({axis})")


def _mended(text: str, column: Column, at: str, remarks: list[Finding]) -> str:
    """What a cell means to say; what must be said of it goes into the remarks."""
    if text[0] in GUARDS:
        freed = unguarded(text)
        if not isinstance(freed, str):
            remarks.append(Finding(code=freed.code, at=at, ernst=freed.ernst))
            return freed.text
        text = freed
    if column.mend is None or not text:
        return text
    mended = column.mend(text)
    if isinstance(mended, str):
        return mended
    remarks.append(Finding(code=mended.code, at=at, ernst=mended.ernst))
    return mended.text


def _cut(said: Said | None) -> str:
    return said.text[:KEY] if said is not None else ""


def _probe(header: Header) -> int:
    """A column whose cells begin with a figure, so that a header in the midst of the rows is seen at a glance."""
    dates = [column.index for column in header.fields if column.name in _FIGURES]
    return dates[0] if dates else header.fields[0].index


_FIGURES = ("geboortedatum", "datum_tijd_melding", "datum_einde", "bsn")


def _figure(cells: list[str], index: int) -> bool:
    return index < len(cells) and cells[index][:1].isdigit()

"""The raw document of a message (XML, JSON, lines of cells) and the small changes that can be made to its bytes.

A document has spots. Each may be given another text, be taken out or be doubled; a piece of another document may be
put into it. Nothing here knows a contract: a tag, a key or a column is only a name.
"""

import copy
import csv
import io
import json
from collections.abc import Iterator
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode

from lxml import etree

Spot = Any


class Document(Protocol):
    def leaves(self) -> list[tuple[Spot, str]]:
        """Every spot with a text of its own."""

    def nodes(self) -> list[Spot]:
        """Every spot that can be taken out or doubled."""

    def put(self, spot: Spot, text: str) -> bytes:
        """The bytes with another text at a spot."""

    def gone(self, spot: Spot) -> bytes:
        """The bytes without a spot."""

    def twice(self, spot: Spot) -> bytes:
        """The bytes with a spot doubled."""

    def grafts(self, other: "Document") -> Iterator[bytes]:
        """The bytes with one piece of another document, each place where its like may stand."""


def read(kind: str, body: bytes) -> Document | None:
    """A document by its media type, or else by how it begins; None when there is none."""
    start = body.lstrip(b"\xef\xbb\xbf \r\n\t")[:1]
    try:
        if "xml" in kind or start == b"<":
            return Xml(body)
        if "json" in kind or start in (b"{", b"["):
            return Json(body)
        if "form-urlencoded" in kind:
            return Form(body)
        if "csv" in kind or (body and "text/plain" in kind):
            return Lines(body)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return None


class Xml:
    """Spots: an element by its number, or an attribute of one."""

    def __init__(self, body: bytes) -> None:
        self.root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))

    def leaves(self) -> list[tuple[Spot, str]]:
        found: list[tuple[Spot, str]] = []
        for number, node in enumerate(self._all(self.root)):
            if len(node) == 0:
                found.append((number, node.text or ""))
            found += [((number, name), value) for name, value in node.attrib.items()]
        return found

    def nodes(self) -> list[Spot]:
        return [*range(1, len(self._all(self.root))), *(spot for spot, _ in self.leaves() if isinstance(spot, tuple))]

    def put(self, spot: Spot, text: str) -> bytes:
        root, node = self._at(spot)
        if isinstance(spot, tuple):
            node.set(spot[1], text)
        else:
            node.text = text
        return self._bytes(root)

    def gone(self, spot: Spot) -> bytes:
        root, node = self._at(spot)
        if isinstance(spot, tuple):
            del node.attrib[spot[1]]
        else:
            node.getparent().remove(node)
        return self._bytes(root)

    def twice(self, spot: Spot) -> bytes:
        root, node = self._at(spot)
        if not isinstance(spot, tuple):
            node.addnext(copy.deepcopy(node))
        return self._bytes(root)

    def grafts(self, other: Document) -> Iterator[bytes]:
        if not isinstance(other, Xml):
            return
        for piece in self._all(other.root)[1:]:
            for number, node in enumerate(self._all(self.root)):
                if node.tag == piece.getparent().tag:
                    root, place = self._at(number)
                    place.append(copy.deepcopy(piece))
                    yield self._bytes(root)

    def _at(self, spot: Spot) -> tuple[Any, Any]:
        root = copy.deepcopy(self.root)
        return root, self._all(root)[spot[0] if isinstance(spot, tuple) else spot]

    @staticmethod
    def _all(root: Any) -> list[Any]:
        return [node for node in root.iter() if isinstance(node.tag, str)]

    @staticmethod
    def _bytes(root: Any) -> bytes:
        return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


class Json:
    """Spots: the way to a value, key by key."""

    def __init__(self, body: bytes) -> None:
        self.root = json.loads(body.decode("utf-8-sig"))

    def leaves(self) -> list[tuple[Spot, str]]:
        return [(way, _plain(value)) for way, value in _walk(self.root, ()) if not isinstance(value, dict | list)]

    def nodes(self) -> list[Spot]:
        return [way for way, _ in _walk(self.root, ()) if way]

    def put(self, spot: Spot, text: str) -> bytes:
        root, holder = self._at(spot)
        holder[spot[-1]] = _like(holder[spot[-1]], text)
        return self._bytes(root)

    def gone(self, spot: Spot) -> bytes:
        root, holder = self._at(spot)
        del holder[spot[-1]]
        return self._bytes(root)

    def twice(self, spot: Spot) -> bytes:
        root, holder = self._at(spot)
        if isinstance(holder, list):
            holder.insert(spot[-1], copy.deepcopy(holder[spot[-1]]))
        return self._bytes(root)

    def grafts(self, other: Document) -> Iterator[bytes]:
        if not isinstance(other, Json):
            return
        for way, piece in _walk(other.root, ()):
            for here, holder in _walk(self.root, ()):
                if not way or _name(way[:-1]) != _name(here):
                    continue
                root = copy.deepcopy(self.root)
                place = _follow(root, here)
                if isinstance(holder, list) and isinstance(way[-1], int):
                    place.append(copy.deepcopy(piece))
                elif isinstance(holder, dict) and isinstance(way[-1], str):
                    place[way[-1]] = copy.deepcopy(piece)
                else:
                    continue
                yield self._bytes(root)

    def _at(self, spot: Spot) -> tuple[Any, Any]:
        root = copy.deepcopy(self.root)
        return root, _follow(root, spot[:-1])

    @staticmethod
    def _bytes(root: Any) -> bytes:
        return json.dumps(root, ensure_ascii=False).encode()


class Lines:
    """Spots: a cell by line and column, or a whole line by its number."""

    def __init__(self, body: bytes) -> None:
        text = body.decode("utf-8-sig")
        self.mark = ";" if text.partition("\n")[0].count(";") >= text.partition("\n")[0].count(",") else ","
        self.rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=self.mark))

    def leaves(self) -> list[tuple[Spot, str]]:
        return [((at, column), cell) for at, row in enumerate(self.rows) for column, cell in enumerate(row)]

    def nodes(self) -> list[Spot]:
        return [*range(1, len(self.rows)), *(spot for spot, _ in self.leaves())]

    def put(self, spot: Spot, text: str) -> bytes:
        rows = copy.deepcopy(self.rows)
        rows[spot[0]][spot[1]] = text
        return self._bytes(rows)

    def gone(self, spot: Spot) -> bytes:
        if isinstance(spot, tuple):
            return self.put(spot, "")
        return self._bytes(self.rows[:spot] + self.rows[spot + 1 :])

    def twice(self, spot: Spot) -> bytes:
        if isinstance(spot, tuple):
            return self._bytes(self.rows)
        return self._bytes(self.rows[: spot + 1] + self.rows[spot:])

    def grafts(self, other: Document) -> Iterator[bytes]:
        if not isinstance(other, Lines) or not self.rows or not other.rows:
            return
        if other.rows[0] != self.rows[0]:
            yield from self._columns(other)
            return
        for row in other.rows[1:]:
            yield self._bytes([*self.rows, row])
            for at, own in enumerate(self.rows[1:], start=1):
                for column, cell in enumerate(row):
                    if column < len(own) and cell and not own[column]:
                        yield self.put((at, column), cell)

    def _columns(self, other: "Lines") -> Iterator[bytes]:
        """With a column of the other that is not here."""
        for column, name in enumerate(other.rows[0]):
            cells = [row[column] for row in other.rows[1:] if column < len(row) and row[column]]
            if name not in self.rows[0] and cells:
                yield self.wider(name, cells[0])

    def wider(self, name: str, cell: str) -> bytes:
        """With a column more, the same in every line."""
        return self._bytes([[*row, cell if at else name] for at, row in enumerate(self.rows)])

    def _bytes(self, rows: list[list[str]]) -> bytes:
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=self.mark).writerows(rows)
        return out.getvalue().encode()


class Form:
    """Spots: the fields by their number; of a form, and of what follows the question mark of an address."""

    def __init__(self, body: bytes) -> None:
        self.fields = parse_qsl(body.decode(), keep_blank_values=True)

    def leaves(self) -> list[tuple[Spot, str]]:
        return [(at, value) for at, (_, value) in enumerate(self.fields)]

    def nodes(self) -> list[Spot]:
        return [*range(len(self.fields))]

    def put(self, spot: Spot, text: str) -> bytes:
        return self._bytes([(name, text if at == spot else value) for at, (name, value) in enumerate(self.fields)])

    def gone(self, spot: Spot) -> bytes:
        return self._bytes(self.fields[:spot] + self.fields[spot + 1 :])

    def twice(self, spot: Spot) -> bytes:
        return self._bytes(self.fields[: spot + 1] + self.fields[spot:])

    def grafts(self, other: Document) -> Iterator[bytes]:
        if isinstance(other, Form):
            yield from (self._bytes([*self.fields, one]) for one in other.fields)

    @staticmethod
    def _bytes(fields: list[tuple[str, str]]) -> bytes:
        return urlencode(fields).encode()


def _walk(value: Any, way: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    yield way, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from _walk(one, (*way, key))


def _follow(root: Any, way: tuple[Any, ...]) -> Any:
    for key in way:
        root = root[key]
    return root


def _name(way: tuple[Any, ...]) -> tuple[str, ...]:
    """Where a value is, whichever it is of a list."""
    return tuple("*" if isinstance(key, int) else key for key in way)


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def _like(old: Any, text: str) -> Any:
    """A text as a value of the kind that stood there, if it can be."""
    if isinstance(old, bool) and text in ("true", "false"):
        return text == "true"
    if isinstance(old, int | float) and text.lstrip("-").isdigit():
        return int(text)
    return text

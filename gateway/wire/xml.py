"""Hostile XML in, safe trees out: no DTD, no entity, no network, UTF-8 only; and schemas that tell no values.

Limits on size are the door's; depth, amplification and huge text are libxml2's own limits, which stay on.
libxml2 keeps every element and attribute name it meets until the thread that read it ends.
"""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from threading import Lock, local
from typing import Any, cast

from lxml import etree

Element = etree._Element

_DECLARED = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._\-]+)["']""")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, b"<\x00", b"\x00<")


_MARKUP = re.compile("[&<>\r]|[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WRITTEN = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}


def escaped(text: str) -> str:
    """A text as an element holds it; a character that XML cannot carry becomes U+FFFD."""
    if text.isprintable() and "&" not in text and "<" not in text and ">" not in text:
        return text
    return _MARKUP.sub(lambda found: _WRITTEN.get(found[0], "\ufffd"), text)


class Malformed(Exception):
    """Not XML that may be read. `reason` is one of: encoding, doctype, syntax; `place` is line:column or empty."""

    def __init__(self, reason: str, place: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = place


def parse(body: bytes) -> Element:
    """Read a document; raises Malformed, whose text never quotes the document."""
    if body.startswith(_WIDE):
        raise Malformed("encoding")
    if (declared := _DECLARED.match(body)) and declared.group(1).lower() not in (b"utf-8", b"us-ascii"):
        raise Malformed("encoding")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed("encoding", _position(body, error.start)) from None
    try:
        root = etree.fromstring(body, _OWN.parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise Malformed("doctype" if _DOCTYPE in body[:2_000] else "syntax", f"{line}:{column}") from None
    except ValueError:
        raise Malformed("syntax") from None
    if _DOCTYPE in body and root.getroottree().docinfo.internalDTD is not None:
        raise Malformed("doctype")
    return root


_DOCTYPE = b"<!DOCTYPE"


class _OwnParser(local):
    """One parser per thread, since making one costs half as much as reading a message.

    Never one for several threads: it would make them share the names that a thread of its own is to take with it.
    """

    def __init__(self) -> None:
        self.parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, collect_ids=False,
            remove_comments=True, remove_pis=True, encoding="utf-8",
        )  # fmt: skip


_OWN = _OwnParser()


def _position(body: bytes, offset: int) -> str:
    line, start = body.count(b"\n", 0, offset) + 1, body.rfind(b"\n", 0, offset)
    return f"{line}:{offset - start}"


@dataclass(frozen=True, slots=True)
class SchemaError:
    """One breach of a schema: its kind and the element, never the text found there.

    `kind` is libxml2's type name without its prefix (ELEMENT_CONTENT, CVC_PATTERN_VALID, ...).
    """

    kind: str
    element: Element
    line: int

    @property
    def structural(self) -> bool:
        """Whether elements are missing, misplaced or unknown, rather than a text out of its bounds."""
        return not self.kind.startswith("CVC_") or self.kind.startswith(("CVC_COMPLEX_TYPE", "CVC_ELT", "CVC_TYPE"))


class Schema:
    """A compiled schema: a file of `gateway/schemas` by its name, or a tree. Safe to share between threads."""

    def __init__(self, source: str | Element) -> None:
        tree = document(source) if isinstance(source, str) else source
        self._schema = etree.XMLSchema(tree)
        self._lock = Lock()

    def valid(self, element: Element) -> bool:
        """Whether the tree below `element` obeys the schema."""
        with self._lock:
            return bool(self._schema.validate(element))

    def errors(self, element: Element, most: int = 100) -> tuple[SchemaError, ...]:
        """The first `most` breaches, in document order; empty when valid.

        libxml2 looks no further in an element once it met a child there that it does not expect.
        """
        with self._lock:
            if self._schema.validate(element):
                return ()
            log = list(cast(Iterable[Any], self._schema.error_log))[:most]
        return tuple(
            SchemaError(entry.type_name.removeprefix("SCHEMAV_"), _at(element, entry.path or ""), entry.line)
            for entry in log
        )


def document(name: str) -> Element:
    """A file of `gateway/schemas`, parsed; what it imports from there is found beside it."""
    file = files("gateway.schemas").joinpath(name)
    return etree.fromstring(file.read_bytes(), base_url=str(file))


def _at(root: Element, path: str) -> Element:
    """The element libxml2 names `/a:b/*[3]/c` when it counts from `root`; as near as the path can be followed."""
    node = root
    for step in path.split("/")[2:]:
        name, _, position = step.rstrip("]").partition("[")
        twins = [child for child in node if name == "*" or name == _written(child)]
        index = int(position or "1") - 1
        if index >= len(twins):
            break
        node = twins[index]
    return node


def _written(node: Element) -> str:
    name = etree.QName(node).localname
    return f"{node.prefix}:{name}" if node.prefix else name


def place(element: Element, prefixes: dict[str, str]) -> str:
    """An XPath to the element in our own prefixes; a name we do not know is written as a position, never quoted.

    `prefixes` maps namespace to prefix.
    """
    steps: list[str] = []
    node: Element | None = element
    while node is not None:
        steps.append(_step(node, prefixes))
        node = node.getparent()
    return "/" + "/".join(reversed(steps))


def _step(node: Element, prefixes: dict[str, str]) -> str:
    name = etree.QName(node)
    parent = node.getparent()
    siblings = [node] if parent is None else list(parent)
    if name.namespace not in prefixes or not _KNOWN_NAME.fullmatch(name.localname):
        return f"*[{siblings.index(node) + 1}]"
    twins = [sibling for sibling in siblings if sibling.tag == node.tag]
    position = f"[{twins.index(node) + 1}]" if len(twins) > 1 else ""
    return f"{prefixes[name.namespace]}:{name.localname}{position}"


_KNOWN_NAME = re.compile(r"[A-Za-z]{1,40}")

"""Hostile XML in, safe trees out: no DTD, no entity, no network, UTF-8 only; and schemas that tell no values.

Limits on size are the door's; depth, amplification and huge text are libxml2's own limits, which stay on.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from threading import Lock

from lxml import etree

Element = etree._Element

_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._\-]+)["']""")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, b"<\x00", b"\x00<")


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
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True, encoding="utf-8",
    )  # fmt: skip
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        reason = "encoding" if error.code in _NOT_UTF8 else "syntax"
        raise Malformed(reason, f"{line}:{column}") from None
    except ValueError:
        raise Malformed("syntax") from None
    if root.getroottree().docinfo.doctype:
        raise Malformed("doctype")
    return root


_NOT_UTF8 = frozenset({etree.ErrorTypes.ERR_INVALID_CHAR, etree.ErrorTypes.ERR_INVALID_ENCODING,
                       etree.ErrorTypes.ERR_UNKNOWN_ENCODING, etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING})  # fmt: skip


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
        return not self.kind.startswith("CVC_") or self.kind.startswith(("CVC_COMPLEX_TYPE", "CVC_ELT"))


class Schema:
    """A compiled schema from `gateway/schemas`. Safe to share between threads."""

    def __init__(self, name: str) -> None:
        source = files("gateway.schemas").joinpath(name).read_bytes()
        self._schema = etree.XMLSchema(etree.fromstring(source))
        self._lock = Lock()

    def valid(self, element: Element) -> bool:
        """Whether the tree below `element` obeys the schema."""
        with self._lock:
            return bool(self._schema.validate(element))

    def errors(self, element: Element) -> tuple[SchemaError, ...]:
        """Every breach, in document order; empty when valid."""
        with self._lock:
            if self._schema.validate(element):
                return ()
            log = list(self._schema.error_log)
        by_path = {tree_path: node for tree_path, node in _paths(element)}
        return tuple(
            SchemaError(entry.type_name.removeprefix("SCHEMAV_"), by_path.get(entry.path or "", element), entry.line)
            for entry in log
        )


def _paths(element: Element) -> Iterator[tuple[str, Element]]:
    tree = element.getroottree()
    for node in element.iter(etree.Element):
        yield tree.getpath(node), node


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

"""XML by the pinned schemas: which elements there are, in what order, and which may be many.

The only module, with `envelope`, that knows lxml. No DTD, no entity, no network.
"""

from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from conformance.formats.pinned import contract
from conformance.values import Message, text

XS = "{http://www.w3.org/2001/XMLSchema}"
_NUMBERS = frozenset({"xs:positiveInteger", "xs:nonNegativeInteger", "xs:integer"})


@dataclass(frozen=True, slots=True)
class Part:
    """An element that may stand in another: `inner` has its own parts, none for a text of `kind`."""

    name: str
    many: bool
    kind: str
    inner: tuple["Part", ...]


class Schema:
    """One pinned XSD."""

    def __init__(self, name: str) -> None:
        self.document = contract(name)
        self._root = etree.fromstring(self.document, _pinned())
        self.namespace = str(self._root.get("targetNamespace"))
        self._types = _types(self._root)

    @cached_property
    def elements(self) -> dict[str, Part]:
        """The elements a message may be."""
        return {str(one.get("name")): self._part(one) for one in self._root.findall(f"{XS}element")}

    @cached_property
    def _compiled(self) -> etree.XMLSchema:
        return etree.XMLSchema(self._root)

    def breaches(self, node: etree._Element) -> list[str]:
        """How an element breaks the schema: place and rule, without any value; empty when it obeys."""
        alone = etree.fromstring(etree.tostring(node))
        if self._compiled.validate(alone):
            return []
        errors: Any = self._compiled.error_log
        return [f"{error.path}: {error.type_name}" for error in errors]

    def read(self, node: etree._Element) -> Message:
        """What an element says, by the schema; what the schema does not know is left out."""
        part = self.elements.get(local(node))
        return {} if part is None or not part.inner else self._dict(node, part)

    def write(self, name: str, message: Message, *, prefix: str = "vi", pad: str = "", extra: Any = ()) -> str:
        """An element for a message, in the order of the schema. `extra` stands at the end of the element it names."""
        head = f'xmlns{":" if prefix else ""}{prefix}="{self.namespace}"'
        return self._text(self.elements[name], message, prefix, pad, 0, head, extra)

    def _dict(self, node: etree._Element, part: Part) -> Message:
        found: Message = {one.name: [] for one in part.inner if one.many}
        by_name = {one.name: one for one in part.inner}
        for child in node:
            inner = by_name.get(local(child))
            if inner is None:
                continue
            value = self._dict(child, inner) if inner.inner else _value(child, inner.kind)
            if inner.many:
                found[inner.name].append(value)
            else:
                found[inner.name] = value
        return found

    def _text(self, part: Part, value: Any, prefix: str, pad: str, depth: int, head: str, extra: Any) -> str:
        tag = f"{prefix}:{part.name}" if prefix else part.name
        opened = f"{tag} {head}" if head else tag
        before = f"{pad * depth}" if pad and depth else ""
        if not part.inner:
            return f"{before}<{opened}>{escape(text(value))}</{tag}>"
        written = []
        for one in part.inner:
            given = value.get(one.name)
            for each in given if one.many and isinstance(given, list) else [] if given is None else [given]:
                written.append(self._text(one, each, prefix, pad, depth + 1, "", extra))
        for more in extra:
            if more["onder"] == part.name:
                own = f"{prefix}:{more['naam']}" if prefix else more["naam"]
                written.append(f"<{own}>{escape(more['tekst'])}</{own}>")
        return f"{before}<{opened}>{''.join(written)}{before}</{tag}>"

    def _part(self, node: etree._Element) -> Part:
        many = node.get("maxOccurs", "1") != "1"
        if (reference := node.get("ref")) is not None:
            name = reference.rpartition(":")[2]
            meant = next(one for one in self._root.findall(f"{XS}element") if one.get("name") == name)
            return replace(self._part(meant), many=many)
        kind = str(node.get("type") or "")
        inner = node.find(f"{XS}complexType")
        if inner is None:
            inner = self._types.get(_named(node, kind))
        parts = () if inner is None or inner.tag != f"{XS}complexType" else self._parts(inner)
        if inner is not None and not parts:
            base = inner.find(f"{XS}restriction")
            kind = kind if base is None else str(base.get("base"))
        return Part(str(node.get("name")), many, kind, parts)

    def _parts(self, node: etree._Element) -> tuple[Part, ...]:
        found: list[Part] = []
        for child in node:
            if child.tag == f"{XS}element":
                found.append(self._part(child))
            elif child.tag in (f"{XS}sequence", f"{XS}choice"):
                found.extend(self._parts(child))
        return tuple(found)


def _types(root: etree._Element) -> dict[str, etree._Element]:
    """The named types of a schema and of those it imports, by namespace and name."""
    found: dict[str, etree._Element] = {}
    for one in root.findall(f"{XS}import"):
        found |= _types(etree.fromstring(contract(str(one.get("schemaLocation"))), _pinned()))
    space = root.get("targetNamespace")
    own = (one for one in root if one.get("name") and one.tag != f"{XS}element")
    return found | {f"{{{space}}}{one.get('name')}": one for one in own}


def _named(node: etree._Element, kind: str) -> str:
    prefix, _, name = kind.rpartition(":")
    return f"{{{node.nsmap.get(prefix or None)}}}{name}"


class _Pinned(etree.Resolver):
    """Finds what a pinned schema imports among the pinned schemas, and nowhere else."""

    def resolve(self, system_url: str, public_id: str, context: Any) -> Any:  # type: ignore[override]
        """The schema of that name."""
        return self.resolve_string(contract(system_url.rpartition("/")[2]), context, base_url=system_url)


def _pinned() -> Any:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Pinned())
    return parser


@cache
def schema(name: str) -> Schema:
    """A pinned schema, read once."""
    return Schema(name)


def parse(document: bytes) -> etree._Element | None:
    """The root of a document; None when it is no well-formed XML or has a DTD."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    about: Any = root.getroottree().docinfo
    return None if about.doctype else root


def fault_of(document: bytes) -> str:
    """Why a document cannot be read, with the line; nothing of the document itself."""
    try:
        root = etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError as error:
        return f"geen goed gevormde XML (regel {error.lineno})"
    except ValueError:
        return "geen goed gevormde XML"
    about: Any = root.getroottree().docinfo
    return "een DTD" if about.doctype else ""


def local(node: etree._Element) -> str:
    """The name of an element without its namespace."""
    return str(etree.QName(node).localname) if isinstance(node.tag, str) else ""


def select(root: etree._Element | None, path: str, namespaces: dict[str, str]) -> list[etree._Element]:
    """The elements at an XPath; none when it is no XPath."""
    if root is None:
        return []
    try:
        found = root.xpath(path, namespaces=namespaces)
    except etree.XPathError:
        return []
    return [node for node in found if isinstance(node, etree._Element)] if isinstance(found, list) else []


Shape = tuple[str, tuple[tuple[str, str], ...], str, tuple["Shape", ...]]


def shape(document: bytes, leave_out: frozenset[str] = frozenset(), *, ordered: bool = True) -> Shape | None:
    """What a document says, whatever its prefixes, order of attributes and white space between elements.

    `leave_out` names attributes, on any element or as `element@attribute`; not `ordered`: nor the order of elements.
    """
    root = parse(document)
    return None if root is None else _shape(root, leave_out, ordered)


def compiles(document: bytes) -> bool:
    """Whether a document is an XML Schema."""
    root = parse(document)
    try:
        return root is not None and etree.XMLSchema(root) is not None
    except etree.XMLSchemaParseError:
        return False


def _shape(node: etree._Element, leave_out: frozenset[str], ordered: bool) -> Shape:
    said = {str(name): str(value) for name, value in node.attrib.items()}
    attributes = sorted(
        (name, value) for name, value in said.items() if not {name, f"{local(node)}@{name}"} & leave_out
    )
    children = [_shape(child, leave_out, ordered) for child in node if isinstance(child.tag, str)]
    return str(node.tag), tuple(attributes), (node.text or "").strip(), tuple(children if ordered else sorted(children))


def _value(node: etree._Element, kind: str) -> Any:
    said = "".join(str(part) for part in node.itertext())
    if kind == "xs:boolean":
        return said.strip() in ("true", "1")
    if kind in _NUMBERS and said.strip().isdigit():
        return int(said)
    return said

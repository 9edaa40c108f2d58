"""The kit's own codec and line: SOAP 1.1 over HTTP. The only module that knows lxml and httpx."""

from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
from lxml import etree

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
WSA = "http://www.w3.org/2005/08/addressing"
VI = "urn:x-verwijsindex-gateway:aanlevering:1"
NAMESPACES = {
    "soap": SOAP,
    "wsa": WSA,
    "vi": VI,
    "wsdl": "http://schemas.xmlsoap.org/wsdl/",
    "address": "http://schemas.xmlsoap.org/wsdl/soap/",
    "xs": "http://www.w3.org/2001/XMLSchema",
}
BODY = "/soap:Envelope/soap:Body"
FAULT = f"{BODY}/soap:Fault"
DETAIL = f"{FAULT}/detail/vi:verwijsindexFout"

Shape = tuple[str, tuple[tuple[str, str], ...], str, tuple["Shape", ...]]
"""What an XML tree says, whatever its prefixes, order of attributes and white space between elements."""


class Unreachable(Exception):
    """The system under test gave no HTTP answer; the text says how."""


@dataclass(frozen=True, slots=True)
class Request:
    """What goes out. `token` and `soap_action` are None to leave their header out; GET when `body` is None."""

    url: str
    body: bytes | None = None
    token: str | None = None
    soap_action: str | None = None
    content_type: str = "text/xml; charset=utf-8"

    def headers(self, token: str | None) -> dict[str, str]:
        """The headers, with the given token in place of the own one."""
        found = {} if self.body is None else {"Content-Type": self.content_type}
        if self.soap_action is not None:
            found["SOAPAction"] = self.soap_action
        if self.token is not None and token is not None:
            found["Authorization"] = f"Bearer {token}"
        return found

    def curl(self, path: Path | None) -> str:
        """The one line that sends this again; TOKEN stands for the sender's own token."""
        words = ["curl -sS -i"]
        for name, value in self.headers("TOKEN").items():
            quoted = f"{name}: {value}".replace('"', '\\"')
            words.append(f'-H "{quoted}"')
        if path is not None:
            words.append(f'--data-binary "@{path}"')
        return " ".join([*words, f'"{self.url}"'])


@dataclass(frozen=True)
class Reply:
    """What came back, readable by XPath with the prefixes soap, wsa and vi."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def content_type(self) -> str:
        """The media type without its parameters, in small letters."""
        found = dict(self.headers).get("content-type", "")
        return found.split(";", maxsplit=1)[0].strip().lower()

    @cached_property
    def _root(self) -> etree._Element | None:
        return _read(self.body)

    @property
    def is_xml(self) -> bool:
        """Whether the answer is well formed, without DTD."""
        return self._root is not None

    def _nodes(self, path: str) -> list[etree._Element]:
        return [] if self._root is None else _select(self._root, path)

    def count(self, path: str) -> int:
        """How many elements there are at a path."""
        return len(self._nodes(path))

    def texts(self, path: str) -> list[str]:
        """The text of every element at a path."""
        return ["".join(str(part) for part in node.itertext()).strip() for node in self._nodes(path)]

    def text(self, path: str) -> str:
        """The text of the first element at a path; empty when there is none."""
        return next(iter(self.texts(path)), "")

    def verbatim(self, path: str) -> list[str]:
        """The text of every element at a path, with the white space that stands in it."""
        return ["".join(str(part) for part in node.itertext()) for node in self._nodes(path)]

    def shapes(self, path: str) -> list[Shape]:
        """What the elements at a path say."""
        return [_shape(node) for node in self._nodes(path)]

    @property
    def payload(self) -> str:
        """The local name of the only element in Body; empty when there is none or more than one."""
        found = self._nodes(f"{BODY}/*")
        return str(etree.QName(found[0]).localname) if len(found) == 1 else ""

    @property
    def faulty(self) -> bool:
        """Whether the answer is a SOAP Fault."""
        return self.count(FAULT) > 0

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of a Fault: its own first, then those of its findings."""
        return (*self.texts(f"{DETAIL}/vi:code"), *self.texts(f"{DETAIL}/vi:bevinding/vi:code"))

    @property
    def fault_code(self) -> str:
        """The local name of faultcode, if its prefix stands for SOAP 1.1; else empty."""
        for node in self._nodes(f"{FAULT}/faultcode"):
            prefix, _, name = (node.text or "").strip().rpartition(":")
            if node.nsmap.get(prefix or None) == SOAP:
                return name
        return ""

    def breaches(self) -> list[str]:
        """How the payload (of a Fault: its detail) breaks the contract's schema; empty when it obeys."""
        nodes = self._nodes(f"{FAULT}/detail/*") if self.faulty else self._nodes(f"{BODY}/*")
        if len(nodes) != 1:
            return [f"{len(nodes)} elementen in plaats van 1"]
        schema = etree.XMLSchema(etree.fromstring(contract("aanlevering-1.xsd")))
        alone = etree.fromstring(etree.tostring(nodes[0]))
        return [] if schema.validate(alone) else str(schema.error_log).splitlines()

    def fault_children(self) -> list[str]:
        """The children of Fault by name; SOAP 1.1 wants them without namespace, in a fixed order."""
        return [str(node.tag) for node in self._nodes(f"{FAULT}/*")]


class Line:
    """One HTTP client. Safe to share between threads."""

    def __init__(self, timeout: float) -> None:
        self._client = httpx.Client(timeout=timeout, follow_redirects=False)

    def send(self, request: Request) -> Reply:
        """Send one request; raises Unreachable."""
        try:
            answer = self._client.request(
                "GET" if request.body is None else "POST",
                request.url,
                content=request.body,
                headers=request.headers(request.token),
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error
        headers = tuple((name.lower(), value) for name, value in answer.headers.items())
        return Reply(answer.status_code, headers, answer.content)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def contract(name: str) -> bytes:
    """A file of the pinned contract."""
    return files("conformance").joinpath("contract", name).read_bytes()


def contract_shape(document: bytes) -> Shape | None:
    """What a WSDL or XSD says, but for the addresses a server fills in; None when it is no XML."""
    root = _read(document)
    return None if root is None else _shape(root, leave_out=frozenset({"location", "schemaLocation"}))


def compiles(schema: bytes) -> bool:
    """Whether a document is an XML Schema."""
    root = _read(schema)
    if root is None:
        return False
    try:
        etree.XMLSchema(root)
    except etree.XMLSchemaParseError:
        return False
    return True


def addresses(wsdl: Reply, base: str) -> tuple[list[str], list[str]]:
    """The service addresses and the schema locations of a WSDL, resolved against the place it came from."""
    services = [node.get("location") or "" for node in wsdl._nodes("//address:address")]
    schemas = [node.get("schemaLocation") or "" for node in wsdl._nodes("//xs:import")]
    return services, [urljoin(base, found) for found in schemas]


def pointed_at(message: bytes, path: str) -> list[str]:
    """The local names of what an XPath selects in a message that was sent; empty when it is no XPath."""
    root = _read(message)
    return [] if root is None else [str(etree.QName(node).localname) for node in _select(root, path)]


def _read(document: bytes) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    about: Any = root.getroottree().docinfo
    return None if about.doctype else root


def _select(root: etree._Element, path: str) -> list[etree._Element]:
    try:
        found = root.xpath(path, namespaces=NAMESPACES)
    except etree.XPathError:
        return []
    return [node for node in found if isinstance(node, etree._Element)] if isinstance(found, list) else []


def _shape(node: etree._Element, leave_out: frozenset[str] = frozenset()) -> Shape:
    attributes = sorted((str(name), str(value)) for name, value in node.attrib.items() if str(name) not in leave_out)
    children = tuple(_shape(child, leave_out) for child in node if isinstance(child.tag, str))
    return str(node.tag), tuple(attributes), (node.text or "").strip(), children

"""How the elements of a SOAP contract are read and written: by local names in one namespace.

Which elements those are, what they are called and in which order they stand is each contract's own.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from gateway.canonical.value import Value
from gateway.simulator.soap_shared import date
from gateway.wire.xml import Element


@dataclass(frozen=True, slots=True)
class Names:
    """The elements of one contract; a path is local names with slashes between them."""

    namespace: str
    prefix: str

    def path(self, names: str) -> str:
        """A path as a parser takes it."""
        return "/".join(f"{{{self.namespace}}}{name}" for name in names.split("/"))

    def maybe(self, element: Element, path: str) -> str | None:
        """What stands there; None when nothing does."""
        return element.findtext(self.path(path))

    def text(self, element: Element, path: str) -> str:
        """What stands there; '' when nothing does."""
        return self.maybe(element, path) or ""

    def flag(self, element: Element, path: str) -> bool:
        """Whether it says there that it is so."""
        return self.text(element, path).strip() in ("true", "1")

    def date(self, element: Element, path: str) -> dt.date:
        """The day that stands there; raises ValueError for one of no calendar."""
        return date(self.text(element, path))

    def top(self, name: str) -> Element:
        """A new element that nothing is around."""
        return etree.Element(f"{{{self.namespace}}}{name}", nsmap={self.prefix: self.namespace})

    def add(self, parent: Element, name: str, text: str | None = None) -> Element:
        """A new element, last in another."""
        element = etree.SubElement(parent, f"{{{self.namespace}}}{name}")
        element.text = text
        return element

    def add_fields(self, parent: Element, value: Value, fields: Mapping[str, str]) -> None:
        """New elements for what a value has, of the fields named: element -> field, in the order of the XSD."""
        for name, field in fields.items():
            if (text := getattr(value, field)) is not None:
                self.add(parent, name, text)


def said(claim: bool) -> str:
    """An xs:boolean."""
    return "true" if claim else "false"


def moment(at: dt.datetime) -> str:
    """An xs:dateTime, with its zone."""
    return at.isoformat(timespec="milliseconds")

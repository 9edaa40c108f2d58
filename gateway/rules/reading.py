"""Reading what was said: text by text, with everything that is wrong with it collected as findings.

One table of forms for all formats. What the texts mean together is `rules.admission`.
"""

import datetime as dt
import re
from collections.abc import Callable
from enum import StrEnum
from functools import cache
from typing import TypeVar

from gateway.canonical.command import Said
from gateway.canonical.finding import Ernst, Finding
from gateway.rules.lifecycle import BirthDate

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")
"""Control characters, direction marks and what no format can carry on: they do not belong in a name or a code."""


def printable(text: str) -> bool:
    """Whether every character may stand in a name or a code."""
    return text.isprintable() or not _UNPRINTABLE.search(text)


E_MAIL = re.compile(r"(?=.{1,200}\Z)[^@\s<>,;]{1,64}@[^@\s<>,;]+\.[^@\s<>,;.]{2,}")
TELEPHONE = re.compile(r"[0-9+][0-9()\- .]{5,34}")


class Reading:
    """Reads said texts one by one and collects what is wrong with them.

    `whole` as long as every text could be read; what the rules say of them is another thing.
    """

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.whole = True

    def find(self, code: str, at: str, *, limit: str = "", ernst: Ernst = Ernst.FOUT) -> None:
        """Note a finding."""
        self.findings.append(Finding(code=code, at=at, ernst=ernst, limit=limit))

    def unreadable(self, code: str, at: str, *, limit: str = "") -> None:
        """Note that a text could not be read."""
        self.whole = False
        self.find(code, at, limit=limit)

    def text(self, said: Said | None, limit: int = 200) -> str | None:
        """A trimmed text within its length; None when absent or wrong."""
        if said is None:
            return None
        text = said.text.strip()
        if not text or len(text) > limit or not printable(text):
            self.unreadable("VIX-1105", said.at, limit=f"1-{limit} tekens")
            return None
        return text

    def required(self, said: Said | None, place: str, limit: int = 200) -> str | None:
        """As `text`; absent or blank is a finding."""
        if said is None or not said.text.strip():
            self.unreadable("VIX-1106", place)
            return None
        return self.text(said, limit)

    def parsed(self, said: Said | None, parse: Callable[[str], T], code: str, limit: str = "") -> T | None:
        """What `parse` makes of the text; its ValueError becomes a finding."""
        if said is None:
            return None
        try:
            return parse(said.text.strip())
        except (ValueError, OverflowError, LookupError):
            self.unreadable(code, said.at, limit=limit)
            return None

    def choice(self, said: Said | None, kind: type[E]) -> E | None:
        """A member of a closed list."""
        return self.parsed(said, kind, "VIX-1105", _choices(kind))

    def truth(self, said: Said | None) -> bool:
        """A boolean as the formats write it; absent is false."""
        return bool(self.parsed(said, TRUTH.__getitem__, "VIX-1105", "true | false"))


@cache
def _choices(kind: type[StrEnum]) -> str:
    return " | ".join(member.value for member in kind)


TRUTH = {"true": True, "1": True, "false": False, "0": False}
"""Booleans as XML Schema writes them."""


def moment(text: str) -> dt.datetime:
    """Read a date and time with time zone, in the one way the contract writes them."""
    value = dt.datetime.fromisoformat(_moment_form(text))
    value.astimezone(dt.UTC)
    return value


def date(text: str) -> dt.date:
    """Read a day, in the one way the contract writes it."""
    return dt.date.fromisoformat(_day_form(text))


def _pattern(expression: str) -> Callable[[str], str]:
    compiled = re.compile(expression)

    def parse(text: str) -> str:
        if not compiled.fullmatch(text):
            raise ValueError("not of this form")
        return text

    return parse


def _number(most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most):
            raise ValueError("not such a number")
        return int(text)

    return parse


revision = _number(9999)
house_number = _number(99_999)
page_size = _number(200)
postcode = _pattern(r"[1-9][0-9]{3}[A-Z]{2}")
gemeente_code = _pattern(r"[0-9]{4}")
telephone = _pattern(TELEPHONE.pattern)
_address = _pattern(E_MAIL.pattern)
_date_form = _pattern(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_day_form = _pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_moment_form = _pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})")


def e_mail(text: str) -> str:
    """Read one e-mail address."""
    if not printable(text):
        raise ValueError("not an address")
    return _address(text)


def birth_date(text: str) -> BirthDate:
    """Read a whole or partial birth date."""
    return BirthDate.parse(_date_form(text))

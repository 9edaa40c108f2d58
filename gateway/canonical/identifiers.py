"""Numbers that point at a person, an organisation or a professional. They print as `***`.

Each type parses what a sender wrote and refuses what cannot exist; `reveal()` gives the text for
a wire format or a sealed column, and is the only way to it.
"""

import re
from operator import mul
from typing import Any, ClassVar, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema
from stdnum.exceptions import ValidationError
from stdnum.nl import brin, onderwijsnummer


class Identifier:
    """A checked number that never prints itself."""

    pattern: ClassVar[re.Pattern[str]]
    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the number as a sender wrote it; spaces around it are forgiven.

        Raises ValueError, without the text, when it cannot be such a number.
        """
        stripped = text.strip()
        if not cls.pattern.fullmatch(stripped) or not cls._sound(stripped):
            raise ValueError(f"not a valid {cls.__name__}")
        return cls(stripped)

    @classmethod
    def _sound(cls, text: str) -> bool:
        return True

    def reveal(self) -> str:
        """The number itself, for a wire format or a sealed column."""
        return self._text

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"

    def __str__(self) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._text == self._text

    def __hash__(self) -> int:
        return hash((type(self), self._text))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from_text = core_schema.no_info_after_validator_function(cls.parse, core_schema.str_schema())
        return core_schema.json_or_python_schema(
            json_schema=from_text,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), from_text]),
            serialization=core_schema.plain_serializer_function_ser_schema(
                cls.reveal, return_schema=core_schema.str_schema()
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "pattern": f"^{cls.pattern.pattern}$", "title": cls.__name__}


def _passes(module: Any, text: str) -> bool:
    try:
        module.validate(text)
    except ValidationError:
        return False
    return True


class Bsn(Identifier):
    """Burgerservicenummer: nine digits that pass the elfproef (Wabb art. 1).

    >>> Bsn.parse("999990019")
    Bsn(***)
    """

    __slots__ = ()
    pattern = re.compile(r"[0-9]{9}")

    @classmethod
    def _sound(cls, text: str) -> bool:
        return text != "000000000" and sum(map(mul, _ELEVEN, map(int, text))) % 11 == 0


_ELEVEN = (9, 8, 7, 6, 5, 4, 3, 2, -1)
"""The weights of the elfproef."""


class Onderwijsnummer(Identifier):
    """The number a pupil without BSN has at DUO: nine digits from 10, with its own check."""

    __slots__ = ()
    pattern = re.compile(r"[0-9]{9}")

    @classmethod
    def _sound(cls, text: str) -> bool:
        return _passes(onderwijsnummer, text)


class Oin(Identifier):
    """Organisatie-identificatienummer: prefix 8, hoofdnummer 8 or 9, suffix zeros (OIN-stelsel 2.2)."""

    __slots__ = ()
    pattern = re.compile(r"[0-9]{8}(?:[A-Za-z0-9]{8}0{4}|[A-Za-z0-9]{9}0{3})")


class Brin(Identifier):
    """A school's number at DUO: two digits, two letters, optionally the two digits of a location."""

    __slots__ = ()
    pattern = re.compile(r"[0-9]{2}[A-Z]{2}(?:[0-9]{2})?")

    @classmethod
    def _sound(cls, text: str) -> bool:
        return _passes(brin, text)


class Routeringskenmerk(Identifier):
    """A school's routing id at OSO: OIN-like, prefix 00000007 and a BRIN, but no OIN (its suffix differs)."""

    __slots__ = ()
    pattern = re.compile(r"00000007[0-9]{3}[0-9]{2}[A-Z]{2}[0-9]{5}")


class Agb(Identifier):
    """A care provider's AGB code: eight digits."""

    __slots__ = ()
    pattern = re.compile(r"[0-9]{8}")


class Kvk(Identifier):
    """A number in the Handelsregister: eight digits."""

    __slots__ = ()
    pattern = re.compile(r"[0-9]{8}")


class Uzi(Identifier):
    """A UZI card number: nine digits."""

    __slots__ = ()
    pattern = re.compile(r"[0-9]{9}")


class Big(Identifier):
    """A BIG registration: eleven digits."""

    __slots__ = ()
    pattern = re.compile(r"[0-9]{11}")


class Skj(Identifier):
    """A registration at SKJ (youth professionals): nine digits."""

    __slots__ = ()
    pattern = re.compile(r"[0-9]{9}")

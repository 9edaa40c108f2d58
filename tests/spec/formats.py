"""How each format says the same fields, and where each field stands in it.

A format joins by one line in `FORMATS`: it writes a message from said fields and lets its own adapter read it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gateway.canonical.command import Request
from tests.spec.csv_format import CsvFile
from tests.spec.fhir_format import Fhir
from tests.spec.json_format import Json
from tests.spec.plain_format import PLAIN
from tests.spec.soap_format import Soap


@dataclass(frozen=True)
class Message:
    """What a sender says, whatever it writes it in. Words are (axis, word) or (axis, word, list)."""

    operation: str
    fields: Mapping[str, str]
    words: Sequence[tuple[str, ...]] = ()
    registrations: Sequence[tuple[str, str]] = ()
    choices: Sequence[tuple[str, str, str]] = ()
    strange: Mapping[str, str] = field(default_factory=dict)
    """Elements the contract does not have."""


class Format(Protocol):
    def says(self, message: Message) -> bool:
        """Whether the format has words for such a message at all; what it cannot say needs no rule in it."""
        ...

    def request(self, message: Message) -> Request:
        """Write the message and read it again with the format's own adapter."""
        ...

    def place(self, message: Message, name: str) -> str:
        """Where a field stands; `word[1].axis`, `registration[1].number`, `choice[1].concept` are fields too."""
        ...


FORMATS: dict[str, Format] = {
    "plat": PLAIN,
    "soap": Soap(),
    "csv": CsvFile(),
    "json": Json(),
    "fhir": Fhir(),
}
"""Every way to say something; the rules are the same in each."""


def saying(message: Message) -> list[str]:
    """The formats in which a message can be said: a rule is not tested where nobody can break it."""
    return [name for name, form in FORMATS.items() if form.says(message)]

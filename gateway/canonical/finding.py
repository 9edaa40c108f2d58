"""A finding: what is wrong or noteworthy in a message, where, by which rule, and how to repair it.

The texts belong to the code and live in `gateway/mappings/findings.toml`; a finding holds only the
code, the place and, where the rule has one, a limit that says nothing about a person.
"""

from enum import StrEnum

from gateway.canonical.value import Value


class Ernst(StrEnum):
    """How a finding counts."""

    FOUT = "fout"
    WAARSCHUWING = "waarschuwing"


class Finding(Value):
    """One code of the table at one place in the sender's message.

    `at` is in the sender's own terms (XPath, FHIRPath, column); empty means the whole message.
    `limit` fills `{limit}` in the code's texts: a bound of the rule itself, never a sender's value.
    """

    code: str
    at: str = ""
    ernst: Ernst = Ernst.FOUT
    limit: str = ""

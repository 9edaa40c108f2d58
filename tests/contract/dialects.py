"""What every dialect of an index is held to in the same words, whatever its contract says."""

import re

import pytest

from gateway.canonical.order import Done, Order, Unknown
from gateway.errors import IndexFault
from gateway.flow.ports import IndexAdapter

UNREADABLE, UNCORRELATED, BACKWARDS = (Unknown(reason=said) for said in ("onleesbaar", "correlatie", "volgnummer"))
CURSORS = pytest.mark.parametrize(
    ("cursor", "meer", "expected"),
    [
        ("7", "false", Done(cursor=7)),
        ("+08", "1", Done(cursor=8, more=True)),
        ("7", "true", BACKWARDS),
        ("6", "false", BACKWARDS),
        (str(2**63), "false", BACKWARDS),
        ("9" * 5000, "false", UNREADABLE),
    ],
)
"""Where an index says that its matches go on when it was asked what came after 7, and whether there are more."""
NO_DURATIONS = pytest.mark.parametrize("duration", ["-PT5S", "P99999999999999Y", "10", ""])
"""Processing times that cannot be."""


def is_our_own_fault(index: IndexAdapter, order: Order, told: str = "") -> None:
    """An order that the contract cannot say does not leave; the fault names the rule, and nothing of the order."""
    with pytest.raises(IndexFault) as refusal:
        index.encode(order)
    assert told in str(refusal.value)
    assert not re.search("Geheim|9999|'12'|-1", str(refusal.value))
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None

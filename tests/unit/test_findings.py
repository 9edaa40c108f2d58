"""Which finding speaks for all."""

import pytest

from gateway.canonical.finding import Ernst, Finding
from gateway.rules.findings import leading

WARNED, WRONG, WORSE = (
    Finding(code="VIX-1207", ernst=Ernst.WAARSCHUWING),
    Finding(code="VIX-1101"),
    Finding(code="VIX-1105"),
)


@pytest.mark.parametrize(
    ("findings", "first"),
    [((WARNED, WRONG, WORSE), WRONG), ((WORSE, WRONG), WORSE), ((WARNED,), WARNED)],
)
def test_the_first_fault_speaks_for_all(findings: tuple[Finding, ...], first: Finding) -> None:
    assert leading(findings) is first

"""Nothing of the field's lists is forgotten in silence: each has its test, or its reason."""

import re

from tests.spec.domain import DOMAIN, FINDINGS, exists, held, told

NUMBERS = {
    *range(1001, 1008), *range(1101, 1109), *range(1201, 1207), *range(1301, 1308), *range(1401, 1406),
    *range(1501, 1504), *range(1601, 1607), 1701, 1702, *range(1801, 1804), *range(1901, 1904),
}  # fmt: skip
"""The codes of the field's list."""


def test_every_code_of_the_field_is_a_finding_here_or_has_its_reason() -> None:
    assert {int(number) for number in (*DOMAIN["codes"], *DOMAIN["reasons"])} == NUMBERS
    assert not DOMAIN["codes"].keys() & DOMAIN["reasons"].keys()
    assert {name for names in DOMAIN["codes"].values() for name in names} <= FINDINGS.keys()
    assert all(len(reason) > 10 for reason in DOMAIN["reasons"].values())
    assert DOMAIN["shown"].keys() <= DOMAIN["reasons"].keys()
    assert [test for test in DOMAIN["shown"].values() if not exists(test)] == []


def test_every_finding_is_held_by_a_test() -> None:
    spec, beside = held()
    assert FINDINGS.keys() - spec - beside == set()


def test_every_row_of_the_life_has_a_test_that_exists_or_a_reason() -> None:
    for row in DOMAIN["life"]:
        assert ("test" in row) != ("reason" in row), row["event"]
        assert "test" not in row or exists(row["test"]), row["event"]
    assert not exists("tests/spec/test_domain.py::test_that_nobody_wrote")


def test_the_count_is_told() -> None:
    assert len(told()) == 3
    assert all(re.search(r"\d", line) for line in told())

"""Invented children, as many as one likes, with numbers of nobody."""

from collections.abc import Iterator

from gateway.simulator.persons import Known, Persons


def numbers(count: int) -> Iterator[str]:
    """So many BSNs of nobody: they begin with 9, as those of tests do, and pass the elfproef."""
    found, number = 0, 900_000_000
    while found < count:
        number += 1
        digits = [int(digit) for digit in str(number)]
        if (sum(weight * digit for weight, digit in zip(range(9, 1, -1), digits, strict=False)) - digits[8]) % 11 == 0:
            found += 1
            yield str(number)


def register(count: int) -> Persons:
    """A register in which the first so many are children."""
    return Persons(
        Known(bsn=bsn, voornamen="Fictief", voorvoegsel="", geslachtsnaam="Verzonnen", born="20140506", geslacht="V")
        for bsn in numbers(count)
    )  # fmt: skip

"""A directory of professionals fills in what a message does not say, and is read whole or not at all."""

import pytest

from gateway.canonical.command import Draft, Said
from gateway.errors import Misconfigured
from gateway.flow import professionals

BOOK = professionals.load(
    b"\xef\xbb\xbfprofessional_id;naam;telefoon;email\r\n"
    b"ib-1;I. Fictief;030-1234567;\r\nib-2;B. Fictief;;b@voorbeeld.nl\r\n",
    source="gids",
)


def test_an_entry_fills_in_what_is_not_said_and_counts_for_nothing() -> None:
    draft = Draft(here="", professional_id=Said(" ib-1 ", "p"), melder_naam=Said("Anders", "n"))
    full = professionals.complete(draft, BOOK)
    assert full.melder_naam == Said("Anders", "n")
    assert full.melder_telefoon == Said("030-1234567", "gids", own=False)
    assert full.melder_email is None


def test_nobody_known_nothing_filled_in() -> None:
    for draft in (Draft(here=""), Draft(here="", professional_id=Said("ib-9", "p"))):
        assert professionals.complete(draft, BOOK) is draft


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        (b"\xff", 1),
        (b'professional_id;naam\n"x', 1),
        (b"naam\nx\n", 1),
        (b"professional_id;schoenmaat\nx;43\n", 1),
        (b"professional_id;telefoon;email\na;geen;x@y.nl\na;030-1234567;geen\n;;\n", 4),
        (b"professional_id;naam\na;" + b"n" * 201 + b"\n", 1),
    ],
)
def test_a_broken_directory_names_every_problem_and_no_value(content: bytes, problems: int) -> None:
    with pytest.raises(Misconfigured) as error:
        professionals.load(content, source="gids")
    assert len(error.value.problems) == problems
    assert "geen;" not in str(error.value)

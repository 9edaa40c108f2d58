"""Who must have been told of a signal, by age (Jeugdwet 7.1.5.1), and what a region does when they were not."""

import pytest

from tests.spec.office import Office, codes
from tests.spec.people import REGION

UNTOLD = {"informatieplicht_wie": None, "informatieplicht_datum": None}


@pytest.mark.parametrize(
    ("age", "born", "youth", "representative", "both"),
    [
        ("11", "2014-11-22", False, True, True),
        ("12 today", "2014-11-21", False, False, True),
        ("15", "2010-11-22", False, False, True),
        ("16 today", "2010-11-21", True, False, True),
        ("perhaps 11, perhaps 12", "2014", False, True, True),
    ],
)
def test_who_was_told_is_enough_by_age(
    office: Office, age: str, born: str, youth: bool, representative: bool, both: bool
) -> None:
    for who, enough in (("JEUGDIGE", youth), ("VERTEGENWOORDIGER", representative), ("BEIDEN", both)):
        reply = office.give(
            bron_signaal_id=who,
            geboortedatum=born,
            informatieplicht_wie=who,
            gemeente_code=REGION["informeren-verplicht"],
        )
        assert codes(reply).count("VIX-1306") == (not enough), (age, who)


@pytest.mark.parametrize(
    ("region", "refused", "warned"),
    [("informeren-verplicht", True, False), ("informeren-hoeft-niet", False, False), (None, False, True)],
)
def test_a_region_requires_it_asks_for_it_or_leaves_it(
    office: Office, region: str | None, refused: bool, warned: bool
) -> None:
    reply = office.give(gemeente_code=REGION[region] if region else None, **UNTOLD)
    assert ("VIX-1306" in codes(reply)) == refused
    if not refused:
        told = [finding.code for finding in reply.receipt.bevindingen]  # type: ignore[union-attr]
        assert ("VIX-1306" in told) == warned


@pytest.mark.parametrize(("put_off", "enough"), [("true", True), ("false", False)])
def test_informing_may_be_put_off(office: Office, put_off: str, enough: bool) -> None:
    reply = office.give(informatieplicht_uitgesteld=put_off, gemeente_code=REGION["informeren-verplicht"], **UNTOLD)
    assert ("VIX-1306" not in codes(reply)) == enough


def test_by_bsn_the_age_is_not_known_and_being_told_is_enough(office: Office) -> None:
    unnamed = {"familienaam": None, "geboortedatum": None, "geslacht": None}
    reply = office.give(
        bsn="999990019",
        informatieplicht_wie="VERTEGENWOORDIGER",
        gemeente_code=REGION["informeren-verplicht"],
        **unnamed,
    )
    assert codes(reply) == []

"""Other contact data, a later removal date, another professional: while a signal lasts, and never its clock."""

import datetime as dt
from collections.abc import Iterator

import pytest

from gateway.canonical.finding import Ernst
from gateway.canonical.receipt import Refusal, Reply, Status
from gateway.canonical.signal import Signal
from gateway.flow.ageing import catch_up
from gateway.flow.directory import Directory
from tests.spec.formats import FORMATS, Message, saying
from tests.spec.office import Office, accepted, codes
from tests.spec.people import FIELDS, REGION, SCHOOL, directory, partner
from tests.store.material import claim

OWN = {name: FIELDS[name] for name in ("bron_systeem", "bron_signaal_id")}
RICH = {"gemeente_code": REGION["regionaal"]}
"""A region whose index can be told."""
NEXT = {"professional_id": "p-2", "melder_naam": "O. Vernemer", "melder_telefoon": "030-1112223"}


def renew(**fields: str) -> Message:
    return Message("signaalWijzigen", {**OWN, **fields})


def extend(day: str, **fields: str) -> Message:
    return Message("signaalVerlengen", {**OWN, "verwijderdatum": day, **fields})


def hand_over(**fields: str) -> Message:
    return Message("signaalOverdragen", {**OWN, **NEXT, **fields})


def kept(office: Office) -> Signal:
    signal = office.store.read.signal(accepted(office.status()).receipt.signaal_id)
    assert signal is not None
    return signal


def limits(reply: Reply) -> list[tuple[str, str]]:
    assert isinstance(reply, Refusal)
    return [(finding.code, finding.limit) for finding in reply.findings]


def told(office: Office) -> list[str]:
    return [job.kind for job in claim(office.store, SCHOOL)]


# in every format


WRONG: tuple[tuple[str, dict[str, str], list[str]], ...] = (
    ("signaalWijzigen", {}, ["VIX-1106 melder"]),
    ("signaalWijzigen", {"melder_naam": "x" * 201}, ["VIX-1105 melder_naam"]),
    ("signaalWijzigen", {"melder_telefoon": "bel me"}, ["VIX-1304 melder_telefoon"]),
    ("signaalWijzigen", {"coordinator_email": "geen adres"}, ["VIX-1304 coordinator_email"]),
    ("signaalWijzigen", {"professional_id": "x" * 36, "melder_naam": "N"}, ["VIX-1105 professional_id"]),
    ("signaalVerlengen", {}, ["VIX-1106 verwijderdatum"]),
    ("signaalVerlengen", {"verwijderdatum": "volgend jaar"}, ["VIX-1105 verwijderdatum"]),
    ("signaalOverdragen", {"professional_id": "p-2"}, ["VIX-1106 melder_naam", "VIX-1304 melder"]),
    (
        "signaalOverdragen",
        {**NEXT, "coordinator_telefoon": "020-1234567"},
        ["VIX-1106 coordinator_naam"],
    ),
    ("signaalVerlengen", {"verwijderdatum": "2028-01-01"}, ["VIX-1401 bron_signaal_id"]),
)


def cases() -> Iterator[object]:
    for operation, says, told_ in WRONG:
        message = Message(operation, {**OWN, **says})
        for form in saying(message):
            yield pytest.param(form, message, told_)


@pytest.mark.parametrize(("form", "message", "told_"), [*cases()])
def test_what_is_wrong_with_a_change_is_told_in_every_format(
    one_office: Office, form: str, message: Message, told_: list[str]
) -> None:
    reply = one_office.answer(message, form=FORMATS[form])
    assert isinstance(reply, Refusal)
    expected = sorted((code, FORMATS[form].place(message, name)) for code, name in map(str.split, told_))
    found = {(finding.code, finding.at) for finding in reply.findings}
    of_schema = {(code, at) for code, at in found if code == "VIX-1001"}
    assert sorted(found - of_schema) == expected
    assert not of_schema or form == "soap"


@pytest.mark.parametrize("form", FORMATS)
def test_each_change_is_one_in_every_format(office: Office, form: str) -> None:
    """Done, told to the index, repeated with the same receipt, and another thing under the same key is a conflict."""
    spoken = FORMATS[form]
    given = office.given(verwijderdatum="2027-06-01", **RICH)
    before = kept(office)
    for message, other in (
        (renew(melder_telefoon="030-9999999", coordinator_naam="C. Oordinator"), renew(melder_telefoon="030-8888888")),
        (extend("2027-11-01"), extend("2027-12-01")),
        (hand_over(), hand_over(melder_naam="Een Ander")),
    ):
        first = accepted(office.answer(message, form=spoken))
        assert first.fresh and first.bevindingen == ()
        again = accepted(office.answer(message, form=spoken))
        assert not again.fresh and again.receipt == first.receipt
        assert codes(office.answer(other, form=spoken)) == ["VIX-1004"]
    after = kept(office)
    assert (after.melder.professional_id, after.melder.naam, after.melder.telefoon) == tuple(NEXT.values())
    assert after.coordinator is not None and after.coordinator.naam == "C. Oordinator"
    assert after.verwijderdatum == dt.date(2027, 11, 1)
    assert after.jeugdige == before.jeugdige
    assert after.datum_tijd_melding == before.datum_tijd_melding
    standing = accepted(office.status()).standing
    assert (standing.status, standing.verloopt_op) == (Status.ACTIEF, dt.date(2027, 11, 1))
    assert accepted(office.status()).receipt == given.receipt, "the receipt never changes"
    assert told(office) == ["register"], "one by one"


def test_the_same_is_the_same_in_another_format(office: Office) -> None:
    office.given(verwijderdatum="2027-06-01")
    first = accepted(office.answer(hand_over(), form=FORMATS["soap"]))
    for form in ("plat", "csv", "json", "fhir"):
        assert accepted(office.answer(hand_over(), form=FORMATS[form])).receipt == first.receipt


# what fits


def test_what_is_not_said_of_a_contact_stays(office: Office) -> None:
    office.given(melder_email="a@school.example", melder_functie="ib-er")
    office.answer(renew(melder_telefoon="030-9999999"))
    melder = kept(office).melder
    assert (melder.naam, melder.functie, melder.email) == (FIELDS["melder_naam"], "ib-er", "a@school.example")
    assert melder.telefoon == "030-9999999"


def test_a_coordinator_needs_a_name_and_keeps_it(office: Office) -> None:
    office.given()
    assert codes(office.answer(renew(coordinator_telefoon="030-9999999"))) == ["VIX-1106"]
    accepted(office.answer(renew(coordinator_naam="C.")))
    accepted(office.answer(renew(coordinator_telefoon="030-9999999", revisie="2")))
    coordinator = kept(office).coordinator
    assert coordinator is not None and (coordinator.naam, coordinator.telefoon) == ("C.", "030-9999999")


def test_new_contact_data_of_another_is_a_handing_over(office: Office) -> None:
    office.given()
    reply = office.answer(renew(professional_id="p-2", melder_naam="O. Vernemer"))
    assert limits(reply) == [("VIX-1105", "de melder tot nu toe; een ander met signaalOverdragen")]
    accepted(office.answer(renew(professional_id="p-1", melder_naam="N. Ieuw")))
    assert kept(office).melder.naam == "N. Ieuw"


def test_a_signal_is_handed_over_to_another(office: Office) -> None:
    office.given(coordinator_naam="C. Oordinator")
    same = office.answer(hand_over(professional_id="p-1"))
    assert limits(same) == [("VIX-1105", "een ander dan de melder tot nu toe")]
    accepted(office.answer(hand_over(coordinator_naam="Nieuw", revisie="2")))
    signal = kept(office)
    assert signal.coordinator is not None and signal.coordinator.naam == "Nieuw"


def test_whom_the_directory_knows_need_not_be_described(office: Office) -> None:
    entries = {"p-2": {"melder_naam": "Uit De Gids", "melder_telefoon": "030-4445556"}}
    known = directory()
    school = partner(SCHOOL, professionals=entries)
    office.directory = Directory({**known.partners, SCHOOL: school}, known.regions)
    office.given()
    bare = Message("signaalOverdragen", {**OWN, "professional_id": "p-2"})
    first = accepted(office.answer(bare))
    assert kept(office).melder.naam == "Uit De Gids"
    entries["p-2"]["melder_telefoon"] = "030-0000000"
    assert accepted(office.answer(bare)).receipt == first.receipt, "what was looked up is no part of what was said"


@pytest.mark.parametrize(
    ("born", "day", "told_"),
    [
        ("2014-05-06", "2028-11-22", ("VIX-1206", "2028-11-21")),
        ("2014-05-06", "2027-06-01", ("VIX-1105", "later dan de verwijderdatum tot nu toe")),
        ("2005-01-01", "2028-06-01", ("VIX-1205", "de 23e verjaardag")),
    ],
)
def test_a_signal_is_extended_within_its_limits(office: Office, born: str, day: str, told_: tuple[str, str]) -> None:
    office.given(geboortedatum=born, verwijderdatum="2027-06-01")
    assert limits(office.answer(extend(day))) == [told_]
    assert kept(office).verwijderdatum == dt.date(2027, 6, 1)


def test_a_region_with_a_shorter_period_may_be_extended_to_the_laws(office: Office) -> None:
    office.given(**RICH)
    assert accepted(office.status()).standing.verloopt_op == dt.date(2027, 11, 21)
    extended = accepted(office.answer(extend("2028-11-21")))
    assert extended.receipt.verwijderdatum == dt.date(2028, 11, 21)
    office.later(days=366)
    catch_up(office.store, office.clock)
    assert accepted(office.status()).standing.status is Status.ACTIEF
    office.later(days=366)
    catch_up(office.store, office.clock)
    assert accepted(office.status()).standing.status is Status.ARCHIEF


def test_a_child_of_whom_only_a_number_is_known_is_extended_too(office: Office) -> None:
    unnamed = {"familienaam": None, "geboortedatum": None, "geslacht": None}
    office.given(bsn="999990019", verwijderdatum="2027-06-01", **unnamed)
    accepted(office.answer(extend("2028-11-21")))


def test_after_two_years_a_new_report_names_the_one_before(office: Office) -> None:
    first = office.given()
    assert codes(office.answer(extend("2029-11-21"))) == ["VIX-1206"]
    office.end()
    again = office.given(revisie="2")
    signal = office.store.read.signal(again.receipt.signaal_id)
    assert signal is not None and signal.voorganger_id == first.receipt.signaal_id


@pytest.mark.parametrize("message", [renew(melder_naam="N"), extend("2028-11-21"), hand_over()])
def test_what_is_over_is_not_changed(office: Office, message: Message) -> None:
    office.given(verwijderdatum="2027-06-01")
    office.end()
    assert codes(office.answer(message)) == ["VIX-1404"]
    office.withdraw()
    assert codes(office.answer(message)) == ["VIX-1405"]


# the index


def test_an_index_that_cannot_be_told_is_named_in_the_receipt(office: Office) -> None:
    office.given(verwijderdatum="2027-06-01")
    for message in (renew(melder_naam="N"), extend("2028-11-21"), hand_over()):
        answer = accepted(office.answer(message))
        assert [(finding.code, finding.ernst) for finding in answer.bevindingen] == [("VIX-1607", Ernst.WAARSCHUWING)]
        assert accepted(office.answer(message)).bevindingen == answer.bevindingen
    assert told(office) == ["register"]


def test_an_index_that_can_is_told_after_the_signal(office: Office) -> None:
    office.given(**RICH)
    accepted(office.answer(renew(melder_naam="N")))
    with office.store._reads.begin() as connection:
        rows = connection.exec_driver_sql("SELECT kind, sequence FROM outbox WHERE signal_id IS NOT NULL ORDER BY 2")
        assert [tuple(row) for row in rows] == [("register", 1), ("amend", 2)]

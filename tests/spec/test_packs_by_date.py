"""A region decides by the pack of the day; what its packs may say, each with what it does."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from gateway.canonical.order import Done, Refused
from gateway.canonical.receipt import CapabilityReport, Reply
from gateway.canonical.signal import Registraties, Signal
from gateway.canonical.tenant import new_id
from gateway.clock import Clock
from gateway.flow.directory import Directory, Partner, Region, destination
from gateway.rules.dictionary import MAY_KEEP
from gateway.rules.packs import Begins, Policy
from gateway.rules.policy import DutyToInform, ForIndex, Identiteit, Pack, amended, outgoing
from gateway.store.store import Store
from tests.spec.formats import FORMATS, Message
from tests.spec.office import Office, accepted, codes, said
from tests.spec.people import FIELDS, RICH, SCHOOL, packs, partner, regions, shared
from tests.unit.scripted import Line, Post

TODAY = dt.date(2026, 11, 21)
TOMORROW = TODAY + dt.timedelta(days=1)
CONSENT = {"toestemming_gegeven_op": "2026-11-01", "toestemming_bewijs_referentie": "dossier 7"}
OWN = {name: FIELDS[name] for name in ("bron_systeem", "bron_signaal_id")}
NEXT = {"professional_id": "p-2", "melder_naam": "O. Vernemer", "melder_telefoon": "030-1112223"}
ROSTER: dict[str, dict[str, str]] = {"p-1": {}, "p-3": {}}


def ended() -> Pack:
    return packs()["gestopt"]


def on_consent() -> Pack:
    return packs()["uitgebreid"]


def region(*begins: tuple[dt.date, Pack]) -> Region:
    policy = Policy(tuple(Begins(day, pack) for day, pack in begins))
    return replace(regions()["regionaal"], policy=policy, municipalities=frozenset())


def known(place: Region, **changes: object) -> Directory:
    sender: Partner = partner(SCHOOL, regions=(place,), **changes)
    return Directory({SCHOOL: sender}, {place.id: place})


def regional(**rules: object) -> Pack:
    return packs()["regionaal"].model_copy(update=rules)


def always(**rules: object) -> Directory:
    return known(region((dt.date(2015, 1, 1), regional(**rules))))


def kept(office: Office) -> Signal:
    signal = office.store.read.signal(accepted(office.status()).receipt.signaal_id)
    assert signal is not None
    return signal


# by the day


def test_a_region_decides_with_the_pack_of_the_day(office: Office) -> None:
    office.directory = known(region((dt.date(2015, 1, 1), packs()["regionaal"]), (TOMORROW, on_consent())))
    before = office.given(bron_signaal_id="s-1").receipt
    office.later(hours=13)  # 23:00 in Amsterdam: the day has not ended
    last = office.given(bron_signaal_id="s-2").receipt
    office.later(hours=1)
    assert codes(office.give(bron_signaal_id="s-3")) == ["VIX-1307"]
    after = office.given(bron_signaal_id="s-3", **CONSENT).receipt
    assert [receipt.beleid for receipt in (before, last, after)] == [
        packs()["regionaal"].label, packs()["regionaal"].label, on_consent().label,
    ]  # fmt: skip


def test_a_repeat_after_the_change_gets_its_first_receipt(office: Office) -> None:
    office.directory = known(region((dt.date(2015, 1, 1), packs()["regionaal"]), (TOMORROW, ended())))
    first = office.given()
    office.later(days=1)
    assert accepted(office.give()).receipt == first.receipt
    assert codes(office.give(bron_signaal_id="s-2")) == ["VIX-1307", "VIX-1310"]


def test_what_a_sender_may_do_is_told_by_the_day(office: Office) -> None:
    office.directory = known(region((dt.date(2015, 1, 1), packs()["strikt"]), (TOMORROW, on_consent())))
    told = []
    for _ in range(2):
        report = office.answer(Message("capaciteiten", {}))
        assert isinstance(report, CapabilityReport)
        told.append((report.regions[0].legal_basis, report.regions[0].policy))
        office.later(days=1)
    assert told == [("JEUGDWET_7_1", packs()["strikt"].label), ("TOESTEMMING", on_consent().label)]


def test_before_its_first_pack_begins_a_region_takes_nothing() -> None:
    later = region((TOMORROW, packs()["strikt"]), (TOMORROW + dt.timedelta(days=9), ended()))
    sender = partner(SCHOOL, regions=(later,))
    assert destination(sender, None, TODAY) is None
    assert destination(sender, None, TOMORROW) is later
    assert later.pack(TODAY) is packs()["strikt"], "what it will begin with"
    assert later.pack(TOMORROW + dt.timedelta(days=9)) is ended()


def test_a_message_waiting_at_the_change_leaves_by_the_pack_it_was_stamped_with(office: Office) -> None:
    old, new = packs()["regionaal"], ended()
    office.directory = known(region((dt.date(2015, 1, 1), old), (TOMORROW, new)))
    assert office.directory.pack(old.label, "regionaal", TOMORROW) is old
    office.given()
    office.later(days=1)
    post = Post(office, Line(Done()), indexes=("rijk",))
    post.deliver()
    assert post.line.sent[0]["Register"]["person"]["familienaam"] == FIELDS["familienaam"]


# where the basis is gone


CHANGES: dict[str, dict[str, str]] = {
    "signaalWijzigen": {"melder_telefoon": "030-1112223"},
    "signaalVerlengen": {"verwijderdatum": "2028-01-01"},
    "signaalOverdragen": NEXT,
    "signaalBeeindigen": {"datum_einde": "2026-11-21"},
    "signaalIntrekken": {},
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("operation", "told"),
    [
        ("signaalWijzigen", ["VIX-1310"]),
        ("signaalVerlengen", ["VIX-1310"]),
        ("signaalOverdragen", ["VIX-1310"]),
        ("signaalBeeindigen", []),
        ("signaalIntrekken", []),
    ],
)
def test_in_a_region_that_ended_a_sender_can_only_take_away(
    office: Office, operation: str, told: list[str], form: str
) -> None:
    office.directory = known(region((dt.date(2015, 1, 1), packs()["regionaal"]), (TOMORROW, ended())))
    office.given()
    office.later(days=1)
    message = Message(operation, {**OWN, **CHANGES[operation]})
    assert codes(office.answer(message, form=FORMATS[form])) == told


def test_in_a_region_that_ended_no_meaning_is_added(office: Office) -> None:
    office.directory = known(region((dt.date(2015, 1, 1), packs()["regionaal"]), (TOMORROW, ended())))
    office.given(("urgentie", "spoed"))
    office.later(days=1)
    assert codes(office.complete(("urgentie", "spoed", "binnen-5-werkdagen"))) == ["VIX-1310"]


@pytest.mark.parametrize(("consent", "told"), [({}, ["VIX-1307"]), (CONSENT, [])])
def test_what_was_given_without_consent_runs_out_and_is_not_extended(
    office: Office, consent: dict[str, str], told: list[str]
) -> None:
    office.directory = known(region((dt.date(2015, 1, 1), packs()["regionaal"]), (TOMORROW, on_consent())))
    office.given(**consent)
    office.later(days=1)
    assert codes(office.change("signaalVerlengen", verwijderdatum="2028-01-01")) == told
    assert codes(office.change("signaalWijzigen", melder_telefoon="030-1112223")) == []


# who may report


def test_where_professionals_are_appointed_the_list_of_their_organisation_decides(office: Office) -> None:
    place = region((dt.date(2015, 1, 1), regional(appointed=True)))
    office.directory = known(place, professionals=ROSTER)
    office.given(professional_id="p-1")
    assert codes(office.give(bron_signaal_id="s-2", professional_id="p-2")) == ["VIX-1303"]
    assert codes(office.change("signaalOverdragen", **NEXT)) == ["VIX-1303"]
    assert codes(office.change("signaalOverdragen", **{**NEXT, "professional_id": "p-3"})) == []
    assert kept(office).melder.professional_id == "p-3"


# who was told


@pytest.mark.parametrize(
    ("born", "band"),
    [("2014-11-22", "under_12"), ("2014-11-21", "from_12"), ("2010-11-22", "from_12"), ("2010-11-21", "from_16")],
)
def test_the_duty_to_inform_may_differ_by_age(office: Office, born: str, band: str) -> None:
    untold = {"informatieplicht_wie": None, "informatieplicht_datum": None, "geboortedatum": born}
    for name in DutyToInform.model_fields:
        bands = {other: "require" if other == name else "no" for other in DutyToInform.model_fields}
        office.directory = always(duty_to_inform=DutyToInform.model_validate(bands))
        reply = office.give(bron_signaal_id=name, **untold)
        assert codes(reply) == (["VIX-1306"] if name == band else [])


@pytest.mark.parametrize("strictest", ["under_12", "from_12", "from_16"])
def test_where_the_age_is_not_known_the_strictest_of_the_three_holds(strictest: str) -> None:
    bands = {name: "require" if name == strictest else "warn" for name in DutyToInform.model_fields}
    assert DutyToInform.model_validate(bands).at(None) == "require"
    assert DutyToInform.model_validate("no").at(None) == "no"


# what is kept, what leaves


def test_less_may_leave_to_one_index_than_to_the_others(office: Office) -> None:
    office.given(("urgentie", "laag", "zvj-signaalcode"), gemeente_code="9998", melder_functie="IB'er")
    signal = kept(office)
    narrow = regional(indexes={"rijk": ForIndex(leaves=frozenset({"jeugdige.familienaam", "melder.telefoon"}))})
    there = outgoing(signal, new_id(0), narrow, RICH, shared())
    assert there.person.model_dump(exclude_none=True) == {"familienaam": FIELDS["familienaam"]}
    assert (there.contact.functie, there.contact.telefoon, there.meanings) == (None, FIELDS["melder_telefoon"], ())
    assert amended(signal, new_id(0), narrow).contact.functie is None
    elsewhere = signal.model_copy(update={"bestemming": "kaal"})
    other = outgoing(elsewhere, new_id(0), narrow, RICH, shared())
    assert other.contact.functie == "IB'er" and other.person.geboortedatum and other.meanings


SAYS = {
    "onderwijsnummer": "101000000",
    "gemeente_code": "0599",
    "coordinator_naam": "C. Oordinator",
    "coordinator_telefoon": "030-5556667",
    "coordinator_email": "c@wilg.nl",
    **CONSENT,
}


def everything(office: Office) -> Reply:
    return office.answer(replace(said(**SAYS), registrations=(("SKJ", "123456789"),)))


def test_what_does_not_leave_is_kept_only_where_the_pack_names_it(office: Office) -> None:
    office.directory = always()
    accepted(everything(office))
    whole = kept(office)
    assert whole.melder.registraties.skj is not None and whole.informatieplicht and whole.toestemming
    assert whole.coordinator is not None and whole.coordinator.telefoon
    office.directory = always(keeps_fields=frozenset({"coordinator.email"}))
    accepted(office.answer(replace(said(**{**SAYS, "bron_signaal_id": "s-2"}), registrations=(("SKJ", "123456789"),))))
    bare = office.store.read.signal(accepted(office.status(bron_signaal_id="s-2")).receipt.signaal_id)
    assert bare is not None and bare.coordinator is not None
    assert bare.melder.registraties == Registraties()
    assert (bare.informatieplicht, bare.toestemming, bare.jeugdige.onderwijsnummer) == (None, None, None)
    assert (bare.jeugdige.gemeente_code, bare.coordinator.telefoon) == (None, None)
    assert bare.coordinator.email == whole.coordinator.email
    assert bare.jeugdige.familienaam == whole.jeugdige.familienaam, "what may leave is kept"


def test_a_repeat_of_what_was_not_kept_is_a_repeat_and_a_change_keeps_no_more(office: Office) -> None:
    office.directory = always(keeps_fields=frozenset())
    first = accepted(everything(office))
    again = accepted(everything(office))
    assert (again.fresh, again.receipt) == (False, first.receipt)
    accepted(office.change("signaalWijzigen", coordinator_telefoon="030-5556668"))
    coordinator = kept(office).coordinator
    assert coordinator is not None and (coordinator.naam, coordinator.telefoon) == ("C. Oordinator", None)


def test_a_signal_that_names_no_coordinator_needs_none_cut(office: Office) -> None:
    office.directory = always(keeps_fields=frozenset())
    office.given()
    assert kept(office).coordinator is None


def test_its_clocks_never_go_with_what_is_not_kept() -> None:
    assert not MAY_KEEP & {"jeugdige.geboortedatum", "voorganger_id", "revisie", "datum_tijd_melding"}


# identity


SHORT = {"identiteit": Identiteit.TOT_BEVESTIGD}


@pytest.fixture
def short(new_store: Callable[[Clock], Store]) -> Office:
    office = Office(new_store, always(**SHORT))
    office.given(postcode="3511AB", huisnummer="7", onderwijsnummer="101000000", gemeente_code="0599")
    return office


def test_identity_stays_until_the_index_confirmed(short: Office) -> None:
    Post(short, Line(Refused(code="IX-7")), indexes=("rijk",)).deliver()
    assert kept(short).jeugdige.familienaam == FIELDS["familienaam"]


def test_identity_goes_when_the_index_confirmed_and_the_rest_stays(short: Office) -> None:
    before = kept(short)
    Post(short, Line(Done()), indexes=("rijk",)).deliver()
    after = kept(short)
    assert after.jeugdige.model_dump(exclude_none=True) == {
        "geboortedatum": FIELDS["geboortedatum"], "gemeente_code": "0599",
    }  # fmt: skip
    assert after.model_copy(update={"jeugdige": before.jeugdige}) == before


def test_without_identity_a_signal_is_repeated_amended_extended_ended_and_withdrawn(short: Office) -> None:
    Post(short, Line(Done()), indexes=("rijk",)).deliver()
    fields = {"postcode": "3511AB", "huisnummer": "7", "onderwijsnummer": "101000000", "gemeente_code": "0599"}
    assert not accepted(short.give(**fields)).fresh
    assert codes(short.give(**fields, melder_naam="Een ander")) == ["VIX-1004"]
    accepted(short.change("signaalWijzigen", melder_telefoon="030-1112223"))
    accepted(short.change("signaalVerlengen", verwijderdatum="2028-01-01"))
    post = Post(short, Line(Done()), indexes=("rijk",))
    post.deliver()
    assert post.line.kinds == ["Amend", "Amend"]
    accepted(short.end())
    post.deliver()
    accepted(short.withdraw())
    post.deliver()
    assert post.line.kinds[2:] == ["End", "Withdraw"]
    assert short.store.read.tally()["signals"] == {"VERNIETIGD": 1}


def test_a_signal_destroyed_before_its_confirmation_stays_destroyed(short: Office) -> None:
    line = Line(Done())
    line.meanwhile = lambda: accepted(short.withdraw()) and None  # type: ignore[func-returns-value]
    Post(short, line, indexes=("rijk",)).deliver()
    assert short.store.read.tally()["signals"] == {"VERNIETIGD": 1}


def test_the_clock_of_23_years_runs_on_without_identity(new_store: Callable[[Clock], Store]) -> None:
    office = Office(new_store, always(**SHORT))
    office.given(geboortedatum="2003-12-01", informatieplicht_wie="JEUGDIGE")
    Post(office, Line(Done()), indexes=("rijk",)).deliver()
    assert codes(office.change("signaalVerlengen", verwijderdatum="2026-12-05")) == ["VIX-1205"]
    office.later(days=10)
    assert codes(office.change("signaalVerlengen", verwijderdatum="2026-12-05")) == ["VIX-1405"]

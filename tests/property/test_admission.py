"""Whatever anybody says: a signal or findings, never a crash, and never a word of it told back."""

import datetime as dt
from dataclasses import fields
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.canonical.command import Afgeven, Draft, Said, SaidTerm
from gateway.canonical.finding import Ernst
from gateway.canonical.receipt import Receipt
from gateway.canonical.signal import Signal, Soort
from gateway.canonical.tenant import new_id
from gateway.clock import AMSTERDAM
from gateway.rules import lifecycle, reading
from gateway.rules.admission import Admission
from gateway.rules.findings import FindingTexts
from gateway.rules.policy import outgoing
from tests.spec.office import judged
from tests.spec.people import BLIND, FIELDS, RICH, SCHOOL, directory, packs, regions, shared

TEXTS = FindingTexts.load()
CANARY = "kanarie"
anything = st.one_of(
    st.text(st.characters(), max_size=40),
    st.text(st.characters(), max_size=300).map(lambda text: f"{CANARY}{text}"),
    st.sampled_from([*FIELDS.values(), "999990019", "999990018", "101000000", "2014", "2003-11", "0000", "9999-12-31"]),
    st.sampled_from(
        ["true", "false", "1", "0", "M", "KETENREGISTRATIE", "BEIDEN", "UZI", "urgentie", "crisis", "spoed"]
    ),
    st.sampled_from([" ", "", "9" * 5000, "-1", "٣", "a@b.nl", f"{CANARY}@{'b' * 300}.nl", "\ud800", "\uffff", "\x00"]),
    st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()),
    st.dates().map(str),
)


def says(name: str) -> st.SearchStrategy[Said | None]:
    return st.none() | st.builds(Said, anything, st.just(name))


PLAIN = [item.name for item in fields(Draft) if item.name not in {"here", "places", "terms", "registraties"}]
said_axis, said_word, said_kind, said_number = (
    st.builds(Said, anything, st.just(name)) for name in ("as", "woord", "stelsel", "nummer")
)
term = st.builds(SaidTerm, said_axis, said_word, says("lijst"))
pair = st.tuples(said_kind, said_number)
drafts: st.SearchStrategy[Draft] = st.builds(
    Draft,
    here=st.just("bericht"),
    terms=st.lists(term, max_size=4).map(tuple),
    registraties=st.lists(pair, max_size=3).map(tuple),
    **{name: st.just(Said(FIELDS[name], name)) | says(name) if name in FIELDS else says(name) for name in PLAIN},
)
places = st.sampled_from(sorted(regions()))


def judge(draft: Draft, region: str, *, who: str = SCHOOL, system: str = "leerlingvolg") -> Admission:
    request = Afgeven(formaat="x", contract="x", bron_systeem=Said(system, "bron_systeem"), draft=draft)
    return judged(request, directory().partners[who], regions()[region])


@given(drafts, places, st.sampled_from([SCHOOL, BLIND]), anything)
def test_any_draft_is_a_signal_or_its_faults(draft: Draft, region: str, who: str, system: str) -> None:
    admitted = judge(draft, region, who=who, system=system)
    faults = [finding for finding in admitted.findings if finding.ernst is Ernst.FOUT]
    assert (admitted.signal is None) == bool(faults)
    assert all(finding.code in TEXTS.codes for finding in admitted.findings)
    assert len({(finding.code, finding.at) for finding in admitted.findings}) == len(admitted.findings)


@given(drafts, places)
def test_no_finding_tells_a_word_of_what_was_said(draft: Draft, region: str) -> None:
    for finding in judge(draft, region).findings:
        told = TEXTS.text(finding)
        assert CANARY not in f"{finding.model_dump_json()}{told.rule}{told.fix}{told.rule_en}{told.fix_en}"


births = st.dates(dt.date(2002, 1, 1), dt.date(2026, 11, 21)).map(str) | st.integers(2002, 2026).map(str)
moments = st.datetimes(dt.datetime(2026, 10, 1), dt.datetime(2026, 11, 21, 8), timezones=st.timezones())
good = st.fixed_dictionaries(
    {
        "geboortedatum": births,
        "datum_tijd_melding": moments.map(lambda moment: moment.astimezone(dt.UTC).isoformat()),
        "informatieplicht_uitgesteld": st.just("true"),
        "toestemming_gegeven_op": st.just("2026-11-01"),
        "toestemming_bewijs_referentie": st.just("d"),
    },
    optional={
        "bsn": st.just("999990019"),
        "soort": st.sampled_from(Soort),
        "voornamen": st.text(st.characters(categories=["L"]), min_size=1),
        "melder_email": st.emails(),
        "gemeente_code": st.just("0599"),
        "verwijderdatum": st.dates(dt.date(2026, 10, 1), dt.date(2029, 1, 1)).map(str),
    },
)
axes = st.sampled_from(["urgentie", "crisis", "veiligheid", "handelt", "betrokkenheid", "geinformeerd"])
words = st.lists(st.tuples(axes, st.sampled_from(["spoed", "crisis", "zorgen", "direct", "ja", "kanarie"])), max_size=5)


def signal_of(said: dict[str, str], terms: list[tuple[str, str]], region: str) -> Signal | None:
    own = {**FIELDS, **said}
    own.pop("bron_systeem")
    draft: dict[str, Any] = {name: Said(text, name) for name, text in own.items()}
    given_terms = tuple(SaidTerm(Said(axis, "as"), Said(word, "woord")) for axis, word in terms)
    return judge(Draft(here="", terms=given_terms, **draft), region).signal


@given(good, words, places)
def test_an_admitted_signal_obeys_the_law_whatever_was_said(
    said: dict[str, str], terms: list[tuple[str, str]], region: str
) -> None:
    signal = signal_of(said, terms, region)
    if signal is None:
        return
    start = signal.datum_tijd_melding.astimezone(AMSTERDAM).date()
    assert start < signal.verwijderdatum <= lifecycle.years_later(start, 2)
    birth = lifecycle.BirthDate.parse(signal.jeugdige.geboortedatum or "")
    assert not birth.of_age(start)
    assert signal.verwijderdatum <= lifecycle.years_later(birth.latest, 23)
    pack = packs()[region]
    assert pack.legal_basis.value != "GEEN"
    for meaning in signal.betekenissen:
        assert pack.kept(meaning, directory().partners[SCHOOL].vocabulary)


@given(good, words, places)
def test_only_what_the_pack_names_leaves(said: dict[str, str], terms: list[tuple[str, str]], region: str) -> None:
    signal = signal_of(said, terms, region)
    if signal is None:
        return
    pack = packs()[region]
    leaving = outgoing(signal, new_id(0), pack, RICH, shared())
    assert {meaning.axis for meaning in leaving.meanings} <= pack.travels
    if leaving.person.bsn:
        assert leaving.person.model_dump(exclude_none=True).keys() == {"bsn"}
    text = leaving.model_dump_json()
    assert signal.bron_signaal_id not in text.replace(str(signal.signaal_id), "")


@given(good, words, places)
def test_a_signal_survives_its_way_through_json_and_shows_nothing(
    said: dict[str, str], terms: list[tuple[str, str]], region: str
) -> None:
    signal = signal_of(said, terms, region)
    if signal is None:
        return
    assert Signal.model_validate_json(signal.model_dump_json(exclude_defaults=True)) == signal
    assert Signal.model_validate(signal.model_dump()) == signal
    assert (repr(signal), str(signal), repr([signal])) == ("Signal(***)", "Signal(***)", "[Signal(***)]")


receipts = st.builds(
    Receipt,
    signaal_id=st.uuids(),
    revisie=st.integers(1, 9999),
    ontvangen_op=st.datetimes(timezones=st.just(dt.UTC)),
)


@given(receipts)
def test_a_receipt_survives_its_way_through_json(receipt: Receipt) -> None:
    again = Receipt.model_validate_json(receipt.model_dump_json(exclude_defaults=True))
    assert again == receipt
    assert again.model_dump_json() == receipt.model_dump_json()
    assert repr(receipt) == "Receipt(***)"


@given(st.text(), st.text())
def test_dates_and_numbers_are_read_in_one_spelling_or_refused(text: str, other: str) -> None:
    for parse in (
        *(reading.moment, reading.date, reading.birth_date, reading.revision, reading.house_number),
        *(reading.page_size, reading.e_mail, reading.telephone, reading.postcode, reading.gemeente_code),
    ):
        for said in (text, f"{other}2026-11-21", f"1{text}"):
            try:
                value = parse(said)
            except (ValueError, OverflowError):
                continue
            assert value is not None


@given(st.dates(dt.date(1950, 1, 1), dt.date(2050, 1, 1)), st.integers(0, 30))
def test_years_later_is_never_after_the_calendar_day(day: dt.date, years: int) -> None:
    later = lifecycle.years_later(day, years)
    assert later.year == day.year + years
    assert (later.month, later.day) == (day.month, day.day) or (day.month, day.day, later.day) == (2, 29, 28)

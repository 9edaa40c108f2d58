"""A file is its rows: each is answered as a single message would be, and the report says so line by line."""

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

import pytest

from gateway.canonical.command import Afgeven, Said
from gateway.canonical.finding import Ernst
from gateway.canonical.receipt import Refusal, Status
from gateway.errors import Unavailable
from gateway.flow import file_line, files
from gateway.flow.directory import Directory
from gateway.flow.effects import Conversation
from gateway.rules.whole_list import Doubt, doubt
from gateway.store.work import Accept, BatchState, NoteRows
from tests.spec.formats import Message
from tests.spec.listed import Desk, Listed, row, unreadable
from tests.spec.office import Office, accepted, codes, said
from tests.spec.people import FIELDS, SCHOOL, partner, regions


def pupil(number: int, *words: tuple[str, ...], **fields: str | None) -> Message:
    return said(*words, **{"bron_signaal_id": f"p-{number}", **fields})


def ending(number: int, **fields: str) -> Message:
    own = {"bron_systeem": FIELDS["bron_systeem"], "bron_signaal_id": f"p-{number}", "datum_einde": "2026-11-21"}
    return Message("signaalBeeindigen", own | fields)


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)


def test_every_row_has_its_own_line_and_good_rows_stand_beside_bad_ones(desk: Desk) -> None:
    outcome = desk.take([pupil(1), pupil(2, soort="VERMOEDEN"), unreadable("p-3"), pupil(4)])
    assert desk.told(outcome) == [(2, "aangenomen"), (3, "geweigerd"), (4, "geweigerd"), (5, "aangenomen")]
    assert outcome.batch.state is BatchState.KLAAR
    assert outcome.batch.tally.rows == 4
    assert dict(outcome.batch.tally.statuses) == {"aangenomen": 2, "geweigerd": 2}
    assert dict(outcome.batch.tally.codes) == {"VIX-1105": 1, "VIX-1001": 1, **_warned(desk, outcome)}
    assert [result.bron_signaal_id for result in desk.report(outcome)] == ["p-1", "p-2", "p-3", "p-4"]


def _warned(desk: Desk, outcome: files.Outcome) -> dict[str, int]:
    """Codes of accepted rows."""
    found: dict[str, int] = {}
    for result in desk.report(outcome):
        for finding in result.bevindingen if result.signaal_id else ():
            found[finding.code] = found.get(finding.code, 0) + 1
    return found


def test_a_file_that_comes_again_changes_nothing(desk: Desk) -> None:
    first = desk.report(desk.take([pupil(1), pupil(2)]))
    again = desk.take([pupil(2), pupil(1)])
    assert desk.told(again) == [(2, "bekend"), (3, "bekend")]
    assert {result.signaal_id for result in desk.report(again)} == {result.signaal_id for result in first}
    assert desk.office.store.read.tally()["signals"] == {"ACTIEF": 2}


def test_rows_about_one_signal_are_done_in_the_order_of_the_file(desk: Desk) -> None:
    outcome = desk.take([pupil(1), ending(1), pupil(1, revisie="2"), ending(1, revisie="2"), pupil(1, revisie="3")])
    assert [status for _, status in desk.told(outcome)] == ["aangenomen"] * 5
    assert desk.office.store.read.tally()["signals"] == {"ACTIEF": 1, "ARCHIEF": 2}


def test_more_rows_than_a_run_are_told_run_by_run(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_line, "RUN", 3)
    heard: list[int] = []
    desk.take((pupil(number) for number in range(8)), told=lambda batch: heard.append(batch.tally.rows))
    assert heard == [0, 3, 6, 8]


def test_words_that_are_not_kept_are_in_the_report_by_their_axis_only(desk: Desk) -> None:
    outcome = desk.take([pupil(1, ("crisis", "woning vol rook"), ("urgentie", "spoed"))])
    (result,) = desk.report(outcome)
    assert {item.axis: item.count for item in result.niet_bewaard} == {"crisis": 1, "urgentie": 1}
    assert result.betekenissen == ()
    assert "rook" not in result.model_dump_json()


def test_advice_is_told_once_for_the_whole_file_and_is_kept_nowhere(desk: Desk) -> None:
    outcome = desk.take([pupil(1, ("veiligheid", "acuut onveilig")), pupil(2, ("veiligheid", "acuut onveilig"))])
    assert outcome.advice[0] == "bel-nu"
    assert all("bel-nu" not in result.model_dump_json() for result in desk.report(outcome))


class Cut(Exception):
    """The power goes."""


def broken_after(number: int) -> Iterator[Message]:
    for n in range(number):
        yield pupil(n)
    raise Cut


def test_a_file_that_is_broken_off_goes_on_after_the_last_run_noted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_line, "RUN", 2)
    with pytest.raises(Cut):
        desk.take(broken_after(5), content="the same file")
    asked: list[int] = []
    rows = (row(pupil(number)) for number in range(7))
    outcome = desk.take((asked.append(1) or item for item in rows), content="the same file")  # type: ignore[func-returns-value]
    assert [line for line, _ in desk.told(outcome)] == list(range(2, 9))
    assert [status for _, status in desk.told(outcome)] == ["aangenomen"] * 7
    assert outcome.batch.state is BatchState.KLAAR
    assert desk.office.store.read.tally()["signals"] == {"ACTIEF": 7}


def test_what_was_stored_but_not_noted_is_known_again(desk: Desk) -> None:
    desk.office.answer(pupil(1))
    assert desk.told(desk.take([pupil(1)], content="x")) == [(2, "bekend")]


def test_another_file_or_the_same_in_another_way_begins_anew(desk: Desk) -> None:
    with pytest.raises(Cut):
        desk.take(broken_after(1), content="a")
    broken = desk.begin(content="a")
    assert broken.state is BatchState.AFGEBROKEN
    assert len({broken.id, desk.begin(content="b").id, desk.begin(content="a", whole=True).id, desk.begin().id}) == 4


def test_a_store_that_is_away_breaks_the_file_off_and_refuses_no_row(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: object) -> object:
        raise Unavailable("away")

    batch = desk.begin()
    monkeypatch.setattr(desk.office.store, "submit", away)
    with pytest.raises(Unavailable):
        desk.files.carry(Listed([pupil(1)]), batch, desk.partner)
    monkeypatch.undo()
    found = desk.office.store.read.file("school", batch.id, desk.office.clock())
    assert found is not None
    assert found.tally.rows == 0


def test_a_row_that_nobody_foresaw_stops_no_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = desk.office.intake.answer

    def stumbles(request: Any, *said: Any, **more: Any) -> Conversation:
        if isinstance(request, Afgeven) and request.draft.bron_signaal_id == Said("p-1", "bron_signaal_id"):
            return fails()
        return answer(request, *said, **more)

    monkeypatch.setattr(desk.office.intake, "answer", stumbles)
    outcome = desk.take([pupil(0), pupil(1), pupil(2)])
    assert [status for _, status in desk.told(outcome)] == ["aangenomen", "geweigerd", "aangenomen"]
    assert dict(outcome.batch.tally.codes)["VIX-1901"] == 1


def fails() -> Conversation:
    raise ValueError("a name of a child")
    yield


def test_a_unit_that_the_writer_fails_at_is_that_rows_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    submit = desk.office.store.submit

    def broken(unit: Any) -> Any:
        if isinstance(unit, Accept) and unit.signal.bron_signaal_id == "p-1":
            future: Future[Any] = Future()
            future.set_exception(TypeError("unit"))
            return future
        return submit(unit)

    monkeypatch.setattr(desk.office.store, "submit", broken)
    outcome = desk.take([pupil(0), pupil(1), pupil(2)])
    assert [status for _, status in desk.told(outcome)] == ["aangenomen", "geweigerd", "aangenomen"]


def test_a_store_that_is_away_at_one_row_breaks_the_file_off(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    submit = desk.office.store.submit

    def away(unit: Any) -> Any:
        if isinstance(unit, Accept) and unit.signal.bron_signaal_id == "p-1":
            future: Future[Any] = Future()
            future.set_exception(Unavailable("for a moment"))
            return future
        return submit(unit)

    monkeypatch.setattr(desk.office.store, "submit", away)
    with pytest.raises(Unavailable):
        desk.take([pupil(0), pupil(1), pupil(2)])


def test_what_could_not_be_noted_is_in_the_report_after_all(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The noting of a run fails once, in a store that then works again: no run behind it is noted before it."""
    monkeypatch.setattr(file_line, "RUN", 2)
    submit, failed = desk.office.store.submit, []

    def once(unit: Any) -> Any:
        if isinstance(unit, NoteRows) and not failed:
            failed.append(unit)
            future: Future[Any] = Future()
            future.set_exception(Unavailable("for a moment"))
            return future
        return submit(unit)

    monkeypatch.setattr(desk.office.store, "submit", once)
    with pytest.raises(Unavailable):
        desk.take((pupil(number) for number in range(6)), content="file")
    outcome = desk.take((pupil(number) for number in range(6)), content="file")
    assert [line for line, _ in desk.told(outcome)] == list(range(2, 8))
    assert desk.office.store.read.tally()["signals"] == {"ACTIEF": 6}


def test_a_report_is_its_organisations_own_and_is_gone_when_its_time_is_over(desk: Desk) -> None:
    outcome = desk.take([pupil(1)])
    read = desk.office.store.read
    assert [batch.id for batch in read.files("school", desk.office.clock())] == [outcome.batch.id]
    assert read.file("elders", outcome.batch.id, desk.office.clock()) is None
    desk.office.later(days=31)
    assert read.file("school", outcome.batch.id, desk.office.clock()) is None
    assert desk.office.store.sweep() == 1
    assert list(read.rows(outcome.batch)) == []
    assert desk.office.store.read.tally()["signals"] == {"ACTIEF": 1}


class TestAWholeList:
    """What is new is given, what is gone is proposed, and nothing is ended before its sender says how much."""

    @pytest.fixture
    def desk(self, office: Office) -> Desk:
        desk = Desk(office)
        desk.take([pupil(number) for number in range(30)], whole=True)
        office.later(days=1)
        return desk

    def test_what_the_list_no_longer_names_is_proposed_and_then_ended(self, desk: Desk) -> None:
        outcome = desk.take([pupil(number) for number in range(2, 31)], whole=True)
        assert outcome.batch.state is BatchState.VOORSTEL
        assert (outcome.missing, outcome.doubt) == (2, None)
        assert {signal.bron_signaal_id for signal in desk.files.proposed(outcome.batch)} == {"p-0", "p-1"}
        assert desk.office.store.read.tally()["signals"] == {"ACTIEF": 31}
        ended = desk.files.end_missing(outcome.batch, desk.partner, expected=2, despite=False)
        assert isinstance(ended, files.Outcome)
        assert desk.office.store.read.tally()["signals"] == {"ACTIEF": 29, "ARCHIEF": 2}
        assert desk.told(ended)[-2:] == [(31, "aangenomen"), (32, "aangenomen")]
        assert ended.batch.state is BatchState.KLAAR

    def test_the_number_must_be_that_of_the_proposal(self, desk: Desk) -> None:
        outcome = desk.take([pupil(number) for number in range(2, 30)], whole=True)
        refused = desk.files.end_missing(outcome.batch, desk.partner, expected=3, despite=True)
        assert isinstance(refused, Refusal)
        assert [(finding.code, finding.limit) for finding in refused.findings] == [("VIX-1408", "2")]

    def test_a_refused_row_is_still_on_the_list(self, desk: Desk) -> None:
        rows = [pupil(number) for number in range(28)]
        outcome = desk.take([*rows, pupil(28, soort="?"), unreadable("p-29")], whole=True)
        assert (outcome.missing, outcome.doubt, outcome.batch.state) == (0, None, BatchState.KLAAR)

    @pytest.mark.parametrize(
        ("rows", "why"),
        [
            ([], None),
            ([pupil(number) for number in range(15)], Doubt.HALF),
            ([*(pupil(number) for number in range(28)), unreadable()], Doubt.ONLEESBAAR),
        ],
    )
    def test_a_list_that_looks_like_half_a_file_needs_a_second_word(
        self, desk: Desk, rows: list[Message], why: Doubt | None
    ) -> None:
        outcome = desk.take(rows, whole=True)
        assert outcome.doubt is why
        if why is None:  # an empty list names no system, so it proposes nothing
            assert (outcome.missing, outcome.batch.state) == (0, BatchState.KLAAR)
            return
        refused = desk.files.end_missing(outcome.batch, desk.partner, expected=outcome.missing, despite=False)
        assert codes(refused) == ["VIX-1409"]  # type: ignore[arg-type]
        ended = desk.files.end_missing(outcome.batch, desk.partner, expected=outcome.missing, despite=True)
        assert not isinstance(ended, Refusal)

    def test_a_newer_list_replaces_the_proposal(self, desk: Desk) -> None:
        older = desk.take([pupil(number) for number in range(29)], whole=True)
        desk.take([pupil(number) for number in range(28)], whole=True)
        refused = desk.files.end_missing(older.batch, desk.partner, expected=2, despite=True)
        assert codes(refused) == ["VIX-1407"]  # type: ignore[arg-type]

    def test_a_proposal_is_carried_out_once(self, desk: Desk) -> None:
        outcome = desk.take([pupil(number) for number in range(29)], whole=True)
        ended = desk.files.end_missing(outcome.batch, desk.partner, expected=1, despite=False)
        assert isinstance(ended, files.Outcome)
        again = desk.files.end_missing(ended.batch, desk.partner, expected=0, despite=False)
        assert codes(again) == ["VIX-1407"]  # type: ignore[arg-type]
        assert desk.files.review(ended.batch).missing == 0

    def test_signals_of_another_system_or_given_since_are_left_alone(self, desk: Desk) -> None:
        accepted(desk.office.answer(pupil(99, bron_systeem="ander systeem")))
        batch = desk.begin(whole=True)
        desk.office.later(minutes=1)
        accepted(desk.office.answer(pupil(98)))
        outcome = desk.files.carry(Listed(pupil(number) for number in range(30)), batch, desk.partner)
        assert outcome.missing == 0

    def test_who_was_ended_and_is_on_the_list_is_not_given_again_by_itself(self, desk: Desk) -> None:
        desk.office.answer(ending(0))
        outcome = desk.take([pupil(number) for number in range(30)], whole=True)
        (known, *others) = desk.report(outcome)
        assert known.status.value == "bekend"
        assert [(finding.code, finding.ernst, finding.limit) for finding in known.bevindingen] == [
            ("VIX-1404", Ernst.WAARSCHUWING, "ARCHIEF")
        ]
        assert not any(result.bevindingen for result in others)
        assert desk.office.store.read.tally()["signals"] == {"ACTIEF": 29, "ARCHIEF": 1}


def test_a_list_is_doubted_by_its_size_and_its_holes() -> None:
    assert doubt(named=100, missing=0, unreadable=3) is None
    assert doubt(named=10, missing=1, unreadable=1) is Doubt.ONLEESBAAR
    assert doubt(named=5, missing=5, unreadable=0) is None
    assert doubt(named=5, missing=6, unreadable=0) is Doubt.HALF
    assert doubt(named=80, missing=20, unreadable=0) is None
    assert doubt(named=79, missing=21, unreadable=0) is Doubt.HALF


def test_nobody_waits_for_an_index(office: Office) -> None:
    office.directory = Directory({SCHOOL: partner(SCHOOL, wait_seconds=30.0)}, regions())
    desk = Desk(office)
    assert desk.told(desk.take([pupil(1)])) == [(2, "aangenomen")]


def test_status_of_a_signal_is_that_of_a_single_message(desk: Desk) -> None:
    desk.take([pupil(1)])
    answer = accepted(desk.office.status(bron_signaal_id="p-1"))
    assert answer.standing.status is Status.ACTIEF
    assert answer.receipt.ontvangen_op == dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC)

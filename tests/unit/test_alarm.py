"""Danger at night: a word in a file that means danger mails the duty address at once, and only that."""

from collections.abc import Mapping

import pytest

from gateway.canonical.order import Alarm, Done, Retry
from gateway.canonical.tenant import bucket_of, new_id
from gateway.flow.courier import Courier, Destination
from gateway.flow.directory import Directory
from gateway.rules.delivery import Recovery
from gateway.store.outbox import MAIL
from gateway.store.work import Claim, Job
from tests.spec.formats import Message
from tests.spec.listed import Desk
from tests.spec.office import Office, said
from tests.spec.people import ELSEWHERE, SCHOOL, partner, regions
from tests.unit.scripted import Line, Plain, rows

DUTY = "wacht@school.voorbeeld.nl"
DANGER = ("veiligheid", "acuut onveilig")


@pytest.fixture
def desk(office: Office) -> Desk:
    known = (partner(SCHOOL, duty_address=DUTY), partner(ELSEWHERE))
    office.directory = Directory({item.id: item for item in known}, regions())
    return Desk(office)


def pupil(number: int, *words: tuple[str, ...], **fields: str | None) -> Message:
    return said(*words, **{"bron_signaal_id": f"p-{number}", **fields})


def alarms(office: Office) -> list[tuple[str, str]]:
    return [(kind, state) for kind, state in rows(office.store) if kind == "alarm"]


class Mailroom:
    """A worker for the mailbox alone."""

    def __init__(self, office: Office, line: Line) -> None:
        self.office, self.line = office, line
        to: Mapping[str, Destination] = {
            MAIL: Destination(MAIL, Plain(Recovery.REPEAT), line, "127.0.0.1:9", 1.0, 0.0, 0.0)
        }
        self.courier = Courier(office.store, office.directory, to, office.clock)

    def work(self) -> None:
        bucket = bucket_of(SCHOOL)
        jobs: list[Job] = self.office.store.do(Claim(bucket, SCHOOL, 8, 30.0, new_id(bucket)))
        for job in jobs:
            if job.destination == MAIL:
                self.courier.carry(job)


def test_an_accepted_row_with_danger_in_it_is_told_at_once(desk: Desk) -> None:
    desk.take([pupil(1), pupil(2, DANGER), pupil(3, DANGER)])
    assert alarms(desk.office) == [("alarm", "waiting")]
    line = Line(Done())
    Mailroom(desk.office, line).work()
    (message,) = line.sent
    told = Alarm.model_validate(message["Alarm"])
    assert (told.address, told.naam, told.moment) == (DUTY, "Instantie school", desk.office.clock())
    assert alarms(desk.office) == [("alarm", "done")]


def test_a_refused_row_with_danger_in_it_is_told_too(desk: Desk) -> None:
    desk.take([pupil(1, DANGER, soort="?")])
    assert alarms(desk.office) == [("alarm", "waiting")]


def test_what_was_told_once_is_not_told_again_by_the_same_rows(desk: Desk) -> None:
    desk.take([pupil(1, DANGER)])
    Mailroom(desk.office, Line(Done())).work()
    desk.take([pupil(1, DANGER)])
    assert alarms(desk.office) == [("alarm", "done")]
    desk.take([pupil(2, DANGER)])
    assert alarms(desk.office) == [("alarm", "done"), ("alarm", "waiting")]


def test_an_answer_to_a_question_that_means_danger_is_told_too(desk: Desk) -> None:
    own = {"bron_systeem": "leerlingvolg", "bron_signaal_id": "p-1"}
    meant = [("veiligheid", "raar woord", "acuut-onveilig")]
    desk.take([pupil(1, ("veiligheid", "raar woord"))])
    assert alarms(desk.office) == []
    desk.take([Message("betekenisAanvullen", own, choices=meant)])
    assert alarms(desk.office) == [("alarm", "waiting")]


def test_nobody_is_mailed_of_an_ordinary_file_or_for_who_reads_the_answer(desk: Desk) -> None:
    desk.take([pupil(1), pupil(2, ("urgentie", "volgende maand"))])
    desk.office.answer(pupil(3, DANGER))
    assert alarms(desk.office) == []


def test_an_organisation_without_a_duty_address_has_the_advice_only(desk: Desk) -> None:
    other = Desk(desk.office, ELSEWHERE)
    outcome = other.take([pupil(1, DANGER, gemeente_code="9998"), pupil(2, DANGER, soort="?", gemeente_code="9998")])
    assert outcome.advice[0] == "bel-nu"
    assert alarms(desk.office) == []


def test_a_mail_server_that_is_away_is_tried_again(desk: Desk) -> None:
    desk.take([pupil(1, DANGER)])
    mail = Mailroom(desk.office, Line(Retry(reason="geen-verbinding"), Done()))
    mail.work()
    assert alarms(desk.office) == [("alarm", "waiting")]
    mail.work()
    assert alarms(desk.office) == [("alarm", "done")]


def test_an_alarm_for_who_left_is_not_sent(desk: Desk) -> None:
    desk.take([pupil(1, DANGER)])
    desk.office.directory = Directory({SCHOOL: partner(SCHOOL)}, regions())
    line = Line(Done())
    Mailroom(desk.office, line).work()
    assert line.sent == []
    assert alarms(desk.office) == [("alarm", "cancelled")]
    desk.office.directory = Directory({}, regions())


def test_the_alarm_names_no_signal_and_no_word(desk: Desk) -> None:
    desk.take([pupil(1, DANGER)])
    ((argument, signal, version),) = [
        tuple(row) for kind, *row in rows(desk.office.store, "kind, argument, signal_id, version") if kind == "alarm"
    ]
    assert (argument, signal, version) == ("", None, "")

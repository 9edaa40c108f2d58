import time
from pathlib import Path

from gateway.canonical.order import IndexCapabilities
from gateway.simulator.server import Simulator

from .wire import Sender

ABLE = IndexCapabilities(wijzigen=True)


def test_an_index_that_cannot_be_told_says_so(gateway: Sender) -> None:
    gateway.register(signal="s-1")
    assert gateway.amend("s-1").code == "IX-422"


def test_a_new_contact_and_date_are_what_the_next_one_reads(tmp_path: Path) -> None:
    with Simulator(directory=tmp_path, capabilities=ABLE) as index:
        school, doctor = Sender(index.url, "a"), Sender(index.url, "b")
        assert school.ask("capaciteiten").text("wijzigen") == "true"
        school.register(signal="s-1")
        assert school.amend("s-1", naam="N. Ieuw", reference="m-1").text("status") == "ACTIEF"
        assert school.status("m-1").text("gevonden") == "true"
        [match] = doctor.register(signal="d-1", organisation="jeugdarts").matches
        assert match["betrokkene"]["naam"] == "N. Ieuw"
        assert school.managed("GET", "telling") == {"signalen": {"ACTIEF": 2}, "dubbel": 0, "matches": 1}
        for each in (school, doctor):
            each.close()


def contacts(index: Sender, after: int = 0) -> list[tuple[str, str]]:
    found = index.poll(after).matches
    return [(match["matchId"], match["betrokkene"]["naam"]) for match in found if match["status"] == "ACTIEF"]


def test_another_contact_is_news_for_the_other_side_of_each_match_that_is_there(tmp_path: Path) -> None:
    with Simulator(directory=tmp_path, capabilities=ABLE) as index:
        school, doctor = Sender(index.url, "a"), Sender(index.url, "b")
        school.register(signal="s-1")
        doctor.register(signal="d-1", organisation="jeugdarts")
        doctor.register(signal="d-2", organisation="wijkteam")
        doctor.end("d-2")
        mine, theirs = (int(each.poll().text("totVolgnummer")) for each in (school, doctor))
        school.amend("s-1", naam="N. Ieuw")
        [(match, name)] = contacts(doctor, theirs)
        assert name == "N. Ieuw"
        assert contacts(school, mine) == [], "who said it knows it"
        assert contacts(doctor)[0] == (match, "N. Ieuw"), "under the number of the match"
        again = int(doctor.poll(theirs).text("totVolgnummer"))
        school.amend("s-1", naam="N. Ieuw", until="2028-11-20")
        assert contacts(doctor, again) == [], "of another date nobody hears"
        school.amend("s-1", naam="N. Ieuw", telefoon="010-5550177")
        assert [one for one, _ in contacts(doctor, again)] == [match]
        school.end("s-1")
        last = int(doctor.poll().text("totVolgnummer"))
        school.amend("s-1", naam="T. Laat")
        assert doctor.poll(last).matches == []
        for each in (school, doctor):
            each.close()


def test_a_match_that_nobody_was_told_of_yet_comes_once_with_the_contact_of_then(tmp_path: Path) -> None:
    with Simulator(directory=tmp_path, capabilities=ABLE) as index:
        school, doctor = Sender(index.url, "a"), Sender(index.url, "b")
        school.register(signal="s-1")
        school.script({"fault": "late_match", "operation": "signaalAfgeven", "times": 1, "seconds": 1.5})
        doctor.register(signal="d-1", organisation="jeugdarts")
        school.amend("s-1", naam="N. Ieuw")
        assert contacts(doctor) == []
        time.sleep(1.6)
        assert [name for _, name in contacts(doctor)] == ["N. Ieuw"]
        for each in (school, doctor):
            each.close()


def test_what_is_over_or_unknown_is_not_changed(tmp_path: Path) -> None:
    with Simulator(directory=tmp_path, capabilities=ABLE) as index:
        sender = Sender(index.url, "a")
        sender.register(signal="s-1")
        sender.withdraw("s-1")
        assert sender.amend("s-1", naam="Qznieuw").text("status") == "VERNIETIGD"
        assert sender.amend("s-9").code == "IX-404"
        sender.close()
    assert not any(b"Qznieuw" in file.read_bytes() for file in tmp_path.iterdir())


def test_a_death_is_told_in_the_stream_once_and_until_it_is_read(gateway: Sender) -> None:
    for source in ("s-1", "s-2"):
        gateway.register(signal=source)
    gateway.script({"fault": "died", "operation": "matchesOpvragen", "times": 1})
    first = gateway.poll()
    told = [
        (one.findtext("{*}gatewayReferentie"), one.findtext("{*}reden")) for one in first.body.iterfind("{*}vernietigd")
    ]
    assert told == [("s-2", "OVERLEDEN")]
    assert len(gateway.poll().body.findall("{*}vernietigd")) == 1, "until its number is passed"
    assert not gateway.poll(int(first.text("totVolgnummer"))).body.findall("{*}vernietigd")
    assert gateway.managed("GET", "telling")["signalen"] == {"ACTIEF": 1, "VERNIETIGD": 1}


def test_no_signal_stands_for_more_than_two_years_after_the_report(tmp_path: Path) -> None:
    with Simulator(directory=tmp_path, capabilities=ABLE) as index:
        sender = Sender(index.url, "a")
        assert sender.register(signal="s-1", until="2028-11-22").code == "IX-424"
        assert not sender.register(signal="s-2", until="2028-11-21").code
        assert sender.amend("s-2", until="2028-11-22").code == "IX-424"
        assert not sender.amend("s-2", until="2028-11-21").code
        sender.close()

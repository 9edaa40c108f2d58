"""A gateway whose index speaks FHIR R4: the whole life of a signal, and what gets lost on the way."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.canonical.order import IndexCapabilities
from gateway.cli.running import free_port, together
from gateway.cli.sandbox import CARRIED, EXTENDED, configuration, sandbox
from gateway.clock import set_clock
from gateway.compose import House
from gateway.config import check
from gateway.simulator.faults import Fault, Rule
from gateway.simulator.fhir_dialect import FhirDialect
from gateway.simulator.server import Simulator
from gateway.store.keyring import KeyRing
from tests.e2e.talk import CARE, LEGAL, SCHOOL, Sender, children, own, person, told_by, until

ABLE = (
    "ketenregistratie",
    "signaalcode",
    "wijzigen",
    "terugkoppelen",
    "opvragen",
    "overnemen",
    "stil",
    "landelijk_uit",
)


class Place:
    """A running gateway and its index."""

    def __init__(self, gateway: str, house: House, index: Simulator) -> None:
        self.gateway, self.house, self.index = gateway, house, index

    def counted(self) -> tuple[dict[str, int], int]:
        """Signals at the index by status, and references with more than one."""
        told = told_by(self.index, "telling")
        return told["signalen"], told["dubbel"]

    def script(self, *rules: dict[str, Any]) -> None:
        self.index.script([Rule.model_validate(rule) for rule in rules])


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    KeyRing.create(tmp_path / "keyring.json")
    able = IndexCapabilities.model_validate(dict.fromkeys(ABLE, True) | {"axes": CARRIED})
    with Simulator(
        directory=tmp_path / "index", clock=set_clock(LEGAL), capabilities=able, dialect=FhirDialect()
    ) as index:
        urls = dict.fromkeys(("strikt", "uitgebreid"), f"{index.url}/fhir")
        said = configuration(tmp_path, port=free_port(), indexes=urls, clock=LEGAL, wait_seconds=20.0)
        for one in said["indexes"].values():
            one |= {"adapter": "fhir_index", "regie": False} | dict.fromkeys(ABLE, True)
            one |= {"deadline_seconds": 5.0, "retry_seconds": 0.05, "processing_seconds": 0.2}
        with together(check(said, source="test")) as (address, house):
            yield Place(address, house, index)


def at_index(sender: Sender, source: str) -> bool:
    return until(lambda: sender.status(source).text("stand/bezorging") == "BIJ_INDEX")


def test_a_signal_lives_its_whole_life(place: Place, school: Sender, care: Sender) -> None:
    assert school.give("een").status == 200
    assert at_index(school, "een")
    answered = care.give("ander", naam="B. Verzonnen")
    assert answered.texts("betrokkene/instantie") == ["School De Wilg"], "the match comes in the same answer"
    assert until(lambda: school.matches().texts("betrokkene/naam") == ["B. Verzonnen"])

    changed = "<vi:melder><vi:professionalId>p-2</vi:professionalId><vi:naam>C. Opvolger</vi:naam>"
    changed += "<vi:telefoon>030-1111111</vi:telefoon></vi:melder>"
    assert care.say("signaalOverdragen", own("ander") + changed).codes == set()
    assert at_index(care, "ander")
    assert until(lambda: school.status("een").texts("betrokkene/naam") == ["C. Opvolger"])

    assert care.end("ander").status == 200
    assert until(lambda: school.matches().texts("match/status")[-1:] == ["VERVALLEN"])
    assert until(lambda: place.counted()[0] == {"ACTIEF": 1, "ARCHIEF": 1})
    assert school.withdraw("een").status == 200
    assert until(lambda: place.counted() == ({"ARCHIEF": 1, "VERNIETIGD": 1}, 0))
    assert care.withdraw("ander").status == 200
    assert until(lambda: place.counted() == ({"VERNIETIGD": 2}, 0))
    assert until(lambda: place.house.store.read.tally()["messages"].keys() <= {"done"})


def test_identifying_data_and_words_reach_the_other(place: Place, school: Sender, care: Sender) -> None:
    child = next(row for row in children() if row["voorvoegsel"] and row["opgeschort"] == "nee")
    consent = (
        "<vi:toestemming><vi:gegevenOp>2026-11-20</vi:gegevenOp>"
        "<vi:bewijsReferentie>t-1</vi:bewijsReferentie></vi:toestemming>"
    )
    words = (("urgentie", "spoed"),)
    for sender in (school, care):
        given = sender.give("een", child=person(child), region=EXTENDED, more=consent, words=words)
        assert given.status == 200, given.codes
        assert at_index(sender, "een")
    assert until(lambda: school.matches().texts("betrokkene/instantie") == ["Jeugdhulp Voorbeeld"])
    assert "spoed" in school.matches().texts("match/betekenis/woord"), school.matches().body


@pytest.mark.parametrize("fault", [Fault.DROP_AFTER, Fault.DROP_BEFORE, Fault.GARBAGE, Fault.SERVER_ERROR])
def test_what_gets_lost_is_sent_again_and_gives_no_double(place: Place, school: Sender, fault: Fault) -> None:
    place.script({"fault": fault, "times": 2, "operation": "signaalAfgeven"})
    assert school.give("een").status == 200
    assert at_index(school, "een")
    assert place.counted() == ({"ACTIEF": 1}, 0)
    place.script({"fault": fault, "times": 2, "operation": "signaalIntrekken"})
    assert school.withdraw("een").status == 200
    assert until(lambda: place.counted() == ({"VERNIETIGD": 1}, 0))


def test_an_index_that_is_busy_or_refuses_says_so_in_its_own_code(place: Place, school: Sender) -> None:
    place.script({"fault": Fault.UNAVAILABLE, "times": 2, "operation": "signaalAfgeven"})
    assert school.give("een").status == 200
    assert at_index(school, "een")
    place.script({"fault": Fault.REFUSE, "code": "IX-77", "operation": "signaalAfgeven"})
    school.give("twee", bsn=children()[6]["bsn"])
    assert until(lambda: school.status("twee").text("stand/bezorging") == "GEWEIGERD")
    assert school.status("twee").text("stand/indexCode") == "IX-77"


@pytest.mark.parametrize("fault", [Fault.FORGED_MATCH, Fault.FOREIGN_MATCH])
def test_a_match_of_somebody_else_reaches_nobody(place: Place, school: Sender, fault: Fault) -> None:
    assert school.give("een").status == 200
    assert at_index(school, "een")
    place.script({"fault": fault, "times": 2, "operation": "matchesOpvragen"})
    assert not until(lambda: b"N. Iemand" in school.matches().body, 2.0)


def test_a_contact_that_breaks_the_dictionary_is_left_out_of_its_match(place: Place, school: Sender) -> None:
    assert school.give("een").status == 200
    assert at_index(school, "een")
    place.script({"fault": Fault.OVERSIZED_MATCH, "times": 1, "operation": "matchesOpvragen"})
    assert until(lambda: school.status("een").texts("match/soort") == ["CLIENTMATCH"])
    assert not school.status("een").find("match/betrokkene")


def test_what_the_index_destroys_by_itself_is_destroyed_here(place: Place, school: Sender) -> None:
    assert school.give("een").status == 200
    assert at_index(school, "een")
    place.script({"fault": Fault.DIED, "times": 1, "operation": "matchesOpvragen"})
    assert until(lambda: place.house.store.read.tally()["signals"] == {"VERNIETIGD": 1})


def test_the_sandbox_speaks_it(tmp_path: Path) -> None:
    with (
        sandbox(tmp_path, clock=LEGAL, wait_seconds=20.0, dialect="fhir_index") as running,
        Sender(running.gateway, SCHOOL) as school,
        Sender(running.gateway, CARE) as care,
    ):
        assert school.give("een").status == 200
        assert at_index(school, "een")
        assert care.give("ander").texts("betrokkene/instantie") == ["School De Wilg"]

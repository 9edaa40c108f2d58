"""What senders may count on whichever dialect their index speaks: the same is asked of each."""

from gateway.cli.sandbox import REGIONAL, Sandbox
from gateway.simulator.faults import Fault, Rule
from tests.e2e.talk import JGZ, Sender, children, own, person, told_by, until

LOST = (Fault.DROP_AFTER, Fault.DROP_BEFORE, Fault.GARBAGE, Fault.UNAVAILABLE)
"""The ways in which a message to an index, or its answer, gets lost."""


def stands(place: Sandbox, index: str = "strikt") -> dict[str, int]:
    """Registrations by status, at the index."""
    told: dict[str, int] = told_by(place.indexes[index], "telling")["signalen"]
    return told


def delivered(sender: Sender, source: str, delivery: str = "BIJ_INDEX") -> bool:
    return until(lambda: sender.status(source).text("stand/bezorging") == delivery)


def loses(place: Sandbox, operation: str, fault: Fault) -> None:
    """The next two messages of an operation are lost."""
    place.indexes["strikt"].script([Rule.model_validate({"operation": operation, "fault": fault, "times": 2})])


def match_by_mail(place: Sandbox, school: Sender, care: Sender, called: tuple[str, str]) -> None:
    """Two signals become a match: each hears what the other is called, and the index mails both."""
    assert school.give("a-1").text("stand/bezorging") == "BIJ_INDEX"
    assert care.give("b-1").text("stand/bezorging") == "BIJ_INDEX"
    for sender, other in ((school, called[1]), (care, called[0])):
        assert until(lambda sender=sender: bool(sender.matches().find("match")))
        assert sender.matches().texts("betrokkene/instantie") == [other]
    assert told_by(place.indexes["strikt"], "mails") == {"mails": 2, "dubbel": 0}


def live_out(place: Sandbox, school: Sender, care: Sender) -> None:
    """Of two signals with a match one ends and the other is withdrawn, also at the index."""
    assert care.end("b-1").status == 200
    assert until(lambda: stands(place) == {"ACTIEF": 1, "ARCHIEF": 1})
    assert until(lambda: school.status("a-1").texts("match/status") == ["VERVALLEN"])
    assert school.withdraw("a-1").status == 200
    assert until(lambda: stands(place) == {"ARCHIEF": 1, "VERNIETIGD": 1})


def hand_over(school: Sender, care: Sender) -> None:
    """Another takes a signal over, and who has a match with it hears who that is."""
    for sender, source in ((school, "a-1"), (care, "b-1")):
        assert sender.give(source, region=REGIONAL).text("stand/bezorging") == "BIJ_INDEX"
    assert until(lambda: bool(care.matches().find("match")))
    successor = (
        "<vi:professionalId>p-2</vi:professionalId><vi:naam>O. Volger</vi:naam><vi:telefoon>030-7654322</vi:telefoon>"
    )
    told = school.say("signaalOverdragen", f"{own('a-1')}<vi:melder>{successor}</vi:melder>")
    assert told.status == 200, told.codes
    assert until(lambda: care.status("b-1").texts("betrokkene/naam") == ["O. Volger"])


def mean_the_same_child(place: Sandbox, school: Sender, other: str) -> None:
    """One who may not know a BSN and one who does have a match, and the school hears what the other is called."""
    row = next(row for row in children() if row["opgeschort"] == "nee")
    with Sender(place.gateway, JGZ) as jgz:
        assert jgz.give("j-1", child=person(row)).text("stand/bezorging") == "BIJ_INDEX"
    assert school.give("a-1", bsn=row["bsn"]).text("stand/bezorging") == "BIJ_INDEX"
    assert until(lambda: school.matches().texts("betrokkene/instantie") == [other])


def stand_once(place: Sandbox, school: Sender, care: Sender) -> None:
    """Two signals of one child are delivered in the end, each stands there once, and they have one match."""
    school.give("a-1")
    assert delivered(school, "a-1")
    care.give("b-1")
    assert delivered(care, "b-1")
    assert told_by(place.indexes["strikt"], "telling") == {"signalen": {"ACTIEF": 2}, "dubbel": 0, "matches": 1}

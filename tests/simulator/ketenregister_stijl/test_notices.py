"""A simulated ketenregister: notices that are mailed of and fetched, by number and in parts."""

from tests.simulator.ketenregister_stijl.wire import Connect, Keten, by_bsn
from tests.simulator.wire import REGISTERED


def test_a_match_comes_by_mail_and_is_fetched(connect: Connect) -> None:
    a, b = connect("a"), connect("b")
    a.register("s-1", "school")
    b.register("d-1", "jgz")
    assert a.managed("mails") == {"mails": 2, "dubbel": 0}
    (mine,), (theirs,) = a.fetch().each("matchbericht"), b.fetch().each("matchbericht")
    assert mine["matchnummer"] == theirs["matchnummer"]
    assert (mine["eigenReferentie"], mine["soort"], mine["stand"]) == ("s-1", "ZELFDE_CLIENT", "LOPEND")
    assert mine["contactpersoon"] == {
        "naam": "Melder van jgz", "organisatie": "Instantie jgz", "telefoon": "0612345678",
    }  # fmt: skip
    b.withdraw("d-1")
    told = a.fetch(1)
    assert [one["stand"] + one["verwijderen"] for one in told.each("matchbericht")] == ["VERVALLENtrue"]
    assert (told.text("laatsteNummer"), told.text("meer")) == ("2", "false")


def test_notices_come_in_parts_by_number(connect: Connect) -> None:
    a, b = connect("a"), connect("b")
    for n in range(5):
        a.register(f"s-{n}", client=by_bsn(REGISTERED[n]["bsn"]))
        b.register(f"d-{n}", "jgz", by_bsn(REGISTERED[n]["bsn"]))
    seen, after, more = [], 0, True
    while more:
        told = a.fetch(after, 2)
        seen += [one["eigenReferentie"] for one in told.each("matchbericht")]
        after, more = int(told.text("laatsteNummer")), told.text("meer") == "true"
    assert seen == [f"s-{n}" for n in range(5)]
    assert a.fetch(10**50).text("meer") == "false"


def test_what_the_register_ended_is_told_with_its_reason(gateway: Keten) -> None:
    gateway.register()
    gateway.managed("storingen", [{"operation": "berichtenOphalen", "fault": "died", "times": 1}])
    assert gateway.fetch().each("vernietigd") == [{"eigenReferentie": "s-1", "reden": "OVERLEDEN"}]


def test_who_does_not_lead_mails_nobody_until_it_does(connect: Connect) -> None:
    a, b = connect("a"), connect("b")
    a.register("s-1", "school", leading="false")
    b.register("d-1", "jgz", leading="false")
    assert a.managed("mails") == {"mails": 0, "dubbel": 0}
    assert a.lead("s-1", "true").text("status") == "ACTIEF"
    assert a.stands("s-1").each("registratie")[0]["leidend"] == "true"
    assert a.lead("s-9", "true").code == "IX-404"

"""What there is about one person is found over every organisation, shown, routed, removed; nothing of another."""

import json
from dataclasses import replace
from uuid import uuid4

import pytest

from gateway.canonical.identifiers import Bsn
from gateway.canonical.order import Done
from gateway.canonical.signal import Jeugdige
from gateway.flow.destroying import Fate
from gateway.flow.directory import Directory
from gateway.flow.identity import Recognition
from gateway.flow.rights import CORRECTED, About, Colleges, about, college, correction, dossier, remove
from gateway.rules.packs import Policy
from gateway.rules.policy import Identiteit
from tests.spec.office import Office, accepted, codes, said
from tests.spec.people import BLIND, FIELDS, SCHOOL, caller, packs, partner, regions
from tests.unit.scripted import Line, Post, events

BSN = "999990019"
NAMED = {name: FIELDS[name] for name in ("familienaam", "geboortedatum", "geslacht")}


def by(office: Office) -> Recognition:
    return Recognition(office.store.ring)


def given(office: Office) -> list[str]:
    """One child: by BSN and name at one organisation, by name alone at another; and somebody else."""
    one = office.given(bron_signaal_id="s-1", bsn=BSN).receipt.signaal_id
    other = accepted(office.answer(said(bron_signaal_id="b-1"), who=caller(BLIND))).receipt.signaal_id
    office.given(bron_signaal_id="s-2", familienaam="Anders")
    return sorted([str(one), str(other)])


def test_one_child_is_found_over_organisations_by_bsn_and_by_a_signal_with_one(office: Office) -> None:
    ids = given(office)
    found = about(office.store, by(office), child=Jeugdige(bsn=Bsn.parse(BSN)))
    assert [str(one) for one in found.all] == ids
    [numbered], [unnumbered] = found.certain, found.by_name
    assert about(office.store, by(office), child=Jeugdige.model_validate(NAMED)) == About([], [unnumbered])
    assert about(office.store, by(office), signal=numbered) == found
    assert about(office.store, by(office), signal=unnumbered) == About([unnumbered], [])
    assert about(office.store, by(office), child=Jeugdige(bsn=Bsn.parse("999990020"))).all == []
    assert about(office.store, by(office), signal=uuid4()).all == []


@pytest.mark.parametrize(
    ("called", "other"), [("Anna", "Bea"), ("Anna Maria", "bea"), ("Anna", "ANNA Maria"), ("Anna", None)]
)
def test_a_twin_is_another_and_who_may_be_one_is_not_taken_for_certain(
    office: Office, called: str, other: str | None
) -> None:
    anna = office.given(bron_signaal_id="s-1", bsn=BSN, voornamen=called).receipt.signaal_id
    bea = accepted(office.answer(said(bron_signaal_id="b-1", voornamen=other), who=caller(BLIND))).receipt.signaal_id
    apart = other is not None and not other.casefold().startswith("anna")
    for found in (
        about(office.store, by(office), child=Jeugdige(bsn=Bsn.parse(BSN))),
        about(office.store, by(office), signal=anna),
    ):
        assert found == About([anna], [] if apart else [bea])


def test_who_is_not_identified_here_any_more_is_found_by_its_hash(office: Office) -> None:
    short = packs()["strikt"].model_copy(update={"identiteit": Identiteit.TOT_BEVESTIGD})
    place = replace(regions()["strikt"], policy=Policy.of(short))
    office.directory = Directory({SCHOOL: partner(SCHOOL, regions=(place,))}, {"strikt": place})
    signal = office.given(bsn=BSN).receipt.signaal_id
    Post(office, Line(Done())).deliver()
    assert about(office.store, by(office), child=Jeugdige(bsn=Bsn.parse(BSN))).certain == [signal]


def test_a_dossier_holds_all_of_it_and_nothing_of_another_and_is_in_the_audit(office: Office) -> None:
    ids = given(office)
    told = dossier(office.store, about(office.store, by(office), child=Jeugdige(bsn=Bsn.parse(BSN))).all, made="nu")
    assert told["signalen"] == ids
    assert {row["id"] for row in told["gegevens"]["signals"]} == set(ids)
    assert len(told["gegevens"]["operations"]) == 2
    text = json.dumps(told)
    assert BSN in text and "Anders" not in text
    assert events(office.store).count("inzage_gegeven") == 2
    assert sum(row["event"] == "inzage_gegeven" for row in told["gegevens"]["audit"]) == 2


@pytest.mark.parametrize("part", CORRECTED)
def test_a_correction_names_who_must_do_it_and_how(office: Office, part: str) -> None:
    signal = office.given().receipt.signaal_id
    told = correction(office.store, signal, part)
    assert told is not None and told["handeling"] == CORRECTED[part]
    assert (told["bron_signaal_id"], told["bereikbaar"]) == (FIELDS["bron_signaal_id"], FIELDS["melder_telefoon"])
    assert events(office.store)[-1] == "correctie_gevraagd"
    office.withdraw()
    assert correction(office.store, signal, part) is None


@pytest.mark.parametrize(
    ("bezwaar", "code", "to"),
    [
        ("regio", "0599", "College Noord"),
        ("woongemeente", "0599", "College Thuis"),
        ("woongemeente", "0001", "College Noord"),
        ("woongemeente", None, "College Noord"),
    ],
)
def test_an_objection_goes_to_the_college_that_the_pack_says(
    office: Office, bezwaar: str, code: str | None, to: str
) -> None:
    place = replace(regions()["strikt"], policy=Policy.of(packs()["strikt"].model_copy(update={"bezwaar": bezwaar})))
    office.directory = Directory({SCHOOL: partner(SCHOOL, regions=(place,))}, {"strikt": place})
    signal = office.given(gemeente_code=code).receipt.signaal_id
    known = Colleges({"strikt": "College Noord"}, {"0599": "College Thuis"})
    assert college(office.store, office.directory, known, signal, office.clock) == to
    assert events(office.store)[-1] == "bezwaar_doorgezonden"
    nobody = Colleges({"strikt": ""}, {})
    assert college(office.store, office.directory, nobody, signal, office.clock) is None
    assert college(office.store, office.directory, known, uuid4(), office.clock) is None


def test_what_is_removed_is_gone_at_every_organisation_and_at_its_index(office: Office) -> None:
    ids = given(office)
    found = about(office.store, by(office), child=Jeugdige(bsn=Bsn.parse(BSN))).all
    post = Post(office, Line(Done()))
    post.deliver(), post.deliver(BLIND)
    assert set(remove(office.store, found, office.clock).values()) == {Fate.VERNIETIGD}
    assert office.store.read.unsent(found) == 2
    post.deliver(), post.deliver(BLIND)
    assert post.line.kinds[3:] == ["Withdraw"] * 2 and office.store.read.unsent(found) == 0
    assert about(office.store, by(office), child=Jeugdige(bsn=Bsn.parse(BSN))).all == []
    assert office.store.read.keys_of(found) == 0 and len(ids) == 2
    assert set(remove(office.store, found, office.clock).values()) == {Fate.AL_VERNIETIGD}
    assert codes(office.give(bron_signaal_id="s-1", bsn=BSN)) == ["VIX-1405"]

"""Another covenant by date: for which signals it decides otherwise, and what happens to each."""

import datetime as dt

import pytest

from gateway.canonical.terms import Equivalence, Meaning
from gateway.rules.covenant import Change, Then, What, changes
from gateway.rules.policy import Grondslag, Pack
from gateway.store.work import Scope
from tests.spec.people import STRICT, packs
from tests.spec.switching.world import CARE, World


def change(pack: Pack, **to: object) -> Pack:
    return pack.model_copy(update=to)


STRICTLY = packs()[STRICT]


@pytest.mark.parametrize(
    ("after", "found"),
    [
        (STRICTLY, []),
        (change(STRICTLY, legal_basis=Grondslag.TOESTEMMING),
         [Change(What.GRONDSLAG, "JEUGDWET_7_1", "TOESTEMMING", Then.ASK_CONSENT)]),
        (change(STRICTLY, legal_basis=Grondslag.GEEN),
         [Change(What.GRONDSLAG, "JEUGDWET_7_1", "GEEN", Then.MUST_END)]),
        (change(STRICTLY, regional_days=100), [Change(What.TERMIJN, "2028-11-21", "2027-03-01")]),
        (change(STRICTLY, categories=frozenset({"jgz"})),
         [Change(What.CATEGORIE, "onderwijs", "geen nieuwe signalen")]),
        (change(STRICTLY, appointed=True),
         [Change(What.AANGEWEZEN, "iedere professional", "alleen wie is aangewezen")]),
    ],
)  # fmt: skip
def test_what_differs_for_a_signal(world: World, after: Pack, found: list[Change]) -> None:
    (signal, *_) = [signal for row, signal in world.store.read.moves.signals(Scope(STRICT, (CARE,)))]
    assert changes(signal, STRICTLY, after) == found


def test_consent_that_is_on_record_is_enough(world: World) -> None:
    (signal, *_) = [signal for row, signal in world.store.read.moves.signals(Scope(STRICT, (CARE,)))]
    consent = signal.model_copy(update={"toestemming": object()})
    after = change(STRICTLY, legal_basis=Grondslag.TOESTEMMING)
    assert [one.then for one in changes(consent, STRICTLY, after)] == [Then.GOES_ON]
    (back,) = changes(consent, after, STRICTLY)
    assert (back.after, back.then) == ("JEUGDWET_7_1", Then.GOES_ON)


def test_who_is_almost_of_age_has_the_birthday_as_limit_and_it_is_not_told(world: World) -> None:
    (signal, *_) = [signal for row, signal in world.store.read.moves.signals(Scope(STRICT, (CARE,)))]
    born = signal.jeugdige.model_copy(update={"geboortedatum": "2004-12-01", "bsn": None})
    young = signal.model_copy(update={"jeugdige": born})
    assert changes(young, STRICTLY, change(STRICTLY, regional_days=1)) == [
        Change(What.TERMIJN, "de 23e verjaardag", _day_after(young.datum_tijd_melding))
    ]


def test_words_that_are_kept_or_travel_no_more_are_told(world: World) -> None:
    (signal, *_) = [signal for row, signal in world.store.read.moves.signals(Scope(STRICT, (CARE,)))]
    worded = signal.model_copy(update={"betekenissen": (_meaning("urgentie"), _meaning("handelt"))})
    rich = change(STRICTLY, keeps=frozenset({"urgentie", "handelt"}), travels=frozenset({"urgentie"}))
    assert changes(worded, rich, rich) == []
    assert changes(worded, rich, STRICTLY) == [
        Change(What.WOORDEN, "handelt: bewaard", "handelt: niet bewaard"),
        Change(What.WOORDEN, "urgentie: reist mee", "urgentie: niet bewaard"),
    ]


def test_every_living_signal_of_a_scope_is_looked_at(world: World) -> None:
    world.ask(CARE, "signaalIntrekken", "c-1")
    found = [(row.tenant, row.id) for row, _ in world.store.read.moves.signals(Scope(STRICT))]
    assert sorted(identity for _, identity in found) == sorted(
        identity for key, identity in world.given.items() if key != (CARE, "c-1")
    )


def _day_after(moment: dt.datetime) -> str:
    return (moment.date() + dt.timedelta(days=1)).isoformat()


def _meaning(axis: str) -> Meaning:
    return Meaning(axis=axis, concept="x", word="x", equivalence=Equivalence.EQUIVALENT, map="-")

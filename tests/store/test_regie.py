"""Of two sides that want the regie at once one gets it, whichever process commits first; the other is told so."""

import datetime as dt
import random
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from gateway.canonical.order import Done, IndexRegie
from gateway.canonical.regie import Aanspreekpunt, Regie, Regiehandeling, RegieStatus, Wie
from gateway.canonical.tenant import GATEWAY, bucket_of, new_id
from gateway.rules.delivery import State
from gateway.rules.regie import Terms
from gateway.store.store import Store
from gateway.store.work import Arrange, Declined, Followed

from .conftest import Place
from .material import NOW, Maker, claim, news, settled

SIDES = ("school", "arts")
H = Regiehandeling


def wish(tenant: str, match: UUID, handeling: H, stand: str = "r0", *, held: bool = False) -> Arrange:
    return Arrange(
        tenant=tenant,
        match_id=match,
        handeling=handeling,
        stand=stand,
        herzien_op=None,
        today=NOW.date(),
        message_id=new_id(bucket_of(tenant)),
        terms=lambda region, index: Terms(weeks=6, held=held),
    )


def matched(store: Store, make: Maker, number: int = 1, sides: tuple[str, ...] = SIDES) -> list[dict[str, UUID]]:
    """So many matches between signals of these tenants; the match of each side."""
    given: dict[str, list[UUID]] = {}
    for tenant in sides:
        units = [make.accept(f"s-{n}", tenant=tenant) for n in range(number)]
        for waiting in [store.submit(unit) for unit in units]:
            waiting.result()
        given[tenant] = [unit.signal.signaal_id for unit in units]
    told = [news(given[tenant][n], f"m-{n}") for n in range(number) for tenant in sides]
    heard(store, *told)
    found = {tenant: store.read.match_page(tenant, 0, number)[0] for tenant in sides}
    by_signal = {match.signaal_id: match.match_id for matches in found.values() for match in matches}
    return [{tenant: by_signal[given[tenant][n]] for tenant in sides} for n in range(number)]


def heard(store: Store, *told: Any) -> None:
    (job,) = claim(store, GATEWAY)
    assert store.do(settled(job, outcome=Done(news=told), again=0.0))


def seen(store: Store, tenant: str, match: UUID) -> Regie:
    found = store.read.match(tenant, match)
    assert found is not None and found.regie is not None
    return found.regie


@pytest.mark.parametrize("races", [60, pytest.param(1000, marks=pytest.mark.verify)])
def test_so_many_races_have_so_many_winners(place: Place, store: Store, make: Maker, races: int) -> None:
    """Two writers, as two processes have them; each gets one side's wishes in an order of its own."""
    pairs, other = matched(store, make, races), place.store()
    order = random.Random(1)

    def ask(tenant: str, through: Store) -> list[tuple[int, Future[Any]]]:
        turns = order.sample(range(races), races)
        return [(n, through.submit(wish(tenant, pairs[n][tenant], H.NEMEN))) for n in turns]

    with ThreadPoolExecutor(2) as both:
        asked = list(both.map(ask, SIDES, (store, other)))
    got = {tenant: {n: future.result(60) for n, future in told} for tenant, told in zip(SIDES, asked, strict=True)}
    wins = dict.fromkeys(SIDES, 0)
    for n, pair in enumerate(pairs):
        won = [tenant for tenant in SIDES if isinstance(got[tenant][n], Followed)]
        lost = [got[tenant][n] for tenant in SIDES if tenant not in won]
        assert len(won) == 1 and lost == [Declined("VIX-1420", "stand", "r1")], n
        views = {tenant: seen(store, tenant, pair[tenant]).wie for tenant in SIDES}
        assert views == {tenant: Wie.IK if tenant in won else Wie.ANDER for tenant in SIDES}
        wins[won[0]] += 1
    assert sum(wins.values()) == races
    assert place.rows("SELECT count(*) FROM regie WHERE holder IS NOT NULL AND stand = 1") == [(races,)]


def _signal(store: Store, tenant: str, match: UUID) -> UUID:
    found = store.read.match(tenant, match)
    assert found is not None
    return found.signaal_id


def test_who_has_it_elsewhere_is_named_under_seal_and_gone_with_the_match(
    place: Place, store: Store, make: Maker
) -> None:
    (pair,) = matched(store, make, sides=("school",))
    told = IndexRegie(
        wie=Wie.ANDER, stand=1, aangeboden=True, herzien_op=dt.date(2027, 1, 4),
        wie_dan=Aanspreekpunt(naam="Q. Zname", instantie="Verweg"),
    )  # fmt: skip
    signal = _signal(store, "school", pair["school"])
    heard(store, news(signal, "m-0").model_copy(update={"regie": told}))
    regie = seen(store, "school", pair["school"])
    assert (regie.wie, regie.naam, regie.instantie) == (Wie.ANDER, "Q. Zname", "Verweg")
    assert (regie.aangeboden, regie.herzien_op) == (True, dt.date(2027, 1, 4))
    everything = repr(place.rows("SELECT * FROM regie") + place.rows("SELECT * FROM matches"))
    assert "Zname" not in everything
    heard(store, news(signal, "m-0", lapsed=True))
    assert place.rows("SELECT aanspreekpunt FROM matches") == [(None,)]
    assert place.rows("SELECT * FROM regie") == []


def test_older_news_and_the_same_news_change_nothing(store: Store, make: Maker) -> None:
    (pair,) = matched(store, make, sides=("school",))
    signal = _signal(store, "school", pair["school"])
    for stand, wie in ((2, Wie.IK), (1, Wie.ANDER), (2, Wie.IK)):
        regie = IndexRegie(wie=wie, stand=stand)
        heard(store, news(signal, "m-0").model_copy(update={"regie": regie}))
        assert (seen(store, "school", pair["school"]).wie, seen(store, "school", pair["school"]).stand) == (
            Wie.IK,
            "r1",
        )


@pytest.mark.parametrize("has_it", ["school", "arts", "derde", None])
def test_in_a_group_each_is_told_and_in_the_end_one_has_it(store: Store, make: Maker, has_it: str | None) -> None:
    """An index may give one number to a match of more than two; who is told ANDER does not know which."""
    sides = ("school", "arts", "derde")
    (pair,) = matched(store, make, sides=sides)
    for tenant in sides:
        regie = IndexRegie(wie=Wie.IK if tenant == has_it else Wie.ANDER, stand=1)
        heard(store, news(_signal(store, tenant, pair[tenant]), "m-0").model_copy(update={"regie": regie}))
    assert {tenant: seen(store, tenant, pair[tenant]).wie for tenant in sides} == {
        tenant: Wie.IK if tenant == has_it else Wie.ANDER for tenant in sides
    }


def test_a_guess_about_the_other_side_is_taken_back(store: Store, make: Maker) -> None:
    """Two are here and a third is not: the first to be told ANDER means the third, not the second."""
    (pair,) = matched(store, make)
    for tenant in SIDES:
        regie = IndexRegie(wie=Wie.ANDER, stand=1, wie_dan=Aanspreekpunt(naam="D. Erde", instantie="Derde"))
        heard(store, news(_signal(store, tenant, pair[tenant]), "m-0").model_copy(update={"regie": regie}))
    assert [(seen(store, one, pair[one]).wie, seen(store, one, pair[one]).naam) for one in SIDES] == [
        (Wie.ANDER, "D. Erde")
    ] * 2


def test_an_answer_of_the_index_settles_a_wish_and_what_it_will_never_get_ends_one(
    place: Place, store: Store, make: Maker
) -> None:
    (pair,) = matched(store, make)
    for tenant in SIDES:
        for job in claim(store, tenant):
            store.do(settled(job))
    for stand, state, outcome in (
        (1, State.REFUSED, None),
        (3, State.DONE, Done(regie=IndexRegie(wie=Wie.IK, stand=1))),
    ):
        asked = store.do(wish("school", pair["school"], H.NEMEN, f"r{stand - 1}", held=True))
        assert isinstance(asked, Followed) and asked.match.regie is not None
        assert asked.match.regie.status is RegieStatus.VOORGESTELD
        (job,) = [job for job in claim(store) if job.kind == "regie"]
        assert job.wish is not None and (job.wish.handeling, job.wish.stand) == (H.NEMEN, 0)
        store.do(settled(job, state, outcome))
        now = seen(store, "arts", pair["arts"])
        assert (now.status, now.stand) == (RegieStatus.VASTGESTELD, f"r{stand + 1}")
    assert now.wie is Wie.ANDER
    assert place.rows("SELECT * FROM regie_wishes") == []

"""Recording what an attempt to send came to, with what it brought.

Completion goes by the lease: a worker whose lease was taken over records that and changes nothing.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from gateway.canonical.receipt import Status
from gateway.rules.delivery import FINISHED, State
from gateway.rules.lifecycle import Gebeurtenis
from gateway.store import arranging, life, matches, notices, subscriptions
from gateway.store.audit import entry
from gateway.store.effects import Effects
from gateway.store.engine import Times
from gateway.store.holding import by_lease, under_lease
from gateway.store.outbox import EXPIRY, NOTICE, PERSONAL, POLL, PULSE, REGIE, REGISTER, unsent
from gateway.store.sealing import Sealing
from gateway.store.switching import copies
from gateway.store.tables import destinations, outbox, signals
from gateway.store.work import Destroy, Job, Settle


def settle(
    connection: sa.Connection, units: Sequence[Settle], times: Times, sealing: Sealing, effects: Effects
) -> list[bool]:
    """Record outcomes by their leases, with what they brought. Answers in the order of `units`.

    False, and nothing but a note, when the lease is lost. What two writers may both want is taken in one order:
    signals, receivers' counters, destinations.
    """
    own = matches.own(connection, units, arranging.sides(connection, units))
    well: set[str] = set()
    done = {
        id(unit): _settle(connection, unit, own, times, sealing, effects, well)
        for unit in sorted(units, key=lambda unit: unit.job.destination)
    }
    return [done[id(unit)] for unit in units]


def _settle(
    connection: sa.Connection, unit: Settle, own: matches.Own, times: Times, sealing: Sealing, effects: Effects,
    well: set[str],
) -> bool:  # fmt: skip
    job = unit.job
    state = _after(connection, unit)
    again = unit.again is not None and (state in FINISHED or state is State.PARKED)
    finished = state in FINISHED
    asked: dict[str, Any] = {
        "new_state": State.WAITING.value if again else state.value,
        "new_code": unit.code,
        "pause": unit.again if again else unit.pause,
    }
    if again:
        asked["renewed"] = unit.renewed
    done = connection.execute(_settling(times, again, finished), by_lease(job) | asked)
    if done.rowcount != 1:
        effects.entries.append(
            entry("bericht_uit_handen", job.tenant, job.signal_id, bestemming=job.destination, soort=job.kind)
        )
        return False
    if job.kind == REGISTER and state in (State.REFUSED, State.CANCELLED):
        _drop_followers(connection, job, effects)
        copies.drop(connection, unit, own, effects)
    if unit.anonymous and state is State.DONE and job.signal_id is not None and _known_everywhere(connection, job):
        life.forget_identity(connection, job.bucket, job.signal_id, sealing, effects)
    faults = _health(connection, unit, times, well)
    if job.subscription is not None:
        subscriptions.settled(connection, unit, state, faults, effects)
    if job.kind == NOTICE:
        notices.settled(connection, unit, state, effects)
    matches.record(connection, unit, own, sealing, effects)
    arranging.heard(connection, unit, own, sealing, effects)
    copies.inspected(connection, unit)
    if job.kind == REGIE:
        arranging.settled(connection, unit, state, sealing, effects)
    _destroyed_there(connection, unit, own, effects)
    _note(unit, state, effects)
    return True


def _known_everywhere(connection: sa.Connection, job: Job) -> bool:
    return job.signal_id is not None and copies.settled(connection, job.bucket, job.signal_id, job.id)


def _destroyed_there(connection: sa.Connection, unit: Settle, own: matches.Own, effects: Effects) -> None:
    """Destroy here too what the index destroyed by itself, as far as it is our own and it leads for it, or did."""
    strange = 0
    for item in matches.ended(unit):
        row = own.get(matches.id_of(item))
        there = unit.job.destination
        if row is None or (row.destination != there and not copies.led(connection, row, there)):
            strange += 1
        else:
            life.destroy(connection, Destroy(row.id, Gebeurtenis(item.reason), unit.now), effects)
    if strange:
        facts = {"bestemming": unit.job.destination, "reden": "niet-eigen", "aantal": strange}
        effects.entries.append(entry("match_verworpen", unit.job.tenant, None, **facts))


@cache
def _settling(times: Times, again: bool, finished: bool) -> Any:
    values: dict[str, Any] = {
        "state": sa.bindparam("new_state", type_=sa.String),
        "lease": None,
        "code": sa.bindparam("new_code", type_=sa.String),
        "due": times.due() + sa.bindparam("pause", type_=sa.Double),
    }
    if again:
        values |= {"message_id": sa.bindparam("renewed", type_=sa.Uuid), "attempts": 0, "body": None, "last_sent": None}
    elif finished:
        values["body"] = None
    return under_lease().values(**values)


_STATUS = sa.select(signals.c.status).where(
    signals.c.bucket == sa.bindparam("bucket"), signals.c.id == sa.bindparam("signal_id")
)


def _after(connection: sa.Connection, unit: Settle) -> State:
    """The state of the verdict; but what the index certainly does not have of a destroyed signal is cancelled."""
    job = unit.job
    if job.kind not in PERSONAL or unit.state is not State.WAITING:
        return unit.state
    status = connection.execute(_STATUS, {"bucket": job.bucket, "signal_id": job.signal_id}).scalar_one()
    return State.CANCELLED if status == Status.VERNIETIGD else unit.state


def _drop_followers(connection: sa.Connection, job: Job, effects: Effects) -> None:
    dropped = connection.execute(
        outbox.update()
        .where(
            outbox.c.bucket == job.bucket,
            outbox.c.signal_id == job.signal_id,
            outbox.c.destination == job.destination,
            outbox.c.state == State.WAITING.value,
        )
        .values(state=State.CANCELLED.value)
        .returning(outbox.c.kind)
    ).all()
    effects.entries += [unsent(job.tenant, job.signal_id, job.destination, row.kind) for row in dropped]


_HEALTHY = (
    destinations.update()
    .where(destinations.c.id == sa.bindparam("its_id"), destinations.c.faults > 0)
    .values(faults=0, open_until=None)
)


def _health(connection: sa.Connection, unit: Settle, times: Times, well: set[str]) -> int:
    """Count faults in a row, and give how many; past a number of them the breaker opens for a while.

    `well`: those of which this batch has noted already that nothing is the matter with them.
    """
    here = destinations.c.id == unit.job.destination
    if unit.healthy:
        if unit.job.destination not in well:
            connection.execute(_HEALTHY, {"its_id": unit.job.destination})
            well.add(unit.job.destination)
        return 0
    well.discard(unit.job.destination)
    faults = connection.execute(
        destinations.update().where(here).values(faults=destinations.c.faults + 1).returning(destinations.c.faults)
    ).scalar_one()
    if pause := unit.breaker(faults):
        connection.execute(
            destinations.update().where(here).values(open_until=times.lease() + pause, open_epoch=times.epoch)
        )
    return int(faults)


_EVENTS = {
    State.DONE: "bericht_bij_index",
    State.REFUSED: "bericht_geweigerd",
    State.PARKED: "bericht_onzeker",
    State.CANCELLED: "bericht_niet_verzonden",
}


def _note(unit: Settle, state: State, effects: Effects) -> None:
    job = unit.job
    if state not in _EVENTS or job.kind in (POLL, PULSE) or (job.kind == NOTICE and state is State.DONE):
        return
    facts: dict[str, Any] = {"bestemming": job.destination}
    if job.kind == EXPIRY and state is State.DONE:
        effects.entries.append(entry("verloop_aangekondigd", job.tenant, job.signal_id, poging=job.attempts, **facts))
        return
    facts["soort"] = job.kind
    if state is not State.CANCELLED:
        facts["poging"] = job.attempts
    if state is State.REFUSED:
        facts["code"] = unit.code
    effects.entries.append(entry(_EVENTS[state], job.tenant, job.signal_id, **facts))

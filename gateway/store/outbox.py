"""The outbox: one row is one message to an index. What may happen to it is `rules.delivery`'s table.

Order holds per signal and destination: only the lowest unfinished message can be claimed (`claiming`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.tenant import GATEWAY, bucket_of, new_id
from gateway.rules.delivery import FINISHED, TABLE, Move, State
from gateway.store.audit import Entry, entry
from gateway.store.effects import Effects, insert_or_leave
from gateway.store.rows import Row, write
from gateway.store.tables import among_open, destinations, outbox, regie_wishes
from gateway.store.work import Schedule

REGISTER, END, WITHDRAW, POLL, ALARM = "register", "end", "withdraw", "poll", "alarm"
NOTICE = "notice"
"""Tells a receiver of a match; its argument is the match."""
EXPIRY = "expiry"
"""Tells a sender that its signal will end; its argument is `store.expiry`'s."""
HEARD = (NOTICE, EXPIRY)
"""What an organisation is told in its own ways: it waits for no message about something else."""
PULSE = "pulse"
"""The handshake of a subscription, and after that its heartbeat."""
AMEND = "amend"
REGIE = "regie"
"""Asks for the regie of a match, at an index that holds it; its argument is the match."""
TOLD = "terugkoppelen"
"""Tells an index what became of a match; its argument is the match."""
ESCALATION = "escalatie"
"""Tells the gemeentelijke regievoerder of a match; its argument is the match."""
LEAD = "leiden"
"""Tells an index whether it leads for a signal; its argument is yes or no."""
YES, NO = "ja", "nee"
INSPECT = "bekijken"
"""Asks what an index holds of a signal."""
BESIDE = (*HEARD, REGIE, TOLD, ESCALATION, LEAD, INSPECT)
"""Messages that say nothing of where a signal itself is."""
ADDRESSED = (*HEARD, ESCALATION, PULSE)
"""What goes to an address that an operator may have taken away; then it goes nowhere."""
PERSONAL = (REGISTER, AMEND, EXPIRY)
"""Messages that name a person, or say a sender's own number of one: sealed with the key that dies with the signal."""
NEVER = 1e11
"""When a message is due that must wait until it is let go; as all that is due, in seconds since 1970."""
MAIL = "mail"
"""The destination of what goes to a mailbox."""
UNFINISHED = [state.value for state in State if state not in FINISHED]
"""States that hold back what comes after them."""
_INSERT = outbox.insert()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message to be put in the outbox."""

    tenant: str
    destination: str
    kind: str
    signal_id: UUID | None
    sequence: int
    message_id: UUID
    version: str
    argument: str = ""
    due: float = 0.0
    """When it may go, in seconds since 1970."""


def add(connection: sa.Connection, letters: Sequence[Letter]) -> None:
    """Put messages in the outbox."""
    if letters:
        write(connection, _INSERT, [_row(letter) for letter in letters])


def _row(letter: Letter) -> Row:
    return {
        "bucket": bucket_of(letter.tenant),
        "id": letter.message_id,
        "tenant": letter.tenant,
        "destination": letter.destination,
        "kind": letter.kind,
        "signal_id": letter.signal_id,
        "sequence": letter.sequence,
        "message_id": letter.message_id,
        "argument": letter.argument,
        "state": State.WAITING.value,
        "attempts": 0,
        "due": letter.due,
        "code": "",
        "version": letter.version,
    }


def follow_up(connection: sa.Connection, letter: Letter, effects: Effects) -> UUID | None:
    """Put a later message about a signal behind the earlier ones; None when the index needs none.

    A withdrawal takes back what was certainly not sent. An index that refused the signal, or never had it, is told
    nothing more about it.
    """
    here = sa.and_(
        outbox.c.bucket == bucket_of(letter.tenant),
        outbox.c.signal_id == letter.signal_id,
        outbox.c.destination == letter.destination,
    )
    rows = connection.execute(
        sa.select(outbox.c.id, outbox.c.kind, outbox.c.state, outbox.c.sequence)
        .where(here)
        .order_by(outbox.c.sequence)
        .with_for_update()
    ).all()
    states = {row.id: State(row.state) for row in rows}
    if letter.kind == WITHDRAW:
        for row in rows:
            if (after := TABLE.get((states[row.id], Move.WITHDRAWN))) and states[row.id] is State.WAITING:
                _finish(connection, bucket_of(letter.tenant), row.id, after)
                effects.entries.append(unsent(letter.tenant, letter.signal_id, letter.destination, row.kind))
                states[row.id] = after
        cancelled = [identity for identity, state in states.items() if state is State.CANCELLED]
        here = sa.and_(regie_wishes.c.bucket == bucket_of(letter.tenant), regie_wishes.c.id.in_(cancelled))
        connection.execute(regie_wishes.delete().where(here))
    registered = [states[row.id] for row in rows if row.kind == REGISTER][-1]
    if registered in (State.CANCELLED, State.REFUSED):
        return None
    behind = Letter(
        tenant=letter.tenant,
        destination=letter.destination,
        kind=letter.kind,
        signal_id=letter.signal_id,
        sequence=max(row.sequence for row in rows) + 1,
        message_id=letter.message_id,
        argument=letter.argument,
        version=letter.version,
        due=letter.due,
    )
    add(connection, [behind])
    return letter.message_id


def _finish(connection: sa.Connection, bucket: int, identity: UUID, state: State) -> None:
    connection.execute(
        outbox.update()
        .where(outbox.c.bucket == bucket, outbox.c.id == identity)
        .values(state=state.value, body=None, lease=None)
    )


def waits_unsent(connection: sa.Connection, bucket: int, signal_id: UUID, kind: str, argument: str) -> bool:
    """Whether such a message waits that was never written."""
    here = sa.select(outbox.c.id).where(
        outbox.c.bucket == bucket,
        outbox.c.signal_id == signal_id,
        outbox.c.kind == kind,
        outbox.c.argument == argument,
        outbox.c.state == State.WAITING.value,
        outbox.c.body.is_(None),
    )
    return connection.execute(here.with_for_update()).first() is not None


def unsent(tenant: str, signal_id: UUID | None, destination: str, kind: str) -> Entry:
    """That a message was never sent, for the audit."""
    return entry("bericht_niet_verzonden", tenant, signal_id, bestemming=destination, soort=kind)


def forget(connection: sa.Connection, bucket: int, signal_id: UUID) -> None:
    """Take the frozen bytes of a destroyed signal's messages away."""
    connection.execute(
        outbox.update().where(outbox.c.bucket == bucket, outbox.c.signal_id == signal_id).values(body=None)
    )


def schedule(connection: sa.Connection, unit: Schedule) -> None:
    """Make a destination known and put its endless message for matches in the outbox, once."""
    make_known(connection, unit.destination)
    if unit.message_id is None:
        return
    here = sa.select(outbox.c.id).where(
        outbox.c.bucket == bucket_of(GATEWAY), outbox.c.kind == POLL, outbox.c.destination == unit.destination
    )
    if connection.execute(here.limit(1)).one_or_none() is None:
        poll = Letter(
            tenant=GATEWAY,
            destination=unit.destination,
            kind=POLL,
            signal_id=None,
            sequence=1,
            message_id=unit.message_id,
            version="",
        )
        add(connection, [poll])


def alarm(connection: sa.Connection, tenants: Iterable[str]) -> None:
    """Tell these organisations' duty addresses, once: an alarm that was not sent yet says it for the next one too."""
    for tenant in sorted(set(tenants)):
        waits = sa.select(outbox.c.id).where(
            outbox.c.bucket == bucket_of(tenant),
            outbox.c.tenant == tenant,
            outbox.c.kind == ALARM,
            outbox.c.state == State.WAITING.value,
            among_open(outbox.c.state),
        )
        if connection.execute(waits.limit(1)).one_or_none() is not None:
            continue
        make_known(connection, MAIL)
        letter = Letter(
            tenant=tenant,
            destination=MAIL,
            kind=ALARM,
            signal_id=None,
            sequence=1,
            message_id=new_id(bucket_of(tenant)),
            version="",
        )
        add(connection, [letter])


def escalate(connection: sa.Connection, tenant: str, signal_id: UUID, match_id: UUID) -> None:
    """Tell the gemeentelijke regievoerder of a match."""
    make_known(connection, MAIL)
    letter = Letter(
        tenant=tenant,
        destination=MAIL,
        kind=ESCALATION,
        signal_id=signal_id,
        sequence=1,
        message_id=new_id(bucket_of(tenant)),
        version="",
        argument=match_id.hex,
    )
    add(connection, [letter])


def make_known(connection: sa.Connection, destination: str) -> None:
    """See to it that a destination has its row, and hold it until this commits."""
    connection.execute(
        insert_or_leave(connection, destinations, "id"),
        {"id": destination, "hold": False, "faults": 0, "cursor": 0},
    )
    connection.execute(sa.select(destinations.c.id).where(destinations.c.id == destination).with_for_update())


def hold(connection: sa.Connection, destination: str, stop: bool, effects: Effects) -> None:
    """Stop or resume sending to a destination."""
    make_known(connection, destination)
    connection.execute(destinations.update().where(destinations.c.id == destination).values(hold=stop))
    event = "bestemming_gestopt" if stop else "bestemming_hervat"
    effects.entries.append(entry(event, GATEWAY, None, bestemming=destination))

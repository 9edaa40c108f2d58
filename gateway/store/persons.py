"""One person over all organisations: found by keyed hashes only, for the college that answers for a right."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from gateway.canonical.tenant import bucket_in
from gateway.store.tables import signals, subject_lookup


def signals_of(connection: sa.Connection, hashes: Iterable[bytes]) -> set[UUID]:
    """The living signals about whoever has one of these look-up values, in every bucket."""
    here = sa.and_(subject_lookup.c.bucket == signals.c.bucket, subject_lookup.c.subject_id == signals.c.subject_id)
    found = sa.select(signals.c.id).join(subject_lookup, here).where(subject_lookup.c.hmac.in_(list(hashes)))
    return set(connection.execute(found).scalars())


def hashes_of(connection: sa.Connection, signal_ids: Iterable[UUID]) -> set[bytes]:
    """The look-up values of whom these signals are about."""
    ids = list(signal_ids)
    here = sa.and_(subject_lookup.c.bucket == signals.c.bucket, subject_lookup.c.subject_id == signals.c.subject_id)
    found = (
        sa.select(subject_lookup.c.hmac)
        .join(signals, here)
        .where(signals.c.bucket.in_({bucket_in(one) for one in ids}), signals.c.id.in_(ids))
    )
    return set(connection.execute(found).scalars())

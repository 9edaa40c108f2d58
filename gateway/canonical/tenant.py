"""Tenants, their buckets, and ids that know their bucket.

Every table leads with `bucket` (0-63, a stable hash of the tenant). An id made here carries its bucket in its last
six bits, so that a row is found by id alone and still on one shard.
"""

import hashlib
from functools import lru_cache
from uuid import UUID

from uuid_utils import uuid7

BUCKETS = 64

GATEWAY = "-"
"""The tenant of what the gateway does for itself, such as asking an index for matches."""


@lru_cache(4096)
def bucket_of(tenant: str) -> int:
    """The bucket of a tenant: stable over processes, versions and machines."""
    return hashlib.sha256(tenant.encode()).digest()[0] % BUCKETS


def new_id(bucket: int) -> UUID:
    """A time-ordered id (UUIDv7) that carries its bucket."""
    return UUID(int=uuid7().int & ~(BUCKETS - 1) | bucket)


def bucket_in(identity: UUID) -> int:
    """The bucket an id carries."""
    return identity.int % BUCKETS

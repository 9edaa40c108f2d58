"""A region ends: its signals are destroyed everywhere, and what is left is a proof of that.

Every step may be broken off between any two signals: who asks again goes on with what is left.
"""

import hashlib
from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from gateway.clock import Clock
from gateway.rules.lifecycle import Gebeurtenis
from gateway.store.store import Store
from gateway.store.work import Destroy, Destroyed, Record

AT_ONCE = 200


def destroy_all(store: Store, region: str, clock: Clock) -> int:
    """Destroy every living signal of a region, and have its index told; gives how many."""
    living = store.read.of_region(region).living
    if living:
        store.do(Record("regio_einde_begonnen", {"regio": region, "aantal": living}))
    gone = 0
    for page in _pages(store.read.ids_of_region(region, living=True)):
        asked = [store.submit(Destroy(one, Gebeurtenis.REGIO_BEEINDIGD, clock())) for one in page]
        gone += sum(isinstance(waiting.result(), Destroyed) for waiting in asked)
    store.sweep()
    return gone


def report(store: Store, region: str, *, on: str, policy: str, made: str, export: str) -> dict[str, Any]:
    """What there is to prove: counts, by which ids it is known what was destroyed, and where the audit stands."""
    found, tombstones, readable, known = store.read.of_region(region), hashlib.sha256(), 0, 0
    for page in _pages(store.read.ids_of_region(region, living=False)):
        readable += store.read.keys_of(page)
        known += len(page)
        for one in page:
            tombstones.update(one.bytes)
    return {
        "regio": region,
        "beeindigd_op": on,
        "beleid": policy,
        "gemaakt_op": made,
        "signalen": {"vernietigd": found.destroyed, "over": found.living, "nog_leesbaar": readable},
        "per_organisatie": found.signals,
        "grafstenen": {"aantal": known, "sha256": tombstones.hexdigest()},
        "berichten_aan_de_index": found.messages,
        "nog_te_versturen": found.waiting,
        "uitvoer_sha256": export,
        "audit": store.read.audit_heads(),
    }


def _pages(ids: Iterator[UUID]) -> Iterator[list[UUID]]:
    while page := list(islice(ids, AT_ONCE)):
        yield page

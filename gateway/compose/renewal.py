"""Another configuration for a process that runs: whole and checked beforehand, or not at all."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

from gateway.compose.carriers import mailbox, receivers_of, transport_of
from gateway.compose.delivery import ways_of
from gateway.compose.formats import layout_of, layouts
from gateway.compose.foundation import House, cards_of, directory_of, kept, professionals_of
from gateway.compose.regions import packs_of, regions_of
from gateway.compose.subscribers import subscribers
from gateway.compose.words import overlaid, shared_vocabulary
from gateway.config import Config, IndexConfig, PartnerConfig
from gateway.errors import Misconfigured
from gateway.store.census import InUse
from gateway.wire.http import HttpTransport


def renewed(parts: House, config: Config) -> House:
    """The house by another configuration, over the same store; `adopt` makes it the one that works.

    Raises Misconfigured with every problem; OSError, Unavailable. Then nothing has changed.
    """
    used = parts.store.read.in_use()
    if problems := [*fixed(parts.config, config), *missed(used, config), *faults(config)]:
        raise Misconfigured(*problems)
    return House(config, parts.clock, parts.store, kept(config, directory_of(config), parts.store))


def adopt(parts: House) -> None:
    """From now on the store tells receivers of matches in the ways of this house."""
    parts.store.ways = ways_of(parts.config)


FOR_GOOD: dict[str, Callable[[Config], Any]] = {
    "environment": lambda config: config.environment,
    "store": lambda config: config.store,
    "http.host": lambda config: config.http.host,
    "http.port": lambda config: config.http.port,
    "http.files_at_once": lambda config: config.http.files_at_once,
    "clock": lambda config: config.clock,
    "run": lambda config: config.run,
}
"""What a process is, as long as it runs."""


def fixed(old: Config, new: Config) -> list[str]:
    """What another configuration may not change of a process that runs."""
    return [
        f"{place}: cannot change while a process runs; stop it and start it with the new one"
        for place, part in FOR_GOOD.items()
        if part(old) != part(new)
    ]


def missed(used: InUse, config: Config) -> list[str]:
    """What signals and messages still need, and the configuration names no more."""
    return [
        f"regions.{region}: there are signals of it; keep it, with the pack 'beeindigd' when it ends"
        for region in sorted(used.regions - config.regions.keys())
    ] + [
        f"indexes.{index}: messages wait for it; keep it until `verwijsindex status` shows none"
        for index in sorted(used.indexes - config.indexes.keys())
    ]


def faults(config: Config) -> list[str]:
    """What is wrong with the files and parts that a configuration names, every one; nothing is asked of others."""
    found: dict[str, None] = {}
    for build in _builds(config):
        try:
            build()
        except Misconfigured as error:
            found |= dict.fromkeys(error.problems)
        except OSError as error:
            found[f"{error.filename}: cannot be read; mind its path"] = None
    return list(found)


def _builds(config: Config) -> Iterator[Callable[[], object]]:
    """Each part by itself, so that one that fails hides no other; the whole comes last."""
    shared, shipped = shared_vocabulary(), layouts()
    yield lambda: regions_of(config, packs_of(config))
    yield lambda: cards_of(config)
    for region in config.regions.values():
        yield partial(overlaid, shared, region.overlay)
    for item in config.partners:
        yield partial(overlaid, shared, item.overlay)
        yield partial(professionals_of, item)
        yield partial(layout_of, item, shipped)
        yield partial(_reached, item, config)
    for index in config.indexes.values():
        yield partial(_line, index)
    if config.mail is not None:
        yield partial(mailbox, config.mail)
    yield partial(_subscribed, config)
    yield lambda: directory_of(config)


def _line(index: IndexConfig) -> None:
    transport_of(index).close()


def _subscribed(config: Config) -> None:
    with ExitStack() as stack:
        subscribers(config, stack)


def _reached(item: PartnerConfig, config: Config) -> None:
    """See whether the ways to a receiver can be built, and let them go."""
    with ExitStack() as stack:
        for receiver in receivers_of(item, config):
            if isinstance(receiver.transport, HttpTransport):
                stack.callback(receiver.transport.close)

"""The sandbox: a gateway, a simulated index and four partners, in one process, with nothing to set up.

Partners and tokens are fixed (`sandbox-<id>`), so that a supplier can build against it. Three regions, chosen by the
municipality code: the strict national law by default, `9998` a region with a contact term, `9999` the extended one.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from gateway.canonical.order import IndexCapabilities
from gateway.cli.running import free_port, together
from gateway.clock import set_clock, system_clock
from gateway.compose import MAPPINGS, House, Over
from gateway.config import UNABLE, Config, check
from gateway.simulator.dialects import SPOKEN, USUAL
from gateway.simulator.server import Simulator
from gateway.store.keyring import KeyRing
from gateway.web.session import hashed

REGIONAL, EXTENDED = "9998", "9999"
"""Municipality codes that choose the sandbox's other regions."""

CARRIED = ("urgentie", "handelt", "crisis", "veiligheid")

PARTNERS: tuple[dict[str, Any], ...] = (
    {"id": "school-de-wilg", "name": "School De Wilg", "category": "onderwijs", "may_know_bsn": True},
    {"id": "jeugdhulp-voorbeeld", "name": "Jeugdhulp Voorbeeld", "category": "jeugdhulp", "may_know_bsn": True},
    {"id": "jgz-voorbeeld", "name": "JGZ Voorbeeld", "category": "jgz", "may_know_bsn": True},
    {
        "id": "jongerenwerk-blind",
        "name": "Jongerenwerk Blind",
        "category": "maatschappelijke-ondersteuning",
        "may_know_bsn": False,
    },
)

CODE_LISTS = {
    "school-de-wilg": "lokaal-team-vrije-tekst",
    "jeugdhulp-voorbeeld": "zvj-signaalcode",
    "jgz-voorbeeld": "bds-jgz-4.2.0",
    "jongerenwerk-blind": "lokaal-team-vrije-tekst",
}

CARDS = ("school-de-wilg", "jeugdhulp-voorbeeld", "jgz-voorbeeld")
"""Who has a meaning card; of the fourth partner none is known."""
RECEIVER = "jeugdhulp-voorbeeld"
"""Who offers a service to be told of its matches, where the sandbox is given one."""
SUBSCRIBERS = "http://127.0.0.1:8090/"
"""Where a subscriber that is being built may listen."""
LEADS, SPARE = "strikt", "nieuw"
"""The index of the region under the national law, and a third one to move to, where the sandbox is asked for it."""
MOVABLE = dict.fromkeys(("opvragen", "overnemen", "stil", "landelijk_uit", "wijzigen", "terugkoppelen", "mails"), True)
"""What both can then."""


def token_of(partner: str) -> str:
    """A partner's bearer token in the sandbox."""
    return f"sandbox-{partner}"


@cache
def page_accounts() -> dict[str, str]:
    """Who may log in on the page: each partner, with its token as password."""
    return {partner["id"]: hashed(token_of(partner["id"])) for partner in PARTNERS}


def configuration(  # noqa: PLR0913  each is something in which one sandbox differs from another
    directory: Path,
    *,
    port: int,
    indexes: dict[str, str],
    clock: datetime | None = None,
    wait_seconds: float = 2.0,
    store: dict[str, str] | None = None,
    delivery: Mapping[str, dict[str, Any]] | None = None,
    dialect: str = USUAL,
    spare: str = "",
) -> dict[str, Any]:
    """The sandbox's configuration. `delivery` has, by partner, how it is told of its matches.

    `indexes` maps `strikt` and `uitgebreid` to where they speak this dialect, and `nieuw`, where there is one to move
    to, to where that speaks `spare`.
    """
    partners = [
        {
            **partner,
            "regions": ["landelijk", "regionaal", "uitgebreid"],
            "code_list": CODE_LISTS[partner["id"]],
            "location": "Voorbeeldstad",
            "token_sha256": hashlib.sha256(token_of(partner["id"]).encode()).hexdigest(),
            "wait_seconds": wait_seconds,
            "delivery": (delivery or {}).get(partner["id"], {"subscription": {"allow": [SUBSCRIBERS]}}),
        }
        for partner in PARTNERS
    ]
    quick = {"poll_seconds": 0.5, "processing_seconds": 1.0, "retry_seconds": 0.2, "deadline_seconds": 5.0}
    spoken = {"sender": "verwijsindex-gateway", "receiver": "regionale-index"}
    config: dict[str, Any] = {
        "environment": "sandbox",
        "store": store
        or {
            "url": f"sqlite:///{directory / 'gateway.db'}",
            "keys": f"sqlite:///{directory / 'keys.db'}",
        },
        "http": {"port": port},
        "mail": {"folder": str(directory / "mail"), "sender": "sandbox@verwijsindex.example"},
        "page": {
            "accounts": [
                {"name": name, "partner": name, "password": password} for name, password in page_accounts().items()
            ]
        },
        "cards": [str(MAPPINGS / "cards" / f"{name}.toml") for name in CARDS],
        "partners": partners,
        "indexes": {
            "strikt": {"url": indexes["strikt"], **spoken, **quick},
            "uitgebreid": {
                "url": indexes["uitgebreid"], "carries": CARRIED, "signaalcode": True, "ketenregistratie": True,
                "wijzigen": True, "regie": True, "terugkoppelen": True,
                **spoken, **quick,
            },
        },
        "regions": {
            "landelijk": {"name": "Landelijk", "pack": "landelijk-strikt", "index": "strikt"},
            "regionaal": {
                "name": "Voorbeeldregio", "pack": "regionaal", "index": "uitgebreid", "municipalities": [REGIONAL],
                "covenant": "voorbeeldconvenant", "dpia": "voorbeeld-DPIA",
            },
            "uitgebreid": {
                "name": "Proefregio", "pack": "uitgebreid", "index": "uitgebreid", "municipalities": [EXTENDED],
                "covenant": "voorbeeldconvenant", "dpia": "voorbeeld-DPIA",
            },
        },
    }  # fmt: skip
    known = [partner["id"] for partner in PARTNERS]
    for index in config["indexes"].values():
        index |= {"adapter": dialect, "mails": SPOKEN[dialect].capabilities.mails}
        for flag in UNABLE.get(dialect, ()):
            index.pop(flag, None)
        index.update(SPOKEN[dialect].settings(directory, known))
    if spare:
        config["indexes"][LEADS] |= MOVABLE
        there = {"url": indexes[SPARE], "adapter": spare} | SPOKEN[spare].settings(directory, known)
        config["indexes"][SPARE] = config["indexes"][LEADS] | there
    config["store"]["keyring"] = str(directory / "keyring.json")
    if clock:
        config["clock"] = {"start": clock}
    return config


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running sandbox."""

    gateway: str
    indexes: dict[str, Simulator]
    house: House
    index: str

    def canonical(self, signal_id: str) -> bytes:
        """A signal as the gateway understood it."""
        signal = self.house.store.read.signal(UUID(signal_id))
        return signal.model_dump_json(indent=1).encode() if signal else b""

    def told(self) -> dict[str, Any]:
        """What a supplier's script needs to know."""
        return {
            "gateway": self.gateway,
            "index": self.index,
            "partners": [
                {"id": partner["id"], "token": token_of(partner["id"]), "may_know_bsn": partner["may_know_bsn"]}
                for partner in PARTNERS
            ],
        }


@contextmanager
def sandbox(  # noqa: PLR0913  each is something in which one sandbox differs from another
    directory: Path,
    *,
    port: int = 0,
    clock: datetime | None = None,
    wait_seconds: float = 2.0,
    over: Over | None = None,
    delivery: Mapping[str, dict[str, Any]] | None = None,
    family: timedelta | None = None,
    index: str = "",
    dialect: str = USUAL,
    spare: str = "",
) -> Iterator[Sandbox]:
    """Run a sandbox in a directory; what was there before is still there. `delivery`: how partners are told.

    `family`: how long after a signal its index finds its family; without it, it does not look. `index`: an index of
    somebody else to forward to, in place of the simulated ones. `dialect`: what they speak. `spare`: what a third index
    speaks, to which the first can move its signals; without it, there is none.
    """
    (directory / "mail").mkdir(parents=True, exist_ok=True)
    if not (directory / "keyring.json").exists():
        KeyRing.create(directory / "keyring.json")
    legal = set_clock(clock) if clock else system_clock
    spoken, cannot = SPOKEN[dialect], UNABLE.get(dialect, ())
    carrying = spoken.capabilities.model_copy(
        update={"regie": "regie" not in cannot, "axes": frozenset(() if "carries" in cannot else CARRIED)}
    )
    plain = IndexCapabilities.model_validate(MOVABLE if spare else {"mails": carrying.mails})
    strict = Simulator(
        directory=directory / "index-strikt", clock=legal, capabilities=plain, family=family, dialect=spoken.dialect()
    )
    extended = Simulator(
        directory=directory / "index-uitgebreid",
        clock=legal,
        capabilities=carrying,
        family=family,
        dialect=spoken.dialect(),
    )
    with ExitStack() as stack:
        indexes = {LEADS: stack.enter_context(strict), "uitgebreid": stack.enter_context(extended)}
        if spare:
            other = Simulator(
                directory=directory / "index-nieuw", clock=legal, capabilities=plain, family=family,
                dialect=SPOKEN[spare].dialect(),
            )  # fmt: skip
            indexes[SPARE] = stack.enter_context(other)
        said = configuration(
            directory,
            port=port or free_port(),
            indexes={name: index or simulated.soap_url for name, simulated in indexes.items()},
            clock=clock,
            wait_seconds=wait_seconds,
            delivery=delivery,
            dialect=dialect,
            spare=spare,
        )
        if index:  # one index now, that must tell the gateway's two connections apart
            said["indexes"]["uitgebreid"]["sender"] += "-2"
        config: Config = check(said, source="sandbox")
        with together(config, over) as (address, house):
            yield Sandbox(address, indexes, house, index or strict.url)

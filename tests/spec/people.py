"""Who is who in the tests, on which day, and what a message says when a case changes nothing in it."""

import datetime as dt
from dataclasses import replace
from functools import cache
from importlib.resources import files

from gateway.canonical.order import IndexCapabilities
from gateway.canonical.signal import Instantie
from gateway.flow.directory import Caller, Directory, Partner, Region
from gateway.rules import packs as written
from gateway.rules import vocabulary
from gateway.rules.packs import Policy
from gateway.rules.policy import DutyToInform, Grondslag, Pack
from gateway.rules.vocabulary import Vocabulary

NOW = dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC)
"""Ten in the morning in Amsterdam."""

MAPPINGS = files("gateway.mappings")
CARRIED = frozenset({"urgentie", "handelt", "crisis", "veiligheid"})
RICH = IndexCapabilities(ketenregistratie=True, signaalcode=True, wijzigen=True, axes=CARRIED)

STRICT = "strikt"
REGION = {
    "regionaal": "9998",
    "uitgebreid": "9999",
    "informeren-verplicht": "9997",
    "informeren-hoeft-niet": "9996",
    "gestopt": "9995",
    "alleen-jgz": "9994",
    "begint-later": "9993",
    "aangewezen": "9992",
}
"""Region -> the municipality code that chooses it; every other municipality is of `strikt`."""


class Legal:
    """A legal clock that stands still until it is set."""

    def __init__(self, at: dt.datetime = NOW) -> None:
        self.at = at

    def __call__(self) -> dt.datetime:
        return self.at


@cache
def shared() -> Vocabulary:
    return vocabulary.load(MAPPINGS / "vocabulary")


@cache
def packs() -> dict[str, Pack]:
    strict, regional, extended = (written.load(written.texts(MAPPINGS / "packs", ()))[name] for name in SHIPPED)
    own = {
        "informeren-verplicht": {"duty_to_inform": DutyToInform.model_validate("require")},
        "informeren-hoeft-niet": {"duty_to_inform": DutyToInform.model_validate("no")},
        "gestopt": {"legal_basis": Grondslag.GEEN},
        "alleen-jgz": {"categories": frozenset({"jgz"})},
        "aangewezen": {"appointed": True},
        "begint-later": {"valid_from": dt.date(2026, 11, 22)},
    }
    changed = {name: strict.model_copy(update={"id": name, **update}) for name, update in own.items()}
    return {STRICT: strict, "regionaal": regional, "uitgebreid": extended, **changed}


SHIPPED = ("landelijk-strikt", "regionaal", "uitgebreid")


@cache
def regions() -> dict[str, Region]:
    return {
        name: Region(
            id=name,
            name=name.capitalize(),
            policy=Policy.of(pack),
            index="rijk" if name in ("regionaal", "uitgebreid") else "kaal",
            capabilities=RICH if name in ("regionaal", "uitgebreid") else IndexCapabilities(),
            municipalities=frozenset({REGION[name]} if name in REGION else ()),
        )
        for name, pack in packs().items()
    }


def partner(name: str, **changes: object) -> Partner:
    plain = Partner(
        id=name,
        instantie=Instantie(id=name, naam=f"Instantie {name}", locatie="Voorbeeldstad", categorie="onderwijs"),
        regions=tuple(regions().values()),
        may_know_bsn=True,
        code_list="lokaal-team-vrije-tekst",
        wait_seconds=0.0,
        vocabulary=shared(),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


SCHOOL = "school"
BLIND = "jongerenwerk"
ELSEWHERE = "elders"
"""A partner that joined only the covenants of two municipalities."""


@cache
def directory() -> Directory:
    partners = (
        partner(SCHOOL),
        partner(BLIND, may_know_bsn=False),
        partner(ELSEWHERE, regions=(regions()["regionaal"], regions()["begint-later"])),
    )
    return Directory({item.id: item for item in partners}, regions())


def caller(*names: str) -> Caller:
    return Caller(frozenset(names or {SCHOOL}))


FIELDS: dict[str, str] = {
    "bron_systeem": "leerlingvolg",
    "bron_signaal_id": "s-1",
    "soort": "SIGNAAL",
    "familienaam": "Kanarievogel",
    "geboortedatum": "2014-05-06",
    "geslacht": "V",
    "professional_id": "p-1",
    "melder_naam": "Kanariepiet",
    "melder_telefoon": "030-7654321",
    "datum_tijd_melding": "2026-11-21T09:58:00+01:00",
    "redelijk_vermoeden": "true",
    "informatieplicht_wie": "BEIDEN",
    "informatieplicht_datum": "2026-11-20",
}
"""An admissible signal of a child of twelve."""
REGIONAL = {"gemeente_code": "9998"}
"""What a signal says further where the region keeps little of it."""

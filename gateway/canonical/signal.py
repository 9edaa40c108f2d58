"""The canonical signal: that somebody is involved with a child, and how to reach them. No reason, no story.

Data dictionary with the class of each field (Jeugdwet 7.1.4.3 closes the set). The JSON Schema in
`gateway/schemas/signaal-1.schema.json` is generated from here.
"""

import datetime as dt
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from gateway.canonical.identifiers import Agb, Big, Bsn, Onderwijsnummer, Skj, Uzi
from gateway.canonical.terms import Meaning
from gateway.canonical.value import Klasse, Value, field

Tekst35 = Annotated[str, StringConstraints(min_length=1, max_length=35)]
Tekst200 = Annotated[str, StringConstraints(min_length=1, max_length=200)]
PartialDate = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$")]
"""A birth date as far as the register of persons knows it: year, year-month or the whole date."""

X, G, S = Klasse.INDEX, Klasse.GATEWAY, Klasse.SECRET


class Soort(StrEnum):
    """A worry (signaal), or plain involvement (ketenregistratie), which never counts as a reasonable suspicion."""

    SIGNAAL = "SIGNAAL"
    KETENREGISTRATIE = "KETENREGISTRATIE"


class Geslacht(StrEnum):
    """As the register of persons writes it: man, vrouw, onbekend."""

    M = "M"
    V = "V"
    O = "O"  # noqa: E741  the register's own letter


class Jeugdige(Value):
    """The young person: by BSN, or by identifying data (Jeugdwet 7.1.4.2, Besluit 7.3.1)."""

    bsn: Bsn | None = field(S, "Jeugdwet 7.1.4.2", default=None)
    onderwijsnummer: Onderwijsnummer | None = field(G, "DUO; pupil without BSN", default=None)
    familienaam: Tekst200 | None = field(X, "Besluit 7.3.1", default=None)
    voorvoegsel: Tekst35 | None = field(X, "Besluit 7.3.1", default=None)
    voornamen: Tekst200 | None = field(X, "Besluit 7.3.1", default=None)
    geboortedatum: PartialDate | None = field(X, "Besluit 7.3.1", default=None)
    geslacht: Geslacht | None = field(X, "Besluit 7.3.1", default=None)
    postcode: str | None = field(X, "Jeugdwet 7.2.4", default=None)
    huisnummer: int | None = field(X, "Jeugdwet 7.2.4", default=None)
    gemeente_code: str | None = field(G, "Jeugdwet 7.1.2.3 g; routing", default=None)


class Registraties(Value):
    """A professional's registrations, as a source system holds them."""

    uzi: Uzi | None = field(G, "BDS JGZ 1194", default=None)
    big: Big | None = field(G, "BDS JGZ 1513", default=None)
    agb: Agb | None = field(G, "BDS JGZ 1522", default=None)
    skj: Skj | None = field(G, "SKJ", default=None)


class Melder(Value):
    """The professional who gives the signal, and how to reach them (Jeugdwet 7.1.4.3 lid 1 a)."""

    professional_id: Tekst35 = field(X, "Jeugdwet 7.1.4.3 lid 1 a")
    naam: Tekst200 = field(X, "Jeugdwet 7.1.4.3 lid 1 a")
    functie: Tekst200 | None = field(X, "Jeugdwet 7.1.4.3 lid 1 a", default=None)
    telefoon: Tekst35 | None = field(X, "Jeugdwet 7.1.4.3 lid 1 a", default=None)
    email: Tekst200 | None = field(X, "Jeugdwet 7.1.4.3 lid 1 a", default=None)
    registraties: Registraties = field(G, "BDS JGZ", default=Registraties())


class Instantie(Value):
    """The organisation the melder works for, as the gateway's directory knows it."""

    id: Tekst35 = field(X, "Jeugdwet 7.1.1.2")
    naam: Tekst200 = field(X, "Jeugdwet 7.1.1.2")
    locatie: Tekst200 | None = field(X, "Jeugdwet 7.1.4.3 lid 1 a", default=None)
    categorie: str = field(G, "Besluit Jeugdwet 7.1.1 - 7.1.7")


class Coordinator(Value):
    """Who manages the instance's signals and its melders' contact data (Jeugdwet 7.1.3.3)."""

    naam: Tekst200 = field(X, "Jeugdwet 7.1.3.3")
    telefoon: Tekst35 | None = field(X, "Jeugdwet 7.1.3.3", default=None)
    email: Tekst200 | None = field(X, "Jeugdwet 7.1.3.3", default=None)


class Geinformeerde(StrEnum):
    """Who was told of the signal (Jeugdwet 7.1.5.1)."""

    JEUGDIGE = "JEUGDIGE"
    VERTEGENWOORDIGER = "VERTEGENWOORDIGER"
    BEIDEN = "BEIDEN"


class Informatieplicht(Value):
    """Who was told and when, or that it was put off; the reason stays in the sender's own file."""

    wie: Geinformeerde | None = field(G, "Jeugdwet 7.1.5.1; AVG 14", default=None)
    datum: dt.date | None = field(G, "Jeugdwet 7.1.5.1; AVG 14", default=None)
    uitgesteld: bool = field(G, "AVG 14 lid 5", default=False)


class Toestemming(Value):
    """Consent, where the region's basis asks for it: when, and where the sender keeps the proof."""

    gegeven_op: dt.date = field(G, "AVG 6 lid 1 a")
    bewijs_referentie: Tekst35 = field(G, "AVG 7 lid 1")


class Herkomst(Value):
    """How the signal came in and by which versions it was understood."""

    formaat: str = field(G, "provenance")
    contract: str = field(G, "provenance")
    beleid: str = field(G, "provenance: pack id and digest")
    vocabulaire: str = field(G, "provenance: vocabulary digest")
    ontvangen_op: dt.datetime = field(G, "provenance")


class Signal(Value):
    """An admissible signal. `betekenissen` holds only what the region's pack keeps."""

    signaal_id: UUID = field(X, "own: the key at the gateway, stable across index providers")
    organisatie: str = field(G, "the organisation acted for (tenant)")
    bron_systeem: Tekst35 = field(G, "idempotency key")
    bron_signaal_id: Tekst35 = field(G, "idempotency key; may be a pupil number")
    revisie: int = field(G, "idempotency key", default=1)
    soort: Soort = field(X, "Zorg voor Jeugd")
    jeugdige: Jeugdige = field(X, "Jeugdwet 7.1.4.2")
    melder: Melder = field(X, "Jeugdwet 7.1.4.3 lid 1 a")
    instantie: Instantie = field(X, "Jeugdwet 7.1.1.2")
    coordinator: Coordinator | None = field(X, "Jeugdwet 7.1.3.3", default=None)
    datum_tijd_melding: dt.datetime = field(X, "Jeugdwet 7.1.4.3 lid 1 b")
    verwijderdatum: dt.date = field(X, "Jeugdwet 7.1.4.3 lid 1 c, 7.1.4.5")
    betekenissen: tuple[Meaning, ...] = field(X, "covenant or consent; only axes the pack keeps", default=())
    redelijk_vermoeden_bevestigd: bool = field(G, "Jeugdwet 7.1.4.1", default=False)
    informatieplicht: Informatieplicht | None = field(G, "Jeugdwet 7.1.5.1", default=None)
    toestemming: Toestemming | None = field(G, "AVG 6", default=None)
    regio: str = field(G, "Jeugdwet 7.1.3.1: the covenant it falls under")
    bestemming: str = field(G, "the index it goes to, stamped when accepted")
    voorganger_id: UUID | None = field(G, "own: re-report after a period ended", default=None)
    herkomst: Herkomst = field(G, "provenance")

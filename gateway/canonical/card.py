"""The meaning card (bedoelkaart) of an organisation: what its words ask of others, and what it can and cannot do.

A card is about an organisation and never about a child: it is the same whatever was signalled.
"""

import datetime as dt
from typing import Annotated

from pydantic import Field

from gateway.canonical.signal import Tekst35, Tekst200
from gateway.canonical.value import Value

MOST_WORDS = 30
MOST_LINES = 10

Regels = Annotated[tuple[Tekst200, ...], Field(max_length=MOST_LINES)]


class Kaartwoord(Value):
    """One of an organisation's words, with the shared concept it stands for (`axis`, `begrip`)."""

    axis: Tekst35
    woord: Annotated[str, Field(min_length=1, max_length=60)]
    begrip: Tekst35
    betekent: Tekst200
    termijn: Tekst200 | None = None
    """How soon it expects or gives an answer."""
    doet_zelf: Tekst200 | None = None
    verwacht: Tekst200 | None = None
    """What it expects of who reads the word."""


class Bedoelkaart(Value):
    """A card. `versie` is the digest of its text: the same card is the same bytes for everybody."""

    versie: Tekst35
    instantie: Tekst200
    geldig_vanaf: dt.date
    bevestigd_op: dt.date
    bevestigd_door: Tekst200
    """The body or function within the organisation that confirmed it; no person."""
    reactietermijn: Tekst200
    """Within which time it answers who seeks contact after a match."""
    vrijwillige_hulp: bool
    gedwongen_hulp: bool
    kan: Regels = ()
    kan_niet: Regels = ()
    woorden: Annotated[tuple[Kaartwoord, ...], Field(max_length=MOST_WORDS)] = ()


class ValseVriend(Value):
    """A word that both organisations use and do not mean the same by."""

    axis: Tekst35
    woord: str
    bij_u: str
    bij_de_ander: str


class Uitleg(Value):
    """What belongs beside the contact of a match: the card of the other's organisation, or that there is none."""

    instantie: Tekst200
    over_de_index: str
    """What an index does and does not do; and, without a card, that its words must be asked after."""
    kaart: Bedoelkaart | None = None
    vergeleken: bool = False
    """Whether both cards were there to compare."""
    valse_vrienden: tuple[ValseVriend, ...] = ()

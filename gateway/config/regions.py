"""Where signals go: `[indexes.<id>]`, and `[regions.<id>]` with what each decides by."""

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from gateway.config.part import ADDRESS, Part

UNABLE = {
    "ketenregister_stijl": ("carries", "regie", "terugkoppelen"),
    "fhir_index": ("regie",),
    "waakvlam": ("carries", "regie", "terugkoppelen", "signaalcode"),
}
"""What an index can never do because its dialect has no words for it."""
NEEDS = {"waakvlam": ("secret_file", "deelnemers")}
"""What must be said of an index because its dialect asks for it; where it does not, it may not be said."""


class IndexConfig(Part):
    """A regional index."""

    adapter: Literal["regionale_index", "ketenregister_stijl", "fhir_index", "waakvlam"] = "regionale_index"
    """The dialect it speaks."""
    url: str
    sender: str = Field(min_length=1, max_length=35)
    receiver: str = Field(min_length=1, max_length=35)
    secret_file: Path | None = None
    """A file with what `sender` logs in with, where the dialect logs in."""
    deelnemers: dict[str, str] = Field(default_factory=dict)
    """What the index calls each partner, where its dialect does not take our own names of them."""
    deadline_seconds: float = Field(default=10.0, gt=0, le=60)
    """Total time of one call."""
    poll_seconds: float = Field(default=60.0, gt=0)
    """How often matches are asked for."""
    processing_seconds: float = Field(default=10.0, ge=0)
    """How long the index may take to know a message it has taken; before that, 'not found' says nothing."""
    retry_seconds: float = Field(default=1.0, gt=0)
    """First pause before another attempt; doubles up to five minutes."""
    carries: tuple[str, ...] = ()
    """Axes whose words this index can carry (its capaciteiten)."""
    signaalcode: bool = False
    ketenregistratie: bool = False
    mails: bool = False
    """Whether it mails those concerned of a match itself; then we do not."""
    wijzigen: bool = False
    """Whether it can be told of another contact or a later removal date (its capaciteiten)."""
    regie: bool = False
    """Whether it holds the regie of a match itself (its capaciteiten); then it decides who has it."""
    terugkoppelen: bool = False
    """Whether it can be told what became of a match (its capaciteiten)."""
    opvragen: bool = False
    """Whether it says what stands under a reference of ours (its capaciteiten)."""
    overnemen: bool = False
    """Whether it takes a signal over with its original moment (its capaciteiten)."""
    stil: bool = False
    """Whether it can take a signal over without mailing anybody (its capaciteiten)."""
    landelijk_uit: bool = False
    """Whether it can take a signal over without telling the national index (its capaciteiten)."""
    client_certificate: Path | None = None
    client_key: Path | None = None
    authority: Path | None = None


class PackFrom(Part):
    """A policy pack, and the legal day from which a region works with it."""

    pack: str
    valid_from: date


class RegionConfig(Part):
    """A region: its policy pack, its index, and what it has on record."""

    name: str = ""
    pack: str = ""
    """The pack it works with, from the day on which that begins; or `packs`, when it changes."""
    packs: tuple[PackFrom, ...] = ()
    index: str
    municipalities: tuple[str, ...] = ()
    covenant: str = ""
    dpia: str = ""
    college: str = Field(default="", max_length=200)
    """Which college answers for the rights of persons here, and where it is reached."""
    overlay: Path | None = None
    """A CSV with the words of this region, over the shipped maps: crisis terms are regional."""
    gemeentelijke_regievoerder: str | None = Field(default=None, max_length=200, pattern=ADDRESS)
    """Who is mailed, without any personal data, when nobody answers to a match in time; needs [mail]."""

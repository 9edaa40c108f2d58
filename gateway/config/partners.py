"""Who may ask: `[[partners]]`, `[[certificates]]` and the accounts of `[page]`."""

from pathlib import Path

from pydantic import Field

from gateway.config.delivery import DeliveryConfig
from gateway.config.part import ADDRESS, Part


class PartnerConfig(Part):
    """An organisation that sends signals: a tenant."""

    id: str = Field(pattern=r"^[a-z0-9-]{1,35}$")
    name: str = Field(min_length=1, max_length=200)
    category: str
    """Category of Besluit Jeugdwet 7.1.1 - 7.1.7, as the packs name them: jeugdhulp, jgz, zorg, onderwijs, ..."""
    regions: tuple[str, ...] = Field(min_length=1)
    """Where it has joined the covenant; the first one is used when the municipality decides nothing."""
    location: str | None = None
    may_know_bsn: bool = False
    code_list: str = ""
    """The list its words come from when a message names none."""
    overlay: Path | None = None
    """A CSV with this organisation's own words, over those of its region and the shipped maps."""
    csv_layout: str = "standaard"
    """How its files are laid out: a shipped layout by name, or a TOML file of its own over the standard one."""
    professionals: Path | None = None
    """A CSV of its professionals: what a message about one of them need not say."""
    duty_address: str | None = Field(default=None, max_length=200, pattern=ADDRESS)
    """Who is mailed at once, without any personal data, when a file holds a word that means danger; needs [mail]."""
    token_sha256: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")
    """SHA-256 of its bearer token; sandbox and test only."""
    wait_seconds: float = Field(default=2.0, ge=0, le=30)
    """How long the door waits for the index's outcome before it answers."""
    delivery: DeliveryConfig = DeliveryConfig()


class CertificateConfig(Part):
    """A mandate: the holder of this certificate may act for these organisations."""

    oin: str
    acts_for: tuple[str, ...] = Field(min_length=1)


class AccountConfig(Part):
    """Who may see the matches of an organisation on the page."""

    name: str = Field(pattern=r"^[A-Za-z0-9@._-]{1,100}$")
    """By which somebody logs in, or as the proxy names them."""
    partner: str
    password: str = Field(default="", pattern=r"^(scrypt\$[A-Za-z0-9+/=]{24}\$[A-Za-z0-9+/=]{44})?$")
    """As `verwijsindex password` writes it; sandbox and test only."""


class PageConfig(Part):
    """The page for professionals whose own system shows no matches; without accounts there is none."""

    accounts: tuple[AccountConfig, ...] = ()
    user_header: str = Field(default="", pattern=r"^[A-Za-z0-9-]*$")
    """The header by which a trusted proxy, that did the logging in, says who it is."""
    minutes: int = Field(default=30, ge=1, le=720)
    """How long a session lasts."""

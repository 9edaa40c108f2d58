"""The whole of `gateway.toml`, and the parts that stand by themselves."""

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import Field

from gateway.config.delivery import AnnounceConfig, MailConfig
from gateway.config.part import Part
from gateway.config.partners import CertificateConfig, PageConfig, PartnerConfig
from gateway.config.regions import IndexConfig, RegionConfig


class StoreConfig(Part):
    """Where signals are kept, and, apart from them, their keys."""

    url: str = "sqlite:///data/gateway.db"
    keys: str = "sqlite:///data/keys.db"
    """The key store: another file or database, with its own backup."""
    keyring: Path = Path("data/keyring.json")


class HttpConfig(Part):
    """The door: where it listens and what it lets in before it looks."""

    host: str = "127.0.0.1"
    port: int = 8080
    base_url: str = ""
    """How senders reach the gateway; stands in the served WSDL. Empty: http://host:port."""
    max_body_bytes: int = Field(default=1_000_000, ge=10_000)
    max_file_bytes: int = Field(default=1_000_000_000, ge=10_000)
    """Of a file with many rows, which is read while it comes in."""
    files_at_once: int = Field(default=2, ge=1, le=16)
    trusted_proxies: tuple[str, ...] = ()
    """Addresses whose client-certificate header is believed (RFC 9440 Client-Cert, or the proxy's own form)."""
    client_certificate_header: Literal["client-cert", "x-ssl-client-cert", "x-forwarded-tls-client-cert"] = (
        "client-cert"
    )
    metrics_token: str = ""
    """Who may read /metrics; empty: nobody."""


class WordsConfig(Part):
    """The shipped vocabulary as people of the field confirmed it."""

    confirmed: str = Field(default="", pattern=r"^([0-9a-f]{12})?$")
    """The version whose rows that mean danger were confirmed, by all who must act on them."""
    record: str = Field(default="", max_length=200)
    """Where that is recorded: who confirmed it, and when."""


class ClockConfig(Part):
    """The legal clock; set in a sandbox only."""

    start: datetime | None = None


class Config(Part):
    """The whole configuration."""

    environment: Literal["sandbox", "production"] = "production"
    store: StoreConfig = StoreConfig()
    http: HttpConfig = HttpConfig()
    clock: ClockConfig = ClockConfig()
    partners: tuple[PartnerConfig, ...] = ()
    certificates: tuple[CertificateConfig, ...] = ()
    indexes: dict[str, IndexConfig] = Field(default_factory=dict)
    regions: dict[str, RegionConfig] = Field(default_factory=dict)
    mail: MailConfig | None = None
    announce: AnnounceConfig = AnnounceConfig()
    vocabulary: WordsConfig = WordsConfig()
    page: PageConfig = PageConfig()
    cards: tuple[Path, ...] = ()
    """Meaning cards, of partners and of others; TOML files."""
    run: Path | None = None
    """Where processes note that they run, for `verwijsindex reload`; none: only the signal HUP reaches them."""
    colleges: dict[str, str] = Field(default_factory=dict)
    """By municipality code: its college, for regions whose pack routes objections to where the youth lives."""
    packs: tuple[Path, ...] = ()
    """Policy packs of one's own, beside the shipped ones."""

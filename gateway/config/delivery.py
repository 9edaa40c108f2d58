"""How what happened reaches an organisation: `[[partners]] delivery`, `[announce]`, `[mail]`."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from gateway.config.part import ADDRESS, Part

SUBSCRIBER = (
    r"^(https://[A-Za-z0-9.-]+|http://(127\.0\.0\.1|localhost))(:[0-9]{1,5})?(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?$"
)


class EndpointConfig(Part):
    """A receiver's own address over HTTP: configuration, never taken from a message."""

    url: str = Field(max_length=500, pattern=r"^https?://[^\s/]\S*$")
    token_file: Path | None = None
    """A file with the bearer token that the receiver wants to see."""
    client_certificate: Path | None = None
    client_key: Path | None = None
    authority: Path | None = None
    deadline_seconds: float = Field(default=5.0, gt=0, le=30)
    """Total time of one call."""
    retry_seconds: float = Field(default=1.0, gt=0)
    """First pause before another attempt; doubles up to five minutes."""


class PostboxConfig(Part):
    """Where an organisation reads that there is news."""

    address: str = Field(max_length=200, pattern=ADDRESS)


class FolderConfig(Part):
    """Where an organisation picks up files with its matches."""

    path: Path
    retry_seconds: float = Field(default=10.0, gt=0)


class SubscriptionConfig(Part):
    """What an organisation's own FHIR subscriptions may be; without it, it has none."""

    allow: tuple[Annotated[str, Field(max_length=500, pattern=SUBSCRIBER)], ...] = Field(min_length=1, max_length=20)
    """Addresses that notifications may go to, and below; http on this machine only."""
    most: int = Field(default=20, ge=1, le=100)
    shortest_heartbeat_seconds: int = Field(default=60, ge=1, le=86_400)
    failures: int = Field(default=100, ge=1, le=10_000)
    """So many attempts in a row that fail, and a subscription is in error."""
    retry_seconds: float = Field(default=1.0, gt=0)
    """First pause before another attempt; doubles up to five minutes."""
    client_certificate: Path | None = None
    client_key: Path | None = None
    authority: Path | None = None


class DeliveryConfig(Part):
    """In which ways an organisation hears of its matches without asking; in none, it asks."""

    soap: EndpointConfig | None = None
    """Its service of the contract "terugmelding" version 1."""
    fhir: EndpointConfig | None = None
    """Its FHIR R4 base; messages go to `$process-message` below it."""
    mail: PostboxConfig | None = None
    """Only that there is news, and not where the region's index mails itself; needs [mail]."""
    folder: FolderConfig | None = None
    subscription: SubscriptionConfig | None = None
    """What it may open itself, over FHIR."""

    @property
    def endpoints(self) -> dict[str, EndpointConfig]:
        """What is told over HTTP, by the name of the way."""
        named = {"soap": self.soap, "fhir": self.fhir}
        return {name: endpoint for name, endpoint in named.items() if endpoint is not None}


class AnnounceConfig(Part):
    """How long a match that was only pointed at may lie before it is announced again."""

    remind_hours: float = Field(default=24.0, gt=0, le=24 * 30)
    times: int = Field(default=3, ge=1, le=10)
    """How often in all; then `status` and the metrics name it."""


class MailConfig(Part):
    """The mail server that takes messages to duty addresses."""

    host: str = "localhost"
    folder: Path | None = None
    """Instead of a server: a folder from which a mail server picks up, one `.eml` each; so too in a sandbox."""
    port: int = Field(default=25, ge=1, le=65_535)
    tls: Literal["none", "starttls", "implicit"] = "starttls"
    sender: str = Field(pattern=r"^[^@\s]{1,64}@[^@\s]+$")
    user: str = ""
    password_file: Path | None = None
    authority: Path | None = None
    deadline_seconds: float = Field(default=20.0, gt=0, le=60)
    retry_seconds: float = Field(default=10.0, gt=0)

"""`gateway.toml`, checked whole before anything starts. A wrong key names itself and its fix."""

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gateway.errors import Misconfigured


class Part(BaseModel):
    """A part of the configuration: unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


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


SUBSCRIBER = (
    r"^(https://[A-Za-z0-9.-]+|http://(127\.0\.0\.1|localhost))(:[0-9]{1,5})?(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?$"
)
ADDRESS = r"^[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,}$"


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


class IndexConfig(Part):
    """A regional index."""

    adapter: Literal["regionale_index"] = "regionale_index"
    url: str
    sender: str = Field(min_length=1, max_length=35)
    receiver: str = Field(min_length=1, max_length=35)
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


class WordsConfig(Part):
    """The shipped vocabulary as people of the field confirmed it."""

    confirmed: str = Field(default="", pattern=r"^([0-9a-f]{12})?$")
    """The version whose rows that mean danger were confirmed, by all who must act on them."""
    record: str = Field(default="", max_length=200)
    """Where that is recorded: who confirmed it, and when."""


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
    indexes: dict[str, IndexConfig] = {}
    regions: dict[str, RegionConfig] = {}
    mail: MailConfig | None = None
    announce: AnnounceConfig = AnnounceConfig()
    vocabulary: WordsConfig = WordsConfig()
    page: PageConfig = PageConfig()
    cards: tuple[Path, ...] = ()
    """Meaning cards, of partners and of others; TOML files."""
    run: Path | None = None
    """Where processes note that they run, for `verwijsindex reload`; none: only the signal HUP reaches them."""
    colleges: dict[str, str] = {}
    """By municipality code: its college, for regions whose pack routes objections to where the youth lives."""
    packs: tuple[Path, ...] = ()
    """Policy packs of one's own, beside the shipped ones."""


def read(path: Path) -> Config:
    """Read and check a configuration file; raises Misconfigured with every problem at once."""
    config = load(path)
    _refuse(str(path), relations(config))
    return config


def load(path: Path) -> Config:
    """Read a configuration file, each key by itself; raises Misconfigured. How the parts fit: `relations`."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Misconfigured(
            f"{path}: cannot be read ({error.strerror}); name it with --config or GATEWAY_CONFIG"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path}: is not TOML: {error}; mend that line") from None
    return _shaped(data, source=str(path))


def check(data: dict[str, object], *, source: str) -> Config:
    """Check a configuration; raises Misconfigured. Relations between parts are checked too."""
    config = _shaped(data, source=source)
    _refuse(source, relations(config))
    return config


def _refuse(source: str, problems: list[str]) -> None:
    if problems:
        raise Misconfigured(*(f"{source}: {problem}" for problem in problems))


def _shaped(data: dict[str, object], *, source: str) -> Config:
    try:
        return Config.model_validate(data)
    except ValidationError as error:
        problems = [f"{_key(line['loc'])}: {_AS_TOLD.get(line['type'], _mend(line['msg']))}" for line in error.errors()]
    raise Misconfigured(*(f"{source}: {problem}" for problem in problems))


_AS_TOLD = {"extra_forbidden": "no such key; remove it or mind its spelling", "missing": "is missing; add it"}


def _mend(told: str) -> str:
    return f"{told[:1].lower()}{told[1:]}; mend this value"


def _key(location: tuple[int | str, ...]) -> str:
    return ".".join(str(step) for step in location)


def relations(config: Config) -> list[str]:
    """What is wrong between parts, as `place: what; fix`; empty when the gateway may start with it."""
    known = {partner.id for partner in config.partners}
    problems = []
    if len(known) != len(config.partners):
        problems.append("partners: two have the same id; give each its own")
    for partner in config.partners:
        problems += [
            f"partners.{partner.id}.regions: no region '{region}'; add [regions.{region}]"
            for region in partner.regions
            if region not in config.regions
        ]
        if partner.duty_address and config.mail is None:
            problems.append(f"partners.{partner.id}.duty_address: there is no mail server; add [mail]")
        if partner.delivery.mail and config.mail is None:
            problems.append(f"partners.{partner.id}.delivery.mail: there is no mail server; add [mail]")
    for name, region in config.regions.items():
        if region.gemeentelijke_regievoerder and config.mail is None:
            problems.append(f"regions.{name}.gemeentelijke_regievoerder: there is no mail server; add [mail]")
        if region.index not in config.indexes:
            problems.append(f"regions.{name}.index: no index '{region.index}'; add [indexes.{region.index}]")
        if bool(region.pack) == bool(region.packs):
            problems.append(f"regions.{name}.pack: name one pack, or packs with the day each begins; not both")
        if len({item.valid_from for item in region.packs}) != len(region.packs):
            problems.append(f"regions.{name}.packs: two begin on one day; give each a day of its own")
    for certificate in config.certificates:
        problems += [
            f"certificates.acts_for: no partner '{partner}'; add it to [[partners]]"
            for partner in certificate.acts_for
            if partner not in known
        ]
    problems += [
        f"page.accounts.{account.name}: no partner '{account.partner}'; add it to [[partners]]"
        for account in config.page.accounts
        if account.partner not in known
    ]
    if config.page.user_header and not config.http.trusted_proxies:
        problems.append("page.user_header: no proxy is trusted to set it; name it in http.trusted_proxies")
    return problems + _ambiguous(config) + _sandbox_only(config)


def _ambiguous(config: Config) -> list[str]:
    """Who is calling must be one."""
    tokens = [partner.token_sha256 for partner in config.partners if partner.token_sha256]
    oins = [certificate.oin for certificate in config.certificates]
    names = [account.name for account in config.page.accounts]
    problems = []
    if len(set(names)) != len(names):
        problems.append("page.accounts: two have the same name; give each its own")
    if len(set(tokens)) != len(tokens):
        problems.append("partners.token_sha256: two partners have the same token; give each its own")
    if len(set(oins)) != len(oins):
        problems.append("certificates.oin: an OIN has two mandates; name all it acts for in one")
    return problems


def _sandbox_only(config: Config) -> list[str]:
    if config.environment == "sandbox":
        return []
    problems = [
        f"partners.{partner.id}.token_sha256: a token in production; use a client certificate and [[certificates]]"
        for partner in config.partners
        if partner.token_sha256
    ]
    problems += [
        f"partners.{partner.id}.delivery.{name}.url: not https in production; mend the address"
        for partner in config.partners
        for name, endpoint in partner.delivery.endpoints.items()
        if not endpoint.url.startswith("https://")
    ]
    problems += [
        f"partners.{partner.id}.delivery.subscription.allow: not https in production; mend the address"
        for partner in config.partners
        if partner.delivery.subscription is not None
        and any(not address.startswith("https://") for address in partner.delivery.subscription.allow)
    ]
    if config.page.accounts and not config.page.user_header:
        problems.append("page.accounts: passwords in production; let a proxy log people in and name its user_header")
    if config.clock.start is not None:
        problems.append("clock.start: the legal clock is set; remove it: in production the law runs on real time")
    return problems

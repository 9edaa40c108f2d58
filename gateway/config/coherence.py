"""Whether the parts fit each other."""

from gateway.config.regions import NEEDS, UNABLE
from gateway.config.whole import Config


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
    return problems + _dialects(config) + _ambiguous(config) + _sandbox_only(config)


def _dialects(config: Config) -> list[str]:
    """Whether of each index is said what its dialect has words for, and all that it asks for."""
    problems = []
    for name, index in config.indexes.items():
        speaks, needs = f"an index that speaks '{index.adapter}'", NEEDS.get(index.adapter, ())
        useless = {key for keys in NEEDS.values() for key in keys} - set(needs)
        for flag in UNABLE.get(index.adapter, ()):
            if getattr(index, flag):
                problems.append(f"indexes.{name}.{flag}: {speaks} cannot do this; remove it")
        problems += [f"indexes.{name}.{key}: {speaks} needs this; add it" for key in needs if not getattr(index, key)]
        for key in sorted(useless):
            if getattr(index, key):
                problems.append(f"indexes.{name}.{key}: {speaks} has no use for this; remove it")
        if index.deelnemers:
            problems += _unnamed(config, name)
    return problems


def _unnamed(config: Config, name: str) -> list[str]:
    """Who has no name of its own at an index that has its own names of partners."""
    named = config.indexes[name].deelnemers
    regions = {region for region, item in config.regions.items() if item.index == name}
    problems = [
        f"indexes.{name}.deelnemers: the index has no name for partner '{partner.id}'; add it"
        for partner in config.partners
        if regions & set(partner.regions) and partner.id not in named
    ]
    if len(set(named.values())) != len(named):
        problems.append(f"indexes.{name}.deelnemers: two partners have the same name; give each its own")
    return problems


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

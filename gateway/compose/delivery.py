"""How organisations hear of their matches."""

from gateway.config import Config, PartnerConfig
from gateway.store.work import Way, Ways


def way(partner: PartnerConfig, name: str) -> str:
    """The destination that one of an organisation's ways is."""
    return f"{partner.id}/{name}"


def ways(partner: PartnerConfig) -> tuple[str, ...]:
    """The names of an organisation's ways to hear of its matches."""
    return (*whole(partner), *(("mail",) if partner.delivery.mail else ()))


def ways_of(config: Config) -> Ways:
    """How organisations hear of their matches; a mail is left out where the index mails itself."""
    told = {item.id: tuple(Way(way(item, name), expiry=True) for name in whole(item)) for item in config.partners}
    mailed = {
        item.id: Way(way(item, "mail"), pointer=True, expiry=True) for item in config.partners if item.delivery.mail
    }
    by_themselves = {name for name, index in config.indexes.items() if index.mails}

    def of(tenant: str, index: str) -> tuple[Way, ...]:
        pointers = (mailed[tenant],) if tenant in mailed and index not in by_themselves else ()
        return (*told.get(tenant, ()), *pointers)

    return of


def whole(partner: PartnerConfig) -> tuple[str, ...]:
    """The ways in which an organisation is told the match itself."""
    return (*partner.delivery.endpoints, *(("folder",) if partner.delivery.folder else ()))

"""`gateway.toml`, checked whole before anything starts. A wrong key names itself and its fix.

A file for each part; `whole` puts them together, `coherence` holds them against each other.
"""

from gateway.config.coherence import relations
from gateway.config.delivery import (
    AnnounceConfig,
    DeliveryConfig,
    EndpointConfig,
    FolderConfig,
    MailConfig,
    PostboxConfig,
    SubscriptionConfig,
)
from gateway.config.partners import AccountConfig, CertificateConfig, PageConfig, PartnerConfig
from gateway.config.reading import check, load, read
from gateway.config.regions import NEEDS, UNABLE, IndexConfig, PackFrom, RegionConfig
from gateway.config.whole import ClockConfig, Config, HttpConfig, StoreConfig, WordsConfig

__all__ = [
    "NEEDS",
    "UNABLE",
    "AccountConfig",
    "AnnounceConfig",
    "CertificateConfig",
    "ClockConfig",
    "Config",
    "DeliveryConfig",
    "EndpointConfig",
    "FolderConfig",
    "HttpConfig",
    "IndexConfig",
    "MailConfig",
    "PackFrom",
    "PageConfig",
    "PartnerConfig",
    "PostboxConfig",
    "RegionConfig",
    "StoreConfig",
    "SubscriptionConfig",
    "WordsConfig",
    "check",
    "load",
    "read",
    "relations",
]

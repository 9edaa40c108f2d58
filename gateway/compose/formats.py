"""The formats senders speak, each with its texts and words."""

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from uuid import UUID

from uuid_utils.compat import uuid4

from gateway.adapters.publications.fhir import Library, library
from gateway.adapters.senders import csvfile, fhir, soap
from gateway.adapters.senders.csvfile import CsvSender, Layout
from gateway.adapters.senders.fhir.outcome import Outcomes
from gateway.adapters.senders.fhir.subscription_write import SubscriptionAnswers
from gateway.adapters.senders.page import MatchPages
from gateway.adapters.senders.plainjson import PlainJson
from gateway.canonical.command import OPERATIONS
from gateway.compose.foundation import MAPPINGS, shared_vocabulary
from gateway.config import PartnerConfig
from gateway.errors import Misconfigured
from gateway.rules.findings import FindingTexts
from gateway.web import json_door


def advice_texts() -> dict[str, tuple[str, str]]:
    """Advice by code: Dutch, English."""
    data = tomllib.loads((MAPPINGS / "advice.toml").read_text(encoding="utf-8"))
    return {code: (entry["nl"], entry["en"]) for code, entry in data.items()}


def described(axis: str, code: str) -> tuple[str, str]:
    """A concept's display and definition."""
    concept = shared_vocabulary().concept(axis, code)
    return concept.display_nl, concept.definition_nl


def display(axis: str, code: str) -> str:
    return described(axis, code)[0]


def soap_sender(new_id: Callable[[], UUID] = uuid4) -> soap.SoapSender:
    """The SOAP sender adapter with its texts and words."""
    return soap.SoapSender.load(FindingTexts.load(), advice=advice_texts(), describe=described, new_id=new_id)


def json_sender() -> PlainJson:
    """The JSON sender adapter with its texts and words."""
    return PlainJson.load(FindingTexts.load(), advice=advice_texts(), describe=described, base=json_door.PATH)


def match_pages(base: str) -> MatchPages:
    """The pages with matches, below a path."""
    return MatchPages.load(FindingTexts.load(), describe=described, base=base)


def fhir_sender(base: str) -> fhir.FhirSender:
    """The FHIR sender adapter with its texts and words, for a door at an address."""
    return fhir.FhirSender.load(
        FindingTexts.load(),
        advice=advice_texts(),
        display=display,
        list_of=shared_vocabulary().list_of,
        base=base,
    )


def fhir_subscriptions(base: str, new_id: Callable[[], UUID] = uuid4) -> fhir.FhirSubscriptions:
    """What is asked of subscriptions in FHIR, for a door at an address."""
    texts = FindingTexts.load()
    return fhir.FhirSubscriptions(texts, SubscriptionAnswers(base, new_id, Outcomes(texts, advice_texts())))


@cache
def publications() -> Library:
    """What the gateway publishes in FHIR."""
    return library(shared_vocabulary(), FindingTexts.load(), advice=advice_texts(), operations=OPERATIONS.values())


def file_adapter(item: PartnerConfig, shipped: Mapping[str, Layout]) -> CsvSender:
    """How an organisation's files are read and answered; raises Misconfigured."""
    return CsvSender.load(
        FindingTexts.load(), layout_of(item, shipped), choices_display=lambda axis, code: described(axis, code)[0]
    )


@cache
def layouts() -> dict[str, Layout]:
    """The layouts of files that ship with the gateway."""
    return csvfile.layouts(shared_vocabulary().axes)


def layout_of(item: PartnerConfig, shipped: Mapping[str, Layout]) -> Layout:
    """How one organisation's files are laid out: as shipped, or by a file of its own; raises Misconfigured."""
    if item.csv_layout in shipped:
        return shipped[item.csv_layout]
    source = f"partners.{item.id}.csv_layout"
    try:
        return Layout.load(Path(item.csv_layout).read_text(encoding="utf-8"), shipped[csvfile.STANDARD])
    except (OSError, UnicodeDecodeError):
        known = ", ".join(shipped)
        raise Misconfigured(
            f"{source}: no layout or file '{item.csv_layout}'; name one of {known}, or a file"
        ) from None
    except Misconfigured as error:
        raise Misconfigured(*(f"{source}: {problem}" for problem in error.problems)) from None

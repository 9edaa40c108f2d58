"""Builds every part from the configuration. The only room that knows all names; nothing is built anywhere else.

`words` has the vocabulary, `regions` their packs, `foundation` who is who and the store, `formats` the senders'
adapters, `doors` what answers, `carriers` what goes out, `delivery` by which ways.
"""

from gateway.compose.carriers import (
    Over,
    ageing,
    destination_of,
    dispatcher,
    mailbox,
    receivers_of,
    smtp_of,
    transport_of,
)
from gateway.compose.delivery import way, ways
from gateway.compose.doors import Desk, base_of, carrier, edge, intake, moving, recognition
from gateway.compose.formats import (
    advice_texts,
    fhir_sender,
    file_adapter,
    json_sender,
    layout_of,
    layouts,
    match_pages,
    publications,
    soap_sender,
)
from gateway.compose.foundation import House, cards_of, house, professionals_of
from gateway.compose.regions import capabilities_of, packs_in, packs_of, policy_of
from gateway.compose.regions import problems as region_problems
from gateway.compose.renewal import adopt, faults, renewed
from gateway.compose.subscribers import subscribers
from gateway.compose.words import MAPPINGS, overlaid, regional_vocabularies, shared_vocabulary

__all__ = [
    "MAPPINGS",
    "Desk",
    "House",
    "Over",
    "adopt",
    "advice_texts",
    "ageing",
    "base_of",
    "capabilities_of",
    "cards_of",
    "carrier",
    "destination_of",
    "dispatcher",
    "edge",
    "faults",
    "fhir_sender",
    "file_adapter",
    "house",
    "intake",
    "json_sender",
    "layout_of",
    "layouts",
    "mailbox",
    "match_pages",
    "moving",
    "overlaid",
    "packs_in",
    "packs_of",
    "policy_of",
    "professionals_of",
    "publications",
    "receivers_of",
    "recognition",
    "region_problems",
    "regional_vocabularies",
    "renewed",
    "shared_vocabulary",
    "smtp_of",
    "soap_sender",
    "subscribers",
    "transport_of",
    "way",
    "ways",
]

"""Builds every part from the configuration. The only room that knows all names; nothing is built anywhere else.

`foundation` has who is who and the store, `formats` the senders' adapters, `doors` what answers, `carriers` what goes
out, `delivery` by which ways.
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
from gateway.compose.doors import base_of, carrier, edge, intake, moving, recognition
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
from gateway.compose.foundation import (
    MAPPINGS,
    House,
    cards_of,
    house,
    overlaid,
    packs_of,
    professionals_of,
    regional_vocabularies,
    shared_vocabulary,
)
from gateway.compose.subscribers import subscribers

__all__ = [
    "MAPPINGS",
    "House",
    "Over",
    "advice_texts",
    "ageing",
    "base_of",
    "cards_of",
    "carrier",
    "destination_of",
    "dispatcher",
    "edge",
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
    "packs_of",
    "professionals_of",
    "publications",
    "receivers_of",
    "recognition",
    "regional_vocabularies",
    "shared_vocabulary",
    "smtp_of",
    "soap_sender",
    "subscribers",
    "transport_of",
    "way",
    "ways",
]

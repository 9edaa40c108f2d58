"""The partners of the demo, strangers to the gateway: each knows what is published, and its own token.

One speaks through zeep, one writes raw XML, one speaks FHIR, one plain JSON, and one has a spreadsheet.
"""

import json

from gateway.cli.partners.callback import Callback, callback
from gateway.cli.partners.exchange import MELDING, Child, Exchange, Heard, Meant, Word, opener
from gateway.cli.partners.fhir import FhirPartner
from gateway.cli.partners.plain import PlainPartner
from gateway.cli.partners.sheet import SheetPartner, lines_of
from gateway.cli.partners.soap import RawPartner, ZeepPartner


def tally(index: str) -> int:
    """How many active signals a simulated index has."""
    with opener.open(f"{index}/beheer/telling", timeout=10) as response:
        told = json.load(response)
    return int(sum(told["signalen"].values()))


__all__ = [
    "MELDING",
    "Callback",
    "Child",
    "Exchange",
    "FhirPartner",
    "Heard",
    "Meant",
    "PlainPartner",
    "RawPartner",
    "SheetPartner",
    "Word",
    "ZeepPartner",
    "callback",
    "lines_of",
    "tally",
]

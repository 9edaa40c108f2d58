"""The answer of the floor: `answer.json`, which the peers give too, as a text template. About as long as ours."""

import json
from pathlib import Path
from typing import Any

from lxml import etree

CONTRACT = Path(__file__).parents[3] / "gateway/schemas/aanlevering-1.xsd"
FIXED = Path(__file__).with_name("answer.json")
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:wsa="http://www.w3.org/2005/08/addressing"><soap:Header>'
    "<wsa:Action>urn:x-verwijsindex-gateway:aanlevering:1/signaalAfgevenAntwoord</wsa:Action>"
    "<wsa:MessageID>urn:uuid:01890000-0000-7000-8000-000000000001</wsa:MessageID>"
    "<wsa:RelatesTo>{relates}</wsa:RelatesTo></soap:Header><soap:Body>"
)
ROOT = '<vi:signaalAfgevenAntwoord xmlns:vi="urn:x-verwijsindex-gateway:aanlevering:1">'
TAIL = "</soap:Body></soap:Envelope>"


def contract() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(CONTRACT))


def written(value: Any) -> str:
    if not isinstance(value, dict):
        return str(value)
    pairs = ((name, one) for name, own in value.items() for one in (own if isinstance(own, list) else [own]))
    return "".join(f"<vi:{name}>{written(one)}</vi:{name}>" for name, one in pairs)


def body() -> str:
    """What stands in the envelope, to be filled with `source`."""
    return f"{ROOT}{written(json.loads(FIXED.read_text(encoding='utf-8')))}</vi:signaalAfgevenAntwoord>"


def template() -> str:
    """To be filled with `relates` and `source`."""
    return HEAD + body() + TAIL

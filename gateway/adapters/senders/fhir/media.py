"""JSON or XML: what came in, what is asked for, and how either is read and written."""

import json
from collections.abc import Mapping
from typing import Any

from gateway.adapters.senders.fhir import xml_form
from gateway.canonical.finding import Finding
from gateway.errors import SenderError
from gateway.wire import json_in, xml

JSON, XML, FORM = "application/fhir+json", "application/fhir+xml", "application/x-www-form-urlencoded"
_KNOWN = {
    JSON: JSON, "application/json": JSON, "text/json": JSON, "json": JSON,
    XML: XML, "application/xml": XML, "text/xml": XML, "xml": XML,
}  # fmt: skip
_ANY = {"*/*", "application/*"}


def written_in(content_type: str) -> str:
    """What a body says it is: JSON, XML or FORM; raises SenderError for anything else, or another version of FHIR."""
    name, parameters = _parted(content_type)
    kind = FORM if name == FORM else _KNOWN.get(name, "")
    if not kind or not _ours(parameters) or parameters.get("charset", "utf-8") != "utf-8":
        raise SenderError(Finding(code="VIX-1027", limit=f"{JSON} | {XML}"))
    return kind


def wanted(accept: str, asked: str) -> str:
    """What an answer should be: what `_format` asks, or else the best of Accept; '' when it is nothing we write."""
    choices = asked.replace(" ", "+") if asked else accept
    best: list[tuple[float, str]] = []
    for choice in choices.split(",") if choices.strip() else ["*/*"]:
        name, parameters = _parted(choice)
        kind = JSON if name in _ANY else _KNOWN.get(name, "")
        if kind and _ours(parameters):
            best.append((_quality(parameters.get("q", "1")), kind))
    quality, kind = max(best, key=lambda pair: pair[0], default=(0.0, ""))
    return kind if quality > 0 else ""


def read(body: bytes, kind: str) -> Any:
    """A body as JSON has it; raises SenderError."""
    try:
        return xml_form.read(body) if kind == XML else json_in.read(body)
    except (xml.Malformed, json_in.Malformed) as broken:
        code = "VIX-1007" if broken.reason in ("encoding", "doctype", "depth") else "VIX-1001"
        raise SenderError(Finding(code=code, at=broken.place)) from None


def write(resource: Mapping[str, Any], kind: str) -> bytes:
    """A resource of ours as bytes."""
    if kind == XML:
        return xml_form.write(resource)
    text = json.dumps(resource, ensure_ascii=False, separators=(",", ":"))
    return xml_form.STRANGE.sub(" ", text).encode("utf-8", "replace")


def _parted(media_type: str) -> tuple[str, dict[str, str]]:
    name, *parameters = (part.strip() for part in media_type.lower().split(";"))
    pairs = (parameter.partition("=") for parameter in parameters)
    return name, {key.strip(): value.strip(" \"'") for key, _, value in pairs}


def _ours(parameters: Mapping[str, str]) -> bool:
    return parameters.get("fhirversion", "4.0") in ("4.0", "4.0.1")


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0

"""Places in FHIRPath, of the subset in which findings give them, followed in what was sent."""

import re
from typing import Any

from conformance.values import Message, at

FIELDS = {
    "birthDate": "geboortedatum", "gender": "geslacht", "family": "familienaam", "given": "voornamen",
    "postalCode": "postcode", "start": "datumTijdMelding", "end": "datumEinde",
}  # fmt: skip
"""An element -> the field it holds."""
_STEP = re.compile(r"extension\('([^']+)'\)|([A-Za-z]+)(?:\(\))?(?:\[(\d+)\])?(?:\.|$)")


def pointed(body: Any, findings: list[Message]) -> list[Message]:
    """For each finding what its FHIRPath points at in the question: how many elements, and the field it holds.

    A place in the HTTP request (`http.`) points at nothing in a resource, and is one.
    """
    found = []
    for one in findings:
        place = str(one["plaats"])
        if one["ernst"] != "fout":
            continue
        if place.startswith("http"):
            found.append({"code": one["code"], "aantal": 1, "naam": place.rpartition(".")[2]})
            continue
        there, name = follow(body, place)
        found.append(
            {"code": one["code"], "aantal": len(there), "naam": FIELDS.get(name, name) if len(there) == 1 else ""}
        )
    return found


def follow(body: Any, path: str) -> tuple[list[Any], str]:
    """What stands at a FHIRPath of the subset that places are written in, and what it is called."""
    kind, _, rest = path.partition(".")
    if not isinstance(body, dict) or body.get("resourceType") != kind:
        return [], ""
    found, beside, last = [body], [body], kind
    for url, name, number in _STEP.findall(rest):
        if url or name == "extension":
            held = [one for holder in beside for one in at(holder, "extension")]
            held = [one for one in held if one.get("url") == url] if url else held
            last = url.rpartition("/")[2].removeprefix("vi-") if url else last
            if not url and number and int(number) < len(held):
                last = str(held[int(number)].get("url")).rpartition("/")[2].removeprefix("vi-")
        elif name == "resolve":
            return found, last
        elif name == "value" and any(isinstance(one, dict) and "url" in one for one in found):
            held = [said for one in found for key, said in one.items() if key.startswith("value")]
        else:
            beside = [one for holder in found if isinstance(holder, dict) for one in at(holder, f"_{name}")]
            held = [one for holder in found for one in at(holder, name)]
            last = name
        if number:
            held = held[int(number) : int(number) + 1]
        if url or name == "extension" or all(isinstance(one, dict) for one in held):
            beside = held
        found = held
    return found, last

"""The definitions that no table of the gateway changes. `python -m tests.golden.definitions --update` writes them."""

import json
import sys
from pathlib import Path

from tests.published import every, named

PLACE = Path(__file__).parents[2] / "gateway" / "schemas" / "fhir" / "definitions"
KEPT = ("StructureDefinition", "MessageDefinition", "NamingSystem")


def rendered() -> dict[str, str]:
    """File -> what should stand in it."""
    return {
        f"{named(resource)}.json": json.dumps(resource, indent=1, ensure_ascii=False) + "\n"
        for resource in every()
        if resource["resourceType"] in KEPT
    }


def shown() -> dict[str, str]:
    """File -> what stands in it."""
    return {file.name: file.read_text(encoding="utf-8") for file in PLACE.glob("*.json")}


if __name__ == "__main__" and "--update" in sys.argv:
    PLACE.mkdir(parents=True, exist_ok=True)
    for name in shown().keys() - rendered().keys():
        (PLACE / name).unlink()
    for name, text in rendered().items():
        (PLACE / name).write_text(text, encoding="utf-8")

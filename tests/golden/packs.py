"""The JSON Schema of a policy pack. `python -m tests.golden.packs --update` writes it."""

import json
import sys
from pathlib import Path
from typing import Any

from gateway.rules.dictionary import MAY_KEEP, MAY_LEAVE
from gateway.rules.policy import DUTIES, Pack
from gateway.rules.vocabulary import Vocabulary
from tests.spec.people import shared

FILE = Path(__file__).parents[2] / "gateway" / "schemas" / "pack-1.schema.json"


def schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """What may stand in a pack. TOML dates stand as text; what contradicts another line is told by `packs check`."""
    found = Pack.model_json_schema()
    fields, defs = found["properties"], found["$defs"]
    del fields["version"]
    found["required"].remove("version")
    one_for_all = {"enum": list(DUTIES), "type": "string"}
    fields["duty_to_inform"] = {"anyOf": [one_for_all, {"$ref": "#/$defs/DutyToInform"}]}
    axes, leaving = {"enum": sorted(vocabulary.axes)}, {"enum": sorted(MAY_LEAVE)}
    for name, items in (("keeps", axes), ("travels", axes), ("leaves", leaving)):
        fields[name]["items"] = items
    fields["keeps_fields"]["items"] = {"enum": sorted(MAY_KEEP)}
    defs["ForIndex"]["properties"]["leaves"]["items"] = leaving
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:verwijsindex:pack:1", **found}


def rendered() -> str:
    """The schema as it should stand in the file."""
    return json.dumps(schema(shared()), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__" and "--update" in sys.argv:
    FILE.write_text(rendered(), encoding="utf-8")

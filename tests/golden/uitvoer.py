"""The JSON Schema of a line of an export. `python -m tests.golden.uitvoer --update` writes it."""

import json
import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from gateway.store.transfer import SEALED, columns, tables
from gateway.store.whole import FORMAT, VERSION

FILE = Path(__file__).parents[2] / "gateway" / "schemas" / "uitvoer-1.schema.json"
KINDS: dict[type, dict[str, Any]] = {
    sa.Uuid: {"type": "string", "format": "uuid"},
    sa.LargeBinary: {"type": "string", "contentEncoding": "base64"},
    sa.DateTime: {"type": "string", "format": "date-time"},
    sa.Date: {"type": "string", "format": "date"},
    sa.Double: {"type": "number"},
    sa.Boolean: {"type": "boolean"},
    sa.JSON: {"type": ["object", "array"]},
}
FORMS = {
    "json": {"type": "object"},
    "bytes": {"type": "string", "contentEncoding": "base64"},
    "packed": {"type": "array"},
}
SEALED_COLUMNS = {(item.table.name, item.column): item.form for item in SEALED}


def _kind(column: sa.Column[Any]) -> dict[str, Any]:
    form = SEALED_COLUMNS.get((column.table.name, column.name))
    if form is not None:
        properties = {"sleutel": {"enum": ["eigen", "ring"]}, "inhoud": FORMS[form]}
        kind = _closed(properties)
    elif isinstance(column.type, sa.Integer):
        kind = {"type": "integer"}
    else:
        kind = KINDS.get(type(column.type), {"type": "string"})
    return {"anyOf": [kind, {"type": "null"}]} if column.nullable else kind


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object", "properties": properties, "required": sorted(properties), "additionalProperties": False,
    }  # fmt: skip


def schema() -> dict[str, Any]:
    """What a line may be: the head, a row of a table, or the foot."""
    text = {"type": "string"}
    head: dict[str, Any] = _closed(
        {
            "soort": {"const": "kop"}, "formaat": {"const": FORMAT}, "versie": {"const": VERSION},
            "gemaakt_op": {"type": "string", "format": "date-time"}, "gateway": text, "vorm": text, "sleutelbos": text,
        }
    )  # fmt: skip
    head["properties"]["regio"] = {"type": "string", "description": "Only of an export of one region."}
    sums = _closed({"aantal": {"type": "integer"}, "som": {"type": "string", "pattern": "^[0-9a-f]{64}$"}})
    names = {"enum": [table.name for table in tables()]}
    foot = {"type": "object", "additionalProperties": sums, "propertyNames": names}
    rows = [
        _closed(
            {
                "soort": {"const": "rij"},
                "tabel": {"const": table.name},
                "rij": _closed({column.name: _kind(column) for column in columns(table)}),
            }
        )
        for table in tables()
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:verwijsindex:uitvoer:1",
        "title": "A line of an export of a whole gateway",
        "oneOf": [head, *rows, _closed({"soort": {"const": "slot"}, "tabellen": foot})],
    }


def rendered() -> str:
    """The schema as it should stand in the file."""
    return json.dumps(schema(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__" and "--update" in sys.argv:
    FILE.write_text(rendered(), encoding="utf-8")

"""The JSON Schema of the canonical signal. `python -m tests.golden.schema --update` writes it."""

import json
import sys
from pathlib import Path

from gateway.canonical.signal import Signal

FILE = Path(__file__).parents[2] / "gateway" / "schemas" / "signaal-1.schema.json"


def rendered() -> str:
    """The schema as it should stand in the file."""
    return json.dumps(Signal.model_json_schema(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__" and "--update" in sys.argv:
    FILE.write_text(rendered(), encoding="utf-8")

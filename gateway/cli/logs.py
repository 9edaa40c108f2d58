"""Logging as facts, one JSON object a line. A field that is not on the list is not written; neither is any error text.

An exception is told by its kind and where it was: its text may quote a message, so it is left out.
"""

import json
import logging
import sys
import traceback
from typing import Any

FIELDS = ("kind", "unit", "size", "attempt", "destination", "operation", "count", "problem")
"""What an event may carry beside its name."""


class Facts(logging.Formatter):
    """Writes a record as JSON, from the list of fields and nothing else."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of facts."""
        facts: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage() if isinstance(record.msg, str) else type(record.msg).__name__,
        }
        facts |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0] is not None:
            facts["error"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            facts["where"] = [f"{frame.name}:{frame.lineno}" for frame in frames[-6:]]
        return json.dumps(facts, ensure_ascii=False)


def configure(level: int = logging.INFO) -> None:
    """Log to standard error. Libraries that talk are told to whisper."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Facts())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in ("uvicorn", "httpx", "httpcore", "zeep", "alembic", "urllib3"):
        logging.getLogger(name).setLevel(logging.WARNING)

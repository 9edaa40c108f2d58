"""The answers that changes got, so that the same message gets the same answer.

Statements only, in the same file as `state`.
"""

import datetime as dt
import json
import sqlite3
from uuid import UUID

from pydantic import TypeAdapter

from gateway.simulator.replies import Kept, Registered, Reply
from gateway.simulator.stream import Stream

_KEPT: TypeAdapter[Kept] = TypeAdapter(Kept)


class Answers:
    """Part of the state's file; every method belongs inside its transaction."""

    def __init__(self, db: sqlite3.Connection, stream: Stream) -> None:
        self._db = db
        self._stream = stream

    def keep(self, sender: str, reply: Reply, *, digest: str, index_id: str | None, news: tuple[int, ...]) -> None:
        """Remember an answer. The news in it is kept as a list of entries, so that no contact stands twice."""
        answer = reply.answer
        bare = answer.model_copy(update={"news": ()}) if isinstance(answer, Registered) else answer
        self._db.execute(
            "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                sender, reply.to, digest, index_id, str(reply.answer_id), reply.answered_at.isoformat(),
                bare.model_dump_json(), json.dumps(news),
            ),
        )  # fmt: skip

    def recall(self, sender: str, reference: str) -> tuple[str | None, Reply] | None:
        """The digest of an earlier message and the answer it got."""
        row = self._db.execute(
            "SELECT * FROM answers WHERE sender = ? AND reference = ?", (sender, reference)
        ).fetchone()
        if row is None:
            return None
        answer = _KEPT.validate_json(row["answer"])
        if isinstance(answer, Registered):
            answer = answer.model_copy(update={"news": self._stream.entries(json.loads(row["news"]))})
        at = dt.datetime.fromisoformat(row["answered_at"])
        return row["digest"], Reply(answer_id=UUID(row["answer_id"]), answered_at=at, to=reference, answer=answer)

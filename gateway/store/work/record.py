"""What the writer keeps beside signals: what an operator did, and the texts that decisions were made with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from gateway.canonical.tenant import GATEWAY


@dataclass(frozen=True, slots=True)
class Record:
    """Have it in the audit that an operator did something."""

    event: str
    facts: Mapping[str, object]
    tenant: str = GATEWAY
    subject: UUID | None = None


@dataclass(frozen=True, slots=True)
class Keep:
    """Keep the text of a pack, map or configuration under its digest."""

    artifacts: tuple[tuple[str, str, str, bytes], ...] = field(default=())
    """(digest, kind, name, content)"""

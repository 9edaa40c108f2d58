"""What the demo writes down: every exchange as files, every promise as a row, every word's journey."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gateway.cli.partners import Exchange
from gateway.cli.proof import Promise, Step, Story

FILES = {"begrepen als": "canonical.json", "naar de index": "to-the-index.xml"}
"""What is shown beside a message and its answer, and the file it is in."""


@dataclass(slots=True)
class Evidence:
    """What is written: every exchange as files, every promise as a row."""

    directory: Path
    steps: list[Step] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    stories: list[Story] = field(default_factory=list)

    def keep(self, name: str, content: bytes) -> str:
        """Write bytes; gives their name."""
        (self.directory / name).write_bytes(content)
        return name

    def step(self, nl: str, en: str, exchange: Exchange, more: Mapping[str, bytes] | None = None) -> str:
        """Write an exchange; gives the number of its step."""
        number = f"{len(self.steps) + 1:02d}"
        names = {
            "bericht": self.keep(f"{number}-in.{exchange.kinds[0]}", exchange.sent),
            "antwoord": self.keep(f"{number}-answer.{exchange.kinds[1]}", exchange.received),
        }
        names |= {what: self.keep(f"{number}-{FILES[what]}", content) for what, content in (more or {}).items()}
        self.steps.append(Step(number, nl, en, names))
        return number

    def found(self, nl: str, en: str, kind: str, content: bytes) -> str:
        """Write something that came by itself; gives the name of its file."""
        return self.files(nl, en, {"gevonden": (f"found.{kind}", content)})["gevonden"]

    def files(self, nl: str, en: str, contents: Mapping[str, tuple[str, bytes]]) -> dict[str, str]:
        """Write a step with files by what they are, each with the end of its name; gives their names."""
        number = f"{len(self.steps) + 1:02d}"
        names = {what: self.keep(f"{number}-{end}", content) for what, (end, content) in contents.items()}
        self.steps.append(Step(number, nl, en, names))
        return names

    def promise(self, nl: str, en: str, holds: bool, *names: str) -> None:
        """Record whether a promise holds, and by which files one can see it."""
        self.promises.append(Promise(nl, en, holds, names))

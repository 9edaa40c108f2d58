"""The requirements as data: read, selected and ordered."""

import hashlib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of `requirements.toml`."""

    id: str
    level: str
    check: str
    text: str
    text_en: str
    fix: str
    fix_en: str
    source: str
    last: bool = False

    @property
    def theme(self) -> str:
        """The file its check lives in."""
        return self.check.partition(".")[0]

    def named(self, names: Iterable[str]) -> bool:
        """Whether one of the names is this requirement's id or theme."""
        return bool({self.id, self.theme} & set(names))


def load() -> tuple[Requirement, ...]:
    """Every requirement, in the order in which they are tried."""
    rows = tomllib.loads(_bytes("requirements.toml").decode())["requirement"]
    return tuple(sorted((Requirement(**row) for row in rows), key=lambda requirement: requirement.last))


def fingerprint() -> str:
    """What the verdict rests on: a hash of the requirements, the words, the persons and the pinned contract."""
    names = (
        "requirements.toml",
        "words.csv",
        "persons.csv",
        "contract/aanlevering-1.xsd",
        "contract/aanlevering-1.wsdl",
    )
    digest = hashlib.sha256()
    for name in names:
        digest.update(_bytes(name).replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:16]


def _bytes(name: str) -> bytes:
    return files("conformance").joinpath(*name.split("/")).read_bytes()

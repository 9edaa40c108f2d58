"""Words and their meanings. A translation never stands without the sender's own word."""

from enum import StrEnum
from typing import NamedTuple

from gateway.canonical.value import Value

UNKNOWN = "onbekend"
"""The concept of a word nobody mapped: never read as safe, never as no hurry."""


class Equivalence(StrEnum):
    """How well the shared concept covers the sender's word (FHIR R4 ConceptMapEquivalence)."""

    EQUAL = "equal"
    EQUIVALENT = "equivalent"
    WIDER = "wider"
    NARROWER = "narrower"
    INEXACT = "inexact"
    UNMATCHED = "unmatched"


class Term(NamedTuple):
    """A sender's word on an axis, from the list (`stelsel`) it belongs to."""

    axis: str
    word: str
    stelsel: str = ""

    def __repr__(self) -> str:
        return "Term(***)"


class Meaning(Value):
    """What a word was understood to mean: word, shared concept, degree, and the map that said so."""

    axis: str
    word: str
    concept: str
    equivalence: Equivalence
    map: str
    """Name and version of the map row's source, e.g. `zvj-signaalcode@3f2a9c01`; `-` where no map knew the word."""


class Question(Value):
    """A word that was not understood goes back to its sender with the concepts it may choose from."""

    axis: str
    word: str
    choices: tuple[str, ...]


class Understanding(Value):
    """All that the vocabulary made of a message's words."""

    meanings: tuple[Meaning, ...] = ()
    questions: tuple[Question, ...] = ()
    advice: tuple[str, ...] = ()
    """Codes of advice, in the order the texts should be read; `bel-nu` for a word that means danger."""

"""Everything that is published, as one library."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gateway.adapters.publications.fhir.base import Resource
from gateway.adapters.publications.fhir.codes import Words, codes
from gateway.adapters.publications.fhir.contract import contract, guide
from gateway.adapters.publications.fhir.extensions import EXTENSIONS
from gateway.adapters.publications.fhir.index_profiles import index_profiles
from gateway.adapters.publications.fhir.profiles import profiles
from gateway.adapters.publications.fhir.shape import extension
from gateway.adapters.publications.fhir.topics import topics
from gateway.adapters.publications.fhir.words import words
from gateway.rules.findings import FindingTexts
from gateway.rules.vocabulary import Vocabulary

KINDS = (
    *("StructureDefinition", "MessageDefinition", "OperationDefinition", "NamingSystem"),
    *("CodeSystem", "ValueSet", "ConceptMap", "ImplementationGuide", "Basic"),
)


@dataclass(frozen=True, slots=True, repr=False)
class Library:
    """What is published, by type and id."""

    resources: Mapping[tuple[str, str], Resource]

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources.values())

    def get(self, kind: str, identity: str) -> Resource | None:
        """One resource."""
        return self.resources.get((kind, identity))

    def of(self, kind: str) -> list[Resource]:
        """All of a type, in the order of publication."""
        return [resource for resource in self if resource["resourceType"] == kind]

    def by_address(self, kind: str, address: str) -> Resource | None:
        """The resource of a canonical address, with or without the version that is here."""
        url, _, version = address.partition("|")
        for resource in self.of(kind):
            if resource.get("url") == url and version in ("", resource["version"]):
                return resource
        return None


def library(vocabulary: Vocabulary, texts: FindingTexts, *, advice: Words, operations: Iterable[str]) -> Library:
    """Everything. `advice` is code -> (Dutch, English); `operations` the names of what a sender may ask."""
    operations = tuple(operations)
    fixed = [*profiles(), *index_profiles(), *map(extension, EXTENSIONS), *contract(operations), *topics()]
    lists = [*codes(texts, advice, operations, vocabulary.axes), *words(vocabulary)]
    listed = [*fixed, *lists]
    made = {(resource["resourceType"], resource["id"]): resource for resource in [*listed, guide(listed)]}
    if len(made) <= len(listed):
        raise ValueError("two definitions have one id")
    return Library(made)

"""The adapter that every one of these tests asks."""

import pytest

from gateway.adapters.indexes.fhir_index import FhirIndex
from tests.contract.fhir_index.said import DECLARED, SENDER


@pytest.fixture(scope="module")
def index() -> FhirIndex:
    return FhirIndex(sender=SENDER, capabilities=DECLARED)

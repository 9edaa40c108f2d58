"""HAPI's validator is a judge that can say no, and says no of nothing that we publish."""

from pathlib import Path

import pytest

from tests.interop import hapi, messages
from tests.published import every, named

pytestmark = pytest.mark.interop

GOOD = {"resourceType": "Patient", "gender": "male", "birthDate": "2014-05"}
BAD = GOOD | {"gender": "manlijk"}


def test_the_judge_tells_a_good_resource_from_a_bad_one(tmp_path: Path) -> None:
    resources = hapi.written(tmp_path / "resources", {"good": GOOD, "bad": BAD})
    (resources / "good.xml").write_text('<Patient xmlns="http://hl7.org/fhir"><gender value="male"/></Patient>')
    found = hapi.errors(hapi.validate(resources, hapi.written(tmp_path / "definitions", {})))
    assert found.keys() == {"bad.json"}
    assert any("manlijk" in issue.message for issue in found["bad.json"])


def test_every_definition_is_right(tmp_path: Path) -> None:
    published = hapi.written(tmp_path / "published", {named(resource): resource for resource in every()})
    assert hapi.errors(hapi.validate(published, published)) == {}


def test_what_the_contract_means_is_right_and_what_it_forbids_is_not(tmp_path: Path) -> None:
    published = hapi.written(tmp_path / "published", {named(resource): resource for resource in every()})
    cases = hapi.written(tmp_path / "cases", messages.RIGHT | messages.broken())
    found = hapi.errors(hapi.validate(cases, published))
    assert {name.removesuffix(".json") for name in found} == set(messages.BREAKS), found

"""For whom a certificate acts: kop/organisatie says so, the mandate must allow it."""

import base64

import httpx
import pytest

from tests.web.certificates import SCHOOL, STRANGER, SUPPLIER, issue
from tests.web.conftest import PROXY
from tests.web.edge import Edge, envelope, texts


def call(edge: Edge, oin: str, organisatie: str = "", *, peer: str = PROXY) -> httpx.Response:
    shown = f":{base64.b64encode(issue(oin).der).decode()}:"
    message = envelope("capaciteiten", organisatie=organisatie)
    return edge.ask("/soap/v1", message, peer=peer, headers={"client-cert": shown})


@pytest.mark.parametrize(("organisatie", "may_know_bsn"), [("school", "true"), ("opvang", "false")])
def test_a_supplier_acts_for_the_organisation_it_names(edge: Edge, organisatie: str, may_know_bsn: str) -> None:
    answer = call(edge, SUPPLIER, organisatie)
    assert answer.status_code == 200
    assert texts(answer, "bsnToegestaan") == [may_know_bsn]


@pytest.mark.parametrize("organisatie", ["", "school"])
def test_who_acts_for_itself_only_need_not_say_so(edge: Edge, organisatie: str) -> None:
    assert texts(call(edge, SCHOOL, organisatie), "bsnToegestaan") == ["true"]


@pytest.mark.parametrize(("oin", "organisatie"), [(SUPPLIER, ""), (SUPPLIER, "onbekend"), (SCHOOL, "opvang")])
def test_without_a_mandate_for_that_organisation_it_is_refused(edge: Edge, oin: str, organisatie: str) -> None:
    answer = call(edge, oin, organisatie)
    assert answer.status_code == 500
    assert texts(answer, "code")[0] == "VIX-1905"


@pytest.mark.parametrize(("oin", "peer"), [(STRANGER, PROXY), (SUPPLIER, "203.0.113.9")])
def test_a_stranger_is_turned_away_before_its_message_is_read(edge: Edge, oin: str, peer: str) -> None:
    answer = call(edge, oin, "school", peer=peer)
    assert answer.status_code == 401
    assert texts(answer, "code")[0] == "VIX-1904"
    assert answer.headers["www-authenticate"].startswith("Bearer")

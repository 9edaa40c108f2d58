"""What operators ask: whether it lives, whether it can accept, and figures that never name anybody."""

import base64
import re
from collections.abc import Callable

import pytest

from gateway import __version__
from tests.web.certificates import SCHOOL, issue
from tests.web.conftest import METRICS, PROXY
from tests.web.edge import Edge, envelope

LABELLED = re.compile(r"^(\w+)\{([^}]*)\}", re.MULTILINE)
LABELS = {"format", "kind", "code", "state", "le"}
BEARER = {"authorization": f"Bearer {METRICS}"}
SIGNAL = (
    "<bronSignaalId>kanarie-17</bronSignaalId><soort>SIGNAAL</soort><jeugdige><bsn>{bsn}</bsn></jeugdige>"
    "<melder><professionalId>kanarie-1</professionalId><naam>Kanariepiet</naam><telefoon>030-7654321</telefoon></melder>"
    "<datumTijdMelding>2026-11-21T10:00:00+01:00</datumTijdMelding><attestaties><redelijkVermoeden>true"
    "</redelijkVermoeden></attestaties><aanduiding><as>urgentie</as><woord>kanariewoord</woord></aanduiding>"
)
PERSONAL = ("999990287", "999990288", "kanarie", "Kanariepiet", "7654321", "school", "opvang", SCHOOL, PROXY)


def test_health_says_that_the_process_runs(edge: Edge) -> None:
    answer = edge.ask("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "version": __version__})


def test_ready_says_that_it_can_accept(edge: Edge) -> None:
    assert edge.ask("/ready").status_code == 200


def test_without_its_store_it_lives_but_is_not_ready(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise OSError("disk 7 of host kanarie")

    monkeypatch.setattr(edge.house.store.read, "alive", gone)
    answer = edge.ask("/ready")
    assert (answer.status_code, answer.json()) == (503, {"status": "store"})
    assert edge.ask("/health").status_code == 200


def test_figures_are_for_who_has_the_token(edge: Edge) -> None:
    for said in ({}, {"authorization": "Bearer geraden"}, {"authorization": METRICS}):
        assert edge.ask("/metrics", headers=said).status_code == 401
    assert edge.ask("/metrics", headers=BEARER).status_code == 200


def test_without_a_token_in_the_configuration_figures_are_for_nobody(open_edge: Callable[..., Edge]) -> None:
    edge = open_edge(metrics_token="")
    for said in ({}, {"authorization": "Bearer "}, {"authorization": "Bearer"}):
        assert edge.ask("/metrics", headers=said).status_code == 401


def test_no_figure_has_a_personal_label(edge: Edge) -> None:
    known = {"client-cert": f":{base64.b64encode(issue(SCHOOL).der).decode()}:"}
    for bsn in ("999990287", "999990288"):
        edge.ask("/soap/v1", envelope("signaalAfgeven", SIGNAL.format(bsn=bsn)), peer=PROXY, headers=known)
    edge.ask("/soap/v1", b"<kanarie", peer=PROXY, headers=known)
    edge.ask("/soap/v1", envelope("kanarie"), peer="203.0.113.9")
    edge.ask("/soap/kanarie?bsn=999990287")
    told = edge.ask("/metrics", headers=BEARER).text
    labels = {part.partition("=")[0] for _, said in LABELLED.findall(told) for part in said.split(",")}
    assert labels == LABELS
    assert 'verwijsindex_findings_total{code="VIX-1101"} 1.0' in told
    assert 'verwijsindex_signals{state="ACTIEF"} 1.0' in told
    assert not [word for word in PERSONAL if word.lower() in told.lower()]


def test_there_is_nothing_else(edge: Edge) -> None:
    for path in ("/", "/docs", "/redoc", "/openapi.json", "/soap", "/soap/v1/", "/metrics/", "/ready/x"):
        assert edge.ask(path).status_code in {307, 404}

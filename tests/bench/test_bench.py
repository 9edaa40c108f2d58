"""The bench itself: it asks the same in every format, its peers answer what is R4, and it tells what did not run."""

import io
import json
from collections.abc import Callable
from dataclasses import fields
from functools import cache
from typing import Any
from unittest.mock import Mock

import pytest
from fhir.resources.R4B.bundle import Bundle

from gateway import compose
from gateway.adapters.senders.csvfile import STANDARD, CsvSender
from gateway.adapters.senders.fhir import FhirSender
from gateway.canonical.command import Afgeven, Draft
from gateway.flow.ports import SenderAdapter
from gateway.rules.findings import FindingTexts
from gateway.wire.message import WireRequest
from tests.bench import __main__ as bench
from tests.bench import chain, formats, generator
from tests.bench.forms import FORMS, ROWS
from tests.bench.messages import Mill
from tests.bench.processes import Failed
from tests.bench.servers.fhir_app import answer


@cache
def fhir_sender() -> FhirSender:
    return compose.fhir_sender("http://127.0.0.1/fhir")


SENDERS: dict[str, tuple[Callable[[], SenderAdapter], str]] = {
    "soap": (compose.soap_sender, "/soap/v1"),
    "fhir": (fhir_sender, "/fhir"),
    "fhir-rest": (fhir_sender, "/fhir"),
    "json": (compose.json_sender, "/v1"),
}


@cache
def asked(name: str) -> list[Afgeven]:
    """What the gateway reads in one request of a format."""
    form = FORMS[name]()
    body = Mill(form, 7).body()
    if name == "csv":
        sender = CsvSender.load(FindingTexts.load(), compose.layouts()[STANDARD], choices_display=lambda *_: "")
        return [row.request for row in sender.rows(io.BytesIO(body))]  # type: ignore[union-attr,misc]
    make, base = SENDERS[name]
    headers = {name.lower(): value for name, value in form.headers.items()}
    wire = WireRequest(body, headers["content-type"], headers, path=form.path.removeprefix(base))
    request, _ = make().decode(wire)
    assert isinstance(request, Afgeven)
    return [request]


def said(request: Afgeven) -> dict[str, Any]:
    """Every text of a signal by its field, and its words by their axis."""
    draft = request.draft
    names = [item.name for item in fields(Draft) if item.name not in ("here", "places", "terms", "registraties")]
    texts = {name: one.text for name in names if (one := getattr(draft, name)) is not None}
    return texts | {term.axis.text: term.word.text for term in draft.terms}


@pytest.mark.parametrize("name", FORMS)
def test_the_message_says_the_same_in_every_format(name: str) -> None:
    (meant,) = asked("soap")
    requests = asked(name)
    assert len(requests) == FORMS[name]().signals
    assert requests[0].remarks == ()
    first = said(requests[0])
    for at in ("datum_tijd_melding", "redelijk_vermoeden"):  # a moment of its own, and a word for true
        assert first.pop(at)
    assert first == {key: text for key, text in said(meant).items() if key in first}
    assert len(first) == len(said(meant)) - 2


def test_requests_differ_in_their_ids_alone_and_have_the_length_they_declare() -> None:
    for make in FORMS.values():
        mill = Mill(make(), 3, "token")
        one, other = mill.request(), mill.request()
        assert len(one) == len(other)
        assert one != other
        head, _, body = one.partition(b"\r\n\r\n")
        assert f"Content-Length: {len(body)}".encode() in head
        assert b"Authorization: Bearer token" in head


def test_every_row_of_a_file_is_a_signal_of_its_own() -> None:
    requests = asked("csv")
    assert len({request.draft.bron_signaal_id.text for request in requests if request.draft.bron_signaal_id}) == ROWS


def test_the_peers_of_fhir_answer_the_message_with_a_message() -> None:
    form = FORMS["fhir"]()
    sent = json.loads(Mill(form, 1).body())
    told = answer(Bundle.model_validate(sent))
    Bundle.model_validate(told)
    assert told["entry"][0]["resource"]["response"]["identifier"] == sent["entry"][0]["resource"]["id"]
    own = sent["entry"][1]["resource"]["identifier"][0]["value"]
    assert told["entry"][-1]["resource"]["identifier"][-1]["value"] == own
    assert form.good in json.dumps(told, separators=(",", ":")).encode()


@pytest.mark.parametrize("fault", [Failed("it did not start"), ConnectionResetError("gone")])
def test_what_cannot_run_is_told_and_is_the_exit_code(
    fault: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: int) -> str:
        raise fault

    monkeypatch.setattr(chain, "whole", broken)
    assert bench.main(["chain"]) == 1
    assert f"chain FAILED: {fault}" in capsys.readouterr().out.replace("ConnectionResetError: ", "")


@pytest.mark.verify
def test_the_fhir_peers_and_every_format_are_measured() -> None:
    told: list[str] = []
    bench.models(bench.Effort(rounds=1, seconds=0.5, signals=0, turns=1), told.append)
    formats.table(1, 0.5, told.append)
    starts = [line.split("=")[0].split(":")[0].strip() for line in told]
    assert starts == [
        "G6 ratio(plain)", "gateway", "plain", "textbook", "micro(fhir) ratio", *FORMS, "formats growth",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "text", "refused"),
    [("200 OK", "ontvangen", 0), ("201 Created", "ontvangen", 0), ("200 OK", "niet", 1), ("500 Error", "ontvangen", 1)],
)
def test_only_an_answer_that_took_the_signal_counts(status: str, text: str, refused: int) -> None:
    form = FORMS["json"]()
    made = generator.Load(Mill(form, 1), b"ontvangen", port=1, seconds=1e-9, most=0, rate=0)
    client = generator.Client(made)
    client.connection_made(Mock())
    client.data_received(f"HTTP/1.1 {status}\r\ncontent-length: {len(text)}\r\n\r\n{text}".encode())
    assert made.counted() == (1, refused)


def test_a_format_that_is_refused_fails_its_bench(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "load", lambda *_, **__: {"n": 3.0, "bad": 1.0})
    with pytest.raises(Failed, match="json: 1 of 3"):
        formats.counted("json", Mock(), 0.1)

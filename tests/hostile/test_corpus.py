import socket
from contextlib import suppress
from time import process_time

import pytest
from lxml import etree

from gateway.adapters.senders.soap import SoapSender
from gateway.canonical.receipt import Refusal
from gateway.errors import SenderError
from gateway.rules.findings import FindingTexts
from gateway.wire.message import WireRequest
from tests.hostile.corpus import CANARIES, CASES, Case

READ = [case for case in CASES if case.by != "door"]


@pytest.fixture(scope="module")
def sender() -> SoapSender:
    return SoapSender.load(FindingTexts.load(), advice={}, describe=lambda axis, concept: (concept, axis))


@pytest.fixture(scope="module")
def contract() -> etree.XMLSchema:
    return etree.XMLSchema(file="gateway/schemas/aanlevering-1.xsd")


def _codes(sender: SoapSender, case: Case) -> tuple[bool, Refusal | None]:
    try:
        request, _ = sender.decode(WireRequest(case.build(), case.content_type, case.headers))
    except SenderError as error:
        return False, Refusal(findings=error.findings)
    return True, Refusal(findings=request.remarks) if request.remarks else None


def test_the_corpus_is_large_and_its_names_are_unique() -> None:
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)
    texts = FindingTexts.load()
    assert all(code in texts.codes for case in CASES for code in case.codes)
    assert all(case.accepted != bool(case.codes) for case in CASES)


@pytest.mark.parametrize("case", READ, ids=lambda case: case.name)
def test_a_case_is_understood_or_refused_with_its_codes(
    sender: SoapSender, contract: etree.XMLSchema, case: Case
) -> None:
    started = process_time()
    read, refusal = _codes(sender, case)
    assert process_time() - started < 2, "a small message may not keep the gateway busy"
    if case.by == "admission":
        assert (read, refusal) == (True, None)
        return
    assert refusal is not None
    assert set(case.codes) <= {finding.code for finding in refusal.findings}
    assert len(refusal.findings) <= 100
    fault = sender.encode(refusal, operation="Afgeven", relates_to="")
    contract.assertValid(etree.fromstring(fault.body).find(".//{*}verwijsindexFout"))
    assert not [canary for canary in (*CANARIES, "kanarie") if canary.lower() in fault.body.decode().lower()]
    assert b"127.0.0.1" not in fault.body


@pytest.mark.parametrize("case", [case for case in CASES if case.by == "door"], ids=lambda case: case.name)
def test_what_the_door_must_stop_is_large(case: Case) -> None:
    assert len(case.build()) > 50_000_000


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("SOAP 1.2", "VersionMismatch"),
        ("SOAP 1.2 by its media type", "VersionMismatch"),
        ("Envelope of no SOAP", "VersionMismatch"),
        ("header to be understood", "MustUnderstand"),
        ("two MessageIDs", "Client"),
        ("operation of another version", "Client"),
        ("unknown element", "Client"),
    ],
)
def test_a_fault_has_the_code_that_soap_gives_it(sender: SoapSender, name: str, code: str) -> None:
    (case,) = (case for case in CASES if case.name == name)
    _, refusal = _codes(sender, case)
    assert refusal is not None
    fault = etree.fromstring(sender.encode(refusal, operation="", relates_to="").body)
    assert fault.findtext(".//faultcode") == f"soap:{code}"


def test_no_case_makes_a_network_call(sender: SoapSender) -> None:
    with socket.create_server(("127.0.0.1", 0)) as ear:
        ear.setblocking(False)
        port = str(ear.getsockname()[1]).encode()
        for case in READ:
            body = case.build().replace(b"127.0.0.1:9/", b"127.0.0.1:" + port + b"/")
            with suppress(SenderError):
                sender.decode(WireRequest(body, "text/xml"))
        with pytest.raises(BlockingIOError):
            ear.accept()

"""A simulated ketenregister: what a script lets go wrong, and what is no message of the contract."""

import pytest

from tests.simulator.ketenregister_stijl.wire import Keten, Told, by_bsn, envelope, tag


@pytest.mark.parametrize(
    ("operation", "inner"),
    [
        ("clientVerifieren", tag("eigenReferentie", "s-1")),
        ("clientVerifieren", tag("eigenReferentie", "s-1") + by_bsn("12")),
        ("registratieBeeindigen", tag("eigenReferentie", "s-1") + tag("beeindigdPer", "-2026-11-21")),
        ("berichtenOphalen", tag("naNummer", "9" * 400)),
        ("statusOpvragen", tag("vanBericht", "m-1")),
        ("bevestiging", ""),
    ],
)
def test_what_is_no_message_of_the_contract_is_not_quoted(gateway: Keten, operation: str, inner: str) -> None:
    told = gateway.ask(operation, inner)
    assert told.code == "IX-400"
    assert b"12</" not in told.raw and b"99999" not in told.raw


def test_an_answer_is_no_question(gateway: Keten) -> None:
    body = gateway.verify().raw
    assert gateway.post(body).code == "IX-400"
    assert gateway.post(b"\x00").code == gateway.post(b"<a/>").code == "IX-400"
    assert gateway.post(envelope("capaciteiten", "", number="m", sender="g").replace(b"envelope/", b"e/")).code


def test_a_refusal_by_script_is_not_for_good(gateway: Keten) -> None:
    gateway.managed(
        "storingen", [{"operation": "signaalVastleggen", "fault": "refuse", "code": "IX-9", "times": 1}]
    )  # fmt: skip
    assert gateway.register().code == "IX-9"
    assert gateway.register().text("bestondAl") == "false"


@pytest.mark.parametrize("fault", ["forged_match", "foreign_match", "oversized_match"])
def test_false_notices_can_be_planted(gateway: Keten, fault: str) -> None:
    gateway.register()
    gateway.managed("storingen", [{"operation": "berichtenOphalen", "fault": fault, "times": 1}])
    told: Told = gateway.post(envelope("berichtenOphalen", tag("naNummer", 0), number="m", sender="gateway"))
    assert len(told.each("matchbericht")) == 1

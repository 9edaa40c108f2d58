import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import ValidationError

from gateway.simulator.faults import Fault, Rule, Script
from gateway.simulator.server import Simulator, serve

from .wire import ROOT, SCHEMA, Sender

Connect = Callable[..., Sender]


def fires(rule: dict[str, object], *operations: str, seed: int = 0) -> list[bool]:
    script = Script(seed=seed)
    script.replace([Rule.model_validate(rule)])
    return [bool(script.fire(operation).rules) for operation in operations or ["signaalAfgeven"] * 8]


@pytest.mark.parametrize(
    ("rule", "when"),
    [
        ({}, "11111111"),
        ({"after": 3}, "00011111"),
        ({"times": 2}, "11000000"),
        ({"every": 3}, "10010010"),
        ({"after": 2, "every": 2, "times": 2}, "00101000"),
        ({"probability": 0}, "00000000"),
        ({"operation": "signaalAfgeven"}, "11111111"),
        ({"operation": "matchesOpvragen"}, "00000000"),
    ],
)
def test_a_rule_fires_by_its_counts(rule: dict[str, object], when: str) -> None:
    assert "".join("01"[fired] for fired in fires({"fault": "delay"} | rule)) == when


def test_a_rule_counts_only_the_requests_of_its_operation() -> None:
    mixed = ["matchesOpvragen", "signaalAfgeven", "matchesOpvragen", "signaalAfgeven"]
    rule = {"fault": "delay", "operation": "signaalAfgeven", "after": 1}
    assert fires(rule, *mixed) == [False, False, False, True]


def test_chance_is_seeded_and_a_new_script_begins_again() -> None:
    rule = {"fault": "delay", "probability": 0.5}
    many = ["signaalAfgeven"] * 400
    assert fires(rule, *many, seed=7) == fires(rule, *many, seed=7) != fires(rule, *many, seed=8)
    assert 150 < sum(fires(rule, *many, seed=7)) < 250
    script = Script(seed=7)
    runs = []
    for _ in range(2):
        script.replace([Rule.model_validate(rule)])
        runs.append([bool(script.fire("signaalAfgeven").rules) for _ in range(50)])
    assert runs[0] == runs[1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"fault": "explode"}, {"fault": "delay", "operation": "zoeken"}, {"fault": "delay", "after": -1},
        {"fault": "delay", "every": 0}, {"fault": "delay", "probability": 2}, {"fault": "delay", "seconds": -1},
        {"fault": "refuse", "code": "<x>"}, {"fault": "delay", "ander": 1}, {},
    ],
)  # fmt: skip
def test_a_wrong_script_is_refused_whole_and_the_old_one_stays(gateway: Sender, wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Rule.model_validate(wrong)
    gateway.script({"fault": "refuse"})
    status, answer = gateway.request("POST", "/beheer/storingen", json.dumps([wrong]).encode())
    assert status == 400
    assert b"plaatsen" in answer
    assert gateway.register().code == "IX-422"


def test_a_script_can_be_ended(gateway: Sender) -> None:
    gateway.script({"fault": "unavailable"}, {"fault": "500", "operation": "capaciteiten"})
    assert gateway.register().code == "IX-503"
    assert gateway.managed("DELETE", "storingen") == {"regels": 0}
    assert not gateway.register().code


def test_delay_waits_and_then_does_it(gateway: Sender) -> None:
    gateway.script({"fault": "delay", "seconds": 0.3, "times": 1})
    began = time.monotonic()
    assert not gateway.register().code
    assert time.monotonic() - began >= 0.3


def test_a_scripted_refusal_is_the_answer_of_that_message_for_good(gateway: Sender) -> None:
    gateway.script({"fault": "refuse", "operation": "signaalAfgeven", "times": 1, "code": "IX-499"})
    refusal = gateway.register(reference="m-1", signal="s-1")
    assert refusal.code == "IX-499"
    assert gateway.register(reference="m-1", signal="s-1").code == "IX-499"
    assert gateway.status("m-1").text("verwijsindexFout/code") == "IX-499"
    assert not gateway.register(reference="m-2", signal="s-1").code


def test_a_question_can_be_refused_too_but_not_for_good(gateway: Sender) -> None:
    gateway.script({"fault": "refuse", "times": 3})
    assert {gateway.poll().code, gateway.status("m").code, gateway.ask("capaciteiten").code} == {"IX-422"}
    assert not gateway.poll().code


def test_unavailable_is_the_servers_fault_may_be_repeated_and_leaves_nothing(gateway: Sender) -> None:
    gateway.script({"fault": "unavailable", "times": 1})
    fault = gateway.register(reference="m-1", signal="s-1")
    detail = fault.body.find("detail")[0]
    assert fault.body.findtext("faultcode") == "soap:Server"
    assert [child.text for child in detail][:2] == ["IX-503", "server"]
    assert detail[3].text == "true"
    assert gateway.status("m-1").text("gevonden") == "false"
    assert not gateway.register(reference="m-1", signal="s-1").code


def test_500_is_no_soap_and_leaves_nothing(connect: Connect) -> None:
    sender = connect(strict=False)
    sender.script({"fault": "500", "times": 1})
    status, body = sender.request("POST", "/soap", _create())
    assert (status, body[:6]) == (500, b"<html>")
    assert sender.managed("GET", "telling")["signalen"] == {}
    assert sender.request("POST", "/soap", _create())[0] == 200


def test_garbage_is_kept_but_cannot_be_read(connect: Connect) -> None:
    sender = connect(strict=False)
    sender.script({"fault": "garbage", "times": 1})
    assert sender.request("POST", "/soap", _create()) == (200, b"\x00\xff<answer")
    assert sender.managed("GET", "telling")["signalen"] == {"ACTIEF": 1}
    assert sender.status("m-1").text("gevonden") == "true"


def test_drip_takes_its_time_and_is_the_answer_all_the_same(gateway: Sender) -> None:
    gateway.script({"fault": "drip", "seconds": 0.4, "times": 1})
    began = time.monotonic()
    first = gateway.register(reference="m-1", signal="s-1", message_id="urn:uuid:1")
    assert time.monotonic() - began >= 0.4
    assert gateway.register(reference="m-1", signal="s-1", message_id="urn:uuid:1").raw == first.raw


@pytest.mark.parametrize(("fault", "kept"), [("drop_before", False), ("drop_after", True)])
def test_a_dropped_connection_is_before_or_after_the_deed(gateway: Sender, fault: str, kept: bool) -> None:
    gateway.script({"fault": fault, "operation": "signaalAfgeven", "times": 1})
    with pytest.raises(http.client.RemoteDisconnected):
        gateway.register(reference="m-1", signal="s-1")
    assert gateway.status("m-1").text("gevonden") == str(kept).lower()
    assert not gateway.register(reference="m-1", signal="s-1").code
    assert gateway.managed("GET", "telling") == {"signalen": {"ACTIEF": 1}, "dubbel": 0, "matches": 0}


@pytest.mark.parametrize("operation", ["statusOpvragen", "matchesOpvragen", "capaciteiten", "signaalBeeindigen"])
@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "garbage", "500"])
def test_every_operation_can_go_wrong(connect: Connect, operation: str, fault: str) -> None:
    sender = connect(strict=False)
    sender.register(signal="s-1")
    sender.script({"fault": fault, "operation": operation})
    calls = {
        "statusOpvragen": lambda: sender.status("m-1"),
        "matchesOpvragen": sender.poll,
        "capaciteiten": lambda: sender.ask("capaciteiten"),
        "signaalBeeindigen": lambda: sender.end("s-1"),
    }
    with pytest.raises((http.client.RemoteDisconnected, SyntaxError, AssertionError)):
        calls[operation]()
    done = operation == "signaalBeeindigen" and fault in ("drop_after", "garbage")
    assert sender.managed("GET", "telling")["signalen"] == {"ARCHIEF" if done else "ACTIEF": 1}


def test_late_news_comes_when_it_is_due_and_no_cursor_passes_it(connect: Connect) -> None:
    a, b = connect("a"), connect("b")
    a.register(signal="s-1")
    a.script({"fault": "late_match", "operation": "signaalAfgeven", "seconds": 2, "times": 1})
    assert b.register(organisation="jeugdarts", signal="d-1").matches == []
    assert a.poll().matches == b.poll().matches == []
    a.register(organisation="politie", signal="p-1")
    before = a.poll()
    assert len(before.matches) == 3
    time.sleep(2.1)
    (late,) = a.poll(int(before.text("totVolgnummer"))).matches
    assert late["eigenSignaalId"] == "s-1"
    assert late["matchId"] in {news["matchId"] for news in b.poll().matches}


def test_late_news_of_a_match_that_lapsed_is_never_told(connect: Connect) -> None:
    a, b = connect("a"), connect("b")
    a.register(signal="s-1")
    a.script({"fault": "late_match", "seconds": 1, "times": 1})
    b.register(organisation="jeugdarts")
    a.end("s-1")
    time.sleep(1.1)
    assert a.poll().matches == b.poll().matches == []


def test_a_forged_match_is_for_a_signal_that_does_not_exist(gateway: Sender) -> None:
    gateway.script({"fault": "forged_match", "times": 1})
    (told,) = gateway.register(signal="s-1", reference="m-1").matches
    assert gateway.poll().matches == [told]
    assert told["eigenSignaalId"] != "s-1"
    assert gateway.end(told["eigenSignaalId"]).code == "IX-404"
    assert gateway.managed("GET", "telling")["matches"] == 0


def test_a_foreign_match_is_for_a_signal_of_another_sender(connect: Connect) -> None:
    a, b = connect("a"), connect("b")
    a.register(signal="s-1")
    b.script({"fault": "foreign_match", "operation": "matchesOpvragen", "times": 1})
    (news,) = b.poll().matches
    assert news["eigenSignaalId"] == "s-1"
    assert b.poll().matches == [news]
    assert b.poll(1).matches == []


def test_an_oversized_match_breaks_the_contract_and_nothing_else(connect: Connect) -> None:
    sender = connect(strict=False)
    sender.register(signal="s-1")
    sender.script({"fault": "oversized_match", "operation": "matchesOpvragen", "times": 1})
    answer = sender.poll()
    assert not SCHEMA.validate(answer.body)
    (news,) = answer.matches
    assert news["eigenSignaalId"] == "s-1"
    contact = news["betrokkene"]
    assert len(contact["email"]) > 100_000
    assert {"\x7f", "\x85", "\x9b", "\u202e", "\r"} <= set(contact["naam"])
    sender.register(organisation="jeugdarts")
    last = sender.poll(1)
    sender.check(last)
    assert len(last.matches) == 2


def test_every_fault_has_a_line_in_the_table() -> None:
    from gateway.simulator import faults

    assert all(f"| `{fault}` |" in (faults.__doc__ or "") for fault in Fault)


def test_stopping_does_not_wait_for_a_scripted_delay(tmp_path: Path) -> None:
    with Simulator(directory=tmp_path) as index:
        index.script([Rule(fault=Fault.DROP_BEFORE, seconds=60)])
        sender = Sender(index.url)
        sender.http.request("POST", "/soap", _create())
        time.sleep(0.1)
        began = time.monotonic()
    assert time.monotonic() - began < 30
    sender.close()


@contextmanager
def process(directory: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """An index in a process of its own, and its address."""
    code = (
        "import sys; from pathlib import Path; from gateway.simulator.server import Simulator, serve\n"
        "serve(Simulator(directory=Path(sys.argv[1])), ready=lambda index: print(index.url, flush=True))"
    )
    command = [sys.executable, "-W", "error", "-c", code, str(directory)]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        yield child, child.stdout.readline().strip()
    finally:
        child.kill()
        child.communicate()


@pytest.mark.verify
def test_what_was_kept_survives_kill_9_before_its_answer(tmp_path: Path) -> None:
    with process(tmp_path) as (child, url):
        sender = Sender(url)
        sender.register(organisation="school", signal="s-1")
        sender.script({"fault": "drop_after", "operation": "signaalAfgeven", "seconds": 60})
        waiting = Sender(url, "ander")
        waiting.http.connect()
        waiting.http.request("POST", "/soap", _create(organisation="jeugdarts"))
        deadline = time.monotonic() + 30
        while sender.managed("GET", "telling")["matches"] == 0:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        os.kill(child.pid, signal.SIGKILL)
        with pytest.raises(ConnectionError):
            waiting.http.getresponse()
        child.wait()
        sender.close()
        waiting.close()
    with process(tmp_path) as (_, url):
        sender = Sender(url)
        assert sender.managed("GET", "telling") == {"signalen": {"ACTIEF": 2}, "dubbel": 0, "matches": 1}
        status = sender.status("m-1")
        assert status.text("signaalAfgevenAntwoord/status") == "ACTIEF"
        again = sender.post(_create(organisation="jeugdarts"))
        assert again.text("indexSignaalId") == status.text("signaalAfgevenAntwoord/indexSignaalId")
        assert sender.managed("GET", "telling") == {"signalen": {"ACTIEF": 2}, "dubbel": 0, "matches": 1}
        assert len(sender.poll().matches) == 2
        sender.close()


@pytest.mark.verify
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_index_in_its_own_process_ends_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    with process(tmp_path) as (child, url):
        sender = Sender(url)
        assert not sender.register().code
        child.send_signal(number)
        assert child.wait(60) == 0
        assert child.stderr is not None
        assert child.stderr.read() == ""
        sender.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["index.db"]


def test_serving_in_the_main_thread_gives_the_signals_back(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    serve(Simulator(directory=tmp_path), ready=lambda _: os.kill(os.getpid(), signal.SIGTERM))
    assert signal.getsignal(signal.SIGTERM) is before


def _create(organisation: str = "school") -> bytes:
    from uuid import NAMESPACE_URL, uuid5

    from . import wire

    inner = (
        wire.tag("gatewayReferentie", uuid5(NAMESPACE_URL, "signal")) + wire.tag("soort", "SIGNAAL")
        + wire.by_bsn(wire.CHILD) + wire.contact(organisation)
        + wire.tag("datumTijdMelding", "2026-11-21T09:58:00+01:00") + wire.tag("verwijderdatum", "2028-11-21")
    )  # fmt: skip
    return wire.envelope("signaalAfgeven", inner, reference="m-1", sender="gateway", message_id="urn:uuid:1")

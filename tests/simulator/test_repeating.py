from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from lxml import etree

from gateway.simulator.server import Simulator

from .wire import CHILD, NS, REGISTERED, SCHEMA, Answer, Sender

Connect = Callable[..., Sender]


def nested(status: Answer) -> bytes:
    """The stored answer inside the answer to a question about it."""
    return etree.tostring(status.body[-1], method="c14n", exclusive=True)


def body(answer: Answer) -> bytes:
    return etree.tostring(answer.body, method="c14n", exclusive=True)


def test_the_same_message_gets_the_same_bytes_and_is_done_once(connect: Connect) -> None:
    a, b = connect("a"), connect("b")
    a.register(signal="s-1")
    message = {"organisation": "jeugdarts", "signal": "d-1", "reference": "m-1", "message_id": "urn:uuid:1"}
    first = b.register(**message)
    assert first.matches
    assert b.register(**message).raw == first.raw
    assert body(b.register(**message | {"message_id": "urn:uuid:2"})) == body(first)
    assert a.managed("GET", "telling") == {"signalen": {"ACTIEF": 2}, "dubbel": 0, "matches": 1}
    a.end("s-1")
    assert b.register(**message).raw == first.raw


def test_an_end_and_a_withdrawal_repeat_too(gateway: Sender) -> None:
    gateway.register(signal="s-1")
    for change in (gateway.end, gateway.withdraw):
        options = {"reference": change.__name__, "message_id": "urn:uuid:1"}
        assert change("s-1", **options).raw == change("s-1", **options).raw
    assert gateway.end("s-1", reference="end").text("status") == "ARCHIEF"


def test_a_refusal_repeats_as_it_was(gateway: Sender) -> None:
    message = {"person": "111222333", "reference": "m-1", "signal": "s-1", "message_id": "urn:uuid:1"}
    assert gateway.register(**message).raw == gateway.register(**message).raw


@pytest.mark.parametrize(
    "other",
    [
        {"person": REGISTERED[1]["bsn"]},
        {"signal": "s-2"},
        {"organisation": "jeugdarts"},
        {"naam": "Een ander"},
        {"until": "2028-11-20"},
    ],
)
def test_the_same_reference_with_other_content_is_refused_and_changes_nothing(
    gateway: Sender, other: dict[str, str]
) -> None:
    message = {"person": CHILD, "signal": "s-1", "reference": "m-1"}
    first = gateway.register(**message)
    assert gateway.register(**message | other).code == "IX-416"
    assert gateway.withdraw("s-1", reference="m-1").code == "IX-416"
    assert body(gateway.register(**message)) == body(first)
    assert gateway.managed("GET", "telling")["signalen"] == {"ACTIEF": 1}


def test_a_reference_belongs_to_its_sender(connect: Connect) -> None:
    a, b = connect("a"), connect("b")
    a.register(reference="m-1", signal="s-1")
    assert b.status("m-1").text("gevonden") == "false"
    assert not b.register(reference="m-1", signal="s-1", organisation="jeugdarts").code
    assert a.managed("GET", "telling")["dubbel"] == 0


def test_a_second_signal_under_one_reference_is_kept_and_counted_as_double(gateway: Sender) -> None:
    gateway.register(signal="s-1", reference="m-1")
    gateway.register(signal="s-1", reference="m-2")
    assert gateway.managed("GET", "telling") == {"signalen": {"ACTIEF": 2}, "dubbel": 1, "matches": 0}
    assert gateway.withdraw("s-1").text("status") == "VERNIETIGD"
    assert gateway.managed("GET", "telling") == {"signalen": {"VERNIETIGD": 2}, "dubbel": 1, "matches": 0}


def test_the_status_of_a_message_is_the_answer_it_got(connect: Connect) -> None:
    a, b = connect("a"), connect("b")
    a.register()
    answers = {
        "m-create": b.register(organisation="jeugdarts", signal="d-1", reference="m-create"),
        "m-end": b.end("d-1", reference="m-end"),
        "m-withdraw": b.withdraw("d-1", reference="m-withdraw"),
    }
    refused = b.register("111222333", reference="m-refused")
    assert body(answers["m-end"]) == nested(b.status("m-end"))
    assert body(answers["m-withdraw"]) == nested(b.status("m-withdraw"))
    assert b.status("m-create").text("signaalAfgevenAntwoord/indexSignaalId") == answers["m-create"].text(
        "indexSignaalId"
    )
    detail = refused.body.find("detail")[0]
    assert etree.tostring(detail, method="c14n", exclusive=True) == nested(b.status("m-refused"))
    for about, found in (("m-create", "true"), ("m-refused", "true"), ("m-nothing", "false")):
        status = b.status(about)
        assert status.text("gevonden") == found
        SCHEMA.assertValid(status.body)
        assert len(status.body) == (3 if found == "true" else 2)


def test_a_stored_match_is_in_the_status_as_in_the_answer(connect: Connect) -> None:
    a, b = connect("a"), connect("b")
    a.register()
    first = b.register(organisation="jeugdarts", reference="m-1")
    assert nested(b.status("m-1")) == body(first)
    assert b.status("m-1").body.find("ri:signaalAfgevenAntwoord/ri:match", NS) is not None


def test_a_message_that_could_not_be_read_or_only_asked_leaves_no_trace(gateway: Sender) -> None:
    assert gateway.ask("signaalAfgeven", reference="m-1").code == "IX-400"
    gateway.ask("capaciteiten", reference="m-2")
    gateway.status("m-1")
    assert {gateway.status(about).text("gevonden") for about in ("m-1", "m-2")} == {"false"}
    assert not gateway.register(reference="m-1").code


def test_many_at_once_with_one_reference_are_one_signal(index: Simulator) -> None:
    def send(_: int) -> bytes:
        sender = Sender(index.url)
        try:
            return sender.register(signal="s-1", reference="m-1", message_id="urn:uuid:1").raw
        finally:
            sender.close()

    with ThreadPoolExecutor(12) as pool:
        assert len(set(pool.map(send, range(60)))) == 1


def test_many_organisations_at_once_all_match_pairwise(index: Simulator) -> None:
    def send(at: int) -> str:
        sender = Sender(index.url, f"z-{at}")
        try:
            return sender.register(organisation=f"o-{at}").code
        finally:
            sender.close()

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(send, range(10))) == {""}
    sender = Sender(index.url, "z-3")
    assert sender.managed("GET", "telling")["matches"] == 45
    assert len(sender.poll().matches) == 9
    sender.close()


def test_everything_survives_a_restart_in_the_same_place(tmp_path: Path) -> None:
    simulator = Simulator(directory=tmp_path).start()
    sender = Sender(simulator.url)
    sender.register(signal="s-1", reference="m-1")
    first = sender.register(organisation="jeugdarts", signal="d-1", reference="m-2", message_id="urn:uuid:1")
    news = sender.poll().matches
    url = simulator.url
    simulator.stop()
    with pytest.raises((ConnectionError, OSError)):
        sender.poll()
    with simulator:
        assert simulator.url == url
        assert sender.poll().matches == news
        assert (
            sender.register(organisation="jeugdarts", signal="d-1", reference="m-2", message_id="urn:uuid:1").raw
            == first.raw
        )
        assert sender.end("s-1").text("status") == "ARCHIEF"
        assert [entry["status"] for entry in sender.poll(2).matches] == ["VERVALLEN", "VERVALLEN"]
        sender.close()


def test_two_indexes_in_one_process_know_nothing_of_each_other(tmp_path: Path) -> None:
    with Simulator(directory=tmp_path / "a") as one, Simulator(directory=tmp_path / "b") as two:
        first, second = Sender(one.url), Sender(two.url)
        first.register(signal="s-1", reference="m-1")
        assert second.register(organisation="jeugdarts", reference="m-1").matches == []
        assert second.end("s-1").code == "IX-404"
        assert one.soap_url != two.soap_url
        first.close()
        second.close()

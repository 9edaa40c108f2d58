"""Every hostile message to the door of a whole gateway: its fault, with a place in it, and nothing left behind."""

import logging
import re
from pathlib import Path

import pytest
from lxml import etree

from gateway.cli.sandbox import Sandbox, sandbox
from tests.e2e.bare import is_fault
from tests.e2e.talk import SOAP, VI, Sender, Told
from tests.hostile.corpus import CANARIES, CASES, NOW, WSA, Case

NAMESPACES = {"soap": SOAP, "vi": VI, "wsa": WSA}
LINE_AND_COLUMN = re.compile(r"[0-9]+:[0-9]+")


def judged(case: Case, body: bytes, told: Told) -> list[str]:
    """What is wrong with the answer to a case."""
    if case.accepted:
        return [] if told.status == 200 and told.valid() else [f"not accepted: {told.status} {told.codes}"]
    if not is_fault(told, *case.told):
        return [f"no fault with {case.told}: {told.status} {told.codes}"]
    wrong = [f"shows {canary}" for canary in (*CANARIES, "kanarie") if canary.lower() in told.body.decode().lower()]
    for finding in told.find("bevinding")[:20]:
        texts = {str(etree.QName(child).localname): child.text or "" for child in finding}
        wrong += [f"{texts['code']} has no {name}" for name in ("regel", "herstel", "rule", "fix") if not texts[name]]
        wrong += [f"{texts['code']} at {texts['plaats']}"] * (not points_into(body, texts["plaats"]))
    return wrong


def points_into(body: bytes, at: str) -> bool:
    """Whether a place is a line and column, or an XPath to an element of the message or to where it is missing."""
    if not at.startswith("/"):
        return at == "" or LINE_AND_COLUMN.fullmatch(at) is not None
    tree = etree.fromstring(body, etree.XMLParser(remove_comments=True, remove_pis=True))
    while not tree.xpath(at, namespaces=NAMESPACES):
        at, _, missing = at.rpartition("/")
        if not missing.startswith(("vi:", "wsa:")):
            return False
    return True


def send_case(sender: Sender, case: Case, number: int) -> tuple[bytes, Told]:
    body = case.build()
    if case.accepted:
        body = body.replace(b"kanarie-17", b"kanarie-%03d" % number)
    return body, sender.post(body, content_type=case.content_type, **dict(case.headers))


def test_every_hostile_message_gets_its_fault_and_leaves_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    cases = [case for case in CASES if case.by != "door"]
    with sandbox(tmp_path, clock=NOW, wait_seconds=0) as place, Sender(place.gateway) as sender:
        answers = [send_case(sender, case, number) for number, case in enumerate(cases)]
        signals = place.house.store.read.tally()["signals"]
    wrong = {case.name: judged(case, *answer) for case, answer in zip(cases, answers, strict=True)}
    assert not {name: found for name, found in wrong.items() if found}
    assert signals == {"ACTIEF": sum(case.accepted for case in cases)}
    assert not [canary for canary in CANARIES if canary in caplog.text]


@pytest.mark.parametrize("case", [case for case in CASES if case.by == "door"], ids=lambda case: case.name)
def test_what_is_far_too_large_gets_its_fault_too(untouched: Sandbox, case: Case) -> None:
    with Sender(untouched.gateway) as sender:
        _, told = send_case(sender, case, 0)
    assert is_fault(told, *case.codes)

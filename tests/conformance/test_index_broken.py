"""The kit as gateway: an index that is broken on purpose is caught by the rule it breaks."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from conformance.formats.index import MAY
from gateway.canonical.order import IndexCapabilities
from gateway.simulator.answers import Answers
from gateway.simulator.arrangement import Arrangement
from gateway.simulator.engine import Engine
from gateway.simulator.enrolment import Enrolment
from gateway.simulator.national import National
from gateway.simulator.persons import Known
from gateway.simulator.replies import Found, Refused, Registered
from gateway.simulator.replies import Reply as Given
from gateway.simulator.soap_dialect import SoapDialect
from gateway.simulator.state import State
from gateway.simulator.stream import Stream
from gateway.simulator.values import Arrange, Withdraw
from gateway.wire.message import WireRequest, WireResponse
from tests.conformance.index_runs import ABLE, running, toets
from tests.conformance.runs import today


@dataclass(frozen=True)
class Mutant:
    """What is replaced, by what, and which requirement must see it."""

    eis: str
    where: Any
    name: str
    by: Any


def _encoded(change: Callable[[WireResponse, Any], WireResponse]) -> Callable[..., WireResponse]:
    good = SoapDialect.encode
    return lambda self, call, answer: change(good(self, call, answer), call)


def _decoded(change: Callable[[WireRequest], WireRequest]) -> Callable[..., Any]:
    good = SoapDialect.decode
    return lambda self, request: good(self, change(request))


def _said(old: str, new: str, *, only: str = "") -> Callable[..., WireResponse]:
    """Every answer, or those to one operation, with other bytes where the pattern stands."""

    def change(response: WireResponse, call: Any) -> WireResponse:
        if only and call.operation != only:
            return response
        return WireResponse(
            response.status, re.sub(old.encode(), new.encode(), response.body), response.content_type
        )  # fmt: skip

    return _encoded(change)


def _heard(old: bytes, new: bytes) -> Callable[..., Any]:
    """A reader that does not see something."""
    return _decoded(lambda one: WireRequest(re.sub(old, new, one.body), one.content_type, one.headers))


def _deaf_to(header: str) -> Callable[..., Any]:
    return _decoded(
        lambda one: WireRequest(one.body, one.content_type, {k: v for k, v in one.headers.items() if k != header})
    )


def _forgets(self: Answers, sender: str, reference: str) -> None:
    return None


def _any_senders(self: Answers, sender: str, reference: str) -> Any:
    return _RECALL(self, "gateway-a", reference) or _RECALL(self, "gateway-b", reference)


def _same_whatever(self: Answers, sender: str, reference: str) -> Any:
    found = _RECALL(self, sender, reference)
    return found and (None, found[1])


def _anew(self: Engine, message: Any, change: Any, fired: Any) -> Any:
    reply = _ONCE(self, message, change, fired)
    if isinstance(reply, Given) and isinstance(reply.answer, Registered):
        return reply.model_copy(update={"answer": reply.answer.model_copy(update={"index_id": str(uuid4())})})
    return reply


def _guesses(self: Enrolment, person: Any, now: Any) -> Any:
    found = _IDENTIFY(self, person, now)
    if isinstance(found, Known) or person.bsn:
        return found
    return Known(
        bsn=str(uuid4()), voornamen="", voorvoegsel="", geslachtsnaam="", born="20150101", geslacht="M"
    )  # fmt: skip


def _everybody(self: State, person: str, *, status: str, besides: str) -> Any:
    return _ON_PERSON(self, person, status=status, besides="")


def _archived_too(self: State, person: str, *, status: str, besides: str) -> Any:
    found = _ON_PERSON(self, person, status=status, besides=besides)
    return found + (_ON_PERSON(self, person, status="ARCHIEF", besides=besides) if status == "ACTIEF" else ())


def _from_the_start(self: Stream, sender: str, after: int, *, limit: int) -> Any:
    return _AFTER(self, sender, 0, limit=limit)


def _skips_one(self: Stream, sender: str, after: int, *, limit: int) -> Any:
    return _AFTER(self, sender, after + 1, limit=limit)


def _of_all(self: Stream, sender: str, after: int, *, limit: int) -> Any:
    both = [row for one in ("gateway-a", "gateway-b") for row in _AFTER(self, one, after, limit=limit)]
    return tuple(sorted(both, key=lambda row: row[0]))[:limit]


def _whoever(self: State, sender: str, reference: str) -> Any:
    return self.under(reference)


def _only_lapses(self: National, signal: Any) -> None:
    self._state.lapse_matches(signal.index_id)
    self._state.destroy(signal.index_id)
    self._state.later.forget(signal.index_id)


def _stays(self: State, index_id: str, *, destroyed: bool = False) -> None:
    return None


def _archives(self: Engine, sender: str, change: Any) -> Any:
    answer = _CLOSE(self, sender, change)
    return answer.model_copy(update={"status": "ARCHIEF"}) if isinstance(change, Withdraw) and sender else answer


def _stale_is_fine(self: Arrangement, sender: str | None, wish: Arrange) -> Any:
    return _ARRANGE(self, sender, wish.model_copy(update={"stand": None}))


def _nobody_found(self: SoapDialect, call: Any, answer: Any) -> WireResponse:
    return _ENCODE(self, call, answer.model_copy(update={"reply": None}) if isinstance(answer, Found) else answer)


_RECALL, _ONCE, _IDENTIFY, _ON_PERSON = Answers.recall, Engine._once, Enrolment.identify, State.on_person


_AFTER, _CLOSE, _ARRANGE, _ENCODE = Stream.after, Engine._close, Arrangement.arrange, SoapDialect.encode


MUTANTS = [
    Mutant("VII-001", SoapDialect, "documents", lambda self, address: {f"{self.path}?wsdl": b"<definitions/>"}),
    Mutant("VII-004", SoapDialect, "decode", _decoded(
        lambda one: one if one.headers.get("soapaction") != '""' else WireRequest(b"", one.content_type, one.headers))),
    Mutant("VII-006", SoapDialect, "decode", _deaf_to("soapaction")),
    Mutant("VII-007", SoapDialect, "decode", _decoded(lambda one: WireRequest(
        re.sub(rb"<a:Action>[^<]*</a:Action>", b"", one.body), one.content_type, one.headers))),
    Mutant("VII-008", SoapDialect, "encode", _said("<wsa:RelatesTo>[^<]*</wsa:RelatesTo>", "", only="capaciteiten")),
    Mutant("VII-009", SoapDialect, "encode", _said("(/verwijsindexFout)</wsa:Action>", "</wsa:Action>")),
    Mutant("VII-010", SoapDialect, "encode", _said("(<ri:plek>)client", r"\1server")),
    Mutant("VII-010", SoapDialect, "encode", _said("(<ri:herhaalbaar>)false", r"\1true")),
    Mutant("VII-014", SoapDialect, "decode", _decoded(lambda one: WireRequest(
        re.sub(rb"<!DOCTYPE[^>]*>[^>]*>", b"", one.body).replace(b"&k;", b"x"), one.content_type, one.headers))),
    Mutant("VII-017", SoapDialect, "decode", _heard(rb'soap:mustUnderstand="1"', b"")),
    Mutant("VII-019", SoapDialect, "decode", _heard(rb"regionale-index:2", b"regionale-index:1")),
    Mutant("VII-101", SoapDialect, "encode", _said("(<ri:status>)ACTIEF", r"\1ARCHIEF", only="signaalAfgeven")),
    Mutant("VII-102", Answers, "recall", _forgets),
    Mutant("VII-102", Engine, "_once", _anew),
    Mutant("VII-103", SoapDialect, "decode", _heard(rb"<berichtReferentie>", rb"<berichtReferentie>x")),
    Mutant("VII-104", Engine, "_once", _anew),
    Mutant("VII-105", Answers, "recall", _same_whatever),
    Mutant("VII-109", SoapDialect, "encode", _nobody_found),
    Mutant("VII-110", SoapDialect, "encode", _said("(<ri:gevonden>)false", r"\1true")),
    Mutant("VII-111", Answers, "recall", _any_senders),
    Mutant("VII-113", SoapDialect, "encode", _nobody_found),
    Mutant("VII-201", SoapDialect, "decode", _heard(rb"<vi:(toelichting|opmerking|diagnose)>[^<]*</[^>]*>", b"")),
    Mutant("VII-202", Refused, "meaning", "Onbekend: 010-5550123"),
    Mutant("VII-203", Refused, "meaning", "Traceback (most recent call last)"),
    Mutant("VII-204", SoapDialect, "encode", _said("(<ri:functie>)[^<]*", r"\g<1>999996502")),
    Mutant("VII-302", Enrolment, "identify", _guesses),
    Mutant("VII-303", Known, "younger_than_adult", lambda self, today: True),
    Mutant("VII-503", Engine, "_close", _archives),
    Mutant("VII-506", State, "own", _whoever),
    Mutant("VII-601", SoapDialect, "encode", _said("(?s)<ri:match>.*</ri:match>", "", only="matchesOpvragen")),
    Mutant("VII-602", SoapDialect, "encode", _said("<ri:(telefoon|email)>[^<]*</[^>]*>", "")),
    Mutant("VII-603", SoapDialect, "encode", _said("(<ri:nietDezelfdeJeugdige>)false", r"\1true")),
    Mutant("VII-605", Stream, "after", _of_all),
    Mutant("VII-606", State, "on_person", _everybody),
    Mutant("VII-607", Stream, "after", _from_the_start),
    Mutant("VII-608", Stream, "after", _skips_one),
    Mutant("VII-609", SoapDialect, "encode", _said("(<ri:meer>)true", r"\1false")),
    Mutant("VII-611", State, "lapse_matches", _stays),
    Mutant("VII-612", National, "destroy", _only_lapses),
    Mutant("VII-614", State, "on_person", _archived_too),
    Mutant("VII-616", "gateway.simulator.later.Later", "offer", lambda self, index_id, organisation: True),
    Mutant("VII-701", SoapDialect, "encode", _said("<ri:verwerkingstijd>[^<]*</ri:verwerkingstijd>", "")),
    Mutant("VII-708", SoapDialect, "encode", _said("(<ri:woord>)[^<]*", r"\1spoed", only="matchesOpvragen")),
    Mutant("VII-803", Arrangement, "arrange", _stale_is_fine),
    Mutant("VII-810", Arrangement, "arrange", lambda self, sender, wish: _ARRANGE(self, sender, wish).model_copy(
        update={"done": True})),
]  # fmt: skip


@pytest.mark.verify
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: f"{one.eis}-{one.name}")
def test_an_index_that_breaks_a_rule_is_caught_by_it(
    mutant: Mutant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if isinstance(mutant.where, str):
        monkeypatch.setattr(f"{mutant.where}.{mutant.name}", mutant.by)
    else:
        monkeypatch.setattr(mutant.where, mutant.name, mutant.by)
    with running(tmp_path) as url:
        code = toets(url, "--only", mutant.eis)
    said = capsys.readouterr().out
    assert re.search(rf"{mutant.eis} index MUST +niet gehaald", said), said
    assert today().requirements[mutant.eis].herstel in said
    assert code == 1


@pytest.mark.verify
@pytest.mark.parametrize(
    ("able", "eis"),
    [("ketenregistratie", "VII-702"), ("signaalcode", "VII-703"), ("wijzigen", "VII-705"), ("regie", "VII-706"),
     ("terugkoppelen", "VII-707")],
)  # fmt: skip
@pytest.mark.parametrize("lies", [True, False])
def test_an_index_that_says_other_than_it_does_is_caught(
    able: str, eis: str, lies: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tag = f"<ri:{able}>{'false' if lies else 'true'}</ri:{able}>"
    if lies:
        monkeypatch.setattr(SoapDialect, "encode", _encoded(lambda one, call: _declares(one, call, able)))
    else:
        monkeypatch.setattr(SoapDialect, "encode", _said(tag, "" if able in MAY else tag.replace("true", "false")))
    with running(tmp_path, IndexCapabilities() if lies else ABLE) as url:
        assert toets(url, "--only", eis) == 1
    said = capsys.readouterr().out
    assert re.search(rf"{eis} index MUST +niet gehaald", said), said


def _declares(response: WireResponse, call: Any, able: str) -> WireResponse:
    if call.operation != "capaciteiten":
        return response
    body = response.body.replace(f"<ri:{able}>false".encode(), f"<ri:{able}>true".encode())
    if able in MAY:
        more = f"<ri:{able}>true</ri:{able}></ri:capaciteitenAntwoord>"
        body = body.replace(b"</ri:capaciteitenAntwoord>", more.encode())
    return WireResponse(response.status, body, response.content_type)

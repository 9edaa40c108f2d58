"""The kit as gateway: a good index passes, whatever it can; a broken one is caught by the rule it breaks."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from conformance import formats, rules
from conformance.__main__ import main
from conformance.commands.running import FILE
from conformance.exchange import Exchange, Reply, Request
from conformance.formats import Question
from conformance.formats.xml import parse, schema
from conformance.judge import judge
from conformance.scene import messages
from conformance.transcript import Transcript
from gateway.canonical.order import IndexCapabilities
from gateway.simulator import soap_out
from gateway.simulator.engine import Engine
from gateway.simulator.national import National
from gateway.simulator.persons import Known
from gateway.simulator.server import Simulator
from gateway.simulator.soap_dialect import SoapDialect
from gateway.simulator.state import State
from gateway.simulator.values import Arrange, Found, Registered, Withdraw
from gateway.simulator.values import Reply as Given
from gateway.wire.message import WireRequest, WireResponse
from tests.conformance.runs import today

ROOT = Path(__file__).parents[2]
ABLE = IndexCapabilities(
    ketenregistratie=True, signaalcode=True, wijzigen=True, regie=True, terugkoppelen=True, axes=frozenset({"urgentie"})
)
NAMES = ("--zender", "gateway-a", "--zender2", "gateway-b", "--match-timeout", "0.5")


@contextmanager
def running(directory: Path, able: IndexCapabilities = ABLE) -> Iterator[str]:
    with Simulator(directory=directory, capabilities=able) as index:
        yield index.soap_url


def toets(url: str, *more: str, names: tuple[str, ...] = NAMES) -> int:
    return main(["index", "--sut", url, *names, *more])


def last(said: str) -> str:
    return said.splitlines()[-1]


@pytest.mark.verify
def test_an_index_that_can_everything_passes_twice_and_nothing_stays_alive(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Simulator(directory=tmp_path / "index", capabilities=ABLE) as index:
        for turn in ("a", "b"):
            code = toets(index.soap_url, "--map", str(tmp_path / turn))
            said = capsys.readouterr().out
            assert code == 0, said
            assert re.fullmatch(r"[0-9]+ passed, 0 failed, 0 skipped", last(said))
        running_engine = index._running._house.engine  # type: ignore[union-attr]
        assert {status for _, status in running_engine.listing()} == {"VERNIETIGD"}
    kept = Transcript.read(tmp_path / "a" / FILE)
    assert judge(kept.rows, today()) == judge(kept.rows, today()), "judging is a pure function"
    tried = {line.requirement.id for line in judge(kept.rows, today()).lines if line.outcome == "gehaald"}
    assert tried == {one for one in today().requirements if one.startswith("VII-")}


@pytest.mark.verify
def test_an_index_that_can_only_what_the_law_names_passes_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with running(tmp_path, IndexCapabilities()) as url:
        assert toets(url) == 0
    assert "voldoet aan contract v1 van dit project, rol index" in capsys.readouterr().out


def test_without_a_second_sender_there_is_no_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running(tmp_path) as url:
        assert toets(url, "--only", "VII-601", "--only", "VII-701", names=("--zender", "gateway-a")) == 1
    said = capsys.readouterr().out
    assert re.search("MUST niet getoetst, .*VII-601", said) and last(said).startswith("1 passed, 0 failed")


def test_one_pack_is_no_verdict_over_the_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running(tmp_path) as url:
        assert toets(url, "--pack", "minimaal") == 0
        assert "zonder de pakketten kern, levensloop, regie, robuust" in capsys.readouterr().out
        assert toets(url, "--pack", "minimal") == 2
    assert "minimal. Pakketten: kern" in capsys.readouterr().out


def test_where_nothing_failed_but_not_all_was_tried_there_is_no_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with running(tmp_path) as url:
        assert toets(url, "--only", "VII-606", names=("--zender", "gateway-a")) == 1
    assert "OORDEEL: geen; niets ging fout, maar 1 eis is niet getoetst." in capsys.readouterr().out


def test_an_index_that_is_not_there_is_not_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running(tmp_path) as url:
        pass
    assert toets(url, "--timeout", "2") == 2
    assert "Geen antwoord" in capsys.readouterr().out


# --- broken on purpose: each index breaks one rule, in its own code ---


@dataclass(frozen=True)
class Mutant:
    """What is replaced, by what, and which requirement must see it."""

    eis: str
    where: Any
    name: str
    by: Callable[..., Any]


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


def _forgets(self: State, sender: str, reference: str) -> None:
    return None


def _any_senders(self: State, sender: str, reference: str) -> Any:
    return _RECALL(self, "gateway-a", reference) or _RECALL(self, "gateway-b", reference)


def _same_whatever(self: State, sender: str, reference: str) -> Any:
    found = _RECALL(self, sender, reference)
    return found and (None, found[1])


def _anew(self: Engine, message: Any, change: Any, fired: Any) -> Any:
    reply = _ONCE(self, message, change, fired)
    if isinstance(reply, Given) and isinstance(reply.answer, Registered):
        return reply.model_copy(update={"answer": reply.answer.model_copy(update={"index_id": str(uuid4())})})
    return reply


def _guesses(self: Engine, wanted: Any) -> Any:
    found = _IDENTIFY(self, wanted)
    if isinstance(found, Known) or wanted.person.bsn:
        return found
    return Known(
        bsn=str(uuid4()), voornamen="", voorvoegsel="", geslachtsnaam="", born="20150101", geslacht="M"
    )  # fmt: skip


def _everybody(self: State, person: str, *, status: str, besides: str) -> Any:
    return _ON_PERSON(self, person, status=status, besides="")


def _archived_too(self: State, person: str, *, status: str, besides: str) -> Any:
    found = _ON_PERSON(self, person, status=status, besides=besides)
    return found + (_ON_PERSON(self, person, status="ARCHIEF", besides=besides) if status == "ACTIEF" else ())


def _from_the_start(self: State, sender: str, after: int, *, limit: int) -> Any:
    return _NEWS_AFTER(self, sender, 0, limit=limit)


def _skips_one(self: State, sender: str, after: int, *, limit: int) -> Any:
    return _NEWS_AFTER(self, sender, after + 1, limit=limit)


def _of_all(self: State, sender: str, after: int, *, limit: int) -> Any:
    both = [row for one in ("gateway-a", "gateway-b") for row in _NEWS_AFTER(self, one, after, limit=limit)]
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


def _stale_is_fine(self: Engine, sender: str | None, wish: Arrange) -> Any:
    return _ARRANGE(self, sender, wish.model_copy(update={"stand": None}))


def _nobody_found(self: SoapDialect, call: Any, answer: Any) -> WireResponse:
    return _ENCODE(self, call, answer.model_copy(update={"reply": None}) if isinstance(answer, Found) else answer)


_RECALL, _ONCE, _IDENTIFY, _ON_PERSON = State.recall, Engine._once, Engine._identify, State.on_person
_NEWS_AFTER, _CLOSE, _ARRANGE, _ENCODE = State.news_after, Engine._close, Engine._arrange, SoapDialect.encode

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
    Mutant("VII-102", State, "recall", _forgets),
    Mutant("VII-102", Engine, "_once", _anew),
    Mutant("VII-103", SoapDialect, "decode", _heard(rb"<berichtReferentie>", rb"<berichtReferentie>x")),
    Mutant("VII-104", Engine, "_once", _anew),
    Mutant("VII-105", State, "recall", _same_whatever),
    Mutant("VII-109", SoapDialect, "encode", _nobody_found),
    Mutant("VII-110", SoapDialect, "encode", _said("(<ri:gevonden>)false", r"\1true")),
    Mutant("VII-111", State, "recall", _any_senders),
    Mutant("VII-113", SoapDialect, "encode", _nobody_found),
    Mutant("VII-201", SoapDialect, "decode", _heard(rb"<vi:(toelichting|opmerking|diagnose)>[^<]*</[^>]*>", b"")),
    Mutant("VII-202", soap_out, "meaning", lambda refused: "Onbekend: 010-5550123"),
    Mutant("VII-203", soap_out, "meaning", lambda refused: "Traceback (most recent call last)"),
    Mutant("VII-204", SoapDialect, "encode", _said("(<ri:functie>)[^<]*", r"\g<1>999996502")),
    Mutant("VII-302", Engine, "_identify", _guesses),
    Mutant("VII-303", Known, "younger_than_adult", lambda self, today: True),
    Mutant("VII-503", Engine, "_close", _archives),
    Mutant("VII-506", State, "own", _whoever),
    Mutant("VII-601", SoapDialect, "encode", _said("(?s)<ri:match>.*</ri:match>", "", only="matchesOpvragen")),
    Mutant("VII-602", SoapDialect, "encode", _said("<ri:(telefoon|email)>[^<]*</[^>]*>", "")),
    Mutant("VII-603", SoapDialect, "encode", _said("(<ri:nietDezelfdeJeugdige>)false", r"\1true")),
    Mutant("VII-605", State, "news_after", _of_all),
    Mutant("VII-606", State, "on_person", _everybody),
    Mutant("VII-607", State, "news_after", _from_the_start),
    Mutant("VII-608", State, "news_after", _skips_one),
    Mutant("VII-609", SoapDialect, "encode", _said("(<ri:meer>)true", r"\1false")),
    Mutant("VII-611", State, "lapse_matches", _stays),
    Mutant("VII-612", National, "destroy", _only_lapses),
    Mutant("VII-614", State, "on_person", _archived_too),
    Mutant("VII-616", "gateway.simulator.later.Later", "offer", lambda self, index_id, organisation: True),
    Mutant("VII-701", SoapDialect, "encode", _said("<ri:verwerkingstijd>[^<]*</ri:verwerkingstijd>", "")),
    Mutant("VII-708", SoapDialect, "encode", _said("(<ri:woord>)[^<]*", r"\1spoed", only="matchesOpvragen")),
    Mutant("VII-803", Engine, "_arrange", _stale_is_fine),
    Mutant("VII-810", Engine, "_arrange", lambda self, sender, wish: _ARRANGE(self, sender, wish).model_copy(
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
        monkeypatch.setattr(
            SoapDialect, "encode", _said(tag, "" if able in formats_may() else tag.replace("true", "false"))
        )
    with running(tmp_path, IndexCapabilities() if lies else ABLE) as url:
        assert toets(url, "--only", eis) == 1
    said = capsys.readouterr().out
    assert re.search(rf"{eis} index MUST +niet gehaald", said), said


def formats_may() -> tuple[str, ...]:
    from conformance.formats.index import MAY

    return MAY


def _declares(response: WireResponse, call: Any, able: str) -> WireResponse:
    if call.operation != "capaciteiten":
        return response
    body = response.body.replace(f"<ri:{able}>false".encode(), f"<ri:{able}>true".encode())
    if able in formats_may():
        more = f"<ri:{able}>true</ri:{able}></ri:capaciteitenAntwoord>"
        body = body.replace(b"</ri:capaciteitenAntwoord>", more.encode())
    return WireResponse(response.status, body, response.content_type)


# --- the codec and the data ---


def question(op: str, message: dict[str, Any], **more: Any) -> Request:
    return formats.find("index").ask(Question(op, message, "http://index/soap", None, **more))


KOP = {"tijdstipBericht": "2026-11-22T09:00:00+01:00", "zender": "a", "ontvanger": "b", "versie": "1"}


@pytest.mark.parametrize("name", ["regionale-index-1.xsd", "regionale-index-1.wsdl"])
def test_the_pinned_contract_is_the_published_one(name: str) -> None:
    assert (ROOT / "conformance" / "contract" / name).read_bytes() == (ROOT / "gateway" / "schemas" / name).read_bytes()


def test_a_contract_in_another_order_is_the_contract_and_with_another_action_it_is_not() -> None:
    pinned = (ROOT / "gateway" / "schemas" / "regionale-index-1.wsdl").read_text(encoding="utf-8")
    first = re.search(r'  <message name="signaalAfgeven">.*\n', pinned)[0]  # type: ignore[index]
    moved = pinned.replace(first, "").replace("  <portType", first + "  <portType")
    named = moved.replace("<input message", '<input name="x" message').replace(
        "http://localhost:8081/soap", "http://a/b"
    )

    def same(document: str) -> bool:
        asked = question("wsdl", {"kop": KOP})
        exchange = Exchange(
            1, "s", 1, "index", "1", 1, "school", "wsdl", False, "", 1, asked, Reply(200, (), document.encode())
        )
        return bool(formats.find("index").heard(exchange)["draad"]["gelijkAanContract"])

    assert same(pinned) and same(named) and moved != pinned
    assert not same(named.replace("signaalAfgevenAntwoord", "signaalGegeven"))
    assert not same(named.replace('<fault name="fout"', '<fault name="anders"'))
    assert not same(named.replace(first, ""))


def test_what_only_asks_has_a_reference_of_its_own_and_what_changes_keeps_its_own() -> None:
    def reference(request: Request) -> str:
        return re.search(rb"<vi:berichtReferentie>([^<]*)<", request.body)[1].decode()  # type: ignore[index]

    poll = {"kop": KOP, "maximum": 5}
    one, two = (question("matchesOpvragen", poll, cursor="7") for _ in range(2))
    assert reference(one) != reference(two)
    assert b"<vi:vanafVolgnummer>7<" in one.body
    withdraw = {"kop": KOP | {"berichtReferentie": "m-1"}, "gatewayReferentie": "g"}
    assert reference(question("signaalIntrekken", withdraw)) == "m-1"
    assert b"<a:MessageID>urn:uuid:m-1<" in question("signaalIntrekken", withdraw).body


def test_an_answer_about_an_earlier_message_is_read_whole() -> None:
    kop = "".join(f"<ri:{name}>{text}</ri:{name}>" for name, text in ({"berichtReferentie": "x"} | KOP).items())
    inner = (
        f"<ri:statusOpvragenAntwoord><ri:kop>{kop}</ri:kop><ri:gevonden>true</ri:gevonden><ri:ontvangstbevestiging>"
        f"<ri:kop>{kop}</ri:kop><ri:indexSignaalId>i-1</ri:indexSignaalId><ri:status>ARCHIEF</ri:status>"
        "</ri:ontvangstbevestiging></ri:statusOpvragenAntwoord>"
    )
    whole = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        + inner.replace("Antwoord>", 'Antwoord xmlns:ri="urn:x-verwijsindex-gateway:regionale-index:1">', 1)
        + "</s:Body></s:Envelope>"
    )
    asked = question("statusOpvragen", {"kop": KOP, "vanBericht": "m-1"})
    exchange = Exchange(
        1, "s", 1, "index", "1", 1, "school", "statusOpvragen", False, "", 1, asked, Reply(200, (), whole.encode())
    )
    heard = formats.find("index").heard(exchange)
    assert heard["contract"] == [] and heard["uitkomst"] == "aangenomen"
    assert heard["gevonden"] is True and heard["ontvangstbevestiging"]["status"] == "ARCHIEF"


def test_every_usual_message_is_one_of_the_contract() -> None:
    """What the data sends by default obeys the pinned schema, once its words are filled in."""
    usual = messages("index")["bericht"]
    elements = schema("regionale-index-1.xsd").elements
    assert set(usual) - {"alle"} <= set(elements)
    sent = {step.doe for scenario in today().of("index") for step in scenario.stappen}
    assert sent - {"herhalen", "terugkijken", "wsdl", "xsd"} <= set(elements)


@pytest.mark.parametrize("role", ["gateway", "index"])
def test_each_role_says_how_it_takes_back_what_it_gave(role: str) -> None:
    rule = messages(role)["opruimen"]
    assert rule["kenmerk"] in messages(role)["bericht"][rule["van"]]
    assert rule["kenmerk"] in messages(role)["bericht"][rule["doe"]]


def test_every_requirement_of_an_index_is_tried() -> None:
    tried = {eis for scenario in today().of("index") for eis in scenario.eisen}
    assert tried == {one for one in today().requirements if one.startswith("VII-")}
    assert {one.pakket for one in today().of("index")} == {"kern", "levensloop", "minimaal", "robuust", "regie"}
    assert rules.ROLES == ("gateway", "zender", "index")


def test_a_broken_answer_is_no_answer() -> None:
    asked = question("capaciteiten", {"kop": KOP})
    assert parse(asked.body) is not None
    exchange = Exchange(
        1, "s", 1, "index", "1", 1, "school", "capaciteiten", False, "", 1, asked, Reply(200, (), b"\x00<answer")
    )
    assert formats.find("index").heard(exchange)["uitkomst"] == "onleesbaar"

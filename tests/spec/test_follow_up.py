"""What became of a match: told by who received it, in every format, as often as it changes."""

import datetime as dt
from uuid import uuid4

import pytest

from gateway.canonical.match import Betrokkene, MatchContent, MatchSoort, MatchStatus, Opvolging
from gateway.canonical.order import Done, MatchNews
from gateway.canonical.receipt import MatchPage, OneMatch
from tests.spec.formats import FORMATS, PLAIN, Message
from tests.spec.listed import Desk, row
from tests.spec.office import Office, codes
from tests.spec.people import BLIND, caller
from tests.unit.scripted import Line, Post


def matched(office: Office) -> str:
    """A signal of the school that was matched; the match's id."""
    given = office.given()
    news = MatchNews(
        index_match_id="m-1",
        soort=MatchSoort.CLIENTMATCH,
        signaal_id=str(given.receipt.signaal_id),
        niet_dezelfde_jeugdige=False,
        ontstaan_op=dt.datetime(2026, 11, 21, 9, 5, tzinfo=dt.UTC),
        status=MatchStatus.ACTIEF,
        content=MatchContent(betrokkenen=(Betrokkene(naam="J. Fictief", instantie="Jeugdhulp"),)),
    )
    Post(office, Line(Done(index_ref="i-1", news=(news,)))).deliver()
    page = office.list("matchesOpvragen")
    assert isinstance(page, MatchPage)
    (match,) = page.matches
    assert match.opvolging is None
    return str(match.match_id)


def told(match: str, contact: str = "CONTACT") -> Message:
    return Message("matchTerugkoppelen", {"bron_systeem": "leerlingvolg", "match_id": match, "contact": contact})


@pytest.mark.parametrize("form", FORMATS)
def test_the_last_word_stands_with_the_match(office: Office, form: str) -> None:
    match = matched(office)
    for contact in ("GEPROBEERD", "CONTACT", "CONTACT"):
        reply = office.answer(told(match, contact), form=FORMATS[form])
        assert isinstance(reply, OneMatch)
        assert reply.match.opvolging is Opvolging(contact)
        assert reply.match.content.betrokkenen[0].naam == "J. Fictief"
    page = office.list("matchesOpvragen")
    assert isinstance(page, MatchPage)
    assert [one.opvolging for one in page.matches] == [Opvolging.CONTACT]


def test_a_row_of_a_file_tells_it_once(office: Office) -> None:
    match, desk = matched(office), Desk(office)
    for status in ("aangenomen", "bekend"):
        assert desk.told(desk.take([row(told(match))])) == [(0 + 2, status)]
    assert codes(office.answer(told(match, "CONTACT"))) == []


def test_a_match_of_another_is_nobodys(office: Office) -> None:
    match = matched(office)
    for who, which in ((caller(BLIND), match), (caller(), str(uuid4()))):
        assert codes(office.answer(told(which), who=who)) == ["VIX-1412"]


@pytest.mark.parametrize("form", [form for form in FORMATS if FORMATS[form].says(Message("matchOpvragen", {}))])
def test_one_match_is_given_to_who_received_it(office: Office, form: str) -> None:
    match = matched(office)
    asks = Message("matchOpvragen", {"bron_systeem": "leerlingvolg", "match_id": match})
    reply = office.answer(asks, form=FORMATS[form])
    assert isinstance(reply, OneMatch)
    assert (str(reply.match.match_id), reply.match.versie) == (match, "actief.nieuw")
    assert codes(office.answer(asks, who=caller(BLIND), form=FORMATS[form])) == ["VIX-1412"]
    nobody = Message("matchOpvragen", {"bron_systeem": "leerlingvolg"})
    if form == "plat":
        assert codes(office.answer(nobody)) == ["VIX-1106"]


def test_who_answers_an_older_version_changes_nothing(office: Office) -> None:
    match = matched(office)
    first, second = (
        office.answer(Message("matchTerugkoppelen", {**told(match, contact).fields, "stand": "actief.nieuw"}))
        for contact in ("NIET_NODIG", "CONTACT")
    )
    assert isinstance(first, OneMatch)
    assert first.match.versie == "actief.niet-nodig"
    assert codes(second) == ["VIX-1413"]
    again = office.answer(Message("matchTerugkoppelen", {**told(match).fields, "stand": first.match.versie}))
    assert isinstance(again, OneMatch)
    assert again.match.opvolging is Opvolging.CONTACT


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ["VIX-1106 match_id", "VIX-1106 contact"]),
        ({"match_id": "geen", "contact": "GEBELD"}, ["VIX-1412 match_id", "VIX-1105 contact"]),
    ],
)
def test_what_is_wrong_is_told_all_at_once(office: Office, fields: dict[str, str], expected: list[str]) -> None:
    reply = office.answer(Message("matchTerugkoppelen", {"bron_systeem": "x", **fields}), form=PLAIN)
    assert [f"{finding.code} {finding.at}" for finding in reply.findings] == expected  # type: ignore[union-attr]

"""Every kind of match, from whatever format the signal came in: told with exactly what its row may hold."""

import datetime as dt
import sqlite3
from uuid import UUID

import pytest

from gateway.canonical.match import Betrokkene, MatchContent, MatchSoort, MatchStatus, Opvolging
from gateway.canonical.order import Bericht, Done, MatchNews
from gateway.canonical.receipt import MatchPage, OneMatch
from gateway.store.work import Way
from tests.property.test_formats_agree import by_csv, by_fhirclient, by_json, by_zeep
from tests.spec.formats import FORMATS, Message
from tests.spec.office import Office, accepted, codes
from tests.spec.people import FIELDS
from tests.unit.announced import PUSH, Round
from tests.unit.scripted import database, events

OTHER = Betrokkene(naam="J. Fictief", functie="arts", instantie="Jeugdhulp", telefoon="030-1", email="j@f.example")
OWN = {name: FIELDS[name] for name in ("bron_systeem", "bron_signaal_id")}
TOLD = {
    MatchSoort.CLIENTMATCH: False,
    MatchSoort.GEZINSMATCH_OUDER: True,
    MatchSoort.HISTORISCH: False,
    MatchSoort.VERHUIZING: False,
}
READERS = {"soap": by_zeep, "json": by_json, "fhir": by_fhirclient, "csv": by_csv}


def news(signal: UUID, soort: MatchSoort, *, lapsed: bool = False, remove: bool = False) -> MatchNews:
    return MatchNews(
        index_match_id=f"m-{soort}",
        soort=soort,
        signaal_id=str(signal),
        niet_dezelfde_jeugdige=TOLD[soort],
        ontstaan_op=dt.datetime(2026, 11, 21, 9, 5, tzinfo=dt.UTC),
        status=MatchStatus.VERVALLEN if lapsed else MatchStatus.ACTIEF,
        content=MatchContent() if lapsed else MatchContent(betrokkenen=(OTHER,)),
        verwijderen=remove,
    )


class Case:
    """A signal given in a format, and an index that tells of it."""

    def __init__(self, office: Office, form: str) -> None:
        self.office, self.form = office, FORMATS[form]
        self.post = Round(office, Done())
        office.store.ways = lambda tenant, _: (Way(PUSH),)
        self.signal = accepted(office.give(form=self.form)).receipt.signaal_id
        self.post.deliver()

    def tell(self, *items: MatchNews) -> list[Bericht]:
        """The index answers with this; what its receiver is told in its own way."""
        before = len(self.post.told)
        self.post.tell(*items)
        self.post.deliver()
        return [one.bericht for one in self.post.told[before:]]

    @property
    def page(self) -> MatchPage:
        page = self.office.list("matchesOpvragen")
        assert isinstance(page, MatchPage)
        return page


@pytest.mark.parametrize("form", FORMATS)
def test_each_kind_comes_is_told_once_and_lapses(office: Office, form: str) -> None:
    case = Case(office, form)
    announced = {soort: Bericht.VERHUIZING if soort is MatchSoort.VERHUIZING else Bericht.GEMELD for soort in TOLD}
    for soort in TOLD:
        assert case.tell(news(case.signal, soort)) == [announced[soort]]
        assert case.tell(news(case.signal, soort)) == [], "a known one is not announced again"
    assert {one.soort: one.niet_dezelfde_jeugdige for one in case.page.matches} == TOLD
    for match in case.page.matches:
        assert match.content == MatchContent(betrokkenen=(OTHER,))
        assert (match.regie is None) is (match.soort is MatchSoort.VERHUIZING), "of a move nobody has the regie"
    told = case.tell(*(news(case.signal, soort, lapsed=True) for soort in TOLD))
    assert told == [Bericht.VERVALLEN] * 4
    assert {match.content for match in case.page.matches} == {MatchContent()}


@pytest.mark.parametrize("form", FORMATS)
def test_who_withdraws_or_ends_is_told_of_each_kind(office: Office, form: str) -> None:
    case = Case(office, form)
    case.tell(*(news(case.signal, soort) for soort in TOLD))
    accepted(office.answer(Message("signaalBeeindigen", {**OWN, "datum_einde": "2026-11-21"}), form=case.form))
    assert case.tell() == [Bericht.VERVALLEN] * 4
    accepted(office.answer(Message("signaalIntrekken", OWN), form=case.form))
    assert case.tell() == [Bericht.VERWIJDEREN] * 4, "also of what lapsed before"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("soort", TOLD)
def test_what_must_go_is_said_to_who_asks_and_confirmed_by_who_did_it(
    office: Office, form: str, soort: MatchSoort
) -> None:
    case = Case(office, form)
    case.tell(news(case.signal, soort))
    assert case.tell(news(case.signal, soort, lapsed=True)) == [Bericht.VERVALLEN]
    assert case.tell(news(case.signal, soort, lapsed=True, remove=True)) == [Bericht.VERWIJDEREN]
    [match] = case.page.matches
    assert (match.status, match.verwijderen, match.versie) == (MatchStatus.VERVALLEN, True, "verwijderen.nieuw")
    removed = {"bron_systeem": OWN["bron_systeem"], "match_id": str(match.match_id), "contact": "VERWIJDERD"}
    reply = office.answer(Message("matchTerugkoppelen", removed), form=case.form)
    assert isinstance(reply, OneMatch) and reply.match.opvolging is Opvolging.VERWIJDERD
    assert events(office.store).count("verwijdering_bevestigd") == 1


@pytest.mark.parametrize("form", READERS)
def test_each_kind_reads_in_each_format_as_what_it_is(office: Office, form: str) -> None:
    case = Case(office, "plat")
    case.tell(*(news(case.signal, soort) for soort in TOLD))
    page = case.page
    read = {one["soort"]: one for one in READERS[form](page)}
    assert {soort: one["ander kind"] for soort, one in read.items()} == TOLD
    contact = (OTHER.naam, OTHER.functie, OTHER.instantie, None, OTHER.telefoon, OTHER.email, None)
    assert {tuple(one["anderen"]) for one in read.values()} == {(contact,)}
    assert not any(one["woorden"] or one["weg"] for one in read.values())


@pytest.mark.parametrize("form", FORMATS)
def test_nobody_takes_the_regie_of_a_move(office: Office, form: str) -> None:
    case = Case(office, form)
    case.tell(news(case.signal, MatchSoort.VERHUIZING))
    [move] = case.page.matches
    wish = {"bron_systeem": OWN["bron_systeem"], "match_id": str(move.match_id), "regiehandeling": "NEMEN"}
    reply = office.answer(Message("regieVastleggen", wish | {"stand": "r0"}), form=case.form)
    assert codes(reply) == ["VIX-1421"]


@pytest.mark.parametrize("form", FORMATS)
def test_a_move_and_the_archive_wait_for_nobodys_answer(office: Office, form: str) -> None:
    case = Case(office, form)
    case.tell(*(news(case.signal, soort) for soort in TOLD))
    with sqlite3.connect(database(office.store)) as connection:
        watched = connection.execute("SELECT kind FROM matches WHERE watched_since IS NOT NULL").fetchall()
    assert {kind for (kind,) in watched} == {*TOLD} - {MatchSoort.VERHUIZING, MatchSoort.HISTORISCH}

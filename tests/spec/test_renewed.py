"""Who is to be reached changes while a match lasts: its receiver hears it, from whatever format its signal came in."""

import pytest

from gateway.canonical.match import Betrokkene, MatchContent, MatchSoort
from gateway.canonical.order import Bericht
from gateway.canonical.receipt import OneMatch
from tests.spec.formats import FORMATS, Message
from tests.spec.office import Office, codes
from tests.spec.test_follow_up import told
from tests.spec.test_kinds import OTHER, READERS, TOLD, Case, news
from tests.spec.test_regie import wish
from tests.unit.scripted import events

NEXT = Betrokkene(naam="N. Ieuw", functie="arts", instantie="Jeugdhulp", telefoon="010-5550177")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("soort", TOLD)
def test_another_contact_is_told_as_a_new_match_is(office: Office, form: str, soort: MatchSoort) -> None:
    case, first = Case(office, form), Bericht.VERHUIZING if soort is MatchSoort.VERHUIZING else Bericht.GEMELD
    before = news(case.signal, soort)
    after = before.model_copy(update={"content": MatchContent(betrokkenen=(NEXT,))})
    assert case.tell(before) == [first]
    [known] = case.page.matches
    assert case.tell(before, after) == [first]
    assert case.tell(before, after) == [], "the feed may repeat itself"
    [match] = case.page.matches
    assert (match.match_id, match.content.betrokkenen) == (known.match_id, (NEXT,))
    assert (known.versie, match.versie) == ("actief.nieuw", "actief.nieuw.w1")
    one, two = case.post.told
    assert one.message_id != two.message_id and (one.number, two.number) == (1, 2)
    assert (one.match.content.betrokkenen, two.match.content.betrokkenen) == ((OTHER,), (NEXT,))
    assert events(office.store).count("match_gewijzigd") == 1


def renewed(office: Office, form: str) -> Case:
    case = Case(office, form)
    before = news(case.signal, MatchSoort.CLIENTMATCH)
    case.tell(before)
    case.tell(before.model_copy(update={"content": MatchContent(betrokkenen=(NEXT,))}))
    return case


@pytest.mark.parametrize("form", READERS)
def test_who_asks_reads_the_new_contact_alone(office: Office, form: str) -> None:
    case = renewed(office, "plat")
    [read] = READERS[form](case.page)
    contact = (NEXT.naam, NEXT.functie, NEXT.instantie, None, NEXT.telefoon, None, None)
    assert tuple(map(tuple, read["anderen"])) == (contact,)


@pytest.mark.parametrize("form", FORMATS)
def test_who_acts_on_the_old_contact_changes_nothing_and_on_the_new_does(office: Office, form: str) -> None:
    case = renewed(office, form)
    [match] = case.page.matches
    assert codes(office.answer(wish(str(match.match_id), "NEMEN", "actief.nieuw"), form=case.form)) == ["VIX-1420"]
    reply = office.answer(wish(str(match.match_id), "NEMEN", match.versie), form=case.form)
    assert isinstance(reply, OneMatch), codes(reply)
    assert reply.match.versie == "actief.nieuw.w1.r1"
    again = office.answer(wish(str(match.match_id), "NEERLEGGEN", reply.match.versie), form=case.form)
    assert isinstance(again, OneMatch) and again.match.versie == "actief.nieuw.w1.r2"
    older = told(str(match.match_id)).fields
    assert codes(office.answer(Message("matchTerugkoppelen", {**older, "stand": "actief.nieuw.r2"}))) == ["VIX-1413"]
    now = office.answer(Message("matchTerugkoppelen", {**older, "stand": again.match.versie}))
    assert isinstance(now, OneMatch) and now.match.versie == "actief.contact.w1.r2"

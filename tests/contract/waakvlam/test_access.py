"""The ticket: asked for when the index asks for it, shared by all conversations, and never tried again and again."""

import pytest

from gateway.adapters.indexes.waakvlam import Waakvlam
from gateway.canonical.order import Done, Order, Retry, Unknown
from gateway.wire.message import WireRequest, WireResponse
from tests.contract.waakvlam.said import (
    CONVERSATIONS,
    END,
    EVERY,
    NEXT_TICKET,
    NUMBER,
    POLL,
    REGISTER,
    SECRET,
    SENDER,
    TICKET,
    Conversation,
    bag,
    closed,
    come_to,
    consulted,
    denied,
    loket,
    operation,
    placed,
    said,
    soap,
)

TICKETS = "//w:Toegangsbewijs/text()"
WORN = pytest.mark.parametrize("reason", ["BEWIJS_ONTBREEKT", "BEWIJS_ONBEKEND", "BEWIJS_VERLOPEN"])


def test_the_first_message_has_no_ticket_and_never_the_secret(index: Waakvlam) -> None:
    first = index.encode(REGISTER)
    assert said(first, TICKETS) == []
    assert SECRET.encode() not in first.frozen()


@EVERY
@WORN
def test_who_is_asked_for_a_ticket_logs_in_and_says_the_same_again(
    index: Waakvlam, name: str, order: Order, reason: str
) -> None:
    talk = Conversation(index, order)
    talk.told(denied(reason), loket())
    first, login, again = talk.asked
    assert operation(login) == "OpenLoket"
    assert said(login, "//e:Body/*/*/text()") == [SENDER, SECRET]
    assert said(login, "//e:Header") == []
    assert operation(again) == operation(first)
    assert said(again, TICKETS) == [TICKET]
    assert said(again, "//e:Body//text()") == said(first, "//e:Body//text()")
    assert not isinstance(talk.told(*CONVERSATIONS[name]), WireRequest)


def test_a_ticket_is_for_all_that_follows(index: Waakvlam) -> None:
    come_to(index, REGISTER, denied("BEWIJS_ONTBREEKT"), loket(), placed())
    assert said(index.encode(POLL), TICKETS) == [TICKET]
    talk = Conversation(index, END)
    assert talk.told(consulted(), closed()) == Done(index_ref=NUMBER)
    assert [said(request, TICKETS) for request in talk.asked] == [[TICKET], [TICKET]]


def test_a_ticket_that_ends_between_two_messages_costs_no_more_than_a_login(index: Waakvlam) -> None:
    talk = Conversation(index, END)
    talk.told(consulted(), denied("BEWIJS_VERLOPEN"), loket())
    assert talk.operations == ["RaadpleegVermelding", "SluitVermelding", "OpenLoket", "SluitVermelding"]
    assert said(talk.asked[-1], "//w:nummer/text()") == [NUMBER]
    assert talk.told(closed()) == Done(index_ref=NUMBER)


def test_who_comes_late_takes_the_ticket_that_another_asked_for(index: Waakvlam) -> None:
    come_to(index, REGISTER, denied("BEWIJS_ONTBREEKT"), loket(), placed())
    early, late = Conversation(index, POLL), Conversation(index, REGISTER)
    early.told(denied("BEWIJS_VERLOPEN"), loket(NEXT_TICKET), bag())
    late.told(denied("BEWIJS_VERLOPEN"))
    assert late.operations == ["PlaatsVermelding"] * 2
    assert said(late.asked[-1], TICKETS) == [NEXT_TICKET]


def test_a_message_that_was_kept_is_written_anew_with_the_ticket_of_now(index: Waakvlam) -> None:
    come_to(index, POLL, denied("BEWIJS_ONTBREEKT"), loket(), bag())
    kept = WireRequest.thawed(index.encode(REGISTER).frozen())
    come_to(index, POLL, denied("BEWIJS_VERLOPEN"), loket(NEXT_TICKET), bag())
    again = index.decode(REGISTER, WireResponse(400, soap(denied("BEWIJS_VERLOPEN")), known=kept.known))
    assert isinstance(again, WireRequest)
    assert said(again, TICKETS) == [NEXT_TICKET]


@pytest.mark.parametrize("reason", ["INLOG_ONJUIST", "AANSLUITING_GEBLOKKEERD"])
def test_a_secret_that_is_refused_is_said_once(index: Waakvlam, reason: str) -> None:
    assert come_to(index, REGISTER, denied("BEWIJS_ONTBREEKT"), denied(reason)) == Retry(reason=reason)
    talk = Conversation(index, POLL)
    assert talk.told(denied("BEWIJS_ONTBREEKT")) == Retry(reason=reason)
    assert talk.operations == ["HaalPost"]


@pytest.mark.parametrize("answer", [loket("geen bewijs"), loket(""), placed(), "<a/>", bag()])
def test_a_login_that_is_answered_with_something_else_is_unknown(index: Waakvlam, answer: str) -> None:
    assert come_to(index, REGISTER, denied("BEWIJS_ONTBREEKT"), answer) == Unknown(reason="onleesbaar")
    assert said(index.encode(REGISTER), TICKETS) == []


def test_nobody_is_given_a_ticket_unasked(index: Waakvlam) -> None:
    assert come_to(index, REGISTER, loket()) == Unknown(reason="onleesbaar")
    assert said(index.encode(POLL), TICKETS) == []

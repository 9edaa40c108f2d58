"""What the gateway asks of an index that speaks waakvlam, message by message."""

import pytest

from gateway.adapters.indexes.waakvlam import Waakvlam
from gateway.canonical.order import Order, Person, Poll, Signaalcode
from gateway.canonical.signal import Geslacht
from gateway.canonical.terms import Equivalence, Meaning
from gateway.rules.delivery import Recovery
from gateway.wire.message import WireRequest
from tests.contract.dialects import is_our_own_fault
from tests.contract.orders import ARRANGE, ASK, FOLLOW_UP, PULSE
from tests.contract.waakvlam.said import (
    AMEND,
    CONVERSATIONS,
    DECLARED,
    END,
    EVERY,
    KETEN,
    MESSAGE,
    NASTY,
    NUMBER,
    POLL,
    REGISTER,
    SECRET,
    SENDER,
    SHADOW,
    SIGNAL,
    WITHDRAW,
    Conversation,
    consulted,
    contact,
    made,
    operation,
    register,
    said,
    vermelding,
)

BUSINESS = "//e:Body/*//text()"


def every(index: Waakvlam, name: str, order: Order) -> list[WireRequest]:
    """All messages of an order, as an index that does what is asked gets them."""
    talk = Conversation(index, order)
    talk.told(*CONVERSATIONS[name])
    return talk.asked


@pytest.mark.parametrize(
    ("name", "messages"),
    [
        ("plaatsen", ["PlaatsVermelding"]),
        ("keten", ["PlaatsVermelding"]),
        ("overnemen", ["NeemVermeldingOver"]),
        ("wijzigen", ["RaadpleegVermelding", "WerkVermeldingBij"]),
        ("beeindigen", ["RaadpleegVermelding", "SluitVermelding"]),
        ("intrekken", ["RaadpleegVermelding", "SluitVermelding"]),
        ("leidend", ["ToonAansluiting"]),
        ("raadplegen", ["ToonAansluiting", "RaadpleegVermelding"]),
        ("post", ["HaalPost"]),
        ("aansluiting", ["ToonAansluiting"]),
    ],
)
def test_an_order_takes_its_messages_in_this_order(index: Waakvlam, name: str, messages: list[str]) -> None:
    order = dict(EVERY.args[1])[name]
    assert [operation(request) for request in every(index, name, order)] == messages


@EVERY
def test_an_order_written_twice_is_the_same(name: str, order: Order) -> None:
    twice = [every(made(), name, order) for _ in range(2)]
    assert twice[0] == twice[1]


@EVERY
def test_each_message_says_for_whom_it_is_where_the_contract_asks_that(
    index: Waakvlam, name: str, order: Order
) -> None:
    expected = [] if name in ("post", "aansluiting") else ["WV-0417"]
    assert all(said(request, "//w:Namens/text()") == expected for request in every(index, name, order))


def test_a_signal_reads_back(index: Waakvlam) -> None:
    (it,) = every(index, "plaatsen", REGISTER)
    assert said(it, BUSINESS) == [
        str(SIGNAL), "GEWOON", "999990019", "20260301103015+0100", "20280301", "prof-1", NASTY, "jeugdarts",
        "+31761234567", "z@example.nl", "Breda", "C. Oördinator",
    ]  # fmt: skip
    assert said(index.encode(KETEN), "//w:soort/text()") == ["GEZIN"]


def test_what_another_index_leads_for_is_taken_over_with_its_own_moment(index: Waakvlam) -> None:
    (it,) = every(index, "overnemen", SHADOW)
    assert said(it, "//w:oorspronkelijkMoment/text()") == ["20260301103015+0100"]
    assert said(it, "//w:vorigeLeverancier/text()") == ["niet opgegeven"]


def test_changes_go_by_the_number_that_stands_under_our_reference(index: Waakvlam) -> None:
    for name, order, rest in (
        ("beeindigen", END, ["BEEINDIGD"]), ("intrekken", WITHDRAW, ["INGETROKKEN"]),
    ):  # fmt: skip
        first, second = every(index, name, order)
        assert said(first, BUSINESS) == [str(SIGNAL)]
        assert said(second, BUSINESS) == [NUMBER, *rest]
    _, change = every(index, "wijzigen", AMEND)
    assert said(change, BUSINESS)[:4] == [NUMBER, "20280301", "prof-1", NASTY]


def test_the_first_question_for_post_names_no_bag(index: Waakvlam) -> None:
    assert said(index.encode(Poll(message_id=MESSAGE, cursor=0)), BUSINESS) == []
    assert said(index.encode(POLL), BUSINESS) == ["7"]


def test_who_does_not_know_the_bsn_says_the_data(index: Waakvlam) -> None:
    person = Person(
        familienaam="Łaska", voorvoegsel="van der", voornamen="Zoë", geboortedatum="2014-05-09", geslacht=Geslacht.V,
        postcode="4811AB", huisnummer=12,
    )  # fmt: skip
    it = index.encode(register(person=person))
    assert said(it, "//w:personalia/*/text()") == ["Zoë", "van der", "Łaska", "20140509", "vrouw"]
    assert said(it, "//w:adres/@*") == ["4811AB", "12"]
    assert said(it, "//w:bsn") == []
    half = index.encode(register(person=person.model_copy(update={"huisnummer": None})))
    assert said(half, "//w:adres") == []


@pytest.mark.parametrize(
    ("changed", "telefoon", "email"),
    [
        ({"telefoon": "030 - 123 45 67"}, ["+31301234567"], ["z@example.nl"]),
        ({"telefoon": "+31 (0)6 12345678"}, ["+31612345678"], ["z@example.nl"]),
        ({"telefoon": "tst 12"}, [], ["z@example.nl"]),
        ({"telefoon": None}, [], ["z@example.nl"]),
        ({"email": "zonder apenstaart"}, ["+31761234567"], []),
        ({"email": "z" * 120 + "@example.nl"}, ["+31761234567"], []),
        ({"email": None, "telefoon": "06"}, [], []),
    ],
)
def test_what_cannot_be_dialled_or_mailed_as_it_is_written_there_is_left_out(
    index: Waakvlam, changed: dict[str, str | None], telefoon: list[str], email: list[str]
) -> None:
    it = index.encode(register(contact=contact(**changed)))
    assert said(it, "//w:telefoon/text()") == telefoon
    assert said(it, "//w:email/text()") == email


def test_what_the_contract_asks_and_nobody_said_is_said_so(index: Waakvlam) -> None:
    it = index.encode(register(contact=contact(functie=None)))
    assert said(it, "//w:functie/text()") == ["niet opgegeven"]


def test_a_professional_with_a_long_id_has_a_code_that_is_always_the_same(index: Waakvlam) -> None:
    codes = {
        one: said(index.encode(register(contact=contact(professional_id=one))), "//w:medewerkercode/text()")
        for one in ("p" * 30, "p" * 31, "p" * 32)
    }
    assert codes["p" * 30] == ["p" * 30]
    assert len({str(code) for code in codes.values()}) == 3
    assert all(len(code[0]) <= 30 for code in codes.values())


@pytest.mark.parametrize(
    ("order", "told"),
    [
        (register(person=Person(bsn="12")), "CVC_PATTERN_VALID /wl:PlaatsVermelding/wl:persoon/wl:bsn"),
        (register(person=Person()), "/wl:PlaatsVermelding/wl:persoon"),
        (
            register(person=Person(familienaam="Geheim", voornamen="G", geboortedatum="2014-05", geslacht=Geslacht.M)),
            "/wl:PlaatsVermelding/wl:persoon/wl:personalia/wl:geboortedag",
        ),
        (register(contact=contact(naam="Geheim" * 20)), "CVC_MAXLENGTH_VALID /wl:PlaatsVermelding"),
        (register(contact=contact(naam="Geheim\x00")), "XML"),
        (AMEND.model_copy(update={"contact": contact(naam="Geheim" * 20)}), "CVC_MAXLENGTH_VALID /wl:WerkVerm"),
        (register(contact=contact(instantie_id="Geheim")), "deelnemers"),
        (END.model_copy(update={"organisatie": "Geheim"}), "deelnemers"),
        (Poll(message_id=MESSAGE, cursor=-1), "HaalPost"),
        (register(signaalcode=Signaalcode.URGENT), "contact term"),
        (
            register(
                meanings=(
                    Meaning(axis="urgentie", word="Geheim", concept="spoed", equivalence=Equivalence.WIDER, map="m"),
                )
            ),
            "what a sender says",
        ),
    ],
)  # fmt: skip
def test_no_message_of_an_order_leaves_when_any_is_outside_the_contract(
    index: Waakvlam, order: Order, told: str
) -> None:
    is_our_own_fault(index, order, told)


@pytest.mark.parametrize("order", [ARRANGE, FOLLOW_UP, ASK, PULSE])
def test_what_this_dialect_has_no_message_for_is_our_own_fault(index: Waakvlam, order: Order) -> None:
    is_our_own_fault(index, order)


@pytest.mark.parametrize("kind", ["register", "amend", "end", "withdraw", "poll"])
def test_everything_is_repeated(index: Waakvlam, kind: str) -> None:
    assert index.recovery(kind) is Recovery.REPEAT
    assert index.declared() == DECLARED


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"sender": "00000001003214345000"}, "sender"),
        ({"sender": "abc"}, "sender"),
        ({"secret": "kort"}, "secret_file"),
        ({"secret": ""}, "secret_file"),
        ({"deelnemers": {"inst-1": "WV-417"}}, "deelnemers"),
    ],
)
def test_what_the_index_cannot_have_given_out_is_found_before_the_start(changed: dict[str, object], key: str) -> None:
    with pytest.raises(ValueError, match=f"^{key}: ") as refusal:
        made(**changed)
    assert SECRET not in str(refusal.value) and SENDER not in str(refusal.value)


def test_a_change_is_of_the_vermelding_that_stands_there(index: Waakvlam) -> None:
    talk = Conversation(index, AMEND)
    talk.told(consulted(told=vermelding(number="2026-BBB-00001")))
    assert said(talk.asked[-1], "//w:nummer/text()") == ["2026-BBB-00001"]

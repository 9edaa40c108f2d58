from collections.abc import Callable
from threading import Thread

import pytest
from lxml import etree

from gateway.wire import soap, xml

VI = "urn:x-verwijsindex-gateway:aanlevering:1"
REQUEST = (
    f"<e><vi:signaalIntrekken xmlns:vi='{VI}'><vi:kop><vi:bronSysteem>{{}}</vi:bronSysteem></vi:kop>"
    "<vi:bronSignaalId>{}</vi:bronSignaalId></vi:signaalIntrekken></e>"
)


def envelope(header: str = "", body: str = "<a/>", tail: str = "") -> bytes:
    return (
        f"<s:Envelope xmlns:s='{soap.ENVELOPE}' xmlns:w='{soap.ADDRESSING}'><s:Header>{header}</s:Header>"
        f"<s:Body>{body}</s:Body>{tail}</s:Envelope>"
    ).encode()


@pytest.mark.parametrize(
    ("body", "reason", "place"),
    [
        (b"", "syntax", "1:1"),
        (b"<a>\n<b></a>", "syntax", "2:8"),
        (b"<a>\x01</a>", "syntax", "1:4"),
        (b"<a>\n <b>\xff</b></a>", "encoding", "2:5"),
        (b"\xef\xbb\xbf<?xml version='1.0' encoding='latin1'?><a/>", "encoding", ""),
        ("<a/>".encode("utf-16"), "encoding", ""),
        (b"<!DOCTYPE a><a/>", "doctype", ""),
        (b"<!DOCTYPE a [<!ENTITY b '&c;'><!ENTITY c '&b;'>]><a>&b;</a>", "doctype", ""),
    ],
)
def test_what_may_not_be_read_says_why_and_where(body: bytes, reason: str, place: str) -> None:
    with pytest.raises(xml.Malformed) as caught:
        xml.parse(body)
    assert caught.value.reason == reason
    assert not place or caught.value.place == place


def test_comments_and_instructions_leave_no_seam_in_a_text() -> None:
    assert xml.parse(b"<a>99<!-- b -->99<?c d?>01<![CDATA[9]]></a>").text == "9999019"


def test_an_error_points_at_its_element_wherever_the_tree_hangs() -> None:
    schema = xml.Schema("aanlevering-1.xsd")
    operation = xml.parse(REQUEST.format("", "x" * 36).encode())[0]
    found = [(error.kind, etree.QName(error.element).localname, error.structural) for error in schema.errors(operation)]
    assert found == [("CVC_MINLENGTH_VALID", "bronSysteem", False), ("CVC_MAXLENGTH_VALID", "bronSignaalId", False)]


def test_an_error_points_at_its_element_without_prefixes_and_among_twins() -> None:
    schema = xml.Schema("aanlevering-1.xsd")
    keuze = "<keuze><as>a</as><woord>b</woord><begrip>{}</begrip></keuze>"
    operation = xml.parse(
        f"<betekenisAanvullen xmlns='{VI}'><kop><bronSysteem>a</bronSysteem></kop><bronSignaalId>b</bronSignaalId>"
        f"{keuze.format('c')}{keuze.format('')}</betekenisAanvullen>".encode()
    )
    (error,) = schema.errors(operation)
    assert xml.place(error.element, {VI: "vi"}) == "/vi:betekenisAanvullen/vi:keuze[2]/vi:begrip"


def test_errors_are_capped_and_none_of_a_valid_tree() -> None:
    schema = xml.Schema("aanlevering-1.xsd")
    operation = xml.parse(REQUEST.format("", "").encode())[0]
    assert len(schema.errors(operation, most=1)) == 1
    assert schema.errors(xml.parse(REQUEST.format("a", "b").encode())[0]) == ()


def test_a_schema_serves_threads_together() -> None:
    schema = xml.Schema("aanlevering-1.xsd")
    wrong: list[bool] = []

    def work(text: str, valid: bool) -> None:
        for _ in range(300):
            operation = xml.parse(REQUEST.format(text, "b").encode())[0]
            if schema.valid(operation) is not valid or bool(schema.errors(operation)) is valid:
                wrong.append(valid)

    threads = [Thread(target=work, args=("a" * n, 0 < n < 36)) for n in (0, 1, 35, 36)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (lambda: b"<Envelope xmlns='http://www.w3.org/2003/05/soap-envelope'/>", "version"),
        (lambda: b"<Envelope/>", "version"),
        (lambda: b"<html/>", "envelope"),
        (lambda: envelope(tail="<b/>"), "envelope"),
        (lambda: envelope(body=""), "body"),
        (lambda: envelope(body="<a/>b"), "body"),
        (lambda: envelope(body="b<a/>"), "body"),
        (lambda: envelope("<w:To>a</w:To><w:To>a</w:To>"), "header"),
        (lambda: envelope("<b s:mustUnderstand='1'/>"), "header"),
        (lambda: envelope("<b s:mustUnderstand='1' s:actor='http://schemas.xmlsoap.org/soap/actor/next'/>"), "header"),
    ],
)
def test_an_envelope_outside_the_profile_says_what_is_wrong(message: Callable[[], bytes], reason: str) -> None:
    with pytest.raises(soap.NotSoap) as caught:
        soap.read(message())
    assert caught.value.reason == reason


def test_a_duty_laid_on_another_is_not_ours() -> None:
    assert soap.read(envelope("<b s:mustUnderstand='1' s:actor='urn:else'/>")).body.tag == "a"

# ruff: noqa: E501  one case, one line
"""Broken, hostile and merely unusual SOAP requests: what each is, and what its sender must be told.

Every case is a change to one valid message. Dates are true on NOW: set the legal clock to it. The one who judges
(`by`) is the door (size), the format (its schema and envelope) or admission (its meaning).
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

NOW = dt.datetime(2026, 10, 1, 12, 0, tzinfo=dt.UTC)
VI = "urn:x-verwijsindex-gateway:aanlevering:1"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
WSA = "http://www.w3.org/2005/08/addressing"
XML = "text/xml; charset=utf-8"
BSN = "999990019"
CANARIES = (BSN, "Kanarievogel", "Kanariepiet", "kanarie-17", "030-7654321", "kanarie@school.example", "kanariewoord")
"""Values of the messages below; none may stand in a fault."""

MESSAGE = f"""<?xml version="1.0" encoding="UTF-8"?>
<soap:Envelope xmlns:soap="{SOAP}" xmlns:wsa="{WSA}" xmlns:vi="{VI}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<soap:Header><wsa:To>{WSA}/anonymous</wsa:To><wsa:Action>{VI}/signaalAfgeven</wsa:Action>\
<wsa:MessageID>urn:uuid:6b1f7e0a-1d1c-4a53-9f2b-3f1f4c1b0a01</wsa:MessageID></soap:Header>
<soap:Body><vi:signaalAfgeven><vi:kop><vi:bronSysteem>leerlingvolg</vi:bronSysteem></vi:kop>\
<vi:bronSignaalId>kanarie-17</vi:bronSignaalId><vi:revisie>1</vi:revisie><vi:soort>SIGNAAL</vi:soort>
<vi:jeugdige><vi:bsn>{BSN}</vi:bsn><vi:persoonsgegevens><vi:familienaam>Kanarievogel</vi:familienaam>\
<vi:geboortedatum>2014-05-06</vi:geboortedatum><vi:geslacht>V</vi:geslacht><vi:postcode>3511AB</vi:postcode>\
<vi:huisnummer>7</vi:huisnummer></vi:persoonsgegevens></vi:jeugdige>
<vi:melder><vi:professionalId>p-1</vi:professionalId><vi:naam>Kanariepiet</vi:naam><vi:telefoon>030-7654321</vi:telefoon>\
<vi:email>kanarie@school.example</vi:email></vi:melder>
<vi:datumTijdMelding>2026-10-01T10:00:00+02:00</vi:datumTijdMelding>
<vi:attestaties><vi:redelijkVermoeden>true</vi:redelijkVermoeden><vi:informatieplicht><vi:wie>BEIDEN</vi:wie>\
<vi:datum>2026-09-30</vi:datum></vi:informatieplicht></vi:attestaties>
<vi:aanduiding><vi:as>urgentie</vi:as><vi:woord>kanariewoord</vi:woord></vi:aanduiding>
</vi:signaalAfgeven></soap:Body></soap:Envelope>
"""
_BODY = "<vi:signaalAfgeven>" + MESSAGE.split("<vi:signaalAfgeven>")[1].split("</soap:Body>", maxsplit=1)[0]
_PERSON = "<vi:persoonsgegevens>" + MESSAGE.split("<vi:persoonsgegevens>")[1].split("</vi:jeugdige>", maxsplit=1)[0]
_DTD = "<!DOCTYPE soap:Envelope [{}]>\n<soap:Envelope "


@dataclass(frozen=True, slots=True)
class Case:
    """A request and its fate: accepted, or refused with at least these codes."""

    name: str
    build: Callable[[], bytes]
    codes: tuple[str, ...] = ()
    accepted: bool = False
    by: str = "format"
    content_type: str = XML
    headers: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    admitted: tuple[str, ...] = ()
    """The codes where admission's finding takes the place of the format's; the same as `codes` when empty."""

    @property
    def told(self) -> tuple[str, ...]:
        """The codes the sender sees in the end."""
        return self.admitted or self.codes


def changed(*pairs: tuple[str, str], encoding: str = "utf-8") -> Callable[[], bytes]:
    """The valid message with each first text replaced by the second; a text that is not there is a mistake."""

    def build() -> bytes:
        text = MESSAGE
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new, 1)
        return text.encode(encoding)

    return build


def _bytes(body: bytes) -> Callable[[], bytes]:
    return lambda: body


def _after(anchor: str, element: str) -> Callable[[], bytes]:
    return changed((anchor, anchor + element))


def _bsn(text: str) -> Callable[[], bytes]:
    return changed((f"<vi:bsn>{BSN}</vi:bsn>", f"<vi:bsn>{text}</vi:bsn>"))


def _born(text: str) -> Callable[[], bytes]:
    return changed(("2014-05-06", text))


def _reported(text: str) -> Callable[[], bytes]:
    return changed(("2026-10-01T10:00:00+02:00", text))


def _dtd(subset: str, use: str = "") -> Callable[[], bytes]:
    return changed(("<soap:Envelope ", _DTD.format(subset)), ("Kanariepiet", f"Kanariepiet{use}"))


_LAUGHS = "<!ENTITY l0 'ha'>" + "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12))
_SOORT, _AANDUIDING, _NAME = (
    "<vi:soort>SIGNAAL</vi:soort>",
    "<vi:aanduiding>",
    "<vi:familienaam>Kanarievogel</vi:familienaam>",
)
_ID = "<vi:bronSignaalId>kanarie-17</vi:bronSignaalId>"
_HEADER_END = "</soap:Header>"


def _refused(name: str, build: Callable[[], bytes], *codes: str, **options: Any) -> Case:
    return Case(name, build, codes, **options)


def _fine(name: str, build: Callable[[], bytes], note: str = "", **options: Any) -> Case:
    return Case(name, build, accepted=True, by="admission", note=note, **options)


def _admission(name: str, build: Callable[[], bytes], *codes: str, note: str = "") -> Case:
    return Case(name, build, codes, by="admission", note=note)


_ENTITIES = (
    _refused("doctype", _dtd(""), "VIX-1007"),
    _refused("internal entity", _dtd("<!ENTITY a 'b'>", "&a;"), "VIX-1007"),
    _refused("external entity, file", _dtd("<!ENTITY a SYSTEM 'file:///etc/passwd'>", "&a;"), "VIX-1007"),
    _refused("external entity, http", _dtd("<!ENTITY a SYSTEM 'http://127.0.0.1:9/a'>", "&a;"), "VIX-1007"),
    _refused("parameter entity", _dtd("<!ENTITY % a SYSTEM 'http://127.0.0.1:9/a'> %a;"), "VIX-1007"),
    _refused("external DTD", changed(("<soap:Envelope ", "<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/d'>\n<soap:Envelope ")), "VIX-1007"),
    _refused("billion laughs", _dtd(_LAUGHS, "&l11;"), "VIX-1007"),
    _refused("quadratic entity", _dtd(f"<!ENTITY a '{'a' * 50_000}'>", "&a;" * 5_000), "VIX-1007"),
    _refused("recursive entity", _dtd("<!ENTITY a '&b;'><!ENTITY b '&a;'>", "&a;"), "VIX-1007"),
    _refused("default attribute from a DTD", _dtd("<!ATTLIST vi:bsn x CDATA 'y'>"), "VIX-1007"),
    _refused("entity nobody declared", changed(("Kanariepiet", "&kanarie;")), "VIX-1001"),
    _refused("XInclude", _after(_ID, "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='/etc/passwd' parse='text'/>"), "VIX-1001"),
)  # fmt: skip
_SIZES = (
    Case("50 MB of elements", lambda: changed((_AANDUIDING, "<vi:aanduiding/>" * 3_200_000 + _AANDUIDING))(), ("VIX-1007",), by="door"),
    Case("50 MB in one text", lambda: changed(("Kanariepiet", "k" * 50_000_000))(), ("VIX-1007",), by="door"),
    _refused("depth 10,000", changed(("Kanariepiet", "<a>" * 10_000 + "</a>" * 10_000)), "VIX-1001"),
    _refused("depth 200", changed(("Kanariepiet", "<vi:naam>" * 200 + "</vi:naam>" * 200)), "VIX-1001"),
    _refused("5,000 attributes", changed((_AANDUIDING, "<vi:aanduiding " + " ".join(f"a{n}=''" for n in range(5_000)) + ">")), "VIX-1001"),
    _refused("5,000 namespaces", changed((_AANDUIDING, "<vi:aanduiding " + " ".join(f"xmlns:a{n}='urn:{n}' a{n}:b=''" for n in range(5_000)) + ">")), "VIX-1001"),
    _refused("40,000 unknown elements", _after(_ID, "<vi:kanarievogel/>" * 40_000), "VIX-1001"),
    _refused("2,000 wrong words", changed((_AANDUIDING, "<vi:aanduiding><vi:as/><vi:woord/></vi:aanduiding>" * 2_000 + _AANDUIDING)), "VIX-1001", "VIX-1105"),
    _refused("a name of 40,000 letters", _after(_ID, f"<vi:{'k' * 40_000}/>"), "VIX-1001"),
    _refused("21 words", changed((_AANDUIDING, "<vi:aanduiding><vi:as>urgentie</vi:as><vi:woord>x</vi:woord></vi:aanduiding>" * 20 + _AANDUIDING)), "VIX-1001"),
)  # fmt: skip
_ENCODINGS = (
    _refused("UTF-16", changed(('encoding="UTF-8"', 'encoding="UTF-16"'), encoding="utf-16"), "VIX-1007"),
    _refused("UTF-16 without a byte order mark", changed(encoding="utf-16-le"), "VIX-1007"),
    _refused("UTF-32", changed(encoding="utf-32"), "VIX-1007"),
    _refused("ISO-8859-1 declared", changed(('"UTF-8"', '"ISO-8859-1"')), "VIX-1007"),
    _refused("ISO-8859-1 declared after a mark", lambda: b"\xef\xbb\xbf" + changed(('"UTF-8"', '"ISO-8859-1"'))(), "VIX-1007"),
    _refused("ISO-8859-1 undeclared", changed(("Kanarievogel", "Kanari\xebvogel"), encoding="latin-1"), "VIX-1007"),
    _refused("UTF-7", changed(('"UTF-8"', '"UTF-7"'), ("<soap:Body>", "+ADw-soap:Body+AD4-")), "VIX-1007"),
    _refused("EBCDIC declared", changed(('"UTF-8"', '"IBM037"')), "VIX-1007"),
    _refused("invalid UTF-8", lambda: changed()().replace(b"Kanariepiet", b"Kanariepiet\xff"), "VIX-1007"),
    _refused("overlong UTF-8", lambda: changed()().replace(b"Kanariepiet", b"\xc0\xbckanarie"), "VIX-1007"),
    _refused("surrogate in UTF-8", lambda: changed()().replace(b"Kanariepiet", b"\xed\xa0\x80"), "VIX-1007"),
    _refused("NUL", changed(("Kanariepiet", "Kanarie\x00piet")), "VIX-1001"),
    _refused("control character", changed(("Kanariepiet", "Kanarie\x08piet")), "VIX-1001"),
    _refused("control character by reference", changed(("Kanariepiet", "Kanarie&#8;piet")), "VIX-1001"),
    _refused("charset of HTTP differs", changed(), "VIX-1007", content_type="text/xml; charset=iso-8859-1"),
    _fine("byte order mark", lambda: b"\xef\xbb\xbf" + changed()(), "XML 1.0 allows it"),
    _fine("no declaration", lambda: changed()().split(b"?>\n", 1)[1]),
    _fine("no charset in HTTP", changed(), content_type="text/xml"),
)  # fmt: skip
_SYNTAX = (
    _refused("truncated", lambda: changed()()[:900], "VIX-1001"),
    _refused("empty", _bytes(b""), "VIX-1001"),
    _refused("white space only", _bytes(b" \n"), "VIX-1001"),
    _refused("JSON", _bytes(b'{"bsn": "999990019"}'), "VIX-1001"),
    _refused("JSON, and said so", _bytes(b'{"bsn": "999990019"}'), "VIX-1008", content_type="application/json"),
    _refused("HTML", _bytes(b"<html><body><p>Kanariepiet</p></body></html>"), "VIX-1008"),
    _refused("HTML5 doctype", _bytes(b"<!DOCTYPE html><html><p>Kanariepiet</html>"), "VIX-1007"),
    _refused("two documents", lambda: changed()() + b"<a/>", "VIX-1001"),
    _refused("text before the declaration", lambda: b"x" + changed()(), "VIX-1001"),
    _refused("duplicate attribute", changed(("<vi:kop>", "<vi:kop a='1' a='2'>")), "VIX-1001"),
    _refused("prefix without namespace", changed((' xmlns:vi="' + VI + '"', "")), "VIX-1001"),
    _refused("MTOM", changed(), "VIX-1008", content_type="multipart/related; type=\"application/xop+xml\""),
    _refused("no content type", changed(), "VIX-1008", content_type=""),
)  # fmt: skip
_ENVELOPES = (
    _refused("SOAP 1.2", changed((SOAP, "http://www.w3.org/2003/05/soap-envelope")), "VIX-1002"),
    _refused("SOAP 1.2 by its media type", changed(), "VIX-1002", content_type="application/soap+xml; charset=utf-8"),
    _refused("Envelope of no SOAP", changed((SOAP, "urn:kanarie")), "VIX-1002"),
    _refused("no envelope", lambda: _BODY.replace("<vi:signaalAfgeven", f"<vi:signaalAfgeven xmlns:vi='{VI}'", 1).encode(), "VIX-1008"),
    _refused("no body", lambda: (MESSAGE.split("<soap:Body>", maxsplit=1)[0] + "</soap:Envelope>").encode(), "VIX-1008"),
    _refused("empty body", changed((_BODY, "")), "VIX-1008"),
    _refused("two bodies", changed(("</soap:Envelope>", "<soap:Body/></soap:Envelope>")), "VIX-1008"),
    _refused("two elements in the body", changed(("</soap:Body>", "<vi:capaciteiten/></soap:Body>")), "VIX-1008"),
    _refused("text in the body", changed(("<soap:Body>", "<soap:Body>Kanariepiet")), "VIX-1008"),
    _refused("text after the operation", changed(("</soap:Body>", "Kanariepiet</soap:Body>")), "VIX-1008"),
    _refused("header after the body", changed(("</soap:Body>", "</soap:Body><soap:Header/>")), "VIX-1008"),
    _refused("unknown operation", changed(("<vi:signaalAfgeven>", "<vi:kanarieVogel>"), ("</vi:signaalAfgeven>", "</vi:kanarieVogel>")), "VIX-1002"),
    _refused("an answer as a request", changed((_BODY, "<vi:signaalAfgevenAntwoord/>")), "VIX-1002"),
    _refused("operation of another version", changed((f'xmlns:vi="{VI}"', f'xmlns:vi="{VI[:-1]}2"')), "VIX-1002"),
    _refused("operation without namespace", lambda: changed()().replace(b"vi:", b""), "VIX-1002"),
    _refused("a fault as a request", changed((_BODY, "<soap:Fault><faultcode>a</faultcode></soap:Fault>")), "VIX-1002"),
    Case("SOAPAction of another operation", changed(), ("VIX-1008",), headers={"soapaction": f'"{VI}/signaalIntrekken"'}),
    Case("SOAPAction without meaning", changed(), ("VIX-1008",), headers={"soapaction": '"Kanariepiet"'}),
    _refused("wsa:Action of another operation", changed((f"{VI}/signaalAfgeven<", f"{VI}/signaalIntrekken<")), "VIX-1008"),
    _refused("two MessageIDs", changed((_HEADER_END, f"<wsa:MessageID>urn:kanarie-17</wsa:MessageID>{_HEADER_END}")), "VIX-1008"),
    _refused("empty MessageID", changed(("urn:uuid:6b1f7e0a-1d1c-4a53-9f2b-3f1f4c1b0a01", "")), "VIX-1008"),
    _refused("header to be understood", changed((_HEADER_END, f"<a:Kanariepiet xmlns:a='urn:a' soap:mustUnderstand='1'/>{_HEADER_END}")), "VIX-1008", note="MustUnderstand"),
    _fine("header to be understood by another", changed((_HEADER_END, f"<a:b xmlns:a='urn:a' soap:mustUnderstand='1' soap:actor='urn:else'/>{_HEADER_END}"))),
    _fine("unknown header", changed((_HEADER_END, f"<a:b xmlns:a='urn:a'>c</a:b>{_HEADER_END}"))),
    Case("empty SOAPAction", changed(), accepted=True, by="admission", headers={"soapaction": '""'}),
    Case("SOAPAction without quotes", changed(), accepted=True, by="admission", headers={"soapaction": f"{VI}/signaalAfgeven"}),
    _fine("no header at all", lambda: (MESSAGE.split("<soap:Header>", maxsplit=1)[0] + MESSAGE.split(_HEADER_END)[1]).encode(), "Node soap"),
)  # fmt: skip
_STRUCTURES = (
    _refused("free text", _after(_ID, "<vi:vrijeTekst>Kanariepiet</vi:vrijeTekst>"), "VIX-1003"),
    _refused("reason", _after(_SOORT, "<vi:reden>Kanariepiet</vi:reden>"), "VIX-1003"),
    _refused("reason in capitals", _after(_SOORT, "<vi:REDEN>Kanariepiet</vi:REDEN>"), "VIX-1003"),
    _refused("diagnosis in the person", _after(_NAME, "<vi:diagnose>Kanariepiet</vi:diagnose>"), "VIX-1003"),
    _refused("nationality", _after(_NAME, "<vi:nationaliteit>Kanariepiet</vi:nationaliteit>"), "VIX-1003"),
    _refused("explanation of a word", _after("kanariewoord</vi:woord>", "<vi:toelichting>Kanariepiet</vi:toelichting>"), "VIX-1003"),
    _refused("Narrative of FHIR", _after(_ID, "<text xmlns='http://hl7.org/fhir'><div>Kanariepiet</div></text>"), "VIX-1003"),
    _refused("reason and a wrong BSN, both told", changed((_SOORT, f"{_SOORT}<vi:reden>x</vi:reden>"), (BSN, "12345678")), "VIX-1003", "VIX-1101"),
    _refused("unknown element", _after(_ID, "<vi:kanarieVogel>Kanariepiet</vi:kanarieVogel>"), "VIX-1001"),
    _refused("element of another namespace", _after(_ID, "<k:kanarie xmlns:k='urn:k'/>"), "VIX-1001"),
    _refused("element without namespace", _after(_ID, "<soort>SIGNAAL</soort>"), "VIX-1001"),
    _refused("element in an element of text", changed((BSN, f"{BSN}<vi:bsn>{BSN}</vi:bsn>")), "VIX-1001"),
    _refused("text between elements", _after(_ID, "Kanariepiet"), "VIX-1001"),
    _refused("two BSNs", _after(f"<vi:bsn>{BSN}</vi:bsn>", f"<vi:bsn>{BSN}</vi:bsn>"), "VIX-1001"),
    _refused("two young persons", _after("</vi:jeugdige>", "<vi:jeugdige/>"), "VIX-1001"),
    _refused("wrong order", changed((_ID + "<vi:revisie>1</vi:revisie>", "<vi:revisie>1</vi:revisie>" + _ID)), "VIX-1001"),
    _refused("no source id", changed((_ID, "")), "VIX-1001", admitted=("VIX-1106",)),
    _refused("no head", changed(("<vi:kop><vi:bronSysteem>leerlingvolg</vi:bronSysteem></vi:kop>", "")), "VIX-1001"),
    _refused("empty operation", changed((_BODY, "<vi:signaalAfgeven/>")), "VIX-1001"),
    _refused("informed and put off at once", _after("<vi:datum>2026-09-30</vi:datum>", "<vi:uitgesteld>true</vi:uitgesteld>"), "VIX-1001"),
    _refused("attribute", changed(("<vi:bsn>", "<vi:bsn status='Kanariepiet'>")), "VIX-1001"),
    _refused("xsi:nil", changed((f"<vi:bsn>{BSN}</vi:bsn>", "<vi:bsn xsi:nil='true'/>")), "VIX-1001", admitted=("VIX-1101",)),
    _refused("xsi:type of another kind", changed(("<vi:bsn>", "<vi:bsn xsi:type='vi:Uitleg'>")), "VIX-1001"),
    _refused("xsi:type of nothing", changed(("<vi:bsn>", "<vi:bsn xsi:type='Kanariepiet'>")), "VIX-1001"),
    _refused("xml:base in the operation", changed(("<vi:signaalAfgeven>", "<vi:signaalAfgeven xml:base='http://127.0.0.1:9/'>")), "VIX-1001"),
    _refused("encodingStyle on the operation", changed(("<vi:signaalAfgeven>", f"<vi:signaalAfgeven soap:encodingStyle='{SOAP}'>")), "VIX-1001"),
    _refused("default namespace that moves a child", changed(("<vi:kop>", "<kop xmlns='urn:kanarie'>"), ("</vi:kop>", "</kop>")), "VIX-1001"),
    _refused("prefix that changes meaning", changed(("<vi:melder>", "<vi:melder xmlns:vi='urn:kanarie'>")), "VIX-1001"),
)  # fmt: skip
_TEXTS = (
    _refused("BSN of 8 digits", _bsn("99999001"), "VIX-1101", note="lost leading zero"),
    _refused("BSN of letters", _bsn("kanarievo"), "VIX-1101"),
    _refused("BSN in Arabic-Indic digits", _bsn("٩٩٩٩٩٠٠١٩"), "VIX-1101"),
    _refused("BSN with spaces", _bsn(" 999 990 019 "), "VIX-1101"),
    _refused("empty BSN", _bsn(""), "VIX-1101"),
    _refused("education number of letters", _after(f"<vi:bsn>{BSN}</vi:bsn>", "<vi:onderwijsnummer>kanarie-1</vi:onderwijsnummer>"), "VIX-1101"),
    _refused("birth date of words", _born("zes mei"), "VIX-1202"),
    _refused("birth date day first", _born("06-05-2014"), "VIX-1202"),
    _refused("time without zone", _reported("2026-10-01T10:00:00"), "VIX-1105"),
    _refused("day instead of time", _reported("2026-10-01"), "VIX-1105"),
    _refused("hour 25", _reported("2026-10-01T25:00:00Z"), "VIX-1105"),
    _refused("30 February as removal date", _after("</vi:datumTijdMelding>", "<vi:verwijderdatum>2027-02-30</vi:verwijderdatum>"), "VIX-1105"),
    _refused("unknown kind", changed((_SOORT, "<vi:soort>Kanariepiet</vi:soort>")), "VIX-1105"),
    _refused("unknown sex", changed(("<vi:geslacht>V", "<vi:geslacht>kanariewoord")), "VIX-1105"),
    _refused("postcode in lower case", changed(("3511AB", "3511ab")), "VIX-1105"),
    _refused("house number below zero", changed(("<vi:huisnummer>7", "<vi:huisnummer>-7")), "VIX-1105"),
    _refused("revision of 40 digits", changed(("<vi:revisie>1", "<vi:revisie>" + "9" * 40)), "VIX-1105"),
    _refused("revision zero", changed(("<vi:revisie>1", "<vi:revisie>0")), "VIX-1105"),
    _refused("revision with a point", changed(("<vi:revisie>1", "<vi:revisie>1.0")), "VIX-1105"),
    _refused("name of 201 characters", changed(("Kanariepiet", "K" * 201)), "VIX-1105"),
    _refused("source id of 36 characters", changed(("kanarie-17", "k" * 36)), "VIX-1105"),
    _refused("a story as a word", changed(("kanariewoord", "kanariewoord " * 6)), "VIX-1105"),
    _refused("empty name", changed(("Kanariepiet", "")), "VIX-1105", admitted=("VIX-1106",)),
    _refused("neither true nor false", changed(("<vi:redelijkVermoeden>true", "<vi:redelijkVermoeden>ja")), "VIX-1105"),
    _refused("every field wrong at once", changed((BSN, "1"), ("2014-05-06", "x"), (_SOORT, "<vi:soort>x</vi:soort>"), ("10:00:00+02:00", "10"), ("3511AB", "x")), "VIX-1101", "VIX-1202", "VIX-1105"),
)  # fmt: skip
_MEANINGS = (
    _admission("BSN that fails the elfproef", _bsn("999990018"), "VIX-1101"),
    _admission("BSN of zeros", _bsn("000000000"), "VIX-1101"),
    _admission("neither BSN nor person", changed((f"<vi:bsn>{BSN}</vi:bsn>{_PERSON}", "")), "VIX-1103"),
    _admission("age 23 exactly", _born("2003-10-01"), "VIX-1201"),
    _admission("born tomorrow", _born("2026-10-02"), "VIX-1202"),
    _admission("born on 30 February", _born("2010-02-30"), "VIX-1202"),
    _admission("born in month 13", _born("2010-13-01"), "VIX-1202"),
    _admission("born in the year 0000", _born("0000-01-01"), "VIX-1202"),
    _admission("reported in the future", _reported("2026-10-02T10:00:00Z"), "VIX-1204"),
    _admission("reported in the year 99999", _reported("99999-10-02T10:00:00Z"), "VIX-1105", note="a dateTime of XSD"),
    _admission("removal date too late", _after("</vi:datumTijdMelding>", "<vi:verwijderdatum>2028-10-02</vi:verwijderdatum>"), "VIX-1205"),
    _admission("removal date before the report", _after("</vi:datumTijdMelding>", "<vi:verwijderdatum>2026-09-01</vi:verwijderdatum>"), "VIX-1205"),
    _admission("no contact", changed(("<vi:telefoon>030-7654321</vi:telefoon><vi:email>kanarie@school.example</vi:email>", "")), "VIX-1304"),
    _admission("e-mail without at", changed(("kanarie@school.example", "kanarie.school.example")), "VIX-1304"),
    _admission("e-mail with a second address", changed(("kanarie@school.example", "kanarie@school.example,x@y.example")), "VIX-1304"),
    _admission("blank name", changed(("Kanariepiet", "   ")), "VIX-1106"),
    _admission("blank source id", changed(("kanarie-17", "\t ")), "VIX-1106"),
    _admission("tab in a name", changed(("Kanariepiet", "Kanarie\tpiet")), "VIX-1105"),
    _admission("bidi override in a name", changed(("Kanariepiet", "Kanarie\u202etpip")), "VIX-1105"),
    _admission("zero width mark in a name", changed(("Kanariepiet", "Kanarie\ufeffpiet")), "VIX-1105"),
    _admission("unknown axis", changed(("<vi:as>urgentie", "<vi:as>kanarie")), "VIX-1804"),
    _admission("suspicion not confirmed", changed(("<vi:redelijkVermoeden>true", "<vi:redelijkVermoeden>false")), "VIX-1305"),
    _fine("unknown word", changed(), "accepted as onbekend, with a question"),
    _fine("day before 23", _born("2003-10-02")),
    _fine("report in another zone", _reported("2026-09-30T23:00:00-11:00")),
    _fine("white space around a boolean and a number", changed(("<vi:revisie>1<", "<vi:revisie> 1\n<"), (">true<", "> 1 <"))),
)  # fmt: skip
_UNUSUAL = (
    _fine("other prefixes", lambda: changed()().replace(b"vi:", b"x1:").replace(b":vi=", b":x1=").replace(b"soap:", b"S:").replace(b":soap=", b":S=")),
    _fine("default namespace", lambda: changed()().replace(b"<vi:signaalAfgeven>", f'<vi:signaalAfgeven xmlns="{VI}">'.encode()).replace(b"<vi:melder>", b"<melder>").replace(b"</vi:melder>", b"</melder>")),
    _fine("prefix of the body redefined to the same", changed(("<vi:melder>", f"<vi:melder xmlns:vi='{VI}'>"))),
    _fine("CDATA", changed(("Kanariepiet", "<![CDATA[Kanarie<&piet]]>"))),
    _fine("comment in a BSN", changed((BSN, "9999<!-- Kanariepiet -->90019"))),
    _fine("comments everywhere", lambda: changed()().replace(b"><", b"><!-- x --><")),
    _fine("processing instructions", changed(("<soap:Envelope ", "<?xml-stylesheet href='http://127.0.0.1:9/a.xsl'?>\n<soap:Envelope "), ("<vi:kop>", "<?kanarie piet?><vi:kop>"))),
    _fine("character references", changed(("Kanariepiet", "&#75;anarie&amp;piet &#x1F426;"))),
    _fine("accents and astral characters", changed(("Kanariepiet", "Zoë Čanarié 𝒦"))),
    _fine("schemaLocation to http", changed(("<vi:signaalAfgeven>", f"<vi:signaalAfgeven xsi:schemaLocation='{VI} http://127.0.0.1:9/a.xsd'>")), "never fetched"),
    _fine("xml:base on the envelope", changed(("<soap:Envelope ", "<soap:Envelope xml:base='http://127.0.0.1:9/' "))),
    _fine("xsi:type that adds nothing", changed(("<vi:bsn>", "<vi:bsn xsi:type='vi:Bsn'>"))),
    _fine("carriage returns", lambda: changed()().replace(b"\n", b"\r\n")),
)  # fmt: skip

CASES: tuple[Case, ...] = (
    *_ENTITIES, *_SIZES, *_ENCODINGS, *_SYNTAX, *_ENVELOPES, *_STRUCTURES, *_TEXTS, *_MEANINGS, *_UNUSUAL,
)  # fmt: skip
"""Every case, by group."""

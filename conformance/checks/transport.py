"""The line: WSDL, SOAPAction, addressing, Faults, hostile bytes, and who is calling."""

import re

from conformance import messages
from conformance.expect import accepted, refused, require
from conformance.messages import Envelope
from conformance.session import Exchange, Session
from conformance.wire import BODY, DETAIL, FAULT, VI, addresses, compiles, contract, contract_shape

HEADER = "/soap:Envelope/soap:Header"
CANARY = "KANARIE-UIT-ENTITEIT"
BROKEN = b"<dit is geen XML"


def wsdl_is_the_contract(session: Session) -> None:
    exchange = _wsdl(session)
    require(exchange.reply.status == 200, exchange, "HTTP 200 met de WSDL")
    same = contract_shape(exchange.reply.body) == contract_shape(contract("aanlevering-1.wsdl"))
    require(same, exchange, "de WSDL van contract aanlevering 1, op adressen na", at="/wsdl:definitions")


def xsd_is_the_contract(session: Session) -> None:
    wsdl = _wsdl(session)
    _, schemas = addresses(wsdl.reply, wsdl.request.url)
    require(bool(schemas), wsdl, "een schemaLocation in de WSDL", at="/wsdl:definitions/wsdl:types")
    exchange = session.get(schemas[0])
    where = "/xs:schema"
    met = exchange.reply.status == 200 and compiles(exchange.reply.body)
    require(met, exchange, "een leesbaar schema op de schemaLocation van de WSDL", at=where)
    same = contract_shape(exchange.reply.body) == contract_shape(contract("aanlevering-1.xsd"))
    require(same, exchange, "aanlevering-1.xsd zoals in het contract", at=where)


def wsdl_names_its_own_address(session: Session) -> None:
    wsdl = _wsdl(session)
    services, _ = addresses(wsdl.reply, wsdl.request.url)
    wanted = session.settings.endpoint
    require(
        services == [wanted], wsdl, f"het adres {wanted}", got=", ".join(services), at="//address:address/@location"
    )


def empty_soap_action(session: Session) -> None:
    accepted(session.post(_capabilities(), soap_action='""'), "capaciteiten")


def equal_soap_action(session: Session) -> None:
    accepted(session.post(_capabilities(), soap_action=f'"{messages.action("capaciteiten")}"'), "capaciteiten")


def wrong_soap_action(session: Session) -> None:
    refused(session.post(_capabilities(), soap_action=f'"{messages.action("signaalIntrekken")}"'), "VIX-1008")


def wrong_wsa_action(session: Session) -> None:
    refused(session.post(_capabilities(action="signaalIntrekken")), "VIX-1008")


def answer_relates_to_its_message(session: Session) -> None:
    _related(session, "capaciteiten", "capaciteitenAntwoord")


def fault_relates_to_its_message(session: Session) -> None:
    _related(session, "statusOpvragen", "verwijsindexFout")


def fault_is_soap_11(session: Session) -> None:
    exchange = session.ask(messages.status(session.new_id()))
    refused(exchange)
    reply = exchange.reply
    require(reply.content_type == "text/xml", exchange, "Content-Type text/xml", got=reply.content_type)
    names = [name for name in reply.fault_children() if name != "faultactor"]
    wanted = ["faultcode", "faultstring", "detail"]
    require(names == wanted, exchange, "faultcode, faultstring en detail, zonder naamruimte", at=FAULT)
    met = reply.fault_code == "Client" and reply.text(f"{DETAIL}/vi:plek") == "client"
    require(met, exchange, "faultcode soap:Client en plek client: de zender is aan zet", at=f"{FAULT}/faultcode")
    met = all(re.fullmatch(r"VIX-[0-9]{4}", code) for code in reply.codes)
    require(met, exchange, "codes van de vorm VIX-nnnn", at=f"{DETAIL}/vi:code")


def fault_speaks_two_languages(session: Session) -> None:
    exchange = refused(session.ask(messages.status(session.new_id())))
    for name in ("regel", "herstel", "rule", "fix"):
        path = f"{DETAIL}/vi:bevinding/vi:{name}"
        require(all(exchange.reply.texts(path)), exchange, "regel en herstel in het Nederlands en Engels", at=path)


def malformed_refused(session: Session) -> None:
    refused(session.post(_capabilities()[:-12]), "VIX-1001")


def schema_breach_refused(session: Session) -> None:
    number = session.new_id()
    message = _wrapped(
        f'<vi:statusOpvragen xmlns:vi="{VI}"><vi:bronSignaalId>{number}</vi:bronSignaalId></vi:statusOpvragen>'
    )
    exchange = refused(session.post(message))
    met = bool({"VIX-1001", "VIX-1106"} & set(exchange.reply.codes))
    require(met, exchange, "VIX-1001 of VIX-1106 voor een ontbrekende kop", at=f"{DETAIL}/vi:bevinding/vi:code")


def dtd_refused(session: Session) -> None:
    doctype = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY k "{CANARY}">]>'
    body = messages.render(messages.status("ENTITEIT")).replace("ENTITEIT", "&k;")
    exchange = session.post(_wrapped(body, before=doctype))
    refused(exchange, "VIX-1007")
    require(CANARY.encode() not in exchange.reply.body, exchange, "een antwoord zonder de inhoud van de entiteit")


def other_encodings_refused(session: Session) -> None:
    declared = _wrapped(messages.render(messages.capaciteiten()), before='<?xml version="1.0" encoding="{}"?>')
    for encoding in ("ISO-8859-1", "UTF-16"):
        refused(session.post(declared.replace("{}", encoding).encode(encoding)), "VIX-1007")


def two_elements_in_body_refused(session: Session) -> None:
    one = messages.render(messages.capaciteiten())
    refused(session.post(_wrapped(one + one)), "VIX-1008")


def unknown_mandatory_header_refused(session: Session) -> None:
    header = '<x:Vreemd xmlns:x="urn:x-onbekend" soap:mustUnderstand="1">1</x:Vreemd>'
    exchange = refused(session.post(_wrapped(messages.render(messages.capaciteiten()), header=header)), "VIX-1008")
    code = exchange.reply.fault_code
    require(code == "MustUnderstand", exchange, "faultcode soap:MustUnderstand", got=code, at=f"{FAULT}/faultcode")


def other_soap_version_refused(session: Session) -> None:
    message = _wrapped(messages.render(messages.capaciteiten()), soap="http://www.w3.org/2003/05/soap-envelope")
    exchange = refused(session.post(message), "VIX-1002")
    code = exchange.reply.fault_code
    require(code == "VersionMismatch", exchange, "faultcode soap:VersionMismatch", got=code, at=f"{FAULT}/faultcode")


def other_contract_version_refused(session: Session) -> None:
    message = _wrapped(messages.render(messages.capaciteiten()))
    refused(session.post(message.replace(VI, VI.removesuffix("1") + "2")), "VIX-1002")


def anonymous_refused_unread(session: Session) -> None:
    exchange = session.post(BROKEN, anonymous=True)
    require(exchange.reply.status == 401, exchange, "HTTP 401, ook voor een onleesbaar bericht")


def unknown_token_refused_unread(session: Session) -> None:
    exchange = session.post(BROKEN, token=f"onbekend-{session.run}")
    require(exchange.reply.status == 401, exchange, "HTTP 401, ook voor een onleesbaar bericht")


def capabilities_answered(session: Session) -> None:
    accepted(session.ask(messages.capaciteiten()), "capaciteiten")


def _wsdl(session: Session) -> Exchange:
    return session.get(f"{session.settings.endpoint}?wsdl")


def _related(session: Session, operation: str, answer: str) -> None:
    body = messages.capaciteiten() if operation == "capaciteiten" else messages.status(session.new_id())
    asked = messages.new_message_id()
    message = Envelope(action=messages.action(operation), message_id=asked).around(messages.render(body))
    exchange = session.send(message, operation)
    reply = exchange.reply
    found = reply.texts(f"{HEADER}/wsa:RelatesTo")
    require(found == [asked], exchange, "wsa:RelatesTo met de wsa:MessageID van de vraag", at=f"{HEADER}/wsa:RelatesTo")
    own = reply.text(f"{HEADER}/wsa:MessageID")
    require(own not in ("", asked), exchange, "een eigen wsa:MessageID", at=f"{HEADER}/wsa:MessageID")
    wanted = messages.action(answer)
    found = reply.texts(f"{HEADER}/wsa:Action")
    require(found == [wanted], exchange, f"wsa:Action {wanted}", got=", ".join(found), at=f"{HEADER}/wsa:Action")
    require(reply.count(f"{BODY}/*") == 1, exchange, "precies een element in Body (WW003)", at=BODY)


def _capabilities(action: str = "capaciteiten") -> str:
    return _wrapped(messages.render(messages.capaciteiten()), action=action)


def _wrapped(body: str, *, action: str = "", header: str = "", **changes: str) -> str:
    name = action or body.split(":", 1)[1].split(" ", 1)[0]
    envelope = Envelope(
        action=messages.action(name), message_id=messages.new_message_id(), header=header, **changes
    )  # fmt: skip
    return envelope.around(body)

"""A small gateway in memory, written from the contract alone, to test the kit with.

`Fake("")` keeps every rule. `Fake(FAULTS["VIG-301"])` breaks the one rule that requirement is about: a live mutant.
"""

import re
import threading
from contextlib import nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

from lxml import etree
from lxml.builder import ElementMaker

from tests.conformance.fake_office import XSD, E, Office, advice_element
from tests.conformance.fake_rules import MAY_USE_BSN, SOAP, VI, Refused

SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
WSA = "http://www.w3.org/2005/08/addressing"
WSDL = (Path(__file__).parents[2] / "conformance" / "contract" / "aanlevering-1.wsdl").read_bytes()

FAULTS = {
    "VIG-101": "answer_is_a_receipt",
    "VIG-102": "same_message_same_receipt",
    "VIG-103": "other_message_id_same_receipt",
    "VIG-104": "other_spelling_same_receipt",
    "VIG-105": "simultaneous_repeats_same_receipt",
    "VIG-106": "other_content_refused",
    "VIG-107": "conflict_changes_nothing",
    "VIG-108": "other_key_other_receipt",
    "VIG-201": "story_refused",
    "VIG-202": "no_personal_value_in_a_fault",
    "VIG-203": "no_innards_in_a_fault",
    "VIG-204": "no_bsn_in_any_answer",
    "VIG-205": "no_child_in_any_answer",
    "VIG-301": "elfproef",
    "VIG-302": "all_findings_at_once",
    "VIG-303": "findings_point_into_the_message",
    "VIG-304": "twenty_three_refused",
    "VIG-305": "birth_in_the_future_refused",
    "VIG-306": "moment_in_the_future_refused",
    "VIG-307": "removal_too_late_refused",
    "VIG-308": "removal_date_filled_in",
    "VIG-309": "missing_contact_refused",
    "VIG-310": "unidentified_refused",
    "VIG-311": "suspicion_not_confirmed_refused",
    "VIG-312": "refused_is_not_stored",
    "VIG-401": "unknown_word_accepted",
    "VIG-402": "unknown_word_is_asked",
    "VIG-403": "own_word_comes_back",
    "VIG-404": "danger_gets_advice",
    "VIG-405": "danger_in_a_refused_message_gets_advice",
    "VIG-406": "advice_is_repeated",
    "VIG-407": "false_friend_is_asked",
    "VIG-408": "answer_to_a_question_is_taken",
    "VIG-409": "wrong_choice_refused",
    "VIG-410": "unknown_axis_refused",
    "VIG-501": "given_is_active",
    "VIG-502": "status_of_an_own_signal",
    "VIG-503": "status_of_an_unknown_signal",
    "VIG-504": "ended_goes_to_the_archive",
    "VIG-505": "ending_twice_same_receipt",
    "VIG-506": "withdrawn_is_destroyed",
    "VIG-507": "withdrawing_twice_is_no_harm",
    "VIG-508": "destroyed_does_not_come_back",
    "VIG-509": "unknown_signal_not_ended",
    "VIG-510": "own_signals_page_by_page",
    "VIG-511": "own_signal_is_listed",
    "VIG-512": "strange_cursor_refused",
    "VIG-601": "status_of_a_foreign_signal",
    "VIG-602": "foreign_signal_not_withdrawn",
    "VIG-603": "both_get_a_match",
    "VIG-604": "match_tells_how_to_reach_the_other",
    "VIG-605": "match_has_no_number",
    "VIG-606": "cursor_does_not_repeat",
    "VIG-607": "match_stands_at_the_signal",
    "VIG-608": "withdrawn_match_lapses",
    "VIG-609": "lapse_comes_after_the_cursor",
    "VIG-701": "bsn_refused",
    "VIG-702": "signal_without_bsn_accepted",
    "VIG-SOAP-001": "wsdl_is_the_contract",
    "VIG-SOAP-002": "xsd_is_the_contract",
    "VIG-SOAP-003": "wsdl_names_its_own_address",
    "VIG-SOAP-004": "empty_soap_action",
    "VIG-SOAP-005": "equal_soap_action",
    "VIG-SOAP-006": "wrong_soap_action",
    "VIG-SOAP-007": "wrong_wsa_action",
    "VIG-SOAP-008": "answer_relates_to_its_message",
    "VIG-SOAP-009": "fault_relates_to_its_message",
    "VIG-SOAP-010": "fault_is_soap_11",
    "VIG-SOAP-011": "fault_speaks_two_languages",
    "VIG-SOAP-012": "malformed_refused",
    "VIG-SOAP-013": "schema_breach_refused",
    "VIG-SOAP-014": "dtd_refused",
    "VIG-SOAP-015": "other_encodings_refused",
    "VIG-SOAP-016": "two_elements_in_body_refused",
    "VIG-SOAP-017": "unknown_mandatory_header_refused",
    "VIG-SOAP-018": "other_soap_version_refused",
    "VIG-SOAP-019": "other_contract_version_refused",
    "VIG-SOAP-020": "anonymous_refused_unread",
    "VIG-SOAP-021": "unknown_token_refused_unread",
    "VIG-SOAP-022": "capabilities_answered",
}
"""For each requirement it keeps, the fault that breaks it."""


class Fake:
    def __init__(self, broken=""):
        self.broken = broken
        self.lock = threading.RLock()
        self.office = Office(self.off)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def off(self, *names):
        return self.broken in names

    def get(self, path):
        if path.endswith("?wsdl"):
            wsdl = WSDL.replace(b'schemaLocation="', f'schemaLocation="{self.url}/soap/v1?xsd='.encode())
            if not self.off("wsdl_names_its_own_address"):
                wsdl = wsdl.replace(b"http://localhost:8080", self.url.encode())
            return 200, wsdl.replace(b"signaalIntrekken", b"weghalen") if self.off("wsdl_is_the_contract") else wsdl
        if path.endswith("?xsd=aanlevering-1.xsd"):
            return 200, XSD.replace(b'"64"', b'"65"') if self.off("xsd_is_the_contract") else XSD
        return 404, b""

    def post(self, headers, body):
        token = headers.get("Authorization", "").removeprefix("Bearer ")
        late = self.off("unknown_token_refused_unread" if token else "anonymous_refused_unread")
        if token not in MAY_USE_BSN and not late:
            return 401, b""
        asked = ""
        try:
            root = self._parse(body)
            asked = root.findtext(f"{{*}}Header/{{{WSA}}}MessageID") or ""
            operation = self._open(root, headers.get("SOAPAction", "").strip('"'))
            with nullcontext() if self.off("simultaneous_repeats_same_receipt") else self.lock:
                answer = self.office.act(token, operation, asked)
        except Refused as refused:
            if refused.findings[0][0] == "VIX-1001" and self.off("malformed_refused"):
                return 400, b"Bad Request"
            return 500, self._envelope("verwijsindexFout", self._fault(refused), asked)
        related = "" if self.off("answer_relates_to_its_message") else asked
        return 200, self._envelope(etree.QName(answer).localname, answer, related)

    def _parse(self, body):
        declared = re.match(rb'<\?xml[^>]*encoding="([^"]+)"', body)
        other = body.startswith((b"\xff\xfe", b"\xfe\xff")) or (declared and declared[1].lower() != b"utf-8")
        if other and not self.off("other_encodings_refused"):
            raise Refused(("VIX-1007", ""))
        expand = self.off("dtd_refused")
        try:
            root = etree.fromstring(body, etree.XMLParser(resolve_entities=expand, no_network=True))
        except etree.XMLSyntaxError:
            raise Refused(("VIX-1001", "")) from None
        if root.getroottree().docinfo.doctype and not expand:
            raise Refused(("VIX-1007", ""))
        return root

    def _open(self, root, said):
        space = etree.QName(root).namespace
        if space != SOAP and not (space == SOAP_12 and self.off("other_soap_version_refused")):
            version = "VersionMismatch" if space == SOAP_12 else "Client"
            raise Refused(("VIX-1002" if space == SOAP_12 else "VIX-1001", ""), fault=version)
        for block in root.iterfind("{*}Header/*"):
            must = block.get(f"{{{SOAP}}}mustUnderstand") == "1" and etree.QName(block).namespace != WSA
            if must and not self.off("unknown_mandatory_header_refused"):
                raise Refused(("VIX-1008", ""), fault="MustUnderstand")
        children = root.findall("{*}Body/*")
        if len(children) != 1 and not self.off("two_elements_in_body_refused"):
            raise Refused(("VIX-1008", ""))
        operation = children[0]
        name = etree.QName(operation)
        if name.namespace != VI:
            if not self.off("other_contract_version_refused"):
                raise Refused(("VIX-1002", ""))
            operation = etree.fromstring(etree.tostring(operation).replace(name.namespace.encode(), VI.encode()))
            root = etree.fromstring(etree.tostring(root).replace(name.namespace.encode(), VI.encode()))
        action = f"{VI}/{name.localname}"
        wrong = root.findtext(f"{{*}}Header/{{{WSA}}}Action") != action and not self.off("wrong_wsa_action")
        wrong |= said not in ("", action) and not self.off("wrong_soap_action")
        wrong |= (said == "" and self.off("empty_soap_action")) or (said == action and self.off("equal_soap_action"))
        if wrong:
            raise Refused(("VIX-1008", ""))
        return operation

    def _envelope(self, name, payload, related):
        soap = ElementMaker(namespace=SOAP, nsmap={"soap": SOAP, "wsa": WSA})
        wsa = ElementMaker(namespace=WSA)
        header = soap.Header(wsa.Action(f"{VI}/{name}"), wsa.MessageID(f"urn:uuid:{uuid4()}"))
        if related and not (name == "verwijsindexFout" and self.off("fault_relates_to_its_message")):
            header.append(wsa.RelatesTo(related))
        return etree.tostring(soap.Envelope(header, soap.Body(payload)), encoding="UTF-8", xml_declaration=True)

    def _fault(self, refused):
        text = "Traceback (most recent call last)" if self.off("no_innards_in_a_fault") else "regel"
        detail = E.verwijsindexFout(E.code(refused.findings[0][0]), E.plek("client"), E.herhaalbaar("false"))
        for code, place in refused.findings:
            english = "" if self.off("fault_speaks_two_languages") else "text"
            detail.append(
                E.bevinding(
                    E.code(code), E.ernst("fout"), E.plaats(place), E.regel(text), E.herstel("doe"), E.rule(english),
                    E.fix(english),
                )
            )  # fmt: skip
        if refused.advice and not self.off("danger_in_a_refused_message_gets_advice"):
            detail.append(advice_element())
        fault = etree.Element(f"{{{SOAP}}}Fault", nsmap={"soap": SOAP})
        server = self.off("fault_is_soap_11")
        etree.SubElement(fault, "faultcode").text = f"soap:{'Server' if server else refused.fault}"
        etree.SubElement(fault, "faultstring").text = "geweigerd"
        etree.SubElement(fault, "detail").append(detail)
        return fault


def _handler(fake):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16

        def do_GET(self):
            self._reply(*fake.get(self.path))

        def do_POST(self):
            self._reply(*fake.post(self.headers, self.rfile.read(int(self.headers["Content-Length"]))))

        def _reply(self, status, body):
            self.send_response(status)
            self.send_header("Content-Type", "text/xml; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Say nothing."""

    return Handler

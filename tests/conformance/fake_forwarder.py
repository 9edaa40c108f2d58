"""The fake gateway with an index behind it and a receiver before it, written from the contracts alone.

`Forwarder("", ...)` keeps every rule; `Forwarder(FAULTS["VIG-911"], ...)` breaks the one that requirement is about.
"""

import datetime as dt
import http.client
import threading
import time
from urllib.parse import urlsplit
from uuid import uuid4

from lxml import etree

from tests.conformance.fake_gateway import Fake
from tests.conformance.fake_office import E, Office
from tests.conformance.fake_rules import NS, SOAP, VI, Refused, text_at

RI = "urn:x-verwijsindex-gateway:regionale-index:1"
TM = "urn:x-verwijsindex-gateway:terugmelding:1"
WSA = "http://www.w3.org/2005/08/addressing"
CHANGES = ("signaalAfgeven", "signaalBeeindigen", "signaalIntrekken")
RECEIVER = "twee"
"""The token of who offers a service to be told."""
KNOWN_NUMBERS = {"Sommen": "900194042"}
PATIENCE = 1.5

FAULTS = {
    "VIG-901": "index_action",
    "VIG-902": "repeat_is_forwarded",
    "VIG-903": "new_reference_at_each_attempt",
    "VIG-904": "reporter_rewritten",
    "VIG-905": "more_than_may",
    "VIG-906": "removed_too_late",
    "VIG-911": "new_reference_after_silence",
    "VIG-912": "lost_after_silence",
    "VIG-913": "any_answer_is_believed",
    "VIG-914": "gives_up_when_busy",
    "VIG-915": "repeats_what_is_refused",
    "VIG-916": "withdrawn_here_only",
    "VIG-917": "last_one_first",
    "VIG-918": "asks_no_more_after_silence",
    "VIG-921": "word_travels",
    "VIG-922": "word_in_another_field",
    "VIG-923": "forwarded_before_it_is_read",
    "VIG-931": "number_looked_up",
    "VIG-932": "match_passed_on_whole",
    "VIG-933": "texts_passed_on",
    "VIG-951": "receiver_action",
    "VIG-952": "nobody_told",
    "VIG-953": "told_otherwise",
    "VIG-954": "told_of_the_child",
    "VIG-955": "new_delivery_at_each_attempt",
    "VIG-956": "lapse_not_told",
}
"""For each requirement of the sandwich, the fault that breaks it."""


class Clerk(Office):
    """The office, that passes on what it accepts, and makes no match of its own."""

    def __init__(self, off, forward):
        super().__init__(off)
        self.forward = forward

    def act(self, token, operation, asked):
        name = etree.QName(operation).localname
        before = etree.fromstring(etree.tostring(operation))
        key = (token, text_at(operation, "kop/bronSysteem"), text_at(operation, "bronSignaalId"))
        try:
            answer = super().act(token, operation, asked)
        except Refused:
            if name == "signaalAfgeven" and self.off("forwarded_before_it_is_read"):
                self.forward(key, name, before, str(uuid4()), "")
            raise
        if name in CHANGES:
            signal = self.signals[key]
            self.forward(key, name, before, signal["id"], signal["until"])
        return answer

    def _match(self, *_):
        """The index matches."""


class Forwarder(Fake):
    def __init__(self, broken, index, receiver):
        super().__init__(broken)
        self.office = Clerk(self.off, self.forward)
        self.index, self.receiver = index, receiver
        self.sent, self.waiting, self.told, self.lost = set(), {}, [], set()
        self.last, self.ended = 0, threading.Event()
        self.threads = [threading.Thread(target=one, daemon=True) for one in (self.carry, self.poll, self.tell)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return super().__enter__()

    def __exit__(self, *more):
        self.ended.set()
        for thread in self.threads:
            thread.join()
        super().__exit__(*more)

    # to the index

    def forward(self, key, name, operation, reference, until):
        again = (key, name) in self.sent
        if again and not (name == "signaalAfgeven" and self.off("repeat_is_forwarded")):
            return
        self.sent.add((key, name))
        job = {"key": key, "name": name, "ref": reference, "id": str(uuid4()), "body": operation, "until": until}
        job["maybe"], job["due"], job["pause"] = False, 0.0, 0.05
        queue = self.waiting.setdefault(reference, [])
        unsent = queue and queue[0]["name"] == "signaalAfgeven" and not queue[0]["maybe"]
        if name == "signaalIntrekken" and (unsent or (queue and self.off("withdrawn_here_only"))):
            queue.clear()
            return
        queue.append(job)

    def carry(self):
        while not self.ended.wait(0.02):
            for queue in list(self.waiting.values()):
                if queue:
                    job = queue[-1 if self.off("last_one_first") else 0]
                    if job["due"] <= time.monotonic():
                        self.attempt(queue, job)

    def attempt(self, queue, job):
        if self.off("new_reference_at_each_attempt") or (job["maybe"] and self.off("new_reference_after_silence")):
            job["id"] = str(uuid4())
        if job["name"] == "signaalAfgeven":
            job["maybe"] = True
        outcome = self.ask(job["name"], job["id"], self.content(job))
        if outcome is None or outcome == "busy":
            job["maybe"] = job["maybe"] and outcome is None
            if (outcome == "busy" and self.off("gives_up_when_busy")) or (
                outcome is None and self.off("lost_after_silence")
            ):
                self.lost.add(job["ref"])
                queue.clear()
            job["due"], job["pause"] = time.monotonic() + job["pause"], min(job["pause"] * 2, 0.5)
        elif outcome == "refused" and self.off("repeats_what_is_refused"):
            job["id"], job["due"] = str(uuid4()), time.monotonic() + 0.2
        elif job in queue:
            queue.remove(job)

    def ask(self, name, message, content):
        """An answer's element, `busy`, `refused`, or None when nobody knows."""
        action = f"{RI}/{name}" + ("Anders" if self.off("index_action") else "")
        moment = dt.datetime.now(dt.UTC).isoformat()
        kop = (
            f"<r:kop><r:berichtReferentie>{message}</r:berichtReferentie><r:tijdstipBericht>{moment}</r:tijdstipBericht>"
            "<r:zender>nep</r:zender><r:ontvanger>index</r:ontvanger><r:versie>1</r:versie></r:kop>"
        )
        body = f'<r:{name} xmlns:r="{RI}">{kop}{content}</r:{name}>'
        status, root = send(self.index, action, message, body, f"{RI}/{name}")
        if status == 503:
            return "busy"
        if root is None:
            return None
        fault = root.find(f".//{{{RI}}}verwijsindexFout")
        if fault is not None:
            return "busy" if fault.findtext(f"{{{RI}}}herhaalbaar") == "true" else "refused"
        [answer] = root.find(f"{{{SOAP}}}Body")
        right = answer.findtext(f"{{{RI}}}kop/{{{RI}}}correlatieReferentie") == message
        return answer if right or self.off("any_answer_is_believed") else None

    def content(self, job):
        reference = f"<r:gatewayReferentie>{job['ref']}</r:gatewayReferentie>"
        if job["name"] == "signaalIntrekken":
            return reference
        if job["name"] == "signaalBeeindigen":
            return f"{reference}<r:datumEinde>{text_at(job['body'], 'datumEinde')}</r:datumEinde>"
        body = job["body"]
        parts = {"professionalId": text_at(body, "melder/professionalId"), "naam": text_at(body, "melder/naam")}
        parts |= {"functie": text_at(body, "melder/functie"), "instantieId": job["key"][0]}
        parts |= {"instantieNaam": f"organisatie {job['key'][0]}"}
        parts |= {name: text_at(body, f"melder/{name}") for name in ("telefoon", "email")}
        word = text_at(body, "aanduiding/woord")
        if self.off("reporter_rewritten"):
            parts["naam"] = parts["naam"].upper()
        if self.off("word_in_another_field") and word:
            parts["functie"] = word
        melder = "".join(f"<r:{name}>{value}</r:{name}>" for name, value in parts.items() if value)
        until = job["until"] or (dt.date.today() + dt.timedelta(days=9)).isoformat()
        if self.off("removed_too_late"):
            until = str(int(until[:4]) + 1) + until[4:]
        travels = ""
        if self.off("word_travels") and word:
            axis = text_at(body, "aanduiding/as")
            travels = (
                f"<r:as>{axis}</r:as><r:code>x</r:code><r:woord>{word}</r:woord><r:equivalentie>equal</r:equivalentie>"
            )
            travels = f"<r:aanduiding>{travels}</r:aanduiding>"
        return (
            f"{reference}<r:soort>SIGNAAL</r:soort><r:jeugdige>{self.child(body)}</r:jeugdige><r:melder>{melder}</r:melder>"
            f"<r:datumTijdMelding>{text_at(body, 'datumTijdMelding')}</r:datumTijdMelding>"
            f"<r:verwijderdatum>{until}</r:verwijderdatum>{travels}"
        )

    def child(self, body):
        number = text_at(body, "jeugdige/bsn")
        names = ("familienaam", "voorvoegsel", "voornamen", "geboortedatum", "geslacht")
        said = {name: text_at(body, f"jeugdige/persoonsgegevens/{name}") for name in names}
        if not number and self.off("number_looked_up"):
            number = KNOWN_NUMBERS.get(said["familienaam"], "")
        if number and not self.off("more_than_may"):
            return f"<r:bsn>{number}</r:bsn>"
        inner = "".join(f"<r:{name}>{value}</r:{name}>" for name, value in said.items() if value)
        return f"<r:persoonsgegevens>{inner}</r:persoonsgegevens>"

    # from the index

    def poll(self):
        while not self.ended.wait(0.1):
            answer = self.ask("matchesOpvragen", str(uuid4()), f"<r:vanafVolgnummer>{self.last}</r:vanafVolgnummer>")
            if not isinstance(answer, etree._Element):
                if self.last and self.off("asks_no_more_after_silence"):
                    return
                continue
            for match in answer.iterfind(f"{{{RI}}}match"):
                self.take(match)
            self.last = int(answer.findtext(f"{{{RI}}}totVolgnummer"))

    def take(self, match):
        said = {etree.QName(one).localname: one.text for one in match}
        owners = [one for one in self.office.signals.values() if one["id"] == said["eigenSignaalId"]]
        if not owners or said["eigenSignaalId"] in self.lost:
            return
        known = [one for one in self.office.matches if one["id"] == said["matchId"] and one["own"] is owners[0]]
        contact = match.find(f"{{{RI}}}betrokkene")
        with self.lock:
            self.office.number += 1
            if known:
                known[0] |= {"status": said["status"], "number": self.office.number}
                found = known[0]
            else:
                found = {"id": said["matchId"], "own": owners[0], "status": said["status"], "at": said["ontstaanOp"]}
                found |= {"number": self.office.number, "other": self.other(contact)}
                self.office.matches.append(found)
        if found["own"]["key"][0] == RECEIVER:
            self.told.append({"match": dict(found), "id": str(uuid4()), "lapsed": found["status"] == "VERVALLEN"})

    def other(self, contact):
        told = {etree.QName(one).localname: one.text for one in contact} if contact is not None else {}
        names = ("naam", "telefoon", "email")
        melder = E.melder(*(E(name, told[name]) for name in names if name in told))
        if self.off("texts_passed_on"):
            melder.find("vi:naam", NS).text += f" ({told.get('functie')})"
        if self.off("match_passed_on_whole"):
            melder.find("vi:naam", NS).text += f" ({told['professionalId']})"
        return {"key": (told.get("instantieNaam", ""),), "melder": melder, "child": ("", "")}

    # to the receiver

    def tell(self):
        while not self.ended.wait(0.05):
            for one in list(self.told):
                skipped = self.off("nobody_told") or (one["lapsed"] and self.off("lapse_not_told"))
                if skipped or self.tell_one(one):
                    self.told.remove(one)

    def tell_one(self, one):
        match = one["match"]
        name = "matchVervallen" if one["lapsed"] else "matchGemeld"
        number = str(uuid4()) if self.off("new_delivery_at_each_attempt") else one["id"]
        element = self.office._match_element(match)
        if one["lapsed"]:
            for person in element.findall("vi:betrokkene", NS):
                element.remove(person)
        elif self.off("told_otherwise"):
            element.find("vi:betrokkene/vi:naam", NS).text = "Iemand Anders"
        elif self.off("told_of_the_child"):
            element.find("vi:betrokkene/vi:naam", NS).text += f" over {match['own']['child'][0]}"
        inner = "".join(etree.tostring(child).decode() for child in element)
        body = (
            f'<t:{name} xmlns:t="{TM}" xmlns:vi="{VI}"><t:kop><t:aflevering>{number}</t:aflevering>'
            f"<t:nummer>{match['number']}</t:nummer><t:tijdstip>{match['at']}</t:tijdstip>"
            f"<t:organisatie>{RECEIVER}</t:organisatie></t:kop><t:match>{inner}</t:match></t:{name}>"
        )
        action = f"{TM}/{name}" + ("Anders" if self.off("receiver_action") else "")
        status, root = send(self.receiver, action, number, body, f"{TM}/{name}")
        return status == 200 and root is not None and f"{name}Antwoord".encode() in etree.tostring(root)


def send(url, action, message, body, soap_action):
    """POST it in an envelope; the status and the answer, (0, None) when none came that can be read."""
    whole = (
        f'<s:Envelope xmlns:s="{SOAP}" xmlns:a="{WSA}"><s:Header><a:Action>{action}</a:Action>'
        f"<a:MessageID>urn:uuid:{message}</a:MessageID></s:Header><s:Body>{body}</s:Body></s:Envelope>"
    )
    where = urlsplit(url)
    line = http.client.HTTPConnection(where.hostname, where.port, timeout=PATIENCE)
    try:
        line.request(
            "POST", where.path, whole.encode(),
            {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{soap_action}"'},
        )  # fmt: skip
        answer = line.getresponse()
        return answer.status, etree.fromstring(answer.read())
    except (OSError, http.client.HTTPException):
        return 0, None
    except etree.XMLSyntaxError:
        return answer.status, None
    finally:
        line.close()

"""A small sender that does what the kit's worksheet says, written from the contract alone, to test the kit with.

`Sender(url)` does all of it right. `Sender(url, "name")` is wrong in one way: a mutant.
"""

import datetime as dt
import time
from uuid import uuid4

import httpx
from lxml import etree
from lxml.builder import ElementMaker

from conformance.exchange import Exchange, Reply
from conformance.formats import Question, find

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
WSA = "http://www.w3.org/2005/08/addressing"
VI = "urn:x-verwijsindex-gateway:aanlevering:1"
E = ElementMaker(namespace=VI, nsmap={"vi": VI})
S = ElementMaker(namespace=SOAP, nsmap={"soap": SOAP, "wsa": WSA})
A = ElementMaker(namespace=WSA)


class GivesUp(Exception):
    """No answer, after all attempts."""


class Sender:
    def __init__(self, url, broken=""):
        self.url = url
        self.broken = broken
        self.http = httpx.Client(timeout=1.5 if broken == "impatient" else 30.0)
        self.numbers = iter(range(1, 10_000))
        self.signals = {}
        self.matches = {}
        self.cursor = ""
        self.numbers_of = {}
        self.organisations = iter(["ander", "ander", ""] * 1000)

    def work(self, form="soap", patience=3):
        """Do what the kit asks, until there is nothing left; a scenario that does not get on is given up."""
        given_up, tried = set(), {}
        while True:
            asked = {"formaat": form, "zonder": ",".join(sorted(given_up))}
            told = self.http.get(f"{self.url}/toets/opdracht", params=asked)
            if told.status_code == 204:
                return
            todo = told.json()
            step = todo["scenario"], todo["stap"]
            tried[step] = tried.get(step, 0) + 1
            try:
                self.do(todo, tried[step])
            except GivesUp:
                tried[step] = patience
            if tried[step] >= patience:
                given_up.add(todo["scenario"])

    def do(self, todo, attempt):
        child, wanted = todo["jeugdige"], todo["gegevens"]
        known = self.signals.get(child["geboortedatum"] + child["familienaam"])
        match todo["handeling"]:
            case "signaalAfgeven":
                self.give(todo, attempt)
            case "signaalIntrekken":
                op = "signaalBeeindigen" if self.off("ends_for_withdrawing") else "signaalIntrekken"
                self.say(op, *self.own(known), *(self.ending() if self.off("ends_for_withdrawing") else ()))
            case "signaalBeeindigen":
                if self.off("withdraws_for_ending"):
                    return self.say("signaalIntrekken", *self.own(known))
                self.say("signaalBeeindigen", *self.own(known), *self.ending())
            case "signaalWijzigen" if self.off("gives_for_changing"):
                self.signal(child, known, {}, phone="010-5550177")
            case "signaalWijzigen":
                phone = "010-5550100" if self.off("other_phone") else wanted["melder.telefoon"]
                self.say("signaalWijzigen", *self.own(known), E.melder(E.telefoon(phone)))
            case "signaalOverdragen":
                given = {key.split(".")[1]: value for key, value in wanted.items()}
                melder = E.melder(E.professionalId(given["professionalId"]), E.naam(given["naam"]))
                melder.append(E.telefoon(given["telefoon"]))
                wrong = self.off("changes_for_transferring")
                if wrong:
                    melder = E.melder(E.naam(given["naam"]), E.telefoon(given["telefoon"]))
                self.say("signaalWijzigen" if wrong else "signaalOverdragen", *self.own(known), melder)
            case "signaalVerlengen":
                day = "2027-01-01" if self.off("extends_otherwise") else wanted["verwijderdatum"]
                self.say("signaalVerlengen", *self.own(known), E.verwijderdatum(day))
            case "betekenisAanvullen":
                choice = wanted["keuzes"][0]
                concept = "regulier" if self.off("chooses_itself") else choice["begrip"]
                made = E.keuze(E("as", choice["as"]), E.woord(choice["woord"]), E.begrip(concept))
                self.say("betekenisAanvullen", *self.own(known), made)
            case "matchesOpvragen":
                self.poll()
            case "matchTerugkoppelen":
                if self.off("never_follows_up") or (self.off("keeps_what_lapsed") and "VERWIJDERD" in wanted.values()):
                    return None
                contact = wanted["contact"]
                found = self.matches[known["id"]]
                self.say("matchTerugkoppelen", self.head(), E.matchId(found["id"]), E.contact(contact))
            case "regieVastleggen":
                found = self.matches[known["id"]]
                stand = "oud" if self.off("stale_stand") else found["stand"]
                said = (E.matchId(found["id"]), E.regiehandeling(wanted["regiehandeling"]), E.stand(stand))
                self.say("regieVastleggen", self.head(), *said)
        return None

    def give(self, todo, attempt):
        child, wanted = todo["jeugdige"], todo["gegevens"]
        key = child["geboortedatum"] + child["familienaam"]
        known = self.signals.get(key)
        again = todo["scenario"] == "zender-opnieuw" and todo["stap"] == "weer"
        if again and not self.off("no_revision"):
            known = known | {"revision": known["revision"] + 1, "moment": self.now()}
        if known is None:
            number = "SIG-1" if self.off("one_id_for_all") else f"SIG-{next(self.numbers)}"
            known = {"id": number, "revision": 1, "moment": self.now(), "melder": "ib-1"}
        repaired = todo["scenario"] == "zender-geweigerd" and attempt > 1 and not self.off("repeats_what_was_refused")
        if repaired:
            known = known | {"melder": "ib-2"}
        if self.off("never_repairs") and attempt > 1:
            raise GivesUp
        self.signals[key] = known
        if self.off("mistyped") and todo["scenario"] == "zender-tikfout":
            wrong = child["bsn"][:-1] + str((int(child["bsn"][-1]) + 1) % 10)
            self.signal(child | {"bsn": wrong}, known, wanted)
        self.signal(child, known, wanted)
        if self.off("storms_on_refusal") and todo["scenario"] == "zender-blijft-geweigerd":
            self.signal(child, known, wanted)

    def signal(self, child, known, wanted, phone="010-5550142"):
        silent = self.off("unreachable") or (self.off("first_unreachable") and known["melder"] == "ib-1")
        reach = () if silent else (E.telefoon(phone),)
        job = "KANARIE-REDEN-4711" if self.off("tells_a_story") else "intern begeleider"
        melder = E.melder(E.professionalId(known["melder"]), E.naam("V. Oorbeeld"), E.functie(job), *reach)
        number = (E.bsn(child["bsn"]),) if "bsn" in child else ()
        names = ("familienaam", "voorvoegsel", "voornamen", "geboortedatum", "geslacht")
        person = E.persoonsgegevens(*(E(name, child[name]) for name in names if name in child))
        if self.off("other_codes"):
            person[-1].text = "vrouw"
        duty = E.informatieplicht(E.wie(self.informed(child)), E.datum(self.now()[:10]))
        sworn = E.attestaties(duty)
        if not self.off("unsure"):
            sworn.insert(0, E.redelijkVermoeden("true"))
        ends = (E.verwijderdatum(wanted["verwijderdatum"]),) if "verwijderdatum" in wanted else ()
        words = wanted.get("aanduidingen", [{"as": "urgentie", "woord": "regulier"}] * self.off("fills_in_a_word"))
        for _ in range(6):
            moment = self.now() if self.off("moment_of_sending") else known["moment"]
            if self.off("moment_of_long_ago"):
                moment = (dt.datetime.now(dt.UTC) - dt.timedelta(days=3)).isoformat()
            own = f"SIG-{next(self.numbers)}" if self.off("new_id_each_time") else known["id"]
            terms = [E.aanduiding(E("as", one["as"]), E.woord(self.word(one["woord"]))) for one in words]
            said = (
                self.head(), E.bronSignaalId(own), E.revisie(str(known["revision"])), E.soort("SIGNAAL"),
                E.jeugdige(*number, person), melder, E.datumTijdMelding(moment), *ends, sworn, *terms,
            )  # fmt: skip
            if self.say_once("signaalAfgeven", said) is not None:
                return
            time.sleep(0 if self.off("storms", "moment_of_sending") else 0.05)
        for _ in range(20 * self.off("storms")):
            self.say_once("signaalAfgeven", said)

    def poll(self):
        if self.off("never_polls"):
            raise GivesUp
        while True:
            after = (E.na(self.cursor),) if self.cursor and not self.off("forgets_its_cursor") else ()
            answer = self.say_once("matchesOpvragen", (self.head(), *after))
            if answer is None:
                if self.off("loses_a_match"):
                    raise GivesUp
                continue
            for one in answer.iterfind("{*}match"):
                own, stand = one.findtext("{*}bronSignaalId"), one.findtext("{*}regie/{*}stand")
                self.matches[own] = {"id": one.findtext("{*}matchId"), "stand": stand}
            self.cursor = answer.findtext("{*}cursor")
            if answer.findtext("{*}meer") != "true":
                return

    def say(self, op, *parts):
        for _ in range(5):
            if self.say_once(op, parts) is not None:
                return
        raise GivesUp

    def say_once(self, op, parts):
        """The payload of the answer, or of the fault; None when it is worth another try."""
        action = f"{VI}/capaciteiten" if self.off("other_action") else f"{VI}/{op}"
        header = S.Header(A.Action(action), A.MessageID(f"urn:uuid:{uuid4()}"))
        body = etree.tostring(S.Envelope(header, S.Body(E(op, *map(copied, parts)))), encoding="UTF-8")
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{action}"'}
        number = next((one.text for part in parts for one in part.iterfind("{*}bsn")), None)
        params = {"bsn": number} if self.off("number_in_the_address") and number else None
        try:
            reply = self.http.post(f"{self.url}/soap/v1", content=body, headers=headers, params=params)
        except httpx.HTTPError:
            return None
        if wait := reply.headers.get("retry-after"):
            time.sleep(0.2 if self.off("does_not_wait") else float(wait) + 0.05)
            return None
        payload = etree.fromstring(reply.content).find("{*}Body")[0]
        fault = payload.find("detail")
        return payload if fault is None else fault[0]

    def head(self):
        kop = E.kop(E.bronSysteem("goede-zender"))
        if self.off("other_organisation") and (name := next(self.organisations)):
            kop.append(E.organisatie(f"{name}-{next(self.numbers)}"))
        return kop

    def own(self, known):
        return self.head(), E.bronSignaalId("elders" if self.off("asks_for_others") else known["id"])

    def ending(self):
        return (E.datumEinde(dt.date.today().isoformat()),)

    def word(self, said):
        return said.upper() if self.off("rewrites_the_word") else said

    def informed(self, child):
        born, today = dt.date.fromisoformat(child["geboortedatum"]), dt.date.today()
        age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        right = "VERTEGENWOORDIGER" if age < 12 else "BEIDEN" if age < 16 else "JEUGDIGE"
        return {"BEIDEN": "JEUGDIGE"}.get(right, right) if self.off("tells_the_wrong_one") else right

    def now(self):
        return dt.datetime.now(dt.UTC).isoformat()

    def off(self, *names):
        return self.broken in names


def copied(element):
    return etree.fromstring(etree.tostring(element))


PLACES = {
    "signaalAfgeven": "signalen", "signaalBeeindigen": "beeindigingen", "signaalIntrekken": "intrekkingen",
    "signaalWijzigen": "wijzigingen", "signaalVerlengen": "verlengingen", "signaalOverdragen": "overdrachten",
    "betekenisAanvullen": "betekenisaanvullingen",
}  # fmt: skip


class JsonSender(Sender):
    """The same over JSON; what it says is built as before and then written as the OpenAPI document has it."""

    def poll(self):
        while True:
            params = {"na": self.cursor} if self.cursor else {}
            try:
                told = self.http.get(f"{self.url}/v1/matches", params=params).json()
            except httpx.HTTPError:
                continue
            for one in told["matches"]:
                stand = one.get("regie", {}).get("stand")
                self.matches[one["bronSignaalId"]] = {"id": one["matchId"], "stand": stand}
            self.cursor = told["cursor"]
            if not told["meer"]:
                return

    def say_once(self, op, parts):
        said = plain(E(op, *map(copied, parts)))
        headers, method = {"Content-Type": "application/json"}, "POST"
        if op in PLACES:
            path = PLACES[op]
        else:
            number = said.pop("matchId")
            said.pop("bronSysteem")
            method, path = "PUT", f"matches/{number}/{'contact' if op == 'matchTerugkoppelen' else 'regie'}"
            if "stand" in said:
                headers["If-Match"] = f'"{said.pop("stand")}"'
        try:
            reply = self.http.request(method, f"{self.url}/v1/{path}", json=said, headers=headers)
        except httpx.HTTPError:
            return None
        if wait := reply.headers.get("retry-after"):
            time.sleep(float(wait) + 0.05)
            return None
        return reply.json()


MANY = {"aanduiding": "aanduidingen", "keuze": "keuzes"}
NUMBERS = {"revisie": int, "redelijkVermoeden": lambda said: said == "true"}


def plain(element):
    made = {}
    for one in element:
        name = etree.QName(one).localname
        value = plain(one) if len(one) else NUMBERS.get(name, str)(one.text)
        if name in ("kop", "persoonsgegevens"):
            made |= value
        elif name in MANY:
            made.setdefault(MANY[name], []).append(value)
        else:
            made[name] = value
    return made


class FhirSender(Sender):
    """The same over FHIR messages and searches, with the kit's own codec: HAPI is the stranger, in tests/interop."""

    def poll(self):
        while True:
            told = self.speak("matchesOpvragen", {"na": self.cursor} if self.cursor else {})
            if told is None:
                continue
            for one in told["matches"]:
                own = self.numbers_of[one["signaalId"]]
                self.matches[own] = {"id": one["matchId"], "stand": one.get("regie", {}).get("stand")}
            self.cursor = told["cursor"] or self.cursor
            if not told["meer"]:
                return

    def say_once(self, op, parts):
        told = self.speak(op, plain(E(op, *map(copied, parts))))
        if told is not None and "ontvangstbewijs" in told:
            self.numbers_of[told["ontvangstbewijs"]["signaalId"]] = told["ontvangstbewijs"]["bronSignaalId"]
        return told

    def speak(self, op, said):
        asked = find("fhir").ask(Question(op, said, self.url, None))
        try:
            reply = self.http.request(asked.method, asked.url, content=asked.body, headers=list(asked.headers))
        except httpx.HTTPError:
            return None
        if wait := reply.headers.get("retry-after"):
            time.sleep(float(wait) + 0.05)
            return None
        headers = tuple(reply.headers.items())
        heard = Exchange(0, "", 1, "fhir", "", 1, "", op, False, "", 0, asked, Reply(200, headers, reply.content))
        return find("fhir").heard(heard)

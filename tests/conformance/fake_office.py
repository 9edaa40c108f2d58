"""What the fake gateway remembers and answers: receipts, signals, matches."""

import datetime as dt
import re
import time
from pathlib import Path
from uuid import uuid4

from lxml import etree
from lxml.builder import ElementMaker

from tests.conformance.fake_rules import (
    CONCEPTS,
    MAPS,
    MAY_USE_BSN,
    NS,
    VI,
    Refused,
    day_of,
    findings,
    place_of,
    shape_of,
    text_at,
    understand,
    years_on,
)

E = ElementMaker(namespace=VI, nsmap={"vi": VI})
XSD = (Path(__file__).parents[2] / "conformance" / "contract" / "aanlevering-1.xsd").read_bytes()
KNOWN = set(re.findall(r'xs:element name="(\w+)"', XSD.decode()))


class Office:
    def __init__(self, off):
        self.off = off
        self.receipts, self.signals, self.matches, self.seen = {}, {}, [], set()
        self.number = 0
        self.ground = "JEUGDWET_7_1"

    def act(self, token, operation, asked):
        name = etree.QName(operation).localname
        strange = [node for node in operation.iter() if etree.QName(node).localname not in KNOWN]
        if strange and not self.off("story_refused"):
            raise Refused(*(("VIX-1003", place_of(node)) for node in strange))
        for node in strange:
            node.getparent().remove(node)
        alone = etree.fromstring(etree.tostring(operation))
        if not etree.XMLSchema(etree.fromstring(XSD)).validate(alone) and not self.off("schema_breach_refused"):
            raise Refused(("VIX-1001", place_of(operation)))
        if name == "capaciteiten":
            return self._capabilities(token)
        if name in ("matchesOpvragen", "eigenSignalenOpvragen"):
            return self._browse(token, operation, name)
        key = (token, text_at(operation, "kop/bronSysteem"), text_at(operation, "bronSignaalId"))
        if name == "signaalAfgeven":
            return self._give(key, operation, asked)
        signal = self._own(key, name)
        if name == "statusOpvragen":
            receipt = signal["receipt"]
            if self.off("status_of_an_own_signal"):
                receipt = etree.fromstring(etree.tostring(receipt).replace(signal["id"].encode(), b"ander"))
            return self._answer(name, receipt, signal)
        if name == "betekenisAanvullen":
            return self._complete(key, operation, signal)
        return self._finish(key, name, signal)

    def _own(self, key, name):
        signal = self.signals.get(key)
        foreign = {"statusOpvragen": "status_of_a_foreign_signal", "signaalIntrekken": "foreign_signal_not_withdrawn"}
        if signal is None and self.off(foreign.get(name, "-")):
            signal = next((one for other, one in self.signals.items() if other[1:] == key[1:]), None)
        if signal is None:
            unknown = {"statusOpvragen": "status_of_an_unknown_signal", "signaalBeeindigen": "unknown_signal_not_ended"}
            raise Refused(("VIX-1404" if self.off(unknown.get(name, "-")) else "VIX-1401", ""))
        return signal

    def _capabilities(self, token):
        answer = E.capaciteitenAntwoord(
            E.contract("aanlevering 1"), E.handeling("signaalAfgeven"),
            E.bsnToegestaan("true" if MAY_USE_BSN.get(token) else "false"),
            E.regio(E.naam("toets"), E.beleid("toets"), E.grondslag(self.ground)),
            *(E.stelsel(name) for name in sorted({name for name, _ in MAPS})),
        )  # fmt: skip
        if not self.off("capabilities_answered"):
            answer.append(E.vocabulaire("v1"))
        return answer

    def _give(self, key, operation, asked):
        words, advice = understand(self.off, operation)
        wrong = findings(self.off, key[0], operation)
        if wrong:
            if self.off("refused_is_not_stored"):
                self._store(key, operation, words)
            raise Refused(*(wrong[:1] if self.off("all_findings_at_once") else wrong), advice=advice)
        content = etree.tostring(operation) if self.off("other_spelling_same_receipt") else shape_of(operation)
        known = self.receipts.get((*key, "signaalAfgeven"))
        forgetful = (asked in self.seen and self.off("same_message_same_receipt")) or (
            known and asked not in self.seen and self.off("other_message_id_same_receipt")
        )
        self.seen.add(asked)
        if self.off("simultaneous_repeats_same_receipt"):
            time.sleep(0.1)
        repeated = known is not None and not forgetful
        if repeated:
            signal = self.signals[key]
            if known != content and not self.off("other_content_refused"):
                if self.off("conflict_changes_nothing"):
                    self._store(key, operation, words)
                raise Refused(("VIX-1004", ""))
            if signal["status"] == "VERNIETIGD" and not self.off("destroyed_does_not_come_back"):
                raise Refused(("VIX-1405", ""))
        else:
            self.receipts[(*key, "signaalAfgeven")] = content
            signal = self._store(key, operation, words)
        silent = self.off("danger_gets_advice") or (repeated and self.off("advice_is_repeated"))
        return self._answer("signaalAfgeven", signal["receipt"], signal, words, advice=advice and not silent)

    def _store(self, key, operation, words):
        self.number += 1
        given = operation.find("vi:jeugdige", NS)
        born = text_at(operation, "jeugdige/persoonsgegevens/geboortedatum")
        signal = {
            "key": key, "number": self.number, "words": words, "status": "ACTIEF",
            "id": "vast" if self.off("other_key_other_receipt") else str(uuid4()),
            "child": (text_at(operation, "jeugdige/persoonsgegevens/familienaam"), born), "bsn": text_at(given, "bsn"),
            "melder": operation.find("vi:melder", NS),
        }  # fmt: skip
        if self.off("given_is_active"):
            signal["status"] = "ARCHIEF"
        day = day_of(text_at(operation, "datumTijdMelding"))
        signal["until"] = text_at(operation, "verwijderdatum") or years_on(day, 2).isoformat()
        signal["receipt"] = self._receipt(signal, "signaalAfgeven", words)
        self.signals[key] = signal
        for other in list(self.signals.values()):
            if other["key"][0] != key[0] and other["child"] == signal["child"] and other["status"] == "ACTIEF":
                match = str(uuid4())
                self._match(match, other, signal)
                if not self.off("both_get_a_match"):
                    self._match(match, signal, other)
        return signal

    def _match(self, number, own, other):
        self.number += 1
        self.matches.append(
            {"id": number, "own": own, "other": other, "status": "ACTIEF", "number": self.number, "at": now()}
        )

    def _finish(self, key, name, signal):
        twice = (*key, name) in self.receipts
        again = "ending_twice_same_receipt" if name == "signaalBeeindigen" else "-"
        if not twice or self.off(again):
            self.receipts[(*key, name)] = self._receipt(signal, name, ())
        wanted = "ARCHIEF" if name == "signaalBeeindigen" else "VERNIETIGD"
        if self.off("withdrawn_is_destroyed"):
            wanted = "ARCHIEF"
        if not (name == "signaalBeeindigen" and self.off("ended_goes_to_the_archive")):
            signal["status"] = wanted
        if twice and self.off("withdrawing_twice_is_no_harm"):
            signal["status"] = "ACTIEF"
        for match in self.matches:
            if match["other"] is signal and match["status"] == "ACTIEF" and not self.off("withdrawn_match_lapses"):
                match["status"] = "VERVALLEN"
                if not self.off("lapse_comes_after_the_cursor"):
                    self.number += 1
                    match["number"] = self.number
        return self._answer(name, self.receipts[(*key, name)], signal)

    def _complete(self, key, operation, signal):
        axis, word, concept = (text_at(operation, f"keuze/{name}") for name in ("as", "woord", "begrip"))
        asked = any(one[:2] == (axis, word) and one[2] == "onbekend" for one in signal["words"])
        if not (asked and concept in CONCEPTS[axis]) and not self.off("wrong_choice_refused"):
            raise Refused(("VIX-1406", ""))
        chosen = "onbekend" if self.off("answer_to_a_question_is_taken") else concept
        words = ((axis, word, chosen, "equivalent", False),)
        receipt = self._receipt(signal, "betekenisAanvullen", words)
        return self._answer("betekenisAanvullen", receipt, signal)

    def _browse(self, token, operation, name):
        na = text_at(operation, "na")
        known = not na or re.fullmatch(rf"{token}-[0-9]+", na)
        if not known and not self.off("strange_cursor_refused"):
            raise Refused(("VIX-1503", ""))
        after = int(na.rpartition("-")[2]) if known and na and not self.off("cursor_does_not_repeat") else 0
        maximum = int(text_at(operation, "maximum") or 200)
        if self.off("own_signals_page_by_page"):
            maximum = 200
        signals = name == "eigenSignalenOpvragen"
        rows = [one for one in self.signals.values() if one["key"][0] == token] if signals else [
            one for one in self.matches if one["own"]["key"][0] == token
        ]  # fmt: skip
        rows = sorted((one for one in rows if one["number"] > after), key=lambda one: one["number"])
        if signals and self.off("own_signal_is_listed"):
            rows = rows[:0]
        page = rows[:maximum]
        answer = E(f"{name}Antwoord", *(self._line(one) if signals else self._match_element(one) for one in page))
        answer.append(E.cursor(f"{token}-{page[-1]['number'] if page else after}"))
        answer.append(E.meer("true" if len(rows) > len(page) else "false"))
        return answer

    # the elements

    def _line(self, signal):
        return E.signaal(
            E.signaalId(signal["id"]), E.bronSysteem(signal["key"][1]), E.bronSignaalId(signal["key"][2]),
            E.revisie("1"), E.ontvangenOp(now()), E.status(signal["status"]), E.bezorging("BIJ_INDEX"),
        )  # fmt: skip

    def _receipt(self, signal, name, words):
        number = signal["key"][2]
        policy = "toets"
        if self.off("no_bsn_in_any_answer"):
            policy = f"toets {signal['bsn']}"
        if self.off("no_child_in_any_answer"):
            policy = f"toets {signal['child'][0]}"
        receipt = E.ontvangstbewijs(
            E.signaalId(signal["id"]), E.bronSignaalId(number.lower() if self.off("answer_is_a_receipt") else number),
            E.revisie("1"), E.handeling(name), E.ontvangenOp(dt.datetime.now(dt.UTC).isoformat()),
        )  # fmt: skip
        if not self.off("removal_date_filled_in"):
            receipt.append(E.verwijderdatum(signal["until"]))
        kept = [word for word in words if word[0] == "urgentie"]
        receipt.extend(self._meaning("betekenis", word) for word in kept)
        receipt.extend(self._question(word) for word in kept if self._asks(word))
        receipt.extend((E.vocabulaire("v1"), E.beleid(policy)))
        return receipt

    def _answer(self, name, receipt, signal, words=(), *, advice=False):
        answer = E(f"{name}Antwoord", etree.fromstring(etree.tostring(receipt)))
        passing = [word for word in words if word[0] != "urgentie"]
        answer.extend(self._meaning("vertaling", word) for word in passing)
        answer.extend(self._question(word) for word in passing if self._asks(word))
        if advice:
            answer.append(advice_element())
        standing = E.stand(E.standVan(now()), E.status(signal["status"]), E.bezorging("BIJ_INDEX"))
        if not self.off("match_stands_at_the_signal"):
            standing.extend(self._match_element(one) for one in self.matches if one["own"] is signal)
        answer.append(standing)
        return answer

    def _match_element(self, match):
        own, other = match["own"], match["other"]
        element = E.match(
            E.matchId(match["id"]), E.soort("CLIENTMATCH"), E.signaalId(own["id"]), E.bronSignaalId(own["key"][2]),
            E.nietDezelfdeJeugdige("false"), E.ontstaanOp(match["at"]), E.status(match["status"]),
            E.nietInDossier("true"),
        )  # fmt: skip
        if match["status"] == "ACTIEF":
            person = E.betrokkene(
                E.naam(text_at(other["melder"], "naam")), E.instantie(f"organisatie {other['key'][0]}")
            )
            for name in ("telefoon", "email"):
                if (value := text_at(other["melder"], name)) and not self.off("match_tells_how_to_reach_the_other"):
                    person.append(E(name, value))
            if self.off("match_has_no_number"):
                person.append(E.coordinator(other["child"][0]))
            element.append(person)
        return element

    def _meaning(self, tag, word):
        axis, said, concept, equivalence, _ = word
        if self.off("own_word_comes_back"):
            said = said.lower()
        return E(
            tag, E("as", axis), E.woord(said), E.begrip(concept), E.equivalentie(equivalence), E.weergave(concept),
            E.definitie("wat het betekent"), E.kaart("toets@1"),
        )  # fmt: skip

    def _question(self, word):
        said = word[1].lower() if self.off("own_word_comes_back") else word[1]
        choices = (E.keuze(E.begrip(one), E.weergave(one)) for one in CONCEPTS.get(word[0], ("onbekend",)))
        return E.vraag(E("as", word[0]), E.woord(said), E.tekst("Wat bedoelt u?"), *choices)

    def _asks(self, word):
        return word[2] == "onbekend" and not self.off("unknown_word_is_asked")


def advice_element():
    return E.advies(E.code("bel-nu"), E.tekst("Bel 112."), E.text("Phone 112."))


def now():
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")

"""The kit as a regional index behind a gateway under test: it keeps signals, matches them, and forgets no message.

What it does follows from what it was asked alone, so that a run that was stopped goes on with the same index: ids come
from those of the messages, numbers of the news from the beginning of the run.
"""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from conformance.exchange import Reply, Request
from conformance.formats import index_served
from conformance.formats.index_served import CHANGES
from conformance.parties.behaviour import Behaviour
from conformance.parties.desk import About, Deed, child_of
from conformance.parties.lead import Lead
from conformance.values import Message, at

MOST = 200
"""Matches in one answer, at most."""
CAN = ("wijzigen", "regie", "terugkoppelen", "ketenregistratie", "signaalcode")
"""What an index may or may not be able to do."""


@dataclass(slots=True)
class _Signal:
    sender: str
    reference: str
    own_id: str
    child: str
    message: Message
    status: str = "ACTIEF"


@dataclass(slots=True)
class _Match:
    """Between two signals; `remove` when one of them was destroyed, `wrong` what a bad index says of the other."""

    id: str
    arose: str
    sides: tuple[_Signal, _Signal]
    status: str = "ACTIEF"
    remove: bool = False
    wrong: Message = field(default_factory=dict)
    lead: Lead = field(default_factory=Lead)

    def side(self, signal: _Signal) -> int:
        """Which of the two a signal is."""
        return 0 if self.sides[0] is signal else 1


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer, given again when the message comes again. `name` is its element."""

    digest: str
    name: str
    content: Message


class Index:
    """One index. `can` names what it is able to do, `axes` the axes whose words it carries."""

    name = "index"

    def __init__(self, *, can: tuple[str, ...] = (), axes: tuple[str, ...] = (), begun: dt.datetime) -> None:
        self._can, self._axes = can, axes
        self._first = self._last = int(begun.timestamp() * 1000)
        self._signals: dict[tuple[str, str], list[_Signal]] = {}
        self._matches: list[_Match] = []
        self._news: list[tuple[int, _Match, _Signal]] = []
        self._kept: dict[tuple[str, str], _Kept] = {}

    def asked(self, request: Request) -> Message:
        """Read a message."""
        return index_served.asked(request)

    def about(self, question: Message) -> About:
        """A signal's own reference and the message's; a question names the message it asks about."""
        op = question["handeling"]
        if op == "statusOpvragen":
            return About((f"bericht {text(question, 'vanBericht')}",))
        if op not in CHANGES:
            return About()
        keys = f"signaal {text(question, 'gatewayReferentie')}", f"bericht {text(question, 'kop.berichtReferentie')}"
        return About(keys, child_of(_person(question)) if op == "signaalAfgeven" else "")

    def changes(self, question: Message) -> bool:
        """Whether it changes something."""
        return question["handeling"] in CHANGES

    def asks_news(self, question: Message) -> bool:
        """Whether it asks for changes of matches."""
        return bool(question["handeling"] == "matchesOpvragen")

    def refuse(self, question: Message) -> Reply:
        """It knows test persons only."""
        return index_served.fault(question, _fault(question, "IX-404", "Geen testpersoon."))

    def do(self, question: Message, moment: dt.datetime, behaviour: Behaviour) -> Deed:
        """Do what is asked once, answer it as often as it is asked."""
        op = question["handeling"]
        if not op or question["contract"]:
            told = "; ".join(question["contract"])[:200]
            return Deed("niets", index_served.fault(question, _fault(question, "IX-400", told)))
        if behaviour.news:
            return Deed("niets", None, "verbroken")
        if op not in CHANGES:
            return Deed("niets", index_served.answer(question, *self._passing(question, moment)))
        match behaviour.says if not behaviour.keeps else "":
            case "niets":
                return Deed("niets", None, "verbroken voor het vastleggen")
            case "503":
                headers = (("content-type", "text/plain"), ("retry-after", "1"))
                return Deed("niets", Reply(503, headers, b"even niet"))
            case "storing":
                fault = _fault(question, "IX-503", "Tijdelijk niet beschikbaar.", client=False, again=True)
                return Deed("niets", index_served.fault(question, fault))
        did, kept = self._once(question, moment, behaviour)
        if behaviour.says == "niets":
            return Deed(did, None, "verbroken na het vastleggen")
        reply = _written(question, kept)
        return Deed(did, _bent(question, reply, behaviour.says))

    def _once(self, question: Message, moment: dt.datetime, behaviour: Behaviour) -> tuple[str, _Kept]:
        sender, reference = text(question, "kop.zender"), text(question, "kop.berichtReferentie")
        digest = _digest(question)
        known = self._kept.get((sender, reference))
        if known is not None:
            if known.digest == digest:
                return "bekend", known
            fault = _fault(question, "IX-416", "Deze berichtreferentie hoort bij een bericht met andere inhoud.")
            return "geweigerd", _Kept(digest, index_served.FAULT, fault)
        name, content = self._refused(question, behaviour) or self._done(question, moment, behaviour)
        if name != index_served.FAULT:
            content = {"kop": _kop(question, moment), **content}
        kept = self._kept[sender, reference] = _Kept(digest, name, content)
        return "geweigerd" if name == index_served.FAULT else "vastgelegd", kept

    def _refused(self, question: Message, behaviour: Behaviour) -> tuple[str, Message] | None:
        """Why it will not do it: what it cannot do, or does not know."""
        op, code = question["handeling"], ""
        if behaviour.says == "weiger":
            code = "IX-422"
        elif op == "signaalAfgeven":
            beyond = {axis for axis in at(question, "aanduiding.as") if axis not in self._axes}
            chain = question["soort"] == "KETENREGISTRATIE" and "ketenregistratie" not in self._can
            coded = "signaalcode" in question and "signaalcode" not in self._can
            code = "IX-422" if beyond or chain or coded else ""
        elif op in ("regieVastleggen", "signaalWijzigen", "matchTerugkoppelen"):
            code = "" if _ABLE[op] in self._can else "IX-422"
        if not code and op != "signaalAfgeven" and not self._own(question):
            code = "IX-404"
        if not code and "matchId" in question and self._match_of(question) is None:
            code = "IX-404"
        told = {"IX-422": "Deze index doet dit niet.", "IX-404": "Niet gevonden."}
        return (index_served.FAULT, _fault(question, code, told[code])) if code else None

    def _done(self, question: Message, moment: dt.datetime, behaviour: Behaviour) -> tuple[str, Message]:
        if question["handeling"] == "signaalAfgeven":
            return "signaalAfgevenAntwoord", self._given(question, moment, behaviour)
        if question["handeling"] == "regieVastleggen" and (named := self._match_of(question)):
            return "regieVastleggenAntwoord", self._arranged(question, *named)
        found = self._own(question)
        for signal in found:
            match question["handeling"]:
                case "signaalWijzigen" if signal.status == "ACTIEF":
                    signal.message |= {name: question[name] for name in ("melder", "verwijderdatum")}
                    for match in (one for one in self._matches if signal in one.sides and one.status == "ACTIEF"):
                        self._tell(match)
                case "signaalBeeindigen" if signal.status == "ACTIEF":
                    self._lapse(signal, "ARCHIEF")
                case "signaalIntrekken" if signal.status != "VERNIETIGD":
                    self._lapse(signal, "VERNIETIGD")
        return "ontvangstbevestiging", {"indexSignaalId": found[0].own_id, "status": found[0].status}

    def _given(self, question: Message, moment: dt.datetime, behaviour: Behaviour) -> Message:
        sender, reference = text(question, "kop.zender"), text(question, "gatewayReferentie")
        child = child_of(_person(question)) or ""
        own_id = _id("signaal", text(question, "kop.berichtReferentie"))
        signal = _Signal(sender, reference, own_id, child, dict(question))
        told = []
        for other in [one for some in self._signals.values() for one in some]:
            away = text(other.message, "melder.instantieId") != text(question, "melder.instantieId")
            if other.child == child and other.status == "ACTIEF" and away:
                match = _Match(_id("match", other.own_id, own_id), _moment(moment), (other, signal))
                match.wrong = dict.fromkeys(behaviour.bsn, child)
                self._matches.append(match)
                self._tell(match)
                told.append(self._shown(match, signal))
        self._signals.setdefault((sender, reference), []).append(signal)
        day = question["verwijderdatum"]
        return {"indexSignaalId": own_id, "status": "ACTIEF", "verwijderdatum": day, "match": told[-MOST:]}

    def _arranged(self, question: Message, match: _Match, mine: _Signal) -> Message:
        side, other = match.side(mine), match.sides[1 - match.side(mine)]
        done = match.lead.do(side, question["regiehandeling"], int(question["stand"]), text(question, "herzienOp"))
        if done:
            self._tell(match)
        return {"uitgevoerd": done, "regie": match.lead.told(side, other.message["melder"])}

    def _match_of(self, question: Message) -> tuple[_Match, _Signal] | None:
        """The active match that is named, and the side of it that asks."""
        for match in self._matches:
            for mine in self._own(question):
                if match.id == question["matchId"] and mine in match.sides and match.status == "ACTIEF":
                    return match, mine
        return None

    def _lapse(self, signal: _Signal, status: str) -> None:
        """The signal is no longer active: its matches end, and where it was destroyed what is kept of them must go."""
        signal.status = status
        for match in self._matches:
            if signal in match.sides and (match.status == "ACTIEF" or (status == "VERNIETIGD" and not match.remove)):
                match.status, match.remove = "VERVALLEN", status == "VERNIETIGD"
                self._tell(match)

    def _shown(self, match: _Match, side: _Signal) -> Message:
        """A match as one of its sides is told, with its regie at an index that holds that."""
        found, number = _match(match, side), match.side(side)
        if "regie" not in self._can or match.status != "ACTIEF":
            return found
        return found | {"regie": match.lead.told(number, match.sides[1 - number].message["melder"])}

    def _tell(self, match: _Match) -> None:
        for side in match.sides:
            self._last += 1
            self._news.append((self._last, match, side))

    def _own(self, question: Message) -> list[_Signal]:
        return self._signals.get((text(question, "kop.zender"), text(question, "gatewayReferentie")), [])

    def _passing(self, question: Message, moment: dt.datetime) -> tuple[str, Message]:
        """An answer that is true now."""
        kop = _kop(question, moment)
        match question["handeling"]:
            case "capaciteiten":
                able = {name: name in self._can for name in CAN}
                return "capaciteitenAntwoord", {
                    "kop": kop, **able, "aanduidingAs": list(self._axes), "verwerkingstijd": "PT1S",
                }  # fmt: skip
            case "statusOpvragen":
                kept = self._kept.get((text(question, "kop.zender"), text(question, "vanBericht")))
                found: Message = {} if kept is None else {kept.name: kept.content}
                return "statusOpvragenAntwoord", {"kop": kop, "gevonden": kept is not None, **found}
            case _:
                return "matchesOpvragenAntwoord", {"kop": kop, **self._page(question)}

    def _page(self, question: Message) -> Message:
        after, most = int(question["vanafVolgnummer"]), min(int(question.get("maximum", 100)), MOST)
        sender = text(question, "kop.zender")
        rows = [row for row in self._news if row[2].sender == sender and row[0] > after]
        page = rows[:most]
        last = page[-1][0] if page else max(after, self._first)
        told = [self._shown(match, side) for _, match, side in page]
        return {"match": told, "totVolgnummer": last, "meer": len(rows) > most}


_ABLE = {"regieVastleggen": "regie", "signaalWijzigen": "wijzigen", "matchTerugkoppelen": "terugkoppelen"}


def text(message: Message, path: str) -> str:
    """The text at a path; empty when there is none."""
    return str((at(message, path) or [""])[0])


def _person(question: Message) -> Message:
    child = question.get("jeugdige", {})
    return {**child, **child.get("persoonsgegevens", {})}


def _match(match: _Match, side: _Signal) -> Message:
    """A match as one of its sides is told: who the other is, and nothing of the child."""
    other = match.sides[1] if match.sides[0] is side else match.sides[0]
    found: Message = {
        "matchId": match.id, "soort": "CLIENTMATCH", "eigenSignaalId": side.reference, "nietDezelfdeJeugdige": False,
        "ontstaanOp": match.arose, "status": match.status,
    }  # fmt: skip
    if match.status == "ACTIEF":
        contact = other.message["melder"] | match.wrong
        found |= {"betrokkene": [contact], "aanduiding": other.message.get("aanduiding", [])}
    return found | ({"verwijderen": True} if match.remove else {})


def _kop(question: Message, moment: dt.datetime) -> Message:
    asked = question["kop"]
    return {
        "berichtReferentie": _id("antwoord", asked["berichtReferentie"], _moment(moment)),
        "tijdstipBericht": _moment(moment), "zender": asked["ontvanger"], "ontvanger": asked["zender"],
        "versie": asked["versie"], "correlatieReferentie": asked["berichtReferentie"],
    }  # fmt: skip


def _fault(question: Message, code: str, told: str, *, client: bool = True, again: bool = False) -> Message:
    plek = "client" if client else "server"
    found: Message = {"code": code, "plek": plek, "omschrijving": told or code, "herhaalbaar": again}
    reference = text(question, "kop.berichtReferentie")
    return found | ({"correlatieReferentie": reference[:64]} if reference else {})


def _written(question: Message, kept: _Kept) -> Reply:
    if kept.name == index_served.FAULT:
        return index_served.fault(question, kept.content)
    return index_served.answer(question, kept.name, kept.content)


def _bent(question: Message, reply: Reply, how: str) -> Reply:
    """The reply as a bad line or a bad index gives it."""
    match how:
        case "kapot":
            return Reply(200, reply.headers, reply.body[: len(reply.body) // 2])
        case "dubbel":
            return Reply(200, reply.headers, reply.body + reply.body)
        case "ander":
            own, other = (question["draad"]["messageID"], text(question, "kop.berichtReferentie")), _id("een ander")
            body = reply.body
            for said in own:
                body = body.replace(said.encode(), (f"urn:uuid:{other}" if ":" in said else other).encode())
            return Reply(200, reply.headers, body)
        case _:
            return reply


def _digest(question: Message) -> str:
    """What a message says, but for when it was sent."""
    said: Any = {name: value for name, value in question.items() if name not in ("kop", "draad", "contract")}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _id(*parts: str) -> str:
    return str(uuid5(NAMESPACE_URL, " ".join(parts)))


def _moment(moment: dt.datetime) -> str:
    return moment.isoformat(timespec="milliseconds")

"""What a good gateway knows and answers: receipts, states, words, matches. No wire, no clock, no chance.

Ids come from the run and a count, so that the same questions in the same order get the same answers: a run that was
stopped goes on by asking again what was asked.
"""

import datetime as dt
import hashlib
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from conformance.parties import guard
from conformance.rules import words
from conformance.values import HERE, Message, at, text, years_on

ACTIVE, ARCHIVED, DESTROYED = "ACTIEF", "ARCHIEF", "VERNIETIGD"
LASTS = 2
"""Years that a signal lasts at most."""
SLACK = dt.timedelta(minutes=5)
KEPT = "urgentie"
PAGE = 200
Key = tuple[str, str, str]
Faults = list[tuple[str, str]]


class Refused(Exception):
    """What a gateway will not do: codes, each with a path into the message."""

    def __init__(self, *faults: tuple[str, str]) -> None:
        super().__init__(*(code for code, _ in faults))
        self.faults = faults


@dataclass(slots=True)
class Signal:
    """A signal as its sender sees it."""

    key: Key
    number: int
    message: Message
    status: str = ACTIVE
    ends: str = ""
    receipts: dict[tuple[str, int], tuple[Any, Message]] = field(default_factory=dict)
    matches: list[Message] = field(default_factory=list)


class Office:
    """All that senders gave in one run. `may` says whether a form may use the BSN."""

    def __init__(self, run: str, *, blind: bool = False) -> None:
        self._run = run
        self._blind = blind
        self.signals: dict[Key, Signal] = {}
        self._news: dict[str, list[tuple[int, Message]]] = {}
        self._count = 0

    def say(self, form: str, asked: Message, now: dt.datetime) -> Message:
        """The answer to a question that could be read."""
        message = asked["inhoud"]
        try:
            if asked["contract"]:
                raise Refused(("VIX-1001", ""))
            if (act := self._acts().get(asked["handeling"])) is None:
                raise Refused(("VIX-1001", ""))
            said = act(form, message, now)
        except Refused as refused:
            return refusal([*refused.faults], _advice(message))
        return {"uitkomst": "aangenomen", **said}

    def match(self, key: Key, now: dt.datetime) -> str:
        """Another organisation reports the same child: from now on there is a match. Gives its id."""
        signal = self.signals[key]
        made = {
            "matchId": self._id("m"), "soort": "CLIENTMATCH", "signaalId": self._signal_id(signal),
            "bronSignaalId": key[2], "nietDezelfdeJeugdige": False, "ontstaanOp": now.isoformat(timespec="seconds"),
            "status": ACTIVE, "nietInDossier": True, "betrokkenen": [dict(_data()["ander"])],
            "betekenissen": [], "uitleg": [], "versie": self._id("v"),
            "regie": {"status": "VASTGESTELD", "wie": "GEEN", "aangeboden": False, "stand": self._id("s"),
                      "nietZichtbaarVoor": []},
        }  # fmt: skip
        signal.matches.append(made)
        self._tell(key[0], made)
        return str(made["matchId"])

    def lapse(self, match_id: str, form: str) -> None:
        """The other signal was destroyed: what is kept of the match must go."""
        match = self._match(form, match_id)
        match.pop("regie", None)
        match |= {"status": "VERVALLEN", "verwijderen": True, "betrokkenen": [], "versie": self._id("v")}
        self._tell(form, match)

    def page(self, form: str, after: str, most: int = PAGE) -> Message:
        """What is new of matches after a cursor."""
        number = self._after(form, after)
        news = [(count, one) for count, one in self._news.get(form, []) if count > number]
        shown = news[:most]
        last = shown[-1][0] if shown else number
        return {"matches": [one for _, one in shown], "cursor": self._cursor(form, last), "meer": len(news) > most}

    def _acts(self) -> Mapping[str, Callable[[str, Message, dt.datetime], Message]]:
        return {
            "signaalAfgeven": self._give,
            "signaalBeeindigen": self._change("signaalBeeindigen", {ACTIVE: ARCHIVED}),
            "signaalIntrekken": self._change("signaalIntrekken", {ACTIVE: DESTROYED, ARCHIVED: DESTROYED}),
            "signaalWijzigen": self._change("signaalWijzigen", {ACTIVE: ACTIVE}),
            "signaalVerlengen": self._change("signaalVerlengen", {ACTIVE: ACTIVE}),
            "signaalOverdragen": self._change("signaalOverdragen", {ACTIVE: ACTIVE}),
            "betekenisAanvullen": self._change("betekenisAanvullen", {ACTIVE: ACTIVE}),
            "statusOpvragen": self._status,
            "signaalOpvragen": self._status,
            "matchOpvragen": self._look,
            "matchesOpvragen": self._browse,
            "eigenSignalenOpvragen": self._own,
            "matchTerugkoppelen": self._follow_up,
            "regieVastleggen": self._regie,
            "capaciteiten": self._capabilities,
        }

    def _give(self, form: str, message: Message, now: dt.datetime) -> Message:
        key = key_of(form, message)
        revision = int(message.get("revisie", 1))
        known = self.signals.get(key)
        if known is not None and ("signaalAfgeven", revision) in known.receipts:
            content, receipt = known.receipts["signaalAfgeven", revision]
            if content != _content(message):
                raise Refused(("VIX-1004", ""))
            if known.status == DESTROYED:
                raise Refused(("VIX-1405", ""))
            return self._answer(known, receipt, message, now)
        if faults := self._faults(message, now):
            raise Refused(*faults)
        if known is not None and known.status == ACTIVE:
            raise Refused(("VIX-1404", "revisie"))
        self._count += 1
        receipts = {} if known is None else known.receipts
        signal = Signal(key, self._count, message, receipts=receipts)
        signal.ends = str(message.get("verwijderdatum") or _latest(message))
        self.signals[key] = signal
        receipt = self._receipt(signal, "signaalAfgeven", revision, message, now)
        receipts["signaalAfgeven", revision] = _content(message), receipt
        return self._answer(signal, receipt, message, now)

    def _change(self, op: str, ways: Mapping[str, str]) -> Callable[[str, Message, dt.datetime], Message]:
        def act(form: str, message: Message, now: dt.datetime) -> Message:
            signal = self._signal(form, message)
            revision = int(message.get("revisie", 1))
            if (op, revision) in signal.receipts:
                content, receipt = signal.receipts[op, revision]
                if content != _content(message):
                    raise Refused(("VIX-1004", ""))
                return self._answer(signal, receipt, {}, now)
            if signal.status not in ways:
                raise Refused(("VIX-1404", ""))
            self._amend(op, signal, message)
            signal.status = ways[signal.status]
            if signal.status != ACTIVE:
                for one in signal.matches:
                    if one["status"] == ACTIVE:
                        self.lapse(str(one["matchId"]), form)
            receipt = self._receipt(signal, op, revision, {}, now)
            if op == "betekenisAanvullen":
                receipt["betekenissen"] = [_meaning(one, one["begrip"]) for one in message["keuzes"]]
            signal.receipts[op, revision] = _content(message), receipt
            return self._answer(signal, receipt, {}, now)

        return act

    def _amend(self, op: str, signal: Signal, message: Message) -> None:
        if op == "signaalVerlengen":
            if message["verwijderdatum"] > _latest(signal.message):
                raise Refused(("VIX-1206", "verwijderdatum"))
            signal.ends = message["verwijderdatum"]
        if op == "betekenisAanvullen":
            asked = {(one["as"], one["woord"]) for one in signal.message.get("aanduidingen", [])}
            for one in message["keuzes"]:
                if (one["as"], one["woord"]) not in asked or one["begrip"] not in _data()["keuzes"].get(one["as"], {}):
                    raise Refused(("VIX-1406", "keuzes"))

    def _status(self, form: str, message: Message, now: dt.datetime) -> Message:
        signal = self._signal(form, message)
        given = [one for (op, _), one in signal.receipts.items() if op == "signaalAfgeven"]
        return self._answer(signal, given[-1][1], {}, now)

    def _browse(self, form: str, message: Message, now: dt.datetime) -> Message:
        return self.page(form, message.get("na", ""), int(message.get("maximum", PAGE)))

    def _own(self, form: str, message: Message, now: dt.datetime) -> Message:
        after, most = self._after(form, message.get("na", "")), int(message.get("maximum", PAGE))
        mine = sorted((one for one in self.signals.values() if one.key[0] == form), key=lambda one: one.number)
        rows = [one for one in mine if one.number > after]
        shown = rows[:most]
        said = []
        for one in shown:
            given = [receipt for (op, _), (_, receipt) in one.receipts.items() if op == "signaalAfgeven"][-1]
            line = {"signaalId": given["signaalId"], "bronSysteem": one.key[1], "bronSignaalId": one.key[2]}
            line |= {"revisie": given["revisie"], "ontvangenOp": given["ontvangenOp"], "status": one.status}
            said.append(line | {"bezorging": "BIJ_INDEX"} | ({"verlooptOp": one.ends} if one.status == ACTIVE else {}))
        cursor = self._cursor(form, shown[-1].number if shown else after)
        return {"signalen": said, "cursor": cursor, "meer": len(rows) > most}

    def _look(self, form: str, message: Message, now: dt.datetime) -> Message:
        return {"match": self._match(form, message["matchId"])}

    def _follow_up(self, form: str, message: Message, now: dt.datetime) -> Message:
        match = self._match(form, message["matchId"])
        match["opvolging"] = message["contact"]
        return {"match": match}

    def _regie(self, form: str, message: Message, now: dt.datetime) -> Message:
        match = self._match(form, message["matchId"])
        regie = match.get("regie")
        if regie is None or message["stand"] != regie["stand"]:
            raise Refused(("VIX-1420", "stand"))
        who = {"NEMEN": "IK", "AANVAARDEN": "IK", "HERZIEN": regie["wie"], "OVERDRAGEN": regie["wie"]}
        regie["wie"] = who.get(message["regiehandeling"], "GEEN")
        regie |= {"aangeboden": message["regiehandeling"] == "OVERDRAGEN", "stand": self._id("s")}
        if "herzienOp" in message:
            regie["herzienOp"] = message["herzienOp"]
        return {"match": match}

    def _capabilities(self, form: str, message: Message, now: dt.datetime) -> Message:
        axes = [{"naam": axis, "bewaard": axis == KEPT, "reist": False} for axis in _data()["keuzes"]]
        region = {"naam": "Toetsregio", "beleid": "toets-1", "grondslag": "JEUGDWET_7_1", "assen": axes}
        return {
            "contract": "aanlevering 1", "handelingen": [*self._acts()], "bsnToegestaan": not self._blind,
            "regios": [region], "stelsels": [], "vocabulaire": "toets-1",
        }  # fmt: skip

    def _faults(self, message: Message, now: dt.datetime) -> Faults:
        """What makes a signal unusable, all at once."""
        found: Faults = []
        melder, sworn = message.get("melder", {}), message.get("attestaties", {})
        number = text(next(iter(at(message, "jeugdige.bsn")), ""))
        if number and self._blind:
            found.append(("VIX-1102", "jeugdige.bsn"))
        elif number and not guard.elfproef(number):
            found.append(("VIX-1101", "jeugdige.bsn"))
        if not melder.get("telefoon") and not melder.get("email"):
            found.append(("VIX-1304", "melder"))
        if (told := moment_of(message)) is None:
            found.append(("VIX-1105", "datumTijdMelding"))
        elif told > now + SLACK:
            found.append(("VIX-1204", "datumTijdMelding"))
        if message.get("verwijderdatum", "") > _latest(message):
            found.append(("VIX-1206", "verwijderdatum"))
        if message.get("soort") == "SIGNAAL" and not sworn.get("redelijkVermoeden"):
            found.append(("VIX-1305", "attestaties"))
        if message.get("soort") == "SIGNAAL" and not informed(message, now):
            found.append(("VIX-1306", "attestaties"))
        found += [
            ("VIX-1804", "aanduidingen") for one in at(message, "aanduidingen.as") if one not in _data()["keuzes"]
        ]
        return found

    def _signal(self, form: str, message: Message) -> Signal:
        found = self.signals.get(key_of(form, message))
        if number := message.get("signaalId"):
            mine = [one for one in self.signals.values() if one.key[0] == form]
            found = next((one for one in mine if self._signal_id(one) == number), None)
        if found is None:
            raise Refused(("VIX-1401", "bronSignaalId"))
        return found

    def _match(self, form: str, number: str) -> Message:
        for signal in self.signals.values():
            for one in signal.matches:
                if signal.key[0] == form and one["matchId"] == number:
                    return one
        raise Refused(("VIX-1412", "matchId"))

    def _receipt(self, signal: Signal, op: str, revision: int, message: Message, now: dt.datetime) -> Message:
        kept = [one for one in message.get("aanduidingen", []) if one["as"] == KEPT]
        left = [one["as"] for one in message.get("aanduidingen", []) if one["as"] != KEPT]
        return {
            "signaalId": self._signal_id(signal), "bronSignaalId": signal.key[2], "revisie": revision, "handeling": op,
            "ontvangenOp": now.isoformat(timespec="seconds"), "verwijderdatum": signal.ends,
            "betekenissen": [_meaning(one) for one in kept], "vragen": [_question(one) for one in kept],
            "bevindingen": [], "nietBewaard": [{"as": one, "aantal": left.count(one)} for one in dict.fromkeys(left)],
            "vocabulaire": "toets-1", "beleid": "toets-1",
        }  # fmt: skip

    def _answer(self, signal: Signal, receipt: Message, message: Message, now: dt.datetime) -> Message:
        passing = [one for one in message.get("aanduidingen", []) if one["as"] != KEPT]
        standing: Message = {
            "standVan": now.isoformat(timespec="seconds"), "status": signal.status, "bezorging": "BIJ_INDEX",
            "matches": [*signal.matches],
        }  # fmt: skip
        if signal.status == ACTIVE:
            standing["verlooptOp"] = signal.ends
        return {
            "ontvangstbewijs": receipt, "vertalingen": [_meaning(one) for one in passing],
            "vragen": [_question(one) for one in passing], "adviezen": _advice(message), "stand": standing,
        }  # fmt: skip

    def _tell(self, form: str, match: Message) -> None:
        """Put a match behind every cursor given so far; it is told as it is by then."""
        self._count += 1
        news = [(count, one) for count, one in self._news.get(form, []) if one is not match]
        self._news[form] = [*news, (self._count, match)]

    def _signal_id(self, signal: Signal) -> str:
        return self._hashed(f"signaal {signal.number}")

    def _id(self, kind: str) -> str:
        self._count += 1
        return self._hashed(f"{kind} {self._count}")

    def _cursor(self, form: str, number: int) -> str:
        return f"{number}-{self._hashed(f'{form} {number}')[:12]}"

    def _after(self, form: str, cursor: str) -> int:
        number = cursor.partition("-")[0]
        if not cursor:
            return 0
        if not (number.isascii() and number.isdigit() and self._cursor(form, int(number)) == cursor):
            raise Refused(("VIX-1503", "na"))
        return int(number)

    def _hashed(self, said: str) -> str:
        found = hashlib.sha256(f"{self._run} {said}".encode()).hexdigest()
        return f"{found[:8]}-{found[8:12]}-{found[12:16]}-{found[16:20]}-{found[20:32]}"


def refusal(faults: Faults, advice: Sequence[Message] = (), *, wait: int = 0) -> Message:
    """A refusal for codes with their places; `wait` when it may be tried again after so many seconds."""
    texts = _data()["bevinding"]
    found = [{"code": code, "ernst": "fout", "plaats": place, **texts[code]} for code, place in faults]
    server = any(code.startswith("VIX-19") for code, _ in faults)
    return {
        "uitkomst": "geweigerd", "code": faults[0][0], "plek": "server" if server else "client",
        "herhaalbaar": server, "bevindingen": found, "adviezen": [*advice], "wacht": wait,
    }  # fmt: skip


def key_of(form: str, message: Message) -> Key:
    """By what a signal is known again."""
    return form, text(message.get("bronSysteem")), text(message.get("bronSignaalId"))


def moment_of(message: Message) -> dt.datetime | None:
    """The moment of the report; None when it is no moment with a zone."""
    try:
        found = dt.datetime.fromisoformat(text(message.get("datumTijdMelding")))
    except ValueError:
        return None
    return None if found.tzinfo is None else found


def informed(message: Message, now: dt.datetime) -> bool:
    """Whether the right people were told: under 12 the representative, 12 to 16 both, from 16 the young person."""
    said = next(iter(at(message, "attestaties.informatieplicht")), None)
    if not isinstance(said, dict):
        return False
    child = guard.spoken_of(message)
    if said.get("uitgesteld") or child is None:
        return True
    day, born = (moment_of(message) or now).astimezone(HERE).date(), dt.date.fromisoformat(child.geboortedatum)
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    right = {"BEIDEN"} | ({"VERTEGENWOORDIGER"} if age < 12 else {"JEUGDIGE"} if age >= 16 else set())
    return said.get("wie") in right


def _latest(message: Message) -> str:
    told = moment_of(message)
    return "9999-12-31" if told is None else years_on(told.astimezone(HERE), LASTS).date().isoformat()


def _content(message: Message) -> Any:
    """What makes two messages say the same: all of it, moments as moments."""
    told = moment_of(message)
    rest = {name: value for name, value in message.items() if name != "datumTijdMelding"}
    return rest, None if told is None else told.astimezone(dt.UTC)


def _advice(message: Message) -> list[Message]:
    """The advice to phone, when a word asks for it."""
    alarming = {(one["as"], one["woord"].casefold()) for one in words("gevaar", "9999")}
    said = [(text(one.get("as")), text(one.get("woord")).casefold()) for one in at(message, "aanduidingen")]
    if not any(axis in _data()["gevaar"]["assen"] or (axis, word) in alarming for axis, word in said):
        return []
    return [{"code": "bel-nu", **_data()["advies"]["bel-nu"]}]


def _meaning(term: Message, concept: str = "onbekend") -> Message:
    said = _data()["keuzes"].get(term["as"], {}).get(concept, concept)
    how = "unmatched" if concept == "onbekend" else "equivalent"
    return {
        "as": term["as"], "woord": term["woord"], "begrip": concept, "equivalentie": how, "weergave": said,
        "definitie": "Van de toets.", "kaart": "toets@1",
    }  # fmt: skip


def _question(term: Message) -> Message:
    choices = [{"begrip": code, "weergave": said} for code, said in _data()["keuzes"][term["as"]].items()]
    asked = "Iedereen verstaat hier iets anders onder. Wat bedoelt u?"
    return {"as": term["as"], "woord": term["woord"], "tekst": asked, "keuzes": choices}


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads(files("conformance.rules").joinpath("office.toml").read_text(encoding="utf-8"))

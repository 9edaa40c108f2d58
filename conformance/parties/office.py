"""What a good gateway knows and answers: receipts, states, words, matches. No wire, no clock, no chance.

Ids come from the run and a count, so that the same questions in the same order get the same answers: a run that was
stopped goes on by asking again what was asked.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping

from conformance.parties import refusing, signals
from conformance.parties.refusing import Refused, latest
from conformance.parties.signals import ACTIVE, ARCHIVED, DESTROYED, KEPT, Key, Signal, key_of
from conformance.parties.wording import advice, data, meaning, refusal
from conformance.values import Message

PAGE = 200


class Office:
    """All that senders gave in one run; `blind` when they may not use the BSN."""

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
            return refusal([*refused.faults], advice(message))
        return {"uitkomst": "aangenomen", **said}

    def match(self, key: Key, now: dt.datetime) -> str:
        """Another organisation reports the same child: from now on there is a match. Gives its id."""
        signal = self.signals[key]
        made = {
            "matchId": self._id("m"), "soort": "CLIENTMATCH", "signaalId": signal.id,
            "bronSignaalId": key[2], "nietDezelfdeJeugdige": False, "ontstaanOp": now.isoformat(timespec="seconds"),
            "status": ACTIVE, "nietInDossier": True, "betrokkenen": [dict(data()["ander"])],
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
            if content != signals.content(message):
                raise Refused(("VIX-1004", ""))
            if known.status == DESTROYED:
                raise Refused(("VIX-1405", ""))
            return signals.answer(known, receipt, message, now)
        if faults := refusing.faults(message, now, blind=self._blind):
            raise Refused(*faults)
        if known is not None and known.status == ACTIVE:
            raise Refused(("VIX-1404", "revisie"))
        self._count += 1
        receipts = {} if known is None else known.receipts
        signal = Signal(key, self._count, self._hashed(f"signaal {self._count}"), message, receipts=receipts)
        signal.ends = str(message.get("verwijderdatum") or latest(message))
        self.signals[key] = signal
        receipt = signals.receipt(signal, "signaalAfgeven", revision, message, now)
        receipts["signaalAfgeven", revision] = signals.content(message), receipt
        return signals.answer(signal, receipt, message, now)

    def _change(self, op: str, ways: Mapping[str, str]) -> Callable[[str, Message, dt.datetime], Message]:
        def act(form: str, message: Message, now: dt.datetime) -> Message:
            signal = self._signal(form, message)
            revision = int(message.get("revisie", 1))
            if (op, revision) in signal.receipts:
                content, receipt = signal.receipts[op, revision]
                if content != signals.content(message):
                    raise Refused(("VIX-1004", ""))
                return signals.answer(signal, receipt, {}, now)
            if signal.status not in ways:
                raise Refused(("VIX-1404", ""))
            self._amend(op, signal, message)
            signal.status = ways[signal.status]
            if signal.status != ACTIVE:
                for one in signal.matches:
                    if one["status"] == ACTIVE:
                        self.lapse(str(one["matchId"]), form)
            receipt = signals.receipt(signal, op, revision, {}, now)
            if op == "betekenisAanvullen":
                receipt["betekenissen"] = [meaning(one, one["begrip"]) for one in message["keuzes"]]
            signal.receipts[op, revision] = signals.content(message), receipt
            return signals.answer(signal, receipt, {}, now)

        return act

    def _amend(self, op: str, signal: Signal, message: Message) -> None:
        if op == "signaalVerlengen":
            if message["verwijderdatum"] > latest(signal.message):
                raise Refused(("VIX-1206", "verwijderdatum"))
            signal.ends = message["verwijderdatum"]
        if op == "betekenisAanvullen":
            asked = {(one["as"], one["woord"]) for one in signal.message.get("aanduidingen", [])}
            for one in message["keuzes"]:
                if (one["as"], one["woord"]) not in asked or one["begrip"] not in data()["keuzes"].get(one["as"], {}):
                    raise Refused(("VIX-1406", "keuzes"))

    def _status(self, form: str, message: Message, now: dt.datetime) -> Message:
        signal = self._signal(form, message)
        given = [one for (op, _), one in signal.receipts.items() if op == "signaalAfgeven"]
        return signals.answer(signal, given[-1][1], {}, now)

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
        axes = [{"naam": axis, "bewaard": axis == KEPT, "reist": False} for axis in data()["keuzes"]]
        region = {"naam": "Toetsregio", "beleid": "toets-1", "grondslag": "JEUGDWET_7_1", "assen": axes}
        return {
            "contract": "aanlevering 1", "handelingen": [*self._acts()], "bsnToegestaan": not self._blind,
            "regios": [region], "stelsels": [], "vocabulaire": "toets-1",
        }  # fmt: skip

    def _signal(self, form: str, message: Message) -> Signal:
        found = self.signals.get(key_of(form, message))
        if number := message.get("signaalId"):
            mine = [one for one in self.signals.values() if one.key[0] == form]
            found = next((one for one in mine if one.id == number), None)
        if found is None:
            raise Refused(("VIX-1401", "bronSignaalId"))
        return found

    def _match(self, form: str, number: str) -> Message:
        for signal in self.signals.values():
            for one in signal.matches:
                if signal.key[0] == form and one["matchId"] == number:
                    return one
        raise Refused(("VIX-1412", "matchId"))

    def _tell(self, form: str, match: Message) -> None:
        """Put a match behind every cursor given so far; it is told as it is by then."""
        self._count += 1
        news = [(count, one) for count, one in self._news.get(form, []) if one is not match]
        self._news[form] = [*news, (self._count, match)]

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

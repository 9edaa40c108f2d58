"""A sender in Python with zeep: `python client.py http://127.0.0.1:9070 geheugen.json`. Copy what you need.

All it knows of a gateway is the served WSDL. What to do it asks the kit, where in your system a professional decides.
It keeps its signals, its matches and what it is sending in one file, and writes nothing of a person in its log.
Exit code 0 when all that was asked is done.
"""

import datetime as dt
import json
import sys
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import zeep
import zeep.exceptions

KOP = {"bronSysteem": "voorbeeld-zeep"}
MELDERS = [
    {"professionalId": "ib-1", "naam": "V. Oorbeeld", "functie": "intern begeleider", "telefoon": "030-5550142"},
    {"professionalId": "ib-2", "naam": "T. Weede", "functie": "intern begeleider", "telefoon": "030-5550143"},
]
ANSWER_SECONDS = 45
PAUSES = (0.5, 1, 2, 4, 8)
"""Seconds between attempts after silence. In production rather minutes than seconds; then a person is told."""
ATTEMPTS = 3
"""How often a step is tried before it is left to a person."""
Row = dict[str, Any]


class Refused(Exception):
    """The gateway will not have it; a professional repairs it. Holds the codes."""


class Unanswered(Exception):
    """No answer after all attempts. What was being sent stays in the memory, and goes again at the next start."""


class Memory:
    """What must survive: written before anything is sent, and whole or not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path
        empty: Row = {"signalen": {}, "matches": {}, "cursor": None, "verzending": None}
        self.kept: Row = json.loads(path.read_text(encoding="utf-8")) if path.exists() else empty

    def save(self) -> None:
        """Put it in the file."""
        new = self._path.with_suffix(".nieuw")
        new.write_text(json.dumps(self.kept, ensure_ascii=False, indent=1), encoding="utf-8", newline="\n")
        new.replace(self._path)


class Gateway:
    """The operations of the contract, over a line that may fail."""

    def __init__(self, wsdl: str) -> None:
        transport = zeep.Transport(timeout=ANSWER_SECONDS, operation_timeout=ANSWER_SECONDS)
        transport.session.hooks["response"].append(self._hear)
        self._client = zeep.Client(wsdl, transport=transport)
        self._wait = 0

    def say(self, operation: str, fields: Row) -> Any:
        """Give the answer. The same goes again after silence; raises Refused, Unanswered."""
        for pause in (*PAUSES, None):
            self._wait = 0
            try:
                return self._client.service[operation](kop=KOP, **fields)
            except zeep.exceptions.Fault as fault:
                detail = self._detail(fault)
                if detail is not None and not detail.herhaalbaar:
                    raise Refused(" ".join(found.code for found in detail.bevinding)) from None
                log(operation, "later opnieuw")
            except (OSError, zeep.exceptions.Error):
                log(operation, "geen heel antwoord")
            if pause is not None:
                time.sleep(max(pause, self._wait))
        raise Unanswered(operation)

    def _hear(self, response: Any, *_: Any, **__: Any) -> None:
        """Remember for how many seconds an answer asks to wait."""
        asked = response.headers.get("Retry-After", "")
        self._wait = int(asked) if asked.isdigit() else 0

    def _detail(self, fault: zeep.exceptions.Fault) -> Any:
        """The verwijsindexFout in a fault; None when there is none."""
        if fault.detail is None or len(fault.detail) != 1:
            return None
        return self._client.wsdl.types.deserialize(fault.detail[0])


class Sender:
    """Does what the kit asks, one step at a time."""

    def __init__(self, gateway: Gateway, memory: Memory) -> None:
        self._gateway = gateway
        self._memory = memory
        self._kept = memory.kept

    def resume(self) -> None:
        """Send again what was being sent when the program stopped: the same id, the same content."""
        if self._kept["verzending"] is None:
            return
        try:
            self._send()
        except Refused as refused:
            log("geweigerd:", str(refused))

    def do(self, todo: Row) -> None:
        """One step. Raises Refused, Unanswered."""
        operation, asked = todo["handeling"], todo["gegevens"]
        if operation == "matchesOpvragen":
            return self._poll()
        signal = self._kept["signalen"].get(todo["scenario"])
        if operation == "signaalAfgeven":
            return self._give(todo, signal)
        own = {"bronSignaalId": signal["bronSignaalId"]}
        match = self._kept["matches"].get(signal["bronSignaalId"], {})
        fields: Row
        match operation:
            case "signaalIntrekken":
                fields = own
            case "signaalBeeindigen":
                fields = own | {"datumEinde": now().date().isoformat()}
            case "signaalVerlengen":
                fields = own | {"verwijderdatum": asked["verwijderdatum"]}
            case "signaalWijzigen" | "signaalOverdragen":
                changed = {name.removeprefix("melder."): value for name, value in asked.items()}
                fields = own | {"melder": changed}
            case "betekenisAanvullen":
                fields = own | {"keuze": asked["keuzes"]}
            case "matchTerugkoppelen":
                fields = {"matchId": match["matchId"], "contact": asked["contact"]}
            case "regieVastleggen":
                fields = {"matchId": match["matchId"], "stand": match["stand"]} | asked
            case _:
                raise Refused("dit doet deze client niet")
        return self._send(operation, fields, todo["scenario"])

    def _give(self, todo: Row, signal: Row | None) -> None:
        child, asked = todo["jeugdige"], todo["gegevens"]
        if signal is None:
            signal = {"bronSignaalId": f"zeep-{uuid.uuid4().hex[:12]}", "revisie": 1, "melder": 0}
            signal["gemeld"] = now().isoformat()
        elif signal["status"] == "GEWEIGERD":
            signal["melder"] += 1
        elif signal["status"] != "ACTIEF":
            signal |= {"revisie": signal["revisie"] + 1, "gemeld": now().isoformat()}
        if signal["melder"] >= len(MELDERS):
            raise Refused("er is geen andere melder")
        self._kept["signalen"][todo["scenario"]] = signal | {"status": "ONBEKEND"}
        fields = {
            "bronSignaalId": signal["bronSignaalId"],
            "revisie": signal["revisie"],
            "soort": "SIGNAAL",
            "jeugdige": jeugdige(child),
            "melder": MELDERS[signal["melder"]],
            "datumTijdMelding": signal["gemeld"],
            "attestaties": {
                "redelijkVermoeden": True,
                "informatieplicht": {"wie": informed(child, signal["gemeld"]), "datum": signal["gemeld"][:10]},
            },
            "aanduiding": asked.get("aanduidingen", []),
        }
        if "verwijderdatum" in asked:
            fields["verwijderdatum"] = asked["verwijderdatum"]
        self._send("signaalAfgeven", fields, todo["scenario"])

    def _send(self, *message: Any) -> None:
        """Keep a message, send it until there is an answer, keep what the answer says."""
        if message:
            self._kept["verzending"] = message
            self._memory.save()
        operation, fields, dossier = self._kept["verzending"]
        try:
            answer = self._gateway.say(operation, fields)
        except Refused:
            self._kept["verzending"] = None
            if operation == "signaalAfgeven":
                self._kept["signalen"][dossier]["status"] = "GEWEIGERD"
            self._memory.save()
            raise
        if "stand" in answer:
            self._kept["signalen"][dossier]["status"] = answer.stand.status
            self._keep(answer.stand.match)
        else:
            self._keep([answer])  # zeep unwraps an answer of one element: this is the match
            if fields.get("contact") == "VERWIJDERD":
                del self._kept["matches"][answer.bronSignaalId]
        self._kept["verzending"] = None
        self._memory.save()

    def _poll(self) -> None:
        """All that is new of matches. The cursor is kept with what it came with, never before."""
        more = True
        while more:
            page = self._gateway.say("matchesOpvragen", {"na": self._kept["cursor"]})
            self._keep(page.match)
            self._kept["cursor"], more = page.cursor, page.meer
            self._memory.save()

    def _keep(self, matches: list[Any]) -> None:
        """Keep what is needed to answer a match. Whom it names is shown to the professional, and not kept."""
        for one in matches:
            regie = one.regie.stand if one.regie is not None else None
            self._kept["matches"][one.bronSignaalId] = {"matchId": one.matchId, "stand": regie}


def jeugdige(child: Row) -> Row:
    """The child by number where the sender may use it, else by name."""
    if "bsn" not in child:
        return {"persoonsgegevens": child}
    if not elfproef(child["bsn"]):
        raise Refused("het BSN is niet goed overgenomen")
    return {"bsn": child["bsn"]}


def elfproef(number: str) -> bool:
    """Whether nine figures can be a BSN."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    whole = len(number) == 9 and number.isascii() and number.isdigit()
    return whole and sum(int(one) * weight for one, weight in zip(number, weights, strict=True)) % 11 == 0


def informed(child: Row, moment: str) -> str:
    """Who was told: under 12 the representative, 12 to 16 both, from 16 the young person."""
    born, day = child["geboortedatum"], moment[:10]
    age = int(day[:4]) - int(born[:4]) - (day[5:] < born[5:])
    return "VERTEGENWOORDIGER" if age < 12 else "BEIDEN" if age < 16 else "JEUGDIGE"


def now() -> dt.datetime:
    return dt.datetime.now().astimezone().replace(microsecond=0)


def log(*words: str) -> None:
    """Names of scenarios, steps, operations and codes; nothing else."""
    print(*words, flush=True)


def main(url: str, memory: str) -> int:
    """Finish what was begun, then ask what is next and do it, until there is nothing left."""
    sender = Sender(Gateway(f"{url}/soap/v1?wsdl"), Memory(Path(memory)))
    try:
        sender.resume()
        left = work(sender, url)
    except Unanswered as silence:
        log("geen antwoord op", str(silence), "; start later opnieuw")
        return 1
    log(f"niet gelukt: {' '.join(sorted(left))}" if left else "klaar")
    return 1 if left else 0


def work(sender: Sender, url: str) -> set[str]:
    """Give what was left to a person. Raises Unanswered."""
    kit = zeep.Transport(timeout=ANSWER_SECONDS).session
    tried: Counter[tuple[str, str]] = Counter()
    left: set[str] = set()
    while True:
        told = kit.get(f"{url}/toets/opdracht", params={"formaat": "soap", "zonder": ",".join(sorted(left))})
        if told.status_code == 204:
            return left
        todo = told.json()
        step = todo["scenario"], todo["stap"]
        tried[step] += 1
        try:
            sender.do(todo)
            log(*step, todo["handeling"], "gedaan")
        except Refused as refused:
            log(*step, todo["handeling"], "geweigerd:", str(refused))
        if tried[step] >= ATTEMPTS:
            left.add(todo["scenario"])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

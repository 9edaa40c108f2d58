"""What may be demanded at a step: each a function that names what was expected and what came, or says nothing.

A demand sees a Moment: the scene, the step and what is judged. Nothing here sends, waits or looks at a clock.

With `bij` it is about what came in at a party the kit plays, over the whole scene and what came late for it: read as
`berichten` (each with its `handeling`, its fields, and what was `gedaan` with it) and, at an index, as what it keeps:
`stand`. `handelingen` leaves only those; a demand about nothing at all is not met.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from conformance.exchange import Exchange
from conformance.rules import Step, children, persons
from conformance.scene import Scene, choices, parties
from conformance.values import Message, Unknown, at, meant, strings, text

INNARDS = ("Traceback (most recent", 'File "/', "\tat ", "lxml.", "pydantic", "sqlalchemy", "Exception:")
"""What shows that somebody's own software speaks."""


class Failed(Exception):
    """A demand is not met. `at` is a path into what was read, `n` the exchange at fault."""

    def __init__(self, expected: str, got: str, *, at: str = "", n: int = 0) -> None:
        super().__init__(expected)
        self.expected, self.got, self.at, self.n = expected, got, at, n


class Inapplicable(Exception):
    """The system says of itself that this does not hold for it; the text says how."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What a demand looks at: `rest` is its own row of the scenario, filled in."""

    scene: Scene
    step: Step
    rest: Mapping[str, Any]
    run: Sequence[Exchange] = ()

    @property
    def party(self) -> str:
        """The party at which something came in; empty when it is about an answer to a step."""
        return str(self.rest.get("bij", ""))

    @property
    def said(self) -> list[Exchange]:
        """The exchanges of the step, or what came in."""
        if not self.party:
            return self.scene.of(self.step.id)
        over = self.run if self.rest.get("in") == "run" else self.scene.exchanges
        only = self.rest.get("handelingen", [])
        return [one for one in over if one.inward and one.party == self.party and (not only or one.op in only)]

    @property
    def facts(self) -> Message:
        """What it came to."""
        if not self.party:
            return self.scene.facts(self.step.id)
        told = [{**self.scene.heard(one), "gedaan": one.did} for one in self.said]
        return {"uitkomst": "gevraagd", "http": 0, "codes": [], "contract": [], "berichten": told,
                "stand": kept(self.scene.heard(one) | {"gedaan": one.did} for one in self.scene.inward(self.party)),
                "index": self.scene.header.get("index", {})}  # fmt: skip

    @property
    def where(self) -> str:
        """The path it is about."""
        return str(self.rest["waar"])

    @property
    def found(self) -> list[Any]:
        """What stands there."""
        return at(self.facts, self.where)

    def fail(self, expected: str, got: str = "", at: str = "") -> Failed:
        """The failure to raise."""
        last = self.said[-1].n if self.said else 0
        return Failed(expected, got or self.seen, at=at or str(self.rest.get("waar", "")), n=last)

    @property
    def seen(self) -> str:
        """What the answer is, in a few words without any value of a message."""
        facts = self.facts
        if self.scene.speaks:
            return facts["handeling"] or "iets dat niet te lezen is"
        codes = ", ".join(dict.fromkeys(facts["codes"]))
        said = {"stilte": f"geen antwoord ({facts.get('stilte', '')})", "onleesbaar": "iets dat niet te lezen is"}
        what = said.get(facts["uitkomst"], str(facts["uitkomst"])) + (f" met {codes}" if codes else "")
        return f"HTTP {facts['http']}, {what}" if facts["http"] else what


def check(this: Moment, table: "Mapping[str, Callable[[Moment], None]]") -> None:
    """See whether a demand of a table is met; raises Failed."""
    if this.party and not this.said and not this.rest.get("mag_leeg"):
        raise this.fail(f"een bericht bij de {this.party}", "geen enkel")
    table[str(this.rest["dat"])](this)


def aangenomen(this: Moment) -> None:
    facts = this.facts
    if facts["uitkomst"] != "aangenomen":
        raise this.fail("een antwoord dat de handeling aanneemt")
    _by_contract(this, facts)


def geweigerd(this: Moment) -> None:
    facts = this.facts
    wanted = list(this.rest.get("met", []))
    expected = f"een weigering met {', '.join(wanted) or 'een code van het contract'}"
    if facts["uitkomst"] != "geweigerd" or not facts["codes"]:
        raise this.fail(expected)
    _by_contract(this, facts)
    if [one for one in wanted if one not in facts["codes"]]:
        raise this.fail(expected, at="codes")
    choice = this.rest.get("een_van", [])
    if choice and not set(choice) & set(facts["codes"]):
        raise this.fail(f"een weigering met een van {', '.join(choice)}", at="codes")


def afgewezen(this: Moment) -> None:
    """Not taken, in whatever words: who cannot read a message cannot always answer by its contract."""
    facts = this.facts
    if facts["uitkomst"] in ("aangenomen", "stilte") or facts["http"] < 400:
        raise this.fail("een fout (SOAP Fault, of HTTP 4xx of 5xx)")


def gelijk(this: Moment) -> None:
    wanted = text(this.rest["waarde"])
    found = [text(one) for one in this.found]
    if not found or any(one != wanted for one in found):
        raise this.fail(f"{this.where} = {wanted}", _told(found))


def een_van(this: Moment) -> None:
    allowed = [text(one) for one in this.rest["waarden"]]
    found = [text(one) for one in this.found]
    if any(one not in allowed for one in found):
        raise this.fail(f"{this.where}: alleen {', '.join(allowed)}", _told(found))


def bevat(this: Moment) -> None:
    wanted = text(this.rest["waarde"])
    if not any(wanted in text(one) for one in this.found):
        raise this.fail(f"in {this.where}: {wanted}", f"{len(this.found)} andere" if this.found else "niets")


def is_er(this: Moment) -> None:
    if not any(text(one) for one in this.found):
        raise this.fail(f"{this.where} met een inhoud", "niets")


def is_er_niet(this: Moment) -> None:
    if any(text(one) for one in this.found):
        raise this.fail(f"geen {this.where}", "wel")


def aantal(this: Moment) -> None:
    count = len({text(one) for one in this.found} if this.rest.get("verschillende") else this.found)
    least, most = this.rest.get("minstens", 0), this.rest.get("hoogstens", 10**9)
    if "waarde" in this.rest:
        least = most = this.rest["waarde"]
    if not least <= count <= most:
        wanted = str(least) if least == most else f"minstens {least}" if most == 10**9 else f"{least} tot {most}"
        raise this.fail(f"{this.where}: {wanted} keer", f"{count} keer")


def patroon(this: Moment) -> None:
    pattern = this.rest["waarde"]
    found = this.found
    if not found or not all(re.fullmatch(pattern, text(one)) for one in found):
        raise this.fail(f"{this.where} van de vorm {pattern}", _told([text(one) for one in found]))


def tussen(this: Moment) -> None:
    first, last = this.rest["van"], this.rest["tot"]
    found = [text(one) for one in this.found]
    if not found or not all(first <= one <= last for one in found):
        raise this.fail(f"{this.where} van {first} tot en met {last}", _told(found))


def zelfde_als(this: Moment) -> None:
    wanted = at(this.scene.facts(this.rest["stap"]), this.rest.get("daar", this.where))
    if meant(this.found) != meant(wanted) or not wanted:
        raise this.fail(f"{this.where} gelijk aan die van stap {this.rest['stap']}", "een andere, of geen")


def anders_dan(this: Moment) -> None:
    other = at(this.scene.facts(this.rest["stap"]), this.rest.get("daar", this.where))
    if not this.found or this.found == other:
        raise this.fail(f"{this.where} anders dan die van stap {this.rest['stap']}", "dezelfde, of geen")


def hoger_dan(this: Moment) -> None:
    """A number that rose since an earlier step; where that step had none, above zero."""
    before = at(this.scene.facts(this.rest["stap"]), this.rest.get("daar", this.where))[-1:] or [0]
    found = this.found[-1:]
    if not found or not all(isinstance(one, int) for one in (*found, *before)) or found[0] <= before[0]:
        raise this.fail(f"{this.where} hoger dan bij stap {this.rest['stap']}", _told([text(one) for one in found]))


def geen_van(this: Moment) -> None:
    other = {text(one) for one in at(this.scene.facts(this.rest["stap"]), this.rest.get("daar", this.where))}
    if other & {text(one) for one in this.found}:
        raise this.fail(f"in {this.where} niets van stap {this.rest['stap']}", "hetzelfde nog een keer")


def alle_van(this: Moment) -> None:
    other = {text(one) for one in at(this.scene.facts(this.rest["stap"]), this.rest.get("daar", this.where))}
    if not other or not other <= {text(one) for one in this.found}:
        raise this.fail(f"in {this.where} alles van stap {this.rest['stap']}", "minder")


def alleen_van(this: Moment) -> None:
    other = {text(one) for one in at(this.scene.facts(this.rest["stap"]), this.rest.get("daar", this.where))}
    if not this.found or not {text(one) for one in this.found} <= other:
        raise this.fail(f"in {this.where} alleen wat stap {this.rest['stap']} heeft", "iets anders, of niets")


def volgens_contract(this: Moment) -> None:
    """Everything that came in obeys the contract, and what is around it."""
    for one, message in zip(this.said, this.facts["berichten"], strict=True):
        if wrong := [*message["contract"], *message.get("omslag", [])]:
            raise Failed("een bericht volgens het contract", "; ".join(wrong[:3]), at="contract", n=one.n)


def ongewijzigd(this: Moment) -> None:
    """What comes under one reference says one thing, but for when it was sent."""
    found: dict[str, Message] = {}
    for one, message in zip(this.said, this.facts["berichten"], strict=True):
        key = text((at(message, this.where) or [""])[0])
        same = {name: value for name, value in message.items() if name not in ("gedaan", "omslag")}
        same["kop"] = {name: value for name, value in same.get("kop", {}).items() if name != "tijdstipBericht"}
        if key and found.setdefault(key, same) != same:
            raise Failed(f"bij elke poging met dezelfde {this.where} hetzelfde bericht", "een ander", n=one.n)


def alleen_velden(this: Moment) -> None:
    """No field but these, at any depth."""
    allowed = set(this.rest["velden"])
    for one, message in zip(this.said, this.facts["berichten"], strict=True):
        body = {name: value for name, value in message.items() if name not in _ABOUT}
        if strange := sorted(set(_leaves(body)) - allowed):
            raise Failed("alleen de velden die mogen", ", ".join(strange), at=strange[0], n=one.n)


def onderling_gelijk(this: Moment) -> None:
    found = [meant(at(this.scene.heard(one), this.where)) for one in this.said]
    if not found[0] or any(one != found[0] for one in found):
        raise this.fail(f"{this.where} gelijk in alle {len(found)} antwoorden", "verschillende")


def zo_vaak(this: Moment) -> None:
    """Of the answers to what was sent at once, exactly so many say it."""
    found = sum([text(one) for one in at(this.scene.heard(said), this.where)] == [text(this.rest["waarde"])]
                for said in this.said)  # fmt: skip
    if found != this.rest["keer"]:
        raise this.fail(f"{this.where} = {text(this.rest['waarde'])} in {this.rest['keer']} antwoord", f"in {found}")


def wijst_aan(this: Moment) -> None:
    """Each finding's place selects one element of the question; of the codes named, the element named."""
    wanted = this.rest.get("elementen", {})
    for one in this.facts.get("aanwijzingen", []):
        right = one["naam"] == wanted[one["code"]] if one["code"] in wanted else one["aantal"] == 1
        if not right:
            expected = f"bij {one['code']} een plaats in het bericht" + (
                f": {wanted[one['code']]}" if one["code"] in wanted else ""
            )
            raise this.fail(expected, one["naam"] or f"{one['aantal']} plaatsen", at="bevindingen.plaats")
    if missing := sorted(set(wanted) - {one["code"] for one in this.facts.get("aanwijzingen", [])}):
        raise this.fail(f"een plaats bij {', '.join(missing)}", "geen", at="bevindingen.plaats")


def volgorde(this: Moment) -> None:
    """Exactly these, in this order, but for what may stand among them; what comes again at once counts once."""
    found = [text(one) for one in this.found if text(one) not in this.rest.get("mag", [])]
    if this.rest.get("herhaald"):
        found = [one for number, one in enumerate(found) if number == 0 or found[number - 1] != one]
    if found != [text(one) for one in this.rest["waarden"]]:
        raise this.fail(f"{this.where}: {', '.join(this.rest['waarden'])}", _told(found))


def hoort_bij_vraag(this: Moment) -> None:
    """The answer names the message it answers, and has an id of its own."""
    own = (at(this.facts, "draad.vraagID") or [""])[0]
    if not own or at(this.facts, "draad.relatesTo") != [own]:
        raise this.fail("RelatesTo met de MessageID van de vraag", "een andere, of geen", at="draad.relatesTo")
    if (at(this.facts, "draad.messageID") or [""])[0] in ("", own):
        raise this.fail("een eigen MessageID", "geen", at="draad.messageID")


def heeft_keuzes(this: Moment) -> None:
    """A question about the word, with concepts to choose from."""
    if not any(one != "onbekend" for one in choices(this.facts)):
        raise this.fail("een vraag met begrippen om uit te kiezen", "geen", at="vragen.keuzes")


def woord_terug(this: Moment) -> None:
    """The sender's word, letter for letter, wherever a word is told."""
    paths = ("ontvangstbewijs.betekenissen", "vertalingen", "ontvangstbewijs.vragen", "vragen")
    found = [one for path in paths for one in at(this.facts, f"{path}.woord")]
    if not found or set(found) != {this.rest["waarde"]}:
        raise this.fail("het woord van de zender, letter voor letter", "geen of een ander woord", at="woord")


def gezegd(this: Moment) -> None:
    """An accepted answer, of this step or another, told of a code."""
    said = this.scene.facts(this.rest.get("stap", this.step.id))
    if this.rest["code"] not in at(said, "ontvangstbewijs.bevindingen.code") + at(said, "bevindingen.code"):
        raise this.fail(f"een waarschuwing {this.rest['code']}", "geen", at="bevindingen.code")


def nergens(this: Moment) -> None:
    """No value of a kind in any reply: of the step, of the scene, or (`in` = "run") of the whole run in this format.

    With `bij`, in anything that came in.
    """
    values = [one for kind in this.rest["waarden"] for one in _canaries(kind, this)]
    if this.party:
        for one in this.said:
            asked = one.request
            parts = [asked.url, asked.body.decode("utf-8", "replace"), *(value for _, value in asked.headers)]
            if any(value in part for value in values for part in parts):
                raise Failed(f"nergens: {', '.join(this.rest['waarden'])}", "wel gevonden", at="vraag", n=one.n)
        return
    over = this.rest.get("in", "stap")
    said = {"stap": this.said, "scenario": this.scene.exchanges, "run": this.run}[over]
    only = this.rest.get("alleen", "")
    if this.scene.speaks and not said:
        raise Unknown("er kwam niets binnen")
    for one in said:
        if one.reply is None and not this.scene.speaks:
            continue
        if one.inward != this.scene.speaks or (only and this.scene.heard(one)["uitkomst"] != only):
            continue
        told = _asked(one, this.rest) if one.inward else _replied(one)
        if any(value in part for value in values for part in told):
            kinds = ", ".join(this.rest["waarden"])
            what = "vraag" if one.inward else "antwoord"
            raise Failed(f"nergens: {kinds}", "wel gevonden", at=f"{what} {one.n}", n=one.n)


def een_of_ander(this: Moment) -> None:
    """Any of some demands."""
    failures = []
    shared = {name: this.rest[name] for name in ("bij", "in", "handelingen") if name in this.rest}
    for row in this.rest["keus"]:
        try:
            DEMANDS[row["dat"]](Moment(this.scene, this.step, shared | row, this.run))
        except Failed as failure:
            failures.append(failure)
        else:
            return
    raise this.fail(" of ".join(one.expected for one in failures), failures[-1].got, at=failures[-1].at)


DEMANDS: dict[str, Callable[[Moment], None]] = {
    one.__name__: one
    for one in (
        aangenomen,
        geweigerd,
        afgewezen,
        gelijk,
        een_van,
        bevat,
        is_er,
        is_er_niet,
        aantal,
        patroon,
        tussen,
        volgorde,
        hoort_bij_vraag,
        heeft_keuzes,
        woord_terug,
        gezegd,
        zelfde_als,
        anders_dan,
        hoger_dan,
        geen_van,
        alle_van,
        alleen_van,
        volgens_contract,
        ongewijzigd,
        alleen_velden,
        onderling_gelijk,
        zo_vaak,
        wijst_aan,
        nergens,
        een_of_ander,
    )
}


def kept(messages: Iterable[Message]) -> list[Message]:
    """What an index keeps after these messages: of each signal its status, and how often it was taken."""
    found: dict[str, Message] = {}
    for one in messages:
        reference = text(one.get("gatewayReferentie"))
        if one["gedaan"] != "vastgelegd" or not reference:
            continue
        signal = found.setdefault(reference, {"gatewayReferentie": reference, "status": "", "keer": 0})
        match one["handeling"]:
            case "signaalAfgeven":
                signal |= {"status": "ACTIEF", "keer": signal["keer"] + 1}
            case "signaalBeeindigen":
                signal["status"] = "ARCHIEF"
            case "signaalIntrekken":
                signal["status"] = "VERNIETIGD"
    return list(found.values())


_ABOUT = ("handeling", "uitkomst", "contract", "omslag", "draad", "gedaan")


def _leaves(value: Any, path: str = "") -> list[str]:
    if isinstance(value, Mapping):
        return [one for name, inner in value.items() for one in _leaves(inner, f"{path}.{name}" if path else name)]
    if isinstance(value, list):
        return [one for inner in value for one in _leaves(inner, path)]
    return [path]


def _replied(one: Exchange) -> list[str]:
    if one.reply is None:
        return []
    return [one.reply.body.decode("utf-8", "replace"), *(value for _, value in one.reply.headers)]


def _asked(one: Exchange, rest: Mapping[str, Any]) -> list[str]:
    """What a sender said, whole or (`waar` = "adres") only where others may write it down."""
    outside = [unquote(one.request.url), *(value for _, value in one.request.headers)]
    return outside if rest.get("waar") == "adres" else [*outside, one.request.body.decode("utf-8", "replace")]


def _by_contract(this: Moment, facts: Message) -> None:
    if facts["contract"]:
        raise this.fail("een antwoord volgens het contract", "; ".join(facts["contract"][:3]), at="contract")


def _canaries(kind: str, this: Moment) -> list[str]:
    known = children().values() if this.scene.speaks else persons(this.scene.header["regels_van"])
    match kind:
        case "bsn":
            return [one for person in known for one in (person.bsn, person.wrong_bsn)]
        case "geboortedatum":
            return [one for person in known for one in (person.geboortedatum, person.geboortedatum.replace("-", ""))]
        case "jeugdige":
            made = ((one.familienaam, one.geboortedatum, one.geboortedatum.replace("-", "")) for one in known)
            return [value for row in made for value in row]
        case "voornamen":
            return [name for name in this.scene.child.voornamen.split() if len(name) > 4]
        case "melder":
            return [one for party in parties().values() for one in (party["naam"], party["telefoon"], party["email"])]
        case "programmatuur":
            return list(INNARDS)
        case _:
            return strings(kind)


def _told(found: list[str]) -> str:
    return ", ".join(dict.fromkeys(found))[:200] or "niets"

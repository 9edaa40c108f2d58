"""What may be demanded at a step: each a function that names what was expected and what came, or says nothing.

A demand sees a Moment: the scene, the step and what is judged. Nothing here sends, waits or looks at a clock.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.exchange import Exchange
from conformance.rules import Step, persons
from conformance.scene import Scene, choices, parties
from conformance.values import Message, at, strings, text

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
    def said(self) -> list[Exchange]:
        """The exchanges of the step."""
        return self.scene.of(self.step.id)

    @property
    def last(self) -> Exchange:
        """The one it ended with."""
        return self.said[-1]

    @property
    def facts(self) -> Message:
        """What it came to."""
        return self.scene.facts(self.step.id)

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
        return Failed(expected, got or self.seen, at=at or str(self.rest.get("waar", "")), n=self.last.n)

    @property
    def seen(self) -> str:
        """What the answer is, in a few words without any value of a message."""
        facts = self.facts
        codes = ", ".join(dict.fromkeys(facts["codes"]))
        said = {"stilte": f"geen antwoord ({facts.get('stilte', '')})", "onleesbaar": "iets dat niet te lezen is"}
        what = said.get(facts["uitkomst"], str(facts["uitkomst"])) + (f" met {codes}" if codes else "")
        return f"HTTP {facts['http']}, {what}" if facts["http"] else what


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
    count = len(this.found)
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
    wanted = at(this.scene.facts(this.rest["stap"]), this.where)
    if this.found != wanted or not wanted:
        raise this.fail(f"{this.where} gelijk aan die van stap {this.rest['stap']}", "een andere, of geen")


def anders_dan(this: Moment) -> None:
    other = at(this.scene.facts(this.rest["stap"]), this.where)
    if not this.found or this.found == other:
        raise this.fail(f"{this.where} anders dan die van stap {this.rest['stap']}", "dezelfde, of geen")


def geen_van(this: Moment) -> None:
    other = {text(one) for one in at(this.scene.facts(this.rest["stap"]), this.rest.get("daar", this.where))}
    if other & {text(one) for one in this.found}:
        raise this.fail(f"in {this.where} niets van stap {this.rest['stap']}", "hetzelfde nog een keer")


def alle_van(this: Moment) -> None:
    other = {text(one) for one in at(this.scene.facts(this.rest["stap"]), this.rest.get("daar", this.where))}
    if not other or not other <= {text(one) for one in this.found}:
        raise this.fail(f"in {this.where} alles van stap {this.rest['stap']}", "minder")


def onderling_gelijk(this: Moment) -> None:
    found = [at(this.scene.heard(one), this.where) for one in this.said]
    if not found[0] or any(one != found[0] for one in found):
        raise this.fail(f"{this.where} gelijk in alle {len(found)} antwoorden", "verschillende")


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
    """Exactly these, in this order, but for what may stand among them."""
    found = [text(one) for one in this.found if text(one) not in this.rest.get("mag", [])]
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
    """No value of a kind in any reply: of the step, of the scene, or (`in` = "run") of the whole run in this format."""
    over = this.rest.get("in", "stap")
    said = {"stap": this.said, "scenario": this.scene.exchanges, "run": this.run}[over]
    only = this.rest.get("alleen", "")
    values = [one for kind in this.rest["waarden"] for one in _canaries(kind, this)]
    for one in said:
        if one.reply is None or one.inward or (only and this.scene.heard(one)["uitkomst"] != only):
            continue
        told = [one.reply.body.decode("utf-8", "replace"), *(value for _, value in one.reply.headers)]
        if any(value in part for value in values for part in told):
            kinds = ", ".join(this.rest["waarden"])
            raise Failed(f"nergens: {kinds}", "wel gevonden", at=f"antwoord {one.n}", n=one.n)


def een_of_ander(this: Moment) -> None:
    """Any of some demands."""
    failures = []
    for row in this.rest["keus"]:
        try:
            DEMANDS[row["dat"]](Moment(this.scene, this.step, row, this.run))
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
        geen_van,
        alle_van,
        onderling_gelijk,
        wijst_aan,
        nergens,
        een_of_ander,
    )
}


def _by_contract(this: Moment, facts: Message) -> None:
    if facts["contract"]:
        raise this.fail("een antwoord volgens het contract", "; ".join(facts["contract"][:3]), at="contract")


def _canaries(kind: str, this: Moment) -> list[str]:
    match kind:
        case "bsn":
            return [one for person in persons() for one in (person.bsn, person.wrong_bsn)]
        case "jeugdige":
            made = ((one.familienaam, one.geboortedatum, one.geboortedatum.replace("-", "")) for one in persons())
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

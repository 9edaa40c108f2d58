"""What may be demanded of what was read, at an answer or at a message that came in: a value, a word, a refusal."""

import re

from conformance.demands.moment import Failed, Moment, otherwise
from conformance.scene import choices
from conformance.values import Message, at, meant, text

ACCEPTED = "een antwoord dat de handeling aanneemt"


def aangenomen(this: Moment) -> None:
    facts = this.facts
    if facts["uitkomst"] != "aangenomen":
        raise this.fail(ACCEPTED)
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
        side = "te laat" if max(found, default="") > last else "te vroeg"
        told = f"{side}: {_told(found)}" if any(found) else "niets"
        raise this.fail(f"{this.where} van {first} tot en met {last}", told)


def zelfde_als(this: Moment) -> None:
    wanted, found = meant(this.before), meant(this.found)
    expected = f"{this.where} gelijk aan die van stap {this.rest['stap']}"
    if not wanted or not found:
        raise this.beside(expected, "geen" if wanted else f"stap {this.rest['stap']} had er geen")
    if found != wanted:
        raise this.beside(expected, *otherwise(wanted, found, this.where))


def anders_dan(this: Moment) -> None:
    expected = f"{this.where} anders dan die van stap {this.rest['stap']}"
    if not any(map(text, this.found)):
        raise this.beside(expected, "geen")
    if this.found == this.before:
        raise this.beside(expected, "dezelfde")


def hoger_dan(this: Moment) -> None:
    """A number that rose since an earlier step; where that step had none, above zero."""
    before = this.before[-1:] or [0]
    found = this.found[-1:]
    if not found or not all(isinstance(one, int) for one in (*found, *before)) or found[0] <= before[0]:
        expected = f"{this.where} hoger dan bij stap {this.rest['stap']}"
        raise this.beside(expected, _told([text(one) for one in found]))


def geen_van(this: Moment) -> None:
    other = {text(one) for one in this.before}
    if again := other & {text(one) for one in this.found}:
        got = f"hetzelfde nog een keer: {len(again)} van de {len(other)}"
        raise this.beside(f"in {this.where} niets van stap {this.rest['stap']}", got)


def alle_van(this: Moment) -> None:
    other = {text(one) for one in this.before}
    lost = other - {text(one) for one in this.found}
    if lost or not other:
        got = f"minder: {len(lost)} van de {len(other)} ontbreken" if other else f"stap {this.rest['stap']} had er geen"
        raise this.beside(f"in {this.where} alles van stap {this.rest['stap']}", got)


def alleen_van(this: Moment) -> None:
    found = {text(one) for one in this.found}
    strange = found - {text(one) for one in this.before}
    if strange or not found:
        got = f"iets anders: {len(strange)} van de {len(found)}" if found else "niets"
        raise this.beside(f"in {this.where} alleen wat stap {this.rest['stap']} heeft", got)


def onderling_gelijk(this: Moment) -> None:
    expected = f"{this.where} gelijk in alle {len(this.said)} antwoorden"
    first, *later = [(one.n, meant(at(this.scene.heard(one), this.where))) for one in this.said]
    if not first[1]:
        raise Failed(expected, "niets", at=this.where, n=first[0])
    for n, found in later:
        if found != first[1]:
            got, place = otherwise(first[1], found, this.where) if found else ("niets", this.where)
            raise Failed(expected, got, at=place, n=n, other=first[0])


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


def _by_contract(this: Moment, facts: Message) -> None:
    if facts["contract"]:
        raise this.fail("een antwoord volgens het contract", "; ".join(facts["contract"][:3]), at="contract")


def _told(found: list[str]) -> str:
    return ", ".join(dict.fromkeys(found))[:200] or "niets"


DEMANDS = (
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
    onderling_gelijk,
    zo_vaak,
    wijst_aan,
)

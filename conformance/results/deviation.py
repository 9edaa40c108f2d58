"""In one sentence what deviates: something is missing, is another, comes too early or too late, or was refused."""

import re
from collections.abc import Sequence

from conformance.demands.answers import ACCEPTED
from conformance.judge import Finding
from conformance.results.english import english

_OF_CONTRACT = {
    "ENUMERATION": ("een waarde die niet in de lijst van het contract staat", "a value not in the contract's list"),
    "PATTERN": ("een waarde van een andere vorm dan het contract heeft", "a value of another form than the contract's"),
    "MAXLENGTH": ("een te lange waarde", "a value that is too long"),
    "MINLENGTH": ("een te korte of lege waarde", "a value that is too short or empty"),
    "ELEMENT_CONTENT": (
        "een element dat ontbreekt, er niet hoort of op een andere plaats hoort",
        "an element that is missing, does not belong here or belongs elsewhere",
    ),
    "DATATYPE": (
        "een waarde van een ander soort dan het contract heeft",
        "a value of another kind than it has",
    ),
}
_FORMS = (
    (r"niet gedaan: geweigerd met (.+)",
     "Wat uw systeem stuurde is geweigerd ({0}) en telt daarom niet als gedaan.",
     "What your system sent was refused ({0}) and so does not count as done."),
    (r"niet gedaan: er kwam niets binnen", "Hiervoor kwam niets binnen.", "Nothing came in for this."),
    (r"niet gedaan: wel (.+)", "Er kwam wel {0}, maar niet wat gevraagd was.", "{0} came, but not what was asked."),
    (r"niet gedaan.*", "De stap is niet afgemaakt.", "The step was not completed."),
    (r"te vroeg: na (\S+) ms", "Te vroeg: al na {0} ms.", "Too early: after {0} ms already."),
    (r"te vroeg: (.+)", "{at} is te vroeg: {0}.", "{at} is too early: {0}."),
    (r"te laat: (.+)", "{at} is te laat: {0}.", "{at} is too late: {0}."),
    (r"hetzelfde nog een keer: (\S+) van de (\S+)",
     "Wat al eerder gezegd is, komt nog een keer: {0} van de {1} in {at}.",
     "What was said before comes again: {0} of the {1} in {at}."),
    (r"hetzelfde kenmerk voor twee", "{at} is voor twee jeugdigen hetzelfde.", "{at} is the same for two children."),
    (r"hetzelfde als in een ander", "{at} is hetzelfde als in een ander bericht.", "{at} is as in another message."),
    (r"(?:hetzelfde|dezelfde)", "Dit is hetzelfde als eerder, en had anders moeten zijn.",
     "This is the same as before, and should be different."),
    (r"anders: (.+)", "Niet hetzelfde als eerder; wat verschilt: {0}.", "Not the same as before; what differs: {0}."),
    (r"minder: (\S+) van de (\S+) ontbreken", "{at}: {0} van de {1} van eerder ontbreken.",
     "{at}: {0} of the {1} of before are missing."),
    (r"iets anders: (\S+) van de (\S+)", "{at}: {0} van de {1} waren er eerder niet.",
     "{at}: {0} of the {1} were not there before."),
    (r"stap (\S+) had er geen", "Er is niets om mee te vergelijken: {at} ontbrak al in stap {0}.",
     "There is nothing to compare with: {at} was missing in step {0} already."),
    (r"geen antwoord \((.*)\)", "Er kwam geen antwoord.", "There was no answer."),
    (r"iets dat niet te lezen is", "Wat kwam, is niet te lezen.", "What came cannot be read."),
    (r"wel gevonden", "Er staat iets dat er niet mag staan.", "Something stands there that must not."),
    (r"wel", "{at} is er, en hoort er niet te zijn.", "{at} is there, and should not be."),
    (r"(?:niets|geen|geen enkel|zonder)", "{at} ontbreekt.", "{at} is missing."),
    (r"geen moment, of zonder tijdzone", "{at} is geen moment met een tijdzone.", "{at} is no moment with a zone."),
    (r"(\d+) keer", "{at} is er {0} keer.", "{at} is there {0} times."),
    (r"(?:HTTP \d+, )?geweigerd met (.+)", "Geweigerd, met {0}.", "Refused, with {0}."),
    (r"HTTP (\d+), geweigerd", "Geweigerd, zonder code (HTTP {0}).", "Refused, without a code (HTTP {0})."),
    (r"HTTP (\d+), aangenomen.*", "Aangenomen (HTTP {0}), en had geweigerd moeten worden.",
     "Accepted (HTTP {0}), and should have been refused."),
    (r"een ander.*|anders|geen of een ander woord", "{at} is anders; verwacht: {expected}.",
     "{at} is not the same; expected: {expected}."),
)  # fmt: skip
_CODES = re.compile(r"(?:HTTP \d+, geweigerd|een weigering) met ((?:VI\w+-\d+(?:, )?)+)")
_EQUAL = re.compile(r"(\S+) = (.+)", re.S)
_FILLED = " met een inhoud"
_SAID = [(re.compile(form, re.S), nl, en) for form, nl, en in _FORMS]


def sentence(one: Finding) -> tuple[str, str]:
    """What deviates, in Dutch and in English."""
    if one.at == "contract":
        return _contract(one.got)
    if (asked := _CODES.fullmatch(one.expected)) and (told := _CODES.search(one.got)):
        lost = ", ".join(code for code in asked[1].split(", ") if code not in told[1].split(", "))
        return f"Geweigerd, maar niet met {lost}.", f"Refused, but not with {lost}."
    if one.expected == ACCEPTED and (told := _CODES.search(one.got)):
        return (
            f"Geweigerd met {told[1]}, en had aangenomen moeten worden.",
            f"Refused with {told[1]}, and should have been accepted.",
        )
    if (wanted := _EQUAL.fullmatch(one.expected)) and one.got != "niets":
        return f"{wanted[1]} is {one.got}, en hoort {wanted[2]} te zijn.", f"{wanted[1]} is {one.got}, not {wanted[2]}."
    for form, nl, en in _SAID:
        if found := form.fullmatch(one.got):
            return _filled(nl, _what(one, " of "), one.expected, found.groups()), _filled(
                en, _what(one, " or "), english(one.expected), [english(one) for one in found.groups()]
            )
    where = f"{one.at}: " if one.at else ""
    return f"{where}{one.got}, en niet {one.expected}.", f"{where}{english(one.got)}, not {english(one.expected)}."


def _what(one: Finding, between: str) -> str:
    """What it is about: a path or, where any of some would do, each of them."""
    each = one.expected.split(" of ")
    if len(each) > 1 and all(said.endswith(_FILLED) for said in each):
        return between.join(said.removesuffix(_FILLED) for said in each)
    return one.at


def _filled(form: str, at: str, expected: str, groups: Sequence[str]) -> str:
    made = form.replace("{at}", at or "?").replace("{expected}", expected)
    for number, said in enumerate(groups):
        made = made.replace(f"{{{number}}}", said)
    return made


def _contract(got: str) -> tuple[str, str]:
    """The first breach of a contract, in words where they are known."""
    place, _, kind = got.split("; ", maxsplit=1)[0].rpartition(": ")
    name = place.rpartition(":")[2].rpartition("/")[2]
    for code, (nl, en) in _OF_CONTRACT.items():
        if f"SCHEMAV_CVC_{code}" in kind:
            return f"In strijd met het contract: in {name} {nl}.", f"Against the contract: in {name} {en}."
    return f"In strijd met het contract: {got}.", f"Against the contract: {got}."

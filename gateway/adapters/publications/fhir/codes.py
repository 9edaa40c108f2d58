"""The closed lists of the contract as code systems, each with a value set of all its codes.

A list that the gateway's own values define takes its codes from them; here they only get their words.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from gateway.adapters.publications.fhir.base import VERSION, Resource, definition
from gateway.canonical.match import MatchSoort, Opvolging
from gateway.canonical.order import Signaalcode
from gateway.canonical.receipt import Bezorging
from gateway.canonical.regie import Regiehandeling, RegieStatus, Wie
from gateway.canonical.signal import Geinformeerde, Soort
from gateway.rules.findings import FindingTexts
from gateway.wire.fhir import canonical

Words = dict[str, tuple[str, str]]
"""Per code its words in Dutch and English."""

EVENTS: Words = {
    "signaal-aanmaken": ("Signaal afgeven", "Give a signal"),
    "signaal-beeindigen": ("Signaal beëindigen", "End a signal"),
    "signaal-intrekken": ("Signaal intrekken", "Withdraw a signal"),
    "betekenis-aanvullen": ("Betekenis aanvullen", "Answer a question about a word"),
    "signaal-wijzigen": ("Contactgegevens wijzigen", "Change contact data"),
    "signaal-verlengen": ("Signaal verlengen", "Extend a signal"),
    "signaal-overdragen": ("Signaal overdragen", "Hand a signal over"),
    "match-terugkoppelen": ("Match terugkoppelen", "Tell what became of a match"),
    "regie-vastleggen": ("Regie vastleggen", "Take, offer, accept, decline, lay down or review the regie of a match"),
}
"""What a message may ask."""
ANSWER: Words = {"antwoord": ("Antwoord", "Answer")}
NEWS: Words = {
    "match-melding": ("Matchmelding", "There is a match"),
    "verhuisbericht": ("Verhuisbericht", "The young person moved to another municipality"),
    "signaal-verloopt": ("Signaal verloopt", "An own signal will end"),
    "match-regie": ("Regie van een match", "Another aanspreekpunt, an offer, or a day of review"),
    "match-vervallen": ("Match vervallen", "A match is over"),
    "verwijderverzoek": ("Verwijderverzoek", "A signal was destroyed: remove what is kept of its match"),
}
"""What the gateway tells a receiver by itself."""
NEW = "NIEUW"
"""Of a match that nobody has told anything of."""
TASK: Words = {
    "afstemmen": ("Neem contact op en stem af", "Get in touch and coordinate"),
    "vernietigen": ("Vernietig het signaal ook", "Destroy the signal too"),
}
INPUT: Words = {
    "soort": ("Soort match", "Kind of match"),
    "niet-dezelfde-jeugdige": ("Niet dezelfde jeugdige", "Not the same young person"),
    "verwijderen": ("Verwijderen wat bewaard is", "Remove what is kept of it"),
    "betrokkene": ("Betrokken professional", "Professional involved"),
    "reden": ("Waarom de index zelf vernietigde", "Why the index destroyed it by itself"),
}
ENDED: Words = {
    "OVERLEDEN": ("De jeugdige is overleden", "The young person died"),
    "DRIEENTWINTIG": ("De jeugdige is drieëntwintig", "The young person is twenty-three"),
}
_ENUMS: Mapping[str, tuple[type[StrEnum], str, Words]] = {
    "vi-signaalsoort": (
        Soort,
        "Soort signaal",
        {
            "SIGNAAL": ("Signaal", "Signal"),
            "KETENREGISTRATIE": ("Ketenregistratie", "Chain registration, without a suspicion"),
        },
    ),
    "vi-signaalcode": (
        Signaalcode,
        "Signaalcode",
        {"LAAG": ("Laag: binnen 5 werkdagen", "Low: 5 working days"), "URGENT": ("Urgent: 1 werkdag", "Urgent: 1 day")},
    ),
    "vi-geinformeerde": (
        Geinformeerde,
        "Geïnformeerde",
        {
            "JEUGDIGE": ("Jeugdige", "Young person"),
            "VERTEGENWOORDIGER": ("Vertegenwoordiger", "Legal representative"),
            "BEIDEN": ("Beiden", "Both"),
        },
    ),
    "vi-matchsoort": (
        MatchSoort,
        "Soort match",
        {
            "CLIENTMATCH": ("Cliëntmatch", "Same young person"),
            "GEZINSMATCH_OUDER": ("Gezinsmatch op ouder", "Family match by parent"),
            "GEZINSMATCH_ADRES": ("Gezinsmatch op adres", "Family match by address"),
            "HISTORISCH": ("Historische match", "Match with an archived signal"),
            "VERHUIZING": ("Verhuizing naar een andere gemeente", "Moved to another municipality"),
        },
    ),
    "vi-regiehandeling": (
        Regiehandeling,
        "Handeling van de regie",
        {
            "NEMEN": ("Nemen", "Take it"),
            "OVERDRAGEN": ("Aanbieden aan de ander", "Offer it to the other"),
            "AANVAARDEN": ("Aanvaarden", "Accept it"),
            "AFWIJZEN": ("Afwijzen", "Decline it"),
            "NEERLEGGEN": ("Neerleggen", "Lay it down"),
            "HERZIEN": ("Opnieuw laten herzien", "Have it reviewed again"),
        },
    ),
    "vi-regie-status": (
        RegieStatus,
        "Status van de regie",
        {
            "VASTGESTELD": ("Vastgesteld", "Settled"),
            "VOORGESTELD": ("Voorgesteld aan de index", "Proposed to the index"),
        },
    ),
    "vi-regie-wie": (
        Wie,
        "Wie de regie heeft",
        {"IK": ("Ik", "I"), "ANDER": ("De ander", "The other"), "GEEN": ("Niemand", "Nobody")},
    ),
    "vi-bezorging": (
        Bezorging,
        "Bezorging",
        {
            "WACHT": ("Wacht op verzending", "Waits to be sent"),
            "ONDERWEG": ("Onderweg naar de index", "On its way to the index"),
            "BIJ_INDEX": ("Bij de index", "With the index"),
            "GEWEIGERD": ("Geweigerd door de index", "Refused by the index"),
            "ONZEKER": ("Onzeker; een beheerder kijkt ernaar", "Uncertain; an operator looks into it"),
            "NIET_VERZONDEN": ("Niet verzonden", "Not sent"),
        },
    ),
}
_FOLLOW_UP: Words = {
    "GEPROBEERD": ("Geprobeerd contact te krijgen", "Tried to get in touch"),
    "CONTACT": ("Er was contact", "There was contact"),
    "AFGESTEMD": ("Afgestemd", "Coordinated"),
    "NIET_NODIG": ("Niet nodig", "Not needed"),
    "VERWIJDERD": ("Verwijderd wat bewaard was", "What was kept is removed"),
}


def codes(texts: FindingTexts, advice: Words, operations: Iterable[str], axes: Iterable[str]) -> list[Resource]:
    """Every closed list. `advice` is code -> (Dutch, English); `operations` the names of what may be asked."""
    followed = _chosen(Opvolging, _FOLLOW_UP)
    return [
        *_listed("vi-bericht", "Gebeurtenis van een bericht", EVENTS | ANSWER | NEWS),
        *(both for name, (of, title, words) in _ENUMS.items() for both in _listed(name, title, _chosen(of, words))),
        *_listed("vi-opvolging", "Opvolging van een match", {NEW: ("Nieuw", "New")} | followed),
        _value_set("vi-terugkoppeling", "Terugkoppeling op een match", _included("vi-opvolging", followed)),
        *_listed("vi-taak", "Taak", TASK),
        *_listed("vi-taak-input", "Gegeven van een match", INPUT),
        *_listed("vi-vernietigd-omdat", "Waarom een index zelf vernietigde", ENDED),
        *_listed("vi-handeling", "Handeling", {name: (name, name) for name in operations}),
        *_listed("vi-as", "As van de woordenlijst", {axis: (axis, axis) for axis in axes}),
        *_told("vi-advies", "Advies", advice),
        *_told("vi-bevinding", "Bevinding", _rules(texts)),
        _value_set(
            "vi-uitkomst",
            "Code in een uitkomst",
            _included("vi-bevinding"),
            _included("vi-advies"),
            _included("vi-bericht", ANSWER),
        ),
    ]


def value_set(name: str, title: str, *, version: str = VERSION) -> Resource:
    """All codes of the code system of the same name."""
    return _value_set(name, title, _included(name, version=version), version=version)


def concept(code: str, words: tuple[str, str], *, definition: str = "") -> Resource:
    """A code with its Dutch display, its English one, and what it means."""
    made: Resource = {"code": code, "display": words[0]}
    if definition:
        made["definition"] = definition
    return made | {"designation": [{"language": "en", "value": words[1]}]}


def _listed(name: str, title: str, words: Words) -> tuple[Resource, Resource]:
    return _both(name, title, [concept(code, said) for code, said in words.items()])


def _told(name: str, title: str, texts: Words) -> tuple[Resource, Resource]:
    """A list whose codes are known by themselves, and mean a whole text."""
    return _both(name, title, [concept(code, (code, said[1]), definition=said[0]) for code, said in texts.items()])


def _both(name: str, title: str, concepts: list[Resource]) -> tuple[Resource, Resource]:
    system = definition(
        "CodeSystem",
        name,
        title,
        f"Closed list of the contract: {name}.",
        caseSensitive=True,
        valueSet=canonical("ValueSet", name),
        content="complete",
        count=len(concepts),
        concept=concepts,
    )
    return system, value_set(name, title)


def _rules(texts: FindingTexts) -> Words:
    """Per code of a finding its rule, with the table's own limit in it."""
    return {
        code: (text.rule.replace("{limit}", text.limit), text.rule_en.replace("{limit}", text.limit))
        for code, text in texts.codes.items()
    }


def _chosen(of: type[StrEnum], words: Words) -> Words:
    """The words of exactly the codes that the gateway knows; KeyError where one has none."""
    return {member.value: words[member.value] for member in of}


def _included(name: str, only: Iterable[str] = (), *, version: str = VERSION) -> Resource:
    made: Resource = {"system": canonical("CodeSystem", name), "version": version}
    if only:
        made["concept"] = [{"code": code} for code in only]
    return made


def _value_set(name: str, title: str, *include: Resource, version: str = VERSION) -> Resource:
    return definition(
        "ValueSet",
        name,
        title,
        f"The codes of {name}.",
        version=version,
        immutable=False,
        compose={"include": list(include)},
    )

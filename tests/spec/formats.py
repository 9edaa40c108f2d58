"""How each format says the same fields, and where each field stands in it.

A format joins by one line in `FORMATS`: it writes a message from said fields and lets its own adapter read it.
"""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from lxml import etree

from gateway.adapters.senders.csvfile import CsvSender, Layout, layouts
from gateway.adapters.senders.csvfile.layout import FIELDS as COLUMNS
from gateway.adapters.senders.soap import SoapSender
from gateway.adapters.senders.soap.shape import BODY, NAMESPACE
from gateway.canonical.command import (
    Afgeven,
    Beeindigen,
    BetekenisAanvullen,
    Capaciteiten,
    Draft,
    EigenSignalenOpvragen,
    Intrekken,
    MatchesOpvragen,
    MatchOpvragen,
    Overdragen,
    RegieVastleggen,
    Request,
    Said,
    SaidChoice,
    SaidTerm,
    StatusOpvragen,
    Terugkoppelen,
    Verlengen,
    Wijzigen,
)
from gateway.rules.findings import FindingTexts
from gateway.wire.message import WireRequest
from tests.spec.fhir_format import Fhir
from tests.spec.json_format import Json
from tests.spec.people import shared


@dataclass(frozen=True)
class Message:
    """What a sender says, whatever it writes it in. Words are (axis, word) or (axis, word, list)."""

    operation: str
    fields: Mapping[str, str]
    words: Sequence[tuple[str, ...]] = ()
    registrations: Sequence[tuple[str, str]] = ()
    choices: Sequence[tuple[str, str, str]] = ()
    strange: Mapping[str, str] = field(default_factory=dict)
    """Elements the contract does not have."""


class Format(Protocol):
    def says(self, message: Message) -> bool:
        """Whether the format has words for such a message at all; what it cannot say needs no rule in it."""
        ...

    def request(self, message: Message) -> Request:
        """Write the message and read it again with the format's own adapter."""
        ...

    def place(self, message: Message, name: str) -> str:
        """Where a field stands; `word[1].axis`, `registration[1].number`, `choice[1].concept` are fields too."""
        ...


REQUESTS: dict[str, type[Request]] = {
    "signaalAfgeven": Afgeven,
    "signaalBeeindigen": Beeindigen,
    "signaalIntrekken": Intrekken,
    "betekenisAanvullen": BetekenisAanvullen,
    "signaalWijzigen": Wijzigen,
    "signaalVerlengen": Verlengen,
    "signaalOverdragen": Overdragen,
    "statusOpvragen": StatusOpvragen,
    "matchesOpvragen": MatchesOpvragen,
    "eigenSignalenOpvragen": EigenSignalenOpvragen,
    "matchOpvragen": MatchOpvragen,
    "matchTerugkoppelen": Terugkoppelen,
    "regieVastleggen": RegieVastleggen,
    "capaciteiten": Capaciteiten,
}
_HEAD = ("bron_systeem", "organisatie")


class Plain:
    """No format: the fields as a request, each at the place of its own name."""

    def says(self, message: Message) -> bool:
        return True

    def request(self, message: Message) -> Request:
        said = {name: Said(text, name) for name, text in message.fields.items()}
        head = {"formaat": "plat", "contract": "geen", **{name: said.pop(name, None) for name in _HEAD}}
        kind = REQUESTS[message.operation]
        if kind is Capaciteiten:
            return Capaciteiten(**head)  # type: ignore[arg-type]
        if kind is Afgeven:
            terms = tuple(self._term(word, number) for number, word in enumerate(message.words, 1))
            held = tuple(self._held(pair, number) for number, pair in enumerate(message.registrations, 1))
            draft = Draft(here="", places=_OwnName(), terms=terms, registraties=held, **said)
            return Afgeven(draft=draft, **head)  # type: ignore[arg-type]
        more = (
            {"choices": tuple(self._choice(*item) for item in enumerate(message.choices, 1))} if message.choices else {}
        )
        if kind not in (MatchesOpvragen, EigenSignalenOpvragen):
            more["places"] = _OwnName()  # type: ignore[assignment]
        return kind(here="", **head, **said, **more)  # type: ignore[call-arg, arg-type]

    def place(self, message: Message, name: str) -> str:
        return name

    def _term(self, word: tuple[str, ...], number: int) -> SaidTerm:
        axis, text, *code_list = (Said(text, f"word[{number}].{name}") for text, name in zip(word, _WORD, strict=False))
        return SaidTerm(axis, text, *code_list)

    def _held(self, pair: tuple[str, str], number: int) -> tuple[Said, Said]:
        return Said(pair[0], f"registration[{number}].list"), Said(pair[1], f"registration[{number}].number")

    def _choice(self, number: int, choice: tuple[str, str, str]) -> SaidChoice:
        names = ("axis", "word", "concept")
        return SaidChoice(*(Said(text, f"choice[{number}].{name}") for text, name in zip(choice, names, strict=True)))


_WORD = ("axis", "word", "list")


class _OwnName(dict[str, str]):
    def get(self, name: str, default: object = None) -> str:  # type: ignore[override]
        return name


PATHS = {
    "bron_systeem": "kop/bronSysteem",
    "organisatie": "kop/organisatie",
    "bron_signaal_id": "bronSignaalId",
    "revisie": "revisie",
    "datum_einde": "datumEinde",
    "na": "na",
    "maximum": "maximum",
    "match_id": "matchId",
    "contact": "contact",
    "regiehandeling": "regiehandeling",
    "stand": "stand",
    "herzien_op": "herzienOp",
    "soort": "soort",
    "jeugdige": "jeugdige",
    "bsn": "jeugdige/bsn",
    "onderwijsnummer": "jeugdige/onderwijsnummer",
    "familienaam": "jeugdige/persoonsgegevens/familienaam",
    "voorvoegsel": "jeugdige/persoonsgegevens/voorvoegsel",
    "voornamen": "jeugdige/persoonsgegevens/voornamen",
    "geboortedatum": "jeugdige/persoonsgegevens/geboortedatum",
    "geslacht": "jeugdige/persoonsgegevens/geslacht",
    "postcode": "jeugdige/persoonsgegevens/postcode",
    "huisnummer": "jeugdige/persoonsgegevens/huisnummer",
    "gemeente_code": "jeugdige/gemeenteCode",
    "melder": "melder",
    "professional_id": "melder/professionalId",
    "melder_naam": "melder/naam",
    "melder_functie": "melder/functie",
    "melder_telefoon": "melder/telefoon",
    "melder_email": "melder/email",
    "coordinator_naam": "coordinator/naam",
    "coordinator_telefoon": "coordinator/telefoon",
    "coordinator_email": "coordinator/email",
    "datum_tijd_melding": "datumTijdMelding",
    "verwijderdatum": "verwijderdatum",
    "redelijk_vermoeden": "attestaties/redelijkVermoeden",
    "informatieplicht": "attestaties/informatieplicht",
    "informatieplicht_wie": "attestaties/informatieplicht/wie",
    "informatieplicht_datum": "attestaties/informatieplicht/datum",
    "informatieplicht_uitgesteld": "attestaties/informatieplicht/uitgesteld",
    "toestemming": "attestaties/toestemming",
    "toestemming_gegeven_op": "attestaties/toestemming/gegevenOp",
    "toestemming_bewijs_referentie": "attestaties/toestemming/bewijsReferentie",
    "choices": "keuze",
}
"""The dictionary's name -> its path in the SOAP contract, in the contract's order."""
_PARTS = {
    "axis": "as",
    "word": "woord",
    "list": "stelsel",
    "number": "nummer",
    "concept": "begrip",
}
_GROUPS = {"word": "aanduiding", "registration": "melder/vi:registratie", "choice": "keuze"}
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


class Soap:
    """The SOAP contract."""

    def says(self, message: Message) -> bool:
        beyond = {"signaal_id"} | ({"professional_id"} if message.operation == "signaalWijzigen" else set())
        if message.operation == "matchTerugkoppelen":
            beyond |= {"stand"}
        return message.operation != "matchOpvragen" and not beyond & message.fields.keys()

    def request(self, message: Message) -> Request:
        root = etree.Element(_tag(message.operation), nsmap={"vi": NAMESPACE})
        _group(root, "kop")
        for name, path in PATHS.items():
            if name == "coordinator_naam":
                for kind, number in message.registrations:
                    _add(_group(root, "melder"), "registratie", stelsel=kind, nummer=number)
            if name in message.fields:
                *above, last = path.split("/")
                group = root
                for step in above:
                    group = _group(group, step)
                etree.SubElement(group, _tag(last)).text = message.fields[name]
        for axis, word, *code_list in message.words:
            _add(root, "aanduiding", **{"as": axis}, **({"stelsel": code_list[0]} if code_list else {}), woord=word)
        for axis, word, concept in message.choices:
            _add(root, "keuze", **{"as": axis}, woord=word, begrip=concept)
        for name, text in message.strange.items():
            etree.SubElement(root, _tag(name)).text = text
        envelope = etree.Element(f"{{{_SOAP}}}Envelope")
        etree.SubElement(envelope, f"{{{_SOAP}}}Body").append(root)
        request, _ = adapter().decode(WireRequest(etree.tostring(envelope), "text/xml"))
        return request

    def place(self, message: Message, name: str) -> str:
        group, _, part = name.partition(".")
        if part:
            kind, number = group.removesuffix("]").split("[")
            path = f"{_GROUPS[kind]}[{number}]/vi:{_PARTS[part]}"
        else:
            path = PATHS.get(name, name).replace("/", "/vi:")
        return f"{BODY}/vi:{message.operation}/vi:{path}"


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _group(above: etree._Element, name: str) -> etree._Element:
    found = above.find(_tag(name))
    return etree.SubElement(above, _tag(name)) if found is None else found


def _add(above: etree._Element, name: str, **texts: str) -> None:
    group = etree.SubElement(above, _tag(name))
    for child, text in texts.items():
        etree.SubElement(group, _tag(child)).text = text


@cache
def adapter() -> SoapSender:
    return SoapSender.load(
        FindingTexts.load(),
        advice={},
        describe=lambda axis, concept: (concept, axis),
    )


ACTIONS = {
    "signaalAfgeven": "afgeven",
    "signaalBeeindigen": "beeindigen",
    "signaalIntrekken": "intrekken",
    "betekenisAanvullen": "betekenis_aanvullen",
    "signaalWijzigen": "wijzigen",
    "signaalVerlengen": "verlengen",
    "signaalOverdragen": "overdragen",
    "matchTerugkoppelen": "terugkoppelen",
    "regieVastleggen": "regie_vastleggen",
}
_REGISTERED = ("UZI", "BIG", "AGB", "SKJ")


class CsvFile:
    """A file of one row with every column of the standard layout: each axis has two, and one for the concept chosen.

    The list of an axis is said by a layout.
    """

    def says(self, message: Message) -> bool:
        """A row asks for nothing. Axes and kinds of registration are columns, which a row cannot get wrong."""
        axes = [word[0] for word in message.words]
        chosen = [axis for axis, _, _ in message.choices]
        return (
            message.operation in ACTIONS
            and {*axes, *chosen} <= {*_standard().said}
            and max(Counter(axes).values(), default=0) <= 2
            and len(chosen) == len(set(chosen))
            and all(len(lists) == 1 for lists in self._lists(message).values())
            and all(kind in _REGISTERED for kind, _ in message.registrations)
            and len({kind for kind, _ in message.registrations}) == len(message.registrations)
        )

    def request(self, message: Message) -> Request:
        said = [("actie", ACTIONS[message.operation]), *message.fields.items(), *message.strange.items()]
        said += [(kind.lower(), number) for kind, number in message.registrations]
        said += [(axis, word) for axis, word, *_ in (*message.words, *message.choices)]
        said += [(f"{axis}_begrip", concept) for axis, _, concept in message.choices]
        columns = self._columns(message)
        cells = [""] * len(columns)
        for name, text in said:
            cells[columns.index(name) if not cells[columns.index(name)] else _last(columns, name)] = text
        text = io.StringIO()
        csv.writer(text, delimiter=";").writerows([columns, cells])
        sender = csv_adapter(tuple((axis, *lists) for axis, lists in self._lists(message).items() if lists != {""}))
        (row,) = sender.rows(io.BytesIO(text.getvalue().encode()))
        assert row.request is not None, row.findings
        return row.request

    def place(self, message: Message, name: str) -> str:
        group, _, part = name.partition(".")
        if part == "list" and group.startswith("word"):
            return "indeling"
        if part:
            number = int(group.partition("[")[2][:-1]) - 1
            if group.startswith("registration"):
                name = message.registrations[number][0].lower()
            else:
                axis = (message.words or message.choices)[number][0]
                name = f"{axis}_begrip" if part == "concept" else axis
        columns = self._columns(message)
        if name not in columns:
            return f"regel 2 ({'begrip' if name == 'choices' else name})"
        return f"regel 2, kolom {columns.index(name) + 1} ({name})"

    def _columns(self, message: Message) -> list[str]:
        axes = _standard().said
        return [*COLUMNS, *(f"{axis}_begrip" for axis in axes), *axes, *axes, *message.strange]

    def _lists(self, message: Message) -> dict[str, set[str]]:
        lists: dict[str, set[str]] = {}
        for axis, _, *code_list in message.words:
            lists.setdefault(axis, set()).update(code_list or [""])
        return lists


def _last(columns: list[str], name: str) -> int:
    return len(columns) - 1 - columns[::-1].index(name)


@cache
def _standard() -> Layout:
    return layouts(shared().axes)["standaard"]


@cache
def csv_adapter(lists: tuple[tuple[str, str], ...] = ()) -> CsvSender:
    """The adapter of files with the standard layout, or one over it in which an axis has its own list."""
    axes = "".join(f"[assen.{axis}]\nstelsel = '{name}'\n" for axis, name in lists)
    layout = Layout.load(f"naam = 'proef'\n{axes}", _standard()) if lists else _standard()
    return CsvSender.load(FindingTexts.load(), layout, choices_display=lambda _, concept: concept)


PLAIN = Plain()
FORMATS: dict[str, Format] = {
    "plat": PLAIN,
    "soap": Soap(),
    "csv": CsvFile(),
    "json": Json(),
    "fhir": Fhir(),
}
"""Every way to say something; the rules are the same in each."""


def saying(message: Message) -> list[str]:
    """The formats in which a message can be said: a rule is not tested where nobody can break it."""
    return [name for name, form in FORMATS.items() if form.says(message)]

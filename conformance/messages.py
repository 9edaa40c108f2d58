"""The messages the kit sends, written by hand from the contract: text in, text out."""

import datetime as dt
from dataclasses import dataclass, replace
from uuid import uuid4
from xml.sax.saxutils import escape

from conformance.wire import SOAP, VI, WSA

SOURCE_SYSTEM = "vig-toets"

Node = tuple[str, "str | tuple[Node, ...]"]


@dataclass(frozen=True, slots=True)
class Person:
    """A test person of the public list."""

    bsn: str
    voornamen: str
    voorvoegsel: str
    familienaam: str
    geboortedatum: str
    geslacht: str
    herkomst: str


@dataclass(frozen=True, slots=True)
class Word:
    """A word on an axis, with the list it comes from when that matters."""

    axis: str
    word: str
    stelsel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Melding:
    """One signal to give. `replace` makes the broken ones; `extra` holds (parent, element, text) the contract lacks."""

    bron_signaal_id: str
    person: Person
    moment: dt.datetime
    bsn: str
    consent: bool = False
    gemeente: str = ""
    persoonsgegevens: bool = True
    geboortedatum: str = ""
    melder: str = "Toetser Kanarievogel"
    telefoon: str = "010-5550123"
    email: str = "toets.kanarie@example.org"
    verwijderdatum: str = ""
    redelijk_vermoeden: str = "true"
    words: tuple[Word, ...] = ()
    extra: tuple[tuple[str, str, str], ...] = ()

    def but(self, **changes: object) -> "Melding":
        """The same signal with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def node(self) -> Node:
        """The signal as the contract's element."""
        return _element(
            "signaalAfgeven",
            _kop(),
            ("bronSignaalId", self.bron_signaal_id),
            ("soort", "SIGNAAL"),
            self._jeugdige(),
            _element(
                "melder",
                ("professionalId", "toets-1"),
                ("naam", self.melder),
                ("functie", "toetser"),
                _optional("telefoon", self.telefoon),
                _optional("email", self.email),
                *self._extra("melder"),
            ),
            ("datumTijdMelding", self.moment.isoformat(timespec="seconds")),
            _optional("verwijderdatum", self.verwijderdatum),
            self._attestaties(),
            *(_aanduiding(word) for word in self.words),
            *self._extra("signaalAfgeven"),
        )

    def _jeugdige(self) -> Node:
        person = self.person
        data = _element(
            "persoonsgegevens",
            ("familienaam", person.familienaam),
            _optional("voorvoegsel", person.voorvoegsel),
            _optional("voornamen", person.voornamen),
            ("geboortedatum", self.geboortedatum or person.geboortedatum),
            ("geslacht", person.geslacht),
        )
        return _element(
            "jeugdige",
            _optional("bsn", self.bsn),
            data if self.persoonsgegevens else None,
            _optional("gemeenteCode", self.gemeente),
            *self._extra("jeugdige"),
        )

    def _attestaties(self) -> Node:
        today = self.moment.date()
        born = dt.date.fromisoformat(self.person.geboortedatum)
        years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        informed = "VERTEGENWOORDIGER" if years < 12 else "BEIDEN" if years < 16 else "JEUGDIGE"
        given = _element("toestemming", ("gegevenOp", today.isoformat()), ("bewijsReferentie", "toets"))
        return _element(
            "attestaties",
            ("redelijkVermoeden", self.redelijk_vermoeden),
            _element("informatieplicht", ("wie", informed), ("datum", today.isoformat())),
            given if self.consent else None,
        )

    def _extra(self, parent: str) -> tuple[Node, ...]:
        return tuple((name, text) for where, name, text in self.extra if where == parent)


def beeindigen(bron_signaal_id: str, day: dt.date) -> Node:
    return _element("signaalBeeindigen", _kop(), ("bronSignaalId", bron_signaal_id), ("datumEinde", day.isoformat()))


def intrekken(bron_signaal_id: str) -> Node:
    return _element("signaalIntrekken", _kop(), ("bronSignaalId", bron_signaal_id))


def aanvullen(bron_signaal_id: str, word: Word, begrip: str) -> Node:
    choice = _element("keuze", ("as", word.axis), ("woord", word.word), ("begrip", begrip))
    return _element("betekenisAanvullen", _kop(), ("bronSignaalId", bron_signaal_id), choice)


def status(bron_signaal_id: str) -> Node:
    return _element("statusOpvragen", _kop(), ("bronSignaalId", bron_signaal_id))


def browse(operation: str, na: str = "", maximum: int = 200) -> Node:
    return _element(operation, _kop(), _optional("na", na), ("maximum", str(maximum)))


def capaciteiten() -> Node:
    return _element("capaciteiten", _kop())


def action(operation: str) -> str:
    return f"{VI}/{operation}"


def render(node: Node, *, prefix: str = "vi", pad: str = "", depth: int = 0) -> str:
    """Write an element. `prefix` may be empty; `pad` puts white space between elements."""
    name, content = node
    tag = f"{prefix}:{name}" if prefix else name
    declared = "" if depth else f' xmlns{":" if prefix else ""}{prefix}="{VI}"'
    before = f"{pad * (depth + 1)}" if pad else ""
    if isinstance(content, str):
        return f"{before}<{tag}{declared}>{escape(content)}</{tag}>"
    inner = "".join(render(child, prefix=prefix, pad=pad, depth=depth + 1) for child in content)
    return f"{before}<{tag}{declared}>{inner}{before}</{tag}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """How a body is wrapped; the defaults are right, a check changes one thing."""

    action: str
    message_id: str
    soap: str = SOAP
    header: str = ""
    prefix: str = "soap"
    before: str = '<?xml version="1.0" encoding="UTF-8"?>'

    def around(self, body: str) -> str:
        """The whole message."""
        own = self.prefix
        return (
            f'{self.before}<{own}:Envelope xmlns:{own}="{self.soap}" xmlns:a="{WSA}"><{own}:Header>'
            f"<a:Action>{escape(self.action)}</a:Action><a:MessageID>{escape(self.message_id)}</a:MessageID>"
            f"{self.header}</{own}:Header><{own}:Body>{body}</{own}:Body></{own}:Envelope>"
        )


def new_message_id() -> str:
    return f"urn:uuid:{uuid4()}"


def years_on(day: dt.date, years: int) -> dt.date:
    """The same day so many years on; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _kop() -> Node:
    return ("kop", (("bronSysteem", SOURCE_SYSTEM),))


def _aanduiding(word: Word) -> Node:
    return _element("aanduiding", ("as", word.axis), _optional("stelsel", word.stelsel), ("woord", word.word))


def _optional(name: str, text: str) -> Node | None:
    return (name, text) if text else None


def _element(name: str, *children: Node | None) -> Node:
    return (name, tuple(child for child in children if child is not None))

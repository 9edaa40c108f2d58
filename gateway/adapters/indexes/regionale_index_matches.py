"""Matches as an index of the contract "regionale index" tells them, cut to the match dictionary; never trusted."""

from gateway.adapters.indexes.told import day_of, each, filled, moment_of, news_from, one_line
from gateway.adapters.indexes.told_xml import Mending, Names
from gateway.canonical.match import Betrokkene, MatchContent, MatchSoort, MatchStatus
from gateway.canonical.order import Contact, IndexRegie, MatchNews
from gateway.canonical.regie import Aanspreekpunt, Wie
from gateway.canonical.terms import Equivalence, Meaning
from gateway.wire.xml import Element, Schema

NAMESPACE = "urn:x-verwijsindex-gateway:regionale-index:1"
NS = {"ri": NAMESPACE}

_MATCH, _BETROKKENE, _AANDUIDING, _STATUS = (
    f"{{{NAMESPACE}}}{name}" for name in ("match", "betrokkene", "aanduiding", "statusOpvragenAntwoord")
)
_CONTACT = {
    "naam": f"{{{NAMESPACE}}}naam",
    "functie": f"{{{NAMESPACE}}}functie",
    "instantie": f"{{{NAMESPACE}}}instantieNaam",
    "locatie": f"{{{NAMESPACE}}}locatie",
    "telefoon": f"{{{NAMESPACE}}}telefoon",
    "email": f"{{{NAMESPACE}}}email",
    "coordinator": f"{{{NAMESPACE}}}coordinator",
}
_OWN = {
    "professional_id": "professionalId",
    "naam": "naam",
    "functie": "functie",
    "instantie_id": "instantieId",
    "instantie_naam": "instantieNaam",
    "locatie": "locatie",
    "telefoon": "telefoon",
    "email": "email",
    "coordinator": "coordinator",
}
_REGIE = f"{{{NAMESPACE}}}regie"
_WHO = {"naam": "naam", "instantie": "instantieNaam"}
_NAMES = Names(NAMESPACE)
text_of, flag_of, identifier = _NAMES.text, _NAMES.flag, _NAMES.identifier

_MENDING = Mending(
    match=_MATCH,
    entries=(_BETROKKENE, _AANDUIDING),
    around=f"""<matchesOpvragenAntwoord xmlns="{NAMESPACE}"><kop><berichtReferentie>-</berichtReferentie>
<tijdstipBericht>2026-01-01T00:00:00Z</tijdstipBericht><zender>-</zender><ontvanger>-</ontvanger><versie>1</versie></kop>
<totVolgnummer>0</totVolgnummer><meer>false</meer></matchesOpvragenAntwoord>""",
)


def mend(body: Element, schema: Schema) -> int | None:
    """Make a body schema-valid by leaving out what is wrong inside its matches: how many, or None when it cannot be."""
    answer = body.find("ri:signaalAfgevenAntwoord", NS) if body.tag == _STATUS else body
    return _MENDING.mend(body, answer, schema)


def news_of(answer: Element) -> tuple[tuple[MatchNews, ...], int]:
    """The matches that fit the match dictionary, and how many entries did not."""
    return news_from(answer.iterfind(_MATCH), _news)


def _news(match: Element) -> tuple[MatchNews, int]:
    betrokkenen, strangers = each(_betrokkene, match.iterfind(_BETROKKENE))
    betekenissen, riddles = each(_meaning, match.iterfind(_AANDUIDING))
    return _match(match, MatchContent(betrokkenen=betrokkenen, betekenissen=betekenissen)), strangers + riddles


def _match(match: Element, content: MatchContent) -> MatchNews:
    return MatchNews(
        index_match_id=identifier(match, "matchId"),
        soort=MatchSoort(text_of(match, "soort")),
        signaal_id=identifier(match, "eigenSignaalId"),
        niet_dezelfde_jeugdige=flag_of(match, "nietDezelfdeJeugdige"),
        ontstaan_op=moment_of(text_of(match, "ontstaanOp")),
        status=MatchStatus(text_of(match, "status")),
        content=content,
        verwijderen=flag_of(match, "verwijderen"),
        regie=_regie(match),
    )


def _regie(match: Element) -> IndexRegie | None:
    """A match is not lost for a regie that nobody can read."""
    try:
        return regie_of(match)
    except ValueError:
        return None


def regie_of(told: Element) -> IndexRegie | None:
    """The regie in a match or an answer, where it says one; of who has it, name and organisation."""
    regie = told.find(_REGIE)
    if regie is None:
        return None
    who = {name: one_line(text_of(regie, tag)) or None for name, tag in _WHO.items()}
    day, stand = text_of(regie, "herzienOp").strip(), text_of(regie, "stand").strip()
    return IndexRegie(
        wie=Wie(text_of(regie, "wie")),
        aangeboden=flag_of(regie, "aangeboden"),
        herzien_op=day_of(day) if day else None,
        stand=_number(stand),
        wie_dan=Aanspreekpunt.model_validate(who),
    )


def _number(text: str) -> int:
    if len(text) > 9:
        raise ValueError("stand")
    return int(text)


def _betrokkene(contact: Element) -> Betrokkene:
    """Who to reach and how; the index's own ids of person and organisation are not in the match dictionary."""
    said = {child.tag: one_line(child.text or "") or None for child in contact}
    return Betrokkene.model_validate({field: said.get(tag) for field, tag in _CONTACT.items()})


def contact_of(melder: Element) -> Contact:
    """The contact an index holds of an own signal, whole."""
    said = {child.tag: one_line(child.text or "") or None for child in melder}
    return Contact.model_validate({field: said.get(f"{{{NAMESPACE}}}{tag}") for field, tag in _OWN.items()})


def _meaning(aanduiding: Element) -> Meaning:
    return Meaning(
        axis=filled(text_of(aanduiding, "as")),
        word=filled(text_of(aanduiding, "woord")),
        concept=filled(text_of(aanduiding, "code")),
        equivalence=Equivalence(text_of(aanduiding, "equivalentie")),
        map="index",
    )

"""What a sender is told, as FHIR: the receipt as a Flag without its subject, a match as a Task without a child.

Plain dicts in R4's shapes; `tests/contract/test_fhir_emits.py` holds every one of them against three libraries.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from gateway.adapters.senders.fhir.names import ABSENT_REASON, MATCH_ID, own, source_system
from gateway.canonical.card import Bedoelkaart, Kaartwoord, Uitleg
from gateway.canonical.match import Betrokkene, Match, MatchStatus, Opvolging
from gateway.canonical.order import Expiring
from gateway.canonical.receipt import (
    Answer,
    CapabilityReport,
    MatchPage,
    OwnSignal,
    OwnSignalPage,
    Receipt,
    RegionCapability,
    Standing,
    Status,
)
from gateway.canonical.regie import Regie
from gateway.canonical.terms import Meaning, Question
from gateway.wire.fhir import CONFIDENTIALITY, OPVOLGING, SIGNAAL_ID, TAAK, TAAK_INPUT, UNSAID, axis_system

Resource = dict[str, Any]
Display = Callable[[str, str], str]
"""A concept of an axis in words."""

STATUS = {Status.ACTIEF: "active", Status.ARCHIEF: "inactive", Status.VERNIETIGD: "entered-in-error"}
TASK_STATUS = {
    None: "requested",
    Opvolging.GEPROBEERD: "accepted",
    Opvolging.CONTACT: "in-progress",
    Opvolging.AFGESTEMD: "completed",
    Opvolging.NIET_NODIG: "rejected",
    Opvolging.VERWIJDERD: "cancelled",
}
NEW = "NIEUW"
NOWHERE = "-"
"""What stands for a source id that is not known."""


class Writer:
    """Writes replies as resources. Without state."""

    def __init__(self, display: Display) -> None:
        self._display = display

    def receipt(self, answer: Answer, system: str) -> Resource:
        """The receipt and what is known now. `system` is the identifier system the sender used, '' if unknown."""
        receipt, standing = answer.receipt, answer.standing
        return _flag(
            str(receipt.signaal_id),
            receipt.revisie,
            standing.status,
            _secondary(system or _source(receipt.bron_systeem), receipt.bron_signaal_id),
            [
                _proof(receipt),
                *(self._meaning(one, kept=True) for one in receipt.betekenissen),
                *(self._meaning(one, kept=False) for one in answer.understood.meanings),
                *map(self._question, (*receipt.vragen, *answer.understood.questions)),
                *_standing(standing),
                *_lasting(standing.verloopt_op),
            ],
        )

    def own(self, signal: OwnSignal) -> Resource:
        """A line of the sender's own list."""
        system = _source(signal.bron_systeem or "")
        return _flag(
            str(signal.signaal_id),
            signal.revisie,
            signal.status,
            _secondary(system, signal.bron_signaal_id or NOWHERE),
            [_extension("bezorging", Code=signal.bezorging.value), *_lasting(signal.verloopt_op)],
        )

    def expiring(self, order: Expiring) -> Resource:
        """An own signal that will end: its numbers and its removal date."""
        return _flag(
            str(order.signaal_id),
            order.revisie,
            Status.ACTIEF,
            _secondary(_source(order.bron_systeem), order.bron_signaal_id),
            _lasting(order.verloopt_op),
        )

    def match(self, match: Match) -> Resource:
        """A match: who else is involved, and how to reach them."""
        lapsed = match.status is MatchStatus.VERVALLEN
        involved = [*enumerate(match.content.betrokkenen, 1)]
        begun = _moment(match.ontstaan_op)
        contained = [resource for number, one in involved for resource in _involved(number, one)]
        task: Resource = {"resourceType": "Task", "id": str(match.match_id), "meta": _meta("vi-match", match.versie)}
        if contained:
            task["contained"] = contained
        return task | {
            "extension": [
                *(self._meaning(one) for one in match.content.betekenissen),
                *map(_explained, match.uitleg),
                _extension("niet-in-dossier", Boolean=True),
                *([_regie(match.regie)] if match.regie else []),
            ],
            "identifier": [{"system": MATCH_ID, "value": str(match.match_id)}],
            "status": "cancelled" if lapsed else TASK_STATUS[match.opvolging],
            "businessStatus": _concept(OPVOLGING, match.opvolging.value if match.opvolging else NEW),
            "intent": "order",
            "code": _concept(TAAK, "afstemmen"),
            "focus": {"type": "Flag", "identifier": {"system": SIGNAAL_ID, "value": str(match.signaal_id)}},
            "authoredOn": begun,
            "input": [
                _input("soort", valueCode=match.soort.value),
                _input("niet-dezelfde-jeugdige", valueBoolean=match.niet_dezelfde_jeugdige),
                *((_input("verwijderen", valueBoolean=True),) if match.verwijderen else ()),
                *(_input("betrokkene", valueReference={"reference": f"#b{number}"}) for number, _ in involved),
            ],
        }

    def page(self, page: MatchPage | OwnSignalPage, base: str) -> Resource:
        """A page of a search; its link says where to go on, also when there is no more now."""
        if isinstance(page, MatchPage):
            kind, found = "Task", [self.match(one) for one in page.matches]
        else:
            kind, found = "Flag", [self.own(one) for one in page.signals]
        onward = f"{base}/{kind}/_search?{urlencode({'na': page.cursor})}"
        links = [{"relation": "self", "url": f"{base}/{kind}/_search"}]
        links += [{"relation": relation, "url": onward} for relation in ("next",) * page.more + ("vi-verder",)]
        bundle: Resource = {"resourceType": "Bundle", "meta": _secret(), "type": "searchset", "link": links}
        if found:
            bundle["entry"] = [
                {"fullUrl": f"{base}/{kind}/{one['id']}", "resource": one, "search": {"mode": "match"}} for one in found
            ]
        return bundle

    def _meaning(self, meaning: Meaning, *, kept: bool | None = None) -> Resource:
        parts = [
            _part("as", Code=meaning.axis),
            _part("woord", String=meaning.word),
            _part("begrip", Coding=self._coding(meaning.axis, meaning.concept)),
            _part("equivalentie", Code=meaning.equivalence.value),
            _part("kaart", String=meaning.map),
        ]
        return _group("betekenis", parts if kept is None else [*parts, _part("bewaard", Boolean=kept)])

    def _question(self, question: Question) -> Resource:
        choices = [_part("keuze", Coding=self._coding(question.axis, choice)) for choice in question.choices]
        return _group("vraag", [_part("as", Code=question.axis), _part("woord", String=question.word), *choices])

    def _coding(self, axis: str, concept: str) -> Resource:
        return {"system": axis_system(axis), "code": concept, "display": self._display(axis, concept)}


def capabilities(report: CapabilityReport) -> Resource:
    """What a sender may do, as Parameters."""
    told = [
        *(_named("handeling", valueCode=operation) for operation in report.operations),
        _named("bsn-toegestaan", valueBoolean=report.bsn_allowed),
        *map(_region, report.regions),
        *(_named("stelsel", valueString=name) for name in report.code_lists),
        _named("vocabulaire", valueString=report.vocabulary),
    ]
    return {"resourceType": "Parameters", "parameter": told}


def _region(region: RegionCapability) -> Resource:
    axes = [
        _named(
            "as",
            part=[
                _named("naam", valueCode=axis.axis),
                _named("bewaard", valueBoolean=axis.kept),
                _named("reist", valueBoolean=axis.travels),
            ],
        )
        for axis in region.axes
    ]
    told = (("naam", region.name), ("beleid", region.policy), ("grondslag", region.legal_basis))
    return _named("regio", part=[*(_named(name, valueString=text) for name, text in told), *axes])


def _named(name: str, **value: Any) -> Resource:
    return {"name": name, **value}


def _flag(
    signal: str, revision: int, status: Status, identifiers: Iterable[Resource], extensions: Iterable[Resource]
) -> Resource:
    return {
        "resourceType": "Flag",
        "id": signal,
        "meta": _meta("vi-ontvangst", str(revision)),
        "extension": [*extensions],
        "identifier": [{"use": "official", "system": SIGNAAL_ID, "value": signal}, *identifiers],
        "status": STATUS[status],
        "code": {"text": UNSAID},
        "subject": {"extension": [{"url": ABSENT_REASON, "valueCode": "masked"}]},
    }


def _source(name: str) -> str:
    return source_system(name) if name else ""


def _secondary(system: str, number: str) -> list[Resource]:
    if number == NOWHERE:
        return []
    return [{"use": "secondary", **({"system": system} if system else {}), "value": number}]


def _proof(receipt: Receipt) -> Resource:
    parts = [_part("handeling", Code=receipt.handeling), _part("ontvangen-op", Instant=_moment(receipt.ontvangen_op))]
    if receipt.verwijderdatum:
        parts.append(_part("verwijderdatum", Date=receipt.verwijderdatum.isoformat()))
    parts += [_part("vocabulaire", String=receipt.vocabulaire), _part("beleid", String=receipt.beleid)]
    for one in receipt.niet_bewaard:
        counted = [_part("as", Code=one.axis), _part("aantal", PositiveInt=one.count)]
        parts.append({"url": "niet-bewaard", "extension": counted})
    return _group("ontvangstbewijs", parts)


def _lasting(until: dt.date | None) -> list[Resource]:
    return [_extension("verwijderdatum", Date=until.isoformat())] if until else []


def _standing(standing: Standing) -> list[Resource]:
    told = [
        _extension("bezorging", Code=standing.bezorging.value),
        _extension("stand-van", Instant=_moment(standing.stand_van)),
    ]
    return [*told, _extension("index-code", String=standing.index_code)] if standing.index_code else told


def _involved(number: int, other: Betrokkene) -> list[Resource]:
    """The other professional and their organisation, contained."""
    role: Resource = {"resourceType": "PractitionerRole", "id": f"b{number}"}
    if other.coordinator:
        role["extension"] = [_extension("coordinator", Reference={"display": other.coordinator})]
    role |= {"practitioner": {"display": other.naam}, "organization": {"reference": f"#o{number}"}}
    if other.functie:
        role["code"] = [{"text": other.functie}]
    points = [("phone", other.telefoon), ("email", other.email)]
    if reached := [{"system": system, "value": value} for system, value in points if value]:
        role["telecom"] = reached
    place: Resource = {"resourceType": "Organization", "id": f"o{number}", "name": other.instantie}
    return [role, place | {"address": [{"text": other.locatie}]} if other.locatie else place]


def _regie(regie: Regie) -> Resource:
    parts = [_part("status", Code=regie.status.value), _part("wie", Code=regie.wie.value)]
    parts += [_part(name, String=said) for name, said in (("naam", regie.naam), ("instantie", regie.instantie)) if said]
    parts.append(_part("aangeboden", Boolean=regie.aangeboden))
    if regie.herzien_op:
        parts.append(_part("herzien-op", Date=regie.herzien_op.isoformat()))
    parts.append(_part("stand", String=regie.stand))
    parts += [_part("niet-zichtbaar-voor", String=name) for name in regie.niet_zichtbaar_voor]
    return _group("match-regie", parts)


def _explained(uitleg: Uitleg) -> Resource:
    parts = [
        _part("instantie", String=uitleg.instantie),
        _part("tekst", String=uitleg.over_de_index),
        _part("vergeleken", Boolean=uitleg.vergeleken),
        *([{"url": "bedoelkaart", "extension": _card(uitleg.kaart)}] if uitleg.kaart else []),
    ]
    for one in uitleg.valse_vrienden:
        word = [_part("as", Code=one.axis), _part("woord", String=one.woord)]
        told = [_part("bij-u", String=one.bij_u), _part("bij-de-ander", String=one.bij_de_ander)]
        parts.append({"url": "valse-vriend", "extension": [*word, *told]})
    return _group("uitleg", parts)


def _card(card: Bedoelkaart) -> list[Resource]:
    return [
        _part("versie", String=card.versie),
        _part("instantie", String=card.instantie),
        _part("geldig-vanaf", Date=card.geldig_vanaf.isoformat()),
        _part("bevestigd-op", Date=card.bevestigd_op.isoformat()),
        _part("bevestigd-door", String=card.bevestigd_door),
        _part("reactietermijn", String=card.reactietermijn),
        _part("vrijwillige-hulp", Boolean=card.vrijwillige_hulp),
        _part("gedwongen-hulp", Boolean=card.gedwongen_hulp),
        *(_part("kan", String=line) for line in card.kan),
        *(_part("kan-niet", String=line) for line in card.kan_niet),
        *({"url": "woord", "extension": _word(word)} for word in card.woorden),
    ]


def _word(word: Kaartwoord) -> list[Resource]:
    more = (("termijn", word.termijn), ("doet-zelf", word.doet_zelf), ("verwacht", word.verwacht))
    return [
        _part("as", Code=word.axis),
        _part("woord", String=word.woord),
        _part("begrip", Code=word.begrip),
        _part("betekent", String=word.betekent),
        *(_part(name, String=text) for name, text in more if text),
    ]


def _input(name: str, **value: Any) -> Resource:
    return {"type": _concept(TAAK_INPUT, name), **value}


def _concept(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def _extension(name: str, **value: Any) -> Resource:
    return _part(own(f"vi-{name}"), **value)


def _group(name: str, parts: list[Resource]) -> Resource:
    return {"url": own(f"vi-{name}"), "extension": parts}


def _part(url: str, **value: Any) -> Resource:
    ((kind, said),) = value.items()
    return {"url": url, f"value{kind}": said}


def _secret() -> Resource:
    return {"security": [{"system": CONFIDENTIALITY, "code": "R"}]}


def _meta(profile: str, version: str) -> Resource:
    return {"versionId": version, "profile": [own(profile)], **_secret()}


def _moment(moment: dt.datetime) -> str:
    precision = "milliseconds" if moment.microsecond else "seconds"
    return moment.astimezone(dt.UTC).isoformat(timespec=precision).replace("+00:00", "Z")


def secret(profile: str) -> Mapping[str, Any]:
    """The meta of an envelope: its profile, and that it is restricted."""
    return {"profile": [own(profile)], **_secret()}

"""Answers of the contract, as JSON: the property names are the contract's, and a test holds every answer to it."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any, assert_never

from gateway.adapters.senders.plainjson.shape import CONTRACT
from gateway.canonical.card import Bedoelkaart, Kaartwoord, Uitleg
from gateway.canonical.finding import Finding
from gateway.canonical.match import Betrokkene, Match
from gateway.canonical.receipt import (
    Answer,
    CapabilityReport,
    MatchPage,
    OneMatch,
    OwnSignal,
    OwnSignalPage,
    Receipt,
    Refusal,
    RegionCapability,
    Reply,
    Standing,
)
from gateway.canonical.regie import Regie
from gateway.canonical.terms import Meaning, Question
from gateway.rules.findings import FindingTexts
from gateway.wire import problem

Describe = Callable[[str, str], tuple[str, str]]
"""A concept of an axis: its display and its definition."""
Json = dict[str, Any]

MOST_MATCHES = 200
"""As many as the contract lets stand with a signal; `matches` gives them all."""
ASK = "VIX-1802"
"""The code whose fix is the text of a question."""


class Writer:
    """Writes replies as JSON values. Without state."""

    def __init__(self, texts: FindingTexts, advice: Mapping[str, tuple[str, str]], describe: Describe) -> None:
        self._texts = texts
        self._advice = advice
        self._describe = describe

    def reply(self, reply: Reply) -> Json:
        """Any reply."""
        match reply:
            case Answer():
                return self._answer(reply)
            case MatchPage():
                return {"matches": [self.match(one) for one in reply.matches], **_page(reply)}
            case OwnSignalPage():
                return {"signalen": [_own(one) for one in reply.signals], **_page(reply)}
            case OneMatch():
                return self.match(reply.match)
            case CapabilityReport():
                return _capabilities(reply)
            case Refusal():
                return problem.content(reply, self._texts, self._advice)
            case _ as never:
                assert_never(never)

    def _answer(self, answer: Answer) -> Json:
        understood = answer.understood
        return {
            "ontvangstbewijs": self._receipt(answer.receipt, answer.bevindingen),
            "vertalingen": [self._meaning(meaning) for meaning in understood.meanings],
            "vragen": [self._question(question) for question in understood.questions],
            "adviezen": problem.advice(understood.advice, self._advice),
            "stand": self._standing(answer.standing),
        }

    def _receipt(self, receipt: Receipt, findings: Iterable[Finding]) -> Json:
        return _said(
            signaalId=str(receipt.signaal_id),
            bronSignaalId=receipt.bron_signaal_id,
            revisie=receipt.revisie,
            handeling=receipt.handeling,
            ontvangenOp=_moment(receipt.ontvangen_op),
            verwijderdatum=receipt.verwijderdatum.isoformat() if receipt.verwijderdatum else None,
            betekenissen=[self._meaning(meaning) for meaning in receipt.betekenissen],
            vragen=[self._question(question) for question in receipt.vragen],
            bevindingen=[problem.finding(finding, self._texts) for finding in findings],
            nietBewaard=[{"as": one.axis, "aantal": one.count} for one in receipt.niet_bewaard],
            vocabulaire=receipt.vocabulaire,
            beleid=receipt.beleid,
        )

    def _meaning(self, meaning: Meaning) -> Json:
        display, definition = self._describe(meaning.axis, meaning.concept)
        return {
            "as": meaning.axis,
            "woord": meaning.word,
            "begrip": meaning.concept,
            "equivalentie": meaning.equivalence.value,
            "weergave": display,
            "definitie": definition,
            "kaart": meaning.map,
        }

    def _question(self, question: Question) -> Json:
        choices = [
            {"begrip": concept, "weergave": self._describe(question.axis, concept)[0]} for concept in question.choices
        ]
        return {
            "as": question.axis,
            "woord": question.word,
            "tekst": self._texts.codes[ASK].fix,
            "keuzes": choices,
        }

    def _standing(self, standing: Standing) -> Json:
        return _said(
            standVan=_moment(standing.stand_van),
            status=standing.status.value,
            bezorging=standing.bezorging.value,
            indexCode=standing.index_code,
            verlooptOp=_day(standing.verloopt_op),
            matches=[self.match(match) for match in standing.matches[:MOST_MATCHES]],
        )

    def match(self, match: Match) -> Json:
        """A match."""
        return _said(
            matchId=str(match.match_id),
            soort=match.soort.value,
            signaalId=str(match.signaal_id),
            bronSignaalId=match.bron_signaal_id,
            nietDezelfdeJeugdige=match.niet_dezelfde_jeugdige,
            ontstaanOp=_moment(match.ontstaan_op),
            status=match.status.value,
            nietInDossier=True,
            opvolging=match.opvolging.value if match.opvolging else None,
            verwijderen=match.verwijderen or None,
            versie=match.versie,
            betrokkenen=[_other(other) for other in match.content.betrokkenen],
            betekenissen=[self._meaning(meaning) for meaning in match.content.betekenissen],
            uitleg=[_explained(uitleg) for uitleg in match.uitleg],
            regie=_regie(match.regie) if match.regie else None,
        )


def _explained(uitleg: Uitleg) -> Json:
    return _said(
        instantie=uitleg.instantie,
        tekst=uitleg.over_de_index,
        vergeleken=uitleg.vergeleken,
        bedoelkaart=_card(uitleg.kaart) if uitleg.kaart else None,
        valseVrienden=[
            {"as": one.axis, "woord": one.woord, "bijU": one.bij_u, "bijDeAnder": one.bij_de_ander}
            for one in uitleg.valse_vrienden
        ],
    )


def _card(card: Bedoelkaart) -> Json:
    return {
        "versie": card.versie,
        "instantie": card.instantie,
        "geldigVanaf": card.geldig_vanaf.isoformat(),
        "bevestigdOp": card.bevestigd_op.isoformat(),
        "bevestigdDoor": card.bevestigd_door,
        "reactietermijn": card.reactietermijn,
        "vrijwilligeHulp": card.vrijwillige_hulp,
        "gedwongenHulp": card.gedwongen_hulp,
        "kan": list(card.kan),
        "kanNiet": list(card.kan_niet),
        "woorden": [_word(word) for word in card.woorden],
    }


def _word(word: Kaartwoord) -> Json:
    told = _said(betekent=word.betekent, termijn=word.termijn, doetZelf=word.doet_zelf, verwacht=word.verwacht)
    return {"as": word.axis, "woord": word.woord, "begrip": word.begrip, **told}


def _said(**properties: object) -> Json:
    """What there is."""
    return {name: value for name, value in properties.items() if value is not None}


def _other(other: Betrokkene) -> Json:
    return _said(
        naam=other.naam,
        functie=other.functie,
        instantie=other.instantie,
        locatie=other.locatie,
        telefoon=other.telefoon,
        email=other.email,
        coordinator=other.coordinator,
    )


def _regie(regie: Regie) -> Json:
    return _said(
        status=regie.status.value,
        wie=regie.wie.value,
        naam=regie.naam,
        instantie=regie.instantie,
        aangeboden=regie.aangeboden,
        herzienOp=_day(regie.herzien_op),
        stand=regie.stand,
        nietZichtbaarVoor=list(regie.niet_zichtbaar_voor),
    )


def _own(signal: OwnSignal) -> Json:
    return _said(
        signaalId=str(signal.signaal_id),
        bronSysteem=signal.bron_systeem,
        bronSignaalId=signal.bron_signaal_id,
        revisie=signal.revisie,
        ontvangenOp=_moment(signal.ontvangen_op),
        status=signal.status.value,
        bezorging=signal.bezorging.value,
        verlooptOp=_day(signal.verloopt_op),
    )


def _page(page: MatchPage | OwnSignalPage) -> Json:
    return {"cursor": page.cursor, "meer": page.more}


def _capabilities(report: CapabilityReport) -> Json:
    return {
        "contract": CONTRACT,
        "handelingen": list(report.operations),
        "bsnToegestaan": report.bsn_allowed,
        "regios": [_region(region) for region in report.regions],
        "stelsels": list(report.code_lists),
        "vocabulaire": report.vocabulary,
    }


def _region(region: RegionCapability) -> Json:
    return {
        "naam": region.name,
        "beleid": region.policy,
        "grondslag": region.legal_basis,
        "assen": [{"naam": axis.axis, "bewaard": axis.kept, "reist": axis.travels} for axis in region.axes],
    }


def _moment(moment: dt.datetime) -> str:
    precision = "milliseconds" if moment.microsecond else "seconds"
    return moment.astimezone(dt.UTC).isoformat(timespec=precision).replace("+00:00", "Z")


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None

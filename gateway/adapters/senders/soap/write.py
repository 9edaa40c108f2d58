"""Answers and faults of the contract, as XML text, in the contract's order.

Text costs a quarter of building a tree, and `encode` still reads it back and holds it against the schema before it
leaves. Names are the contract's; every text goes through `xml.escaped`, in `_fields` alone.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import assert_never

from gateway.adapters.senders.soap.shape import CONTRACT, NAMESPACE, OPERATIONS
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
    Standing,
)
from gateway.canonical.terms import Meaning, Question
from gateway.rules.findings import FindingTexts, leading
from gateway.wire import xml

Describe = Callable[[str, str], tuple[str, str]]
"""A concept of an axis: its display and its definition."""
Field = tuple[str, str | None]

MOST_FINDINGS = 100
MOST_MATCHES = 200
"""As many as the contract lets stand in one answer; matchesOpvragen gives them all."""
ASK = "VIX-1802"
"""The code whose fix is the text of a question."""


class Writer:
    """Writes replies as elements. Without state."""

    def __init__(
        self,
        *,
        texts: FindingTexts,
        advice: Mapping[str, tuple[str, str]],
        describe: Describe,
    ) -> None:
        self._texts = texts
        self._advice = {code: _advice(code, *texts) for code, texts in advice.items()}
        self._shown = cache(partial(_shown, describe))
        self._describe = describe

    def answer(self, reply: Answer | MatchPage | OwnSignalPage | OneMatch | CapabilityReport, name: str) -> str:
        """The answer's element, under the name of the operation's answer."""
        match reply:
            case Answer():
                return _document(name, self._answered(reply))
            case MatchPage():
                page = [
                    *map(self._match, reply.matches),
                    _fields(("cursor", reply.cursor), ("meer", _truth(reply.more))),
                ]
                return _document(name, *page)
            case OwnSignalPage():
                page = [*map(self._own, reply.signals), _fields(("cursor", reply.cursor), ("meer", _truth(reply.more)))]
                return _document(name, *page)
            case OneMatch():
                return _document(name, self._match(reply.match))
            case CapabilityReport():
                return _document(name, self._capabilities(reply))
            case _ as never:
                assert_never(never)

    def fault(self, refusal: Refusal) -> str:
        """The detail of a fault: every finding, and the advice that holds all the same."""
        first = leading(refusal.findings)
        fields = _fields(
            ("code", first.code),
            ("plek", self._texts.codes[first.code].whose.value),
            ("herhaalbaar", _truth(refusal.retryable)),
        )
        rest = (finding for finding in refusal.findings if finding is not first)
        return _document("verwijsindexFout", fields, *self._findings((first, *rest)), *self._advices(refusal.advice))

    def _answered(self, answer: Answer) -> str:
        understood = answer.understood
        return "".join(
            [
                self._receipt(answer.receipt, answer.bevindingen),
                *[self._meaning(meaning, "vertaling") for meaning in understood.meanings],
                *map(self._question, understood.questions),
                *self._advices(understood.advice),
                self._standing(answer.standing),
            ]
        )

    def _receipt(self, receipt: Receipt, findings: Iterable[Finding]) -> str:
        fields = (
            ("signaalId", str(receipt.signaal_id)),
            ("bronSignaalId", receipt.bron_signaal_id),
            ("revisie", str(receipt.revisie)),
            ("handeling", receipt.handeling),
            ("ontvangenOp", _moment(receipt.ontvangen_op)),
            ("verwijderdatum", receipt.verwijderdatum.isoformat() if receipt.verwijderdatum else None),
        )
        return _group(
            "ontvangstbewijs",
            *fields,
            inner=[
                *[self._meaning(meaning, "betekenis") for meaning in receipt.betekenissen],
                *map(self._question, receipt.vragen),
                *self._findings(findings),
                *[_group("nietBewaard", ("as", one.axis), ("aantal", str(one.count))) for one in receipt.niet_bewaard],
                _fields(("vocabulaire", receipt.vocabulaire), ("beleid", receipt.beleid)),
            ],
        )

    def _meaning(self, meaning: Meaning, name: str) -> str:
        said = _fields(
            ("as", meaning.axis),
            ("woord", meaning.word),
            ("begrip", meaning.concept),
            ("equivalentie", meaning.equivalence.value),
        )
        shown = self._shown(meaning.axis, meaning.concept)
        return f"<vi:{name}>{said}{shown}{_fields(('kaart', meaning.map))}</vi:{name}>"

    def _question(self, question: Question) -> str:
        asked = self._texts.codes[ASK].fix
        choices = [
            _group("keuze", ("begrip", concept), ("weergave", self._describe(question.axis, concept)[0]))
            for concept in question.choices
        ]
        return _group("vraag", ("as", question.axis), ("woord", question.word), ("tekst", asked), inner=choices)

    def _findings(self, findings: Iterable[Finding]) -> list[str]:
        return [self._finding(finding) for finding in tuple(findings)[:MOST_FINDINGS]]

    def _finding(self, finding: Finding) -> str:
        text = self._texts.text(finding)
        return _group(
            "bevinding",
            ("code", finding.code),
            ("ernst", finding.ernst.value),
            ("plaats", finding.at),
            ("regel", text.rule),
            ("herstel", text.fix),
            ("rule", text.rule_en),
            ("fix", text.fix_en),
        )

    def _advices(self, codes: Iterable[str]) -> list[str]:
        return [self._advice[code] for code in codes]

    def _standing(self, standing: Standing) -> str:
        return _group(
            "stand",
            ("standVan", _moment(standing.stand_van)),
            ("status", standing.status.value),
            ("bezorging", standing.bezorging.value),
            ("indexCode", standing.index_code),
            ("verlooptOp", standing.verloopt_op.isoformat() if standing.verloopt_op else None),
            inner=[self._match(match) for match in standing.matches[:MOST_MATCHES]],
        )

    def _match(self, match: Match) -> str:
        others = [self._other(other) for other in match.content.betrokkenen]
        meanings = [self._meaning(meaning, "betekenis") for meaning in match.content.betekenissen]
        return _group(
            "match",
            ("matchId", str(match.match_id)),
            ("soort", match.soort.value),
            ("signaalId", str(match.signaal_id)),
            ("bronSignaalId", match.bron_signaal_id),
            ("nietDezelfdeJeugdige", _truth(match.niet_dezelfde_jeugdige)),
            ("ontstaanOp", _moment(match.ontstaan_op)),
            ("status", match.status.value),
            ("nietInDossier", "true"),
            ("opvolging", match.opvolging.value if match.opvolging else None),
            inner=others + meanings,
        )

    def _other(self, other: Betrokkene) -> str:
        return _group(
            "betrokkene",
            ("naam", other.naam),
            ("functie", other.functie),
            ("instantie", other.instantie),
            ("locatie", other.locatie),
            ("telefoon", other.telefoon),
            ("email", other.email),
            ("coordinator", other.coordinator),
        )

    def _own(self, signal: OwnSignal) -> str:
        return _group(
            "signaal",
            ("signaalId", str(signal.signaal_id)),
            ("bronSysteem", signal.bron_systeem),
            ("bronSignaalId", signal.bron_signaal_id),
            ("revisie", str(signal.revisie)),
            ("ontvangenOp", _moment(signal.ontvangen_op)),
            ("status", signal.status.value),
            ("bezorging", signal.bezorging.value),
            ("verlooptOp", signal.verloopt_op.isoformat() if signal.verloopt_op else None),
        )

    def _capabilities(self, report: CapabilityReport) -> str:
        offered = (("handeling", operation) for operation in report.operations if operation in OPERATIONS)
        return "".join(
            [
                _fields(("contract", CONTRACT), *offered),
                _fields(("bsnToegestaan", _truth(report.bsn_allowed))),
                *map(self._region, report.regions),
                _fields(*(("stelsel", name) for name in report.code_lists), ("vocabulaire", report.vocabulary)),
            ]
        )

    def _region(self, region: RegionCapability) -> str:
        axes = [
            _group("as", ("naam", axis.axis), ("bewaard", _truth(axis.kept)), ("reist", _truth(axis.travels)))
            for axis in region.axes
        ]
        fields = (("naam", region.name), ("beleid", region.policy), ("grondslag", region.legal_basis))
        return _group("regio", *fields, inner=axes)


def _advice(code: str, tekst: str, text: str) -> str:
    return _group("advies", ("code", code), ("tekst", tekst), ("text", text))


def _shown(describe: Describe, axis: str, concept: str) -> str:
    """A concept's own texts; kept, since only a concept of the vocabulary has a description."""
    display, definition = describe(axis, concept)
    return _fields(("weergave", display), ("definitie", definition))


def _document(name: str, *inner: str) -> str:
    """The outermost element."""
    return f'<vi:{name} xmlns:vi="{NAMESPACE}">{"".join(inner)}</vi:{name}>'


def _group(name: str, *fields: Field, inner: Iterable[str] = ()) -> str:
    """An element with its texts, and what is written already after them."""
    return f"<vi:{name}>{_fields(*fields)}{''.join(inner)}</vi:{name}>"


def _fields(*fields: Field) -> str:
    """A text each; a field without text is left out."""
    return "".join([f"<vi:{name}>{xml.escaped(text)}</vi:{name}>" for name, text in fields if text is not None])


def _moment(moment: dt.datetime) -> str:
    precision = "milliseconds" if moment.microsecond else "seconds"
    return moment.astimezone(dt.UTC).isoformat(timespec=precision).replace("+00:00", "Z")


def _truth(claim: bool) -> str:
    return "true" if claim else "false"

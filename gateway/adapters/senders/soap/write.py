"""Answers and faults of the contract, as XML text, in the contract's order.

Text costs a quarter of building a tree, and `encode` still reads it back and holds it against the schema before it
leaves. Names are the contract's; every text goes through `xml.escaped`, in `wire.aanlevering` alone.
"""

from collections.abc import Iterable, Mapping
from typing import assert_never

from gateway.adapters.senders.soap.shape import CONTRACT, OPERATIONS
from gateway.canonical.finding import Finding
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
from gateway.canonical.terms import Question
from gateway.rules.findings import FindingTexts, leading
from gateway.wire.aanlevering import Describe, MatchXml, document, fields, group, moment, truth

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
        self._matches = MatchXml(describe)
        self._describe = describe

    def answer(self, reply: Answer | MatchPage | OwnSignalPage | OneMatch | CapabilityReport, name: str) -> str:
        """The answer's element, under the name of the operation's answer."""
        match reply:
            case Answer():
                return document(name, self._answered(reply))
            case MatchPage():
                page = [
                    *map(self._matches.match, reply.matches),
                    fields(("cursor", reply.cursor), ("meer", truth(reply.more))),
                ]
                return document(name, *page)
            case OwnSignalPage():
                page = [*map(self._own, reply.signals), fields(("cursor", reply.cursor), ("meer", truth(reply.more)))]
                return document(name, *page)
            case OneMatch():
                return document(name, self._matches.match(reply.match))
            case CapabilityReport():
                return document(name, self._capabilities(reply))
            case _ as never:
                assert_never(never)

    def fault(self, refusal: Refusal) -> str:
        """The detail of a fault: every finding, and the advice that holds all the same."""
        first = leading(refusal.findings)
        head = fields(
            ("code", first.code),
            ("plek", self._texts.codes[first.code].whose.value),
            ("herhaalbaar", truth(refusal.retryable)),
        )
        rest = (finding for finding in refusal.findings if finding is not first)
        return document("verwijsindexFout", head, *self._findings((first, *rest)), *self._advices(refusal.advice))

    def _answered(self, answer: Answer) -> str:
        understood = answer.understood
        return "".join(
            [
                self._receipt(answer.receipt, answer.bevindingen),
                *[self._matches.meaning(meaning, "vertaling") for meaning in understood.meanings],
                *map(self._question, understood.questions),
                *self._advices(understood.advice),
                self._standing(answer.standing),
            ]
        )

    def _receipt(self, receipt: Receipt, findings: Iterable[Finding]) -> str:
        said = (
            ("signaalId", str(receipt.signaal_id)),
            ("bronSignaalId", receipt.bron_signaal_id),
            ("revisie", str(receipt.revisie)),
            ("handeling", receipt.handeling),
            ("ontvangenOp", moment(receipt.ontvangen_op)),
            ("verwijderdatum", receipt.verwijderdatum.isoformat() if receipt.verwijderdatum else None),
        )
        return group(
            "ontvangstbewijs",
            *said,
            inner=[
                *[self._matches.meaning(meaning, "betekenis") for meaning in receipt.betekenissen],
                *map(self._question, receipt.vragen),
                *self._findings(findings),
                *[group("nietBewaard", ("as", one.axis), ("aantal", str(one.count))) for one in receipt.niet_bewaard],
                fields(("vocabulaire", receipt.vocabulaire), ("beleid", receipt.beleid)),
            ],
        )

    def _question(self, question: Question) -> str:
        asked = self._texts.codes[ASK].fix
        choices = [
            group("keuze", ("begrip", concept), ("weergave", self._describe(question.axis, concept)[0]))
            for concept in question.choices
        ]
        return group("vraag", ("as", question.axis), ("woord", question.word), ("tekst", asked), inner=choices)

    def _findings(self, findings: Iterable[Finding]) -> list[str]:
        return [self._finding(finding) for finding in tuple(findings)[:MOST_FINDINGS]]

    def _finding(self, finding: Finding) -> str:
        text = self._texts.text(finding)
        return group(
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
        return group(
            "stand",
            ("standVan", moment(standing.stand_van)),
            ("status", standing.status.value),
            ("bezorging", standing.bezorging.value),
            ("indexCode", standing.index_code),
            ("verlooptOp", standing.verloopt_op.isoformat() if standing.verloopt_op else None),
            inner=[self._matches.match(match) for match in standing.matches[:MOST_MATCHES]],
        )

    def _own(self, signal: OwnSignal) -> str:
        return group(
            "signaal",
            ("signaalId", str(signal.signaal_id)),
            ("bronSysteem", signal.bron_systeem),
            ("bronSignaalId", signal.bron_signaal_id),
            ("revisie", str(signal.revisie)),
            ("ontvangenOp", moment(signal.ontvangen_op)),
            ("status", signal.status.value),
            ("bezorging", signal.bezorging.value),
            ("verlooptOp", signal.verloopt_op.isoformat() if signal.verloopt_op else None),
        )

    def _capabilities(self, report: CapabilityReport) -> str:
        offered = (("handeling", operation) for operation in report.operations if operation in OPERATIONS)
        return "".join(
            [
                fields(("contract", CONTRACT), *offered),
                fields(("bsnToegestaan", truth(report.bsn_allowed))),
                *map(self._region, report.regions),
                fields(*(("stelsel", name) for name in report.code_lists), ("vocabulaire", report.vocabulary)),
            ]
        )

    def _region(self, region: RegionCapability) -> str:
        axes = [
            group("as", ("naam", axis.axis), ("bewaard", truth(axis.kept)), ("reist", truth(axis.travels)))
            for axis in region.axes
        ]
        said = (("naam", region.name), ("beleid", region.policy), ("grondslag", region.legal_basis))
        return group("regio", *said, inner=axes)


def _advice(code: str, tekst: str, text: str) -> str:
    return group("advies", ("code", code), ("tekst", tekst), ("text", text))

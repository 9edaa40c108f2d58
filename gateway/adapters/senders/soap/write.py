"""Answers and faults of the contract, as trees, in the contract's order.

A group of texts is copied from a mould with the same elements, which costs half of making each element anew.
"""

import copy
import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from typing import assert_never

from lxml import etree

from gateway.adapters.senders.soap.shape import CONTRACT, NAMESPACE
from gateway.canonical.finding import Ernst, Finding
from gateway.canonical.match import Betrokkene, Match
from gateway.canonical.receipt import (
    Answer,
    CapabilityReport,
    MatchPage,
    OwnSignal,
    OwnSignalPage,
    Receipt,
    Refusal,
    RegionCapability,
    Standing,
)
from gateway.canonical.terms import Meaning, Question
from gateway.rules.findings import FindingTexts
from gateway.wire.xml import Element

Describe = Callable[[str, str], tuple[str, str]]
"""A concept of an axis: its display and its definition."""
Field = tuple[str, str | None]

MOST_FINDINGS = 100
MOST_MATCHES = 200
"""As many as the contract lets stand in one answer; matchesOpvragen gives them all."""
ASK = "VIX-1802"
"""The code whose fix is the text of a question."""

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot carry; only an index can have sent it."""


class Writer:
    """Writes replies as elements. Holds a mould per group of elements; otherwise without state."""

    def __init__(
        self,
        *,
        texts: FindingTexts,
        advice: Mapping[str, tuple[str, str]],
        describe: Describe,
        choices_display: Callable[[str, str], str],
    ) -> None:
        self._texts = texts
        self._advice = advice
        self._describe = describe
        self._display = choices_display
        self._moulds: dict[tuple[str, ...], Element] = {}

    def answer(self, reply: Answer | MatchPage | OwnSignalPage | CapabilityReport, name: str) -> Element:
        """The answer's element, under the name of the operation's answer."""
        match reply:
            case Answer():
                return self._answered(reply, name)
            case MatchPage():
                page = self._group(name)
                page.extend([self._match(match) for match in reply.matches])
                return self._close(page, ("cursor", reply.cursor), ("meer", _truth(reply.more)))
            case OwnSignalPage():
                page = self._group(name)
                page.extend([self._own(signal) for signal in reply.signals])
                return self._close(page, ("cursor", reply.cursor), ("meer", _truth(reply.more)))
            case CapabilityReport():
                return self._capabilities(reply, name)
            case _ as never:
                assert_never(never)

    def fault(self, refusal: Refusal) -> Element:
        """The detail of a fault: every finding, and the advice that holds all the same."""
        first = leading(refusal)
        fault = self._group(
            "verwijsindexFout",
            ("code", first.code),
            ("plek", self._texts.codes[first.code].whose.value),
            ("herhaalbaar", _truth(refusal.retryable)),
        )
        rest = (finding for finding in refusal.findings if finding is not first)
        self._findings(fault, (first, *rest))
        self._advices(fault, refusal.advice)
        return fault

    def _answered(self, answer: Answer, name: str) -> Element:
        element = self._group(name)
        element.append(self._receipt(answer.receipt))
        for meaning in answer.understood.meanings:
            element.append(self._meaning(meaning, "vertaling"))
        for question in answer.understood.questions:
            element.append(self._question(question))
        self._advices(element, answer.understood.advice)
        element.append(self._standing(answer.standing))
        return element

    def _receipt(self, receipt: Receipt) -> Element:
        element = self._group(
            "ontvangstbewijs",
            ("signaalId", str(receipt.signaal_id)),
            ("bronSignaalId", receipt.bron_signaal_id),
            ("revisie", str(receipt.revisie)),
            ("handeling", receipt.handeling),
            ("ontvangenOp", _moment(receipt.ontvangen_op)),
            ("verwijderdatum", receipt.verwijderdatum.isoformat() if receipt.verwijderdatum else None),
        )
        for meaning in receipt.betekenissen:
            element.append(self._meaning(meaning, "betekenis"))
        for question in receipt.vragen:
            element.append(self._question(question))
        self._findings(element, receipt.bevindingen)
        for axis in receipt.niet_bewaard:
            element.append(self._group("nietBewaard", ("as", axis.axis), ("aantal", str(axis.count))))
        return self._close(element, ("vocabulaire", receipt.vocabulaire), ("beleid", receipt.beleid))

    def _meaning(self, meaning: Meaning, name: str) -> Element:
        display, definition = self._describe(meaning.axis, meaning.concept)
        return self._group(
            name,
            ("as", meaning.axis),
            ("woord", meaning.word),
            ("begrip", meaning.concept),
            ("equivalentie", meaning.equivalence.value),
            ("weergave", display),
            ("definitie", definition),
            ("kaart", meaning.map),
        )

    def _question(self, question: Question) -> Element:
        asked = self._texts.codes[ASK].fix
        element = self._group("vraag", ("as", question.axis), ("woord", question.word), ("tekst", asked))
        for concept in question.choices:
            shown = self._display(question.axis, concept)
            element.append(self._group("keuze", ("begrip", concept), ("weergave", shown)))
        return element

    def _findings(self, above: Element, findings: Iterable[Finding]) -> None:
        for finding in tuple(findings)[:MOST_FINDINGS]:
            text = self._texts.text(finding)
            bevinding = self._group(
                "bevinding",
                ("code", finding.code),
                ("ernst", finding.ernst.value),
                ("plaats", finding.at),
                ("regel", text.rule),
                ("herstel", text.fix),
                ("rule", text.rule_en),
                ("fix", text.fix_en),
            )
            above.append(bevinding)

    def _advices(self, above: Element, codes: Iterable[str]) -> None:
        for code in codes:
            tekst, text = self._advice[code]
            above.append(self._group("advies", ("code", code), ("tekst", tekst), ("text", text)))

    def _standing(self, standing: Standing) -> Element:
        element = self._group(
            "stand",
            ("standVan", _moment(standing.stand_van)),
            ("status", standing.status.value),
            ("bezorging", standing.bezorging.value),
            ("indexCode", standing.index_code),
        )
        element.extend([self._match(match) for match in standing.matches[:MOST_MATCHES]])
        return element

    def _match(self, match: Match) -> Element:
        element = self._group(
            "match",
            ("matchId", str(match.match_id)),
            ("soort", match.soort.value),
            ("signaalId", str(match.signaal_id)),
            ("bronSignaalId", match.bron_signaal_id),
            ("nietDezelfdeJeugdige", _truth(match.niet_dezelfde_jeugdige)),
            ("ontstaanOp", _moment(match.ontstaan_op)),
            ("status", match.status.value),
            ("nietInDossier", "true"),
        )
        element.extend([self._other(other) for other in match.content.betrokkenen])
        element.extend([self._meaning(meaning, "betekenis") for meaning in match.content.betekenissen])
        return element

    def _other(self, other: Betrokkene) -> Element:
        return self._group(
            "betrokkene",
            ("naam", other.naam),
            ("functie", other.functie),
            ("instantie", other.instantie),
            ("locatie", other.locatie),
            ("telefoon", other.telefoon),
            ("email", other.email),
            ("coordinator", other.coordinator),
        )

    def _own(self, signal: OwnSignal) -> Element:
        return self._group(
            "signaal",
            ("signaalId", str(signal.signaal_id)),
            ("bronSysteem", signal.bron_systeem),
            ("bronSignaalId", signal.bron_signaal_id),
            ("revisie", str(signal.revisie)),
            ("ontvangenOp", _moment(signal.ontvangen_op)),
            ("status", signal.status.value),
            ("bezorging", signal.bezorging.value),
        )

    def _capabilities(self, report: CapabilityReport, name: str) -> Element:
        element = self._group(name, ("contract", CONTRACT))
        operations = (("handeling", operation) for operation in report.operations)
        self._close(element, *operations, ("bsnToegestaan", _truth(report.bsn_allowed)))
        element.extend([self._region(region) for region in report.regions])
        lists = (("stelsel", name) for name in report.code_lists)
        return self._close(element, *lists, ("vocabulaire", report.vocabulary))

    def _region(self, region: RegionCapability) -> Element:
        element = self._group(
            "regio", ("naam", region.name), ("beleid", region.policy), ("grondslag", region.legal_basis)
        )
        for axis in region.axes:
            shown = (("naam", axis.axis), ("bewaard", _truth(axis.kept)), ("reist", _truth(axis.travels)))
            element.append(self._group("as", *shown))
        return element

    def _group(self, name: str, *fields: Field) -> Element:
        """An element with its texts; a field without text is left out."""
        said = [field for field in fields if field[1] is not None]
        key = (name, *[field[0] for field in said])
        mould = self._moulds.get(key)
        if mould is None:
            mould = self._moulds[key] = _mould(key)
        element: Element = copy.copy(mould)
        for child, (_, text) in zip(element, said, strict=True):
            _write(child, text or "")
        return element

    def _close(self, element: Element, *fields: Field) -> Element:
        for name, text in fields:
            _write(etree.SubElement(element, f"{{{NAMESPACE}}}{name}"), text or "")
        return element


def leading(refusal: Refusal) -> Finding:
    """The finding that speaks for all: the first that is a fault."""
    return next((finding for finding in refusal.findings if finding.ernst is Ernst.FOUT), refusal.findings[0])


def _mould(names: tuple[str, ...]) -> Element:
    name, *children = names
    mould = etree.Element(f"{{{NAMESPACE}}}{name}", nsmap={"vi": NAMESPACE})
    for child in children:
        etree.SubElement(mould, f"{{{NAMESPACE}}}{child}")
    return mould


def _write(element: Element, text: str) -> None:
    try:
        element.text = text
    except ValueError:
        element.text = _FORBIDDEN.sub("\ufffd", text)


def _moment(moment: dt.datetime) -> str:
    precision = "milliseconds" if moment.microsecond else "seconds"
    return moment.astimezone(dt.UTC).isoformat(timespec=precision).replace("+00:00", "Z")


def _truth(claim: bool) -> str:
    return "true" if claim else "false"

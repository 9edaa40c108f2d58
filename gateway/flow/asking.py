"""What a sender asks of what it has here: its signals, its matches, what it may do; and what it says of a match."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from gateway.canonical.command import (
    OPERATIONS,
    AboutMatch,
    Capaciteiten,
    EigenSignalenOpvragen,
    MatchesOpvragen,
    MatchOpvragen,
    Page,
    StatusOpvragen,
    Terugkoppelen,
)
from gateway.canonical.finding import Finding
from gateway.canonical.match import Opvolging
from gateway.canonical.receipt import (
    Answer,
    AxisCapability,
    CapabilityReport,
    MatchPage,
    OneMatch,
    OwnSignalPage,
    Receipt,
    Refusal,
    RegionCapability,
)
from gateway.canonical.tenant import bucket_of, new_id
from gateway.clock import Clock, legal_day
from gateway.flow import changes
from gateway.flow.changes import Asked
from gateway.flow.directory import Directory, Partner, Region
from gateway.flow.effects import Conversation, Read, Stand, Submit
from gateway.flow.identity import Recognition
from gateway.rules import admission
from gateway.rules.reading import Reading, page_size
from gateway.store.work import FollowUp, Gone, NotOurs, Outdated

PAGE = 100


class Asking:
    """Answers questions. Without state."""

    def __init__(self, directory: Directory, recognition: Recognition, clock: Clock) -> None:
        self._directory = directory
        self._recognise = recognition
        self._clock = clock

    def status(self, request: StatusOpvragen, partner: Partner) -> Conversation:
        """What is known of one own signal: by our id where the sender gives only that, otherwise by its own."""
        asked = changes.meant(request)
        if not isinstance(asked, Asked):
            return Refusal(findings=asked)
        source = self._recognise.source(partner.id, asked.system, asked.source)
        of = asked.named if asked.named and not asked.source else source
        receipt: Receipt | Gone | None = yield Read(lambda reader: reader.receipt(partner.id, of))
        if isinstance(receipt, Gone):
            return Refusal(findings=(Finding(code="VIX-1405", at=asked.at),))
        if receipt is None or asked.named not in (None, receipt.signaal_id):
            return Refusal(findings=(Finding(code="VIX-1401", at=asked.at),))
        if asked.source:  # as said, for the receipt of a signal that is gone no longer knows
            receipt = receipt.model_copy(update={"bron_systeem": asked.system, "bron_signaal_id": asked.source})
        standing = yield Stand(receipt.signaal_id, self._clock())
        return Answer(receipt=receipt, bevindingen=receipt.bevindingen, standing=standing)

    def matches(self, request: MatchesOpvragen, partner: Partner) -> Conversation:
        """Matches on own signals, after a cursor."""
        after, limit, findings = self._page(request, partner, "matches")
        if findings:
            return Refusal(findings=findings)
        found = yield Read(lambda reader: reader.match_page(partner.id, int(after), limit))
        matches, last, more = found
        cursor = self._recognise.cursor(partner.id, "matches", str(last))
        return MatchPage(matches=tuple(matches), cursor=cursor, more=more)

    def own(self, request: EigenSignalenOpvragen, partner: Partner) -> Conversation:
        """Own signals, after a cursor."""
        after, limit, findings = self._page(request, partner, "eigen")
        if findings:
            return Refusal(findings=findings)
        found = yield Read(lambda reader: reader.own_page(partner.id, UUID(int=int(after)), limit, self._clock()))
        listed, last, more = found
        cursor = self._recognise.cursor(partner.id, "eigen", str(last.int))
        return OwnSignalPage(signals=tuple(listed), cursor=cursor, more=more)

    def match(self, request: MatchOpvragen, partner: Partner) -> Conversation:
        """One match."""
        reading = Reading()
        match_id = match_named(request, reading)
        findings = admission.merge(request.remarks, reading.findings)
        if findings or match_id is None:
            return Refusal(findings=findings)
        match = yield Read(lambda reader: reader.match(partner.id, match_id))
        return OneMatch(match=match) if match else unknown_match(request)

    def follow_up(self, request: Terugkoppelen, partner: Partner) -> Conversation:
        """Record what became of a match, and give it."""
        reading = Reading()
        match_id = match_named(request, reading)
        if request.contact is None:
            reading.find("VIX-1106", request.place("contact"))
        follow_up = reading.choice(request.contact, Opvolging)
        findings = admission.merge(request.remarks, reading.findings)
        if findings or match_id is None or follow_up is None:
            return Refusal(findings=findings)
        version = request.stand.text.strip() if request.stand else None
        followed = yield Submit(
            FollowUp(
                tenant=partner.id,
                match_id=match_id,
                opvolging=follow_up,
                versie=version,
                message_id=new_id(bucket_of(partner.id)),
                takes=lambda index: self._directory.of_index(index).terugkoppelen,
            )
        )
        match followed:
            case NotOurs():
                return unknown_match(request)
            case Outdated():
                return Refusal(findings=(Finding(code="VIX-1413", at=request.stand.at if request.stand else ""),))
        return OneMatch(match=followed.match)

    def _page(self, request: Page, partner: Partner, kind: str) -> tuple[str, int, tuple[Finding, ...]]:
        reading = Reading()
        limit = reading.parsed(request.maximum, page_size, "VIX-1105", "1-200") or PAGE
        after = "0"
        if request.na is not None:
            place = self._recognise.place(partner.id, kind, request.na.text.strip())
            if place is None:
                reading.find("VIX-1503", request.na.at)
            after = place or "0"
        return after, limit, admission.merge(request.remarks, reading.findings)

    def capabilities(self, request: Capaciteiten, partner: Partner) -> Conversation:
        """What a sender may do here."""
        if request.remarks:
            return Refusal(findings=request.remarks)
        known = partner.vocabularies
        today = legal_day(self._clock())
        regions = tuple(_region(region, today, partner.vocabulary.axes) for region in partner.regions)
        return CapabilityReport(
            operations=tuple(OPERATIONS.values()),
            bsn_allowed=partner.may_know_bsn,
            regions=regions,
            code_lists=tuple(dict.fromkeys(name for vocabulary in known for name in vocabulary.code_lists)),
            vocabulary=known[0].version,
        )
        yield  # a conversation that asks nothing


def match_named(request: AboutMatch, reading: Reading) -> UUID | None:
    """The id of the match that is meant; None, with a finding, where none is."""
    if request.match_id is None:
        reading.find("VIX-1106", request.place("match_id"))
    return reading.parsed(request.match_id, UUID, "VIX-1412")


def unknown_match(request: AboutMatch) -> Refusal:
    """Of a match that is not this receiver's."""
    return Refusal(findings=(Finding(code="VIX-1412", at=request.match_id.at if request.match_id else ""),))


def _region(region: Region, today: dt.date, axes: Iterable[str]) -> RegionCapability:
    pack = region.pack(today)
    travelling = pack.travelling(region.capabilities, region.index)
    return RegionCapability(
        name=region.name,
        policy=pack.label,
        legal_basis=pack.legal_basis.value,
        axes=tuple(AxisCapability(axis=axis, kept=axis in pack.keeps, travels=axis in travelling) for axis in axes),
    )

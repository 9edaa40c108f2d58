"""The regie of a match, as its sender asks for it: done on the stand it saw, or refused with the one there is."""

from gateway.canonical.command import RegieVastleggen
from gateway.canonical.finding import Finding
from gateway.canonical.receipt import OneMatch, Refusal
from gateway.canonical.regie import Regiehandeling
from gateway.canonical.tenant import bucket_of, new_id
from gateway.clock import Clock, legal_day
from gateway.flow.asking import match_named, unknown_match
from gateway.flow.directory import Directory, Partner
from gateway.flow.effects import Conversation, Submit
from gateway.rules import admission
from gateway.rules.reading import Reading, date
from gateway.rules.regie import Terms
from gateway.store.work import Arrange, Declined, NotOurs


class Arranging:
    """Answers who takes, offers, accepts, declines, lays down or reviews the regie of a match. Without state."""

    def __init__(self, directory: Directory, clock: Clock) -> None:
        self._directory = directory
        self._clock = clock

    def arrange(self, request: RegieVastleggen, partner: Partner) -> Conversation:
        """Do it, and give the match."""
        reading = Reading()
        match_id = match_named(request, reading)
        for name in ("regiehandeling", "stand"):
            if getattr(request, name) is None:
                reading.find("VIX-1106", request.place(name))
        handeling = reading.choice(request.regiehandeling, Regiehandeling)
        stand = reading.text(request.stand)
        day = reading.parsed(request.herzien_op, date, "VIX-1105", "jjjj-mm-dd")
        findings = admission.merge(request.remarks, reading.findings)
        if findings or match_id is None or handeling is None or stand is None:
            return Refusal(findings=findings)
        unit = Arrange(
            tenant=partner.id,
            match_id=match_id,
            handeling=handeling,
            stand=stand,
            herzien_op=day,
            today=legal_day(self._clock()),
            message_id=new_id(bucket_of(partner.id)),
            terms=self._terms,
        )
        arranged = yield Submit(unit)
        match arranged:
            case NotOurs():
                return unknown_match(request)
            case Declined(code, field, limit):
                said = getattr(request, field)
                at = said.at if said is not None else request.place(field)
                return Refusal(findings=(Finding(code=code, at=at, limit=limit),))
        return OneMatch(match=arranged.match)

    def _terms(self, region: str, index: str) -> Terms:
        pack = self._directory.regions[region].pack(legal_day(self._clock()))
        return Terms(weeks=pack.regie_weken, held=self._directory.of_index(index).regie)

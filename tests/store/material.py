"""Units of work with made-up people, as the flow would make them."""

import csv
import datetime as dt
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from gateway.canonical.identifiers import Bsn
from gateway.canonical.match import Betrokkene, MatchContent, MatchSoort, MatchStatus
from gateway.canonical.order import Done, MatchNews, Outcome
from gateway.canonical.receipt import Receipt, Status
from gateway.canonical.signal import Herkomst, Instantie, Jeugdige, Melder, Signal, Soort
from gateway.canonical.tenant import bucket_of, new_id
from gateway.flow.identity import Recognition
from gateway.rules.delivery import State
from gateway.store import outbox
from gateway.store.keyring import KeyRing
from gateway.store.store import Store
from gateway.store.work import Accept, Change, Claim, Decision, Illegal, Impossible, Job, Known, Settle

NOW = dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC)
INDEX = "index-a"
PACK, WORDS = "pack@1", "words-1"

with (Path(__file__).parents[1] / "data/testpersonen.csv").open(encoding="utf-8") as _file:
    BSNS = [row["bsn"] for row in csv.DictReader(_file, delimiter=";")]


class Maker:
    """Makes units with a ring's own hashes."""

    def __init__(self, ring: KeyRing) -> None:
        self.recognise = Recognition(ring)

    def accept(
        self, source: str = "s-1", *, tenant: str = "school", revision: int = 1, said: str = "x", bsn: str = BSNS[0],
        now: dt.datetime = NOW, removal: dt.date = dt.date(2028, 1, 1), index: str = INDEX,
        unknown: tuple[tuple[str, bytes], ...] = (), alarm: bool = False, **fields: Any,
    ) -> Accept:  # fmt: skip
        recognise = self.recognise
        signal = Signal(
            **{
                "signaal_id": new_id(bucket_of(tenant)),
                "organisatie": tenant,
                "bron_systeem": "bron",
                "bron_signaal_id": source,
                "revisie": revision,
                "soort": Soort.SIGNAAL,
                "jeugdige": Jeugdige(bsn=Bsn.parse(bsn)),
                "melder": Melder(professional_id="p-1", naam="M. Elder"),
                "instantie": Instantie(id=tenant, naam=tenant, categorie="onderwijs"),
                "datum_tijd_melding": now,
                "verwijderdatum": removal,
                "regio": "regio",
                "bestemming": index,
                "herkomst": Herkomst(formaat="soap", contract="1", beleid=PACK, vocabulaire=WORDS, ontvangen_op=now),
            }
            | fields
        )
        return Accept(
            key=recognise.key(tenant, "bron", source, "signaalAfgeven", revision),
            content=recognise.content(said),
            source=recognise.source(tenant, "bron", source),
            subject=recognise.person(signal.jeugdige),
            signal=signal,
            receipt=self.receipt(signal.signaal_id, source, revision, "signaalAfgeven", now),
            message_id=new_id(bucket_of(tenant)),
            alarm=alarm,
            unknown=unknown,
        )

    def receipt(self, signal_id: UUID, source: str, revision: int, operation: str, now: dt.datetime) -> Receipt:
        return Receipt(
            signaal_id=signal_id,
            bron_systeem="bron",
            bron_signaal_id=source,
            revisie=revision,
            handeling=operation,
            ontvangen_op=now,
            vocabulaire=WORDS,
            beleid=PACK,
        )

    def change(
        self, kind: str, source: str = "s-1", *, tenant: str = "school", revision: int = 1, said: str = "x",
        answer: Decision | Illegal | Impossible | None = None, now: dt.datetime = NOW,
    ) -> Change:  # fmt: skip
        """`kind` is end or withdraw."""
        operation = {outbox.END: "signaalBeeindigen", outbox.WITHDRAW: "signaalIntrekken"}[kind]

        def decide(known: Known) -> Decision | Illegal | Impossible:
            if answer is not None:
                return answer
            after = {outbox.END: Status.ARCHIEF, outbox.WITHDRAW: Status.VERNIETIGD}[kind]
            if known.status is Status.VERNIETIGD or known.status is after:
                return Illegal(known.status)
            receipt = self.receipt(known.signal.signaal_id, "-", revision, operation, now)
            event = {outbox.END: "signaal_beeindigd", outbox.WITHDRAW: "signaal_ingetrokken"}[kind]
            day = now.date() if kind == outbox.END else None
            argument = day.isoformat() if day else ""
            return Decision(receipt=receipt, status=after, event=event, kind=kind, argument=argument, removed=day)

        return Change(
            tenant=tenant,
            key=self.recognise.key(tenant, "bron", source, operation, revision),
            content=self.recognise.content(operation, said),
            source=self.recognise.source(tenant, "bron", source),
            operation=operation,
            message_id=new_id(bucket_of(tenant)),
            now=now,
            decide=decide,
        )


def claim(store: Store, tenant: str = "school", *, limit: int = 10, seconds: float = 60) -> list[Job]:
    bucket = bucket_of(tenant)
    return list(store.do(Claim(bucket, tenant, limit, seconds, new_id(bucket))))


def settled(
    job: Job, state: State = State.DONE, outcome: Outcome | None = None, *, healthy: bool = True, pause: float = 0.0,
    again: float | None = None, code: str = "", breaker: float = 0.0,
) -> Settle:  # fmt: skip
    return Settle(
        job=job,
        outcome=outcome or Done(),
        state=state,
        pause=pause,
        healthy=healthy,
        code=code,
        breaker=lambda _: breaker,
        again=again,
        renewed=new_id(job.bucket),
        now=NOW,
    )


def news(signal_id: UUID | str, match: str = "", *, lapsed: bool = False, name: str = "C. Ontact") -> MatchNews:
    return MatchNews(
        index_match_id=match or str(uuid4()),
        soort=MatchSoort.CLIENTMATCH,
        signaal_id=str(signal_id),
        niet_dezelfde_jeugdige=False,
        ontstaan_op=NOW,
        status=MatchStatus.VERVALLEN if lapsed else MatchStatus.ACTIEF,
        content=MatchContent() if lapsed else MatchContent(betrokkenen=(Betrokkene(naam=name, instantie="Wijkteam"),)),
    )

"""A round of the worker that also tells receivers of matches, over a line of their own."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from gateway.canonical.match import Betrokkene, MatchContent, MatchSoort, MatchStatus
from gateway.canonical.order import Announce, Done, MatchNews, Outcome
from gateway.canonical.tenant import GATEWAY
from gateway.flow.courier import Courier, Destination
from gateway.rules.delivery import Recovery
from gateway.store.work import Schedule, Way
from tests.spec.office import Office
from tests.spec.people import SCHOOL
from tests.unit.scripted import Line, Plain, Post

PUSH, POINT = f"{SCHOOL}:soap", f"{SCHOOL}:mail"
DAY = dt.timedelta(days=1)


class Round(Post):
    """A worker that also carries announcements, over a line of their own."""

    def __init__(self, office: Office, *script: Outcome, gone: bool = False) -> None:
        office.store.ways = lambda tenant, _: (Way(PUSH), Way(POINT, pointer=True)) if tenant == SCHOOL else ()
        self.receiver, self.gone = Line(*script), gone
        super().__init__(office, Line(Done()))
        for way in (PUSH, POINT):
            office.store.do(Schedule(way, None))
        self.courier = Courier(office.store, office.directory, self.destinations, office.clock, times=2)

    @property
    def destinations(self) -> Mapping[str, Destination]:
        to = Plain(Recovery.REPEAT)
        told = {
            PUSH: Destination(PUSH, to, self.receiver, "http://127.0.0.1:9", 1.0, 0.0, 0.0),
            POINT: Destination(POINT, to, self.receiver, "127.0.0.1:9", 1.0, 0.0, 0.0, remind=DAY),
        }
        indexes = {name: replace(index, poll=1e-6) for name, index in super().destinations.items()}
        return {**indexes, **({} if self.gone else told)}

    def tell(self, *matches: MatchNews) -> None:
        self.line.script.clear()
        self.line.script += [Done(news=matches, cursor=1), Done()]
        with_news = [job for job in self.claim(GATEWAY) if job.kind == "poll"]
        self.courier.carry(with_news[0])

    @property
    def told(self) -> list[Announce]:
        return [Announce.model_validate(message["Announce"]) for message in self.receiver.sent]


def news(signal_id: UUID, match: str = "m-1", *, lapsed: bool = False) -> MatchNews:
    return MatchNews(
        index_match_id=match,
        soort=MatchSoort.CLIENTMATCH,
        signaal_id=str(signal_id),
        niet_dezelfde_jeugdige=False,
        ontstaan_op=dt.datetime(2026, 11, 21, tzinfo=dt.UTC),
        status=MatchStatus.VERVALLEN if lapsed else MatchStatus.ACTIEF,
        content=MatchContent(betrokkenen=() if lapsed else (Betrokkene(naam="C. Ontact", instantie="Wijkteam"),)),
    )

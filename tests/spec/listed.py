"""A file of a test's own: messages as rows, without a format."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from gateway.canonical.batch import FileFacts, Row, RowResult
from gateway.canonical.finding import Finding
from gateway.flow.files import Files, Outcome
from gateway.flow.identity import Recognition
from gateway.store.work import FileBatch
from tests.spec.formats import PLAIN, Message
from tests.spec.office import Office
from tests.spec.people import SCHOOL

ACTIONS = {"signaalAfgeven": "afgeven", "signaalBeeindigen": "beeindigen", "signaalIntrekken": "intrekken"}


class Listed:
    """Rows as an adapter would give them; the first stands on line 2, below a header."""

    def __init__(self, rows: Iterable[Message | Row]) -> None:
        self.facts = FileFacts(kind="csv")
        self._rows = rows

    def __iter__(self) -> Iterator[Row]:
        for line, said in enumerate(self._rows, 2):
            yield replace(said, line=line) if isinstance(said, Row) else row(said, line)


def row(message: Message, line: int = 0) -> Row:
    return Row(
        line=line,
        request=PLAIN.request(message),
        handeling=ACTIONS.get(message.operation, ""),
        bron_systeem=message.fields.get("bron_systeem", ""),
        bron_signaal_id=message.fields.get("bron_signaal_id", ""),
    )


def unreadable(source: str = "") -> Row:
    system = "leerlingvolg" if source else ""
    return Row(line=0, request=None, findings=(Finding(code="VIX-1001"),), bron_systeem=system, bron_signaal_id=source)


class Desk:
    """Who takes files in for one organisation."""

    def __init__(self, office: Office, partner: str = SCHOOL) -> None:
        self.office = office
        self.partner = office.directory.partners[partner]
        self.files = Files(office.store, office.intake, Recognition(office.store.ring), office.clock)

    def begin(self, *, whole: bool = False, content: str = "") -> FileBatch:
        return self.files.begin(self.partner, whole=whole, content=content)

    def take(
        self,
        rows: Iterable[Message | Row],
        *,
        whole: bool = False,
        content: str = "",
        told: Callable[[FileBatch], None] = lambda _: None,
    ) -> Outcome:
        return self.files.carry(Listed(rows), self.begin(whole=whole, content=content), self.partner, told)

    def report(self, outcome: Outcome) -> list[RowResult]:
        return list(self.office.store.read.rows(outcome.batch))

    def told(self, outcome: Outcome) -> list[tuple[int, str]]:
        return [(result.line, result.status.value) for result in self.report(outcome)]

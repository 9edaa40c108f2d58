"""What goes back to who sent a file: its result line by line, its matches, and why it was refused whole.

Every cell goes out through `wire.tabular.written`, so that a spreadsheet runs nothing of it.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

from gateway.canonical.batch import FileFacts, RowResult
from gateway.canonical.finding import Finding
from gateway.canonical.match import Betrokkene, Match
from gateway.canonical.order import Expiring
from gateway.canonical.receipt import MatchPage
from gateway.canonical.regie import Regie
from gateway.canonical.signal import Signal
from gateway.canonical.terms import Meaning, Question
from gateway.clock import AMSTERDAM
from gateway.rules import cards
from gateway.rules.findings import FindingTexts
from gateway.wire.tabular import written

BOM = b"\xef\xbb\xbf"
"""Without it Excel takes a file for Windows-1252."""
KEYS = {
    "actie": "handeling",
    "bron_systeem": "bron_systeem",
    "bron_signaal_id": "bron_signaal_id",
    "revisie": "revisie",
}
"""The columns by which a sender knows its row again -> the field of a result."""
TOLD = (
    "status", "signaal_id", "ontvangen_op", "verwijderdatum", "betekenissen", "niet_bewaard", "vragen", "bevindingen",
)  # fmt: skip
MATCH = (
    "niet_in_dossier", "vervalt_op", "bron_signaal_id", "match_id", "soort", "niet_dezelfde_jeugdige", "ontstaan_op",
    "status", "opvolging",
)  # fmt: skip
OTHER = ("naam", "functie", "instantie", "locatie", "telefoon", "email", "coordinator")
REGIE = (
    "regie_status", "regie_wie", "regie_naam", "regie_instantie", "regie_aangeboden", "regie_herzien_op", "regie_stand",
    "regie_niet_zichtbaar_voor",
)  # fmt: skip
PROPOSAL = ("bron_systeem", "bron_signaal_id", "revisie")
_BETWEEN = " | "


class Writer:
    """Writes files. Without state."""

    def __init__(self, *, texts: FindingTexts, display: Callable[[str, str], str]) -> None:
        self._texts = texts
        self._display = display

    def results(self, facts: FileFacts, lines: Iterable[RowResult]) -> Iterator[bytes]:
        """The result of a file: a header, and a line for each of its rows."""
        own = (facts.columns.get(name, name) for name in KEYS)
        yield BOM + written(("regel", *own, *TOLD))
        for line in lines:
            yield written(self._result(line))

    def matches(self, page: MatchPage, expires: dt.date) -> bytes:
        """Matches with a line for each of the others involved; to be thrown away on `expires`."""
        others = (f"betrokkene_{name}" for name in OTHER)
        lines = [BOM + written((*MATCH, *others, "betekenissen", "uitleg", *REGIE, "verwijderen"))]
        for match in page.matches:
            for other in match.content.betrokkenen or (None,):
                lines.append(written(self._match(match, other, expires)))
        return b"".join(lines)

    def expiring(self, order: Expiring) -> bytes:
        """That an own signal will end, by the sender's own ids."""
        ids = (order.bron_systeem, order.bron_signaal_id, str(order.revisie), str(order.signaal_id))
        said = (*ids, order.verloopt_op.isoformat(), str(order.dagen))
        return BOM + written((*PROPOSAL, "signaal_id", "verloopt_op", "dagen")) + written(said)

    def proposal(self, signals: Iterable[Signal]) -> Iterator[bytes]:
        """What a whole list no longer names, by the sender's own ids and the moment of its report."""
        yield BOM + written((*PROPOSAL, "datum_tijd_melding"))
        for signal in signals:
            ids = (str(getattr(signal, name)) for name in PROPOSAL)
            yield written((*ids, _moment(signal.datum_tijd_melding)))

    def _result(self, line: RowResult) -> Iterator[str]:
        yield str(line.line)
        yield from (getattr(line, name) for name in KEYS.values())
        yield line.status.value
        yield str(line.signaal_id or "")
        yield _moment(line.ontvangen_op) if line.ontvangen_op else ""
        yield line.verwijderdatum.isoformat() if line.verwijderdatum else ""
        yield _BETWEEN.join(map(_meaning, line.betekenissen))
        yield _BETWEEN.join(f"{one.axis}: {one.count}" for one in line.niet_bewaard)
        yield _BETWEEN.join(map(self._question, line.vragen))
        yield _BETWEEN.join(map(self._finding, line.bevindingen))

    def _question(self, question: Question) -> str:
        """The word, and what may be put in the column of its concept."""
        choices = (f"{concept} ({self._display(question.axis, concept)})" for concept in question.choices)
        return f'{question.axis}: "{question.word}" = ? {question.axis}_begrip: {" of ".join(choices)}'

    def _finding(self, finding: Finding) -> str:
        text = self._texts.text(finding)
        place = f" bij {finding.at}" if finding.at else ""
        return f"{finding.code} {finding.ernst.value}{place}. Regel: {text.rule} Herstel: {text.fix}"

    def _match(self, match: Match, other: Betrokkene | None, expires: dt.date) -> Iterator[str]:
        yield from ("ja", expires.isoformat(), match.bron_signaal_id or "", str(match.match_id), match.soort.value)
        yield from ("ja" if match.niet_dezelfde_jeugdige else "nee", _moment(match.ontstaan_op), match.status.value)
        yield match.opvolging.value if match.opvolging else ""
        yield from (getattr(other, name) or "" for name in OTHER) if other else ("" for _ in OTHER)
        yield _BETWEEN.join(map(_meaning, match.content.betekenissen))
        explained = (cards.lines(one) for one in match.uitleg if other and one.instantie == other.instantie)
        yield _BETWEEN.join(line for lines in explained for line in lines)
        yield from _regie(match.regie) if match.regie else ("" for _ in REGIE)
        yield "ja" if match.verwijderen else ""


def _regie(regie: Regie) -> Iterator[str]:
    yield from (regie.status.value, regie.wie.value, regie.naam or "", regie.instantie or "")
    yield "ja" if regie.aangeboden else "nee"
    yield regie.herzien_op.isoformat() if regie.herzien_op else ""
    yield regie.stand
    yield _BETWEEN.join(regie.niet_zichtbaar_voor)


def _meaning(meaning: Meaning) -> str:
    return f'{meaning.axis}: "{meaning.word}" = {meaning.concept} ({meaning.equivalence.value})'


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(AMSTERDAM).isoformat(timespec="seconds")

"""Who may not know a BSN never sees one, whatever they send or ask."""

import re
from collections.abc import Iterator

import pytest

from gateway.canonical.identifiers import Bsn
from tests.e2e.talk import BLIND, CARE, KOP, Sender, Told, children, envelope, own, person, signal, until
from tests.e2e.traces import Place, found, quietly, running


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running(tmp_path_factory.mktemp("unseen")) as it:
        yield it


def numbers_in(told: Told) -> list[str]:
    """Everything in an answer that could be a BSN."""
    possible = re.findall(rb"(?<![0-9A-Za-z-])[0-9]{8,9}(?![0-9A-Za-z-])", told.body)
    sound = []
    for text in possible:
        try:
            sound.append(Bsn.parse(text.decode().zfill(9)).reveal())
        except ValueError:
            continue
    return sound


def test_who_may_not_know_a_number_never_sees_one(place: Place) -> None:
    rows = [row for row in children() if row["opgeschort"] == "nee" and row["postcode"]][:6]
    numbers = [row["bsn"] for row in rows]
    seen: list[Told] = []
    with Sender(place.gateway, BLIND) as blind, Sender(place.gateway, CARE) as care, quietly():
        for row in rows:
            seen.append(blind.give(f"blind-{row['postcode']}", child=person(row)))
            assert (
                care.give(f"care-{row['postcode']}", child=f"<vi:bsn>{row['bsn']}</vi:bsn>{person(row)}").status == 200
            )
        assert place.delivered()
        assert until(
            lambda: len((last := blind.matches()).find("match")) >= len(rows) and bool(last.texts("betrokkene"))
        )
        bsn = numbers[0]
        said = f"<vi:bsn>{bsn}</vi:bsn>"
        wrong = [
            signal("b-1", bsn=bsn),
            signal("b-2", child=said + person(rows[0])),
            signal("b-3", child=person({**rows[0], "familienaam": bsn})),
            signal("b-4", child=person({**rows[0], "geboortedatum": bsn})),
            signal("b-5", child=person({**rows[0], "postcode": bsn})),
            signal("b-6", child=f"{said}{said}{person(rows[0])}"),
            signal("b-7", child=person(rows[0]), contact=f"<vi:telefoon>{bsn}</vi:telefoon>"),
            signal("b-8", child=person(rows[0]) + f"<vi:{'b' + bsn}/>"),
            signal("b-9", child=person(rows[0]), more=said),
            envelope(f"<vi:statusOpvragen>{KOP}{own(bsn)}</vi:statusOpvragen>"),
            envelope(f"<vi:matchesOpvragen>{KOP}<vi:na>{bsn}</vi:na></vi:matchesOpvragen>"),
            envelope(f"<vi:signaalIntrekken>{KOP}{own(bsn)}</vi:signaalIntrekken>"),
            envelope(f"<vi:zoeken>{said}</vi:zoeken>"),
            said.encode(),
        ]
        seen += [blind.post(body) for body in wrong]
        seen += [blind.status(f"blind-{row['postcode']}") for row in rows]
        seen += [blind.matches(), blind.say("eigenSignalenOpvragen"), blind.say("capaciteiten")]
        assert care.withdraw(f"care-{rows[0]['postcode']}").status == 200
        assert until(lambda: "VERVALLEN" in blind.status(f"blind-{rows[0]['postcode']}").texts("match/status"))
        seen += [blind.status(f"blind-{rows[0]['postcode']}"), blind.matches()]
    assert [told.status for told in seen[: len(rows)]] == [200] * len(rows)
    for told in seen:
        assert not found(numbers, {"answer": told.body})
        assert not numbers_in(told)

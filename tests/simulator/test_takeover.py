"""Signals that move from one provider to another: kept in silence, led from a moment on, and looked at."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.canonical.order import IndexCapabilities
from gateway.simulator.server import Simulator

from .wire import Sender, tag

ABLE = IndexCapabilities(opvragen=True, overnemen=True, stil=True, landelijk_uit=True, mails=True)
SILENT = tag("leidend", "false")
CHILD, SIBLING = "999996526", "999998006"


@contextmanager
def index_of(directory: Path, **less: object) -> Iterator[tuple[Sender, Sender]]:
    able = ABLE.model_copy(update=less)
    with Simulator(directory=directory, capabilities=able, family=dt.timedelta(0)) as index:
        one, two = Sender(index.url, "a"), Sender(index.url, "b")
        yield one, two
        one.close()
        two.close()


def lead(sender: Sender, signal: str, leads: str) -> str:
    return sender.ask("leidendZetten", tag("gatewayReferentie", signal) + tag("leidend", leads)).code


def held(sender: Sender, signal: str) -> list[dict[str, str]]:
    answer = sender.ask("signaalOpvragen", tag("gatewayReferentie", signal))
    return [
        {"status": one.findtext("{*}status"), "moment": one.findtext("{*}datumTijdMelding"),
         "leidend": one.findtext("{*}leidend"), "naam": one.findtext("{*}melder/{*}naam")}
        for one in answer.body.iterfind("{*}signaal")
    ]  # fmt: skip


def test_what_is_kept_in_silence_matches_and_nobody_is_mailed_or_told_nationally(tmp_path: Path) -> None:
    with index_of(tmp_path) as (school, doctor):
        school.register(CHILD, signal="s-1", extra=SILENT)
        [match] = doctor.register(CHILD, organisation="jeugdarts", signal="d-1", extra=SILENT).matches
        assert match["soort"] == "CLIENTMATCH"
        assert school.managed("GET", "mails") == {"mails": 0, "dubbel": 0}
        assert [one["leidend"] for one in held(school, "s-1")] == ["false"]


def test_from_when_it_leads_it_mails_of_what_is_new(tmp_path: Path) -> None:
    with index_of(tmp_path) as (school, doctor):
        school.register(CHILD, signal="s-1", extra=SILENT)
        doctor.register(CHILD, organisation="jeugdarts", signal="d-1", extra=SILENT)
        assert lead(school, "s-1", "true") == lead(doctor, "d-1", "true") == lead(doctor, "d-1", "true") == ""
        assert school.managed("GET", "mails")["mails"] == 0, "of what was known before nobody is mailed again"
        doctor.register(CHILD, organisation="wijkteam", signal="d-2")
        assert school.managed("GET", "mails") == {"mails": 4, "dubbel": 0}


def test_what_stands_under_a_reference_is_told_to_its_sender_alone(tmp_path: Path) -> None:
    with index_of(tmp_path) as (school, doctor):
        school.register(CHILD, signal="s-1", extra=SILENT, naam="V. Oorbeeld")
        assert held(school, "s-1") == [
            {"status": "ACTIEF", "moment": "2026-11-21T09:58:00+01:00", "leidend": "false", "naam": "V. Oorbeeld"}
        ]
        assert held(doctor, "s-1") == []
        school.withdraw("s-1")
        assert held(school, "s-1") == [{"status": "VERNIETIGD", "moment": None, "leidend": "false", "naam": None}]


@pytest.mark.parametrize("lacking", ["stil", "landelijk_uit"])
def test_an_index_that_cannot_be_silent_refuses(tmp_path: Path, lacking: str) -> None:
    with index_of(tmp_path, **{lacking: False}) as (school, _):
        assert school.register(CHILD, signal="s-1", extra=SILENT).code == "IX-422"
        school.register(CHILD, signal="s-1")
        assert lead(school, "s-1", "false") == "IX-422"


def test_an_index_that_does_not_tell_refuses(tmp_path: Path) -> None:
    with index_of(tmp_path, opvragen=False) as (school, _):
        assert school.ask("signaalOpvragen", tag("gatewayReferentie", "s-1")).code == "IX-422"


def test_an_index_that_takes_no_moment_over_begins_anew(tmp_path: Path) -> None:
    old = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
    able = ABLE.model_copy(update={"overnemen": False})
    with Simulator(directory=tmp_path, capabilities=able, clock=lambda: old) as index:
        school = Sender(index.url, "a")
        school.register(CHILD, signal="s-1", extra=SILENT)
        assert held(school, "s-1")[0]["moment"] == old.isoformat()
        school.close()

"""A match in a folder: whole, for its owner alone, once for each delivery, thrown away in time."""

import csv
import io
import stat
from pathlib import Path

import pytest

from gateway import compose
from gateway.canonical.order import Done, Poll, Retry, Unknown
from gateway.config import Config, PartnerConfig
from gateway.errors import IndexFault
from gateway.flow.courier import Destination
from gateway.rules.delivery import Recovery
from gateway.wire.message import WireResponse
from tests.contract.test_terugmelding import DELIVERY, ENDS, LAPSED, TOLD


def receiver(folder: Path) -> Destination:
    told = {"id": "school", "name": "School", "category": "onderwijs", "regions": ("r",)}
    partner = PartnerConfig.model_validate(told | {"delivery": {"folder": {"path": folder}}})
    [found] = compose.receivers_of(partner, Config())
    return found


def left(to: Destination) -> object:
    answer = to.transport.exchange(to.adapter.encode(TOLD), url=to.url, deadline=1.0)
    return to.adapter.decode(TOLD, answer) if isinstance(answer, WireResponse) else answer


def test_a_file_is_left_for_its_owner_alone(tmp_path: Path) -> None:
    to = receiver(tmp_path)
    for _ in range(2):
        assert left(to) == Done()
    [file] = tmp_path.iterdir()
    assert file.name == f"matches-{DELIVERY}.csv"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    [row] = csv.DictReader(io.StringIO(file.read_text("utf-8-sig"), newline=""), delimiter=";")
    assert (row["niet_in_dossier"], row["betrokkene_naam"], row["status"]) == ("ja", "C. Ontact", "ACTIEF")
    assert row["vervalt_op"] > "2026-11-22"


def test_what_a_broken_attempt_left_behind_is_replaced(tmp_path: Path) -> None:
    part = tmp_path / f".matches-{DELIVERY}.csv.deel"
    part.write_text("half")
    part.chmod(0o644)
    assert left(receiver(tmp_path)) == Done()
    [file] = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_link_that_somebody_laid_there_is_not_followed(tmp_path: Path) -> None:
    elsewhere, folder = tmp_path / "elders", tmp_path / "map"
    folder.mkdir()
    elsewhere.write_text("van een ander")
    for name in (f".matches-{DELIVERY}.csv.deel", f"matches-{DELIVERY}.csv"):
        (folder / name).symlink_to(elsewhere)
    assert left(receiver(folder)) == Done()
    assert elsewhere.read_text() == "van een ander"
    assert not (folder / f"matches-{DELIVERY}.csv").is_symlink()


def test_without_its_folder_it_waits(tmp_path: Path) -> None:
    assert left(receiver(tmp_path / "nergens")) == Retry(reason="map")


def test_a_name_that_is_taken_by_a_folder_leaves_nothing_half(tmp_path: Path) -> None:
    (tmp_path / f"matches-{DELIVERY}.csv").mkdir()
    assert left(receiver(tmp_path)) == Retry(reason="map")
    assert [one.name for one in tmp_path.iterdir()] == [f"matches-{DELIVERY}.csv"]


def test_a_lapse_holds_no_contact(tmp_path: Path) -> None:
    body = receiver(tmp_path).adapter.encode(LAPSED).body
    assert b"VERVALLEN" in body and b"Ontact" not in body


def test_that_a_signal_ends_is_a_file_of_its_own(tmp_path: Path) -> None:
    to = receiver(tmp_path)
    answer = to.transport.exchange(to.adapter.encode(ENDS), url=to.url, deadline=1.0)
    assert isinstance(answer, WireResponse) and to.adapter.decode(ENDS, answer) == Done()
    [file] = tmp_path.iterdir()
    assert file.name == f"verloop-{DELIVERY}.csv"
    [row] = csv.DictReader(io.StringIO(file.read_text("utf-8-sig"), newline=""), delimiter=";")
    assert row == {
        "bron_systeem": "leerlingvolg", "bron_signaal_id": "s-<1>&", "revisie": "2",
        "signaal_id": str(ENDS.signaal_id), "verloopt_op": "2027-01-20", "dagen": "60",
    }  # fmt: skip


def test_it_takes_announcements_only(tmp_path: Path) -> None:
    adapter = receiver(tmp_path).adapter
    with pytest.raises(IndexFault):
        adapter.encode(Poll(message_id=DELIVERY, cursor=0))
    assert adapter.decode(TOLD, WireResponse(500, b"")) == Unknown(reason="map-500")
    assert adapter.recovery("notice") is Recovery.REPEAT
    assert adapter.declared().axes == frozenset()

"""Another configuration without a stop: taken whole or not at all, and nobody who asks meanwhile is let down."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from gateway import compose
from gateway.cli import reloading
from gateway.cli.reloading import Note, Reloader, processes
from gateway.cli.running import free_port
from gateway.compose import House
from gateway.config import Config, check, read
from gateway.errors import Misconfigured
from gateway.store.keyring import KeyRing
from tests.cli.conftest import Run
from tests.cli.processes import running
from tests.cli.test_processes import SCHOOL, configuration, ready
from tests.cli.toml import toml
from tests.e2e.talk import Sender, until
from tests.store.material import Maker

STRICT = (files("gateway.mappings") / "packs" / "landelijk-strikt.toml").read_text("utf-8")
TURNS = 20


def own_pack(file: Path, name: str) -> str:
    """Write the strict pack under another name; gives the label it now has."""
    file.write_text(STRICT.replace('id = "landelijk-strikt"', 'id = "eigen"').replace("Landelijke wet", name), "utf-8")
    return compose.packs_in((file,))["eigen"].label


# a process that runs


@pytest.mark.verify
def test_whoever_sends_while_the_configuration_changes_twenty_times_is_answered(tmp_path: Path) -> None:
    KeyRing.create(tmp_path / "keyring.json")
    pack, file, run, port = tmp_path / "eigen.toml", tmp_path / "gateway.toml", tmp_path / "run", free_port()
    url = f"http://127.0.0.1:{port}"
    labels = [own_pack(pack, "Eigen")]
    with ExitStack() as stack:
        place = ("--dir", str(tmp_path / "index"), "--clock", "2026-11-21T12:00:00")
        index = stack.enter_context(running(tmp_path, "simulate-index", "--port", str(free_port()), *place))
        config = configuration(tmp_path, index.first_line()["soap"], port)
        config |= {"run": str(run), "packs": [str(pack)]}
        config["regions"]["noord"]["pack"] = "eigen"
        file.write_text(toml(config), encoding="utf-8")
        commands = [stack.enter_context(running(tmp_path, role, "--config", str(file))) for role in ("serve", "work")]
        ready(url)
        assert until(lambda: len(list(processes(run))) == 2)
        with sending(url) as answers:
            for turn in range(TURNS):
                labels.append(own_pack(pack, f"Eigen {turn}"))
                told = reloading.ask(run)
                assert [(item.name.split("-")[0], item.problems) for item in told] == [("serve", ()), ("work", ())]
                beyond = len(answers)
                assert until(lambda beyond=beyond: len(answers) > beyond + 5)  # type: ignore[misc]
            pack.write_text("id =", "utf-8")
            for item in reloading.ask(run):
                assert item.problems == (f"{pack}: is not TOML",)
            beyond = len(answers)
            assert until(lambda: len(answers) > beyond + 20), "the old one goes on"
        assert {status for _, status, _ in answers} == {200}
        assert {label for _, _, label in answers} <= set(labels)
        assert {label for _, _, label in answers[-10:]} == {labels[-1]}
        assert len({label for _, _, label in answers}) >= TURNS, "each answered by the one of then"
        with Sender(url, SCHOOL) as last:
            for name in (answers[0][0], answers[-1][0]):
                assert until(lambda name=name: last.status(name).text("bezorging") == "BIJ_INDEX")  # type: ignore[misc]
        assert [process.end() for process in commands] == [0, 0]
        assert list(processes(run)) == [] and list(run.iterdir()) == []


@contextmanager
def sending(url: str) -> Iterator[list[tuple[str, int, str]]]:
    """Four who send one after another until it ends; gives of each answer its signal, its status and its pack."""
    answers: list[tuple[str, int, str]] = []
    ended = threading.Event()

    def send(number: int) -> None:
        with Sender(url, SCHOOL) as sender:
            count = 0
            while not ended.is_set():
                name = f"s-{number}-{count}"
                told = sender.give(name)
                answers.append((name, told.status, told.text("beleid")))
                count += 1

    threads = [threading.Thread(target=send, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        ended.set()
        for thread in threads:
            thread.join()


# whole or not at all


@pytest.fixture
def parts(tmp_path: Path, config: dict[str, Any]) -> Iterator[House]:
    config["regions"]["zuid"] = {"pack": "regionaal", "index": "noord", "covenant": "c", "dpia": "d"}
    house = compose.house(check(config, source="test"))
    yield house
    house.close()


def other(config: dict[str, Any], **changes: Any) -> Config:
    return check({**config, **changes}, source="test")


def refused(parts: House, config: Config) -> tuple[str, ...]:
    with pytest.raises(Misconfigured) as told:
        compose.renewed(parts, config)
    return told.value.problems


def test_a_new_configuration_knows_the_new_and_what_was_decided_before(parts: House, config: dict[str, Any]) -> None:
    old = parts.directory.regions["noord"].policy.packs[0].pack
    partners = [*config["partners"], {**config["partners"][0], "id": "buurthuis", "name": "Buurthuis"}]
    new = compose.renewed(parts, other(config, partners=partners))
    assert new.directory.partners.keys() == {"school", "buurthuis"} and new.store is parts.store
    assert parts.directory.partners.keys() == {"school"}, "who holds the old one sees nothing of it"
    assert new.directory.past_pack(old.label) == old
    before = parts.store.ways
    compose.adopt(new)
    assert parts.store.ways is not before


def test_everything_that_is_wrong_is_told_at_once_and_nothing_changes(
    parts: House, config: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "leeg.csv").write_text("geen;kolom\n", "utf-8")
    partner = {
        **config["partners"][0], "csv_layout": "nergens", "professionals": str(tmp_path / "leeg.csv"),
        "overlay": str(tmp_path / "weg.csv"),
    }  # fmt: skip
    wrong = other(
        config,
        http={**config["http"], "port": 1},
        packs=[str(tmp_path / "weg.toml")],
        partners=[partner],
        indexes={"noord": {**config["indexes"]["noord"], "client_key": str(tmp_path / "weg.key")}},
    )
    told = refused(parts, wrong)
    for place in ("http.port", "weg.toml", "csv_layout", "professionals", "weg.csv"):
        assert [line for line in told if place in line], (place, told)
    assert len(told) == len(set(told)) >= 6


@pytest.mark.parametrize(
    "changes",
    [{"environment": "sandbox"}, {"http": {"host": "127.0.0.2"}}, {"run": "elders"}, {"store": {"url": "sqlite:///x"}}],
    ids=lambda changes: next(iter(changes)),
)
def test_what_a_process_is_does_not_change(parts: House, config: dict[str, Any], changes: dict[str, Any]) -> None:
    (place,) = changes
    merged = {**config.get(place, {}), **changes[place]} if isinstance(changes[place], dict) else changes[place]
    (told,) = refused(parts, other(config, **{place: merged}))
    assert told.startswith(place) and "stop it and start it" in told


def test_a_region_with_signals_and_an_index_with_messages_stay_named(
    parts: House, config: dict[str, Any], tmp_path: Path
) -> None:
    regions = {name: region for name, region in config["regions"].items() if name != "zuid"}
    compose.renewed(parts, other(config, regions=regions))
    parts.store.do(Maker(KeyRing.open(tmp_path / "keyring.json")).accept(regio="zuid", bestemming="oost"))
    assert refused(parts, other(config, regions=regions)) == (
        "regions.zuid: there are signals of it; keep it, with the pack 'beeindigd' when it ends",
        "indexes.oost: messages wait for it; keep it until `verwijsindex status` shows none",
    )


# who takes it


class Taken:
    def __init__(self) -> None:
        self.houses: list[House] = []

    def __call__(self, house: House) -> None:
        self.houses.append(house)


def test_what_cannot_be_taken_leaves_the_old_one_and_it_may_be_asked_again(
    parts: House, config: dict[str, Any], written: Callable[[], Path]
) -> None:
    file, taken = written(), Taken()
    reloader = Reloader("serve", parts, lambda: read(file), taken)
    file.write_text("wat =", "utf-8")
    assert "is not TOML" in reloader._turn()[0]
    config["partners"][0]["name"] = "De Wilg"
    written()
    assert reloader._turn() == ()
    assert [house.config.partners[0].name for house in taken.houses] == ["De Wilg"]
    file.unlink()
    assert "cannot be read" in reloader._turn()[0]
    fallen = Reloader("serve", parts, nothing, taken)
    assert fallen._turn() == ("ZeroDivisionError: what the configuration needs does not answer; ask again",)


def nothing() -> Config:
    raise ZeroDivisionError


# who is there


def test_only_a_process_that_lives_is_found_and_what_a_killed_one_left_is_taken_away(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from gateway.cli.reloading import Note;"
        "Note.of(Path(sys.argv[1]), 'work').write(3, ('kapot',)); os.kill(os.getpid(), 9)"
    )
    left = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    assert left.returncode == -signal.SIGKILL and len(list(tmp_path.iterdir())) == 2
    mine = Note.of(tmp_path, "serve")
    mine.write(1, ("kapot",))
    (found,) = processes(tmp_path)
    assert (found.name, found.pid, found.turn, found.problems) == (f"serve-{os.getpid()}", os.getpid(), 1, ("kapot",))
    assert len(list(tmp_path.iterdir())) == 2
    mine.remove()
    assert list(processes(tmp_path)) == [] and list(tmp_path.iterdir()) == []


def test_a_process_that_does_not_answer_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = Note.of(tmp_path, "serve")
    mine.write(0, ())
    monkeypatch.setattr(reloading, "PATIENCE", 0.1)
    heard: list[int] = []
    before = signal.signal(signal.SIGHUP, lambda number, _: heard.append(number))
    try:
        with pytest.raises(Misconfigured, match="does not answer"):
            reloading.ask(tmp_path)
    finally:
        signal.signal(signal.SIGHUP, before)
        mine.remove()
    assert heard == [signal.SIGHUP]


def test_the_command_checks_first_and_asks_nobody_with_a_fault(
    verwijsindex: Run, written: Callable[[], Path], config: dict[str, Any], tmp_path: Path
) -> None:
    assert "run: is not set" in verwijsindex("reload", "--config", written()).err
    run = tmp_path / "run"
    config["run"] = str(run)
    assert "Nothing runs here" in verwijsindex("reload", "--config", written()).out
    mine = Note.of(run, "serve")
    mine.write(0, ())
    heard: list[int] = []

    def hear(number: int, _: object) -> None:
        heard.append(number)
        mine.write(len(heard), ("regions.noord: kapot",) if len(heard) > 1 else ())

    before = signal.signal(signal.SIGHUP, hear)
    try:
        config["packs"] = [str(tmp_path / "weg.toml")]
        said = verwijsindex("reload", "--config", written())
        assert (said.code, heard) == (2, []) and "weg.toml: cannot be read" in said.err
        config["packs"] = []
        assert verwijsindex("reload", "--config", written()).out.endswith("the new configuration works\n")
        said = verwijsindex("reload", "--config", written())
        assert said.code == 2 and said.err == f"serve-{os.getpid()}: regions.noord: kapot\n"
        assert said.out.endswith("the old configuration goes on\n")
    finally:
        signal.signal(signal.SIGHUP, before)
        mine.remove()

"""The short commands: keyring, status, settle, hold and resume, vocabulary, version."""

import json
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from gateway import __version__, compose
from gateway.canonical.order import Unknown
from gateway.config import read
from gateway.rules.delivery import State
from gateway.rules.vocabulary_tables import MapRow
from gateway.store.keyring import KeyRing
from gateway.store.work import Freeze
from tests.cli.conftest import Run
from tests.store.material import Maker, claim, settled

AXES = (
    *("urgentie", "crisis", "veiligheid", "veiligheid-voor", "beoordeeld-door", "handelt", "meldgrond", "domein"),
    *("betrokkenheid", "functie", "organisatietype", "eindreden", "regie", "afstemming", "grondslag", "geinformeerd"),
)


def test_a_key_ring_is_its_owners_only(verwijsindex: Run, tmp_path: Path) -> None:
    file = tmp_path / "safe" / "keyring.json"
    said = verwijsindex("keyring", file)
    assert said.code == 0
    assert KeyRing.open(file).fingerprint() in said.out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_key_ring_is_never_overwritten(verwijsindex: Run, tmp_path: Path) -> None:
    file = tmp_path / "keyring.json"
    verwijsindex("keyring", file)
    before = file.read_bytes()
    said = verwijsindex("keyring", file)
    assert (said.code, file.read_bytes()) == (2, before)
    assert "never overwritten" in said.err


def test_nothing_of_a_key_ring_is_said(verwijsindex: Run, tmp_path: Path) -> None:
    file = tmp_path / "keyring.json"
    said = verwijsindex("keyring", file)
    secrets = [part for part in file.read_text(encoding="utf-8").split('"') if part.endswith("=")]
    assert len(secrets) == 3
    assert not [secret for secret in secrets if secret in said.out + said.err]


def test_status_shows_what_is_stored(verwijsindex: Run, written: Callable[[], Path]) -> None:
    said = verwijsindex("status", "--config", written())
    assert said.code == 0
    assert "signals" in said.out
    assert "index noord: open" in said.out


def test_an_index_is_held_until_it_is_resumed(verwijsindex: Run, written: Callable[[], Path]) -> None:
    file = written()
    assert verwijsindex("hold", "noord", "--config", file).out == "index noord: held\n"
    assert "index noord: nothing is sent" in verwijsindex("status", "--config", file).out
    parts = compose.house(read(file))
    assert parts.store.read.closed() == frozenset({"noord"})
    parts.close()
    assert verwijsindex("resume", "noord", "--config", file).out == "index noord: open\n"
    assert "index noord: open" in verwijsindex("status", "--config", file).out


def test_a_receiver_is_held_until_it_is_resumed(
    verwijsindex: Run, written: Callable[[], Path], config: dict[str, Any]
) -> None:
    config["partners"][0]["delivery"] = {"soap": {"url": "https://school.voorbeeld.nl/"}}
    path = written()
    assert verwijsindex("hold", "school/soap", "--config", path).code == 0
    assert "receiver school/soap: nothing is sent" in verwijsindex("status", "--config", path).out
    assert verwijsindex("resume", "school/soap", "--config", path).code == 0
    assert "school/soap" not in verwijsindex("status", "--config", path).out
    assert verwijsindex("hold", "school/folder", "--config", path).code != 0


@pytest.fixture
def parked(written: Callable[[], Path]) -> tuple[Path, UUID]:
    """A configuration, and the message in its store that waits for a person."""
    file = written()
    parts = compose.house(read(file))
    unit = Maker(parts.store.ring).accept(index="noord", regio="noord")
    parts.store.do(unit)
    [job] = claim(parts.store)
    parts.store.do(Freeze(job, b"<xml/>"))
    parts.store.do(settled(job, State.PARKED, Unknown(reason="tijd")))
    parts.close()
    return file, job.id


def state_of(file: Path) -> list[str]:
    """The states of all messages."""
    url = read(file).store.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(url)) as connection:
        return [state for (state,) in connection.execute("SELECT state FROM outbox WHERE signal_id IS NOT NULL")]


@pytest.mark.parametrize(
    ("option", "told", "state"),
    [
        ("--taken", "it is there: what waited behind it goes on\n", "done"),
        ("--not-taken", "it goes again\n", "waiting"),
    ],
)
def test_a_person_says_once_what_became_of_a_message(
    verwijsindex: Run, parked: tuple[Path, UUID], option: str, told: str, state: str
) -> None:
    file, message = parked
    assert f"needs a person: message {message} (register) to noord" in verwijsindex("status", "--config", file).out
    said = verwijsindex("settle", str(message), option, "--config", file)
    assert (said.code, said.out, said.err, state_of(file)) == (0, told, "", [state])
    assert "needs a person" not in verwijsindex("status", "--config", file).out
    again = verwijsindex("settle", str(message), option, "--config", file)
    assert (again.code, again.out, state_of(file)) == (2, "", [state])


def test_of_a_message_that_waits_for_nobody_a_person_says_nothing(verwijsindex: Run, parked: tuple[Path, UUID]) -> None:
    file, message = parked
    other = uuid4()
    said = verwijsindex("settle", str(other), "--taken", "--config", file)
    told = f"no message {other} waits for a person; `verwijsindex status` names those that do\n"
    assert (said.code, said.out, said.err) == (2, "", told)
    for arguments in ((str(message),), ("--taken",), ("elf", "--taken")):
        assert verwijsindex("settle", *arguments, "--config", file).code == 2, "it is not known what is meant"
    assert state_of(file) == ["parked"]


def test_an_index_that_is_not_there_cannot_be_held(verwijsindex: Run, written: Callable[[], Path]) -> None:
    said = verwijsindex("hold", "zuid", "--config", written())
    assert (said.code, said.err) == (2, "no index 'zuid'; there are noord\n")


def test_the_configuration_may_come_from_the_environment(
    verwijsindex: Run, written: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_CONFIG", str(written()))
    assert "index noord: open" in verwijsindex("status").out


@pytest.mark.parametrize(
    "command",
    [("serve",), ("work",), ("status",), ("hold", "noord"), ("resume", "noord"), ("settle", str(uuid4()), "--taken")],
    ids=lambda command: command[0],
)
def test_without_a_configuration_nothing_starts(
    verwijsindex: Run, command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = verwijsindex(*command)
    assert said.code == 2
    assert "gateway.toml: cannot be read" in said.err
    assert "Traceback" not in said.err


def test_the_shipped_vocabulary_obeys_its_rules(verwijsindex: Run) -> None:
    assert verwijsindex("vocabulary", "check").code == 0


def test_a_vocabulary_that_breaks_a_rule_is_told(verwijsindex: Run, tmp_path: Path) -> None:
    said = verwijsindex("vocabulary", "check", tmp_path)
    assert said.code == 1
    assert "concepts.csv" in said.err


@pytest.mark.parametrize("axis", AXES)
def test_every_concept_of_an_axis_is_shown_whole(verwijsindex: Run, axis: str) -> None:
    said = verwijsindex("vocabulary", "axis", axis)
    assert said.code == 0
    assert "…" not in said.out
    for code in compose.shared_vocabulary().choices(axis):
        assert f" {code} " in said.out


def test_an_axis_that_is_not_there_is_told_which_there_are(verwijsindex: Run) -> None:
    for command in (("axis", "haast"), ("translate", "haast", "spoed"), ("show", "spoed", "--axis", "haast")):
        said = verwijsindex("vocabulary", *command)
        assert said.code == 2
        assert said.err == f"no axis 'haast'; there are {', '.join(AXES)}\n"


def test_a_word_without_meaning_gets_a_question_and_danger_gets_the_advice_to_phone(verwijsindex: Run) -> None:
    said = verwijsindex("vocabulary", "translate", "urgentie", "spoed", "--list", "lokaal-team-vrije-tekst")
    meaning, question, advice = said.out.splitlines()
    assert meaning.startswith("'spoed' -> onbekend (unmatched, lokaal-team-vrije-tekst@")
    assert question.startswith("question: which of direct, binnen-1-uur")
    assert "112" in advice
    assert "0800-2000" in advice


def test_a_word_with_a_meaning_has_its_degree_and_its_map(verwijsindex: Run) -> None:
    said = verwijsindex("vocabulary", "translate", "urgentie", "urgent", "--list", "zvj-signaalcode")
    assert said.out.startswith("'urgent' -> binnen-1-werkdag (equivalent, zvj-signaalcode@")
    assert len(said.out.splitlines()) == 1


def test_a_list_that_is_not_there_is_told_which_there_are(verwijsindex: Run) -> None:
    for command in (("translate", "urgentie", "spoed"), ("show", "spoed")):
        said = verwijsindex("vocabulary", *command, "--list", "eigen")
        assert said.code == 2
        assert "there are" in said.err
        assert "zvj-signaalcode" in said.err


def test_a_word_is_shown_with_every_list_that_knows_it(verwijsindex: Run) -> None:
    said = verwijsindex("vocabulary", "show", "URGENT")
    assert said.code == 0
    for told in (
        "hl7-request-priority (FHIR RequestPriority): urgent = Urgent",
        "  asked back: it stands for no concept of ours",
        "zvj-signaalcode (Zorg voor Jeugd, signaalcode): urgent = Urgent signaal (Groningen)",
        "  urgentie: binnen-1-werkdag (Contact binnen 1 werkdag), equivalent",
        "  its own clock: 1WD, from signaal: signaalgever en procescoördinator, contact",
    ):
        assert told in said.out.splitlines()
    assert "112" not in said.out
    one = verwijsindex("vocabulary", "show", "urgent", "--list", "zvj-signaalcode").out
    assert "hl7" not in one and "zvj-signaalcode" in one


def test_a_word_that_means_danger_is_shown_with_the_advice_once(verwijsindex: Run) -> None:
    for word, *options in (("acuut",), ("direct",), ("spoedeisend",), ("acuut", "--axis", "veiligheid")):
        assert verwijsindex("vocabulary", "show", word, *options).out.count("bel 112") == 1, word


def test_a_word_is_shown_on_one_axis_as_a_signal_would_have_it(verwijsindex: Run) -> None:
    said = verwijsindex("vocabulary", "show", "acuut", "--axis", "urgentie", "--list", "veilig-thuis-termijnen").out
    assert "urgentie: direct" in said and "veiligheid: acuut-onveilig" not in said
    assert "'acuut' -> direct (inexact, veilig-thuis-termijnen@" in said


def test_an_own_code_is_shown_with_its_definition_and_a_strange_word_as_strange(verwijsindex: Run) -> None:
    assert (
        "verwijsindex: handelt: ter-kennisname (Ter kennisname)"
        in verwijsindex("vocabulary", "show", "ter-kennisname").out
    )
    said = verwijsindex("vocabulary", "show", "kanarie")
    assert (said.code, said.out) == (0, "No list knows 'kanarie': it is accepted as onbekend and asked back.\n")
    assert "46" in (lapsed := verwijsindex("vocabulary", "show", "46").out) and "valid ... to 2016-05-24" in lapsed


def test_all_that_means_danger_is_listed_with_its_status(verwijsindex: Run) -> None:
    said = verwijsindex("vocabulary", "danger").out
    assert compose.shared_vocabulary().version in said
    for told in ("onbevestigd", "concept", "asked back", "spoed"):
        assert told in said


def test_checking_the_words_covers_what_a_configuration_lays_over_them(
    verwijsindex: Run, written: Callable[[], Path], config: dict[str, Any], tmp_path: Path
) -> None:
    assert verwijsindex("vocabulary", "check", "--config", written()).code == 0
    header = ",".join(MapRow.columns)
    (tmp_path / "regio.csv").write_text(f"{header}\nlijst,*,x,urgentie,direct,inexact,,,,concept,bron,woord\n")
    config["regions"]["noord"]["overlay"] = str(tmp_path / "regio.csv")
    said = verwijsindex("vocabulary", "check", "--config", written())
    assert said.code == 1
    assert said.err.startswith("regions.noord.overlay: R4 regio.csv line 2: a row for every")


def test_it_knows_its_version(verwijsindex: Run) -> None:
    assert verwijsindex("version").out == f"{__version__}\n"


@pytest.mark.parametrize("arguments", [(), ("--help",), ("vocabulary", "--help"), ("sandbox", "--help")])
def test_help_is_at_hand(verwijsindex: Run, arguments: tuple[str, ...]) -> None:
    assert "Usage" in verwijsindex(*arguments).out + verwijsindex(*arguments).err


@pytest.mark.parametrize("command", ["serv", "vocabulary chek", "status --confg x"])
def test_a_command_that_is_not_there_is_refused(verwijsindex: Run, command: str) -> None:
    said = verwijsindex(*command.split())
    assert said.code == 2
    assert "No such" in said.err


def test_unknown_words_are_listed_by_their_hash_and_a_guess_is_told(
    verwijsindex: Run, written: Callable[[], Path]
) -> None:
    file = written()
    parts = compose.house(read(file))
    make = Maker(parts.store.ring)
    hashed = compose.recognition(parts).word("school", "urgentie", "kanarie")
    parts.store.do(make.accept(unknown=(("urgentie", hashed),)))
    parts.close()
    said = verwijsindex("vocabulary", "unknown", "--config", file)
    assert said.code == 0
    for told in ("school", "urgentie", " 1 ", "2026-11-21"):
        assert told in said.out
    assert "kanarie" not in said.out
    assert hashed.hex()[:8] in said.out
    for options in ((), ("--partner", "school")):
        assert "urgentie" in verwijsindex("vocabulary", "unknown", "--word", "Kanarie", *options, "--config", file).out
    no = verwijsindex("vocabulary", "unknown", "--word", "mus", "--config", file)
    assert (no.code, no.out) == (1, "That word is not among them.\n")
    wrong = verwijsindex("vocabulary", "unknown", "--partner", "niemand", "--config", file)
    assert (wrong.code, wrong.err) == (2, "no partner 'niemand'; there are school\n")


def test_two_versions_are_compared_by_directory_and_by_digest(
    verwijsindex: Run, written: Callable[[], Path], config: dict[str, Any], tmp_path: Path
) -> None:
    mine, shipped = tmp_path / "mine", Path("gateway/mappings/vocabulary")
    shutil.copytree(shipped, mine)
    zvj = mine / "maps" / "zvj.csv"
    zvj.write_text(zvj.read_text("utf-8").replace("binnen-1-werkdag,equivalent", "binnen-24-uur,equivalent"), "utf-8")
    said = verwijsindex("vocabulary", "diff", shipped, mine)
    assert said.code == 0
    assert said.out.splitlines()[-1] == "1 changes; 1 of them change what a word means."
    assert "binnen-24-uur" in said.out.replace("\n", "")
    (change,) = json.loads(verwijsindex("vocabulary", "diff", shipped, mine, "--json").out)["changes"]
    assert (change["kind"], change["table"], change["meaning"]) == ("changed", "maps", True)
    assert change["columns"] == [["target_code", "binnen-1-werkdag", "binnen-24-uur"]]
    header = ",".join(MapRow.columns)
    (tmp_path / "eigen.csv").write_text(f"{header}\nlijst,x,X,urgentie,direct,inexact,ja,,,concept,bron,woord\n")
    config["partners"][0]["overlay"] = str(tmp_path / "eigen.csv")
    parts = compose.house(read(written()))
    version = parts.directory.partners["school"].vocabulary.version
    parts.close()
    told = json.loads(verwijsindex("vocabulary", "diff", "shipped", version, "--json", "--config", written()).out)
    assert (told["old"], told["new"]) == (compose.shared_vocabulary().version, version)
    assert [(change["kind"], change["table"]) for change in told["changes"]] == [("added", "overlay 1")]


def test_a_version_that_is_not_there_is_told(verwijsindex: Run, written: Callable[[], Path], tmp_path: Path) -> None:
    for name, why in ((tmp_path, "no vocabulary is there"), ("000000000000", "no vocabulary '000000000000'")):
        said = verwijsindex("vocabulary", "diff", name, "--config", written())
        assert said.code == 2
        assert why in said.err

"""The doctor: every fault by its place and its fix, all at once; and nothing where nothing is wrong."""

import datetime as dt
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.doctor import examine
from tests.cli.conftest import Run
from tests.web.certificates import SUPPLIER, issue

Config = dict[str, Any]
Write = Callable[[], Path]
NOBODY = "http://127.0.0.1:9/soap"

FAULTS: dict[str, tuple[Callable[[Config], object], str, str, str]] = {
    "a key that is not there": (lambda c: c["http"].update(prot=1), "http.prot", "no such key", "mind its spelling"),
    "a key that is missing": (lambda c: c["partners"][0].pop("name"), "partners.0.name", "is missing", "add it"),
    "a value of another kind": (lambda c: c["http"].update(port="x"), "http.port", "valid integer", "mend this value"),
    "a token that is no hash": (
        lambda c: c["partners"][0].update(token_sha256="geheim"),
        "partners.0.token_sha256",
        "should match pattern",
        "mend this value",
    ),
    "an unknown region": (
        lambda c: c["partners"][0].update(regions=["zuid"]),
        "partners.school.regions",
        "no region 'zuid'",
        "add [regions.zuid]",
    ),
    "a layout that is not there": (
        lambda c: c["partners"][0].update(csv_layout="nergens.toml"),
        "partners.school.csv_layout",
        "no layout or file",
        "or a file",
    ),
    "professionals that are not there": (
        lambda c: c["partners"][0].update(professionals="nergens.csv"),
        "partners.school.professionals",
        "cannot be read",
        "mind its path",
    ),
    "a duty address without a mail server": (
        lambda c: c["partners"][0].update(duty_address="wacht@school.nl"),
        "partners.school.duty_address",
        "no mail server",
        "add [mail]",
    ),
    "a mail of matches without a mail server": (
        lambda c: c["partners"][0].update(delivery={"mail": {"address": "signalen@school.nl"}}),
        "partners.school.delivery.mail",
        "no mail server",
        "add [mail]",
    ),
    "a receiver's address that is none": (
        lambda c: c["partners"][0].update(delivery={"soap": {"url": "ftp://school.nl/"}}),
        "partners.0.delivery.soap.url",
        "should match pattern",
        "mend this value",
    ),
    "a way to a receiver that is not known": (
        lambda c: c["partners"][0].update(delivery={"duif": {"url": "https://school.nl/"}}),
        "partners.0.delivery.duif",
        "no such key",
        "mind its spelling",
    ),
    "a receiver's address in the clear in production": (
        lambda c: c["partners"][0].update(delivery={"soap": {"url": "http://school.nl/"}}),
        "partners.school.delivery.soap.url",
        "not https in production",
        "mend the address",
    ),
    "a receiver's token of two words": (
        lambda c: c["partners"][0].update(delivery={"soap": {"url": "https://school.nl/", "token_file": "Makefile"}}),
        "partners.school.delivery.soap.token_file",
        "more than one word",
        "leave the token alone",
    ),
    "a folder for matches for everybody": (
        lambda c: c["partners"][0].update(delivery={"folder": {"path": tempfile.gettempdir()}}),
        "partners.school.delivery.folder.path",
        "everybody may write",
        "chmod o-w",
    ),
    "a receiver's token that is not there": (
        lambda c: c["partners"][0].update(delivery={"soap": {"url": "https://school.nl/", "token_file": "nergens"}}),
        "partners.school.delivery.soap.token_file",
        "cannot be read",
        "mind its path",
    ),
    "a folder for matches that is not there": (
        lambda c: c["partners"][0].update(delivery={"folder": {"path": "nergens"}}),
        "partners.school.delivery.folder.path",
        "no such folder",
        "make it",
    ),
    "a receiver's certificate that is not there": (
        lambda c: c["partners"][0].update(delivery={"soap": {"url": "https://school.nl/", "authority": "nergens"}}),
        "partners.school.delivery.soap",
        "cannot be read as PEM",
        "mend the files",
    ),
    "a mail server's password that is not there": (
        lambda c: c.update(mail={"sender": "a@b.nl", "password_file": "nergens"}),
        "mail",
        "cannot be read",
        "check the files",
    ),
    "an unknown index": (
        lambda c: c["regions"]["noord"].update(index="zuid"),
        "regions.noord.index",
        "no index 'zuid'",
        "add [indexes.zuid]",
    ),
    "a mandate for nobody we know": (
        lambda c: c["certificates"][0].update(acts_for=["opvang"]),
        "certificates.acts_for",
        "no partner 'opvang'",
        "add it to [[partners]]",
    ),
    "two mandates of one certificate": (
        lambda c: c["certificates"].append(c["certificates"][0]),
        "certificates.oin",
        "two mandates",
        "in one",
    ),
    "keys in the store itself": (
        lambda c: c["store"].update(keys=c["store"]["url"]),
        "store.keys",
        "is the database itself",
        "backed up apart",
    ),
    "keys in the store itself, by another name": (
        lambda c: c["store"].update(keys=c["store"]["url"].replace("/data/", "/data/../data/")),
        "store.keys",
        "is the database itself",
        "backed up apart",
    ),
    "no address of a database": (
        lambda c: c["store"].update(url="gateway.db"),
        "store.url",
        "not the address of a database",
        "check the address",
    ),
    "a database of another kind": (
        lambda c: c["store"].update(url="mysql://db/gateway"),
        "store.url",
        "neither sqlite nor postgresql",
        "check the address",
    ),
    "a database that does not answer": (
        lambda c: c["store"].update(url="postgresql://nobody@127.0.0.1:9/gateway"),
        "store.url",
        "does not answer",
        "check the address",
    ),
    "no key ring": (
        lambda c: Path(c["store"]["keyring"]).unlink(),
        "store.keyring",
        "cannot be read",
        "`verwijsindex keyring`",
    ),
    "a broken key ring": (
        lambda c: Path(c["store"]["keyring"]).write_text("{}"),
        "store.keyring",
        "is not a key ring",
        "restore it from its backup",
    ),
    "a key ring for everybody": (
        lambda c: Path(c["store"]["keyring"]).chmod(0o644),
        "store.keyring",
        "others on this machine may read it",
        "chmod 600",
    ),
    "consent without a record": (
        lambda c: c["regions"]["noord"].update(pack="uitgebreid", covenant="c"),
        "regions.noord",
        "needs a recorded covenant and DPIA",
        "name covenant and dpia",
    ),
    "an unknown pack": (
        lambda c: c["regions"]["noord"].update(pack="eigen"),
        "regions.noord.pack",
        "no pack 'eigen'",
        "landelijk-strikt",
    ),
    "a pack that is not there": (lambda c: c.update(packs=["nergens.toml"]), "packs", "cannot be read", "name a file"),
    "a token in production": (
        lambda c: c["partners"][0].update(token_sha256="a" * 64),
        "partners.school.token_sha256",
        "a token in production",
        "client certificate",
    ),
    "a set clock in production": (
        lambda c: c.update(clock={"start": dt.datetime(2026, 11, 21, tzinfo=dt.UTC)}),
        "clock.start",
        "the legal clock is set",
        "remove it",
    ),
    "no proxy": (lambda c: c["http"].clear(), "http.trusted_proxies", "no proxy is trusted", "name the addresses"),
    "a proxy that is a range": (
        lambda c: c["http"].update(trusted_proxies=["10.0.0.0/8"]),
        "http.trusted_proxies",
        "'10.0.0.0/8' is not an address",
        "not a name or a range",
    ),
    "no mandate": (lambda c: c["certificates"].clear(), "certificates", "no mandate is recorded", "acts_for"),
    "a wrong OIN": (
        lambda c: c["certificates"][0].update(oin="12345678"),
        "certificates.oin",
        "not an OIN",
        "Subject.serialNumber",
    ),
    "an unknown code list": (
        lambda c: c["partners"][0].update(code_list="eigen-lijst"),
        "partners.school.code_list",
        "no list 'eigen-lijst'",
        "bring an overlay",
    ),
    "words that mean danger and were never confirmed": (
        lambda c: c.pop("vocabulary"),
        "vocabulary.confirmed",
        "rows that mean danger are not confirmed by the field, the first at concepts.csv line 2",
        "then set it to",
    ),
    "another version of the words was confirmed": (
        lambda c: c["vocabulary"].update(confirmed="0123456789ab"),
        "vocabulary.confirmed",
        "not confirmed by the field",
        "vocabulary danger",
    ),
    "no record of who confirmed them": (
        lambda c: c["vocabulary"].pop("record"),
        "vocabulary.record",
        "not on record",
        "name the record",
    ),
    "an overlay of a region that is not there": (
        lambda c: c["regions"]["noord"].update(overlay="nergens.csv"),
        "regions.noord.overlay",
        "nergens.csv: the file is missing",
        "restore it",
    ),
    "an overlay that is not there": (
        lambda c: c["partners"][0].update(overlay="nergens.csv"),
        "partners.school.overlay",
        "nergens.csv: the file is missing",
        "restore it",
    ),
    "an axis the index does not carry": (
        lambda c: c["indexes"]["noord"].update(carries=["urgentie", "crisis"]),
        "indexes.noord.carries",
        "does not carry crisis",
        "remove them",
    ),
    "a code the index does not know": (
        lambda c: c["indexes"]["noord"].update(signaalcode=True),
        "indexes.noord.signaalcode",
        "knows no signaalcode",
        "set it to false",
    ),
    "an index that does not hold the regie": (
        lambda c: c["indexes"]["noord"].update(regie=True),
        "indexes.noord.regie",
        "does not hold the regie of a match",
        "set it to false",
    ),
    "an index that cannot be told of contact": (
        lambda c: c["indexes"]["noord"].update(terugkoppelen=True),
        "indexes.noord.terugkoppelen",
        "cannot be told of contact",
        "set it to false",
    ),
    "a regievoerder without a mail server": (
        lambda c: c["regions"]["noord"].update(gemeentelijke_regievoerder="regie@gemeente.voorbeeld.nl"),
        "regions.noord.gemeentelijke_regievoerder",
        "there is no mail server",
        "add [mail]",
    ),
    "an index with no patience asked": (
        lambda c: c["indexes"]["noord"].update(processing_seconds=0),
        "indexes.noord.processing_seconds",
        "shorter than the index says it needs",
        "or more",
    ),
    "an unreadable certificate": (
        lambda c: Path(c["indexes"]["noord"]["client_certificate"]).write_text("x"),
        "indexes.noord",
        "client_certificate or client_key cannot be read",
        "check the files",
    ),
    "an unreadable key": (
        lambda c: Path(c["indexes"]["noord"]["client_key"]).write_text("x"),
        "indexes.noord",
        "client_key cannot be read",
        "check the files",
    ),
    "an expired certificate": (
        lambda c: certificate_of(c, days=0),
        "indexes.noord.client_certificate",
        "has expired",
        "renew it",
    ),
}


def certificate_of(config: Config, *, days: int) -> None:
    """Give the gateway a certificate that is valid for so many days from yesterday."""
    holder, index = issue(SUPPLIER, days=days), config["indexes"]["noord"]
    Path(index["client_certificate"]).write_bytes(holder.pem)
    Path(index["client_key"]).write_bytes(holder.key_pem)


def test_nothing_is_wrong_with_a_good_configuration(verwijsindex: Run, written: Write) -> None:
    said = verwijsindex("doctor", "--config", written())
    assert (said.code, said.out) == (0, "Nothing is wrong.\n")


@pytest.mark.parametrize(("change", "where", "what", "fix"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named_with_its_place_and_its_fix(
    config: Config, written: Write, change: Callable[[Config], object], where: str, what: str, fix: str
) -> None:
    change(config)
    (fault,) = examine(written())
    assert fault.serious
    assert fault.where == where
    assert what in fault.what
    assert fix in fault.fix


def test_a_broken_overlay_names_its_row(config: Config, written: Write, tmp_path: Path) -> None:
    shipped = Path("gateway/mappings/vocabulary/maps/lokaal-team.csv").read_text(encoding="utf-8").splitlines()
    row = "eigen-lijst,rood,rood,urgentie,morgen,equivalent,,,,actief,eigen afspraak,"
    (tmp_path / "eigen.csv").write_text(f"{shipped[0]}\n{row}\n", encoding="utf-8")
    config["partners"][0].update(overlay=str(tmp_path / "eigen.csv"), code_list="eigen-lijst")
    faults = examine(written())
    assert {fault.where for fault in faults} == {"partners.school.overlay"}
    assert any("eigen.csv line 2" in fault.what for fault in faults)


def overlay(file: Path, *rows: str) -> str:
    header = Path("gateway/mappings/vocabulary/maps/lokaal-team.csv").read_text(encoding="utf-8").splitlines()[0]
    file.write_text("\n".join((header, *rows, "")), encoding="utf-8")
    return str(file)


DANGER = "regiolijst,rood,rood,urgentie,direct,inexact,ja,,,{status},afspraak in de regio,telefoon"


@pytest.mark.parametrize("where", ["regions.noord.overlay", "partners.school.overlay"])
def test_own_words_that_mean_danger_must_be_confirmed_for_production(
    config: Config, written: Write, tmp_path: Path, where: str
) -> None:
    kind = config["regions"]["noord"] if where.startswith("regions") else config["partners"][0]
    kind.update(overlay=overlay(tmp_path / "eigen.csv", DANGER.format(status="concept")))
    (fault,) = examine(written())
    assert (fault.serious, fault.where) == (True, where)
    assert fault.what == "eigen.csv line 2 means danger and is not confirmed"
    overlay(tmp_path / "eigen.csv", DANGER.format(status="vastgesteld"))
    assert examine(written()) == []
    overlay(tmp_path / "eigen.csv", DANGER.format(status="onbevestigd"))
    config.update(environment="sandbox")
    assert examine(written()) == []


def test_an_organisations_list_may_be_its_regions(config: Config, written: Write, tmp_path: Path) -> None:
    config["regions"]["noord"].update(overlay=overlay(tmp_path / "r.csv", DANGER.format(status="vastgesteld")))
    config["partners"][0].update(code_list="regiolijst")
    assert examine(written()) == []


def test_a_row_that_is_wrong_only_over_its_regions_words_is_told_once(
    config: Config, written: Write, tmp_path: Path
) -> None:
    region = overlay(tmp_path / "r.csv", DANGER.format(status="vastgesteld"))
    config["regions"]["noord"].update(overlay=region)
    own = "regiolijst,rood,rood,urgentie,binnen-24-uur,inexact,,,,concept,eigen afspraak,eigen woord"
    config["partners"][0].update(overlay=overlay(tmp_path / "eigen.csv", own))
    (fault,) = examine(written())
    assert fault.where == "partners.school.overlay"
    assert fault.what == "R4 eigen.csv line 2: the row takes the advice to phone off a word"


@pytest.mark.parametrize("text", ["[http\nport = 1", "poort = ?", "\x00"])
def test_what_is_not_toml_says_where(verwijsindex: Run, tmp_path: Path, text: str) -> None:
    file = tmp_path / "gateway.toml"
    file.write_text(text, encoding="utf-8")
    said = verwijsindex("doctor", "--config", file)
    assert said.code == 1
    assert "FAULT gateway.toml: is not TOML" in said.out
    assert "line 1" in said.out


def test_a_file_that_is_not_there_says_how_to_name_one(verwijsindex: Run, tmp_path: Path) -> None:
    said = verwijsindex("doctor", "--config", tmp_path / "nergens.toml")
    assert said.code == 1
    assert "cannot be read (No such file or directory)" in said.out
    assert "--config or GATEWAY_CONFIG" in said.out


def test_an_index_that_does_not_answer_stops_nothing(verwijsindex: Run, config: Config, written: Write) -> None:
    config["indexes"]["noord"]["url"] = NOBODY
    said = verwijsindex("doctor", "--config", written())
    assert said.code == 0
    assert "NOTE  indexes.noord.url: the index does not answer" in said.out
    assert "Nothing stops it." in said.out


def test_a_certificate_that_ends_soon_is_told_in_time(config: Config, written: Write) -> None:
    certificate_of(config, days=20)
    (note,) = examine(written())
    assert (note.serious, note.what) == (False, "expires in 18 days")


TOGETHER = (
    *("keys in the store itself", "a key ring for everybody", "consent without a record", "a token in production"),
    *("a set clock in production", "no proxy", "a wrong OIN", "an unknown code list", "an unknown region"),
    *("an axis the index does not carry", "a code the index does not know", "an expired certificate"),
)


def test_all_faults_are_told_at_once(verwijsindex: Run, config: Config, written: Write) -> None:
    faults = [FAULTS[name] for name in TOGETHER]
    for change, *_ in faults:
        change(config)
    said = verwijsindex("doctor", "--config", written())
    assert said.code == 1
    for _, where, what, fix in faults:
        assert any(where in line and what in line for line in said.out.splitlines()), where
        assert fix in said.out
    assert said.out.count("FAULT") == len(faults)


def test_brackets_are_told_as_they_are(verwijsindex: Run, config: Config, written: Write) -> None:
    config["partners"][0]["regions"] = ["zuid"]
    assert "add [regions.zuid]" in verwijsindex("doctor", "--config", written()).out


def test_it_changes_nothing(config: Config, written: Write, tmp_path: Path) -> None:
    file = written()
    before = sorted(path.name for path in tmp_path.rglob("*"))
    examine(file)
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_what_stops_the_start_is_what_the_doctor_names(verwijsindex: Run, config: Config, written: Write) -> None:
    FAULTS["a token in production"][0](config)
    FAULTS["a set clock in production"][0](config)
    for command in (["serve"], ["work"], ["status"], ["hold", "noord"]):
        said = verwijsindex(*command, "--config", written())
        assert said.code == 2
        assert "a token in production; use a client certificate" in said.err
        assert "the legal clock is set; remove it" in said.err

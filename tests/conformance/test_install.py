"""What the kit needs is what it says it needs, and it installs from one folder without a network."""

import ast
import re
import subprocess
import sys
import tomllib
from argparse import ArgumentParser
from importlib.metadata import EntryPoint, packages_distributions
from pathlib import Path

import pytest

from conformance.__main__ import COMMANDS
from tests.conformance import wheelhouse
from tests.foreign import absent

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def imported() -> set[str]:
    """The distributions that the kit's modules name in their imports; its clients stand apart from it."""
    names: set[str] = set()
    clients = ROOT / "conformance" / "clients"
    for path in {*(ROOT / "conformance").rglob("*.py")} - {*clients.rglob("*.py")}:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {one.name.partition(".")[0] for one in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
    foreign = names - set(sys.stdlib_module_names) - {"conformance"}
    return {packages_distributions()[one][0].lower().replace("_", "-") for one in foreign}


def test_the_kit_imports_nothing_that_the_wheelhouse_does_not_hold() -> None:
    assert imported() <= set(wheelhouse.NEEDED)


def test_the_list_is_whole_and_names_no_registry() -> None:
    text = wheelhouse.listed(LOCK)
    held = set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))
    assert set(wheelhouse.NEEDED) <= held
    assert {"anyio", "certifi", "cffi", "h11", "httpcore", "idna", "pycparser"} <= held, "and what those need"
    assert not held & {"fastapi", "sqlalchemy", "zeep", "pydantic", "pytest"}
    assert "://" not in text and "#" not in text
    assert all("--hash=sha256:" in entry for entry in re.split(r"^(?=[a-z])", text, flags=re.MULTILINE) if entry)


def test_a_lock_in_a_circle_ends() -> None:
    entries = wheelhouse.locked(
        "a==1 \\\n    --hash=x\n    # via b\nb==1 \\\n    # via\n    #   a\nc==2 \\\n    # via d\n"
    )
    assert wheelhouse.closure(entries, ["b"]) == ["a", "b"]


def test_the_command_is_there_and_every_part_explains_itself() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    main = EntryPoint("verwijsindex-toets", scripts["verwijsindex-toets"], "console_scripts").load()
    commands = ArgumentParser().add_subparsers()
    for command in COMMANDS:
        command.add(commands)
    assert {"gateway", "zender", "index"} <= set(commands.choices)
    for arguments in ([], *([name] for name in commands.choices)):
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--help"])
        assert ended.value.code == 0


@pytest.mark.interop
def test_a_fresh_machine_without_a_network_has_the_kit_in_one_command(tmp_path: Path) -> None:
    folder = tmp_path / "wheelhouse"
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    here = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
    try:
        wheelhouse.make(folder, [here], [python])
    except subprocess.CalledProcessError:
        absent("pip cannot reach what it must fetch")
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "fresh")], check=True)
    bin_ = tmp_path / "fresh" / ("Scripts" if here == "windows" else "bin")
    install = ["install", "--no-index", "--no-deps", "--require-hashes", "--find-links", str(folder)]
    subprocess.run([str(bin_ / "pip"), *install, "-r", str(folder / wheelhouse.LIST)], check=True, capture_output=True)
    for arguments in (["--help"], ["index", "--help"]):
        told = subprocess.run(
            [str(bin_ / "verwijsindex-toets"), *arguments], check=True, capture_output=True, text=True, cwd=tmp_path
        )
        assert "verwijsindex-toets" in told.stdout
    silent = subprocess.run(
        [str(bin_ / "verwijsindex-toets"), "index", "--sut", "http://127.0.0.1:9/x", "--zender", "a", "--timeout", "1"],
        check=False, capture_output=True, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert silent.returncode == 2 and "Geen antwoord" in silent.stdout, silent.stderr

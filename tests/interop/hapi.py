"""HAPI FHIR as the independent judge of our resources: offline, without a package or a terminology server.

Built once for its sources into `out/hapi`, and kept there. A test that needs it is skipped where Java or Maven is
absent, or where Maven cannot fetch its parts.
"""

import hashlib
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.foreign import fetching, needs, run

HERE = Path(__file__).parent / "hapi"
KEPT = Path(__file__).parents[2] / "out" / "hapi"
BUILD_SECONDS = 300
NO_NETWORK = tuple(f"-D{way}.proxy{what}" for way in ("http", "https") for what in ("Host=127.0.0.1", "Port=1"))
"""For the judge: whatever it would ask a server, it cannot."""


class Issue(NamedTuple):
    """What HAPI says of one place in a resource."""

    severity: str
    location: str
    message: str


def java(
    program: str, *arguments: str, options: tuple[str, ...] = (), seconds: float = 240
) -> subprocess.CompletedProcess[str]:
    """Run one of our Java programs; skips the test where it cannot be built."""
    made = built()
    classes = f"{made / 'classes'}:{(made / 'classpath').read_text(encoding='utf-8')}"
    return run(["java", *options, "-cp", classes, program, *arguments], HERE, seconds)


def built() -> Path:
    """Where the programs stand, compiled."""
    needs("java", "mvn")
    sources = sorted([HERE / "pom.xml", *(HERE / "src").glob("*.java")])
    digest = hashlib.sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    made = KEPT / digest
    if (made / "whole").exists():
        return made
    made.mkdir(parents=True, exist_ok=True)
    maven = fetching(["mvn", "-q", "-B", "compile", f"-Dmade={made}"], HERE, BUILD_SECONDS)
    assert maven.returncode == 0, maven.stdout + maven.stderr
    (made / "whole").touch()
    return made


def validate(directory: Path, definitions: Path) -> dict[str, list[Issue]]:
    """What is wrong with every .json and .xml of a directory, by its name, against R4 and our own definitions."""
    judge = java("Judge", str(definitions), str(directory), options=NO_NETWORK)
    assert judge.returncode == 0, judge.stdout + judge.stderr
    lines = [json.loads(line) for line in judge.stdout.splitlines()]
    return {line["file"]: [Issue(**issue) for issue in line["issues"]] for line in lines}


def errors(found: Mapping[str, list[Issue]]) -> dict[str, list[Issue]]:
    """Only what HAPI calls an error or worse, and only the resources that have one."""
    bad = {name: [issue for issue in issues if issue.severity in ("error", "fatal")] for name, issues in found.items()}
    return {name: issues for name, issues in bad.items() if issues}


def written(directory: Path, resources: Mapping[str, Mapping[str, Any]]) -> Path:
    """A directory with a file for each resource."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, resource in resources.items():
        (directory / f"{name}.json").write_text(json.dumps(resource, ensure_ascii=False), encoding="utf-8")
    return directory

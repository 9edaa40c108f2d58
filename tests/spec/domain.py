"""How much of the field's own lists is held by a test. `python -m tests.spec.domain` prints the count."""

import re
import tomllib
from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOMAIN = tomllib.loads(Path(__file__).with_name("domain.toml").read_text(encoding="utf-8"))
FINDINGS = tomllib.loads((files("gateway.mappings") / "findings.toml").read_text(encoding="utf-8"))


def _named_in(folder: Path) -> set[str]:
    """The findings that tests in a folder name, in whole or by their number."""
    known = {name.removeprefix("VIX-") for name in FINDINGS}
    texts = (path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    found = {number for text in texts for number in re.findall(r'(?:VIX-|")([0-9]{4})\b', text)}
    return {f"VIX-{number}" for number in found & known}


def held() -> tuple[set[str], set[str]]:
    """The findings that the spec names, and those that only a door's or a file's tests name."""
    spec = _named_in(ROOT / "tests/spec")
    beside = set().union(*(_named_in(ROOT / folder) for folder in DOMAIN["elsewhere"]["tests"]))
    return spec, beside - spec


def exists(test: str) -> bool:
    """Whether there is such a test."""
    file, _, name = test.partition("::")
    return (ROOT / file).is_file() and f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")


def told() -> list[str]:
    """The count, line by line."""
    life = DOMAIN["life"]
    tested = sum("test" in row for row in life)
    spec, beside = held()
    return [
        f"rows of the legal life: {len(life)}, held by a test {tested}, with a reason {len(life) - tested}",
        f"codes of the field: {len(DOMAIN['codes']) + len(DOMAIN['reasons'])}, "
        f"in findings {len(DOMAIN['codes'])}, with a reason {len(DOMAIN['reasons'])}, "
        f"of which shown by a test {len(DOMAIN['shown'])}",
        f"findings: {len(FINDINGS)}, in the spec {len(spec)}, at a door or in a file {len(beside)}",
    ]


if __name__ == "__main__":
    print("\n".join(told()))

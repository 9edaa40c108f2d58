"""`python -m tests.e2e.kit`: the conformance kit against a sandbox, each its own process, over the public wire.

Once for the region under the national law, once for the region that works on consent (municipality 9999). Ends with
the kit's worst verdict; what the kit says is passed on as it is said.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.cli.processes import ROOT, sandbox_process

EXTENDED = "9999"
SENDER, PARTNER, BLIND = "school-de-wilg", "jeugdhulp-voorbeeld", "jongerenwerk-blind"


def main() -> int:
    """Run the kit twice; gives the exit code."""
    with tempfile.TemporaryDirectory(prefix="verwijsindex-kit-") as directory, sandbox_process(Path(directory)) as told:
        verdicts = [_kit(told), _kit(told, "--gemeente", EXTENDED)]
    return max(abs(verdict) for verdict in verdicts)


def _kit(told: dict[str, Any], *more: str) -> int:
    tokens = {partner["id"]: partner["token"] for partner in told["partners"]}
    command = [sys.executable, "-m", "conformance", "--sut", told["gateway"], "--token", tokens[SENDER]]
    command += ["--partner-token", tokens[PARTNER], "--blind-token", tokens[BLIND], *more]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

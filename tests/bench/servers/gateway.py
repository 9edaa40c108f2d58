"""A gateway as it runs in production: `serve` and `work` as two processes; and the simulated index beside them.

The configuration is the sandbox's. `--each` commits request by request, which only a measurement wants.
"""

import argparse
import functools
from pathlib import Path

from gateway import compose
from gateway.cli import running, sandbox
from gateway.config import check
from gateway.simulator import server as simulator
from gateway.store.keyring import KeyRing
from gateway.store.store import Store


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=("serve", "work", "index"))
    parser.add_argument("directory", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("--index", default="http://127.0.0.1:9/soap")
    parser.add_argument("--wait", type=float, default=0.0)
    parser.add_argument("--each", action="store_true")
    asked = parser.parse_args()
    if asked.role == "index":
        simulator.serve(simulator.Simulator(directory=asked.directory, port=asked.port))
        return
    if not (asked.directory / "keyring.json").exists():
        KeyRing.create(asked.directory / "keyring.json")
    indexes = {"strikt": asked.index, "uitgebreid": asked.index}
    settings = sandbox.configuration(asked.directory, port=asked.port, indexes=indexes, wait_seconds=asked.wait)
    config = check(settings, source="bench")
    if asked.each:
        compose.Store = functools.partial(Store, batched=False)  # type: ignore[misc,assignment]
    if asked.role == "serve":
        running.serve(config)
    else:
        running.work(config)


if __name__ == "__main__":
    main()

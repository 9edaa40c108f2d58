"""A simulated regional index that runs: in a test's own process, or alone in one until it is told to stop.

with Simulator(directory=path) as index:
    post(index.soap_url, message)
"""

import datetime as dt
import logging
import signal
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from http.server import ThreadingHTTPServer
from pathlib import Path
from socket import SHUT_RD, SHUT_RDWR, socket
from socketserver import TCPServer
from threading import Condition, Event, Thread
from types import FrameType, TracebackType
from typing import Any, Self

from gateway.canonical.order import IndexCapabilities
from gateway.clock import Clock, system_clock
from gateway.simulator.door import Dialect, Door, House
from gateway.simulator.engine import Engine
from gateway.simulator.faults import Rule, Script
from gateway.simulator.persons import Persons
from gateway.simulator.soap_dialect import SoapDialect
from gateway.simulator.state import State

_LOG = logging.getLogger(__name__)


class Simulator:
    """One index with its own directory, port, register, clock and fault script; any number fit in a process.

    `family` is how long after a signal the national index finds its family; without it, it does not look.
    It may be started again after a stop: same directory, same port. Nothing of it survives a stop but the directory.
    """

    def __init__(  # noqa: PLR0913  each is something in which one index differs from another
        self, *, directory: Path, port: int = 0, host: str = "127.0.0.1",
        capabilities: IndexCapabilities | None = None, persons: Persons | None = None,
        clock: Clock = system_clock, seed: int = 0, family: dt.timedelta | None = None,
        dialect: Dialect | None = None,
    ) -> None:  # fmt: skip
        self._directory = directory
        self._address = (host, port)
        self._capabilities = capabilities or IndexCapabilities()
        self._persons = persons or Persons.shipped()
        self._clock = clock
        self._family = family
        self._dialect: Dialect = dialect or SoapDialect()
        self._script = Script(seed=seed)
        self._running: _Running | None = None

    def start(self) -> Self:
        """Open the state and listen; returns when connections are accepted."""
        if self._running is None:
            state = State(self._directory)
            try:
                engine = Engine(state, self._persons, self._capabilities, self._clock, self._family)
                self._running = _Running(self._address, House(engine, self._dialect, self._script), state)
            except BaseException:
                state.close()
                raise
            self._address = (self._address[0], self._running.port)
            _LOG.info("simulated index listens on port %d", self._running.port)
        return self

    def stop(self) -> None:
        """Stop listening, close every connection, close the state."""
        if self._running is not None:
            self._running.stop()
            self._running = None

    def script(self, rules: Iterable[Rule] = ()) -> None:
        """Replace the fault script, as POST /beheer/storingen does; without rules, end it."""
        self._script.replace(rules)

    @property
    def engine(self) -> Engine:
        """What decides, while it runs; for who is in the same process."""
        if self._running is None:
            raise RuntimeError("the index is stopped")
        return self._running.engine

    @property
    def url(self) -> str:
        """The base address, without a slash at the end; known once started, also while stopped again."""
        host, port = self._address
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    @property
    def soap_url(self) -> str:
        """Where the dialect is spoken."""
        return self.url + self._dialect.path

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def serve(simulator: Simulator, *, ready: Callable[[Simulator], None] | None = None) -> None:
    """Run an index until SIGTERM or SIGINT, from the main thread of a process; `ready` is called once it listens."""
    ended = Event()

    def end(number: int, frame: FrameType | None) -> None:
        ended.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with simulator:
            if ready is not None:
                ready(simulator)
            ended.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Running:
    """What exists between a start and a stop."""

    def __init__(self, address: tuple[str, int], house: House, state: State) -> None:
        self._house = house
        self._state = state
        self.engine = house.engine
        self._listener = _Listener(address, type("BoundDoor", (Door,), {"house": house}))
        self._thread = Thread(target=self._listener.serve_forever, args=(0.02,), name="simulated-index", daemon=True)
        self._thread.start()
        self.port: int = self._listener.server_address[1]

    def stop(self) -> None:
        self._house.stopping.set()
        self._listener.shutdown()
        self._thread.join()
        self._listener.server_close()
        self._listener.hang_up()
        self._state.close()


class _Listener(ThreadingHTTPServer):
    """A server that knows its open connections, so that it can be gone when it is stopped."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], door: type[Door]) -> None:
        self._open: set[socket] = set()
        self._changed = Condition()
        super().__init__(address, door)

    def server_bind(self) -> None:
        """Bind without asking a name server who we are."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        """Begin with a connection."""
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """End a connection."""
        super().shutdown_request(request)
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def hang_up(self) -> None:
        """Read nothing more, let answers that are being written go out, then close what is still open."""
        for how, patience in ((SHUT_RD, 5), (SHUT_RDWR, 5)):
            with self._changed:
                for connection in self._open:
                    with suppress(OSError):  # the other side was first
                        connection.shutdown(how)
                self._changed.wait_for(lambda: not self._open, timeout=patience)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Note that a connection failed: by its kind only, since an error's text may quote a message."""
        kind = sys.exc_info()[0]
        if kind is not None and not issubclass(kind, ConnectionError):
            _LOG.error("connection failed kind=%s", kind.__name__)

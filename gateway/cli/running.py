"""Running a gateway: as processes for production, or all in one for a sandbox."""

import gc
import secrets
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import uvicorn

from gateway import compose
from gateway.cli.reloading import Again, Reloader
from gateway.compose import House, Over
from gateway.config import Config
from gateway.web.app import Front
from gateway.web.protocol import HttpProtocol

GRACE = 10
"""Seconds that requests underway get when the process is told to stop."""


def server(parts: House, doors: Front | None = None) -> uvicorn.Server:
    """The HTTP server of a house, not yet running."""
    http = parts.config.http
    settings = uvicorn.Config(
        doors or compose.edge(parts),
        host=http.host,
        port=http.port,
        http=HttpProtocol,
        ws="none",
        access_log=False,
        log_config=None,
        lifespan="off",
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=GRACE,
        proxy_headers=False,
    )
    return uvicorn.Server(settings)


RARELY = (20_000, 50, 50)
"""Messages make few cycles: looking for them after every seven hundred values was a third of the work on a signal."""


def keep() -> None:
    """Take what is there now out of every search for garbage: it stays as long as the process does.

    Vocabularies, packs and schemas are most of the heap, and looking through them stopped all requests for 0.1 s.
    """
    gc.unfreeze()  # what an earlier configuration left behind is garbage now
    gc.collect()
    gc.freeze()
    gc.set_threshold(*RARELY)


def serve(config: Config, again: Again | None = None) -> None:
    """Serve until told to stop. `again` reads the configuration anew; without it, it stays what it is."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until there is somebody who can take a new configuration
    parts = compose.house(config)
    desk = compose.Desk.of(parts)
    front = Front(compose.edge(parts, desk))

    def adopt(new: House) -> None:
        doors = compose.edge(new, desk)
        compose.adopt(new)
        front.doors = doors
        keep()

    running = server(parts, front)
    reloader = Reloader("serve", parts, again or _same(config), adopt)
    keep()
    for number in (signal.SIGTERM, signal.SIGINT):  # the server hears them first, and raises them again when it is done
        signal.signal(number, signal.SIG_IGN)
    reloader.listen()
    try:
        running.run()
    except SystemExit:  # its way to say that it cannot listen
        raise OSError(f"port {config.http.port} is taken; choose another as http.port") from None
    finally:
        reloader.stop()
        parts.close()


def _same(config: Config) -> Again:
    return lambda: config


class Worker:
    """Who carries messages and the clock: another may take its place, which starts before this one ends."""

    def __init__(self, parts: House) -> None:
        self._threads = (compose.dispatcher(parts), compose.ageing(parts))

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def adopt(self, new: House) -> None:
        """Go on by another configuration; what is underway is finished by the old one."""
        before, after = self._threads, (compose.dispatcher(new), compose.ageing(new))
        compose.adopt(new)
        self._threads = after
        self.start()
        for thread in before:
            thread.stop()
        keep()

    def stop(self) -> None:
        """Finish what is underway and end."""
        for thread in reversed(self._threads):
            thread.stop()


def work(config: Config, again: Again | None = None) -> None:
    """Carry messages to the indices until told to stop. `again` as with `serve`."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    parts = compose.house(config)
    worker = Worker(parts)
    reloader = Reloader("work", parts, again or _same(config), worker.adopt)
    keep()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    worker.start()
    reloader.listen()
    try:
        ended.wait()
    finally:
        reloader.stop()
        worker.stop()
        parts.close()


@contextmanager
def together(config: Config, over: Over | None = None) -> Iterator[tuple[str, House]]:
    """Door and worker in this process; gives the door's address once it listens."""
    parts = compose.house(config)
    worker, ageing = compose.dispatcher(parts, over), compose.ageing(parts)
    running = server(parts)
    thread = threading.Thread(target=running.run, name="door", daemon=True)
    worker.start()
    ageing.start()
    thread.start()
    try:
        while not running.started:
            if not thread.is_alive():
                raise OSError(f"port {config.http.port} is taken; choose another with --port")
            thread.join(0.02)
        yield f"http://{config.http.host}:{config.http.port}", parts
    finally:
        running.should_exit = True
        thread.join()
        ageing.stop()
        worker.stop()
        parts.close()


PORTS = range(20_000, 30_000)
"""Below those that a system gives to connections by itself: such a one could be taken before anybody listens."""


def free_port() -> int:
    """A port nobody listens on now. Raises OSError where there is none."""
    for port in secrets.SystemRandom().sample(PORTS, len(PORTS)):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")

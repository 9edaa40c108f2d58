"""The load: so many connections, each sends its next request when its answer is there. A process of its own.

Raw sockets on an event loop: about 20 microseconds of CPU per request, a tenth of what the fastest server here needs.
"""

import argparse
import asyncio
import json
import time

from tests.bench.forms import FORMS
from tests.bench.messages import Mill


class Client(asyncio.Protocol):
    """One connection that is never idle; with a pace, each request has its own moment and lateness counts."""

    def __init__(self, load: "Load") -> None:
        self._load = load
        self._answer = bytearray()
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        self._load.lost(self)

    def _next(self) -> None:
        moment = self._load.moment()
        now = time.perf_counter()
        if moment > now:
            asyncio.get_running_loop().call_later(moment - now, self._write, moment)
        else:
            self._write(moment or now)

    def _write(self, moment: float) -> None:
        self._sent = moment
        self._transport.write(self._load.mill.request())

    def data_received(self, data: bytes) -> None:
        self._answer += data
        if not whole(self._answer):
            return
        taken = self._answer[9:10] == b"2" and self._load.good in self._answer
        self._load.count(taken, time.perf_counter() - self._sent)
        self._answer.clear()
        if self._load.ended():
            self._transport.close()
        else:
            self._next()


def whole(answer: bytearray) -> bool:
    """Whether an HTTP answer is complete: by its length, or by its last chunk."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = answer[:end].lower()
    at = head.find(b"content-length:")
    if at < 0:
        return answer.endswith(b"0\r\n\r\n")
    return len(answer) - end - 4 >= int(head[at + 15 :].split(b"\r\n", 1)[0])


class Load:
    """What the clients share: how long, how many, how fast."""

    def __init__(self, mill: Mill, good: bytes, port: int, seconds: float, most: int, rate: float) -> None:
        self.mill = mill
        self.good = good
        self._port = port
        self._most = most
        self._gap = 1 / rate if rate else 0.0
        self._began = time.perf_counter()
        self._until = self._began + seconds if seconds else float("inf")
        self._asked = 0
        self._times: list[float] = []
        self._bad = 0
        self._left: set[Client] = set()
        self._done = asyncio.Event()

    async def run(self, connections: int) -> dict[str, float]:
        cpu = time.process_time()
        loop = asyncio.get_running_loop()
        clients = [Client(self) for _ in range(connections)]
        self._left = set(clients)
        for client in clients:
            await loop.create_connection(lambda client=client: client, "127.0.0.1", self._port)
        await self._done.wait()
        seconds = time.perf_counter() - self._began
        times = sorted(self._times) or [0.0]
        return {
            "n": len(self._times),
            "bad": self._bad,
            "seconds": seconds,
            "p50": times[len(times) // 2] * 1000,
            "p99": times[min(len(times) - 1, len(times) * 99 // 100)] * 1000,
            "busy": (time.process_time() - cpu) / seconds,
        }

    def moment(self) -> float:
        """When the next request is due; 0 for at once."""
        self._asked += 1
        return self._began + self._asked * self._gap if self._gap else 0.0

    def ended(self) -> bool:
        return time.perf_counter() >= self._until or (bool(self._most) and self._asked >= self._most)

    def count(self, good: bool, seconds: float) -> None:
        self._times.append(seconds)
        self._bad += not good

    def counted(self) -> tuple[int, int]:
        """Answers, and how many of them took nothing in."""
        return len(self._times), self._bad

    def lost(self, client: Client) -> None:
        self._left.discard(client)
        if not self._left:
            self._done.set()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--form", choices=FORMS, default="soap")
    parser.add_argument("--run", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--requests", type=int, default=0)
    parser.add_argument("--rate", type=float, default=0.0)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--token", default="")
    parser.add_argument("--known", action="store_true", help="only about persons the simulated index knows")
    asked = parser.parse_args()
    form = FORMS[asked.form]()
    mill = Mill(form, asked.run, asked.token, known=asked.known)
    try:
        import uvloop

        run = uvloop.run
    except ImportError:
        run = asyncio.run

    async def load() -> dict[str, float]:
        return await Load(mill, form.good, asked.port, asked.seconds, asked.requests, asked.rate).run(asked.connections)

    print(json.dumps(run(load())))


if __name__ == "__main__":
    main()

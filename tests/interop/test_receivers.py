"""A receiver of matches that others wrote: Apache CXF, from the served WSDL alone, beside the three other ways."""

import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.cli.running import free_port
from tests.e2e.family import ALL, CHILDREN, EACH, HEARD, KINDS, Family, family
from tests.e2e.receiver import serving
from tests.e2e.subscriber import Subscriber
from tests.e2e.talk import CARE, Sender, until
from tests.e2e.test_four_receivers import subscribed
from tests.foreign import fetching, needs

pytestmark = pytest.mark.interop

HERE = Path(__file__).parent / "cxf-receiver"
BUILD_SECONDS = 300


@contextmanager
def listening(made: Path, wsdl: str, port: int, memory: Path, script: str = "") -> Iterator[subprocess.Popen[str]]:
    """The service as a process, once it listens; killed at the end."""
    classes = f"{made / 'classes'}:{(made / 'classpath').read_text(encoding='utf-8')}"
    command = ["java", "-cp", classes, "Service", str(port), wsdl, str(memory), *([script] if script else [])]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert process.stdout is not None
        said = ""
        while "listening" not in (line := process.stdout.readline()):
            assert line, said
            said += line
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def lines(memory: Path) -> list[list[str]]:
    """What took effect: delivery, operation, kind, number."""
    return [line.split() for line in memory.read_text().splitlines()] if memory.exists() else []


def test_each_kind_reaches_a_cxf_service_a_subscriber_a_folder_and_a_mailbox(tmp_path: Path) -> None:
    needs("java", "mvn")
    port, memory, made = free_port(), tmp_path / "memory", tmp_path / "made"
    with serving(Subscriber()) as subscriber, family(tmp_path, port, subscriber) as place:
        wsdl = f"{place.url}/soap/v1?wsdl=terugmelding"
        maven = fetching(["mvn", "-q", "-B", "compile", f"-Dmade={made}", f"-Dwsdl={wsdl}"], HERE, BUILD_SECONDS)
        assert maven.returncode == 0, maven.stdout + maven.stderr
        subscribed(place, subscriber)
        kinds = list(zip(KINDS, CHILDREN, strict=True))

        place.arise(kinds[0][0], kinds[0][0].value, kinds[0][1])
        assert until(lambda: len(place.files) == len(subscriber.numbers) == len(place.box.got) == HEARD)
        assert lines(memory) == [], "it is not there yet, and nobody waits for it"

        with listening(made, wsdl, port, memory, "slow,faulty,slow,dies") as service:
            assert until(lambda: len(lines(memory)) >= HEARD, 60)
            place.arise(kinds[1][0], kinds[1][0].value, kinds[1][1])
            assert until(lambda: service.poll() == 9, 60), "it noted a delivery, and died before it answered"
        with listening(made, wsdl, port, memory):
            for many, (soort, bsn) in enumerate(kinds[2:], 3):
                place.arise(soort, soort.value, bsn)
                assert until(lambda many=many: len(subscriber.numbers) == many * HEARD)
            place.move(kinds[0][1])
            assert until(lambda: place.announced() == 3 * ALL, 60)
            with Sender(place.url, CARE) as care:
                care.withdraw(kinds[0][0].value)
            assert until(lambda: [line[1] for line in lines(memory)].count("verwijderverzoek") == 1, 30)
            assert until(lambda: len(subscriber.numbers) == ALL + 1)
    told(lines(memory), subscriber, place)


def told(heard: list[list[str]], subscriber: Subscriber, place: Family) -> None:
    assert len({line[0] for line in heard}) == len(heard) == ALL + 1
    assert Counter(line[2] for line in heard if line[1] in ("matchGemeld", "verhuisbericht")) == EACH
    assert sorted(int(line[3]) for line in heard) == list(range(1, len(heard) + 1)), "numbered without a gap"
    assert sorted(subscriber.numbers) == list(range(1, ALL + 2))
    assert len({mail["Message-ID"] for mail in place.box.got}) == len(place.box.got) >= ALL

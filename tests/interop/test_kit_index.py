"""An index that shares no code with this project passes its role: Apache CXF, from the WSDL alone."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conformance.__main__ import main
from gateway.cli.running import free_port
from tests.foreign import fetching, needs

pytestmark = pytest.mark.interop

HERE = Path(__file__).parent / "cxf-index"
ROOT = Path(__file__).parents[2]
WSDL = ROOT / "gateway" / "schemas" / "regionale-index-1.wsdl"
PERSONS = ROOT / "gateway" / "simulator" / "persons.csv"
BUILD_SECONDS = 300


@contextmanager
def listening(made: Path, port: int) -> Iterator[None]:
    """The index as a process, once it listens; killed at the end."""
    classes = f"{made / 'classes'}:{(made / 'classpath').read_text(encoding='utf-8')}"
    command = ["java", "-cp", classes, "Index", str(port), str(WSDL), str(PERSONS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            assert "listening" in process.stdout.readline()
            yield
        finally:
            process.kill()


def test_a_cxf_index_passes_its_role(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    needs("java", "mvn")
    made = tmp_path / "made"
    maven = fetching(["mvn", "-q", "-B", "compile", f"-Dmade={made}", f"-Dwsdl={WSDL}"], HERE, BUILD_SECONDS)
    assert maven.returncode == 0, maven.stdout + maven.stderr
    port = free_port()
    with listening(made, port):
        names = ["--zender", "a", "--zender2", "b", "--match-timeout", "5"]
        code = main(["index", "--sut", f"http://127.0.0.1:{port}/index", *names])
    said = capsys.readouterr().out
    assert code == 0, said
    assert "voldoet aan contract v1 van dit project, rol index" in said
    should = re.findall(r"^(VII-[0-9]+) index SHOULD +niet gehaald", said, re.MULTILINE)
    assert should == ["VII-015"], "CXF reads ISO-8859-1 where XML says so; that is no breach of a MUST"

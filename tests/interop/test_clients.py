"""Clients that others wrote, each from what is served alone: zeep, Node soap, PHP, Apache CXF, and FHIR in Node.

Each client signals a child for two organisations, waits for the match, asks for the status, ends its signal, and sends
a wrong BSN to see the fault as its own library shows it. What all of them saw must be the same.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.processes import sandbox_process
from tests.foreign import absent, fetching, needs, run, with_packages

pytestmark = pytest.mark.interop

HERE = Path(__file__).parent
SENDER, PARTNER = "school-de-wilg", "jeugdhulp-voorbeeld"
SEEN = {
    "woord": "spoed",
    "advies": "bel-nu",
    "instantie": "Jeugdhulp Voorbeeld",
    "telefoon": "030-1234567",
    "status": "ACTIEF",
    "bezorging": "BIJ_INDEX",
    "matches": 1,
    "einde": "ARCHIEF",
    "code": "VIX-1101",
    "plek": "client",
    "plaats": "/soap:Envelope/soap:Body/vi:signaalAfgeven/vi:jeugdige/vi:bsn",
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A sandbox process, as it says of itself."""
    with sandbox_process(tmp_path_factory.mktemp("sandbox")) as found:
        yield found


def arguments(told: dict[str, Any], bsn: str) -> list[str]:
    """WSDL, TOKEN, OTHER_TOKEN, BSN: what every client is told."""
    tokens = {partner["id"]: partner["token"] for partner in told["partners"]}
    return [f"{told['gateway']}/soap/v1?wsdl", tokens[SENDER], tokens[PARTNER], bsn]


def saw(client: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The line of JSON a client ends with."""
    assert client.returncode == 0, client.stdout + client.stderr
    line = next(line for line in client.stdout.splitlines() if "bronSignaalId" in line)
    found: dict[str, Any] = json.loads(line[line.index("{") :])
    return found


def complete(seen: dict[str, Any]) -> bool:
    """Whether a client saw all there is to see."""
    assert seen.pop("bronSignaalId").endswith("-ons")
    assert seen.pop("faultcode", "Client") == "Client"  # CXF shows the fault's own type in its place
    assert seen == SEEN
    return True


def test_zeep_completes_the_journey(told: dict[str, Any], tmp_path: Path) -> None:
    client = run([sys.executable, str(HERE / "python" / "client.py"), *arguments(told, "999990287")], tmp_path)
    assert complete(saw(client))


def test_node_fhir_completes_the_journey(told: dict[str, Any], tmp_path: Path) -> None:
    """fhir-kit-client: give, give again, search by POST, follow up with If-Match, translate."""
    place = with_packages(HERE / "node-fhir", tmp_path)
    _, token, other, bsn = arguments(told, "999992119")
    client = run(["node", "client.js", f"{told['gateway']}/fhir", token, other, bsn], place)
    assert client.returncode == 0, client.stdout + client.stderr
    assert json.loads(client.stdout) == {
        "fhirVersion": "4.0.1",
        "searches": 3,
        "status": "active",
        "child": False,
        "same": True,
        "instantie": "Jeugdhulp Voorbeeld",
        "opvolging": "CONTACT",
        "late": 412,
        "wrong": 422,
        "code": "VIX-1101",
        "plaats": ["Flag.subject.identifier.value"],
        "translated": True,
    }


def test_node_soap_completes_the_journey(told: dict[str, Any], tmp_path: Path) -> None:
    place = with_packages(HERE / "node", tmp_path)
    assert complete(saw(run(["node", "client.js", *arguments(told, "999990408")], place)))


def test_php_soapclient_completes_the_journey(told: dict[str, Any], tmp_path: Path) -> None:
    needs("php")
    if "soap" not in run(["php", "-m"], tmp_path).stdout.split():
        absent("php has no soap extension (php-soap)")
    client = run(["php", str(HERE / "php" / "client.php"), *arguments(told, "999992557")], tmp_path)
    assert complete(saw(client))


def test_apache_cxf_completes_the_journey(told: dict[str, Any], tmp_path: Path) -> None:
    needs("java", "mvn")
    place = shutil.copytree(HERE / "cxf", tmp_path / "cxf")
    given = arguments(told, "999992107")
    command = [
        "mvn",
        "-q",
        "-B",
        "compile",
        "exec:java",
        f"-Dwsdl={given[0]}",
        f"-Dexec.arguments={','.join(given)}",
    ]
    assert complete(saw(fetching(command, place, 120)))

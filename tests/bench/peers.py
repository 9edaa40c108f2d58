"""The peers. The foreign ones are made when first asked for, each in a place of its own under the user's cache."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from lxml import etree

from gateway.cli.running import free_port
from tests.bench.processes import ROOT, Failed, Server, Yard, load
from tests.bench.servers import answer

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "verwijsindex-bench"
SERVERS = Path(__file__).with_name("servers")
CONTRACT = ROOT / "gateway/schemas/aanlevering-1.wsdl"
LIBRARIES = ("soap", "strong-soap")


class Absent(Exception):
    """A peer cannot be had here; the text says why."""


def spyne(yard: Yard) -> Server:
    """spyne under gunicorn's threaded worker, its fastest host of those tried."""
    python = CACHE / "spyne/bin/python"
    if not (CACHE / "spyne/made").exists():
        _run(sys.executable, "-m", "venv", CACHE / "spyne")
        _run(python, "-m", "pip", "install", "--quiet", "spyne>=2.14,<2.15", "lxml", "gunicorn")
        (CACHE / "spyne/made").touch()
    port = free_port()
    command = (python, "-m", "gunicorn", "spyne_app:app", "-b", f"127.0.0.1:{port}", "--log-level", "error")
    worker = ("-k", "gthread", "--threads", "4", "--keep-alive", "30")
    return yard.start("spyne", (*command, *worker), port=port, cwd=SERVERS)


def node(yard: Yard, library: str) -> Server:
    """node with one of its SOAP libraries."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise Absent("node is not on this machine")
    home = CACHE / "node"
    if not (home / "node_modules" / library).exists():
        home.mkdir(parents=True, exist_ok=True)
        (home / "package.json").write_text('{"private": true}')
        _run("npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent", *LIBRARIES, cwd=home)
    port = free_port()
    contract = yard.directory / "inlined.wsdl"
    contract.write_bytes(inlined())
    script, answer = SERVERS / "node_soap.js", SERVERS / "answer.json"
    return yard.start(library, ("node", script, library, port, contract, answer), port=port, cwd=home)


WARM_SECONDS = 12.0
"""Until Java has compiled what is hot: in its first seconds it takes five times as long."""


def cxf(yard: Yard) -> Server:
    """Apache CXF on Jetty, with the classes it generates from the contract; it validates what comes in."""
    if shutil.which("java") is None or shutil.which("mvn") is None:
        raise Absent("java and mvn are not on this machine")
    contract = yard.directory / "cxf.wsdl"
    contract.write_bytes(inlined())
    sources = [SERVERS / "cxf/pom.xml", SERVERS / "cxf/src/Server.java", contract]
    made = CACHE / "cxf" / hashlib.sha256(b"\0".join([one.read_bytes() for one in sources])).hexdigest()[:12]
    if not (made / "whole").exists():
        made.mkdir(parents=True, exist_ok=True)
        _run("mvn", "-q", "-B", "compile", f"-Dmade={made}", f"-Dwsdl={contract}", cwd=SERVERS / "cxf")
        (made / "whole").touch()
    port = free_port()
    said = yard.directory / "answer.xml"
    said.write_text(answer.body(), encoding="utf-8")
    classes = f"{made / 'classes'}:{(made / 'classpath').read_text(encoding='utf-8')}"
    server = yard.start("CXF", ("java", "-cp", classes, "Server", port, contract, said), port=port)
    load(server, seconds=WARM_SECONDS)
    return server


def fhir(yard: Yard, way: str) -> Server:
    """FastAPI with the models of `fhir.resources`, in our own environment: `textbook` or `plain`."""
    port = free_port()
    command = (sys.executable, "-m", "tests.bench.servers.fhir_app", way, port)
    return yard.start(way, command, port=port, form="fhir")


def inlined() -> bytes:
    """The sender contract as one file: both node libraries are spared the search for its schema."""
    wsdl = etree.parse(CONTRACT)
    hull = next(wsdl.iter("{http://www.w3.org/2001/XMLSchema}schema"))
    hull.getparent().replace(hull, etree.parse(CONTRACT.with_suffix(".xsd")).getroot())
    return etree.tostring(wsdl)


def _run(*command: object, cwd: Path | None = None) -> None:
    try:
        done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)
    except OSError as error:
        raise Absent(f"{command[0]} does not run: {error.strerror}") from None
    if done.returncode:
        raise Absent(f"could not be installed: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")


__all__ = ["LIBRARIES", "Absent", "Failed", "cxf", "fhir", "node", "spyne"]

"""A verdict, told: to a person at a terminal, on a page, to a build server, to FHIR software. Nothing here judges."""

from collections.abc import Iterator
from pathlib import Path

from conformance import result
from conformance.result import Result


def write(found: Result, place: Path) -> Iterator[str]:
    """Write a result in every form into a folder; gives the names of the files."""
    from conformance.results import html, junit, plain_json, testreport

    place.mkdir(parents=True, exist_ok=True)
    result.write(found, place / "uitslag.json")
    yield str(place / "uitslag.json")
    made = {
        "uitslag.html": html.page(found).encode("utf-8", "replace"),
        "oordeel.json": plain_json.text(found).encode(),
        "junit.xml": junit.report(found),
        "testreport.json": testreport.text(found).encode(),
    }
    for name, text in made.items():
        if text:
            (place / name).write_bytes(text)
            yield str(place / name)

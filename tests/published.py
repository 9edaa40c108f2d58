"""What the gateway publishes in FHIR, as tests need it."""

from typing import Any

from gateway.compose import publications


def every() -> list[dict[str, Any]]:
    """Each resource, as shipped."""
    return list(publications())


def named(resource: dict[str, Any]) -> str:
    """Its file's name."""
    return f"{resource['resourceType']}-{resource['id']}"

"""What is kept apart from the configuration, in a file of its own."""

from pathlib import Path

from gateway.errors import Misconfigured


def secret(file: Path | None, place: str) -> str:
    """The one line of a file that is kept apart."""
    try:
        told = file.read_text(encoding="ascii").strip() if file else ""
    except (OSError, UnicodeDecodeError):
        raise Misconfigured(f"{place}: {file} cannot be read as one line of ASCII; mind its path") from None
    if not told.isprintable() or " " in told:
        raise Misconfigured(f"{place}: {file} holds more than one word; leave the token alone in it")
    return told

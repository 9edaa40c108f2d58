"""The checks, one function per requirement, in files by theme. `find` gives the function a requirement names."""

from collections.abc import Callable

from conformance.checks import blind, lifecycle, match, minimal, receipt, rules, transport, vocabulary
from conformance.session import Session

Check = Callable[[Session], None]

THEMES = {
    "transport": transport,
    "receipt": receipt,
    "minimal": minimal,
    "rules": rules,
    "vocabulary": vocabulary,
    "lifecycle": lifecycle,
    "match": match,
    "blind": blind,
}


def find(name: str) -> Check:
    """The check `theme.function`."""
    theme, _, function = name.partition(".")
    check: Check = getattr(THEMES[theme], function)
    return check

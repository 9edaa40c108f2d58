"""What an index tells, in any dialect, cut to what is ours: never trusted, and understood the same whoever said it.

Cut means: only the dictionary's fields, on one line, without characters that cannot be shown. A text is never
shortened, for half a telephone number is worse than none: what does not fit is left out and counted.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from gateway.canonical.order import IndexCapabilities, MatchNews, Poll, Refused, Retry
from gateway.clock import AMSTERDAM
from gateway.rules import kinds

UNREADABLE = "onleesbaar"
OTHER_MESSAGE = "correlatie"
BACKWARDS = "volgnummer"
UNREADABLE_CODE = "ONLEESBAAR"
OUTSIDE_CONTRACT = "contractbreuk"

_CODE = re.compile(r"[A-Za-z0-9._-]{1,35}")
_MAX_CURSOR = 2**63 - 1
_JOINERS = "\u200c\u200d"
"""Zero-width joiners are spelling in some scripts."""

E = TypeVar("E")
T = TypeVar("T")


def news_from(matches: Iterable[E], read: Callable[[E], tuple[MatchNews, int]]) -> tuple[tuple[MatchNews, ...], int]:
    """The matches that fit the match dictionary, and how many entries did not.

    `read` gives a match with how many of its own entries it left out; a ValueError is a match that nobody can read.
    """
    news, dropped = [], 0
    for match in matches:
        try:
            said, lost = read(match)
        except (ValueError, OverflowError):
            dropped += 1
            continue
        told = kinds.told(said)
        if told is None:
            dropped += 1
            continue
        news.append(told)
        dropped += lost + len(said.content.betekenissen) - len(told.content.betekenissen)
    return tuple(news), dropped


def each(read: Callable[[E], T], entries: Iterable[E]) -> tuple[tuple[T, ...], int]:
    """What could be read of the entries, and how many could not."""
    values, dropped = [], 0
    for entry in entries:
        try:
            values.append(read(entry))
        except ValueError:
            dropped += 1
    return tuple(values), dropped


def refusal(code: str, *, repeatable: bool) -> Refused | Retry:
    """What a fault of an index comes to; its own code is passed on when it is one."""
    known = code if _CODE.fullmatch(code) else UNREADABLE_CODE
    return Retry(reason=known) if repeatable else Refused(code=known)


def follows(poll: Poll, cursor: int, *, more: bool) -> bool:
    """Whether an index's numbers go forward: never back, and further when there is more to come."""
    return poll.cursor <= cursor <= _MAX_CURSOR and not (more and cursor == poll.cursor)


def able(said: Mapping[str, Any]) -> IndexCapabilities:
    """What an index says it can carry."""
    declared = IndexCapabilities.model_validate(said)
    if declared.processing_time < dt.timedelta():
        raise ValueError("verwerkingstijd")
    return declared


def identifier(said: str) -> str:
    """An id as it stands; one with characters that cannot be shown points at nothing."""
    if filled(said) != said:
        raise ValueError("id")
    return said


def filled(text: str) -> str:
    """A text on one line, of which something is left."""
    if not (cut := one_line(text)):
        raise ValueError("empty")
    return cut


def one_line(text: str) -> str:
    """One line of characters that can be shown: no controls, no line ends, nothing that turns the reading direction."""
    if text.isprintable():
        return text.strip()
    return " ".join("".join(_shown(character) for character in text).split())


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    return "" if category == "Cf" and character not in _JOINERS else character


def moment_of(text: str) -> dt.datetime:
    """In UTC; a time without zone is taken as Dutch time."""
    moment = dt.datetime.fromisoformat(text.strip())
    return (moment if moment.tzinfo else moment.replace(tzinfo=AMSTERDAM)).astimezone(dt.UTC)


def day_of(text: str) -> dt.date:
    """A day; the time zone it may carry does not move it."""
    return dt.date.fromisoformat(text.strip()[:10])

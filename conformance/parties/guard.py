"""Who may be spoken of: the young persons of the public list. What is about anybody else is not kept."""

import re

from conformance.rules import Person, children
from conformance.values import Message, at, text

RANGE = re.compile(r"99999[0-9]{4}")
"""Numbers of the test environments of the register of persons; the published list lies in it, but for a few."""
_NINE = re.compile(r"[0-9]{9}")


def elfproef(number: str) -> bool:
    """Whether nine figures are a BSN as they are written."""
    if not _NINE.fullmatch(number):
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(int(figure) * weight for figure, weight in zip(number, weights, strict=True)) % 11 == 0


def spoken_of(message: Message) -> Person | None:
    """Which child of the list a message is about; a mistyped number of the list is that of its child."""
    number = _said(message, "jeugdige.bsn")
    if number:
        return children().get(number) or _mistyped().get(number)
    found = [one for one in children().values() if _same(one, message)]
    given = _plain(_said(message, "jeugdige.voornamen"))
    named = [one for one in found if _plain(one.voornamen) == given]
    return next(iter(named or found), None)


def stranger(message: Message) -> bool:
    """Whether a message is, or could be, about somebody who is not on the list."""
    return any(_strange_number(message, name) for name in ("bronSignaalId", "bronSysteem")) or (
        "jeugdige" in message and not _known(message)
    )


def _known(message: Message) -> bool:
    number, other = _said(message, "jeugdige.bsn"), _said(message, "jeugdige.onderwijsnummer")
    if other and other not in children():
        return False
    child = spoken_of(message)
    named = bool(_said(message, "jeugdige.familienaam"))
    if child is None:
        return bool(RANGE.fullmatch(number)) and not named
    return not named or _same(child, message)


def _same(child: Person, message: Message) -> bool:
    """Whether surname and birth date are those of a child, however the prefix is written."""
    said = _plain(_said(message, "jeugdige.familienaam"))
    whole = f"({_damaged(child.voorvoegsel)})?{_damaged(child.familienaam)}"
    return bool(re.fullmatch(whole, said)) and _said(message, "jeugdige.geboortedatum") == child.geboortedatum


def _damaged(name: str) -> str:
    """A pattern of a name whose letters beyond ASCII may have been damaged on the way: that is judged, not refused."""
    return "".join(re.escape(one) if one.isascii() else ".{1,3}" for one in _plain(name))


def _strange_number(message: Message, name: str) -> bool:
    """An own id that could be somebody's BSN."""
    said = _said(message, name)
    return elfproef(said) and said not in children() and not RANGE.fullmatch(said)


def _mistyped() -> dict[str, Person]:
    return {one.wrong_bsn: one for one in children().values()}


def _said(message: Message, path: str) -> str:
    return text(next(iter(at(message, path)), "")).strip()


def _plain(name: str) -> str:
    return re.sub(r"\s+", "", name).casefold()

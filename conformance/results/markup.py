"""HTML that cannot be broken out of: a text is escaped unless it was made here."""

import html
import re
from collections.abc import Iterable

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
_EMPTY = frozenset({"meta", "input", "br", "link"})


class Html(str):
    """A piece of HTML."""

    __slots__ = ()


def el(name: str, /, *inner: object, **attributes: str | bool | None) -> Html:
    """An element. An attribute that is False or None is left out; `class_` is `class`, `aria_label` is `aria-label`."""
    words = [name]
    for key, value in attributes.items():
        said = key.rstrip("_").replace("_", "-")
        if value is True:
            words.append(said)
        elif value is not False and value is not None:
            words.append(f'{said}="{html.escape(shown(value))}"')
    start = f"<{' '.join(words)}>"
    return Html(start if name in _EMPTY else f"{start}{join(*inner)}</{name}>")


def join(*inner: object) -> Html:
    """Pieces after each other."""
    return Html("".join(_piece(one) for one in inner))


def both(nl: str, en: str) -> Html:
    """The same in Dutch and English; the reader sees one."""
    return join(el("span", nl, class_="nl"), el("span", en, class_="en", lang="en"))


def shown(text: str) -> str:
    """A text in which nothing hides: what has no shape, or turns the text around, is written as its number."""
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _piece(one: object) -> str:
    if one is None:
        return ""
    if isinstance(one, Html):
        return one
    if isinstance(one, str):
        return html.escape(shown(one))
    if isinstance(one, Iterable):
        return join(*one)
    return html.escape(str(one))

"""What of an index's texts reaches nobody: a burgerservicenummer. A contact needs none (Jeugdwet 7.1.4.3 lid 2).

Not every receiver may know one, and no index should say one here. A telephone number and an address of mail stay as
they are: nine digits of a number abroad may pass the elfproef by chance.
"""

import re
from typing import TypeVar

from gateway.canonical.identifiers import Bsn
from gateway.canonical.order import Done, IndexRegie, MatchNews, Outcome
from gateway.canonical.value import Value

WITHHELD = "[weggelaten]"
"""What stands in its place."""
LONGEST = 200
"""Characters of such a text (`Tekst200`); one that no longer fits is withheld whole, for nothing is cut in half."""

_NINE = re.compile(r"(?<!\d)\d(?:[\s.\u200c\u200d]*\d){8}(?!\d)")
_BETROKKENE = ("naam", "functie", "instantie", "locatie", "coordinator")
_AANSPREEKPUNT = ("naam", "instantie")

V = TypeVar("V", bound=Value)


def told(outcome: Outcome) -> Outcome:
    """An index's answer without the numbers in its texts that can be a BSN, and how many they were."""
    if not isinstance(outcome, Done):
        return outcome
    news = [_news(one) for one in outcome.news]
    regie, count = _regie(outcome.regie)
    count += sum(found for _, found in news)
    if not count:
        return outcome
    return outcome.model_copy(update={"news": tuple(one for one, _ in news), "regie": regie, "withheld": count})


def without_bsn(text: str) -> tuple[str, int]:
    """A text without each group of nine digits that passes the elfproef, spaces and dots between them or not.

    >>> without_bsn("wijkteam (999 990 019)")
    ('wijkteam ([weggelaten])', 1)
    >>> without_bsn("030 123 45 67")
    ('030 123 45 67', 0)
    """
    kept, count, since, at = "", 0, 0, 0
    while found := _NINE.search(text, at):
        if _is_bsn(found[0]):
            kept += text[since : found.start()] + WITHHELD
            count, since, at = count + 1, found.end(), found.end()
        else:
            at = found.start() + 1
    kept += text[since:]
    return (WITHHELD if count and len(kept) > LONGEST else kept), count


def _is_bsn(group: str) -> bool:
    try:
        Bsn.parse("".join(str(int(character)) for character in group if character.isdecimal()))
    except ValueError:
        return False
    return True


def _news(news: MatchNews) -> tuple[MatchNews, int]:
    others = [_cut(one, _BETROKKENE) for one in news.content.betrokkenen]
    words = [_cut(one, ("word",)) for one in news.content.betekenissen]
    regie, count = _regie(news.regie)
    count += sum(found for _, found in others) + sum(found for _, found in words)
    if not count:
        return news, 0
    content = news.content.model_copy(
        update={"betrokkenen": tuple(one for one, _ in others), "betekenissen": tuple(one for one, _ in words)}
    )
    return news.model_copy(update={"content": content, "regie": regie}), count


def _regie(regie: IndexRegie | None) -> tuple[IndexRegie | None, int]:
    if regie is None:
        return None, 0
    who, count = _cut(regie.wie_dan, _AANSPREEKPUNT)
    return regie.model_copy(update={"wie_dan": who}), count


def _cut(value: V, names: tuple[str, ...]) -> tuple[V, int]:
    said = {name: text for name in names if (text := getattr(value, name)) is not None}
    kept = {name: without_bsn(text) for name, text in said.items()}
    texts = {name: text for name, (text, _) in kept.items()}
    return value.model_copy(update=texts), sum(found for _, found in kept.values())

"""The meaning cards of organisations: read and checked whole, laid beside a match, compared for false friends.

An index names the other's organisation only by its name, so a card is found by that: the same name is the same card.
"""

import datetime as dt
import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import ValidationError

from gateway.canonical.card import Bedoelkaart, Kaartwoord, Uitleg, ValseVriend
from gateway.canonical.match import Match
from gateway.canonical.terms import UNKNOWN, Term
from gateway.errors import Misconfigured
from gateway.rules.vocabulary import Vocabulary
from gateway.rules.vocabulary_tables import normal


class Spoken(NamedTuple):
    """What words mean in the messages of an organisation: its vocabulary, and the list its words come from."""

    vocabulary: Vocabulary
    code_list: str


@dataclass(frozen=True, slots=True)
class Texts:
    """What is said beside every match (`mappings/card.toml`)."""

    index: str = ""
    unknown: str = ""
    alone: str = ""


@dataclass(frozen=True, slots=True)
class Cards:
    """Every card there is, by the name of its organisation, oldest first."""

    texts: Texts = field(default_factory=Texts)
    known: Mapping[str, Sequence[Bedoelkaart]] = field(default_factory=dict)

    def of(self, name: str, day: dt.date) -> Bedoelkaart | None:
        """The card of an organisation that holds on a day."""
        held = [card for card in self.known.get(_key(name), ()) if card.geldig_vanaf <= day]
        return held[-1] if held else None

    def beside(self, match: Match, own: str, day: dt.date) -> Match:
        """A match for an organisation, with the card of everybody else's organisation that is named in it."""
        mine = self.of(own, day)
        names = dict.fromkeys(other.instantie for other in match.content.betrokkenen)
        return match.model_copy(update={"uitleg": tuple(self._explained(name, mine, day) for name in names)})

    def _explained(self, name: str, mine: Bedoelkaart | None, day: dt.date) -> Uitleg:
        theirs = self.of(name, day)
        if theirs is None:
            return Uitleg(instantie=name, over_de_index=f"{self.texts.index} {self.texts.unknown}")
        if mine is None:
            return Uitleg(instantie=name, over_de_index=f"{self.texts.index} {self.texts.alone}", kaart=theirs)
        friends = false_friends(mine, theirs)
        return Uitleg(
            instantie=name, over_de_index=self.texts.index, kaart=theirs, vergeleken=True, valse_vrienden=friends
        )


def load(texts: Texts, files: Iterable[tuple[str, bytes]], shared: Vocabulary, spoken: Mapping[str, Spoken]) -> Cards:
    """Read cards from (source, TOML) pairs; raises Misconfigured with every problem.

    `spoken` has the organisations that send here, by name: what their words mean in a message, their card says too.
    """
    speaking = {_key(name): how for name, how in spoken.items()}
    problems: list[str] = []
    found: dict[str, list[Bedoelkaart]] = {}
    for source, text in files:
        try:
            card = _read(text)
        except ValidationError as error:
            problems += [f"{source}: {'.'.join(map(str, line['loc']))}: {line['msg']}" for line in error.errors()]
            continue
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            problems.append(f"{source}: is not TOML")
            continue
        problems += [f"{source}: {problem}" for problem in _problems(card, shared, speaking)]
        found.setdefault(_key(card.instantie), []).append(card)
    for cards in found.values():
        cards.sort(key=lambda card: card.geldig_vanaf)
        days = [card.geldig_vanaf for card in cards]
        if len(set(days)) != len(days):
            problems.append(f"cards of '{cards[0].instantie}': two begin on one day; give the later one its own")
    if problems:
        raise Misconfigured(*problems)
    return Cards(texts, found)


def false_friends(mine: Bedoelkaart, theirs: Bedoelkaart) -> tuple[ValseVriend, ...]:
    """The words of both cards that stand for another concept, or for another time, at each of them."""
    own = {(word.axis, normal(word.woord)): word for word in mine.woorden}
    pairs = [(own.get((word.axis, normal(word.woord))), word) for word in theirs.woorden]
    return tuple(
        ValseVriend(axis=word.axis, woord=word.woord, bij_u=_told(here), bij_de_ander=_told(word))
        for here, word in pairs
        if here is not None and (here.begrip, here.termijn) != (word.begrip, word.termijn)
    )


def lines(uitleg: Uitleg) -> tuple[str, ...]:
    """What belongs beside a match as lines for a reader."""
    return (
        uitleg.over_de_index,
        *(_card_lines(uitleg.kaart) if uitleg.kaart else ()),
        *map(_friend, uitleg.valse_vrienden),
    )


def _card_lines(card: Bedoelkaart) -> Iterable[str]:
    yield f"Bedoelkaart van {card.instantie}, geldig vanaf {card.geldig_vanaf}, bevestigd door {card.bevestigd_door}"
    yield f"reageert: {card.reactietermijn}"
    yield f"vrijwillige hulp: {_yes(card.vrijwillige_hulp)}; gedwongen hulp: {_yes(card.gedwongen_hulp)}"
    yield from (f"kan: {line}" for line in card.kan)
    yield from (f"kan niet: {line}" for line in card.kan_niet)
    yield from map(_word, card.woorden)


def _word(word: Kaartwoord) -> str:
    does = f"; doet zelf: {word.doet_zelf}" if word.doet_zelf else ""
    expects = f"; verwacht: {word.verwacht}" if word.verwacht else ""
    return f'"{word.woord}" ({word.axis}) = {_told(word)}{does}{expects}'


def _friend(friend: ValseVriend) -> str:
    return f'let op, "{friend.woord}": bij u {friend.bij_u}; bij de ander {friend.bij_de_ander}'


def _yes(claim: bool) -> str:
    return "ja" if claim else "nee"


def _told(word: Kaartwoord) -> str:
    return f"{word.betekent} ({word.termijn})" if word.termijn else word.betekent


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _read(text: bytes) -> Bedoelkaart:
    said: dict[str, Any] = tomllib.loads(text.decode())
    words = said.pop("woord", [])
    shaped = [{("axis" if key == "as" else key): value for key, value in word.items()} for word in words]
    return Bedoelkaart.model_validate({**said, "woorden": shaped, "versie": hashlib.sha256(text).hexdigest()[:12]})


def _problems(card: Bedoelkaart, shared: Vocabulary, speaking: Mapping[str, Spoken]) -> Iterable[str]:
    if card.bevestigd_op > card.geldig_vanaf:
        yield "bevestigd_op: is after geldig_vanaf; a card holds from the day it was confirmed"
    seen: set[tuple[str, str]] = set()
    for number, word in enumerate(card.woorden, 1):
        at, key = f"woord {number}", (word.axis, normal(word.woord))
        if word.begrip not in shared.choices(word.axis):
            yield f"{at}: begrip: '{word.begrip}' is no concept of axis '{word.axis}'"
        elif (meant := _meant(card, word, speaking)) not in (UNKNOWN, word.begrip):
            yield f"{at}: begrip: in its messages the word is '{meant}', on the card '{word.begrip}'; mend one of them"
        if key in seen:
            yield f"{at}: woord: stands twice on its axis"
        seen.add(key)


def _meant(card: Bedoelkaart, word: Kaartwoord, speaking: Mapping[str, Spoken]) -> str:
    """The concept of a word in the messages of its organisation; `onbekend` where it is not known."""
    how = speaking.get(_key(card.instantie))
    if how is None:
        return UNKNOWN
    term = Term(axis=word.axis, word=word.woord, stelsel=how.code_list)
    return how.vocabulary.understand([term], on=card.geldig_vanaf).meanings[0].concept

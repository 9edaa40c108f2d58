"""What two adapters write of the contract "aanlevering" version 1, as XML text: a match, and how elements are made.

Every text goes through `xml.escaped`, in `fields` alone.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from functools import cache, partial

from gateway.canonical.card import Bedoelkaart, Kaartwoord, Uitleg, ValseVriend
from gateway.canonical.match import Betrokkene, Match
from gateway.canonical.regie import Regie
from gateway.canonical.terms import Meaning
from gateway.wire import xml

NAMESPACE = "urn:x-verwijsindex-gateway:aanlevering:1"

Describe = Callable[[str, str], tuple[str, str]]
"""A concept of an axis: its display and its definition."""
Field = tuple[str, str | None]


class MatchXml:
    """Writes matches and what words mean. Without state."""

    def __init__(self, describe: Describe) -> None:
        self._shown = cache(partial(_shown, describe))

    def meaning(self, meaning: Meaning, name: str) -> str:
        """A word with its meaning, under a name."""
        said = fields(
            ("as", meaning.axis),
            ("woord", meaning.word),
            ("begrip", meaning.concept),
            ("equivalentie", meaning.equivalence.value),
        )
        shown = self._shown(meaning.axis, meaning.concept)
        return f"<vi:{name}>{said}{shown}{fields(('kaart', meaning.map))}</vi:{name}>"

    def match(self, match: Match, name: str = "vi:match") -> str:
        """A match: who else is involved, and how to reach them; under a name with its prefix."""
        others = [self._other(other) for other in match.content.betrokkenen]
        meanings = [self.meaning(meaning, "betekenis") for meaning in match.content.betekenissen]
        content = fields(
            ("matchId", str(match.match_id)),
            ("soort", match.soort.value),
            ("signaalId", str(match.signaal_id)),
            ("bronSignaalId", match.bron_signaal_id),
            ("nietDezelfdeJeugdige", truth(match.niet_dezelfde_jeugdige)),
            ("ontstaanOp", moment(match.ontstaan_op)),
            ("status", match.status.value),
            ("nietInDossier", "true"),
            ("opvolging", match.opvolging.value if match.opvolging else None),
            ("verwijderen", truth(match.verwijderen) if match.verwijderen else None),
        )
        regie = [_regie(match.regie)] if match.regie else []
        return f"<{name}>{content}{''.join((*others, *meanings, *map(_explained, match.uitleg), *regie))}</{name}>"

    def _other(self, other: Betrokkene) -> str:
        return group(
            "betrokkene",
            ("naam", other.naam),
            ("functie", other.functie),
            ("instantie", other.instantie),
            ("locatie", other.locatie),
            ("telefoon", other.telefoon),
            ("email", other.email),
            ("coordinator", other.coordinator),
        )


def _regie(regie: Regie) -> str:
    return group(
        "regie",
        ("status", regie.status.value),
        ("wie", regie.wie.value),
        ("naam", regie.naam),
        ("instantie", regie.instantie),
        ("aangeboden", truth(regie.aangeboden)),
        ("herzienOp", regie.herzien_op.isoformat() if regie.herzien_op else None),
        ("stand", regie.stand),
        *(("nietZichtbaarVoor", name) for name in regie.niet_zichtbaar_voor),
    )


def _explained(uitleg: Uitleg) -> str:
    return group(
        "uitleg",
        ("instantie", uitleg.instantie),
        ("tekst", uitleg.over_de_index),
        ("vergeleken", truth(uitleg.vergeleken)),
        inner=[*([_card(uitleg.kaart)] if uitleg.kaart else []), *map(_friend, uitleg.valse_vrienden)],
    )


def _card(card: Bedoelkaart) -> str:
    said = (
        ("versie", card.versie),
        ("instantie", card.instantie),
        ("geldigVanaf", card.geldig_vanaf.isoformat()),
        ("bevestigdOp", card.bevestigd_op.isoformat()),
        ("bevestigdDoor", card.bevestigd_door),
        ("reactietermijn", card.reactietermijn),
        ("vrijwilligeHulp", truth(card.vrijwillige_hulp)),
        ("gedwongenHulp", truth(card.gedwongen_hulp)),
    )
    can = (*(("kan", line) for line in card.kan), *(("kanNiet", line) for line in card.kan_niet))
    return group("bedoelkaart", *said, *can, inner=map(_word, card.woorden))


def _word(word: Kaartwoord) -> str:
    return group(
        "kaartwoord",
        ("as", word.axis),
        ("woord", word.woord),
        ("begrip", word.begrip),
        ("betekent", word.betekent),
        ("termijn", word.termijn),
        ("doetZelf", word.doet_zelf),
        ("verwacht", word.verwacht),
    )


def _friend(friend: ValseVriend) -> str:
    return group(
        "valseVriend",
        ("as", friend.axis),
        ("woord", friend.woord),
        ("bijU", friend.bij_u),
        ("bijDeAnder", friend.bij_de_ander),
    )


def _shown(describe: Describe, axis: str, concept: str) -> str:
    """A concept's own texts; kept, since only a concept of the vocabulary has a description."""
    display, definition = describe(axis, concept)
    return fields(("weergave", display), ("definitie", definition))


def document(name: str, *inner: str) -> str:
    """The outermost element."""
    return f'<vi:{name} xmlns:vi="{NAMESPACE}">{"".join(inner)}</vi:{name}>'


def group(name: str, *said: Field, inner: Iterable[str] = ()) -> str:
    """An element with its texts, and what is written already after them."""
    return f"<vi:{name}>{fields(*said)}{''.join(inner)}</vi:{name}>"


def fields(*said: Field) -> str:
    """A text each; a field without text is left out."""
    return "".join([f"<vi:{name}>{xml.escaped(text)}</vi:{name}>" for name, text in said if text is not None])


def moment(when: dt.datetime) -> str:
    """A moment in UTC."""
    precision = "milliseconds" if when.microsecond else "seconds"
    return when.astimezone(dt.UTC).isoformat(timespec=precision).replace("+00:00", "Z")


def truth(claim: bool) -> str:
    """A truth value."""
    return "true" if claim else "false"

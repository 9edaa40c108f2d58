"""What the demo can play: a signal that becomes a match, and a municipality that moves to another index."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.cli import scenes
from gateway.cli.proof import About
from gateway.cli.scenes import switch
from gateway.cli.stage import Stage

Scene = tuple[Callable[[Stage], None], str]
"""What is done, and how it is told to who looks on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """One play: its page, its scenes in their order, and the sandbox it stands in."""

    about: About
    scenes: Callable[[], Sequence[Scene]]
    personal: Sequence[str]
    """What nobody may find in a stolen database."""
    told: Callable[[str], Mapping[str, dict[str, Any]]]
    """How partners hear of their matches, given where the school has a service of its own."""
    spare: str = ""
    """What an index to move to speaks; without it, there is none."""


MATCH, SWITCH = "match", "switch"
PLAYS: Mapping[str, Play] = {
    MATCH: Play(
        about=About(
            title="Een signaal wordt een match",
            what="Organisaties maken zich zorgen over hetzelfde kind en weten dat niet van elkaar. De gateway brengt "
            "hen bij elkaar: eerst onder de landelijke wet, ook als de school alleen een rekenblad heeft, daarna in "
            "een regio die met toestemming werkt, waar ieder een ander formaat spreekt.",
            who="Kind en professionals bestaan niet: het kind is een openbare testpersoon van de basisregistratie "
            "personen.",
            command="verwijsindex demo",
        ),
        scenes=lambda: scenes.SCENES,
        personal=scenes.PERSONAL,
        told=scenes.told,
    ),
    SWITCH: Play(
        about=About(
            title="Een gemeente gaat naar een andere index",
            what="Honderd signalen staan bij de index van een regio. Eén gemeente gaat over naar een index van een "
            "ander, die ook een andere taal spreekt; de andere gemeenten blijven. Wie signalen geeft, gaat gewoon "
            "door, en hoort er niets van: ook niet als het weer wordt teruggedraaid.",
            who="Kinderen en professionals bestaan niet: de kinderen zijn openbare testpersonen van de "
            "basisregistratie personen.",
            command="verwijsindex demo switch",
        ),
        scenes=switch.scenes,
        personal=switch.PERSONAL,
        told=switch.told,
        spare=switch.SPOKEN_THERE,
    ),
}  # fmt: skip
"""By the name under which each is asked for."""

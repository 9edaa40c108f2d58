"""The demo's page, for who must trust it: each promise with the bytes that prove it, each word with its journey.

One file: no script, no picture, no network. Dutch, with the engineer's English under it.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway import __version__
from gateway.cli.journey import Travelled
from gateway.wire.page import document, tag

DEGREES = {
    "equal": "gelijk",
    "equivalent": "zelfde betekenis",
    "wider": "ruimer begrip",
    "narrower": "enger begrip",
    "inexact": "bij benadering",
    "unmatched": "geen vertaling",
}
COLUMNS = ("Wie schreef", "Het eigen woord", "Zo begrepen", "Bewaard?", "Naar de index?", "De ander leest")


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise in Dutch and English, whether it held, and the files that show it."""

    nl: str
    en: str
    holds: bool
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done, with its files by what they are."""

    number: str
    nl: str
    en: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Story:
    """What happened to the words in one region, and how that region works."""

    region: str
    rule: str
    words: tuple[Travelled, ...]


@dataclass(frozen=True, slots=True)
class About:
    """What a page is about: its title, what was played, who was in it, and the command that plays it again."""

    title: str
    what: str
    who: str
    command: str


def page(
    about: About, promises: Sequence[Promise], steps: Sequence[Step], stories: Sequence[Story], made: dt.datetime
) -> str:
    """The page as text."""
    body = tag.BODY(
        tag.A("Naar de inhoud", tag.CLASS("skip"), href="#inhoud"),
        _head(about, promises, made),
        tag.MAIN(
            tag.H2("Wat de gateway belooft"),
            tag.UL(*(_promise(promise, _titles(steps)) for promise in promises), tag.CLASS("rows")),
            *(_words(stories) if stories else ()),
            tag.H2("Wat er gebeurde"),
            tag.OL(*map(_step, steps), tag.CLASS("rows")),
            id="inhoud",
        ),
        tag.FOOTER(
            tag.H2("Over dit bewijs"),
            tag.P(
                f"{about.who} De indices zijn nagebootst. De berichten volgen het contract van dit project, versie 1; "
                "de echte contracten van regionale systemen zijn niet openbaar. Wie twijfelt, herhaalt dit met ",
                tag.CODE(about.command), " en vergelijkt de bestanden."
            ),
        ),
    )  # fmt: skip
    return document(f"Bewijs: {about.title[:1].lower()}{about.title[1:]}", body)


def _head(about: About, promises: Sequence[Promise], made: dt.datetime) -> Any:
    held = sum(promise.holds for promise in promises)
    kept = held == len(promises)
    return tag.HEADER(
        tag.H1(about.title),
        tag.P(
            f"{held} van {len(promises)} beloften gehouden",
            tag.CLASS(f"verdict {'good' if kept else 'bad'}"),
        ),
        tag.P(
            f"{about.what} Dit is het verslag. Bij elke belofte staan de berichten waaruit blijkt of zij is gehouden."
        ),
        tag.P(
            f"Gemaakt op {made:%d-%m-%Y} om {made:%H:%M} uur, gateway versie {__version__}.",
            tag.CLASS("soft"),
        ),
    )


def _titles(steps: Sequence[Step]) -> dict[str, str]:
    """How a file is called where its step is not near."""
    return {name: f"stap {int(step.number)}, {what}" for step in steps for what, name in step.names.items()}


def _promise(promise: Promise, titles: Mapping[str, str]) -> Any:
    mark, kind = ("Gehouden", "good") if promise.holds else ("Gebroken", "bad")
    proof = [(titles.get(name, name), name) for name in promise.names]
    return tag.LI(
        tag.SPAN(mark, tag.CLASS(f"mark {kind}")),
        tag.DIV(promise.nl, _english(promise.en), _links("Bewijs", proof)),
    )


def _step(step: Step) -> Any:
    return tag.LI(
        tag.SPAN(f"Stap {int(step.number)}", tag.CLASS("soft")),
        tag.DIV(step.nl, _english(step.en), _links("Bestanden", step.names.items())),
    )


def _english(text: str) -> Any:
    return tag.SPAN(text, lang="en")


def _links(label: str, names: Iterable[tuple[str, str]]) -> Any:
    links = (tag.LI(tag.A(what, href=name)) for what, name in names)
    return tag.UL(*links, tag.CLASS("files"), **{"aria-label": label})


def _words(stories: Sequence[Story]) -> tuple[Any, ...]:
    return (
        tag.H2("De reis van de woorden"),
        tag.P(
            "Een woord als ", tag.Q("spoed"), " betekent bij een school iets anders dan bij jeugdhulp. De gateway "
            "raadt nooit: hij vraagt de zender wat die bedoelt, en laat een ander het woord zien zoals het er "
            "stond. Hieronder staat wat er met elk woord gebeurde, gelezen uit de berichten zelf."
        ),
        *(part for story in stories for part in _story(story)),
    )  # fmt: skip


def _story(story: Story) -> tuple[Any, Any]:
    rows = (
        tag.TR(
            tag.TH(word.sender, scope="row"),
            tag.TD(tag.Q(word.word), tag.DIV(f"over {word.axis}", tag.CLASS("soft"))),
            tag.TD(word.concept, tag.DIV(_degree(word), tag.CLASS("soft"))),
            tag.TD("ja" if word.kept else "nee"),
            tag.TD("ja" if word.to_index else "nee"),
            tag.TD(*(_read(word) if word.read else ("alleen wie de zender is en hoe die te bereiken is",))),
        )
        for word in story.words
    )
    table = tag.TABLE(
        tag.CAPTION(story.rule),
        tag.THEAD(tag.TR(*(tag.TH(column, scope="col") for column in COLUMNS))),
        tag.TBODY(*rows),
    )
    name = f"De woorden: {story.region}"
    return tag.H3(story.region), tag.DIV(table, tag.CLASS("wide"), role="region", tabindex="0", **{"aria-label": name})


def _degree(word: Travelled) -> str:
    degree = DEGREES[word.degree]
    return f"{degree}; de zender krijgt een vraag" if word.asked else degree


def _read(word: Travelled) -> tuple[Any, Any]:
    return tag.Q(word.word), tag.DIV(word.read, tag.CLASS("soft"))

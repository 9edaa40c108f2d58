"""The words of a configuration: what is wrong with its overlays, and what means danger and nobody has confirmed."""

from collections.abc import Iterator

from gateway import compose
from gateway.config import Config
from gateway.errors import Misconfigured
from gateway.rules.vocabulary import Vocabulary
from gateway.rules.vocabulary_rules import unconfirmed, unconfirmed_rows

Problem = tuple[str, str, str]
"""Where it is in the configuration, what is wrong, and its fix."""


def problems(config: Config) -> Iterator[Problem]:
    """Everything that is wrong with the overlays of regions and organisations, and with the lists they name."""
    shared = compose.shared_vocabulary()
    regional: dict[str, Vocabulary] = {}
    for name, region in config.regions.items():
        try:
            regional[name] = compose.overlaid(shared, region.overlay)
        except Misconfigured as error:
            yield from (_placed(f"regions.{name}.overlay", problem) for problem in error.problems)
    for partner in config.partners:
        below = [shared, *(regional[name] for name in partner.regions if name in regional)]
        broken: dict[str, None] = {}
        lists: set[str] = set()
        for vocabulary in below:
            try:
                lists.update(compose.overlaid(vocabulary, partner.overlay).code_lists)
            except Misconfigured as error:
                broken |= dict.fromkeys(error.problems)
        yield from (_placed(f"partners.{partner.id}.overlay", problem) for problem in broken)
        whole = not broken and all(name in regional for name in partner.regions if name in config.regions)
        if whole and partner.code_list and partner.code_list not in lists:
            fix = f"name one of {', '.join(sorted(lists))}, or bring an overlay"
            yield f"partners.{partner.id}.code_list", f"no list '{partner.code_list}'", fix


def unsure(config: Config) -> Iterator[Problem]:
    """What means danger in production while nobody of the field has confirmed that it does."""
    if config.environment != "production":
        return
    shared = compose.shared_vocabulary()
    words, left = config.vocabulary, list(unconfirmed(shared.tables))
    if left and words.confirmed != shared.version:
        told = f"{len(left)} rows that mean danger are not confirmed by the field, the first at {left[0]}"
        fix = f"have them confirmed (`verwijsindex vocabulary danger` lists them), then set it to '{shared.version}'"
        yield "vocabulary.confirmed", told, fix
    elif left and not words.record:
        yield "vocabulary.record", "who confirmed what means danger is not on record", "name the record"
    for where, at in _laid_over(config):
        fix = "set its status to vastgesteld once the field has confirmed it"
        yield where, f"{at} means danger and is not confirmed", fix


def _laid_over(config: Config) -> Iterator[tuple[str, str]]:
    overlays = {f"regions.{name}.overlay": region.overlay for name, region in config.regions.items()}
    overlays |= {f"partners.{partner.id}.overlay": partner.overlay for partner in config.partners}
    shared = compose.shared_vocabulary()
    for where, overlay in overlays.items():
        try:
            over = compose.overlaid(shared, overlay).over
        except Misconfigured:
            continue  # told already
        yield from ((where, at) for rows in over for at in unconfirmed_rows(rows, shared.tables))


def _placed(where: str, problem: str) -> Problem:
    what, _, fix = problem.rpartition("; ")
    return where, what, fix

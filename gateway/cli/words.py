"""The `vocabulary` commands: check it, look into it, try a word."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from gateway import compose, config
from gateway.canonical.terms import UNKNOWN, Term
from gateway.cli import overlays
from gateway.cli.told import DEFAULT_CONFIG, ConfigOption, err, house, line, out
from gateway.clock import legal_day, system_clock
from gateway.errors import Misconfigured
from gateway.rules import vocabulary
from gateway.rules.vocabulary import Vocabulary
from gateway.rules.vocabulary_diff import differences
from gateway.rules.vocabulary_rules import dangerous
from gateway.rules.vocabulary_tables import OWN_LIST, MapRow, normal

app = typer.Typer(no_args_is_help=True, help="The shared vocabulary: check it, look into it, try a word.")

ListOption = Annotated[str, typer.Option("--list", help="The list the word comes from.")]


@app.command()
def check(
    directory: Annotated[Path | None, typer.Argument(help="A vocabulary of your own; else the shipped one.")] = None,
    path: Annotated[
        Path | None, typer.Option("--config", envvar="GATEWAY_CONFIG", help="Also the overlays of this configuration.")
    ] = None,
) -> None:
    """Check the rules R1-R8 on every row, and on every row that a region or an organisation lays over them."""
    problems = vocabulary.check(directory or compose.MAPPINGS / "vocabulary")
    if path is not None:
        problems += [f"{where}: {what}; {fix}" for where, what, fix in overlays.problems(config.read(path))]
    for problem in problems:
        line(problem, "red", to=err)
    if problems:
        raise typer.Exit(1)
    out.print("Every rule holds on every row.", style="green")


@app.command()
def axis(name: Annotated[str, typer.Argument(help="An axis, e.g. urgentie.")]) -> None:
    """Show the concepts of an axis."""
    shared = compose.shared_vocabulary()
    _known_axis(name)
    table = Table(title=f"{name} (version {shared.version})", title_justify="left")
    for column in ("code", "display", "term", "definition", "keep", "travel"):
        table.add_column(column, overflow="fold", no_wrap=column == "code")
    for code in (*shared.choices(name), UNKNOWN):
        concept = shared.concept(name, code)
        table.add_row(
            code, concept.display_nl, concept.response_time, concept.definition_nl, concept.keep, concept.travel
        )
    out.print(table)


@app.command()
def show(
    word: Annotated[str, typer.Argument(help="A sender's word, or a code of ours.")],
    code_list: ListOption = "",
    name: Annotated[str, typer.Option("--axis", help="Only what it means on this axis.")] = "",
) -> None:
    """Show every meaning of a word: in which list, on which axis, how well it fits, and what is asked or advised."""
    shared = compose.shared_vocabulary()
    if name:
        _known_axis(name)
    if code_list:
        _known_list(code_list)
    rows = [
        row
        for row in shared.tables.rows
        if normal(row.source_code) == normal(word)
        and code_list in {"", row.source_system}
        and (not name or row.target_system in {"", name})
    ]
    for row in rows:
        _row(row)
    own = [
        shared.concept(known, normal(word))
        for known in shared.axes
        if name in {"", known} and code_list in {"", OWN_LIST} and normal(word) in (*shared.choices(known), UNKNOWN)
    ]
    for concept in own:
        line(f"{OWN_LIST}: {concept.axis}: {concept.code} ({concept.display_nl})", "bold")
        line(f"  {concept.definition_nl}")
    if not rows and not own:
        line(f"No list knows {word!r}: it is accepted as {UNKNOWN} and asked back.")
    if name:
        translate(name, word, code_list)
        return
    known = shared.tables.by_code()
    if any(dangerous(row, known) for row in rows) or any(concept.strekking == "gevaar" for concept in own):
        _advise((vocabulary.CALL_NOW,))
    elif not rows and not own:
        _advise(shared.understand([Term("", word, code_list)], on=legal_day(system_clock())).advice)


@app.command()
def translate(
    name: Annotated[str, typer.Argument(metavar="AXIS", help="The axis the word is said on.")],
    word: Annotated[str, typer.Argument(help="The sender's word.")],
    code_list: ListOption = "",
) -> None:
    """Show what a word is understood to mean, and what is asked or advised."""
    _known_axis(name)
    if code_list:
        _known_list(code_list)
    term = Term(axis=name, word=word, stelsel=code_list)
    understood = compose.shared_vocabulary().understand([term], on=legal_day(system_clock()))
    for meaning in understood.meanings:
        line(f"{word!r} -> {meaning.concept} ({meaning.equivalence.value}, {meaning.map})")
    for question in understood.questions:
        line(f"question: which of {', '.join(question.choices)}?")
    _advise(understood.advice)


@app.command()
def danger() -> None:
    """List every concept and row that means danger, and whether people of the field confirmed it."""
    shared = compose.shared_vocabulary()
    known = shared.tables.by_code()
    table = Table(title=f"danger (version {shared.version})", title_justify="left")
    for column in ("list", "word", "said as", "means", "status"):
        table.add_column(column, overflow="fold")
    for concept in shared.tables.concepts:
        if concept.strekking == "gevaar":
            means = f"{concept.axis} {concept.code}"
            table.add_row(OWN_LIST, concept.code, concept.display_nl, means, concept.status)
    for row in shared.tables.rows:
        if dangerous(row, known):
            means = f"{row.target_system} {row.target_code}".strip() or "asked back"
            table.add_row(row.source_system, row.source_code, row.source_display, means, row.status)
    out.print(table)


@app.command()
def diff(
    old: Annotated[str, typer.Argument(help="A directory, or a version that was ever used.")],
    new: Annotated[str, typer.Argument(help="As OLD; `shipped` is the vocabulary of this release.")] = "shipped",
    as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON.")] = False,
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Show what changed between two versions of the vocabulary, and which changes give a word another meaning."""
    before, after = _version(old, path), _version(new, path)
    found = differences(before, after)
    if as_json:
        changes = [asdict(change) for change in found]
        typer.echo(json.dumps({"old": before.version, "new": after.version, "changes": changes}, ensure_ascii=False))
        return
    table = Table(title=f"{before.version} -> {after.version}", title_justify="left")
    for column in ("", "table", "record", "what", "meaning"):
        table.add_column(column, overflow="fold")
    for change in found:
        what = "\n".join(f"{name}: {was or '(nothing)'} -> {now or '(nothing)'}" for name, was, now in change.columns)
        key = " ".join(part for part in change.key if part)
        table.add_row(change.kind.value, change.table, key, what, "CHANGED" if change.meaning else "")
    out.print(table)
    line(f"{len(found)} changes; {sum(change.meaning for change in found)} of them change what a word means.")


@app.command()
def unknown(
    partner: Annotated[str, typer.Option("--partner", help="Only of this organisation.")] = "",
    word: Annotated[str, typer.Option("--word", help="A guess: is it among them?")] = "",
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """List the words that no map knew, each by a hash; with --word, tell whether a guess is one (exit code 1: no)."""
    with house(path) as parts:
        known = [item.id for item in parts.config.partners]
        if partner and partner not in known:
            raise Misconfigured(f"no partner '{partner}'; there are {', '.join(known)}")
        recognise = compose.recognition(parts)
        found = [
            (tenant, one)
            for tenant in ([partner] if partner else known)
            for one in parts.store.read.unknown_words(tenant)
            if not word or recognise.word(tenant, one.axis, word) == one.word
        ]
    if word and not found:
        line("That word is not among them.")
        raise typer.Exit(1)
    table = Table(title="words that no map knew", title_justify="left")
    for column in ("partner", "axis", "times", "first", "last", "hash"):
        table.add_column(column, overflow="fold", justify="right" if column == "times" else "left")
    for tenant, one in found:
        days = (one.first_on.isoformat(), one.last_on.isoformat())
        table.add_row(tenant, one.axis, str(one.times), *days, one.word.hex())
    out.print(table)


def _version(name: str, path: Path) -> Vocabulary:
    """A vocabulary by its directory, by a version the store still has, or as shipped."""
    shared = compose.shared_vocabulary()
    if name in {"shipped", shared.version}:
        return shared
    if Path(name).is_dir():
        there = vocabulary.reopen(Path(name))
        if there.axes:
            return there
        raise Misconfigured(f"{name}: no vocabulary is there; name the directory that holds concepts.csv")
    with house(path) as parts:
        found = parts.directory.past_vocabulary(name)
    if found is None:
        raise Misconfigured(f"no vocabulary '{name}'; name a directory, a version that was used here, or shipped")
    return found


def _row(row: MapRow) -> None:
    shared = compose.shared_vocabulary()
    title = shared.titles(row.source_system)[0]
    line(f"{row.source_system} ({title}): {row.source_code} = {row.source_display}", "bold")
    if row.target_code:
        concept = shared.concept(row.target_system, row.target_code)
        line(f"  {row.target_system}: {row.target_code} ({concept.display_nl}), {row.equivalence}")
    else:
        line("  asked back: it stands for no concept of ours")
    if row.note:
        line(f"  {row.note}")
    for clock in shared.tables.clocks:
        if (clock.source_system, normal(clock.source_code)) == row.key:
            line(f"  its own clock: {clock.limit or 'no limit'}, from {clock.clock_start}: {clock.actor}, {clock.act}")
    if row.geldig_van or row.geldig_tot:
        line(f"  valid {row.geldig_van or '...'} to {row.geldig_tot or '...'}")


def _advise(advice: tuple[str, ...]) -> None:
    texts = compose.advice_texts()
    for code in advice:
        line(texts[code][0], "bold red")


def _known_axis(name: str) -> None:
    axes = compose.shared_vocabulary().axes
    if name not in axes:
        raise Misconfigured(f"no axis '{name}'; there are {', '.join(axes)}")


def _known_list(name: str) -> None:
    lists = compose.shared_vocabulary().code_lists
    if name not in lists:
        raise Misconfigured(f"no list '{name}'; there are {', '.join(lists)}")

"""Policy packs for who decides on them: which there are, what one says, and what changes on which day."""

import datetime as dt
import itertools
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway import compose, config
from gateway.cli.told import DEFAULT_CONFIG, ConfigOption, line
from gateway.clock import legal_day, system_clock
from gateway.config import Config
from gateway.errors import Misconfigured
from gateway.rules.packs import Policy
from gateway.rules.policy import Pack

app = typer.Typer(no_args_is_help=True, help="Policy packs: what regions keep, and what may leave.")

RegionOption = Annotated[str, typer.Option("--region", help="A region's packs, by the day each begins.")]
DayOption = Annotated[dt.datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="A legal day; else today.")]


def _known(path: Path) -> tuple[Config | None, dict[str, Pack]]:
    """The configuration, when there is one, and the packs there are with it."""
    if path == DEFAULT_CONFIG and not path.exists():
        return None, compose.packs_in(())
    read = config.load(path)
    return read, compose.packs_of(read)


def _policies(read: Config | None, packs: dict[str, Pack]) -> dict[str, Policy]:
    if read is None:
        return {}
    if problems := list(compose.region_problems(read, packs)):
        raise Misconfigured(*problems)
    return {name: compose.policy_of(region, packs) for name, region in read.regions.items()}


def _of(region: str, path: Path) -> Policy:
    policies = _policies(*_known(path))
    if region not in policies:
        raise Misconfigured(f"no region '{region}'; there are {', '.join(sorted(policies)) or 'none: name --config'}")
    return policies[region]


@app.command("list")
def list_(path: ConfigOption = DEFAULT_CONFIG) -> None:
    """Show the packs there are, and which region begins to work with which on what day."""
    read, packs = _known(path)
    for pack in packs.values():
        record = "; needs covenant and DPIA on record" if pack.needs_record else ""
        line(f"{pack.label}: {pack.name} ({pack.legal_basis.value}, from {pack.valid_from}{record})")
    for name, policy in sorted(_policies(read, packs).items()):
        for item in policy.packs:
            line(f"region {name}: {item.pack.label} from {item.on}")


@app.command()
def check(
    files: Annotated[list[Path] | None, typer.Argument(help="Packs to be; else the configured ones.")] = None,
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Hold packs against the schema and against themselves: every problem at once. Exit code 2 when there is one."""
    packs = compose.packs_in(tuple(files)) if files else _known(path)[1]
    if not files:
        _policies(*_known(path))
    line(f"{len(packs)} packs hold: {', '.join(pack.label for pack in packs.values())}", "green")


@app.command()
def show(
    pack: Annotated[str, typer.Argument(help="Its id; or name a region.")] = "",
    region: RegionOption = "",
    day: DayOption = None,
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Show what a pack says, or the pack that a region decides with on a day, as JSON."""
    if bool(pack) == bool(region):
        raise Misconfigured("name a pack, or a region with --region")
    if region:
        found = _of(region, path).on(day.date() if day else legal_day(system_clock())).pack
    else:
        found = _pack(pack, _known(path)[1])
    typer.echo(json.dumps(_said(found), indent=1, ensure_ascii=False))


@app.command()
def diff(
    old: Annotated[str, typer.Argument(help="The id of a pack; or name a region.")] = "",
    new: Annotated[str, typer.Argument(help="The id of another.")] = "",
    region: RegionOption = "",
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Show what two packs say differently, or what changes in a region on each day that a pack begins."""
    if bool(region) == bool(old and new):
        raise Misconfigured("name two packs, or a region with --region")
    if not region:
        packs = _known(path)[1]
        _differences(_pack(old, packs), _pack(new, packs))
        return
    begins = _of(region, path).packs
    line(f"region {region}: {begins[0].pack.label} from {begins[0].on}")
    for before, after in itertools.pairwise(begins):
        line(f"from {after.on}: {after.pack.label} instead of {before.pack.label}")
        _differences(before.pack, after.pack)


def _pack(name: str, packs: dict[str, Pack]) -> Pack:
    if name not in packs:
        raise Misconfigured(f"no pack '{name}'; there are {', '.join(sorted(packs))}")
    return packs[name]


def _said(pack: Pack) -> dict[str, Any]:
    """What a pack says, lists in one order."""
    said = pack.model_dump(mode="json")
    said["indexes"] = {name: {"leaves": sorted(item["leaves"])} for name, item in said["indexes"].items()}
    return {key: sorted(value) if isinstance(value, list) else value for key, value in said.items()}


def _differences(before: Pack, after: Pack) -> None:
    old, new = _said(before), _said(after)
    for key in (key for key in old if old[key] != new[key] and key != "version"):
        if isinstance(old[key], list):
            for item in sorted(set(old[key]) - set(new[key])):
                line(f"  - {key}: {item}", "red")
            for item in sorted(set(new[key]) - set(old[key])):
                line(f"  + {key}: {item}", "green")
        else:
            line(f"  ~ {key}: {_text(old[key])} -> {_text(new[key])}", "yellow")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

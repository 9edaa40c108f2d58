"""What a move would be, and what another covenant would change: nothing is sent, and only a plan is written down."""

import csv
import datetime as dt
from collections import Counter
from math import ceil
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from gateway.canonical.receipt import Status
from gateway.cli.switch_words import cannot
from gateway.cli.told import DEFAULT_CONFIG, ConfigOption, house, line
from gateway.clock import legal_day
from gateway.compose import House, packs_of
from gateway.errors import Misconfigured
from gateway.flow.directory import Region, destination
from gateway.flow.switching import Plan, Switching
from gateway.rules.covenant import Change, Then, changes
from gateway.rules.inventory import COLUMNS, Found, Held, laid, parsed
from gateway.rules.policy import Pack
from gateway.rules.switching import State
from gateway.store.switching.routes import leading
from gateway.store.work import Scope

RegionOption = Annotated[str, typer.Option("--region", help="Its name in the configuration.")]
OrganisationOption = Annotated[
    list[str] | None, typer.Option("--organisation", help="Only signals of this one; may be repeated.")
]
MunicipalityOption = Annotated[
    list[str] | None, typer.Option("--municipality", help="Only signals of this one, by its four digits; so too.")
]
USUAL = 25.0
"""Signals in a second that an estimate is made with where no rate is named."""


def plan(
    region: RegionOption,
    to: Annotated[str, typer.Option("--to", help="The new index, as [indexes.<id>] names it.")],
    organisation: OrganisationOption = None,
    municipality: MunicipalityOption = None,
    basis: Annotated[
        str, typer.Option(help="On what decision the new provider gets the signals; writes the move down.")
    ] = "",
    basis_on: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="From when that holds.")] = None,
    rate: Annotated[float, typer.Option(min=0.1, help="Signals in a second, for the estimate.")] = USUAL,
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Say what a move would be: what the new index lacks and which signals go. With --basis, write it down."""
    with house(path) as parts:
        scope = Scope(region, tuple(organisation or ()), tuple(municipality or ()))
        old = _leads(parts, scope, to)
        _planned(parts, scope, _switching(parts).plan(scope, old, to), old, rate)
        if not basis:
            return
        day = basis_on.date() if basis_on else legal_day(parts.clock())
        made = _switching(parts).open(scope, old, to, basis=basis, basis_on=day)
        line(f"planned: {made.id}", "green")


def covenant(
    region: RegionOption,
    to: Annotated[str, typer.Option("--to", help="The pack of the new covenant, by its id.")],
    organisation: OrganisationOption = None,
    municipality: MunicipalityOption = None,
    listed: Annotated[Path | None, typer.Option("--list", help="A CSV to write, with a line for each change.")] = None,
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Say for which signals another covenant decides otherwise, and what happens to each. Nothing is changed.

    Exit code 1 when a person has to do something about one of them.
    """
    with house(path) as parts:
        scope = Scope(region, tuple(organisation or ()), tuple(municipality or ()))
        _known(parts, scope)
        packs = packs_of(parts.config)
        if to not in packs:
            raise Misconfigured(f"no pack '{to}'; there are {', '.join(sorted(packs))}")
        found = _changed(parts, scope, packs[to])
    counts = Counter((change.what, change.before, change.after, change.then) for _, _, change in found)
    for (what, before, after, then), many in sorted(counts.items()):
        line(f"{many} signals, {what}: {before} -> {after}; {then}", "" if then is Then.GOES_ON else "red")
    if not found:
        line("it decides the same about every signal", "green")
    if listed is not None:
        with listed.open("w", encoding="utf-8-sig", newline="") as file:
            rows = csv.writer(file, delimiter=";")
            rows.writerow(("signaalId", "organisatie", "wat", "voor", "na", "dan"))
            rows.writerows((signal, tenant, one.what, one.before, one.after, one.then) for signal, tenant, one in found)
        line(f"{listed}", "green")
    if any(change.then is not Then.GOES_ON for _, _, change in found):
        raise typer.Exit(1)


def inventory(
    region: RegionOption,
    export: Annotated[
        Path, typer.Argument(help=f"A CSV of the index's provider: {';'.join(COLUMNS)}.", exists=True, dir_okay=False)
    ],
    organisation: OrganisationOption = None,
    municipality: MunicipalityOption = None,
    listed: Annotated[
        Path | None, typer.Option("--list", help="A CSV to write, with all but what is the same.")
    ] = None,
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Lay what the index says it holds beside what went there through us: what was made elsewhere does not move along.

    Exit code 1 when anything is not the same at both.
    """
    with house(path) as parts:
        scope = Scope(region, tuple(organisation or ()), tuple(municipality or ()))
        _known(parts, scope)
        with export.open(encoding="utf-8-sig", newline="") as file:
            told = csv.DictReader(file, delimiter=";")
            if missing := set(COLUMNS) - set(told.fieldnames or ()):
                raise Misconfigured(f"{export}: no column {', '.join(sorted(missing))}; its first line names them")
            theirs = parsed(told)
        ours = {
            row.id: Held(Status(row.status), row.removal_on, row.tenant)
            for row, _ in parts.store.read.moves.signals(scope)
        }
        partners = {partner.instantie.id: name for name, partner in parts.directory.partners.items()}
        found = list(laid(ours, theirs, partners))
    for name, many in sorted(Counter(one.found for one in found).items()):
        line(f"{many} signals {name}", "" if name is Found.SAME else "yellow")
    if listed is not None:
        with listed.open("w", encoding="utf-8-sig", newline="") as file:
            rows = csv.writer(file, delimiter=";")
            rows.writerow(("gevonden", "referentie", "organisatie", "wat"))
            rows.writerows((one.found, one.reference, one.owner, one.what) for one in found if one.found != Found.SAME)
        line(f"{listed}", "green")
    if any(one.found is not Found.SAME for one in found):
        raise typer.Exit(1)


def where(
    organisation: Annotated[str, typer.Option("--organisation", help="Who gives the signal.")],
    municipality: Annotated[str, typer.Option("--municipality", help="Its four digits, if the signal names one.")] = "",
    path: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Say where a signal goes that is given now, and why. Exit code 1 when it goes nowhere."""
    with house(path) as parts:
        partner = parts.directory.partners.get(organisation)
        if partner is None:
            raise Misconfigured(f"no organisation '{organisation}'")
        day, named = legal_day(parts.clock()), municipality or None
        chosen = destination(partner, named, day)
        for region in partner.regions:
            served = "every municipality" if not region.municipalities else ", ".join(sorted(region.municipalities))
            begun = "" if region.policy.begun(day) else f"; begins on {region.policy.packs[0].on}"
            mark = " <- this one" if region is chosen else ""
            line(f"region {region.id}: serves {served}{begun}{mark}")
        if chosen is None:
            line("no region of this organisation serves it on this day: the signal is refused, and told why", "red")
            raise typer.Exit(1)
        line("a region that names the municipality goes before one that serves every; then the organisation's order")
        moves = sorted(parts.store.read.moves.every(), key=lambda move: move.made_at)
        index, by = leading(moves, chosen.index, chosen.id, organisation, named)
        if by is None:
            line(f"index '{index}', as [regions.{chosen.id}] names it", "green")
            return
        copy = f"; '{by.copy}' gets a copy" if by.copy else ""
        line(f"index '{index}', by move {by.id} ({by.state}){copy}", "green")


def _switching(parts: House) -> Switching:
    return Switching(parts.store, parts.clock, parts.directory.of_index)


def _leads(parts: House, scope: Scope, to: str) -> str:
    """The index a region works with now; raises Misconfigured."""
    known = _known(parts, scope)
    if to not in parts.config.indexes:
        raise Misconfigured(f"no index '{to}'; add [indexes.{to}]; there are {', '.join(sorted(parts.config.indexes))}")
    for done in parts.store.read.moves.every():
        moved = done.state == State.DONE and done.leads == done.new and done.old == known.index
        if moved and done.scope.covers(scope):
            raise Misconfigured(
                f"these signals moved to '{done.new}' before ({done.id}); name those that are left, or, when all of "
                f"the region moved, let [regions.{scope.region}] name index '{done.new}'"
            )
    return known.index


def _known(parts: House, scope: Scope) -> Region:
    """The region of a scope, when all it names is there; raises Misconfigured."""
    known = parts.directory.regions.get(scope.region)
    if known is None:
        raise Misconfigured(f"no region '{scope.region}'; there are {', '.join(sorted(parts.directory.regions))}")
    if strange := set(scope.tenants) - parts.directory.partners.keys():
        raise Misconfigured(f"no organisation {', '.join(sorted(strange))}")
    if known.municipalities and (strange := set(scope.municipalities) - known.municipalities):
        raise Misconfigured(f"region '{scope.region}' has no municipality {', '.join(sorted(strange))}")
    return known


def _changed(parts: House, scope: Scope, after: Pack) -> list[tuple[UUID, str, Change]]:
    """What another pack decides otherwise, signal by signal."""
    today = legal_day(parts.clock())
    return [
        (row.id, row.tenant, change)
        for row, signal in parts.store.read.moves.signals(scope)
        for change in changes(signal, parts.directory.pack(row.pack, row.region, today), after)
    ]


def _planned(parts: House, scope: Scope, asked: Plan, old: str, rate: float) -> None:
    for gap in asked.gaps:
        what, effect = cannot(gap)
        line(f"the {gap.who} index cannot {what.en}: {effect.en}", "red" if gap.forbids_shadow else "yellow")
    survey = asked.survey
    for tenant in sorted({tenant for tenant, _, _ in survey.signals}):
        counts = Counter[str]()
        for (who, name, _), many in survey.signals.items():
            counts[name] += many if who == tenant else 0
        line(f"{tenant}: " + ", ".join(f"{many} {name}" for name, many in sorted(counts.items()) if many))
    months = Counter[str]()
    for (_, _, month), many in survey.signals.items():
        months[month] += many
    if months:
        line("periods end in " + ", ".join(f"{month} ({many})" for month, many in sorted(months.items())))
    today = parts.directory.regions[scope.region].pack(legal_day(parts.clock())).label
    for pack, many in sorted(survey.packs.items()):
        if pack != today:
            line(f"{many} signals were decided with pack {pack}, and go on by that one; new ones with {today}")
    if survey.nameless:
        line(f"{survey.nameless} signals stay at '{old}': nobody here knows any more who they are about", "yellow")
    if survey.placeless:
        line(f"{survey.placeless} signals of this region name no municipality, and are in no move of one", "yellow")
    if asked.unsettled:
        line(f"{asked.unsettled} messages to '{old}' have no outcome yet; let those come first", "yellow")
    minutes = ceil(survey.many / rate / 60)
    takes = f"takes about {minutes} minutes" if minutes > 1 else "takes a minute at most"
    line(f"{survey.many} signals; at {rate:g} in a second that {takes}")
    line(
        "with a shadow: `switch start`, then `switch reconcile` and `switch cutover`" if asked.shadow
        else "no shadow is possible: `switch cutover --direct` lets the new index lead, and registers then"
    )  # fmt: skip

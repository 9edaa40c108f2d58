"""What a move came to, for who decides on it: a page, and the same as signed facts. Nothing is about a person."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from gateway.cli import switch_page
from gateway.compose import House
from gateway.rules import switching as rules
from gateway.rules.switching import Gap
from gateway.store import proof
from gateway.store.work import Switch

PAGE, FACTS = "overstap.html", "overstap.json"


def write(parts: House, move: Switch, directory: Path) -> tuple[Path, Path]:
    """Write both into a directory; gives their places."""
    directory.mkdir(parents=True, exist_ok=True)
    gaps = rules.gaps(*(parts.directory.of_index(index) for index in (move.old, move.new)))
    told = facts(parts, move, gaps)
    page, signed = directory / PAGE, directory / FACTS
    page.write_text(switch_page.written(told, gaps, FACTS), encoding="utf-8")
    signed.write_bytes(proof.signed(parts.store.ring, told))
    return page, signed


def facts(parts: House, move: Switch, gaps: Iterable[Gap]) -> dict[str, Any]:
    """All that is known of a move, as counts."""
    moves = parts.store.read.moves
    counts, compared = moves.counted(move), moves.compared(move)
    survey = moves.surveyed(move.scope, move.leads or move.old)
    organisations: dict[str, Counter[str]] = {}
    months, statuses = Counter[str](), Counter[str]()
    for (tenant, status, month), many in survey.signals.items():
        statuses[status] += many
        organisations.setdefault(tenant, Counter())[status] += many
        months[month] += many
    leads = counts.leads or {move.leads or move.old: statuses}
    return {
        "overstap": str(move.id),
        "regio": move.scope.region,
        "organisaties": list(move.scope.tenants),
        "gemeenten": list(move.scope.municipalities),
        "van": move.old,
        "naar": move.new,
        "stand": move.state,
        "gepauzeerd": move.paused,
        "voert": move.leads or move.old,
        "grond": move.basis,
        "grondVanaf": move.basis_on.isoformat(),
        "gepland": move.made_at.isoformat(),
        "laatsteStap": move.moved_at.isoformat(),
        "gemaakt": parts.clock().isoformat(),
        "bewijsVanVernietiging": move.proof,
        "signalen": {index: dict(sorted(by.items())) for index, by in sorted(leads.items())},
        "perOrganisatie": {name: dict(sorted(by.items())) for name, by in sorted(organisations.items())},
        "eindePerMaand": dict(sorted(months.items())),
        "gevonden": dict(sorted(counts.found.items())),
        "matches": {
            "beide": compared.both,
            "alleenDieVoert": dict(sorted(Counter(kind for _, kind in compared.only_leading).items())),
            "alleenDeAndere": dict(sorted(Counter(kind for _, kind in compared.only_beside).items())),
            "alleenBekendBij": dict(sorted(counts.alone.items())),
        },
        "onderweg": dict(sorted(counts.underway.items())),
        "wachtOpEenMens": dict(sorted(counts.waiting.items())),
        "geweigerd": dict(sorted(counts.refused.items())),
        "kanNiet": [f"{gap.who}: {gap.name} {gap.axis}".strip() for gap in gaps],
    }

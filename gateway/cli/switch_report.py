"""The page about a move, for who decides on it: one file, no script, nothing from elsewhere, nothing about a person."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from html import escape

from gateway.rules import switching as rules
from gateway.rules.switching import Gap, State
from gateway.store.switching.comparing import Compared
from gateway.store.work import Switch

WIDTH, HEIGHT = 520, 22
ROAD = (State.PLANNED, State.COPYING, State.SHADOW, State.TURNED, State.LEAVING, State.DONE)
"""The states of a move that goes well, in their order."""
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#14202b;background:#fff}
h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #c8d1d9;vertical-align:top}
ol.road{display:flex;flex-wrap:wrap;gap:.5rem;list-style:none;padding:0}
ol.road li{padding:.3rem .8rem;border:1px solid #53667a;border-radius:1rem}
ol.road li[aria-current]{background:#0b4f8a;color:#fff;border-color:#0b4f8a}
.bad{color:#a3111f}text{font:14px system-ui,sans-serif;fill:#14202b}
@media print{body{margin:0}}
"""


def written(
    switch: Switch, gaps: Iterable[Gap], counts: dict[str, dict[str, int]], compared: Compared, now: dt.datetime
) -> str:
    """The page."""
    title = f"Overstap van {switch.region}: {switch.old} naar {switch.new}"
    leads = {
        f"{what.removeprefix('voert ')}, {status.lower()}": many
        for what, by in counts.items() if what.startswith("voert ")
        for status, many in by.items()
    }  # fmt: skip
    found = {rules.FOUND.get(name, name): many for name, many in counts["kopieen"].items()}
    lonely = Counter(kind for _, kind in compared.only_leading), Counter(kind for _, kind in compared.only_beside)
    matches = {"bij beide indexen": compared.both} | {
        f"alleen {where}, {kind}": many
        for where, by in zip(("bij de index die voert", "bij de andere index"), lonely, strict=True)
        for kind, many in by.items()
    }
    waits = counts["onderweg"] | {f"geweigerd door {name}": many for name, many in counts["geweigerd"].items()}
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p>Gemaakt op {now:%d-%m-%Y %H:%M} UTC. Grond: {escape(switch.basis)}, vanaf {switch.basis_on:%d-%m-%Y}. "
        f"{_who(switch)}</p>",
        _road(switch),
        _chart("Welke index voert de signalen", leads),
        _chart("Wat er bij de andere index staat", found),
        _chart("Matches naast elkaar", matches),
        _chart("Onderweg", waits),
        _gaps(gaps),
    ]  # fmt: skip
    return (
        f'<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width"><meta http-equiv="Content-Security-Policy" '
        f"content=\"default-src 'none'; style-src 'unsafe-inline'\"><style>{_STYLE}</style></head>"
        f"<body><main>{''.join(parts)}</main></body></html>\n"
    )


def _who(switch: Switch) -> str:
    return "Voor alle organisaties." if not switch.tenants else f"Voor {escape(', '.join(switch.tenants))}."


def _road(switch: Switch) -> str:
    states = ROAD if switch.state in ROAD else (*ROAD[:4], State(switch.state))
    steps = "".join(f"<li{' aria-current=step' if one == switch.state else ''}>{escape(one)}</li>" for one in states)
    paused = "<p>De overstap is gepauzeerd.</p>" if switch.paused else ""
    return f'<ol class="road" aria-label="Stappen van de overstap">{steps}</ol>{paused}'


def _chart(title: str, counts: dict[str, int]) -> str:
    """Bars with their numbers, and the same as text for who hears the page."""
    if not counts:
        return f"<h2>{escape(title)}</h2><p>Niets.</p>"
    most = max(counts.values()) or 1
    bars = "".join(
        f'<text x="0" y="{y + 15}">{escape(name)}</text><rect x="260" y="{y + 3}" height="16" '
        f'width="{max(1, round((WIDTH - 330) * many / most))}" fill="#0b4f8a"/>'
        f'<text x="{268 + round((WIDTH - 330) * many / most)}" y="{y + 15}">{many}</text>'
        for y, (name, many) in zip(range(0, HEIGHT * len(counts), HEIGHT), sorted(counts.items()), strict=True)
    )
    said = "; ".join(f"{name}: {many}" for name, many in sorted(counts.items()))
    return (
        f'<h2>{escape(title)}</h2><svg role="img" aria-label="{escape(said)}" width="100%" '
        f'viewBox="0 0 {WIDTH} {HEIGHT * len(counts)}">{bars}</svg>'
    )


def _gaps(gaps: Iterable[Gap]) -> str:
    rows = "".join(
        f"<tr><td>de {escape(gap.who)}e index</td><td>{escape(gap.what)}</td>"
        f"<td{' class=bad' if gap.forbids_shadow else ''}>{escape(gap.effect)}</td></tr>"
        for gap in gaps
    )
    if not rows:
        return "<h2>Wat de nieuwe index niet kan</h2><p>Niets van wat de oude kon gaat verloren.</p>"
    head = "<tr><th>Wie</th><th>Kan niet</th><th>Gevolg</th></tr>"
    return f"<h2>Wat de nieuwe index niet kan</h2><table>{head}{rows}</table>"

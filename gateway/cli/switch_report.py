"""What a move came to, for who decides on it: a page, and the same as signed facts. Nothing is about a person.

The page is one file without a script and with nothing from elsewhere.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

from gateway.cli.switch_words import FOUND, cannot
from gateway.clock import AMSTERDAM
from gateway.compose import House
from gateway.rules import switching as rules
from gateway.rules.switching import Gap, State
from gateway.store import proof
from gateway.store.work import Switch

PAGE, FACTS = "overstap.html", "overstap.json"
ROAD = (State.PLANNED, State.COPYING, State.SHADOW, State.TURNED, State.LEAVING, State.DONE)
"""The states of a move that goes well, in their order."""
NOW: dict[str, str] = {
    State.PLANNED: "De overstap is gepland; er is nog niets naar de nieuwe index gegaan.",
    State.COPYING: "De signalen gaan naar de nieuwe index; de oude voert ze. Niemand merkt er iets van.",
    State.SHADOW: "Alle signalen staan bij beide indexen; de oude voert ze nog. Nu kan worden vergeleken.",
    State.TURNED: "De nieuwe index voert de signalen; de oude houdt een kopie. Terug kan nog.",
    State.BACK: "De oude index voert de signalen weer; de nieuwe houdt een kopie.",
    State.LEAVING: "De signalen worden vernietigd bij de index die ze niet meer voert.",
    State.DONE: "De overstap is klaar: bij de andere index staat niets meer.",
    State.STOPPED: "De overstap is niet doorgegaan; er is niets verstuurd.",
}
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#14202b;background:#fff}
h1{font-size:1.6rem;margin-bottom:.2rem}h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #c8d1d9;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums;width:6rem}
td.bar{width:45%}td.bar span{display:block;height:1rem;background:#0b4f8a;min-width:1px}
tr.bad td.bar span{background:#a3111f}tr.bad td:first-child{color:#a3111f}
ol.road{display:flex;flex-wrap:wrap;gap:.5rem;list-style:none;padding:0}
ol.road li{padding:.3rem .8rem;border:1px solid #53667a;border-radius:1rem}
ol.road li[aria-current]{background:#0b4f8a;color:#fff;border-color:#0b4f8a}
.bad{color:#a3111f}.lead{font-size:1.1rem}
@media print{body{margin:0}}
"""


def write(parts: House, move: Switch, directory: Path) -> tuple[Path, Path]:
    """Write both into a directory; gives their places."""
    directory.mkdir(parents=True, exist_ok=True)
    gaps = rules.gaps(*(parts.directory.of_index(index) for index in (move.old, move.new)))
    told = facts(parts, move, gaps)
    page, signed = directory / PAGE, directory / FACTS
    page.write_text(written(told, gaps), encoding="utf-8")
    signed.write_bytes(proof.signed(parts.store.ring, told))
    return page, signed


def facts(parts: House, move: Switch, gaps: Iterable[Gap]) -> dict[str, Any]:
    """All that is known of a move, as counts."""
    moves = parts.store.read.moves
    counts, compared = moves.counted(move), moves.compared(move)
    survey = moves.surveyed(move.scope, move.leads or move.old)
    organisations: dict[str, Counter[str]] = {}
    months = Counter[str]()
    for (tenant, status, month), many in survey.signals.items():
        organisations.setdefault(tenant, Counter())[status] += many
        months[month] += many
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
        "signalen": {index: dict(sorted(by.items())) for index, by in sorted(counts.leads.items())},
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


def written(told: dict[str, Any], gaps: Iterable[Gap]) -> str:
    """The page of what is known."""
    title = f"Overstap van {told['regio']}: {told['van']} naar {told['naar']}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p>{_who(told)} Grond: {escape(told['grond'])}, vanaf {_day(told['grondVanaf'])}. "
        f"Gemaakt op {_moment(told['gemaakt'])}.</p>",
        _road(told),
        f'<p class="lead">{NOW[told["stand"]]} {_verdict(told)}</p>',
        _chart("Welke index voert de signalen", "signalen", {
            f"{index}, {status.lower()}": many for index, by in told["signalen"].items() for status, many in by.items()
        }),
        _chart("Wat er bij de andere index staat", "signalen",
               {FOUND[name].nl: many for name, many in told["gevonden"].items()},
               {FOUND[name].nl for name in told["gevonden"] if name not in _GOOD}),
        _matches(told["matches"]),
        _chart("Wat nog niet klaar is", "aantal", _unfinished(told), set(_unfinished(told))),
        _chart("Signalen per organisatie", "signalen", {
            f"{tenant}, {status.lower()}": many
            for tenant, by in told["perOrganisatie"].items() for status, many in by.items()
        }),
        _chart("Wanneer hun termijn eindigt", "signalen", told["eindePerMaand"]),
        _gaps(gaps),
        f"<p>Dezelfde feiten staan ondertekend in <code>{FACTS}</code>.</p>",
    ]  # fmt: skip
    return (
        f'<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width"><meta http-equiv="Content-Security-Policy" '
        f"content=\"default-src 'none'; style-src 'unsafe-inline'\"><style>{_STYLE}</style></head>"
        f"<body><main>{''.join(parts)}</main></body></html>\n"
    )


_GOOD = (rules.EQUAL, rules.GONE, rules.UNSEEN)


def _who(told: dict[str, Any]) -> str:
    of = [
        f"{what} {', '.join(map(escape, told[name]))}"
        for what, name in (("organisatie", "organisaties"), ("gemeente", "gemeenten"))
        if told[name]
    ]
    return f"Voor {' en '.join(of)}." if of else "Voor de hele regio."


def _day(text: str) -> str:
    return f"{dt.date.fromisoformat(text):%d-%m-%Y}"


def _moment(text: str) -> str:
    return f"{dt.datetime.fromisoformat(text).astimezone(AMSTERDAM):%d-%m-%Y %H:%M}"


def _verdict(told: dict[str, Any]) -> str:
    """In one sentence whether both indexes say the same."""
    if told["stand"] == State.DONE:
        return f"Dat bleek uit: {escape(told['bewijsVanVernietiging'])}."
    wrong = sum(many for name, many in told["gevonden"].items() if name not in _GOOD)
    lonely = sum(sum(told["matches"][name].values()) for name in ("alleenDieVoert", "alleenDeAndere"))
    if told["gevonden"].get(rules.UNSEEN):
        return "Nog niet elk signaal is bij de andere index bekeken."
    if not told["gevonden"]:
        return ""
    if not wrong + lonely:
        return "Beide indexen zeggen hetzelfde."
    return f"Er zijn verschillen: {wrong} signalen en {lonely} matches; zie hieronder."


def _road(told: dict[str, Any]) -> str:
    state = told["stand"]
    states = ROAD if state in ROAD else (*ROAD[:4], State(state))
    steps = "".join(f"<li{' aria-current=step' if one == state else ''}>{escape(one)}</li>" for one in states)
    paused = "<p>De overstap is gepauzeerd.</p>" if told["gepauzeerd"] else ""
    return f'<ol class="road" aria-label="Stappen van de overstap">{steps}</ol>{paused}'


def _matches(told: dict[str, Any]) -> str:
    counts = {"bij beide indexen": told["beide"]}
    only = {
        f"alleen bij {where}, {kind.lower().replace('_', ' ')}": many
        for where, name in (("de index die voert", "alleenDieVoert"), ("de andere index", "alleenDeAndere"))
        for kind, many in told[name].items()
    }
    alone = {f"alleen nog bekend bij {index}": many for index, many in told["alleenBekendBij"].items()}
    return _chart("Matches naast elkaar", "matches", counts | only | alone, {*only, *alone})


def _unfinished(told: dict[str, Any]) -> dict[str, int]:
    return {
        f"{what} {index}": many
        for what, name in (
            ("berichten onderweg naar", "onderweg"), ("berichten die op een mens wachten, naar", "wachtOpEenMens"),
            ("signalen geweigerd door", "geweigerd"),
        )
        for index, many in told[name].items()
    }  # fmt: skip


def _chart(title: str, unit: str, counts: dict[str, int], bad: Iterable[str] = ()) -> str:
    """A table whose rows are bars: who hears the page gets the numbers, who looks sees them."""
    if not counts:
        return f"<h2>{escape(title)}</h2><p>Niets.</p>"
    most = max(counts.values()) or 1
    rows = "".join(
        f"<tr{' class=bad' if name in bad else ''}><td>{escape(name)}</td><td class=n>{many}</td>"
        f'<td class=bar aria-hidden=true><span style="width:{100 * many / most:.1f}%"></span></td></tr>'
        for name, many in counts.items()
    )
    head = f"<tr><th scope=col>Wat</th><th scope=col>{unit.capitalize()}</th><td aria-hidden=true></td></tr>"
    return f"<h2>{escape(title)}</h2><table>{head}{rows}</table>"


def _gaps(gaps: Iterable[Gap]) -> str:
    rows = "".join(
        f"<tr><td>de {'nieuwe' if gap.who == 'new' else 'oude'} index</td><td>{escape(what.nl)}</td>"
        f"<td{' class=bad' if gap.forbids_shadow else ''}>{escape(effect.nl)}</td></tr>"
        for gap in gaps
        for what, effect in [cannot(gap)]
    )
    title = "<h2>Wat een van beide indexen niet kan</h2>"
    if not rows:
        return f"{title}<p>Niets van wat de oude kon gaat verloren.</p>"
    head = "<tr><th scope=col>Wie</th><th scope=col>Kan niet</th><th scope=col>Gevolg</th></tr>"
    return f"{title}<table>{head}{rows}</table>"

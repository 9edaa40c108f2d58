"""What must stand nowhere: numbers, names, a story, somebody's own software. Looked for in the bytes, unread."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from conformance.demands.moment import Failed, Moment
from conformance.exchange import Exchange
from conformance.rules import children, persons
from conformance.scene import parties
from conformance.values import Unknown, strings

INNARDS = ("Traceback (most recent", 'File "/', "\tat ", "lxml.", "pydantic", "sqlalchemy", "Exception:")
"""What shows that somebody's own software speaks."""


def nergens(this: Moment) -> None:
    """No value of a kind in any reply: of the step, of the scene, or (`in` = "run") of the whole run in this format.

    With `bij`, in anything that came in.
    """
    values = [one for kind in this.rest["waarden"] for one in _canaries(kind, this)]
    stands = _finder(values, this.scene.child.voornamen.split() if "voornamen" in this.rest["waarden"] else [])
    inward = bool(this.party) or this.scene.speaks
    over = {"stap": this.said, "scenario": this.scene.exchanges, "run": this.run}
    said = this.said if this.party else over[this.rest.get("in", "stap")]
    only = this.rest.get("alleen", "")
    if this.scene.speaks and not said:
        raise Unknown("er kwam niets binnen")
    for one in said:
        if one.inward != inward or (only and this.scene.heard(one)["uitkomst"] != only):
            continue
        told = _asked(one, this.rest) if inward else _replied(one)
        if any(map(stands, told)):
            what = "vraag" if inward else "antwoord"
            raise Failed(f"nergens: {', '.join(this.rest['waarden'])}", "wel gevonden", at=f"{what} {one.n}", n=one.n)


def _finder(values: list[str], names: list[str]) -> Callable[[str], bool]:
    """Whether a text holds a value, or a first name as a word of its own: a short one is part of many a word."""
    named = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b") if names else None
    return lambda part: any(value in part for value in values) or bool(named and named.search(part))


def _replied(one: Exchange) -> list[str]:
    if one.reply is None:
        return []
    return [one.reply.body.decode("utf-8", "replace"), *(value for _, value in one.reply.headers)]


def _asked(one: Exchange, rest: Mapping[str, Any]) -> list[str]:
    """What a sender said, whole or (`waar` = "adres") only where others may write it down."""
    outside = [unquote(one.request.url), *(value for _, value in one.request.headers)]
    return outside if rest.get("waar") == "adres" else [*outside, one.request.body.decode("utf-8", "replace")]


def _canaries(kind: str, this: Moment) -> list[str]:
    known = children().values() if this.scene.speaks else persons(this.scene.header["regels_van"])
    match kind:
        case "bsn":
            return [one for person in known for one in (person.bsn, person.wrong_bsn)]
        case "geboortedatum":
            return [one for person in known for one in (person.geboortedatum, person.geboortedatum.replace("-", ""))]
        case "jeugdige":
            made = ((one.familienaam, one.geboortedatum, one.geboortedatum.replace("-", "")) for one in known)
            return [value for row in made for value in row]
        case "voornamen":
            return []
        case "melder":
            return [one for party in parties().values() for one in (party["naam"], party["telefoon"], party["email"])]
        case "programmatuur":
            return list(INNARDS)
        case _:
            return strings(kind)


DEMANDS = (nergens,)

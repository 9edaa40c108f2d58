"""What may be demanded of what a sender asked at a step, beside what holds for every message.

Each a function of a Moment that names what was expected and what came, or says nothing. `said` are the messages that
came in at the step.
"""

import datetime as dt
from collections.abc import Mapping
from itertools import pairwise
from operator import mul
from typing import Any

from conformance import formats
from conformance.demands.moment import Failed, Moment, otherwise
from conformance.exchange import Exchange
from conformance.formats import csv_read
from conformance.values import HERE, Message, at, meant, text


def gedaan(this: Moment) -> None:
    """The step was completed: the sender did what was to be done, or heard what was to be heard."""
    if this.step.id not in this.scene.done:
        got, n = _undone(this)
        raise Failed(this.rest.get("verwacht", f"{this.step.doe}, gedaan"), got, at=f"stap {this.step.id}", n=n)


def _undone(this: Moment) -> tuple[str, int]:
    """Why a step was not completed, as far as is seen, and the last message that did not count."""
    if this.step.wie != "zender":
        return "niet gedaan", 0
    said = [one for one in this.said if one.op == this.step.doe]
    for one in reversed(said):
        if found := formats.refusal(one):
            return f"niet gedaan: geweigerd met {', '.join(dict.fromkeys(text(why['code']) for why in found))}", one.n
    if said:
        return "niet gedaan: er kwam wel iets, maar niet tot een antwoord dat aanneemt", said[-1].n
    if this.said:
        return f"niet gedaan: wel {this.said[-1].op}", this.said[-1].n
    return "niet gedaan: er kwam niets binnen", 0


def elk_volgens_contract(this: Moment) -> None:
    """Each message that came in obeys the contract."""
    for one in this.said:
        if breaches := this.scene.heard(one)["contract"]:
            raise Failed("een bericht volgens het contract", "; ".join(breaches[:3]), at="contract", n=one.n)


def alleen_deze(this: Moment) -> None:
    """Nothing but what was asked for came in at the step."""
    for one in this.said:
        if one.op != this.step.doe:
            raise Failed(f"alleen {this.step.doe}", one.op, at="handeling", n=one.n)


def keren(this: Moment) -> None:
    """How many messages came in at the step."""
    count, least, most = len(this.said), this.rest.get("minstens", 0), this.rest.get("hoogstens", 10**9)
    if not least <= count <= most:
        wanted = f"{least} tot {most}" if most < 10**9 else f"minstens {least}"
        raise this.fail(f"{wanted} keer {this.step.doe}", f"{count} keer")


def zoals_opgedragen(this: Moment) -> None:
    """What the instruction said, letter for letter; `alleen` names which of it."""
    told = this.scene.fill(dict(this.step.met), this.step)
    for path, wanted in told.items():
        if path not in this.rest.get("alleen", [path]):
            continue
        found = at(this.facts, path)
        right = _covers(found, wanted) if isinstance(wanted, list) else [text(one) for one in found] == [text(wanted)]
        if not right:
            expected = f"{path} zoals opgedragen"
            if not isinstance(wanted, list):
                expected = f"{path} zoals opgedragen: {text(wanted)}"
            raise this.fail(expected, "anders" if found else "niets", at=path)


def herhaald(this: Moment) -> None:
    """After silence the very same again: the same id, the same content. A moment may be told in another zone."""
    said = [meant(this.scene.heard(one)["inhoud"]) for one in this.said]
    if len(said) < 2:
        raise this.fail("hetzelfde nog een keer, want er kwam geen antwoord", "niets")
    for number, one in enumerate(said[1:], start=1):
        if one != said[0]:
            got, place = otherwise(said[0], one)
            raise Failed("dezelfde inhoud", got, at=place, n=this.said[number].n, other=this.said[0].n)


def niet_te_vroeg(this: Moment) -> None:
    """Not before the Retry-After of the answer, and not while the answer to the same was still to come."""
    for before, after in pairwise(this.said):
        asked = int(before.reply.header("retry-after") or 0) if before.reply else 0
        needed = max(asked * 1000, before.took_ms)
        passed = (dt.datetime.fromisoformat(after.moment) - dt.datetime.fromisoformat(before.moment)).total_seconds()
        if passed * 1000 < needed:
            got = f"te vroeg: na {round(passed * 1000)} ms"
            raise Failed(f"minstens {needed} ms wachten", got, at="draad", n=after.n, other=before.n)


def gecorrigeerd(this: Moment) -> None:
    """After a refusal not the same again."""
    said = [this.scene.heard(one)["inhoud"] for one in this.said]
    for number, (before, after) in enumerate(pairwise(said), start=1):
        if before == after and said_no(this.said[number - 1]):
            again, refused = this.said[number], this.said[number - 1]
            raise Failed("na een weigering iets anders", "hetzelfde", at="inhoud", n=again.n, other=refused.n)


def moment_van_de_daad(this: Moment) -> None:
    """The report's moment has a zone, is not after it came in, and at most `uren` before it."""
    for one in this.said[:1]:
        told = next(iter(at(this.scene.heard(one), this.where)), "")
        came = dt.datetime.fromisoformat(one.moment)
        said = _moment(text(told))
        if said is None:
            got = "geen moment, of zonder tijdzone" if told else "niets"
            raise Failed(f"{this.where} met tijdzone", got, at=this.where, n=one.n)
        if not came - dt.timedelta(hours=this.rest["uren"]) <= said <= came + dt.timedelta(minutes=5):
            expected = f"{this.where} hoogstens {this.rest['uren']} uur voor de aankomst, en niet erna"
            hours = round(abs(came - said) / dt.timedelta(hours=1))
            got = f"te laat: {hours} uur na de aankomst" if said > came else f"te vroeg: {hours} uur voor de aankomst"
            raise Failed(expected, got, at=this.where, n=one.n)


def dag_van_de_daad(this: Moment) -> None:
    """A day at most two days before it came in, and not after it."""
    came = dt.datetime.fromisoformat(this.said[-1].moment).astimezone(HERE).date()
    told = text(next(iter(this.found), ""))
    if not (came - dt.timedelta(days=2)).isoformat() <= told <= came.isoformat():
        got = "te laat: een latere dag" if told > came.isoformat() else "te vroeg: een eerdere dag"
        raise this.fail(f"{this.where} is de dag waarop het gebeurde", got if told else "niets")


def elfproef(this: Moment) -> None:
    """No number that cannot be a BSN."""
    for one in this.said:
        for number in at(this.scene.heard(one), "jeugdige.bsn"):
            weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
            digits = [int(figure) for figure in text(number) if figure.isascii() and figure.isdigit()]
            if len(digits) != 9 or sum(map(mul, digits, weights)) % 11:
                raise Failed("een BSN dat de elfproef doorstaat", "een ander nummer", at="jeugdige.bsn", n=one.n)


def informatieplicht(this: Moment) -> None:
    """Who must be told is told, by the child's age on the day; or it was put off."""
    said: Message = next(iter(at(this.facts, "attestaties.informatieplicht")), {})
    told = _moment(text(next(iter(at(this.facts, "datumTijdMelding")), "")))
    day = (told or dt.datetime.fromisoformat(this.said[-1].moment)).astimezone(HERE).date()
    born = dt.date.fromisoformat(this.scene.child.geboortedatum)
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    right = ["BEIDEN", *(["VERTEGENWOORDIGER"] if age < 12 else ["JEUGDIGE"] if age >= 16 else [])]
    if not said.get("uitgesteld") and said.get("wie") not in right:
        raise this.fail(f"bij {age} jaar: {' of '.join(right)}, of uitgesteld", text(said.get("wie")) or "niets")


def koppen(this: Moment) -> None:
    """What the SOAP headers must say."""
    for one in this.said:
        wire = this.scene.heard(one)["draad"]
        right = f"urn:x-verwijsindex-gateway:aanlevering:1/{one.op}"
        for name in ("soapAction", "action"):
            if wire[name] not in ((right,) if name == "action" else (right, "")):
                raise Failed(f"{name} {right}", "een andere" if wire[name] else "geen", at=f"draad.{name}", n=one.n)
        if not wire["messageID"]:
            raise Failed("een MessageID", "geen", at="draad.messageID", n=one.n)
        if wire["soort"] != "text/xml":
            raise Failed("Content-Type text/xml", "een andere", at="draad.soort", n=one.n)


def geen_vreemde_kolommen(this: Moment) -> None:
    """No column in the header that is for a reason or a story."""
    for one in this.said:
        header = csv_read.opened(one.request.body).header
        for number, name in enumerate(header, start=1):
            if csv_read.column(name).kind == "verboden":
                raise Failed("geen kolom voor reden of verhaal", f"kolom {number}", at=f"kolom {number}", n=one.n)


def naam_heel(this: Moment) -> None:
    """The names are those of the child, letter for letter; who is told by number alone need not be named."""
    for one in this.said:
        for name in ("familienaam", "voornamen"):
            for told in at(this.scene.heard(one), f"jeugdige.{name}"):
                if told != getattr(this.scene.child, name):
                    raise Failed(f"{name} letter voor letter", "een andere", at=f"jeugdige.{name}", n=one.n)


def _moment(said: str) -> dt.datetime | None:
    """A moment with a zone; None when it is none."""
    try:
        found = dt.datetime.fromisoformat(said)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _covers(found: list[Any], wanted: list[Any]) -> bool:
    """Whether what was found says, in its order, what was wanted and nothing else."""
    if len(found) != len(wanted):
        return False
    return all(
        all(text(have.get(name)) == text(value) for name, value in want.items())
        if isinstance(want, Mapping) and isinstance(have, Mapping) else text(have) == text(want)
        for have, want in zip(found, wanted, strict=True)
    )  # fmt: skip


def said_no(one: Exchange) -> bool:
    """Whether the kit said no; to come back later is no refusal."""
    if one.reply is None or one.reply.header("retry-after"):
        return False
    return bool(formats.served(one.form).told(one.reply)["uitkomst"] == "geweigerd")


DEMANDS = (
    gedaan,
    elk_volgens_contract,
    alleen_deze,
    keren,
    zoals_opgedragen,
    herhaald,
    niet_te_vroeg,
    gecorrigeerd,
    moment_van_de_daad,
    dag_van_de_daad,
    elfproef,
    informatieplicht,
    koppen,
    geen_vreemde_kolommen,
    naam_heel,
)

"""What may be demanded of what a sender asked, beside what holds for every message.

Each a function of a Moment that names what was expected and what came, or says nothing. `said` are the messages that
came in at the step, `run` those of the whole run in this format.
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
from conformance.values import HERE, Message, Unknown, at, meant, text


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
        if before == after and _refused(this.said[number - 1]):
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


def zelfde_moment(this: Moment) -> None:
    """Over the run: a signal that was taken, or got no answer, is never told with another moment."""
    seen: dict[tuple[str, ...], tuple[str, int]] = {}
    for one in _traffic(this, "signaalAfgeven"):
        key = *_own(one), text(_heard(one).get("revisie", 1))
        told = meant(text(_heard(one).get("datumTijdMelding")))
        before, n = seen.get(key, (told, one.n))
        if before != told:
            expected, place = "bij een herhaling hetzelfde moment", "datumTijdMelding"
            raise Failed(expected, f"anders: {place}", at=place, n=one.n, other=n)
        if not _refused(one):
            seen[key] = told, one.n


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


def eigen_cursor(this: Moment) -> None:
    """Each time the cursor of the last answer that arrived; none only at the beginning."""
    cursor, n = "", 0
    for one in _traffic(this, this.rest["handeling"]):
        asked = text(next(iter(at(_heard(one), "na")), ""))
        if asked != cursor:
            got = "een andere" if asked else "geen"
            raise Failed("de cursor uit het laatste antwoord dat aankwam", got, at="na", n=one.n, other=n)
        if one.reply is not None and not one.silence:
            cursor, n = text(next(iter(at(formats.served(one.form).told(one.reply), "cursor")), cursor)), one.n


def eigen_id_per_kind(this: Moment) -> None:
    """Over the run: no two children under one id, and none under an id that is the child's number."""
    seen: dict[tuple[str, str], tuple[str, int]] = {}
    for one in _traffic(this):
        said = _heard(one) if one.op == "signaalAfgeven" else {}
        own = _own(one)
        child = f"{at(said, 'jeugdige.bsn')} {at(said, 'jeugdige.familienaam')} {at(said, 'jeugdige.voornamen')}"
        first, n = seen.setdefault(own, (child, one.n)) if said else (child, one.n)
        if first != child:
            expected, got = "een eigen kenmerk voor elk signaal", "hetzelfde kenmerk voor twee"
            raise Failed(expected, got, at="bronSignaalId", n=one.n, other=n)


def elk_bereikbaar(this: Moment) -> None:
    """Over the run: whoever reports can be phoned or written to, also in a message that was refused."""
    for one in _traffic(this, "signaalAfgeven"):
        said = _heard(one)
        if not [*at(said, "melder.telefoon"), *at(said, "melder.email")]:
            raise Failed("een melder met telefoon of e-mail", "zonder", at="melder", n=one.n)


def verschillend(this: Moment) -> None:
    """Over the run: no value twice at a path, but the very same message."""
    seen: dict[str, Exchange] = {}
    for one in _traffic(this):
        for value in at(_heard(one), this.where):
            first = seen.setdefault(text(value), one)
            if first.request.body != one.request.body:
                expected, got = f"elk bericht een eigen {this.where}", "hetzelfde als in een ander"
                raise Failed(expected, got, at=this.where, n=one.n, other=first.n)


def geen_vreemde(this: Moment) -> None:
    """Over the run: nothing about a signal that was not given in it."""
    given = {_own(one) for one in _traffic(this) if one.op == "signaalAfgeven"}
    for one in this.run:
        if one.inward and "bronSignaalId" in _heard(one) and _own(one) not in given:
            raise Failed("alleen eigen signalen", "een ander kenmerk", at="bronSignaalId", n=one.n)


def eigen_organisatie(this: Moment) -> None:
    """Over the run: one organisation at most, the one that was named beforehand."""
    own = text(this.scene.header["kan"]["organisatie"])
    for one in _traffic(this):
        for said in at(_heard(one), "organisatie"):
            own = own or text(said)
            if text(said) != own:
                raise Failed("alleen de eigen organisatie", "een andere", at="organisatie", n=one.n)


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


LOOKING = frozenset(
    {
        "gedaan",
        "eigen_id_per_kind",
        "elk_bereikbaar",
        "verschillend",
        "geen_vreemde",
        "eigen_organisatie",
        "eigen_cursor",
        "zelfde_moment",
    }
)  # fmt: skip
"""Demands that need no message at their own step."""


def _traffic(this: Moment, op: str = "") -> list[Exchange]:
    """All that came in over the run; of one operation, when it is named. Raises Unknown when there is nothing."""
    found = [one for one in this.run if one.inward and op in ("", one.op)]
    if not found:
        raise Unknown(f"er kwam geen {op or 'bericht'} binnen")
    return found


def _heard(one: Exchange) -> Message:
    return formats.asked(one) if one.inward else {}


def _own(one: Exchange) -> tuple[str, str]:
    said = _heard(one)
    return text(said.get("bronSysteem")), text(said.get("bronSignaalId"))


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


def _refused(one: Exchange) -> bool:
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
    zelfde_moment,
    dag_van_de_daad,
    elfproef,
    informatieplicht,
    eigen_cursor,
    eigen_id_per_kind,
    elk_bereikbaar,
    verschillend,
    geen_vreemde,
    eigen_organisatie,
    koppen,
    geen_vreemde_kolommen,
    naam_heel,
)

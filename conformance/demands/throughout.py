"""What may be demanded of all that came in over a run in one format, at no message of its own."""

from conformance import formats
from conformance.demands.asked import said_no
from conformance.demands.moment import Failed, Moment
from conformance.exchange import Exchange
from conformance.values import Message, Unknown, at, meant, text


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
        if not said_no(one):
            seen[key] = told, one.n


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


DEMANDS = (
    zelfde_moment,
    eigen_cursor,
    eigen_id_per_kind,
    elk_bereikbaar,
    verschillend,
    geen_vreemde,
    eigen_organisatie,
)

"""What comes later: a match that tells itself, the card of who is in it, and who has the regie."""

from typing import Any

from gateway.cli.partners import RawPartner, ZeepPartner
from gateway.cli.sandbox import token_of
from gateway.cli.scenes.people import JGZ, LATE_CHILD, SCHOOL, met
from gateway.cli.stage import Stage, spelled, wait

SOURCE = "LAS-2026-0031"
POSTBOX = "verwijsindex@jgz.example"


def told(service: str) -> dict[str, dict[str, Any]]:
    """How partners hear of their matches: the school at a service of its own, youth health care by mail."""
    return {SCHOOL: {"soap": {"url": service}}, JGZ: {"mail": {"address": POSTBOX}}}


def later(stage: Stage) -> None:
    """The school asks nothing any more; youth health care has no system that could be told."""
    evidence = stage.evidence
    school = ZeepPartner(stage.running.gateway, token_of(SCHOOL))
    jgz = RawPartner(stage.running.gateway, token_of(JGZ))
    mails = {mail.name for mail in stage.mail.glob("*.eml")}
    stage.given("De school geeft een signaal over een ander kind", "The school signals another child",
                school.afgeven(SOURCE, LATE_CHILD, []))  # fmt: skip
    stage.given("De jeugdgezondheidszorg geeft later een signaal over dat kind",
                "Youth health care signals that child later", jgz.afgeven("D-31", LATE_CHILD, []))  # fmt: skip
    push = wait(lambda: stage.callback.about(SOURCE), bool)
    if push is None:
        evidence.promise("De match komt vanzelf", "The match comes by itself", False)
        return
    number = evidence.step(
        "De school krijgt de match bij haar eigen dienst, zonder te vragen; haar systeem bevestigt dat",
        "The school is told of the match at its own service, without asking; its system confirms",
        push,
    )
    pushed = f"{number}-in.xml"
    evidence.promise(
        "Een latere match komt vanzelf bij wie een eigen dienst heeft, met contact en bedoelkaart",
        "A later match comes by itself to who has a service of its own, with contact and meaning card",
        "JGZ Voorbeeld" in push.heard.others and "JGZ Voorbeeld" in push.heard.cards,
        pushed,
    )
    _mailed(stage, mails)
    _carded(stage, pushed)
    before = wait(jgz.matches, met)
    taken = school.take(push.heard.match_ids[0], "r0")
    took = evidence.step("De school neemt de regie", "The school takes the regie", taken)
    late = jgz.take(before.heard.match_ids[-1], "r0")
    twice = evidence.step(
        "De jeugdgezondheidszorg wil haar ook, op wat zij eerder zag, en hoort dat het veranderd is",
        "Youth health care wants it too, on what it saw before, and hears that it changed",
        late,
    )
    seen = jgz.matches()
    sees = evidence.step(
        "De jeugdgezondheidszorg ziet wie de regie heeft", "Youth health care sees who has the regie", seen
    )
    evidence.promise(
        "Een match heeft één aanspreekpunt, of uitdrukkelijk geen: de ander ziet wie het is, en twee tegelijk kan niet",
        "A match has one aanspreekpunt, or explicitly none: the other sees who it is, and two at once cannot be",
        ("IK", "I. Fictief") in taken.heard.regie
        and ("ANDER", "I. Fictief") in seen.heard.regie
        and bool(late.heard.codes)
        and not late.heard.regie,
        f"{took}-answer.xml",
        f"{twice}-answer.xml",
        f"{sees}-answer.xml",
    )


def _mailed(stage: Stage, before: set[str]) -> None:
    """Youth health care is only pointed at the news."""
    news = wait(lambda: [mail for mail in stage.mail.glob("*.eml") if mail.name not in before], bool)
    mail = news[0].read_bytes() if news else b""
    name = stage.evidence.found(
        "De jeugdgezondheidszorg krijgt een mail dat er nieuws is", "Youth health care gets a mail: there is news",
        "eml", mail,
    )  # fmt: skip
    secret = spelled(LATE_CHILD, "Fictief", "0301234567", "030-1234567", "School", "D-31", "LAS-")
    stage.evidence.promise(
        "Een mail zegt alleen dat er nieuws is: geen persoon, geen nummer, niet eens wat voor nieuws",
        "A mail only says that there is news: no person, no number, not even what kind of news",
        POSTBOX.encode() in mail and not any(text.encode("latin-1") in mail for text in secret),
        name,
    )


def _carded(stage: Stage, pushed: str) -> None:
    """The same card beside every match with the same organisation, whatever was signalled."""
    heard = [exchange.heard for exchange in list(stage.callback.heard.values())]
    cards = [one.cards["JGZ Voorbeeld"] for one in heard if "JGZ Voorbeeld" in one.cards]
    friends = {word for one in heard for word in one.friends}
    stage.evidence.promise(
        "De bedoelkaart zegt wat de ander met zijn woorden bedoelt, en noemt de valse vrienden; zij is byte voor byte "
        "dezelfde, met of zonder crisis in het signaal",
        "The meaning card says what the other means by its words and names the false friends; it is the same byte for "
        "byte, crisis in the signal or not",
        len(cards) > 1 and len(set(cards)) == 1 and "spoed" in friends,
        pushed,
    )

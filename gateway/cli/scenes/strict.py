"""The national law: the words stay behind."""

import datetime as dt

from gateway.cli.partners import RawPartner, ZeepPartner
from gateway.cli.proof import Story
from gateway.cli.sandbox import token_of
from gateway.cli.scenes.people import CARE, CHILD, SCHOOL, met
from gateway.cli.stage import Stage, spelled, wait


def strict(stage: Stage) -> None:
    """The national law: the words stay behind."""
    evidence = stage.evidence
    school = ZeepPartner(stage.running.gateway, token_of(SCHOOL))
    care = RawPartner(stage.running.gateway, token_of(CARE))
    words = [("urgentie", "spoed"), ("crisis", "crisis")]
    first = school.afgeven("LAS-2026-0017", CHILD.bsn, words)
    number = stage.given(
        "De school geeft een signaal over het kind, en schrijft ‘spoed’ en ‘crisis’",
        "The school signals the child, and writes 'spoed' and 'crisis'",
        first,
    )
    second = care.afgeven("ECD-1", CHILD.bsn, [("urgentie", "urgent")])
    stage.given("Jeugdhulp geeft een signaal over hetzelfde kind", "Youth care signals the same child", second)
    again = school.afgeven("LAS-2026-0017", CHILD.bsn, words)
    repeated = evidence.step(
        "Het systeem van de school stuurt zijn bericht nog een keer",
        "The school's system sends its message again",
        again,
    )
    matched = wait(school.matches, met)
    news = evidence.step("De school vraagt naar matches", "The school asks for matches", matched)
    other = wait(care.matches, met)
    other_news = evidence.step("Jeugdhulp vraagt naar matches", "Youth care asks for matches", other)
    told, answer = first.heard, f"{number}-answer.xml"
    evidence.promise("Een signaal krijgt een ontvangstbewijs", "A signal gets a receipt", bool(told.signal_id), answer)
    evidence.promise(
        "Op een woord dat gevaar betekent volgt meteen het advies om te bellen: 112, Veilig Thuis, de crisisdienst",
        "A word that means danger is answered with the advice to phone: 112, Veilig Thuis, the crisis service",
        "112" in told.advice and "0800-2000" in told.advice,
        answer,
    )
    evidence.promise(
        "Het eigen woord komt terug met wat ervan begrepen is; er wordt niets geraden: ‘spoed’ wordt een vraag",
        "The sender's own word comes back with what was understood, and nothing is guessed: 'spoed' becomes a question",
        told.shown["urgentie", "spoed"].degree == "unmatched" and "spoed" in told.asked,
        answer,
    )
    evidence.promise(
        "Een herhaald bericht krijgt hetzelfde ontvangstbewijs; de index heeft van elke organisatie één signaal",
        "A repeated message gets the same receipt; the index has one signal of each organisation",
        told.receipt == again.heard.receipt and stage.at_index("strikt") == 2,
        answer,
        f"{repeated}-answer.xml",
    )
    evidence.promise(
        "De woorden blijven achter: geen ervan staat in wat de index kreeg",
        "The words stay behind: none of them is in what the index got",
        not any(word in stage.watched.sent("strikt") for word in spelled("spoed", "crisis", "urgent")),
        f"{number}-to-the-index.xml",
    )
    evidence.promise(
        "Ieder krijgt de naam en het telefoonnummer van de ander, en geen BSN",
        "Each gets the other's name and telephone, and no BSN",
        "Jeugdhulp Voorbeeld" in matched.heard.others
        and "School De Wilg" in other.heard.others
        and CHILD.bsn.encode() not in matched.received + other.received,
        f"{news}-answer.xml",
        f"{other_news}-answer.xml",
    )
    evidence.stories.append(
        Story(
            "Onder de landelijke wet",
            "Naar de index gaat wie het kind is en hoe de melder te bereiken is, en verder niets (Jeugdwet 7.1.4.3).",
            stage.words((("School De Wilg", first, other), ("Jeugdhulp Voorbeeld", second, matched))),
        )
    )
    _withdrawn(stage, school, care)
    _refused(stage, school)


def _withdrawn(stage: Stage, school: ZeepPartner, care: RawPartner) -> None:
    withdrawn = care.intrekken("ECD-1")
    stage.evidence.step("Jeugdhulp trekt zijn signaal in", "Youth care withdraws its signal", withdrawn)
    lapsed = wait(lambda: school.status("LAS-2026-0017"), lambda told: "VERVALLEN" in told.heard.statuses)
    last = stage.evidence.step(
        "De school vraagt wat er van haar signaal bekend is", "The school asks what is known of its signal", lapsed
    )
    stage.evidence.promise(
        "Na een intrekking vervalt de match en zijn de contactgegevens weg",
        "After a withdrawal the match lapses and its contact is gone",
        lapsed.heard.statuses == ("VERVALLEN",) and not lapsed.heard.others,
        f"{last}-answer.xml",
    )


def _refused(stage: Stage, school: ZeepPartner) -> None:
    wrong = school.afgeven("LAS-2026-0018", "999990288", [], removal=dt.date(2040, 1, 1))
    number = stage.evidence.step(
        "De school stuurt een onjuist BSN en een te late verwijderdatum",
        "The school sends a wrong BSN and a removal date that is too late",
        wrong,
    )
    stage.evidence.promise(
        "Een onjuist bericht krijgt al zijn fouten tegelijk: plaats, regel en herstel, zonder de waarde zelf",
        "A wrong message gets all its faults at once: place, rule and fix, in Dutch and English, without the value",
        {"VIX-1101", "VIX-1205"} <= wrong.heard.codes and b"999990288" not in wrong.received,
        f"{number}-answer.xml",
    )

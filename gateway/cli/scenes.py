"""What is played in the demo: under the national law, with a spreadsheet, and with consent in every format at once."""

import datetime as dt
from functools import partial

from gateway.cli.partners import (
    Child,
    Exchange,
    FhirPartner,
    PlainPartner,
    RawPartner,
    SheetPartner,
    ZeepPartner,
    lines_of,
)
from gateway.cli.proof import Story
from gateway.cli.sandbox import EXTENDED, token_of
from gateway.cli.stage import Stage, spelled, wait

CHILD = Child("999990287", "Wáng", "2007-01-13", "V")
SHEET_CHILD = "999990408"
PERSONAL = (CHILD.bsn, SHEET_CHILD, "Fictief", "0301234567", "030-1234567", "0687654321")
"""What nobody may find in a stolen database."""
SCHOOL, CARE, JGZ, YOUTH = "school-de-wilg", "jeugdhulp-voorbeeld", "jgz-voorbeeld", "jongerenwerk-blind"
URGENT = "https://verwijsindex.example/fhir/CodeSystem/zvj-signaalcode"
"""The list in which youth care's 'urgent' means: contact within one working day."""
SHEET = (
    "Systeem;Kenmerk;Soort signaal;BSN leerling;Medewerkernummer;Naam medewerker;Telefoonnummer medewerker;"
    "Meldingsdatum;Redelijk vermoeden bevestigd;Wie geïnformeerd\r\n"
    f"rekenblad;17;zorgsignaal;{SHEET_CHILD};ib-1;I. Fictief;030-1234567;21-11-2026 10:30;ja;leerling\r\n"
    "rekenblad;18;zorgsignaal;1,23E+08;ib-1;I. Fictief;030-1234567;21-11-2026 10:30;ja;leerling\r\n"
).encode("cp1252")
"""What a school's spreadsheet exports: its own headers, Dutch dates, Windows letters, and a number Excel rounded."""
DOSSIER = (
    "actie;bron_systeem;bron_signaal_id;soort;bsn;professional_id;melder_naam;melder_telefoon;datum_tijd_melding;"
    "redelijk_vermoeden;informatieplicht_wie;informatieplicht_datum;toestemming_gegeven_op;"
    "toestemming_bewijs_referentie;gemeente_code;veiligheid\r\n"
    f"afgeven;dossier;D-7;SIGNAAL;{CHILD.bsn};arts-3;D. Fictief;030-1234567;21-11-2026 10:30;ja;jeugdige;20-11-2026;"
    f"20-11-2026;dossier-7;{EXTENDED};1573=true\r\n"
).encode()
"""What a youth-health dossier exports: the answer to the second question of the meldcode is yes."""


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


def sheet(stage: Stage) -> None:
    """The format schools really have: a file out of a spreadsheet, with what a spreadsheet does to it."""
    evidence = stage.evidence
    school = SheetPartner(stage.running.gateway, token_of(SCHOOL))
    care = RawPartner(stage.running.gateway, token_of(CARE))
    answered, report = school.lever(SHEET)
    good, broken = lines_of(report)
    evidence.step(
        "De school levert een bestand aan uit haar rekenblad; in de tweede rij heeft Excel het BSN bedorven",
        "The school sends a file from its spreadsheet; in its second row Excel has spoiled the BSN",
        answered,
        stage.understood(report),
    )
    told = evidence.step("De school haalt het resultaat op", "The school fetches the result", report)
    second = care.afgeven("ECD-3", SHEET_CHILD, [])
    stage.given(
        "Jeugdhulp geeft een signaal over het kind uit de eerste rij",
        "Youth care signals the child of the first row",
        second,
    )
    matched = wait(school.matches, met)
    news = evidence.step(
        "De school haalt haar matches op als bestand", "The school fetches its matches as a file", matched
    )
    other = wait(lambda: care.status("ECD-3"), met)
    other_news = evidence.step(
        "Jeugdhulp vraagt wat er van zijn signaal bekend is", "Youth care asks what is known of its signal", other
    )
    evidence.promise(
        "Elke rij van een bestand krijgt haar eigen uitkomst: de goede wordt aangenomen, de bedorven gaat terug met "
        "plaats, regel en herstel, en er wordt niets geraden",
        "Each row of a file has its own outcome: the good one is accepted, the spoiled one goes back with place, rule "
        "and fix, and nothing is guessed",
        (good["status"], broken["status"]) == ("aangenomen", "geweigerd")
        and "kolom" in broken["bevindingen"]
        and b"E+08" not in report.received,
        f"{told}-answer.csv",
    )
    evidence.promise(
        "Wie een bestand aanlevert en wie SOAP spreekt vinden elkaar, ieder in het eigen formaat",
        "Who sends a file and who speaks SOAP find each other, each in its own format",
        [match["bron_signaal_id"] for match in lines_of(matched) if match["status"] == "ACTIEF"] == ["17"]
        and "School De Wilg" in other.heard.others,
        f"{news}-answer.csv",
        f"{other_news}-answer.xml",
    )
    evidence.promise(
        "Matches staan apart van het resultaat, met een vervaldatum en de opdracht ze niet in het dossier te zetten",
        "Matches are apart from the result, with a date they expire on and the order to keep them out of the file",
        all(match["niet_in_dossier"] == "ja" and match["vervalt_op"] for match in lines_of(matched))
        and b"Jeugdhulp" not in report.received,
        f"{news}-answer.csv",
    )


def formats(stage: Stage) -> None:
    """One child, every format, with consent on record: words travel, and each reads them in its own format."""
    evidence = stage.evidence
    gateway = stage.running.gateway
    school = ZeepPartner(gateway, token_of(SCHOOL))
    care = FhirPartner(gateway, token_of(CARE))
    jgz = SheetPartner(gateway, token_of(JGZ))
    youth = PlainPartner(gateway, token_of(YOUTH))
    by_school = school.afgeven(
        "LAS-2026-0019", CHILD.bsn, [("urgentie", "spoed"), ("crisis", "crisis")], region=EXTENDED
    )
    by_care = care.afgeven("ECD-2", CHILD.bsn, [("urgentie", "urgent")], code_list=URGENT, region=EXTENDED)
    answered, by_jgz = jgz.lever(DOSSIER, [("veiligheid", "1573=true")])
    by_youth = youth.afgeven("2", CHILD, [("urgentie", "zsm")], region=EXTENDED)
    number = stage.given(
        "De school geeft een signaal, met toestemming, in de andere regio: in SOAP",
        "The school signals, with consent, in the other region: in SOAP",
        by_school,
    )
    stage.given(
        "Jeugdhulp geeft daar een signaal over hetzelfde kind: in FHIR",
        "Youth care signals the same child there: in FHIR",
        by_care,
    )
    dossier = stage.given(
        "De jeugdgezondheidszorg levert een rij uit haar dossier aan: in een bestand",
        "Youth health care sends a row of its dossier: in a file",
        by_jgz,
    )
    blind = stage.given(
        "Het jongerenwerk, dat geen BSN mag kennen, noemt hetzelfde kind bij naam: in JSON",
        "Youth work, which may not know a BSN, names the same child by name: in JSON",
        by_youth,
    )
    everyone = {"School De Wilg", "Jeugdhulp Voorbeeld", "JGZ Voorbeeld", "Jongerenwerk Blind"}
    asked = {
        "School De Wilg": (lambda: school.status("LAS-2026-0019"), "De school", "The school"),
        "Jeugdhulp Voorbeeld": (care.matches, "Jeugdhulp", "Youth care"),
        "JGZ Voorbeeld": (jgz.matches, "De jeugdgezondheidszorg", "Youth health care"),
        "Jongerenwerk Blind": (youth.matches, "Het jongerenwerk", "Youth work"),
    }
    seen: dict[str, Exchange] = {}
    files: dict[str, str] = {}
    for name, (ask, nl, en) in asked.items():
        others = everyone - {name}
        seen[name] = wait(ask, partial(_meets, others))
        step = evidence.step(f"{nl} ziet zijn matches", f"{en} sees its matches", seen[name])
        files[name] = f"{step}-answer.{seen[name].kinds[1]}"
    evidence.stories.append(
        Story(
            "In een regio met toestemming",
            "Er is toestemming; convenant en DPIA zijn vastgelegd. Woorden reizen mee, met hun betekenis.",
            stage.words(
                (
                    ("School De Wilg", by_school, seen["Jeugdhulp Voorbeeld"]),
                    ("Jeugdhulp Voorbeeld", by_care, seen["School De Wilg"]),
                    ("JGZ Voorbeeld", by_jgz, seen["School De Wilg"]),
                    ("Jongerenwerk Blind", by_youth, seen["School De Wilg"]),
                )
            ),
        )
    )
    evidence.promise(
        "Eén kind, elk formaat: ieder krijgt de anderen, in het eigen formaat",
        "One child, every format: each gets the others, in its own format",
        all(_meets(everyone - {name}, told) for name, told in seen.items()),
        *files.values(),
    )
    evidence.promise(
        "Wie geen BSN mag kennen, krijgt er geen: ook niet bij een match met wie het wel noemde",
        "Who may not know a BSN gets none, not even in a match with who named it",
        CHILD.bsn.encode() not in by_youth.received + seen["Jongerenwerk Blind"].received,
        f"{blind}-answer.json",
        files["Jongerenwerk Blind"],
    )
    evidence.promise(
        "Ook in een bestand krijgt een woord dat gevaar betekent meteen het advies om te bellen",
        "In a file too a word that means danger gets the advice to phone at once",
        "112" in answered.heard.advice and by_jgz.heard.kept["veiligheid", "1573=true"].concept == "onveilig-onbepaald",
        f"{dossier}-answer.csv",
    )
    evidence.promise(
        "Waar woorden mogen reizen, krijgt de index het woord, het gedeelde begrip en hoe goed dat past",
        "Where the region lets words travel, the index gets word, shared concept and degree of equivalence",
        "spoed" in stage.watched.sent("uitgebreid") and "equivalentie" in stage.watched.sent("uitgebreid"),
        f"{number}-to-the-index.xml",
    )
    at_school, at_care = seen["School De Wilg"].heard.met, seen["Jeugdhulp Voorbeeld"].heard.met
    evidence.promise(
        "De school leest ‘urgent’ van jeugdhulp als wat het daar betekent: contact binnen één werkdag",
        "The school reads youth care's 'urgent' as what it means there: contact within one working day",
        "werkdag" in at_school["urgentie", "urgent"].concept and bool(at_school["urgentie", "urgent"].definition),
        files["School De Wilg"],
    )
    evidence.promise(
        "Jeugdhulp leest ‘spoed’ als woord van de school, betekenis onbekend: nooit geraden, nooit geruststellend",
        "Youth care reads the school's 'spoed' as the school's own word, of unknown meaning: never guessed, never safe",
        at_care["urgentie", "spoed"].degree == "unmatched",
        files["Jeugdhulp Voorbeeld"],
    )


def _meets(others: set[str], exchange: Exchange) -> bool:
    return {*exchange.heard.others} >= others


def met(exchange: Exchange) -> bool:
    """Whether somebody else is named."""
    return bool(exchange.heard.others)


SCENES = (
    (strict, "[bold]Region under the national law[/bold]: the index gets who and how to reach them, nothing else"),
    (sheet, "[bold]A school with a spreadsheet[/bold]: a file in, a report out, and the match beside it"),
    (formats, "[bold]Region on consent[/bold]: one child, every format; words travel, with their meaning"),
)

"""One child, every format, in a region on consent."""

from functools import partial

from gateway.cli.partners import Exchange, FhirPartner, PlainPartner, SheetPartner, ZeepPartner
from gateway.cli.proof import Story
from gateway.cli.sandbox import EXTENDED, token_of
from gateway.cli.scenes.people import CARE, CHILD, JGZ, SCHOOL, YOUTH
from gateway.cli.stage import Stage, wait

URGENT = "https://verwijsindex.example/fhir/CodeSystem/zvj-signaalcode"
"""The list in which youth care's 'urgent' means: contact within one working day."""
DOSSIER = (
    "actie;bron_systeem;bron_signaal_id;soort;bsn;professional_id;melder_naam;melder_telefoon;datum_tijd_melding;"
    "redelijk_vermoeden;informatieplicht_wie;informatieplicht_datum;toestemming_gegeven_op;"
    "toestemming_bewijs_referentie;gemeente_code;veiligheid\r\n"
    f"afgeven;dossier;D-7;SIGNAAL;{CHILD.bsn};arts-3;D. Fictief;030-1234567;21-11-2026 10:30;ja;jeugdige;20-11-2026;"
    f"20-11-2026;dossier-7;{EXTENDED};1573=true\r\n"
).encode()
"""What a youth-health dossier exports: the answer to the second question of the meldcode is yes."""


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

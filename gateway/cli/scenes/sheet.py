"""A school that has a spreadsheet and nothing else."""

from gateway.cli.partners import RawPartner, SheetPartner, lines_of
from gateway.cli.sandbox import token_of
from gateway.cli.scenes.people import CARE, SCHOOL, SHEET_CHILD, met
from gateway.cli.stage import Stage, wait

SHEET = (
    "Systeem;Kenmerk;Soort signaal;BSN leerling;Medewerkernummer;Naam medewerker;Telefoonnummer medewerker;"
    "Meldingsdatum;Redelijk vermoeden bevestigd;Wie geïnformeerd\r\n"
    f"rekenblad;17;zorgsignaal;{SHEET_CHILD};ib-1;I. Fictief;030-1234567;21-11-2026 10:30;ja;leerling\r\n"
    "rekenblad;18;zorgsignaal;1,23E+08;ib-1;I. Fictief;030-1234567;21-11-2026 10:30;ja;leerling\r\n"
).encode("cp1252")
"""What a school's spreadsheet exports: its own headers, Dutch dates, Windows letters, and a number Excel rounded."""


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

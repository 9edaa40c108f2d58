"""The demo: a child, two organisations, two regions, a spreadsheet; and a page that proves each promise by its bytes.

Everything is real: two gateways' worth of HTTP, SOAP and storage run in this process, on free ports, with nothing kept
between runs but the evidence. The partners are strangers to the gateway: one speaks through zeep, one writes raw XML.
"""

import base64
import datetime as dt
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from gateway.cli import partners
from gateway.cli.evidence import Evidence
from gateway.cli.journey import Travelled, journey
from gateway.cli.partners import Exchange, RawPartner, SheetPartner, ZeepPartner
from gateway.cli.proof import Story, page
from gateway.cli.sandbox import EXTENDED, Sandbox, sandbox, token_of
from gateway.cli.watching import Watched
from gateway.clock import AMSTERDAM, system_clock

LEGAL_MOMENT = dt.datetime(2026, 11, 21, 10, 0, tzinfo=dt.UTC)
CHILD = "999990287"
"""A public test person of the Dutch register of persons, under 23."""
SCHOOL, CARE = "school-de-wilg", "jeugdhulp-voorbeeld"
SHEET_CHILD = "999990408"
SHEET = (
    "Systeem;Kenmerk;Soort signaal;BSN leerling;Medewerkernummer;Naam medewerker;Telefoonnummer medewerker;"
    "Meldingsdatum;Redelijk vermoeden bevestigd;Wie ge\u00efnformeerd\r\n"
    f"rekenblad;17;zorgsignaal;{SHEET_CHILD};ib-1;I. Fictief;030-1234567;21-11-2026 10:30;ja;leerling\r\n"
    "rekenblad;18;zorgsignaal;1,23E+08;ib-1;I. Fictief;030-1234567;21-11-2026 10:30;ja;leerling\r\n"
).encode("cp1252")
"""What a school's spreadsheet exports: its own headers, Dutch dates, Windows letters, and a number Excel rounded."""
PATIENCE = 15.0
PAGE = "bewijs.html"


def run(directory: Path, console: Console) -> bool:
    """Run the demo; true when every promise held."""
    _make_room(directory)
    evidence = Evidence(directory)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as place, console.status("starting a gateway and two simulated indices"):
        watched = Watched()
        with sandbox(Path(place), clock=LEGAL_MOMENT, over=watched.over) as running:
            _strict(running, evidence, watched, console)
            _sheet(running, evidence, watched, console)
            _extended(running, evidence, watched, console)
            _at_rest(Path(place), evidence)
    made = system_clock().astimezone(AMSTERDAM)
    proof = page(evidence.promises, evidence.steps, evidence.stories, made)
    (directory / PAGE).write_text(proof, encoding="utf-8")
    for promise in evidence.promises:
        mark = "[green]holds [/green]" if promise.holds else "[red]BROKEN[/red]"
        console.print(f"{mark} {promise.en}", highlight=False)
    kept = all(promise.holds for promise in evidence.promises)
    console.print(
        f"{sum(promise.holds for promise in evidence.promises)} of {len(evidence.promises)} promises hold"
        f" ({time.monotonic() - began:.0f} s); see {directory / PAGE}",
        style="bold green" if kept else "bold red",
    )
    return kept


def _make_room(directory: Path) -> None:
    """Throw an earlier demo's evidence away, and nothing else."""
    if directory.exists() and any(directory.iterdir()):
        if not (directory / PAGE).is_file():
            raise FileExistsError(f"{directory} holds something else than a demo's evidence; name another with --out")
        shutil.rmtree(directory)
    directory.mkdir(parents=True, exist_ok=True)


def _strict(running: Sandbox, evidence: Evidence, watched: Watched, console: Console) -> None:
    """The national law: the words stay behind."""
    console.print("[bold]Region under the national law[/bold]: the index gets who and how to reach them, nothing else")
    school = ZeepPartner(running.gateway, token_of(SCHOOL))
    care = RawPartner(running.gateway, token_of(CARE))
    first = school.afgeven("LAS-2026-0017", CHILD, [("urgentie", "spoed"), ("crisis", "crisis")])
    number = _given(
        evidence,
        running,
        watched,
        (
            "De school geeft een signaal over het kind, en schrijft ‘spoed’ en ‘crisis’",
            "The school signals the child, and writes 'spoed' and 'crisis'",
        ),
        first,
    )
    second = care.afgeven("ECD-1", CHILD, [("urgentie", "urgent")])
    _given(
        evidence,
        running,
        watched,
        ("Jeugdhulp geeft een signaal over hetzelfde kind", "Youth care signals the same child"),
        second,
    )
    again = school.afgeven("LAS-2026-0017", CHILD, [("urgentie", "spoed"), ("crisis", "crisis")])
    repeated = evidence.step(
        "Het systeem van de school stuurt zijn bericht nog een keer",
        "The school's system sends its message again",
        again,
    )
    matched = _until(school.matches, "betrokkene")
    news = evidence.step("De school vraagt naar matches", "The school asks for matches", matched)
    other = _until(care.matches, "betrokkene")
    other_news = evidence.step("Jeugdhulp vraagt naar matches", "Youth care asks for matches", other)

    answer, index_bytes = f"{number}-answer.xml", f"{number}-to-the-index.xml"
    evidence.promise(
        "Een signaal krijgt een ontvangstbewijs",
        "A signal gets a receipt",
        bool(first.texts("ontvangstbewijs/signaalId")),
        answer,
    )
    evidence.promise(
        "Op een woord dat gevaar betekent volgt meteen het advies om te bellen: 112, Veilig Thuis, de crisisdienst",
        "A word that means danger is answered with the advice to phone: 112, Veilig Thuis, the crisis service",
        "112" in "".join(first.texts("advies/tekst")) and "0800-2000" in "".join(first.texts("advies/tekst")),
        answer,
    )
    evidence.promise(
        "Het eigen woord komt terug met wat ervan begrepen is; er wordt niets geraden: ‘spoed’ wordt een vraag",
        "The sender's own word comes back with what was understood, and nothing is guessed: 'spoed' becomes a question",
        ("spoed", "onbekend") in zip(first.texts("vertaling/woord"), first.texts("vertaling/begrip"), strict=True)
        and "spoed" in first.texts("vraag/woord"),
        answer,
    )
    evidence.promise(
        "Een herhaald bericht krijgt hetzelfde ontvangstbewijs; de index heeft van elke organisatie één signaal",
        "A repeated message gets the same receipt; the index has one signal of each organisation",
        first.part("ontvangstbewijs") == again.part("ontvangstbewijs") and _at_index(running, "strikt") == 2,
        answer,
        f"{repeated}-answer.xml",
    )
    evidence.promise(
        "De woorden blijven achter: geen ervan staat in wat de index kreeg",
        "The words stay behind: none of them is in what the index got",
        not any(word in watched.sent("strikt") for word in _spelled("spoed", "crisis", "urgent")),
        index_bytes,
    )
    evidence.promise(
        "Ieder krijgt de naam en het telefoonnummer van de ander, en geen BSN",
        "Each gets the other's name and telephone, and no BSN",
        "Jeugdhulp Voorbeeld" in matched.texts("match/betrokkene/instantie")
        and "School De Wilg" in other.texts("match/betrokkene/instantie")
        and CHILD.encode() not in matched.received + other.received,
        f"{news}-answer.xml",
        f"{other_news}-answer.xml",
    )
    evidence.stories.append(
        Story(
            "Onder de landelijke wet",
            "Naar de index gaat wie het kind is en hoe de melder te bereiken is, en verder niets (Jeugdwet 7.1.4.3).",
            _words(watched, ("School De Wilg", first, other), ("Jeugdhulp Voorbeeld", second, matched)),
        )
    )
    withdrawn = care.intrekken("ECD-1")
    evidence.step("Jeugdhulp trekt zijn signaal in", "Youth care withdraws its signal", withdrawn)
    lapsed = _until(lambda: school.status("LAS-2026-0017"), "stand/match[status='VERVALLEN']")
    last = evidence.step(
        "De school vraagt wat er van haar signaal bekend is", "The school asks what is known of its signal", lapsed
    )
    evidence.promise(
        "Na een intrekking vervalt de match en zijn de contactgegevens weg",
        "After a withdrawal the match lapses and its contact is gone",
        lapsed.texts("stand/match/status") == ["VERVALLEN"] and not lapsed.texts("stand/match/betrokkene/naam"),
        f"{last}-answer.xml",
    )
    _refused(school, evidence)


def _refused(school: ZeepPartner, evidence: Evidence) -> None:
    wrong = school.afgeven("LAS-2026-0018", "999990288", [], removal=dt.date(2040, 1, 1))
    number = evidence.step(
        "De school stuurt een onjuist BSN en een te late verwijderdatum",
        "The school sends a wrong BSN and a removal date that is too late",
        wrong,
    )
    evidence.promise(
        "Een onjuist bericht krijgt al zijn fouten tegelijk: plaats, regel en herstel, zonder de waarde zelf",
        "A wrong message gets all its faults at once: place, rule and fix, in Dutch and English, without the value",
        {"VIX-1101", "VIX-1205"} <= set(wrong.texts("bevinding/code")) and b"999990288" not in wrong.received,
        f"{number}-answer.xml",
    )


def _sheet(running: Sandbox, evidence: Evidence, watched: Watched, console: Console) -> None:
    """The format schools really have: a file out of a spreadsheet, with what a spreadsheet does to it."""
    console.print("[bold]A school with a spreadsheet[/bold]: a file in, a report out, and the match beside it")
    school = SheetPartner(running.gateway, token_of(SCHOOL))
    care = RawPartner(running.gateway, token_of(CARE))
    answered, report = school.lever(SHEET)
    good, broken = partners.lines_of(report)
    more = {
        "begrepen als": running.canonical(good["signaal_id"]),
        "naar de index": _until_sent(watched, good["signaal_id"]),
    }
    evidence.step(
        "De school levert een bestand aan uit haar rekenblad; in de tweede rij heeft Excel het BSN bedorven",
        "The school sends a file from its spreadsheet; in its second row Excel has spoiled the BSN",
        answered,
        more,
    )
    told = evidence.step("De school haalt het resultaat op", "The school fetches the result", report)
    second = care.afgeven("ECD-3", SHEET_CHILD, [])
    _given(
        evidence,
        running,
        watched,
        (
            "Jeugdhulp geeft een signaal over het kind uit de eerste rij",
            "Youth care signals the child of the first row",
        ),
        second,
    )
    matched = _until_told(school.matches, "Jeugdhulp Voorbeeld")
    news = evidence.step(
        "De school haalt haar matches op als bestand", "The school fetches its matches as a file", matched
    )
    other = _until(lambda: care.status("ECD-3"), "stand/match/betrokkene")
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
        [match["bron_signaal_id"] for match in partners.lines_of(matched) if match["status"] == "ACTIEF"] == ["17"]
        and "School De Wilg" in other.texts("stand/match/betrokkene/instantie"),
        f"{news}-answer.csv",
        f"{other_news}-answer.xml",
    )
    evidence.promise(
        "Matches staan apart van het resultaat, met een vervaldatum en de opdracht ze niet in het dossier te zetten",
        "Matches are apart from the result, with a date they expire on and the order to keep them out of the file",
        all(match["niet_in_dossier"] == "ja" and match["vervalt_op"] for match in partners.lines_of(matched))
        and b"Jeugdhulp" not in report.received,
        f"{news}-answer.csv",
    )


def _extended(running: Sandbox, evidence: Evidence, watched: Watched, console: Console) -> None:
    """Consent on record: the words travel, and come back with their meaning."""
    console.print("[bold]Region on consent[/bold]: words travel to an index that can carry them, with their meaning")
    school = ZeepPartner(running.gateway, token_of(SCHOOL))
    care = RawPartner(running.gateway, token_of(CARE))
    first = school.afgeven("LAS-2026-0019", CHILD, [("urgentie", "spoed"), ("crisis", "crisis")], region=EXTENDED)
    number = _given(
        evidence,
        running,
        watched,
        (
            "De school geeft een signaal, met toestemming, in de andere regio",
            "The school signals, with consent, in the other region",
        ),
        first,
    )
    second = care.afgeven("ECD-2", CHILD, [("urgentie", "urgent")], region=EXTENDED)
    _given(
        evidence,
        running,
        watched,
        ("Jeugdhulp geeft daar een signaal over hetzelfde kind", "Youth care signals the same child there"),
        second,
    )
    at_school = _until(lambda: school.status("LAS-2026-0019"), "stand/match/betekenis")
    seen = evidence.step(
        "De school vraagt wat er van haar signaal bekend is", "The school asks what is known of its signal", at_school
    )
    at_care = _until(lambda: care.status("ECD-2"), "stand/match/betekenis")
    other_seen = evidence.step(
        "Jeugdhulp vraagt wat er van zijn signaal bekend is", "Youth care asks what is known of its signal", at_care
    )
    evidence.stories.append(
        Story(
            "In een regio met toestemming",
            "Er is toestemming; convenant en DPIA zijn vastgelegd. Woorden reizen mee, met hun betekenis.",
            _words(watched, ("School De Wilg", first, at_care), ("Jeugdhulp Voorbeeld", second, at_school)),
        )
    )
    said = list(
        zip(
            at_school.texts("stand/match/betekenis/woord"),
            at_school.texts("stand/match/betekenis/begrip"),
            strict=True,
        )
    )
    evidence.promise(
        "Waar woorden mogen reizen, krijgt de index het woord, het gedeelde begrip en hoe goed dat past",
        "Where the region lets words travel, the index gets word, shared concept and degree of equivalence",
        "spoed" in watched.sent("uitgebreid") and "equivalentie" in watched.sent("uitgebreid"),
        f"{number}-to-the-index.xml",
    )
    evidence.promise(
        "De school leest ‘urgent’ van jeugdhulp als wat het daar betekent: contact binnen één werkdag",
        "The school reads youth care's 'urgent' as what it means there: contact within one working day",
        ("urgent", "binnen-1-werkdag") in said and bool(at_school.texts("stand/match/betekenis/definitie")),
        f"{seen}-answer.xml",
    )
    evidence.promise(
        "Jeugdhulp leest ‘spoed’ als woord van de school, betekenis onbekend: nooit geraden, nooit geruststellend",
        "Youth care reads the school's 'spoed' as the school's own word, of unknown meaning: never guessed, never safe",
        "spoed" in at_care.texts("stand/match/betekenis/woord")
        and "onbekend" in at_care.texts("stand/match/betekenis/begrip"),
        f"{other_seen}-answer.xml",
    )


def _at_rest(place: Path, evidence: Evidence) -> None:
    """What a stolen database tells."""
    stored = b"".join(path.read_bytes() for path in sorted(place.glob("gateway.db*")))
    name = evidence.keep("gateway.db", stored)
    hidden = _spelled(CHILD, SHEET_CHILD, "Fictief", "0301234567", "030-1234567")
    evidence.promise(
        "Een gestolen database toont geen BSN, geen naam en geen telefoonnummer, in geen enkele codering",
        "A stolen database shows no BSN, no name and no telephone number, in no encoding",
        not any(spelled.encode("latin-1") in stored for spelled in hidden),
        name,
    )


def _given(evidence: Evidence, running: Sandbox, watched: Watched, said: tuple[str, str], exchange: Exchange) -> str:
    signal_id = exchange.texts("ontvangstbewijs/signaalId")[0]
    more = {"begrepen als": running.canonical(signal_id), "naar de index": watched.about(signal_id)}
    return evidence.step(*said, exchange, more)


def _words(watched: Watched, *told: tuple[str, Exchange, Exchange]) -> tuple[Travelled, ...]:
    """The journey of every word: by whom, as given, as the other side was told."""
    return tuple(
        word
        for sender, given, other in told
        for word in journey(sender, given, watched.about(given.texts("ontvangstbewijs/signaalId")[0]), other)
    )


def _spelled(*texts: str) -> list[str]:
    """Texts in the encodings a leak might have."""
    return [
        spelled
        for text in texts
        for spelled in (
            text,
            text.encode("utf-16-le").decode("latin-1"),
            base64.b64encode(text.encode()).decode().rstrip("="),
            text.encode().hex(),
        )
    ]


def _at_index(running: Sandbox, index: str) -> int:
    return partners.tally(running.indexes[index].url)


def _until_told(ask: Callable[[], Exchange], text: str) -> Exchange:
    """Ask until the answer holds a text, or patience ends."""
    until = time.monotonic() + PATIENCE
    while True:
        exchange = ask()
        if text.encode() in exchange.received or time.monotonic() > until:
            return exchange
        time.sleep(0.2)


def _until_sent(watched: Watched, signal_id: str) -> bytes:
    """What went to the index about a signal, once it went."""
    until = time.monotonic() + PATIENCE
    while not (sent := watched.about(signal_id)) and time.monotonic() < until:
        time.sleep(0.1)
    return sent


def _until(ask: Callable[[], Exchange], path: str) -> Exchange:
    """Ask until the answer holds an element, or patience ends."""
    until = time.monotonic() + PATIENCE
    while True:
        exchange = ask()
        if exchange.find(path) or time.monotonic() > until:
            return exchange
        time.sleep(0.2)

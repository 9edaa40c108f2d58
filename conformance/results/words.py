"""The kit's own words for a reader, in Dutch and English."""

from conformance.judge import Outcome
from conformance.rules import Step

OUTCOMES = {
    Outcome.PASSED: "passed",
    Outcome.FAILED: "failed",
    Outcome.NOT_REACHED: "not reached",
    Outcome.NOT_TESTED: "not tested",
    Outcome.ATTESTED: "attested",
    Outcome.INAPPLICABLE: "not applicable",
}
PACKS = {
    "kern": ("Kern: aannemen, bewijzen, matchen", "Core: accept, prove, match"),
    "levensloop": ("Levensloop: wijzigen, verlengen, eindigen", "Lifecycle: change, extend, end"),
    "woorden": ("Woorden: het woord van de zender blijft", "Vocabulary: the sender's word stays"),
    "regie": ("Regie op een match", "Coordination of a match"),
    "minimaal": ("Niet meer gegevens dan nodig", "No more data than needed"),
    "robuust": ("Tegen een stootje kunnen", "Robustness"),
    "identiteit": ("Wie er belt", "Identity"),
    "match": ("Een match tussen twee organisaties", "A match between two organisations"),
    "scherm": ("Wat de gebruiker ziet", "What the user sees"),
    "sandwich": ("De toets als index en ontvanger: precies eenmaal", "The kit as index and receiver: exactly once"),
}
DEEDS = {
    "signaalAfgeven": ("geeft een signaal af", "reports a signal"),
    "signaalWijzigen": ("wijzigt het signaal", "changes the signal"),
    "signaalVerlengen": ("verlengt het signaal", "extends the signal"),
    "signaalOverdragen": ("draagt het signaal over", "hands the signal over"),
    "signaalBeeindigen": ("beëindigt het signaal", "ends the signal"),
    "signaalIntrekken": ("trekt het signaal in", "withdraws the signal"),
    "statusOpvragen": ("vraagt hoe het met het signaal staat", "asks for the status of the signal"),
    "matchesOpvragen": ("vraagt om matches", "asks for matches"),
    "eigenSignalenOpvragen": ("vraagt om de eigen signalen", "asks for its own signals"),
    "betekenisAanvullen": ("zegt wat het woord betekent", "says what the word means"),
    "matchTerugkoppelen": ("zegt wat er van de match kwam", "says what became of the match"),
    "regieVastleggen": ("legt de regie vast", "records who coordinates"),
    "capaciteiten": ("vraagt wat er kan", "asks what is possible"),
    "herhalen": ("stuurt hetzelfde nog een keer", "sends the same again"),
    "wachten": ("wacht af", "waits and sees"),
    "signaalOpvragen": ("vraagt het signaal op", "asks for the signal"),
    "matchOpvragen": ("vraagt de match op", "asks for the match"),
    "voorstelUitvoeren": ("voert het voorstel uit", "carries out the proposal"),
    "verslag": ("vraagt het verslag van het bestand op", "asks for the report on the file"),
    "wsdl": ("vraagt de WSDL op", "asks for the WSDL"),
    "xsd": ("vraagt het schema op", "asks for the schema"),
    "openapi": ("vraagt de OpenAPI op", "asks for the OpenAPI"),
    "metadata": ("vraagt de CapabilityStatement op", "asks for the CapabilityStatement"),
    "match": ("krijgt een match", "gets a match"),
    "verval": ("hoort dat een match vervallen is", "hears that a match lapsed"),
    "verklaren": ("verklaart wat te zien is", "attests what is seen"),
}
WHO = {
    "toets": ("de toets", "the kit"),
    "zender": ("uw systeem", "your system"),
    "school": ("de eerste organisatie", "the first organisation"),
    "jeugdhulp": ("de tweede organisatie", "the second organisation"),
    "jongerenwerk": ("een organisatie zonder BSN", "an organisation without the BSN"),
}
SEEN = {
    "terugkijken": (
        "de toets kijkt terug op alles wat in dit formaat voorbijkwam",
        "the kit looks back on all that passed in this format",
    ),
    "verkeer": ("alles wat bij geen opdracht hoort", "all that belongs to no instruction"),
}  # fmt: skip
"""What nobody does: what is looked at."""
BEHAVIOUR = {
    "goed": ("gedraagt zich goed", "behaves well"),
    "traag": ("antwoordt pas na drie seconden", "answers after three seconds only"),
    "verbreek-na-vastleggen": ("legt vast en verbreekt dan de verbinding", "stores, then breaks the connection"),
    "verbreek-voor-vastleggen": ("verbreekt de verbinding en legt niets vast", "breaks the connection, stores nothing"),
    "stilte": ("legt vast en antwoordt niet", "stores and does not answer"),
    "half-antwoord": ("breekt zijn antwoord halverwege af", "breaks off its answer half way"),
    "kapotte-xml": ("antwoordt met XML die niet te lezen is", "answers with XML that cannot be read"),
    "dubbel-antwoord": ("antwoordt twee keer in een bericht", "answers twice in one message"),
    "ander-antwoord": ("geeft het antwoord van een andere handeling", "gives the answer of another operation"),
    "503": ("antwoordt met HTTP 503", "answers with HTTP 503"),
    "storing": ("meldt een storing", "tells of a failure of its own"),
    "weiger": ("weigert", "refuses"),
    "nieuws-verbroken": (
        "verbreekt de verbinding als om nieuws gevraagd wordt", "breaks the connection when asked for news"
    ),
    "bsn-in-tekst": ("zet een BSN in tekst waar het niet hoort", "puts a BSN in text where it does not belong"),
    "bsn-in-match": ("zet een BSN in een match", "puts a BSN in a match"),
}  # fmt: skip
"""How a party the kit plays was told to behave."""
GLOSSARY = (
    ("eis, formaat", "requirement, format",
     "Wat een systeem moet doen, in een van de manieren van spreken (soap, json, fhir, csv). Een eis telt in elk "
     "formaat dat getoetst is een keer.",
     "What a system must do, in one of the ways of speaking (soap, json, fhir, csv). A requirement counts once in each "
     "format tested."),
    ("MUST, SHOULD, ADVIES", "MUST, SHOULD, ADVIES",
     "Moet; hoort, met reden anders; raad. Alleen MUST telt voor het oordeel.",
     "Has to; ought to, unless with reason; advice. Only MUST counts for the verdict."),
    ("scenario, stap", "scenario, step",
     "Een kort verhaal dat gespeeld is, en wat er achter elkaar in gebeurde. Een stap heeft een naam, zoals geef.",
     "A short story that was played, and what happened in it one after another. A step has a name, like geef."),
    ("kijk, terugkijken", "kijk, terugkijken",
     "Een stap waarin niets gestuurd wordt: de toets kijkt terug op alles wat in dit formaat voorbijkwam.",
     "A step in which nothing is sent: the kit looks back on all that passed in this format."),
    ("zender-verkeer, tussendoor, buiten", "zender-verkeer, tussendoor, buiten",
     "Waar een bericht staat dat bij geen opdracht hoort, of dat kwam toen er iets anders gevraagd was.",
     "Where a message stands that belongs to no instruction, or that came when something else was asked."),
    ("plaats", "place",
     "Een pad door het bericht, met de namen van het JSON-contract, ook als er iets anders gesproken werd: "
     "melder.telefoon is in SOAP het element telefoon in melder. Tussen haken staat welke van een lijst.",
     "A path through the message, in the names of the JSON contract, also where something else was spoken: "
     "melder.telefoon is in SOAP the element telefoon in melder. Between brackets stands which one of a list."),
    ("draad", "draad",
     "Wat om een bericht heen zit en niet erin: HTTP-koppen, adressering (MessageID, RelatesTo, SOAPAction) en tijd.",
     "What is around a message and not in it: HTTP headers, addressing (MessageID, RelatesTo, SOAPAction) and time."),
    ("op de lijn", "on the line",
     "De toets boog het bericht met opzet, op de manier die erbij staat; zo wordt gezien wat uw systeem ermee doet.",
     "The kit bent the message on purpose, in the way named; so it is seen what your system does with it."),
    ("contract", "contract",
     "Het schema van het formaat, zoals het bij de toets hoort. De plaats is dan een XPath of een pad in JSON.",
     "The schema of the format, as it comes with the kit. The place is then an XPath or a path in JSON."),
    ("VIX-, TOETS-", "VIX-, TOETS-",
     "De code van een weigering of waarschuwing in het contract; TOETS- is van de toets zelf: TOETS-01, dit gaat over "
     "niemand van het rooster; TOETS-02, dit is niet te lezen. Van die twee wordt de inhoud niet bewaard.",
     "The code of a refusal or warning in the contract; TOETS- is of the kit itself: TOETS-01, this is about nobody on "
     "the roster; TOETS-02, this cannot be read. Of those two the content is not kept."),
    ("niet gedaan", "not done",
     "De opdracht is niet af: er kwam niets, iets anders, of iets dat geweigerd werd.",
     "What was asked is not completed: nothing came, something else, or something that was refused."),
    ("niet bereikt", "not reached",
     "Een eerdere stap van hetzelfde scenario ging mis; hierover is niets te zeggen.",
     "An earlier step of the same scenario went wrong; nothing can be said about this."),
    ("niet getoetst", "not tested",
     "De toets speelde het niet, bijvoorbeeld omdat een tweede token ontbrak.",
     "The kit did not play it, for instance because there was no second token."),
    ("niet van toepassing", "not applicable",
     "Het systeem zegt van zichzelf dat dit er niet voor geldt.",
     "The system says of itself that this does not hold for it."),
    ("herhaal", "herhaal",
     "Een opdracht van verwijsindex-toets die een vraag uit deze uitslag nog een keer stuurt.",
     "A command of verwijsindex-toets that sends a request of this result once more."),
)  # fmt: skip
"""The kit's own words that a reader meets: each in Dutch and English, with what it means."""
LIMITS = (
    (
        "Een toets ziet wat over de lijn gaat, op het moment van de toets. Wat een gebruiker op een scherm ziet, hoe "
        "gegevens bewaard worden en wie erbij mag, ziet hij niet.",
        "A test sees what passes over the line, at the time of the test. It does not see what a user sees on a screen, "
        "how data are kept, or who may get at them.",
    ),
    (
        "Gehaald wil zeggen: in de gespeelde scenario's is geen afwijking gezien. Het bewijst niet dat er geen zijn.",
        "Passed means: no deviation was seen in the scenarios played. It is no proof that there are none.",
    ),
    (
        "Het oordeel gaat over één contract, dat van dit project, en over de build en inrichting die getoetst zijn; "
        "een andere build vraagt een nieuwe toets.",
        "The verdict is about one contract, this project's, and about the build and set-up tested; another build needs "
        "another test.",
    ),
    (
        "Het zegt niets over snelheid, beschikbaarheid, beveiliging of de rechtmatigheid van het gebruik.",
        "It says nothing about speed, availability, security or the lawfulness of the use.",
    ),
    (
        "Zelfverklaard is wat een leverancier van zichzelf zegt. Ook bijgewoond bewijst niet dat deze build in gebruik "
        "komt, of dat dit de enige poging was.",
        "Self-declared is what suppliers say of themselves. Even witnessed does not prove that this build will be "
        "used, or that this was the only attempt.",
    ),
)


def pack(name: str) -> tuple[str, str]:
    """What a pack is called."""
    return PACKS.get(name, (name, name))


def deed(step: Step) -> tuple[str, str]:
    """Who does what, in a sentence."""
    if step.doe in SEEN:
        return SEEN[step.doe]
    who = WHO.get(step.wie, (step.wie, step.wie))
    what = DEEDS.get(step.doe, (step.doe, step.doe))
    times = (f", {step.keer} keer tegelijk", f", {step.keer} times at once") if step.keer > 1 else ("", "")
    return f"{who[0]} {what[0]}{times[0]}", f"{who[1]} {what[1]}{times[1]}"


def place(at: str) -> tuple[str, str]:
    """Where a finding is, in words where it is no path."""
    if at == "contract":
        return "wat hieronder gemarkeerd is", "what is marked below"
    if at == "draad":
        return "het moment waarop het kwam", "the moment at which it came"
    if at.startswith("draad."):
        name = at.removeprefix("draad.")
        return (
            f"{name}, om het bericht heen (koppen en adressering)",
            f"{name}, around the message (headers, addressing)",
        )
    if at.startswith("stap "):
        return at, f"step {at.removeprefix('stap ')}"
    if at == "inhoud":
        return "het hele bericht", "the whole message"
    if at.startswith("antwoord "):
        return at, f"answer {at.removeprefix('antwoord ')}"
    if at.startswith("vraag "):
        return at, f"request {at.removeprefix('vraag ')}"
    return (at, at) if at else ("het hele antwoord", "the whole answer")

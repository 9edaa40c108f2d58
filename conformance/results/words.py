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
    "terugkijken": ("kijkt terug", "looks back"),
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
    "verkeer": ("heeft dit alles gestuurd", "sent all of this"),
    "verklaren": ("verklaart wat te zien is", "attests what is seen"),
}
WHO = {
    "toets": ("de toets", "the kit"),
    "zender": ("uw systeem", "your system"),
    "school": ("de eerste organisatie", "the first organisation"),
    "jeugdhulp": ("de tweede organisatie", "the second organisation"),
    "jongerenwerk": ("een organisatie zonder BSN", "an organisation without the BSN"),
}
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
    who = WHO.get(step.wie, (step.wie, step.wie))
    what = DEEDS.get(step.doe, (step.doe, step.doe))
    times = (f", {step.keer} keer tegelijk", f", {step.keer} times at once") if step.keer > 1 else ("", "")
    return f"{who[0]} {what[0]}{times[0]}", f"{who[1]} {what[1]}{times[1]}"

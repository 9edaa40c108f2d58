"""What is said of a move: to an operator in English, on the page for who decides in Dutch."""

from typing import NamedTuple

from gateway.rules.switching import EQUAL, GONE, UNSEEN, WAITS, Gap, State


class Said(NamedTuple):
    """A sentence in both languages."""

    nl: str
    en: str


GAPS: dict[tuple[str, str], tuple[Said, Said]] = {
    ("new", "stil"): (
        Said("een signaal overnemen zonder iemand te mailen", "take a signal over without mailing anybody"),
        Said("schaduw kan niet: de nieuwe index zou betrokkenen mailen over matches die zij al kennen",
             "no shadow: it would mail people about matches they know already"),
    ),
    ("new", "landelijk_uit"): (
        Said("een signaal overnemen zonder het landelijk te melden", "take a signal over without telling the national "
             "index"),
        Said("schaduw kan niet: elk signaal zou tweemaal in de landelijke verwijsindex staan",
             "no shadow: every signal would stand twice in the national index"),
    ),
    ("new", "overnemen"): (
        Said("een signaal overnemen met zijn oorspronkelijke moment", "take a signal over with its original moment"),
        Said("de termijn van elk signaal zou daar opnieuw beginnen (Jeugdwet 7.1.4.5): niet zonder besluit daarover",
             "the period of every signal would begin again there (Jeugdwet 7.1.4.5): not without a decision on that"),
    ),
    ("new", "opvragen"): (
        Said("zeggen wat er onder een eigen referentie staat", "say what stands under a reference of ours"),
        Said("wat er staat is alleen aan de matches te vergelijken; vraag de aanbieder een uitvoer",
             "what stands there can be compared by its matches only; ask its provider for an export"),
    ),
    ("new", "wijzigen"): (
        Said("een ander contact of een latere verwijderdatum aannemen", "take another contact or a later removal date"),
        Said("wijzigingen tijdens de overstap bereiken hem niet", "changes during the move do not reach it"),
    ),
    ("new", "mails"): (
        Said("betrokkenen zelf mailen", "mail those concerned itself"),
        Said("de oude deed dat; stel per organisatie een andere weg in, anders hoort zij niets meer vanzelf",
             "the old one did; set another way for each organisation, or it hears nothing by itself any more"),
    ),
    ("new", "regie"): (
        Said("de regie van een match bijhouden", "hold the regie of a match"),
        Said("de oude deed dat; de gateway doet het voortaan, met wie haar nu heeft",
             "the old one did; the gateway does from now on, with who has it now"),
    ),
    ("new", "terugkoppelen"): (
        Said("horen wat er van een match werd", "hear what became of a match"),
        Said("terugkoppelingen blijven bij de gateway", "what receivers tell stays at the gateway"),
    ),
    ("new", "signaalcode"): (
        Said("de signaalcode", "the signaalcode"), Said("zij gaat niet mee", "it does not come along")
    ),
    ("new", "ketenregistratie"): (
        Said("ketenregistraties", "ketenregistraties"), Said("hij weigert ze", "it refuses them")
    ),
    ("new", "woorden"): (Said("woorden over", "words about"), Said("zij gaan niet mee", "they do not come along")),
    ("old", "stil"): (
        Said("een signaal houden zonder te mailen", "hold a signal without mailing"),
        Said("na het omzetten blijft hij mailen tot de signalen er zijn vernietigd",
             "after the cutover it goes on mailing until the signals are destroyed there"),
    ),
    ("old", "landelijk_uit"): (
        Said("een signaal houden zonder het landelijk te melden", "hold a signal without telling the national index"),
        Said("na het omzetten staan de signalen landelijk dubbel tot ze er zijn vernietigd",
             "after the cutover the signals stand twice in the national index until they are destroyed there"),
    ),
}  # fmt: skip
"""What an index cannot do, and what that means."""

FOUND: dict[str, Said] = {
    UNSEEN: Said("niet bekeken", "not looked at"),
    WAITS: Said("gevraagd, en niet beantwoord", "asked about, and not answered"),
    EQUAL: Said("staat er zoals het is gestuurd", "stands there as it was sent"),
    "ontbreekt": Said("staat er niet", "is not there"),
    "dubbel": Said("staat er meer dan eens", "is there more than once"),
    "contact": Said("staat er met een ander contact", "is there with another contact"),
    "moment": Said("staat er met een ander moment van melden", "is there with another moment of reporting"),
    "verwijderdatum": Said("staat er met een andere verwijderdatum", "is there with another removal date"),
    "leidt": Said("de index denkt ervoor te leiden, of juist niet", "the index means to lead for it, or means not to"),
    "status": Said("staat er in een andere staat", "is there in another state"),
    GONE: Said("is er vernietigd", "is destroyed there"),
}
"""What was found of a signal at an index."""


NOW: dict[str, str] = {
    State.PLANNED: "De overstap is gepland. Alle signalen staan alleen bij de oude index.",
    State.COPYING: "De signalen gaan naar de nieuwe index. De oude is leidend; niemand merkt er iets van.",
    State.SHADOW: "Alle signalen staan bij beide indexen. De oude is leidend; de nieuwe mailt niemand en meldt niets "
    "landelijk.",
    State.TURNED: "De nieuwe index is leidend. De oude houdt een kopie, in stilte, zodat het terug kan.",
    State.BACK: "De oude index is weer leidend. De nieuwe houdt een kopie, in stilte.",
    State.LEAVING: "De signalen worden vernietigd bij de index die niet meer leidend is. Terug kan niet meer.",
    State.DONE: "Alle signalen staan nu bij één index.",
    State.STOPPED: "De overstap is niet doorgegaan; er is niets verstuurd.",
}
"""What the state of a move means."""

NEXT: dict[str, str] = {
    State.PLANNED: "De signalen naar de nieuwe index brengen (switch start).",
    State.COPYING: "Wachten tot alle signalen bij de nieuwe index staan, en dan vergelijken (switch reconcile).",
    State.SHADOW: "Vergelijken (switch reconcile). Zeggen beide hetzelfde, dan kan de nieuwe index leidend worden "
    "(switch cutover).",
    State.TURNED: "Aanzien. Het kan op elk moment terug (switch rollback), tot de oude index wordt geleegd (switch "
    "retire).",
    State.BACK: "Opnieuw omzetten (switch cutover), of de nieuwe index laten legen (switch retire).",
    State.LEAVING: "Wachten tot alles is vernietigd; vraag daarna nog eens (switch retire).",
    State.DONE: "Niets: alles is zoals het was.",
    State.STOPPED: "Niets.",
}
"""What comes after it when all is well."""

KINDS: dict[str, str] = {
    "CLIENTMATCH": "over hetzelfde kind",
    "GEZINSMATCH_OUDER": "over een kind met dezelfde ouder",
    "GEZINSMATCH_ADRES": "over een kind op hetzelfde adres",
    "HISTORISCH": "met een eerder signaal",
    "VERHUIZING": "over een verhuizing",
}
"""What a match is about, by its kind."""

MONTHS = ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
          "november", "december")  # fmt: skip


def cannot(gap: Gap) -> tuple[Said, Said]:
    """What a gap is, and what it means."""
    what, effect = GAPS[gap.who, gap.name]
    return (Said(f"{what.nl} {gap.axis}", f"{what.en} {gap.axis}"), effect) if gap.axis else (what, effect)

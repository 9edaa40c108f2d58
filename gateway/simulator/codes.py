"""What each code of the index says to a reader, in any dialect; a code that only a script knows says nothing more."""

_MEANING = {
    "IX-400": "Het bericht voldoet niet aan het contract.",
    "IX-404": "Niet gevonden.",
    "IX-409": "Meer dan een persoon voldoet aan de gegevens.",
    "IX-410": "De persoonslijst is opgeschort.",
    "IX-416": "Deze berichtreferentie is al gebruikt voor een bericht met andere inhoud.",
    "IX-422": "De capaciteiten van deze index staan dit bericht niet toe.",
    "IX-423": "De persoon is 23 jaar of ouder.",
    "IX-424": "De verwijderdatum ligt later dan twee jaar na de melding.",
    "IX-425": "Dit nummer is hier niet of niet meer bekend; begin opnieuw.",
    "IX-500": "Er ging iets mis bij de index.",
    "IX-503": "De index is tijdelijk niet beschikbaar.",
}


def meaning(code: str) -> str:
    """What a code says."""
    return _MEANING.get(code, "De index weigert dit bericht.")

"""How a melder and a coordinator are reached (Jeugdwet 7.1.4.3 lid 1 a, 7.1.3.3), wherever that is said."""

from gateway.canonical.command import Draft, Overdragen, Wijzigen
from gateway.canonical.signal import Coordinator, Melder
from gateway.rules.reading import Reading, e_mail, telephone


def melder(said: Draft | Overdragen, reading: Reading) -> Melder | None:
    """Who reports; None where that cannot be read."""
    professional = reading.required(said.professional_id, said.place("professional_id"), 35)
    name = reading.required(said.melder_naam, said.place("melder_naam"))
    telefoon = reading.parsed(said.melder_telefoon, telephone, "VIX-1304")
    email = reading.parsed(said.melder_email, e_mail, "VIX-1304")
    if said.melder_telefoon is None and said.melder_email is None:
        reading.find("VIX-1304", said.place("melder"))
    functie = reading.text(said.melder_functie)
    if professional is None or name is None:
        return None
    return Melder(professional_id=professional, naam=name, functie=functie, telefoon=telefoon, email=email)


def coordinator(said: Draft | Overdragen, reading: Reading) -> Coordinator | None:
    """Who coordinates; None where nobody is named."""
    if said.coordinator_naam is None and said.coordinator_telefoon is None and said.coordinator_email is None:
        return None
    name = reading.required(said.coordinator_naam, said.place("coordinator_naam"))
    telefoon = reading.parsed(said.coordinator_telefoon, telephone, "VIX-1304")
    email = reading.parsed(said.coordinator_email, e_mail, "VIX-1304")
    return Coordinator(naam=name, telefoon=telefoon, email=email) if name is not None else None


def renewed(said: Wijzigen, reading: Reading) -> tuple[dict[str, str], dict[str, str]]:
    """What is new of the melder and of the coordinator, by field. Nothing at all is a finding."""
    own = {
        "naam": reading.text(said.melder_naam),
        "functie": reading.text(said.melder_functie),
        "telefoon": reading.parsed(said.melder_telefoon, telephone, "VIX-1304"),
        "email": reading.parsed(said.melder_email, e_mail, "VIX-1304"),
    }
    other = {
        "naam": reading.text(said.coordinator_naam),
        "telefoon": reading.parsed(said.coordinator_telefoon, telephone, "VIX-1304"),
        "email": reading.parsed(said.coordinator_email, e_mail, "VIX-1304"),
    }
    new = ({name: text for name, text in group.items() if text is not None} for group in (own, other))
    melder, coordinator = new
    if not (melder or coordinator) and reading.whole:
        reading.find("VIX-1106", said.place("melder"))
    return melder, coordinator

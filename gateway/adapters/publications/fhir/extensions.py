"""Our own extensions: what FHIR has no element for, and the law or the contract does."""

from gateway.adapters.publications.fhir.shape import Extension, Part
from gateway.wire.fhir import HL7

EQUIVALENCE = f"{HL7}/ValueSet/concept-map-equivalence"

_AXIS = Part("as", "code", "1..1", "The axis on which the word stands", among="vi-as")
_WORD = Part("woord", "string", "1..1", "The sender's own word, as it was written")

_CARD = (
    Part("versie", "string", "1..1", "The digest of the card's text"),
    Part("instantie", "string", "1..1", "Whose card it is"),
    Part("geldig-vanaf", "date", "1..1", "From which day it holds"),
    Part("bevestigd-op", "date", "1..1", "When it was confirmed"),
    Part("bevestigd-door", "string", "1..1", "The body or function that confirmed it; no person"),
    Part("reactietermijn", "string", "1..1", "Within which time it answers who seeks contact"),
    Part("vrijwillige-hulp", "boolean", "1..1", "Whether it gives voluntary help"),
    Part("gedwongen-hulp", "boolean", "1..1", "Whether it gives help under an order of the court"),
    Part("kan", "string", "0..*", "What it can do"),
    Part("kan-niet", "string", "0..*", "What it cannot do"),
    Part(
        "woord",
        (
            _AXIS,
            _WORD,
            Part("begrip", "code", "1..1", "The shared concept of the axis"),
            Part("betekent", "string", "1..1", "What the organisation means by it"),
            Part("termijn", "string", "0..1", "How soon it gives or expects an answer"),
            Part("doet-zelf", "string", "0..1", "What it does itself"),
            Part("verwacht", "string", "0..1", "What it expects of who reads the word"),
        ),
        "0..*",
        "One of its words",
    ),
)

EXTENSIONS = (
    Extension(
        Part("vi-as", "code", "0..1", "The axis on which the sender's word stands", among="vi-as"),
        "As van een woord",
        ("Flag.category",),
    ),
    Extension(
        Part("vi-revisie", "positiveInt", "0..1", "The sender's own revision of the signal; 1 where it says none"),
        "Revisie van de zender",
        ("Flag",),
    ),
    Extension(
        Part("vi-verwijderdatum", "date", "0..1", "The day on which the signal leaves the index by itself"),
        "Verwijderdatum",
        ("Flag",),
    ),
    Extension(
        Part(
            "vi-redelijk-vermoeden",
            "boolean",
            "0..1",
            "The professional confirms a reasonable suspicion of a risk (Jeugdwet 7.1.4.1); the ground stays unsaid",
        ),
        "Redelijk vermoeden bevestigd",
        ("Flag",),
    ),
    Extension(
        Part(
            "vi-informatieplicht",
            (
                Part("wie", "code", "0..1", "Who was told of the signal", among="vi-geinformeerde"),
                Part("datum", "date", "0..1", "When they were told"),
                Part("uitgesteld", "boolean", "0..1", "Telling them was put off; why stays in the sender's own file"),
            ),
            "0..1",
            "Who was told of the signal, or that it was put off (Jeugdwet 7.1.5.1)",
        ),
        "Informatieplicht",
        ("Flag",),
    ),
    Extension(
        Part(
            "vi-toestemming",
            (
                Part("gegeven-op", "date", "0..1", "The day on which consent was given"),
                Part("bewijs", "string", "0..1", "The sender's own reference to the proof, no content of it"),
            ),
            "0..1",
            "Consent, where the region's basis asks for it",
        ),
        "Toestemming",
        ("Flag",),
    ),
    Extension(
        Part("vi-coordinator", "Reference", "0..1", "The instance's coordinator (Jeugdwet 7.1.3.3)", of="vi-contact"),
        "Coördinator van de instantie",
        ("Flag", "PractitionerRole"),
    ),
    Extension(
        Part("vi-gemeente-code", "code", "0..1", "The municipality of residence (CBS code, four digits)"),
        "Gemeentecode",
        ("Address",),
    ),
    Extension(
        Part(
            "vi-ontvangstbewijs",
            (
                Part("handeling", "code", "1..1", "What was accepted", among="vi-handeling"),
                Part("ontvangen-op", "instant", "1..1", "When it was accepted"),
                Part("verwijderdatum", "date", "0..1", "The day on which the signal leaves the index by itself"),
                Part("vocabulaire", "string", "1..1", "The version of the words it was understood with"),
                Part("beleid", "string", "1..1", "The policy pack it was accepted under"),
                Part(
                    "niet-bewaard",
                    (_AXIS, Part("aantal", "positiveInt", "1..1", "How many words of the axis")),
                    "0..*",
                    "Words that were understood and not kept: their axis and their number only",
                ),
            ),
            "0..1",
            "The immutable proof of acceptance, equal on every repeat",
        ),
        "Ontvangstbewijs",
        ("Flag",),
    ),
    Extension(
        Part(
            "vi-betekenis",
            (
                _AXIS,
                _WORD,
                Part("begrip", "Coding", "1..1", "The shared concept"),
                Part("equivalentie", "code", "1..1", "How well the concept covers the word", among=EQUIVALENCE),
                Part("kaart", "string", "1..1", "The map that said so, with its version; `-` where none knew the word"),
                Part("bewaard", "boolean", "0..1", "Whether the gateway keeps it"),
            ),
            "0..1",
            "A word, and what it was understood to mean",
        ),
        "Betekenis van een woord",
        ("Flag", "Task"),
    ),
    Extension(
        Part(
            "vi-vraag",
            (_AXIS, _WORD, Part("keuze", "Coding", "0..*", "A concept the sender may choose")),
            "0..1",
            "A word that was not understood, with the concepts to choose from; the signal was accepted all the same",
        ),
        "Vraag over een woord",
        ("Flag",),
    ),
    Extension(
        Part(
            "vi-uitleg",
            (
                Part("instantie", "string", "1..1", "The other organisation, as it stands in the match"),
                Part("tekst", "string", "1..1", "What an index does and does not do"),
                Part("vergeleken", "boolean", "1..1", "Whether both organisations' cards were there to compare"),
                Part("bedoelkaart", _CARD, "0..1", "The other organisation's meaning card; about no child"),
                Part(
                    "valse-vriend",
                    (
                        _AXIS,
                        _WORD,
                        Part("bij-u", "string", "1..1", "What the word means at the receiver of the match"),
                        Part("bij-de-ander", "string", "1..1", "What it means at the other"),
                    ),
                    "0..*",
                    "A word that both use and do not mean the same by",
                ),
            ),
            "0..1",
            "What the other's organisation means by its words, does itself and expects",
        ),
        "Uitleg bij een match",
        ("Task",),
    ),
    Extension(
        Part("vi-bezorging", "code", "0..1", "Where the latest message about the signal is", among="vi-bezorging"),
        "Bezorging",
        ("Flag",),
    ),
    Extension(
        Part("vi-stand-van", "instant", "0..1", "The moment of which status and delivery are told"),
        "Stand van",
        ("Flag",),
    ),
    Extension(
        Part("vi-index-code", "string", "0..1", "What the index itself said, by its own code"),
        "Code van de index",
        ("Flag",),
    ),
    Extension(
        Part("vi-uitkomst", "Reference", "0..1", "The findings, questions and advice", of="vi-bevindingen"),
        "Uitkomst",
        ("Flag",),
    ),
    Extension(
        Part(
            "vi-niet-in-dossier",
            "boolean",
            "0..1",
            "Not for the client's file: whose contact data these are is not the client's (always true)",
        ),
        "Niet in het dossier",
        ("Task",),
    ),
    Extension(
        Part(
            "vi-match-regie",
            (
                Part("status", "code", "1..1", "Settled, or proposed to the index", among="vi-regie-status"),
                Part("wie", "code", "1..1", "Who has it", among="vi-regie-wie"),
                Part("naam", "string", "0..1", "The professional who has it"),
                Part("instantie", "string", "0..1", "Their organisation"),
                Part("aangeboden", "boolean", "1..1", "Whether who has it offers it to the other"),
                Part("herzien-op", "date", "0..1", "The day of review"),
                Part("stand", "string", "1..1", "Another one after every change"),
                Part("niet-zichtbaar-voor", "string", "0..*", "An organisation in this match that is not told"),
            ),
            "0..1",
            "Who is the aanspreekpunt of the match",
        ),
        "Regie van een match",
        ("Task",),
    ),
    Extension(
        Part(
            "vi-regiehandeling",
            (
                Part("handeling", "code", "1..1", "What is done with the regie", among="vi-regiehandeling"),
                Part("herzien-op", "date", "0..1", "The day of review; the region's term where it is not said"),
            ),
            "0..1",
            "What its receiver does with the regie of a match",
        ),
        "Handeling van de regie",
        ("Task",),
    ),
    Extension(
        Part("vi-leidend", "boolean", "0..1", "Whether this index leads for the signal; where it is not said, it does"),
        "Leidende index",
        ("Flag",),
    ),
    Extension(
        Part("vi-signaalcode", "code", "0..1", "A contact term as a region's covenant has it", among="vi-signaalcode"),
        "Signaalcode",
        ("Flag",),
    ),
    Extension(
        Part(
            "vi-volgnummer",
            "unsignedInt",
            "0..1",
            "Where it stands in what an index tells one gateway: a higher number after every change",
        ),
        "Volgnummer",
        ("Task",),
    ),
    Extension(
        Part(
            "vi-index-capaciteiten",
            (
                Part("ketenregistratie", "boolean", "0..1", "Takes plain involvement"),
                Part("signaalcode", "boolean", "0..1", "Knows a signaalcode"),
                Part("wijzigen", "boolean", "0..1", "Can be told of another contact or a later removal date"),
                Part("terugkoppelen", "boolean", "0..1", "Can be told what became of a match"),
                Part("opvragen", "boolean", "0..1", "Says what stands under a number of the asker"),
                Part("overnemen", "boolean", "0..1", "Takes a signal over with its original moment"),
                Part("stil", "boolean", "0..1", "Can take a signal over without mailing anybody"),
                Part("landelijk-uit", "boolean", "0..1", "Can take one over without telling the national index"),
                Part("as", "code", "0..*", "An axis whose words it carries", among="vi-as"),
                Part("verwerkingstijd", "Duration", "1..1", "How long it may take to know a message, in seconds"),
            ),
            "0..1",
            "What an index can carry",
        ),
        "Capaciteiten van een index",
        ("CapabilityStatement.rest",),
    ),
)

"""Values: what spreadsheets and exports do to numbers, days and codes."""

from tests.hostile.spoiled.case import USUAL, Spoiled, Told, file, no, ok, row

NAMES = list(USUAL)


def each(field: str, *texts: str) -> bytes:
    return file(*[row(number, **{field: text}) for number, text in enumerate(texts, 1)])


def fine(count: int) -> tuple[Told, ...]:
    return tuple(ok(line) for line in range(2, count + 2))


def bad(count: int, code: str) -> tuple[Told, ...]:
    return tuple(no(line, code) for line in range(2, count + 2))


PLACED = [*NAMES, "postcode", "huisnummer", "gemeentecode"]


def at_home(*homes: tuple[str, str, str]) -> bytes:
    return file(*[[*row(number), *home] for number, home in enumerate(homes, 1)], header=PLACED)


VALUES = (
    Spoiled(
        "a BSN without its zero, as Excel leaves it",
        each("bsn", "12345672", "1234560"),
        (ok(2, "VIX-1015 4 bsn"), ok(3, "VIX-1015 4 bsn")),
    ),
    Spoiled("a BSN without its zero that fails the elfproef", each("bsn", "12345678"), (no(2, "VIX-1101 4 bsn"),)),
    Spoiled("a BSN of six figures is not filled up", each("bsn", "123456"), bad(1, "VIX-1101 4 bsn")),
    Spoiled(
        "a BSN with spaces or dots",
        each("bsn", "9999 90 019", "999.990.019", "999 990 019", "999\u00a0990\u00a0019"),
        fine(4),
    ),
    Spoiled("a BSN with dashes is not what the register writes", each("bsn", "999-990-019"), bad(1, "VIX-1101 4 bsn")),
    Spoiled("a BSN in scientific notation", each("bsn", "9,9999E+08", "1.23E+08"), bad(2, "VIX-1101 4 bsn")),
    Spoiled("a BSN as a fraction, as a data frame writes it", each("bsn", "999990019.0"), bad(1, "VIX-1101 4 bsn")),
    Spoiled(
        'a BSN with Excel\'s guard ="..."',
        each("bsn", '="999990019"', '"=""999990019"""', "'999990019", '="012345672"'),
        fine(4),
    ),
    Spoiled(
        "a BSN of nines, zeros or words", each("bsn", "000000000", "onbekend", "-", "n.v.t."), bad(4, "VIX-1101 4 bsn")
    ),
    Spoiled(
        "a source key in scientific notation: two signals would get one key",
        each("bron_signaal_id", "2,02611E+11", "2.02611E+11"),
        bad(2, "VIX-1013 2 bron_signaal_id"),
    ),
    Spoiled(
        "errors of a spreadsheet",
        each("familienaam", "#N/B", "#N/A", "#VERW!", "#WAARDE!", "#NAAM?", "########"),
        bad(6, "VIX-1013 5 familienaam"),
    ),
    Spoiled("an error in a word", each("urgentie", "#N/B"), bad(1, "VIX-1013 15 urgentie")),
    Spoiled(
        "a telephone number without its zero reaches nobody",
        each("melder_telefoon", "612345678", "0612345678", "+31612345678", "'0612345678", "'+31612345678"),
        (no(2, "VIX-1015 10 melder_telefoon"), ok(3), ok(4), ok(5), ok(6)),
    ),
    Spoiled(
        "Dutch days",
        each(
            "geboortedatum",
            "6-5-2014",
            "06-05-2014",
            "06/05/2014",
            "6.5.2014",
            "20140506",
            "2014-05-06 00:00:00",
            "2014-05-06T00:00:00",
            "6-5-2014 0:00",
        ),
        fine(8),
    ),
    Spoiled(
        "days in part, as the register writes them",
        each("geboortedatum", "00-00-2014", "20140000", "00-05-2014", "2014-05-00", "2014"),
        tuple(ok(line, "VIX-1208 6 geboortedatum") for line in range(2, 7)),
    ),
    Spoiled(
        "days in American order", each("geboortedatum", "12/13/2014", "5/31/2014"), bad(2, "VIX-1202 6 geboortedatum")
    ),
    Spoiled(
        "years of two figures",
        each("geboortedatum", "6-5-14", "06/05/14", "140506"),
        bad(3, "VIX-1202 6 geboortedatum"),
    ),
    Spoiled(
        "serial numbers of Excel in the place of a day",
        each("geboortedatum", "41765", "41765.0", "41765,5"),
        bad(3, "VIX-1202 6 geboortedatum"),
    ),
    Spoiled(
        "days in words",
        each("geboortedatum", "6 mei 2014", "6-mei-2014", "mei 2014"),
        bad(3, "VIX-1202 6 geboortedatum"),
    ),
    Spoiled(
        "days that do not exist",
        each("geboortedatum", "31-2-2014", "30-02-2014", "00-13-2014", "0-0-0000", "32-1-2014"),
        bad(5, "VIX-1202 6 geboortedatum"),
    ),
    Spoiled(
        "a day with another moment than midnight is not cut",
        each("geboortedatum", "2014-05-06 12:30:00"),
        bad(1, "VIX-1202 6 geboortedatum"),
    ),
    Spoiled(
        "moments on the Dutch clock",
        each(
            "datum_tijd_melding",
            "21-11-2026 9:58",
            "21-11-2026 09:58:00",
            "2026-11-21 09:58:00",
            "2026-11-21T09:58:00",
            "21/11/2026 09:58 uur",
            "20261121 09:58",
            "21-11-2026",
            "2026-11-21",
        ),
        fine(8),
    ),
    Spoiled(
        "an hour that was there twice",
        each("datum_tijd_melding", "25-10-2026 02:30", "25-10-2026 03:00", "2026-10-25T02:30:00+02:00"),
        (no(2, "VIX-1105 11 datum_tijd_melding"), ok(3), ok(4)),
    ),
    Spoiled(
        "an hour that was not there",
        each("datum_tijd_melding", "29-3-2026 02:30", "29-3-2026 03:30"),
        (no(2, "VIX-1105 11 datum_tijd_melding"), ok(3, "VIX-1207 11 datum_tijd_melding")),
    ),
    Spoiled(
        "moments that are none",
        each(
            "datum_tijd_melding",
            "21-11-2026 24:00",
            "21-11-2026 9.58",
            "46347,41",
            "21-11-26 09:58",
            "09:58",
            "vanmorgen",
        ),
        bad(6, "VIX-1105 11 datum_tijd_melding"),
    ),
    Spoiled(
        "a moment in the future, by a day and month that were swapped",
        each("datum_tijd_melding", "1-12-2026"),
        bad(1, "VIX-1204 11 datum_tijd_melding"),
    ),
    Spoiled(
        "sex in the words of many systems",
        each("geslacht", "v", "vrouw", "Meisje", "VROUWELIJK", "2", "m", "Jongen", "1", "onbekend", "0"),
        fine(10),
    ),
    Spoiled(
        "sex in words that could mean more than one thing",
        each("geslacht", "x", "9", "f", "w", "anders", "m/v"),
        bad(6, "VIX-1105 7 geslacht"),
    ),
    Spoiled(
        "yes in the words of many systems",
        each("redelijk_vermoeden", "ja", "J", "WAAR", "True", "x", "1", "Yes"),
        fine(7),
    ),
    Spoiled(
        "no, and words that are neither",
        each("redelijk_vermoeden", "nee", "ONWAAR", "misschien"),
        (
            no(2, "VIX-1305 12 redelijk_vermoeden"),
            no(3, "VIX-1305 12 redelijk_vermoeden"),
            no(4, "VIX-1105 12 redelijk_vermoeden", "VIX-1305 12 redelijk_vermoeden"),
        ),
    ),
    Spoiled(
        "who was told, in other words", each("informatieplicht_wie", "beide", "Kind en ouders", "allebei"), fine(3)
    ),
    Spoiled(
        "kinds in other words",
        each("soort", "signaal", "Zorgsignaal", "SIGNAAL", "melding"),
        (ok(2), ok(3), ok(4), no(5, "VIX-1105 3 soort")),
    ),
    Spoiled(
        "a postcode with a space or in small letters",
        at_home(("3511 AB", "7", "0344"), ("3511ab", "7", "0344"), ("3511  AB", "7", "0344"), ("3511", "7", "0344")),
        (ok(2), ok(3), no(4, "VIX-1105 16 postcode"), no(5, "VIX-1105 16 postcode")),
    ),
    Spoiled(
        "a house number with an addition is not cut",
        at_home(("3511AB", "12 a", "0344"), ("3511AB", "12-2", "0344"), ("3511AB", "012", "0344")),
        (no(2, "VIX-1105 17 huisnummer"), no(3, "VIX-1105 17 huisnummer"), ok(4)),
    ),
    Spoiled(
        "a municipality without its zeros",
        at_home(("3511AB", "7", "344"), ("3511AB", "7", "14"), ("3511AB", "7", "4"), ("3511AB", "7", "Utrecht")),
        (
            ok(2, "VIX-1015 18 gemeente_code"),
            ok(3, "VIX-1015 18 gemeente_code"),
            no(4, "VIX-1105 18 gemeente_code"),
            no(5, "VIX-1105 18 gemeente_code"),
        ),
    ),
    Spoiled("cells that would be formulas", each("familienaam", "=1+1", "@kanarie", "+kanarie"), fine(3)),
)

# ruff: noqa: E501  one case, one line
"""Who may say what: a title, what differs from an admissible signal, and everything the sender must be told.

A case without faults is accepted. Each runs through the rules alone, and through every format to the store.
"""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

import gateway.flow
import gateway.rules
from gateway.canonical.finding import Ernst, Finding
from gateway.canonical.receipt import Refusal
from gateway.clock import legal_day
from gateway.flow.directory import destination
from gateway.rules.findings import FindingTexts
from tests.spec.formats import FORMATS, PLAIN, Message, saying
from tests.spec.office import Office, accepted, judged, said
from tests.spec.people import BLIND, ELSEWHERE, NOW, REGION, SCHOOL, caller, directory

CONSENT = {"toestemming_gegeven_op": "2026-11-01", "toestemming_bewijs_referentie": "dossier 7"}
IN_STOPPED, IN_JGZ, IN_REGIONAL, IN_EXTENDED, IN_REQUIRED, IN_APPOINTED = (
    {"gemeente_code": REGION[name]}
    for name in ("gestopt", "alleen-jgz", "regionaal", "uitgebreid", "informeren-verplicht", "aangewezen")
)
UNNAMED = {"familienaam": None, "geboortedatum": None, "geslacht": None}
CHAIN = {
    "soort": "KETENREGISTRATIE",
    "redelijk_vermoeden": None,
    "informatieplicht_wie": None,
    "informatieplicht_datum": None,
}


@dataclass(frozen=True)
class Case:
    """`says` changes the usual fields (None: not said). Faults and warnings are `code field`, or `code` alone."""

    title: str
    says: dict[str, str | None] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    who: str = SCHOOL
    words: tuple[tuple[str, ...], ...] = ()
    registrations: tuple[tuple[str, str], ...] = ()
    soap: tuple[str, ...] = ()
    """What the schema of the SOAP contract adds."""
    csv: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    """Faults and warnings in a file, where it may write this in its own way or an empty cell says something else."""

    @property
    def message(self) -> Message:
        return replace(said(*self.words, **self.says), registrations=self.registrations)


def word(axis: str, text: str, *code_list: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    return {"words": ((axis, text, *code_list),)}


NOTHING: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


# fmt: off
CASES = (
    # who it is about
    Case("a child of twelve by name, birth date and sex"),
    Case("by BSN alone", {"bsn": "999990019", **UNNAMED}),
    Case("by BSN and name", {"bsn": "999990019"}),
    Case("a pupil without BSN has an education number", {"onderwijsnummer": "101000000"}),
    Case("a BSN that fails the elfproef", {"bsn": "999990018"}, ("VIX-1101 bsn",)),
    Case("a BSN of eight digits", {"bsn": "99999001"}, ("VIX-1101 bsn",)),
    Case("an education number that fails its own check", {"onderwijsnummer": "101000001"}, ("VIX-1101 onderwijsnummer",)),
    Case("a BSN from who may not know it", {"bsn": "999990019"}, ("VIX-1102 bsn",), who=BLIND),
    Case("a wrong BSN from who may not know it is not looked at", {"bsn": "1"}, ("VIX-1102 bsn",), who=BLIND),
    Case("who may not know a BSN signals by name", who=BLIND),
    Case("nobody can be recognised", UNNAMED, ("VIX-1103 jeugdige",)),
    Case("no family name", {"familienaam": None}, ("VIX-1103 jeugdige",), soap=("VIX-1001 familienaam",)),
    Case("no birth date", {"geboortedatum": None}, ("VIX-1103 jeugdige",), soap=("VIX-1001 geboortedatum",)),
    Case("no sex", {"geslacht": None}, ("VIX-1103 jeugdige",), soap=("VIX-1001 geslacht",)),
    Case("sex unknown is an answer", {"geslacht": "O"}),
    Case("a sex that is no code", {"geslacht": "x"}, ("VIX-1105 geslacht",)),
    Case("whole address", {"postcode": "3511AB", "huisnummer": "7"}),
    Case("a postcode in small letters", {"postcode": "3511ab"}, ("VIX-1105 postcode",), csv=NOTHING),
    Case("house number zero", {"huisnummer": "0"}, ("VIX-1105 huisnummer",)),
    Case("house number 99999", {"huisnummer": "99999"}),
    Case("house number 100000", {"huisnummer": "100000"}, ("VIX-1105 huisnummer",)),
    Case("a house number behind noughts", {"huisnummer": "0000000100000"}, ("VIX-1105 huisnummer",)),
    Case("a municipality of three digits", {"gemeente_code": "599"}, ("VIX-1105 gemeente_code",), csv=((), ("VIX-1015 gemeente_code",))),
    Case("a family name of 200 characters", {"familienaam": "K" * 200}),
    Case("a family name of 201 characters", {"familienaam": "K" * 201}, ("VIX-1105 familienaam",)),
    Case("a tab in a name", {"familienaam": "Kanarie\tvogel"}, ("VIX-1105 familienaam",)),
    Case("a direction mark in a name", {"familienaam": "Kanarie\u202evogel"}, ("VIX-1105 familienaam",)),
    Case("a name that is there and blank", {"familienaam": " "}, ("VIX-1105 familienaam",), csv=(("VIX-1103 jeugdige",), ())),
    Case("a prefix of 36 characters", {"voorvoegsel": "v" * 36}, ("VIX-1105 voorvoegsel",)),
    Case("given names of 201 characters", {"voornamen": "v" * 201}, ("VIX-1105 voornamen",)),
    # age
    Case("turns 23 tomorrow", {"geboortedatum": "2003-11-22", "informatieplicht_wie": "JEUGDIGE"}),
    Case("23 today", {"geboortedatum": "2003-11-21"}, ("VIX-1201 geboortedatum",)),
    Case("90 years old", {"geboortedatum": "1936-01-01"}, ("VIX-1201 geboortedatum",)),
    Case(
        "reported at 00:30 on the 23rd birthday in Amsterdam, still the day before in UTC",
        {"geboortedatum": "2003-11-21", "datum_tijd_melding": "2026-11-20T23:30:00Z"},
        ("VIX-1201 geboortedatum",),
    ),
    Case(
        "reported at 23:30 on the day before in Amsterdam, already the birthday in Tokyo",
        {"geboortedatum": "2003-11-22", "datum_tijd_melding": "2026-11-21T07:30:00+09:00",
         "informatieplicht_wie": "JEUGDIGE"},
    ),
    Case("born on 29 February, 23 on 28 February", {"geboortedatum": "2004-02-29", "informatieplicht_wie": "JEUGDIGE"}),
    Case("born on the day of the report", {"geboortedatum": "2026-11-21", "informatieplicht_wie": "VERTEGENWOORDIGER"}),
    Case("born tomorrow", {"geboortedatum": "2026-11-22"}, ("VIX-1202 geboortedatum",)),
    Case("born on 30 February", {"geboortedatum": "2014-02-30"}, ("VIX-1202 geboortedatum",)),
    Case("born in words", {"geboortedatum": "zes mei"}, ("VIX-1202 geboortedatum",)),
    Case("born in the year 0", {"geboortedatum": "0000"}, ("VIX-1202 geboortedatum",)),
    Case("born in December 9999", {"geboortedatum": "9999-12"}, ("VIX-1202 geboortedatum",)),
    Case("only the year is known", {"geboortedatum": "2014"}, (), ("VIX-1208 geboortedatum",)),
    Case("year and month are known", {"geboortedatum": "2014-12"}, (), ("VIX-1208 geboortedatum",)),
    Case(
        "perhaps 23, perhaps not",
        {"geboortedatum": "2003", "informatieplicht_wie": "JEUGDIGE"},
        (),
        ("VIX-1208 geboortedatum",),
    ),
    Case("surely 23, on whatever day", {"geboortedatum": "2003-10"}, ("VIX-1201 geboortedatum",)),
    # when
    Case("reported five minutes ahead", {"datum_tijd_melding": "2026-11-21T10:05:00+01:00"}),
    Case("reported later than that", {"datum_tijd_melding": "2026-11-21T10:05:01+01:00"}, ("VIX-1204 datum_tijd_melding",)),
    Case("reported thirty days ago", {"datum_tijd_melding": "2026-10-22T09:00:00Z"}),
    Case("reported longer ago", {"datum_tijd_melding": "2026-10-22T08:59:59Z"}, (), ("VIX-1207 datum_tijd_melding",)),
    Case("a moment with a fraction", {"datum_tijd_melding": "2026-11-21T09:58:00.1234567+01:00"}),
    Case("a moment without zone", {"datum_tijd_melding": "2026-11-21T09:58:00"}, ("VIX-1105 datum_tijd_melding",), csv=NOTHING),
    Case("a moment in another spelling", {"datum_tijd_melding": "20261121T095800+0100"}, ("VIX-1105 datum_tijd_melding",)),
    Case("a moment before all time", {"datum_tijd_melding": "0001-01-01T00:00:00+14:00"}, ("VIX-1105 datum_tijd_melding",)),
    Case("a day in place of a moment", {"datum_tijd_melding": "2026-11-21"}, ("VIX-1105 datum_tijd_melding",), csv=NOTHING),
    Case("removed after two years", {"verwijderdatum": "2028-11-21"}),
    Case("removed after two years and a day", {"verwijderdatum": "2028-11-22"}, ("VIX-1205 verwijderdatum",)),
    Case("removed the next day", {"verwijderdatum": "2026-11-22"}),
    Case("removed on the day of the report", {"verwijderdatum": "2026-11-21"}, ("VIX-1205 verwijderdatum",)),
    Case("a removal date in another spelling", {"verwijderdatum": "20281121"}, ("VIX-1105 verwijderdatum",), csv=NOTHING),
    Case("a removal date by week", {"verwijderdatum": "2028-W40-1"}, ("VIX-1105 verwijderdatum",)),
    Case("a year of the region", {**IN_REGIONAL, "verwijderdatum": "2027-11-21"}),
    Case("a year of the region and a day", {**IN_REGIONAL, "verwijderdatum": "2027-11-22"}, ("VIX-1205 verwijderdatum",)),
    Case(
        "removed on the 23rd birthday",
        {"geboortedatum": "2004-02-29", "verwijderdatum": "2027-02-28", "informatieplicht_wie": "JEUGDIGE"},
    ),
    Case(
        "removed after the 23rd birthday",
        {"geboortedatum": "2004-02-29", "verwijderdatum": "2027-03-01", "informatieplicht_wie": "JEUGDIGE"},
        ("VIX-1205 verwijderdatum",),
    ),
    # who says it
    Case("reached by e-mail", {"melder_telefoon": None, "melder_email": "team@school.example"}),
    Case("not to be reached", {"melder_telefoon": None}, ("VIX-1304 melder",)),
    Case("a telephone number of words", {"melder_telefoon": "bel maar"}, ("VIX-1304 melder_telefoon",)),
    Case("a telephone number too short", {"melder_telefoon": "11212"}, ("VIX-1304 melder_telefoon",)),
    Case("an e-mail address without @", {"melder_email": "school.example"}, ("VIX-1304 melder_email",)),
    Case("two e-mail addresses", {"melder_email": "a@school.example,b@school.example"}, ("VIX-1304 melder_email",)),
    Case("an e-mail address of 201 characters", {"melder_email": f"team@{'s' * 188}.example"}, ("VIX-1304 melder_email",)),
    Case("an e-mail address of 200 characters", {"melder_email": f"team@{'s' * 187}.example"}),
    Case("a direction mark in an e-mail address", {"melder_email": "a\u202eb@school.example"}, ("VIX-1304 melder_email",)),
    Case("no reporter's id", {"professional_id": None}, ("VIX-1106 professional_id",)),
    Case("no reporter's name", {"melder_naam": None}, ("VIX-1106 melder_naam",)),
    Case("a blank reporter's name", {"melder_naam": "  "}, ("VIX-1106 melder_naam",)),
    Case("a function of 201 characters", {"melder_functie": "f" * 201}, ("VIX-1105 melder_functie",)),
    Case(
        "a registration in each list",
        registrations=(("UZI", "900012345"), ("BIG", "29012345601"), ("AGB", "12345678"), ("SKJ", "110012345")),
    ),
    Case("a registration of another length", registrations=(("UZI", "1"),), faults=("VIX-1105 registration[1].number",)),
    Case(
        "two registrations in one list",
        registrations=(("BIG", "29012345601"), ("UZI", "900012345"), ("BIG", "29012345602")),
        faults=("VIX-1105 registration[3].list",),
    ),
    Case("a registration in no list", registrations=(("ABC", "1"),), faults=("VIX-1105 registration[1].list",)),
    Case("a coordinator", {"coordinator_naam": "C", "coordinator_telefoon": "0612345678"}),
    Case("a coordinator's wrong number", {"coordinator_naam": "C", "coordinator_telefoon": "x"}, ("VIX-1304 coordinator_telefoon",)),
    Case("a coordinator's wrong address", {"coordinator_naam": "C", "coordinator_email": "x"}, ("VIX-1304 coordinator_email",)),
    Case("a coordinator without a name", {"coordinator_telefoon": "0612345678"}, ("VIX-1106 coordinator_naam",)),
    Case("a coordinator with a blank name", {"coordinator_naam": " "}, ("VIX-1106 coordinator_naam",), csv=NOTHING),
    # the message
    Case("no source system", {"bron_systeem": None}, ("VIX-1106 bron_systeem",)),
    Case("no source id", {"bron_signaal_id": None}, ("VIX-1106 bron_signaal_id",)),
    Case("a source id of 36 characters", {"bron_signaal_id": "s" * 36}, ("VIX-1105 bron_signaal_id",)),
    Case("revision 9999", {"revisie": "9999"}),
    Case("revision 0", {"revisie": "0"}, ("VIX-1105 revisie",)),
    Case("revision 10000", {"revisie": "10000"}, ("VIX-1105 revisie",)),
    Case("revision 10000 behind noughts", {"revisie": "0000010000"}, ("VIX-1105 revisie",)),
    Case("revision in Arabic digits", {"revisie": "٣"}, ("VIX-1105 revisie",)),
    Case("no kind", {"soort": None}, ("VIX-1106 soort",)),
    Case("a kind that is none", {"soort": "MELDING"}, ("VIX-1105 soort",)),
    Case("no moment", {"datum_tijd_melding": None}, ("VIX-1106 datum_tijd_melding",)),
    # whether it may be said
    Case("suspicion not confirmed", {"redelijk_vermoeden": "false"}, ("VIX-1305 redelijk_vermoeden",)),
    Case("suspicion not mentioned", {"redelijk_vermoeden": None}, ("VIX-1305 redelijk_vermoeden",)),
    Case("suspicion neither true nor false", {"redelijk_vermoeden": "ja"}, ("VIX-1105 redelijk_vermoeden", "VIX-1305 redelijk_vermoeden"), csv=NOTHING),
    Case("suspicion as XML may write it", {"redelijk_vermoeden": "1"}),
    Case("on consent there is no suspicion to confirm", {**IN_EXTENDED, **CONSENT, "redelijk_vermoeden": None}),
    Case("a region on consent, without consent", IN_EXTENDED, ("VIX-1307 toestemming",)),
    Case(
        "consent without proof", {**IN_EXTENDED, "toestemming_gegeven_op": "2026-11-01"},
        ("VIX-1307 toestemming",), soap=("VIX-1001 toestemming_bewijs_referentie",),
    ),
    Case(
        "consent on no day", {**IN_EXTENDED, **CONSENT, "toestemming_gegeven_op": "gisteren"},
        ("VIX-1105 toestemming_gegeven_op", "VIX-1307 toestemming"),
    ),
    Case(
        "a proof of 36 characters", {**IN_EXTENDED, **CONSENT, "toestemming_bewijs_referentie": "b" * 36},
        ("VIX-1105 toestemming_bewijs_referentie", "VIX-1307 toestemming"),
    ),
    Case("a region that stopped", IN_STOPPED, ("VIX-1307", "VIX-1310")),
    Case("nobody appointed the reporter", IN_APPOINTED, ("VIX-1303 professional_id",)),
    Case("a category that may not report there", IN_JGZ, ("VIX-1302",)),
    Case("no covenant with that municipality", {"gemeente_code": "0599"}, ("VIX-1301 gemeente_code",), who=ELSEWHERE),
    Case("a covenant that begins tomorrow", {"gemeente_code": REGION["begint-later"]}, ("VIX-1301 gemeente_code",), who=ELSEWHERE),
    Case("no municipality: the first covenant", who=ELSEWHERE),
    Case("involvement, to an index that can carry it", {**IN_REGIONAL, **CHAIN}),
    Case("involvement, to an index that cannot", CHAIN, ("VIX-1606 soort",)),
    # who was told
    Case("nobody was told", {"informatieplicht_wie": None, "informatieplicht_datum": None}, (), ("VIX-1306 informatieplicht",)),
    Case(
        "nobody was told, where that is required",
        {**IN_REQUIRED, "informatieplicht_wie": None, "informatieplicht_datum": None},
        ("VIX-1306 informatieplicht",),
    ),
    Case(
        "told somebody who does not count", {"informatieplicht_wie": "OMA"},
        ("VIX-1105 informatieplicht_wie",), ("VIX-1306 informatieplicht",),
    ),
    Case("told on no day", {"informatieplicht_datum": "gisteren"}, ("VIX-1105 informatieplicht_datum",)),
    Case(
        "put off, and neither true nor false",
        {"informatieplicht_wie": None, "informatieplicht_datum": None, "informatieplicht_uitgesteld": "later"},
        ("VIX-1105 informatieplicht_uitgesteld",), ("VIX-1306 informatieplicht",),
    ),
    # words
    Case("a word nobody listed is asked, not kept, without consent", IN_REGIONAL, **word("urgentie", "kanarie")),
    Case("so is a word that means something else to everybody", IN_REGIONAL, **word("urgentie", "spoed")),
    Case("a word that means something else to everybody, on consent", {**IN_EXTENDED, **CONSENT}, (), ("VIX-1802 word[1].word",), **word("urgentie", "spoed")),
    Case("a word that says unknown is no question", IN_REGIONAL, **word("urgentie", "onbekend", "verwijsindex")),
    Case("a word in a list", IN_REGIONAL, **word("urgentie", "laag", "zvj-signaalcode")),
    Case("an unknown word where it is not kept is only asked", **word("urgentie", "kanarie")),
    Case("an unknown word on an axis the region does not keep", IN_REGIONAL, **word("crisis", "kanarie")),
    Case("an unknown word of content, on consent", {**IN_EXTENDED, **CONSENT}, (), ("VIX-1801 word[1].word",), **word("crisis", "kanarie")),
    Case("a word on no axis", {}, ("VIX-1804 word[1].axis",), **word("kanarie", "spoed")),
    Case("a word on a blank axis", {}, ("VIX-1105 word[1].axis",), **word(" ", "spoed")),
    Case("a story as a word", {}, ("VIX-1105 word[1].word",), **word("urgentie", "w" * 61)),
    Case("a word of 60 characters", {}, **word("urgentie", "w" * 60)),
    Case("a list of 36 characters", {}, ("VIX-1105 word[1].list",), **word("urgentie", "spoed", "l" * 36)),
    # all at once
    Case(
        "everything that is wrong is told at once",
        {"bsn": "1", "geboortedatum": "x", "geslacht": "x", "soort": "x", "melder_naam": None, "melder_telefoon": "x",
         "datum_tijd_melding": "x", "verwijderdatum": "x", "redelijk_vermoeden": "x", "revisie": "x",
         "gemeente_code": REGION["gestopt"], "postcode": "x", "bron_systeem": " "},
        ("VIX-1101 bsn", "VIX-1202 geboortedatum", "VIX-1105 geslacht", "VIX-1105 soort", "VIX-1106 melder_naam",
         "VIX-1304 melder_telefoon", "VIX-1105 datum_tijd_melding", "VIX-1105 verwijderdatum",
         "VIX-1105 redelijk_vermoeden", "VIX-1105 revisie", "VIX-1307", "VIX-1310", "VIX-1105 postcode", "VIX-1106 bron_systeem",
         "VIX-1804 word[1].axis", "VIX-1105 registration[1].list"),
        registrations=(("x", "x"),),
        **word("x", "x"),
    ),
)
# fmt: on


def expected(case: Case, form: str) -> list[tuple[str, str, Ernst]]:
    faults, warnings = case.csv if form == "csv" and case.csv is not None else (case.faults, case.warnings)
    told = [(text, Ernst.FOUT) for text in faults] + [(text, Ernst.WAARSCHUWING) for text in warnings]
    if form == "soap":
        told += [(text, Ernst.FOUT) for text in case.soap]
    return sorted(
        (code, FORMATS[form].place(case.message, name) if name else "", ernst)
        for (code, _, name), ernst in ((text.partition(" "), ernst) for text, ernst in told)
    )


def found(findings: tuple[Finding, ...]) -> list[tuple[str, str, Ernst]]:
    return sorted((finding.code, finding.at, finding.ernst) for finding in findings)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_the_rules_find_what_the_case_says_and_nothing_else(case: Case) -> None:
    known = directory().partners[case.who]
    region = destination(known, case.says.get("gemeente_code"), legal_day(NOW)) or known.regions[0]
    admitted = judged(PLAIN.request(case.message), known, region)
    covenant = [line for line in expected(case, "plat") if line[0] != "VIX-1301"]
    assert found(admitted.findings) == covenant
    faults = [line for line in covenant if line[2] is Ernst.FOUT]
    assert (admitted.signal is None) == bool(faults)


@pytest.mark.parametrize(
    ("case", "form"),
    [pytest.param(case, form, id=f"{case.title}-{form}") for case in CASES for form in saying(case.message)],
)
def test_a_sender_is_told_the_same_in_every_format(one_office: Office, case: Case, form: str) -> None:
    own = {"bron_systeem": f"{form}-{CASES.index(case)}"} | case.says
    reply = one_office.answer(replace(case, says=own).message, who=caller(case.who), form=FORMATS[form])
    told = expected(case, form)
    if any(ernst is Ernst.FOUT for _, _, ernst in told):
        assert isinstance(reply, Refusal)
        assert found(reply.findings) == told
    else:
        assert found(accepted(reply).bevindingen) == told


def test_titles_are_unique() -> None:
    assert len({case.title for case in CASES}) == len(CASES)


ELSEWHERE_IN_THE_SPEC = {
    "VIX-1003", "VIX-1004", "VIX-1206", "VIX-1401", "VIX-1404", "VIX-1405", "VIX-1406", "VIX-1407", "VIX-1408",
    "VIX-1409", "VIX-1412", "VIX-1413", "VIX-1430", "VIX-1431", "VIX-1434", "VIX-1435", "VIX-1436", "VIX-1503",
    "VIX-1607", "VIX-1901", "VIX-1905",
}  # fmt: skip
"""Codes of changes, lists, files and formats: `test_changes`, `test_listing`, `test_files`, `test_receipt`, ..."""


def test_every_code_the_rules_can_give_is_in_a_case_and_has_its_texts() -> None:
    rooms = (Path(package.__file__ or "").parent for package in (gateway.rules, gateway.flow))
    given = {
        code for room in rooms for file in room.glob("*.py") for code in re.findall(r'"(VIX-\d{4})"', file.read_text())
    }
    in_cases = {text.partition(" ")[0] for case in CASES for text in (*case.faults, *case.warnings)}
    assert given - ELSEWHERE_IN_THE_SPEC == in_cases
    assert given <= FindingTexts.load().codes.keys()

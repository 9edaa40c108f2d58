"""What the fake gateway finds wrong in a signal, and what it makes of its words."""

import datetime as dt

from lxml import etree

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
VI = "urn:x-verwijsindex-gateway:aanlevering:1"
NS = {"soap": SOAP, "vi": VI}

CONCEPTS = {
    "urgentie": ("direct", "binnen-24-uur", "regulier", "onbekend"),
    "crisis": ("vastgesteld", "geen", "onbekend"),
    "veiligheid": ("acuut-onveilig", "zorgen", "onbekend"),
}
MAPS = {  # (list, word): (concept, equivalence, danger)
    ("nts-nhg", "U1"): ("direct", "inexact", True),
    ("meldkamer", "A1"): ("direct", "inexact", True),
    ("meldcode-afwegingskader", "acuut"): ("acuut-onveilig", "equivalent", True),
    ("veilig-thuis-termijnen", "acuut"): ("direct", "inexact", True),
    ("lokaal-team-vrije-tekst", "spoed"): ("onbekend", "unmatched", True),
    ("lokaal-team-vrije-tekst", "urgent"): ("onbekend", "unmatched", False),
    ("lokaal-team-vrije-tekst", "crisis"): ("onbekend", "unmatched", True),
}
MAY_USE_BSN = {"een": True, "twee": True, "blind": False}


class Refused(Exception):
    def __init__(self, *findings, fault="Client", advice=False):
        super().__init__()
        self.findings, self.fault, self.advice = findings, fault, advice


def understand(off, operation):
    words, danger = [], False
    for element in operation.iterfind("vi:aanduiding", NS):
        axis, said, listed = (text_at(element, name) for name in ("as", "woord", "stelsel"))
        concept, equivalence, alarm = MAPS.get((listed, said), ("onbekend", "unmatched", False))
        if (axis in CONCEPTS and (not listed and off("unknown_word_accepted"))) or (
            listed and off("false_friend_is_asked")
        ):
            concept = CONCEPTS[axis][0]
        danger |= alarm
        words.append((axis, said, concept, equivalence, alarm))
    return tuple(words), danger


def findings(off, token, operation):
    found = []

    def wrong(code, check, path, met):
        if met and not off(check):
            node = operation.find("/".join(f"vi:{step}" for step in path.split("/")), NS)
            place = place_of(operation if node is None else node)
            if off("no_personal_value_in_a_fault"):
                place = text_at(operation, "melder/naam")
            found.append((code, "daar ergens" if off("findings_point_into_the_message") else place))

    now = dt.datetime.now(dt.UTC)
    bsn = text_at(operation, "jeugdige/bsn")
    named = operation.find("vi:jeugdige/vi:persoonsgegevens", NS) is not None
    born = text_at(operation, "jeugdige/persoonsgegevens/geboortedatum")
    moment = text_at(operation, "datumTijdMelding")
    limit = years_on(day_of(moment), 2).isoformat()
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    wrong("VIX-1101", "elfproef", "jeugdige/bsn",
          bsn and sum(int(digit) * weight for digit, weight in zip(bsn, weights, strict=True)) % 11)  # fmt: skip
    wrong("VIX-1102", "bsn_refused", "jeugdige/bsn", bsn and not MAY_USE_BSN[token])
    wrong("VIX-1103", "unidentified_refused", "jeugdige", not bsn and not named)
    blind = not bsn and off("signal_without_bsn_accepted")
    wrong("VIX-1103", "-", "jeugdige", blind)
    day = "jeugdige/persoonsgegevens/geboortedatum"
    wrong("VIX-1202", "birth_in_the_future_refused", day, born > now.date().isoformat())
    wrong("VIX-1201", "twenty_three_refused", day, born and born <= years_on(now.date(), -23).isoformat())
    wrong("VIX-1204", "moment_in_the_future_refused", "datumTijdMelding",
          dt.datetime.fromisoformat(moment) > now + dt.timedelta(minutes=5))  # fmt: skip
    wrong("VIX-1205", "removal_too_late_refused", "verwijderdatum", text_at(operation, "verwijderdatum") > limit)
    reach = text_at(operation, "melder/telefoon") or text_at(operation, "melder/email")
    wrong("VIX-1304", "missing_contact_refused", "melder", not reach)
    confirmed = text_at(operation, "attestaties/redelijkVermoeden") == "true"
    wrong("VIX-1305", "suspicion_not_confirmed_refused", "attestaties/redelijkVermoeden", not confirmed)
    axes = [text_at(element, "as") for element in operation.iterfind("vi:aanduiding", NS)]
    wrong("VIX-1804", "unknown_axis_refused", "aanduiding/as", any(axis not in CONCEPTS for axis in axes))
    return found


def text_at(element, path):
    return element.findtext("/".join(f"vi:{step}" for step in path.split("/")), "", NS)


def shape_of(node):
    return node.tag, (node.text or "").strip(), tuple(shape_of(child) for child in node)


def place_of(node):
    steps = []
    while node is not None:
        name = etree.QName(node)
        prefix = {SOAP: "soap", VI: "vi"}.get(name.namespace, "wsa")
        steps.append(f"{prefix}:{name.localname}")
        node = node.getparent()
    return "/" + "/".join(reversed(steps))


def day_of(moment):
    return dt.datetime.fromisoformat(moment).date()


def years_on(day, years):
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)

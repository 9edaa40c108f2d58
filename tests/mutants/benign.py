"""Benign variations: another spelling of the same message, as another good system might write it. None may alarm.

Each rewrites every message of a run; what it writes differs from message to message. Of a system that answers, the
replies on their way through the proxy; of one that asks, and of an index, what a recorded run holds.
"""

import csv
import datetime as dt
import io
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from conformance import rules
from conformance.exchange import Exchange, Reply
from conformance.judge import ATTESTED, Outcome, judge
from tests.mutants.bench import Run
from tests.mutants.proxy import Forward, Passed, Proxy
from tests.mutants.runs import Target, played_against

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
WSA = "http://www.w3.org/2005/08/addressing"
MOMENT = re.compile(rb"(?<![0-9T:.-])[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9]{2}:[0-9]{2})(?![0-9:])")
Chance = random.Random
Rewrite = Callable[[Passed, Chance], Passed]


def _in_chunks(told: Passed, chance: Chance) -> Passed:
    return replace(told, chunks=chance.randrange(1, 200))


def _other_headers(told: Passed, chance: Chance) -> Passed:
    """Names in another case, more of them, in another order; the media type in another case."""
    headers = [(name.title() if chance.random() < 0.5 else name.upper(), value) for name, value in told.headers]
    headers = [(name, _media(value, chance) if name.lower() == "content-type" else value) for name, value in headers]
    headers += [("X-Request-Id", f"{chance.randrange(10**9)}"), ("Vary", "Accept"), ("Cache-Control", "no-store")]
    chance.shuffle(headers)
    return replace(told, headers=tuple(headers))


def _media(value: str, chance: Chance) -> str:
    kind, mark, rest = value.partition(";")
    return f"{kind.title() if chance.random() < 0.5 else kind}{mark}{rest}"


def _other_zones(told: Passed, chance: Chance) -> Passed:
    """Every moment in another zone: the same moment."""

    def moved(found: re.Match[bytes]) -> bytes:
        moment = dt.datetime.fromisoformat(found[0].decode())
        zone = dt.timezone(dt.timedelta(hours=chance.choice((-3, 0, 1, 2))))
        return moment.astimezone(zone).isoformat().encode()

    return replace(told, body=MOMENT.sub(moved, told.body))


def _prefixes(told: Passed, chance: Chance) -> Passed:
    """Other prefixes for the same namespaces, in names and in the one text that holds one (faultcode)."""
    body = told.body
    for number, prefix in enumerate(sorted(set(re.findall(rb"xmlns:([a-zA-Z][\w-]*)=", body)))):
        own = b"%s%d" % (chance.choice((b"ns", b"q", b"SOAP-")), number)
        body = re.sub(rb"(</?)%s:" % prefix, rb"\1%s:" % own, body)
        body = body.replace(b"xmlns:%s=" % prefix, b"xmlns:%s=" % own)
        body = re.sub(rb"(<faultcode[^>]*>)%s:" % prefix, rb"\1%s:" % own, body)
    return replace(told, body=body)


def _default_namespace(told: Passed, _: Chance) -> Passed:
    """No prefix where there was one, below Body."""
    body = told.body.replace(b"xmlns:vi=", b"xmlns=").replace(b"<vi:", b"<").replace(b"</vi:", b"</")
    head, mark, rest = body.partition(b"Body>")
    if b"xmlns=" in head:
        return told
    return replace(told, body=head + mark + rest)


def _pretty(told: Passed, chance: Chance) -> Passed:
    root = etree.fromstring(told.body)
    etree.indent(root, space=" " * chance.randrange(1, 5))
    return replace(told, body=etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _no_declaration(told: Passed, chance: Chance) -> Passed:
    """Without declaration, what is not ASCII as references, and empty elements in two pieces."""
    body = etree.tostring(etree.fromstring(told.body), encoding="ASCII", xml_declaration=False)
    if chance.random() < 0.5:
        body = re.sub(rb"<([\w:.-]+)((?:\s[^<>]*?)?)/>", rb"<\1\2></\1>", body)
    return replace(told, body=body)


def _canonical(told: Passed, _: Chance) -> Passed:
    return replace(told, body=etree.tostring(etree.fromstring(told.body), method="c14n"))


def _cdata(told: Passed, chance: Chance) -> Passed:
    root = etree.fromstring(told.body)
    for node in root.iter():
        if (
            isinstance(node.tag, str)
            and len(node) == 0
            and node.text
            and "]]>" not in node.text
            and chance.random() < 0.3
        ):
            node.text = etree.CDATA(node.text)
    return replace(told, body=etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _optional_headers(told: Passed, chance: Chance) -> Passed:
    """Addressing that may be there, and a header of the system's own that nobody need understand."""
    root = etree.fromstring(told.body)
    header = root.find(f"{{{SOAP}}}Header")
    if header is None:
        return told
    etree.SubElement(header, f"{{{WSA}}}To").text = "http://www.w3.org/2005/08/addressing/anonymous"
    etree.SubElement(header, "{urn:x-eigen}spoor").text = str(chance.randrange(10**6))
    header.insert(0, header[-1])
    return replace(told, body=etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _comments(told: Passed, chance: Chance) -> Passed:
    root = etree.fromstring(told.body)
    for node in list(root.iter()):
        if len(node) and chance.random() < 0.3:
            node.insert(chance.randrange(len(node) + 1), etree.Comment(" gemaakt door een ander "))
    return replace(told, body=etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _key_order(told: Passed, chance: Chance) -> Passed:
    return replace(told, body=json.dumps(_shuffled(json.loads(told.body), chance), ensure_ascii=False).encode())


def _shuffled(value: Any, chance: Chance) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: _shuffled(value[key], chance) for key in keys}
    return [_shuffled(one, chance) for one in value] if isinstance(value, list) else value


def _indented(told: Passed, chance: Chance) -> Passed:
    return replace(told, body=json.dumps(json.loads(told.body), indent=chance.randrange(1, 5)).encode() + b"\n")


def _columns(told: Passed, chance: Chance) -> Passed:
    rows = _rows(told.body)
    order = list(range(len(rows[0])))
    chance.shuffle(order)
    return replace(told, body=_lines([[row[at] for at in order] for row in rows if len(row) == len(order)]))


def _quoted(told: Passed, _: Chance) -> Passed:
    return replace(told, body=_lines(_rows(told.body), quoting=csv.QUOTE_ALL))


def _line_ends(told: Passed, chance: Chance) -> Passed:
    end = chance.choice(("\n", "\r\n"))
    body = _lines(_rows(told.body), lineterminator=end)
    return replace(told, body=body if chance.random() < 0.5 else b"\xef\xbb\xbf" + body)


def _soap_action(told: Passed, chance: Chance) -> Passed:
    """Quoted, bare or empty: SOAP 1.1, section 6.1.1, allows each."""
    said = chance.choice(('"{}"', "{}", '""'))
    headers = tuple(
        (name, said.format(value.strip('"')) if name.lower() == "soapaction" else value) for name, value in told.headers
    )
    return replace(told, headers=headers)


def _rows(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=";"))


def _lines(rows: list[list[str]], **dialect: Any) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", **dialect).writerows(rows)
    return out.getvalue().encode()


KINDS: Mapping[str, tuple[str, Rewrite]] = {
    "in stukken": ("", _in_chunks),
    "andere koppen": ("", _other_headers),
    "andere zones": ("", _other_zones),
    "voorvoegsels": ("xml", _prefixes),
    "zonder voorvoegsel": ("xml", _default_namespace),
    "ingesprongen xml": ("xml", _pretty),
    "zonder declaratie": ("xml", _no_declaration),
    "canoniek": ("xml", _canonical),
    "cdata": ("xml", _cdata),
    "vrije kopregels": ("xml", _optional_headers),
    "opmerkingen": ("xml", _comments),
    "volgorde van sleutels": ("json", _key_order),
    "ingesprongen json": ("json", _indented),
    "alles tussen aanhalingstekens": ("csv", _quoted),
    "regeleinden": ("csv", _line_ends),
}
ASKING = KINDS | {"vormen van SOAPAction": ("xml", _soap_action), "volgorde van kolommen": ("csv", _columns)}
"""Of one that asks. In a report the place of a column says what it is: its keys stand under own headers."""
CARRIES = {"soap": ("xml",), "index": ("xml",), "json": ("json",), "fhir": ("json",), "csv": ("csv", "json")}


@dataclass(frozen=True)
class Alarm:
    """A variation in a format, with what the kit found wrong about it; nothing, when it is as it should be."""

    form: str
    variation: str
    rewritten: int
    lines: Sequence[str]

    def __str__(self) -> str:
        return f"{self.form} {self.variation} ({self.rewritten} antwoorden): {'; '.join(self.lines) or 'geen alarm'}"


def variations(target: Target, forms: Sequence[str], seed: int, most: int = 99, more: Target = ()) -> Iterator[Alarm]:
    """A whole run for each variation that a format has, or for so many of them."""
    for form in forms:
        names = [name for name, (kind, _) in KINDS.items() if not kind or kind in CARRIES[form]]
        for name in random.Random(f"{seed} {form}").sample(names, min(most, len(names))):
            kind, rewrite = KINDS[name]
            chance, count = random.Random(f"{seed} {form} {name}"), [0]

            def bend(_: int, forward: Forward, kind=kind, rewrite=rewrite, chance=chance, count=count) -> Passed:
                told = forward()
                if not told.body or (kind and not _is(kind, told)):
                    return told
                count[0] += 1
                return rewrite(told, chance)

            with Proxy(target[2], bend) as proxy:
                bent = [target[0], target[1], proxy.url, *target[3:]]
                transcript, _ = played_against(bent, "--format", form, *_without(target), *more)
            yield Alarm(form, name, count[0], _wrong(transcript.rows, rules.of_run(transcript.header)))


def respelt(run: Run, seed: int, most: int = 99) -> Iterator[Alarm]:
    """A recorded run in which all that the system under test said is spelt otherwise, judged again."""
    form, kinds = run.header["formaten"][0], ASKING if run.header["rol"] == "zender" else KINDS
    names = [name for name, (kind, _) in kinds.items() if not kind or kind in CARRIES[form]]
    for name in random.Random(f"{seed} {form}").sample(names, min(most, len(names))):
        (kind, rewrite), chance = kinds[name], random.Random(f"{seed} {form} {name}")
        rows, count = [], 0
        for row in run.rows:
            if row["soort"] == "uitwisseling" and (row["binnen"] or row["antwoord"]):
                one = Exchange.of(row)
                told = _said(one)
                if told.body and (not kind or _is(kind, told)):
                    row, count = {**row, **_saying(one, rewrite(told, chance)).row()}, count + 1
            rows.append(row)
        if count:
            yield Alarm(f"{run.header['rol']} {form}", name, count, _wrong(rows, run.rules))


def _said(one: Exchange) -> Passed:
    """What the system under test said in an exchange."""
    if one.inward:
        return Passed(0, one.request.headers, one.request.body)
    assert one.reply is not None
    return Passed(one.reply.status, one.reply.headers, one.reply.body)


def _saying(one: Exchange, told: Passed) -> Exchange:
    """The exchange in which the system under test said it so."""
    if one.inward:
        return replace(one, request=replace(one.request, headers=told.headers, body=told.body))
    return replace(one, reply=Reply(told.status, told.headers, told.body))


def _wrong(rows: Sequence[dict[str, Any]], held: rules.Rules) -> list[str]:
    good = (Outcome.PASSED, Outcome.INAPPLICABLE)
    seen = [one for one in judge(rows, held).lines if one.requirement.waarneming != ATTESTED]
    return [f"{one.requirement.id} {one.outcome}" for one in seen if one.outcome not in good]


def _is(kind: str, told: Passed) -> bool:
    """Whether a reply is of a kind; of XML only messages: a schema's texts hold prefixes too."""
    return kind in told.kind.lower() and (kind != "xml" or b":Envelope" in told.body)


def _without(target: Target) -> tuple[str, ...]:
    return ("--without", "sandwich") if target[0] == "gateway" else ()

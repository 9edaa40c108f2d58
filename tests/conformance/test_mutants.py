"""What makes the mutants is tested too: edits come to what they mean, and a kit that looks away lets them live."""

import json
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance import demands, formats
from conformance.demands import DEMANDS
from conformance.exchange import Exchange
from conformance.rules import of_run
from conformance.values import meant
from tests.conformance.runs import committed
from tests.mutants import benign, cells, documents
from tests.mutants.bench import Run, with_body
from tests.mutants.breaks import WAYS
from tests.mutants.cells import Tally, mutants
from tests.mutants.proxy import Passed

XML = b'<a xmlns="urn:x"><b k="1">een</b><b>twee</b><c/></a>'
JSON = b'{"a": [{"b": "een"}, {"b": "twee"}], "c": true, "d": 3}'
CSV = b"x;y\r\n1;een\r\n2;twee\r\n"
KINDS = {"text/xml": XML, "application/json": JSON, "text/csv": CSV}


def replies():
    return [
        one
        for row in committed().rows
        if row["soort"] == "uitwisseling" and (one := Exchange.of(row)).reply is not None and one.reply.body
    ]


@pytest.fixture(scope="module")
def unknown_axis():
    """The part of a recorded run in which an unknown axis is refused, and what it needs."""
    held = committed()
    keys = {"vreemde-as", "kennismaking"}
    rows = [row for row in held.rows if row.get("scenario", "vreemde-as") in keys]
    return Run([{**rows[0], "alleen": ["vreemde-as"]}, *rows[1:]], of_run(held.rows[0]))


@pytest.mark.parametrize("kind", KINDS)
def test_every_leaf_can_be_put_and_says_so_then(kind):
    document = documents.read(kind, KINDS[kind])
    for spot, old in document.leaves():
        made = documents.read(kind, document.put(spot, "ANDERS"))
        assert [one for _, one in made.leaves()].count("ANDERS") == 1
        assert len(made.leaves()) == len(document.leaves()), old


@pytest.mark.parametrize("kind", KINDS)
def test_every_node_can_be_taken_out(kind):
    document = documents.read(kind, KINDS[kind])
    before = document.put(document.leaves()[0][0], document.leaves()[0][1])
    assert document.nodes()
    for spot in document.nodes():
        assert document.gone(spot) != before


@pytest.mark.parametrize("kind", KINDS)
def test_a_piece_of_another_document_is_put_in(kind):
    more = {"text/xml": b'<a xmlns="urn:x"><z>nieuw</z></a>', "application/json": b'{"z": "nieuw"}',
            "text/csv": b"x;y\r\n9;nieuw\r\n"}  # fmt: skip
    document, other = documents.read(kind, KINDS[kind]), documents.read(kind, more[kind])
    assert any(b"nieuw" in made for made in document.grafts(other))


def test_every_way_is_of_a_demand_the_kit_has():
    assert {*WAYS} <= {*DEMANDS}


def test_every_mutant_of_a_small_run_is_seen(unknown_axis):
    found = list(mutants(unknown_axis))
    assert {one.eis for one in found} == {"VIG-410"}
    assert [one for one in found if one.made and not one.seen] == []
    assert {one.way for one in found if one.seen} == {"stilte", "andere code", "tegen het contract"}


def test_a_kit_that_looks_away_lets_its_mutants_live(unknown_axis, monkeypatch):
    monkeypatch.setitem(demands.DEMANDS, "geweigerd", lambda this: None)
    found = list(mutants(unknown_axis))
    assert any(one.made and not one.seen for one in found)
    assert Tally(found).killed == set()


def test_a_cell_with_one_mutant_that_lives_is_not_killed():
    def mutant(way, *, seen):
        return cells.Mutant("VIG-1", "soap", "s", "1", "gelijk", way, made=True, seen=seen)

    assert Tally([mutant("a", seen=True)]).killed == {("VIG-1", "soap")}
    assert Tally([mutant("a", seen=True), mutant("b", seen=False)]).killed == set()


@pytest.mark.parametrize("name", [name for name, (kind, _) in benign.KINDS.items() if kind in ("", "xml")])
def test_a_harmless_spelling_says_the_same(name):
    chance = random.Random(name)
    changed = 0
    for one in replies():
        told = Passed(one.reply.status, one.reply.headers, one.reply.body)
        if b":Envelope" not in told.body:
            continue
        after = benign.KINDS[name][1](told, chance)
        changed += after != told
        made = with_body(one, after.body)
        assert meant(said(made)) == meant(said(one)), name
    assert changed


@pytest.mark.parametrize("name", ["volgorde van sleutels", "ingesprongen json"])
def test_a_harmless_spelling_of_json_says_the_same(name):
    told = Passed(200, (("content-type", "application/json"),), JSON)
    after = benign.KINDS[name][1](told, random.Random(3))
    assert after.body != told.body
    assert json.loads(after.body) == json.loads(told.body)


def said(one):
    return {key: value for key, value in formats.find(one.form).heard(one).items() if key != "draad"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(st.data())
def test_no_reply_makes_the_kit_stumble(data):
    """Whatever a system under test sends: it is read as something, or as nothing that can be read."""
    one = data.draw(st.sampled_from(replies()))
    document = documents.read(one.reply.content_type, one.reply.body)
    if document is None or data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(one.reply.body)))
        body = one.reply.body[:at] + data.draw(st.binary(max_size=4)) + one.reply.body[at + 1 :]
    else:
        body = document.gone(data.draw(st.sampled_from(document.nodes())))
    for form in formats.NAMES:
        heard = formats.find(form).heard(Exchange.of({**with_body(one, body).row(), "formaat": form}))
        assert heard["uitkomst"] in ("aangenomen", "geweigerd", "onleesbaar")

"""Any answer a sender can get, for the property tests of every format."""

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from gateway.canonical.card import Bedoelkaart, Kaartwoord, Uitleg, ValseVriend
from gateway.canonical.finding import Ernst, Finding
from gateway.canonical.match import Betrokkene, Match, MatchContent, MatchSoort, MatchStatus, Opvolging
from gateway.canonical.receipt import Answer, Bezorging, NotKept, Receipt, Standing, Status
from gateway.canonical.regie import Regie, RegieStatus, Wie
from gateway.canonical.terms import Equivalence, Meaning, Question, Understanding
from gateway.rules.findings import FindingTexts

TEXTS = FindingTexts.load()

character = st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff", min_codepoint=32)
text = st.text(character, min_size=1, max_size=35)
known = st.sampled_from(sorted(TEXTS.codes))
moment = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2099, 1, 1), timezones=st.just(dt.UTC))
meaning = st.builds(Meaning, axis=text, word=text, concept=text, equivalence=st.sampled_from(Equivalence), map=text)
question = st.builds(Question, axis=text, word=text, choices=st.lists(text, max_size=3).map(tuple))
finding = st.builds(Finding, code=known, at=st.text(character, max_size=50), ernst=st.sampled_from(Ernst), limit=text)


def tuples(kind: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(kind, max_size=most).map(tuple)


word = st.builds(
    Kaartwoord,
    axis=text,
    woord=text,
    begrip=text,
    betekent=text,
    termijn=st.none() | text,
    doet_zelf=st.none() | text,
    verwacht=st.none() | text,
)
card = st.builds(
    Bedoelkaart,
    versie=text,
    instantie=text,
    geldig_vanaf=st.dates(),
    bevestigd_op=st.dates(),
    bevestigd_door=text,
    reactietermijn=text,
    vrijwillige_hulp=st.booleans(),
    gedwongen_hulp=st.booleans(),
    kan=tuples(text),
    kan_niet=tuples(text),
    woorden=tuples(word),
)
explained = st.builds(
    Uitleg,
    instantie=text,
    over_de_index=text,
    kaart=st.none() | card,
    vergeleken=st.booleans(),
    valse_vrienden=tuples(st.builds(ValseVriend, axis=text, woord=text, bij_u=text, bij_de_ander=text)),
)
other = st.builds(Betrokkene, naam=text, instantie=text, telefoon=st.none() | text)
match = st.builds(
    Match,
    match_id=st.uuids(),
    soort=st.sampled_from(MatchSoort),
    signaal_id=st.uuids(),
    bron_signaal_id=st.none() | text,
    niet_dezelfde_jeugdige=st.booleans(),
    ontstaan_op=moment,
    status=st.sampled_from(MatchStatus),
    verwijderen=st.booleans(),
    opvolging=st.none() | st.sampled_from(Opvolging),
    content=st.builds(MatchContent, betrokkenen=tuples(other), betekenissen=tuples(meaning)),
    uitleg=tuples(explained, 2),
    regie=st.none()
    | st.builds(
        Regie,
        status=st.sampled_from(RegieStatus),
        wie=st.sampled_from(Wie),
        naam=st.none() | text,
        instantie=st.none() | text,
        aangeboden=st.booleans(),
        herzien_op=st.none() | st.dates(),
        stand=st.integers(0, 10**6).map("r{}".format),
        niet_zichtbaar_voor=tuples(text),
    ),
)
receipt = st.builds(
    Receipt,
    signaal_id=st.uuids(),
    bron_signaal_id=text,
    revisie=st.integers(1, 9999),
    handeling=text,
    ontvangen_op=moment,
    verwijderdatum=st.none() | st.dates(),
    betekenissen=tuples(meaning),
    vragen=tuples(question),
    bevindingen=tuples(finding),
    niet_bewaard=tuples(st.builds(NotKept, axis=text, count=st.integers(1, 20))),
    vocabulaire=text,
    beleid=text,
)
standing = st.builds(
    Standing,
    stand_van=moment,
    status=st.sampled_from(Status),
    bezorging=st.sampled_from(Bezorging),
    index_code=st.none() | text,
    matches=tuples(match),
)
understanding = st.builds(
    Understanding, meanings=tuples(meaning), questions=tuples(question), advice=st.sampled_from([(), ("bel-nu",)])
)
answer = st.builds(Answer, receipt=receipt, bevindingen=tuples(finding), understood=understanding, standing=standing)

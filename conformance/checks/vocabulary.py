"""Words: never refused, never guessed, never rewritten; danger gets the advice to phone."""

import csv
import io
from importlib.resources import files

from conformance import messages
from conformance.expect import accepted, refused, require
from conformance.messages import Word
from conformance.session import ANSWER, RECEIPT, Exchange, Failed, NotTested, Session
from conformance.wire import DETAIL

UNKNOWN = Word("urgentie", "Zó snèl mogelijk & <liefst> vandaag")
MEANINGS = (f"{RECEIPT}/vi:betekenis", f"{ANSWER}/vi:vertaling")
QUESTIONS = (f"{RECEIPT}/vi:vraag", f"{ANSWER}/vi:vraag")


def unknown_word_accepted(session: Session) -> None:
    exchange = _give(session, UNKNOWN)
    for path in MEANINGS:
        found = exchange.reply.texts(f"{path}/vi:begrip")
        require(set(found) <= {"onbekend"}, exchange, "begrip onbekend", got=", ".join(found), at=f"{path}/vi:begrip")


def unknown_word_is_asked(session: Session) -> None:
    _choices(_give(session, UNKNOWN))


def own_word_comes_back(session: Session) -> None:
    exchange = _give(session, UNKNOWN)
    words = [word for path in MEANINGS + QUESTIONS for word in exchange.reply.verbatim(f"{path}/vi:woord")]
    at = f"{ANSWER}//vi:woord"
    met = bool(words) and set(words) == {UNKNOWN.word}
    require(met, exchange, "het woord van de zender, letter voor letter", got="geen of een ander woord", at=at)


def danger_gets_advice(session: Session) -> None:
    for word in _known(session, "gevaar"):
        _advised(_give(session, word), f"{ANSWER}/vi:advies", word)


def danger_in_a_refused_message_gets_advice(session: Session) -> None:
    for word in _known(session, "gevaar"):
        exchange = refused(session.give(session.melding().but(words=(word,), telefoon="", email="")))
        _advised(exchange, f"{DETAIL}/vi:advies", word)


def advice_is_repeated(session: Session) -> None:
    word = _known(session, "gevaar")[0]
    melding = session.melding().but(words=(word,))
    accepted(session.give(melding))
    _advised(accepted(session.give(melding)), f"{ANSWER}/vi:advies", word)


def false_friend_is_asked(session: Session) -> None:
    for word in _known(session, "vals"):
        exchange = _give(session, word)
        _choices(exchange)
        found = [begrip for path in MEANINGS for begrip in exchange.reply.texts(f"{path}/vi:begrip")]
        require(set(found) <= {"onbekend"}, exchange, "geen geraden begrip", got=", ".join(found), at=MEANINGS[0])


def answer_to_a_question_is_taken(session: Session) -> None:
    melding = session.melding().but(words=(UNKNOWN,))
    choices = [choice for choice in _choices(accepted(session.give(melding))) if choice != "onbekend"]
    chosen = choices[-1]
    node = messages.aanvullen(melding.bron_signaal_id, UNKNOWN, chosen)
    exchange = accepted(session.ask(node), "betekenisAanvullen")
    found = [begrip for path in MEANINGS for begrip in exchange.reply.texts(f"{path}/vi:begrip")]
    require(chosen in found, exchange, "het gekozen begrip bij het woord", got=", ".join(found), at=MEANINGS[0])


def wrong_choice_refused(session: Session) -> None:
    melding = session.melding().but(words=(UNKNOWN,))
    accepted(session.give(melding))
    refused(session.ask(messages.aanvullen(melding.bron_signaal_id, UNKNOWN, "bestaat-niet")), "VIX-1406")


def unknown_axis_refused(session: Session) -> None:
    refused(session.give(session.melding().but(words=(Word("bestaat-niet", "woord"),))), "VIX-1804")


def _give(session: Session, word: Word) -> Exchange:
    return accepted(session.give(session.melding().but(words=(word,))))


def _choices(exchange: Exchange) -> list[str]:
    for path in QUESTIONS:
        if exchange.reply.count(path):
            found = exchange.reply.texts(f"{path}/vi:keuze/vi:begrip")
            enough = any(choice != "onbekend" for choice in found)
            require(enough, exchange, "een vraag met begrippen om uit te kiezen", at=f"{path}/vi:keuze")
            return found
    raise Failed("een vraag over het woord", "geen vraag", at=QUESTIONS[1], exchange=exchange)


def _advised(exchange: Exchange, path: str, word: Word) -> None:
    codes = exchange.reply.texts(f"{path}/vi:code")
    expected = f"advies bel-nu bij {word.stelsel} {word.word}"
    require("bel-nu" in codes, exchange, expected, got=", ".join(codes) or "geen advies", at=path)
    require(
        any("112" in text for text in exchange.reply.texts(f"{path}/vi:tekst")), exchange, "het nummer 112", at=path
    )


def _known(session: Session, kind: str) -> list[Word]:
    """The words of a kind whose list this system says it knows."""
    text = files("conformance").joinpath("words.csv").read_text(encoding="utf-8")
    rows = [row for row in csv.DictReader(io.StringIO(text), delimiter=";") if row["soort"] == kind]
    known = session.capabilities().code_lists
    found = [Word(row["as"], row["woord"], row["stelsel"]) for row in rows if row["stelsel"] in known]
    if not found:
        lists = ", ".join(sorted({row["stelsel"] for row in rows}))
        raise NotTested(f"capaciteiten noemt geen van deze stelsels: {lists}")
    return found

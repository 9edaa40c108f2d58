"""The pages: a list of matches, one match with contact, card and follow-up, and what was wrong. Dutch; no script."""

from collections.abc import Callable, Iterable
from typing import Any

from gateway.canonical.card import Bedoelkaart, Kaartwoord, Uitleg
from gateway.canonical.match import Betrokkene, Match, MatchSoort, MatchStatus, Opvolging
from gateway.canonical.receipt import MatchPage, OneMatch, Refusal, Reply
from gateway.canonical.regie import Regie, Regiehandeling, RegieStatus, Wie
from gateway.canonical.terms import Meaning
from gateway.clock import AMSTERDAM
from gateway.rules import regie as regie_rules
from gateway.rules.findings import FindingTexts
from gateway.rules.regie import Positie
from gateway.wire.page import document, tag

Describe = Callable[[str, str], tuple[str, str]]
"""A concept of an axis: its display and its definition."""

SOORT = {
    MatchSoort.CLIENTMATCH: "Iemand anders is bij hetzelfde kind betrokken",
    MatchSoort.GEZINSMATCH_OUDER: "Iemand anders is bij een ander kind van hetzelfde gezin betrokken",
    MatchSoort.GEZINSMATCH_ADRES: "Iemand anders is bij een ander kind op hetzelfde adres betrokken",
    MatchSoort.HISTORISCH: "Iemand anders was eerder bij dit kind betrokken",
    MatchSoort.VERHUIZING: "Het kind is naar een andere gemeente verhuisd",
}
OPVOLGING = {
    None: "nog niets vastgelegd",
    Opvolging.GEPROBEERD: "geprobeerd te bereiken",
    Opvolging.CONTACT: "contact gehad",
    Opvolging.AFGESTEMD: "afgestemd",
    Opvolging.NIET_NODIG: "contact is niet nodig",
    Opvolging.VERWIJDERD: "verwijderd wat bewaard was",
}
REGIE = {
    Regiehandeling.NEMEN: "ik neem de regie",
    Regiehandeling.OVERDRAGEN: "aanbieden aan de ander",
    Regiehandeling.AANVAARDEN: "ik neem haar over",
    Regiehandeling.AFWIJZEN: "ik neem haar niet over",
    Regiehandeling.NEERLEGGEN: "neerleggen: niemand heeft de regie",
    Regiehandeling.HERZIEN: "opnieuw bekeken",
}
_STEPS = (Opvolging.GEPROBEERD, Opvolging.CONTACT, Opvolging.AFGESTEMD, Opvolging.NIET_NODIG)


class Writer:
    """Writes pages. Without state."""

    def __init__(self, texts: FindingTexts, describe: Describe, base: str) -> None:
        self._texts = texts
        self._describe = describe
        self._base = base

    def reply(self, reply: Reply, relates_to: str) -> str:
        """The page of an answer; `relates_to` is the match that was asked for."""
        match reply:
            case OneMatch():
                return self._match(reply.match)
            case MatchPage():
                return self._list(reply)
            case Refusal():
                return self._refusal(reply, relates_to)
            case _:
                raise AssertionError("this page asks nothing else")

    def _page(self, title: str, *parts: Any) -> str:
        body = tag.BODY(
            tag.A("Naar de inhoud", tag.CLASS("skip"), href="#inhoud"),
            tag.HEADER(
                tag.DIV(
                    tag.A("Alle matches", href=self._base),
                    tag.FORM(tag.BUTTON("Afmelden"), method="post", action=f"{self._base}/afmelden"),
                    tag.CLASS("bar"),
                ),
                tag.H1(title),
            ),
            tag.MAIN(*parts, id="inhoud"),
        )
        return document(title, body)

    def _list(self, page: MatchPage) -> str:
        rows = [self._row(match) for match in page.matches]
        more = [tag.P(tag.A("Volgende", href=f"{self._base}?na={page.cursor}"))] if page.more else []
        shown = tag.UL(*rows, tag.CLASS("rows")) if rows else tag.P("Er zijn hier geen matches.")
        return self._page("Matches op uw signalen", shown, *more)

    def _row(self, match: Match) -> Any:
        lapsed = match.status is MatchStatus.VERVALLEN
        who = ", ".join(other.instantie for other in match.content.betrokkenen)
        told = "vervallen" if lapsed else OPVOLGING[match.opvolging]
        return tag.LI(
            tag.SPAN(_day(match), tag.CLASS("soft")),
            tag.DIV(
                tag.A(f"{_source(match)}: {SOORT[match.soort]}", href=f"{self._base}/{match.match_id}"),
                tag.DIV(f"{who}; {told}" if who else told, tag.CLASS("soft")),
            ),
        )

    def _match(self, match: Match) -> str:
        lapsed = match.status is MatchStatus.VERVALLEN
        parts = [
            tag.P(
                f"Dit hoort bij uw signaal {_source(match)}. Sinds {_day(match)}.",
                tag.CLASS("soft"),
            )
        ]
        if lapsed:
            return self._page(SOORT[match.soort], *parts, *self._lapsed(match))
        if match.niet_dezelfde_jeugdige:
            parts.append(tag.P("Het gaat niet om hetzelfde kind. Om welk kind wel, zegt een index niet."))
        parts += [
            tag.H2("Neem contact op"),
            *map(_other, match.content.betrokkenen),
            tag.P(
                "Deze contactgegevens zijn alleen om af te stemmen. Zet ze niet in het dossier van het kind.",
                tag.CLASS("note"),
            ),
            *self._words(match.content.betekenissen),
            *self._follow_up(match),
            *(self._regie(match, match.regie) if match.regie else ()),
            *(part for uitleg in match.uitleg for part in self._explained(uitleg)),
        ]
        return self._page(SOORT[match.soort], *parts)

    def _words(self, meanings: Iterable[Meaning]) -> Iterable[Any]:
        told = [
            tag.LI(tag.Q(one.word), f" ({one.axis}): ", self._describe(one.axis, one.concept)[0]) for one in meanings
        ]
        if told:
            yield tag.H2("Wat de ander erbij zei")
            yield tag.UL(*told)

    def _follow_up(self, match: Match) -> Iterable[Any]:
        yield tag.H2("Is er contact geweest?")
        yield tag.P("Nu: ", tag.STRONG(OPVOLGING[match.opvolging]), ".")
        yield self._steps(match, "Leg vast wat ervan kwam", _STEPS)

    def _lapsed(self, match: Match) -> Iterable[Any]:
        if not match.verwijderen:
            yield tag.P("Deze match is vervallen: het andere signaal is niet meer actief.", tag.CLASS("verdict bad"))
            return
        yield tag.P(
            "Deze match is vervallen omdat een signaal is vernietigd. Verwijder wat u van de match bewaarde.",
            tag.CLASS("verdict bad"),
        )
        yield tag.P("Nu: ", tag.STRONG(OPVOLGING[match.opvolging]), ".")
        yield self._steps(match, "Leg vast dat het gebeurd is", (Opvolging.VERWIJDERD,))

    def _steps(self, match: Match, legend: str, steps: Iterable[Opvolging]) -> Any:
        buttons = [
            tag.BUTTON(
                OPVOLGING[step],
                name="contact",
                value=step.value,
                **{"aria-pressed": "true" if step is match.opvolging else "false"},
            )
            for step in steps
        ]
        return tag.FORM(
            tag.INPUT(type="hidden", name="stand", value=match.versie),
            tag.FIELDSET(tag.LEGEND(legend), *buttons),
            method="post",
            action=f"{self._base}/{match.match_id}",
        )

    def _regie(self, match: Match, regie: Regie) -> Iterable[Any]:
        yield tag.H2("Wie heeft de regie?")
        yield tag.P(_who(regie))
        if regie.niet_zichtbaar_voor:
            unseen = ", ".join(regie.niet_zichtbaar_voor)
            yield tag.P(f"Dit is niet te zien voor {unseen}: vertel het zelf.", tag.CLASS("note"))
        from_here = [step for at, step in regie_rules.TABLE if at is Positie.of(regie.wie, offered=regie.aangeboden)]
        if regie.status is RegieStatus.VOORGESTELD or not from_here:
            return
        steps = [tag.BUTTON(REGIE[step], name="regiehandeling", value=step.value) for step in from_here]
        dated = [step for step in from_here if step in regie_rules.DATED]
        asked = (
            [
                tag.LABEL("Opnieuw bekijken op (mag leeg blijven)", **{"for": "herzien_op"}),
                tag.INPUT(id="herzien_op", name="herzien_op", type="date"),
            ]
            if dated
            else []
        )
        yield tag.FORM(
            tag.INPUT(type="hidden", name="stand", value=regie.stand),
            *asked,
            tag.FIELDSET(tag.LEGEND("Wat doet u met de regie?"), *steps),
            method="post",
            action=f"{self._base}/{match.match_id}",
        )

    def _explained(self, uitleg: Uitleg) -> Iterable[Any]:
        yield tag.H2(f"Wat {uitleg.instantie} bedoelt")
        for friend in uitleg.valse_vrienden:
            yield tag.P(
                tag.STRONG("Let op, "),
                tag.Q(friend.woord),
                f" betekent bij u: {friend.bij_u}; bij de ander: {friend.bij_de_ander}.",
                tag.CLASS("note"),
            )
        if uitleg.kaart is not None:
            yield _card(uitleg.kaart)
        yield tag.P(uitleg.over_de_index, tag.CLASS("soft"))

    def _refusal(self, refusal: Refusal, relates_to: str) -> str:
        told = []
        for finding in refusal.findings:
            text = self._texts.text(finding)
            told.append(tag.LI(tag.STRONG(text.rule), tag.DIV(text.fix), tag.DIV(finding.code, tag.CLASS("soft"))))
        again = [tag.P(tag.A("Terug naar de match", href=f"{self._base}/{relates_to}"))] if _is_id(relates_to) else []
        return self._page("Dat kon niet", tag.UL(*told, tag.CLASS("card")), *again)


def _who(regie: Regie) -> str:
    whose = {
        Wie.GEEN: "Niemand heeft de regie",
        Wie.IK: "U heeft de regie",
        Wie.ANDER: f"De regie ligt bij {_known(regie)}",
    }[regie.wie]
    offered = " en die is aangeboden aan de ander" if regie.aangeboden and regie.wie is Wie.IK else ""
    offered = " en die is aangeboden aan u" if regie.aangeboden and regie.wie is Wie.ANDER else offered
    until = f", opnieuw bekijken op {regie.herzien_op:%d-%m-%Y}" if regie.herzien_op else ""
    waits = ". De index moet dit nog bevestigen" if regie.status is RegieStatus.VOORGESTELD else ""
    return f"{whose}{offered}{until}{waits}."


def _known(regie: Regie) -> str:
    return ", ".join(told for told in (regie.naam, regie.instantie) if told) or "iemand anders"


def _is_id(text: str) -> bool:
    return len(text) == 36 and text.replace("-", "").isalnum() and text.isascii()


def _day(match: Match) -> str:
    return f"{match.ontstaan_op.astimezone(AMSTERDAM):%d-%m-%Y}"


def _source(match: Match) -> str:
    return match.bron_signaal_id or str(match.signaal_id)


def _facts(*pairs: tuple[str, Any]) -> Any:
    return tag.DL(*(part for name, told in pairs if told not in (None, "") for part in (tag.DT(name), tag.DD(told))))


def _other(other: Betrokkene) -> Any:
    phone, mail = other.telefoon, other.email
    return tag.DIV(
        tag.H3(other.naam),
        _facts(
            ("Functie", other.functie),
            ("Organisatie", other.instantie),
            ("Locatie", other.locatie),
            ("Telefoon", tag.A(phone, href=f"tel:{''.join(phone.split())}") if phone else None),
            ("E-mail", tag.A(mail, href=f"mailto:{mail}") if mail else None),
            ("Coördinator", other.coordinator),
        ),
        tag.CLASS("card"),
    )


def _card(card: Bedoelkaart) -> Any:
    helps = [text for yes, text in ((card.vrijwillige_hulp, "vrijwillig"), (card.gedwongen_hulp, "gedwongen")) if yes]
    return tag.DIV(
        tag.H3(f"Bedoelkaart van {card.instantie}"),
        _facts(
            ("Reageert", card.reactietermijn),
            ("Hulp", " en ".join(helps) or "geeft zelf geen hulp"),
            ("Kan", "; ".join(card.kan)),
            ("Kan niet", "; ".join(card.kan_niet)),
            ("Geldig vanaf", f"{card.geldig_vanaf:%d-%m-%Y}"),
            ("Bevestigd", f"{card.bevestigd_op:%d-%m-%Y} door {card.bevestigd_door}"),
        ),
        *([tag.H4("Woorden"), tag.UL(*map(_word, card.woorden))] if card.woorden else []),
        tag.CLASS("card"),
    )


def _word(word: Kaartwoord) -> Any:
    more = (("Termijn", word.termijn), ("Doet zelf", word.doet_zelf), ("Verwacht", word.verwacht))
    told = "; ".join(f"{name.lower()}: {text}" for name, text in more if text)
    return tag.LI(tag.Q(word.woord), f": {word.betekent}", tag.DIV(told, tag.CLASS("soft")))

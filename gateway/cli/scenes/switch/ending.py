"""The end of a move: the old index is emptied when no match is lost by it; who was told what; the signed report."""

import json
from functools import partial

from gateway.cli import switch_report
from gateway.cli.partners import Exchange
from gateway.cli.sandbox import LEADS, SPARE
from gateway.cli.scenes.people import CARE, JGZ, SCHOOL
from gateway.cli.scenes.switch import looking
from gateway.cli.scenes.switch.cast import MOVES, Wish, children, elsewhere, more, moved_house
from gateway.cli.scenes.switch.looking import DESTROYED, LED, NOTHING
from gateway.cli.scenes.switch.moving import BASIS, Moving
from gateway.cli.stage import Stage, spelled, wait
from gateway.errors import Misconfigured
from gateway.rules.switching import GONE, State
from gateway.store import proof


class Ending(Moving):
    """A move that comes to its end."""

    def retired(self, stage: Stage) -> None:
        """A match that only the old index knows is settled first; then the old index is emptied."""
        self._refused(stage)
        self._settled(stage)
        mine = sum(one.municipality == MOVES for one in self.all.wishes)
        found = self.switching.retire(self.move)
        looking.settle(stage.running)
        stands = self.standing()
        self.evidence.promise(
            "Daarna is de oude index leeg voor deze gemeente, en dat is er opgevraagd; de nieuwe is leidend voor "
            "alles, en wie bleef staat er nog",
            "After it the old index is empty for this municipality, and that was asked of it; the new one leads for "
            "everything, and who stayed is still there",
            self.move.state == State.DONE and found == {GONE: mine} and self.as_it_should(stands, DESTROYED, LED),
            self.keep("opgeheven.csv", looking.sheet(self.all.given, stands)),
            *self.report("verslag-3-afgerond"),
        )
        self.unchanged("de oude index is geleegd", "the old index is empty")
        self._afterwards(stage)

    def _afterwards(self, stage: Stage) -> None:
        """Signals go on: here to the new index alone, elsewhere to the old one alone."""
        number = len(self.all.given) + 1
        fresh = more(self.all.wishes, number)
        fresh.append(elsewhere(self.all.wishes, CARE, number + len(fresh)))
        self.all.give(fresh)
        looking.settle(stage.running)
        names = self.exchanged(
            "Ieder geeft nog een signaal; jeugdhulp ook een in een gemeente die bleef",
            "Each gives one more signal; youth care also one in a municipality that stayed",
            {one.who: one.source for one in fresh},
        )
        seen = self.snapshot("Ieder vraagt voor het laatst naar zijn matches", "Each asks for its matches a last time")
        stands = self.standing()
        self.evidence.promise(
            "Wat daarna binnenkomt, gaat voor deze gemeente alleen naar de nieuwe index, en voor wie bleef alleen naar "
            "de oude; wie het kind kende, hoort het één keer",
            "What comes in after it goes to the new index alone for this municipality, and to the old one alone for "
            "who stayed; who knew the child is told once",
            all(stands[one.source] == ((NOTHING, LED) if one.municipality == MOVES else (LED, NOTHING))
                for one in fresh)
            and not any(stage.watched.about(told, SPARE)
                        for one, told in self.all.given.values() if one.municipality != MOVES)
            and self.heard(),
            self.keep("daarna.csv", looking.sheet(self.all.given, stands)), *names, *seen,
        )  # fmt: skip

    def _refused(self, stage: Stage) -> None:
        """The old index is not emptied while it alone knows a match."""
        before = self.standing()
        try:
            self.switching.retire(self.move)
            refusal = ""
        except Misconfigured as error:
            refusal = "\n".join(error.problems)
        name = self.evidence.found(
            "De beheerder wil de oude index legen, en hoort waarom dat nog niet kan",
            "The operator wants to empty the old index, and hears why that cannot be yet",
            "txt", refusal.encode(),
        )  # fmt: skip
        looking.settle(stage.running)
        self.evidence.promise(
            "Zolang alleen de oude index een match kent, wordt hij niet geleegd: er gaat geen match verloren",
            "As long as the old index alone knows a match it is not emptied: no match is lost",
            f"2 matches are known at '{LEADS}' alone" in refusal and self.standing() == before,
            name,
        )

    def _settled(self, stage: Stage) -> None:
        """The child that moved house is signalled where it lives now."""
        old = moved_house(self.all.wishes)
        new = Wish(old.who, f"{old.source}-verhuisd", old.child, MOVES)
        self.evidence.step(
            "De jeugdgezondheidszorg trekt het signaal in de vorige woonplaats in",
            "Youth health care withdraws the signal where the child lived before",
            self.all.withdraw(old),
        )
        looking.settle(stage.running)
        self.all.give([new])
        looking.settle(stage.running)
        names = self.exchanged(
            "De jeugdgezondheidszorg geeft een signaal over dat kind in de gemeente waar het nu woont",
            "Youth health care signals that child in the municipality where it lives now",
            {JGZ: new.source},
        )
        seen = self.snapshot(
            "Ieder vraagt naar zijn matches, nu het kind staat waar het woont",
            "Each asks for its matches, now that the child is signalled where it lives",
        )
        self.evidence.promise(
            "Het kind dat verhuisde: de oude matches vervallen, de nieuwe komen van de nieuwe index",
            "The child that moved house: the old matches lapse, the new ones come from the new index",
            self.heard() and all("VERVALLEN" in self.before[who].heard.statuses for who in (SCHOOL, CARE)),
            *names, *seen,
        )  # fmt: skip

    def looked_back(self, stage: Stage) -> None:
        """What was sent to people in all that time."""
        indexes = {name: stage.running.indexes[name].engine.mails() for name in (LEADS, SPARE)}
        sent = sum(many for many, _ in indexes.values())
        told = {name: {"mails": many, "dubbel": again} for name, (many, again) in indexes.items()}
        mails = self.evidence.found(
            "Beide indexen zeggen hoeveel mails zij stuurden", "Both indexes say how many mails they sent",
            "json", json.dumps(told | {"matchesBijIemand": len(self.ever)}, indent=1).encode(),
        )  # fmt: skip
        self.evidence.promise(
            "Niemand is twee keer gemaild: beide indexen samen stuurden van elke match elke kant één mail",
            "Nobody was mailed twice: both indexes together sent each side of each match one mail",
            sent == len(self.ever) and not any(again for _, again in indexes.values()),
            mails,
        )
        self._pushed(stage)
        self._signed(stage)

    def _pushed(self, stage: Stage) -> None:
        """The school's own service heard of each of its matches once."""
        mine = {match for who, match in self.ever if who == SCHOOL}
        news = wait(partial(_news, stage), lambda news: {*_matches(news)} == mine)
        ids = _matches(news)
        name = self.evidence.found(
            "Wat de school bij haar eigen dienst van haar matches hoorde",
            "What the school was told of its matches at its own service",
            "txt", b"\n\n".join(one.sent for one in news),
        )  # fmt: skip
        self.evidence.promise(
            "Ook bij haar eigen dienst hoort de school van elke match één keer, over de hele overstap",
            "At its own service too the school is told of each match once, in all of the move",
            len(ids) == len(set(ids)) and {*ids} == mine,
            name,
        )

    def _signed(self, stage: Stage) -> None:
        """The report can be checked, and says nothing of a person."""
        ring = stage.running.house.store.ring
        key = proof.public_key(ring)
        reports = sorted(self.evidence.directory.glob(f"verslag-*/{switch_report.FACTS}"))
        pages = sorted(self.evidence.directory.glob(f"verslag-*/{switch_report.PAGE}"))
        stands = [proof.checked(one.read_bytes(), key)["stand"] for one in reports]
        edited = reports[-1].read_bytes().replace(MOVES.encode(), b"0000")
        try:
            proof.checked(edited, key)
            noticed = False
        except Misconfigured:
            noticed = True
        persons = spelled(*(one.bsn for one in children()), "Fictief", "030-1234567", *self.all.given)
        written = b"".join(one.read_bytes() for one in (*reports, *pages)).decode()
        self.evidence.promise(
            "Het verslag is ondertekend: wie de sleutel heeft, ziet elke wijziging; er staat niets in over een persoon",
            "The report is signed: who has the key sees every change; there is nothing in it about a person",
            stands == [State.SHADOW, State.TURNED, State.DONE] and noticed
            and BASIS in written and not any(text in written for text in persons),
            *(str(one.relative_to(self.evidence.directory)) for one in (*pages, *reports)),
            self.keep("sleutel.txt", key.encode()),
        )  # fmt: skip


def _news(stage: Stage) -> list[Exchange]:
    return [one for one in list(stage.callback.heard.values()) if b"matchGemeld" in one.sent]


def _matches(news: list[Exchange]) -> list[str]:
    return [match for one in news for match in one.heard.match_ids]

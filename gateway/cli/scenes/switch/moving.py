"""A municipality goes to another index while four organisations go on: from the hundred signals to there and back."""

import json

from gateway.cli import switch_report
from gateway.cli.sandbox import LEADS, SPARE
from gateway.cli.scenes.switch import looking
from gateway.cli.scenes.switch.cast import FORMATS, MANY, MOVES, first, more, moved_house
from gateway.cli.scenes.switch.giving import Organisations
from gateway.cli.scenes.switch.looking import LED, NOTHING, SILENT, Standing
from gateway.cli.stage import Stage, wait
from gateway.clock import legal_day
from gateway.flow.switching import Switching
from gateway.rules.switching import EQUAL
from gateway.store.work import Scope, Switch

REGION = "landelijk"
BASIS = "besluit van het college van 3 november 2026"


class Moving:
    """One move, scene by scene; what was seen in one is what the next is held to."""

    def given(self, stage: Stage) -> None:
        """Everybody gives signals at the old index, and hears of the others."""
        self.stage, self.evidence, self.running = stage, stage.evidence, stage.running
        self.all = Organisations(stage.running.gateway)
        self.ever: set[tuple[str, str]] = set()
        self.all.give(first())
        looking.settle(self.running)
        found = self.standing()
        names = self.exchanged(
            "Vier organisaties geven honderd signalen over openbare testkinderen uit vier gemeenten",
            "Four organisations give a hundred signals about published test children of four municipalities",
            {who: next(one.source for one in self.all.wishes if one.who == who) for who in FORMATS},
        )
        told = self.snapshot("Ieder vraagt naar zijn matches", "Each asks for its matches")
        self.evidence.promise(
            "Honderd signalen, in SOAP, FHIR, CSV en JSON, zijn aangenomen en staan bij de index van de regio; wie "
            "hetzelfde kind kent, hoort van elkaar",
            "A hundred signals, in SOAP, FHIR, CSV and JSON, are accepted and stand at the region's index; who knows "
            "the same child hears of the other",
            {*found.values()} == {(LED, NOTHING)} and len(found) == MANY and self.heard(),
            self.keep("signalen.csv", looking.sheet(self.all.given, found)), *names, *told,
        )  # fmt: skip

    def planned(self, stage: Stage) -> None:
        """What would go; the move is written down."""
        house = stage.running.house
        scope = Scope(REGION, municipalities=(MOVES,))
        self.switching = Switching(house.store, house.clock, house.directory.of_index)
        plan = self.switching.plan(scope, LEADS, SPARE)
        move = self.switching.open(scope, LEADS, SPARE, basis=BASIS, basis_on=legal_day(house.clock()))
        self.id = move.id
        going: dict[str, int] = {}
        for (who, _, _), many in plan.survey.signals.items():
            going[who] = going.get(who, 0) + many
        told = {"gemeente": MOVES, "van": LEADS, "naar": SPARE, "signalen": going, "schaduw": plan.shadow}
        told |= {"nieuweIndexKanNiet": [gap.name for gap in plan.gaps if gap.who == "new"], "grond": BASIS}
        name = self.evidence.found(
            f"De beheerder laat uitrekenen wat er overgaat als gemeente {MOVES} naar een andere index gaat",
            f"The operator has it worked out what goes when municipality {MOVES} moves to another index",
            "json", json.dumps(told, indent=1, ensure_ascii=False).encode(),
        )  # fmt: skip
        mine = [one for one in self.all.wishes if one.municipality == MOVES]
        self.evidence.promise(
            "Vooraf staat vast welke signalen gaan, van elke organisatie hoeveel, op welke grond, en of de nieuwe "
            "index alles kan; er is dan nog niets verstuurd",
            "It is known beforehand which signals go, how many of each organisation, on what ground, and whether the "
            "new index can it all; nothing was sent then",
            going == {who: sum(one.who == who for one in mine) for who in FORMATS}
            and plan.shadow and not stage.watched.about(self.all.given[mine[0].source][1], SPARE),
            name,
        )  # fmt: skip

    def started(self, stage: Stage) -> None:
        """The new index gets a copy of every signal, while nobody is told anything."""
        self.switching.start(self.move)
        looking.settle(self.running)
        found = self.standing()
        copied = self.keep("schaduw.csv", looking.sheet(self.all.given, found))
        self.evidence.promise(
            "Elk signaal van de gemeente staat nu bij beide indexen; de oude is leidend, de nieuwe houdt het in stilte",
            "Every signal of the municipality stands at both indexes now; the old one leads, the new one holds it in "
            "silence",
            self.as_it_should(found, LED, SILENT),
            copied,
        )
        stay = [told for one, told in self.all.given.values() if one.municipality != MOVES]
        self.evidence.promise(
            "Wie blijft, blijft: van de andere gemeenten kreeg de nieuwe index geen enkel bericht",
            "Who stays, stays: of the other municipalities the new index got no message at all",
            bool(stay) and not any(stage.watched.about(told, SPARE) for told in stay),
            copied, self.keep("naar-de-nieuwe-index.txt", stage.watched.sent(SPARE).encode()),
        )  # fmt: skip
        self.unchanged("alles bij beide indexen staat", "all stands at both indexes")
        self.fresh("terwijl beide indexen de signalen houden", "while both indexes hold the signals", LED, SILENT)
        looked = self.switching.reconcile(self.move)
        report = self.report("verslag-1-schaduw")
        ours = self.all.given[moved_house(self.all.wishes).source][0].child
        about = {told for one, told in self.all.given.values() if one.child == ours}
        lonely = looked.compared.only_leading
        self.evidence.promise(
            "De vergelijking vindt alle signalen gelijk, en precies de matches die alleen de oude index kan kennen: "
            "die van een kind dat verhuisde uit een gemeente die blijft",
            "The comparison finds all signals equal, and exactly the matches that only the old index can know: those "
            "of a child that moved from a municipality that stays",
            looked.found == {EQUAL: sum(one.municipality == MOVES for one in self.all.wishes)}
            and len(lonely) == looked.compared.differences == 2
            and {str(signal) for signal, _ in lonely} <= about,
            *report,
        )  # fmt: skip

    def turned(self, stage: Stage) -> None:
        """The new index leads."""
        turned = self.switching.cutover(self.move)
        looking.settle(self.running)
        looked = self.switching.reconcile(self.move)
        found = self.standing()
        self.evidence.promise(
            "Na het omzetten is de nieuwe index leidend voor elk signaal van de gemeente; de oude houdt het in "
            "stilte, zodat het terug kan",
            "After the cutover the new index leads for every signal of the municipality; the old one holds it in "
            "silence, so that it can be turned back",
            self.as_it_should(found, SILENT, LED) and turned.left == 0 and {*looked.found} == {EQUAL},
            self.keep("omgezet.csv", looking.sheet(self.all.given, found)), *self.report("verslag-2-overgezet"),
        )  # fmt: skip
        self.unchanged("de nieuwe index leidend is", "the new index leads")
        self._repeated(stage)
        self.fresh("nadat de nieuwe index leidend is geworden", "after the new index began to lead", SILENT, LED)

    def _repeated(self, stage: Stage) -> None:
        """Every system sends an old message once more."""
        old = {who: next(one for one in self.all.wishes if one.who == who and one.municipality == MOVES)
               for who in FORMATS}  # fmt: skip
        first_told = {who: self.all.receipt(one) for who, one in old.items()}
        self.all.give(old.values())
        names = self.exchanged(
            "Ieder stuurt een bericht van voor de overstap nog een keer",
            "Each sends a message of before the move once more",
            {who: one.source for who, one in old.items()},
        )
        looking.settle(stage.running)
        self.evidence.promise(
            "Een herhaald bericht krijgt hetzelfde ontvangstbewijs als voor de overstap; er komt geen signaal bij",
            "A repeated message gets the same receipt as before the move, and makes no other signal",
            first_told == {who: self.all.receipt(one) for who, one in old.items()}
            and self.as_it_should(self.standing(), SILENT, LED),
            *names,
        )

    def back(self, stage: Stage) -> None:
        """The old index leads again, and then the new one."""
        self.switching.rollback(self.move)
        looking.settle(self.running)
        found = self.standing()
        name = self.keep("teruggezet.csv", looking.sheet(self.all.given, found))
        self.evidence.promise(
            "Terugzetten kan: de oude index is weer leidend, ook voor wat binnenkwam toen de nieuwe het was",
            "It can be turned back: the old index leads for everything again, also for what came in while the new led",
            self.as_it_should(found, LED, SILENT),
            name,
        )
        self.unchanged("alles is teruggezet", "all is turned back")
        self.fresh("na het terugzetten", "after it was turned back", LED, SILENT)
        self.switching.cutover(self.move)
        looking.settle(stage.running)
        self.unchanged("de nieuwe index opnieuw leidend is", "the new index leads once more")

    # what every scene does

    @property
    def move(self) -> Switch:
        """The move as it is now."""
        return self.switching.find(self.id)

    def standing(self) -> Standing:
        """How every signal stands at both."""
        return looking.standing(self.running, self.all.given)

    def as_it_should(self, found: Standing, old: str, new: str) -> bool:
        """Whether the movers stand so, and who stays as it always was."""
        places = {True: (old, new), False: (LED, NOTHING)}
        return all(here == places[self.all.given[name][0].municipality == MOVES] for name, here in found.items())

    def keep(self, name: str, content: bytes) -> str:
        """Keep a file of its own."""
        return self.evidence.keep(name, content)

    def exchanged(self, nl: str, en: str, sources: dict[str, str]) -> list[str]:
        """Write down messages and answers, one of each organisation."""
        files = {}
        for who, source in sources.items():
            done, form = self.all.exchanges[source], FORMATS[who]
            files[f"bericht in {form}"] = (f"{form.lower()}-in.{done.kinds[0]}", done.sent)
            files[f"antwoord in {form}"] = (f"{form.lower()}-answer.{done.kinds[1]}", done.received)
        return [*self.evidence.files(nl, en, files).values()]

    def snapshot(self, nl: str, en: str) -> list[str]:
        """What everybody is told of matches now."""
        expected = self.all.expected()
        self.before = wait(self.all.matches, lambda told: looking.active(told) == expected)
        self.ever |= {(who, one) for who, told in self.before.items() for one in told.heard.match_ids}
        files = {
            f"matches in {FORMATS[who]}": (f"matches-{FORMATS[who].lower()}.{told.kinds[1]}", told.received)
            for who, told in self.before.items()
        }
        self.shown = [*self.evidence.files(nl, en, files).values()]
        return self.shown

    def unchanged(self, nl: str, en: str) -> None:
        """Everybody is told what it was told before, byte for byte."""
        before, shown = self.before, self.shown
        names = self.snapshot(f"Ieder vraagt naar zijn matches, nu {nl}", f"Each asks for its matches, now that {en}")
        self.evidence.promise(
            f"Ieder hoort byte voor byte hetzelfde als daarvoor, in elk formaat: nu {nl}",
            f"Everybody is told the same as before, byte for byte, in every format: now that {en}",
            looking.same(before, self.before) and all(one.heard.match_ids for one in before.values()),
            *shown,
            *names,
        )

    def fresh(self, nl: str, en: str, old: str, new: str) -> None:
        """New signals in every format: they stand where they should, and each match is told once."""
        wishes = more(self.all.wishes, len(self.all.given) + 1)
        self.all.give(wishes)
        looking.settle(self.running)
        names = self.exchanged(
            f"Ieder geeft een nieuw signaal, {nl}", f"Each gives a new signal, {en}",
            {one.who: one.source for one in wishes},
        )  # fmt: skip
        seen = self.snapshot(f"Ieder vraagt naar zijn matches, {nl}", f"Each asks for its matches, {en}")
        self.evidence.promise(
            f"Nieuwe signalen in SOAP, FHIR, CSV en JSON, {nl}: ze staan bij beide indexen, en wie het kind al kende "
            "hoort het één keer",
            f"New signals in SOAP, FHIR, CSV and JSON, {en}: they stand at both indexes, and who knew the child is "
            "told once",
            self.as_it_should(self.standing(), old, new) and self.heard(),
            *names, *seen,
        )  # fmt: skip

    def heard(self) -> bool:
        """Whether everybody was told of each other organisation with the same child, and of each once."""
        return looking.active(self.before) == self.all.expected()

    def report(self, name: str) -> tuple[str, str]:
        """The page for who decides and its signed facts, in a folder of their own."""
        switch_report.write(self.running.house, self.move, self.evidence.directory / name)
        return f"{name}/{switch_report.PAGE}", f"{name}/{switch_report.FACTS}"

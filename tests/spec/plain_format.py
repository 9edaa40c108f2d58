"""Messages in no format: the fields as a request, each at the place of its own name."""

from typing import TYPE_CHECKING

from gateway.canonical.command import (
    Afgeven,
    Beeindigen,
    BetekenisAanvullen,
    Capaciteiten,
    Draft,
    EigenSignalenOpvragen,
    Intrekken,
    MatchesOpvragen,
    MatchOpvragen,
    Overdragen,
    RegieVastleggen,
    Request,
    Said,
    SaidChoice,
    SaidTerm,
    StatusOpvragen,
    Terugkoppelen,
    Verlengen,
    Wijzigen,
)

if TYPE_CHECKING:
    from tests.spec.formats import Message

REQUESTS: dict[str, type[Request]] = {
    "signaalAfgeven": Afgeven,
    "signaalBeeindigen": Beeindigen,
    "signaalIntrekken": Intrekken,
    "betekenisAanvullen": BetekenisAanvullen,
    "signaalWijzigen": Wijzigen,
    "signaalVerlengen": Verlengen,
    "signaalOverdragen": Overdragen,
    "statusOpvragen": StatusOpvragen,
    "matchesOpvragen": MatchesOpvragen,
    "eigenSignalenOpvragen": EigenSignalenOpvragen,
    "matchOpvragen": MatchOpvragen,
    "matchTerugkoppelen": Terugkoppelen,
    "regieVastleggen": RegieVastleggen,
    "capaciteiten": Capaciteiten,
}
_HEAD = ("bron_systeem", "organisatie")


class Plain:
    """No format: the fields as a request, each at the place of its own name."""

    def says(self, message: "Message") -> bool:
        return True

    def request(self, message: "Message") -> Request:
        said = {name: Said(text, name) for name, text in message.fields.items()}
        head = {"formaat": "plat", "contract": "geen", **{name: said.pop(name, None) for name in _HEAD}}
        kind = REQUESTS[message.operation]
        if kind is Capaciteiten:
            return Capaciteiten(**head)  # type: ignore[arg-type]
        if kind is Afgeven:
            terms = tuple(self._term(word, number) for number, word in enumerate(message.words, 1))
            held = tuple(self._held(pair, number) for number, pair in enumerate(message.registrations, 1))
            draft = Draft(here="", places=_OwnName(), terms=terms, registraties=held, **said)
            return Afgeven(draft=draft, **head)  # type: ignore[arg-type]
        more = (
            {"choices": tuple(self._choice(*item) for item in enumerate(message.choices, 1))} if message.choices else {}
        )
        if kind not in (MatchesOpvragen, EigenSignalenOpvragen):
            more["places"] = _OwnName()  # type: ignore[assignment]
        return kind(here="", **head, **said, **more)  # type: ignore[call-arg, arg-type]

    def place(self, message: "Message", name: str) -> str:
        return name

    def _term(self, word: tuple[str, ...], number: int) -> SaidTerm:
        axis, text, *code_list = (Said(text, f"word[{number}].{name}") for text, name in zip(word, _WORD, strict=False))
        return SaidTerm(axis, text, *code_list)

    def _held(self, pair: tuple[str, str], number: int) -> tuple[Said, Said]:
        return Said(pair[0], f"registration[{number}].list"), Said(pair[1], f"registration[{number}].number")

    def _choice(self, number: int, choice: tuple[str, str, str]) -> SaidChoice:
        names = ("axis", "word", "concept")
        return SaidChoice(*(Said(text, f"choice[{number}].{name}") for text, name in zip(choice, names, strict=True)))


_WORD = ("axis", "word", "list")


class _OwnName(dict[str, str]):
    def get(self, name: str, default: object = None) -> str:  # type: ignore[override]
        return name


PLAIN = Plain()

"""The kit as the service that a receiver of matches offers: it takes what a gateway tells it of itself."""

import datetime as dt

from conformance.exchange import Reply, Request
from conformance.formats import terugmelding_served
from conformance.parties.behaviour import Behaviour
from conformance.parties.desk import About, Deed
from conformance.parties.index import text
from conformance.values import Message


class Receiver:
    """One receiver. Who knows a delivery answers it again and does nothing more."""

    name = "ontvanger"

    def __init__(self) -> None:
        self._known: set[str] = set()

    def asked(self, request: Request) -> Message:
        """Read what is told."""
        return terugmelding_served.asked(request)

    def about(self, question: Message) -> About:
        """The receiver's own signal; its number names the scene that gave it."""
        own = text(question, "match.bronSignaalId") or text(question, "bronSignaalId")
        scene = "-".join(own.split("-")[:3])
        return About(tuple(filter(None, (scene, f"aflevering {text(question, 'kop.aflevering')}"))))

    def changes(self, question: Message) -> bool:
        """Everything told is news."""
        return bool(question["handeling"])

    def asks_news(self, question: Message) -> bool:
        """It is told; nobody asks it."""
        return False

    def refuse(self, question: Message) -> Reply:
        """Never needed: no message to a receiver names a child."""
        return terugmelding_served.fault(question, "VREEMD", again=False)

    def do(self, question: Message, moment: dt.datetime, behaviour: Behaviour) -> Deed:
        """Take it, once; say so as often as it is told."""
        if not question["handeling"] or question["contract"]:
            return Deed("niets", terugmelding_served.fault(question, "CONTRACT", again=False))
        match behaviour.says:
            case "503":
                return Deed("niets", Reply(503, (("content-type", "text/plain"), ("retry-after", "1")), b"even niet"))
            case "storing":
                return Deed("niets", terugmelding_served.fault(question, "VOL", again=True))
            case "weiger":
                return Deed("geweigerd", terugmelding_served.fault(question, "NIET", again=False))
        if not behaviour.keeps:
            return Deed("niets", None, "verbroken voor het vastleggen")
        delivery = text(question, "kop.aflevering")
        did = "bekend" if delivery in self._known else "vastgelegd"
        self._known.add(delivery)
        if behaviour.says == "niets":
            return Deed(did, None, "verbroken na het vastleggen")
        return Deed(did, terugmelding_served.answer(question))

"""`gateway`: test a gateway. The kit is its senders and, where asked to, its index and the receiver of its matches."""

import datetime as dt
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial

from conformance import formats
from conformance.commands import Commands, running
from conformance.parties.desk import Desk, Party
from conformance.parties.index import CAN, Index
from conformance.parties.receiver import Receiver
from conformance.parties.server import Listener
from conformance.play import Player, Reach
from conformance.transcript import Transcript

FORMS = formats.NAMES


def add(commands: Commands) -> None:
    """What may be given."""
    command = commands.add_parser("gateway", help="test a gateway: the kit is its senders")
    command.set_defaults(run=run)
    option = command.add_argument
    option("--sut", required=True, metavar="URL", help="root of the system under test")
    secret = partial(running.secret, option)
    secret("--token", "TOETS_TOKEN", "bearer token of a sender that may use the BSN")
    secret("--partner-token", "TOETS_PARTNER_TOKEN", "a second organisation of the same region, for matches")
    secret("--blind-token", "TOETS_BLIND_TOKEN", "a sender that may not use the BSN")
    option("--gemeente", default="", metavar="CODE", help="gemeenteCode to send with every signal; default: none")
    option("--now", type=running.moment, default=None, metavar="ISO", help="the moment the system believes it is")
    option("--timeout", type=float, default=30.0, metavar="S", help="seconds to wait for an answer")
    option("--match-timeout", type=float, default=60.0, metavar="S", help="seconds to wait for a match or its end")
    option("--index-port", type=int, default=0, metavar="PORT", help="be its index here: /soap on this port")
    option("--index-can", default="", metavar="NAMES", help=f"what that index can: of {', '.join(CAN)}")
    option("--index-carries", default="", metavar="AXES", help="the axes whose words that index carries")
    option("--receiver-port", type=int, default=0, metavar="PORT", help="be the second organisation's receiver here")
    option("--listen", default="127.0.0.1", metavar="HOST", help="the address to be index and receiver at")
    running.add_choice(command, FORMS)


def run(given: Namespace) -> int:
    """Play, judge and tell."""
    if wrong := running.strange(given, "gateway"):
        print(wrong)
        return 2
    if not given.token:
        print("Geef --token, of zet TOETS_TOKEN.")
        return 2
    reach = _reach(given)
    if silence := running.silent(reach, f"{reach.base}/"):
        print(f"Geen antwoord van {reach.base}: {silence}. Controleer --sut en of het systeem draait.")
        return 2
    ports = {name: port for name, port in (("index", given.index_port), ("ontvanger", given.receiver_port)) if port}
    index = {"kan": _names(given.index_can), "assen": _names(given.index_carries)}
    more = {"adres": reach.base, "gemeente": given.gemeente, "index": index}
    transcript, held = running.begun(given, "gateway", FORMS, [*reach.tokens, *ports], more)
    if missing := [one for one in transcript.header["partijen"] if one not in (*reach.tokens, *ports)]:
        print(f"Deze run speelt ook {', '.join(missing)}. Geef dezelfde tokens en poorten als toen hij begon.")
        return 2
    running.announce(transcript)
    with sandwich(transcript, ports, given.listen, reach.offset) as desk:
        if "index" in ports:
            _await(desk, reach)
        player = Player(held, transcript, reach, desk)
        try:
            player.run(running.progress)
        finally:
            player.close()
    return running.told(transcript, held, given.out)


def _await(desk: Desk, reach: Reach) -> None:
    """Wait for the gateway's first question: one that found no index for a while does not come back at once."""
    print(
        f"De index luistert. Wacht op de eerste vraag van de gateway, hoogstens {reach.match_timeout:g} s.", flush=True
    )
    if not desk.visited("index", reach.match_timeout):
        print("Die kwam niet: kijk na of de gateway naar deze index wijst. De toets begint toch.", flush=True)


@contextmanager
def sandwich(transcript: Transcript, ports: Mapping[str, int], host: str, offset: dt.timedelta) -> Iterator[Desk]:
    """The kit on the other side of the gateway too: index and receiver, each on the port it was given."""
    head = transcript.header
    index = Index(
        can=tuple(head["index"]["kan"]), axes=tuple(head["index"]["assen"]),
        begun=dt.datetime.fromisoformat(head["begonnen"]),
    )  # fmt: skip
    parties: list[Party] = [one for one in (index, Receiver()) if one.name in ports]
    desk = Desk(transcript, parties, lambda: (dt.datetime.now(dt.UTC) + offset).replace(microsecond=0))
    with ExitStack() as open_doors:
        for party in parties:
            open_doors.enter_context(Listener(desk.door(party), port=ports[party.name], host=host))
        yield desk


def _names(text: str) -> list[str]:
    return [one for one in text.replace(",", " ").split() if one]


def _reach(given: Namespace) -> Reach:
    tokens = {"school": given.token, "jeugdhulp": given.partner_token, "jongerenwerk": given.blind_token}
    return Reach(
        base=given.sut.rstrip("/"),
        tokens={party: token for party, token in tokens.items() if token},
        timeout=given.timeout,
        match_timeout=given.match_timeout,
        offset=dt.timedelta() if given.now is None else given.now - dt.datetime.now(dt.UTC),
    )

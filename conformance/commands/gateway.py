"""`gateway`: test a gateway. The kit is its senders."""

import datetime as dt
from argparse import Namespace
from functools import partial

from conformance import formats
from conformance.commands import Commands, running
from conformance.exchange import Request
from conformance.line import Line, Silence
from conformance.play import Player, Reach

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
    if silence := _silent(reach):
        print(f"Geen antwoord van {reach.base}: {silence}. Controleer --sut en of het systeem draait.")
        return 2
    more = {"adres": reach.base, "gemeente": given.gemeente}
    transcript, held = running.begun(given, "gateway", FORMS, reach.tokens, more)
    running.announce(transcript)
    player = Player(held, transcript, reach)
    try:
        player.run(running.progress)
    finally:
        player.close()
    return running.told(transcript, held, given.out)


def _reach(given: Namespace) -> Reach:
    tokens = {"school": given.token, "jeugdhulp": given.partner_token, "jongerenwerk": given.blind_token}
    return Reach(
        base=given.sut.rstrip("/"),
        tokens={party: token for party, token in tokens.items() if token},
        timeout=given.timeout,
        match_timeout=given.match_timeout,
        offset=dt.timedelta() if given.now is None else given.now - dt.datetime.now(dt.UTC),
    )


def _silent(reach: Reach) -> str:
    line = Line(reach.timeout)
    try:
        line.send(Request("GET", f"{reach.base}/"))
    except Silence as silence:
        return str(silence)
    finally:
        line.close()
    return ""

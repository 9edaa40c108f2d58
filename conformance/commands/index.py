"""`index`: test a regional index. The kit is the gateway towards it, for two senders."""

import datetime as dt
import ssl
from argparse import Namespace
from pathlib import Path

from conformance.commands import Commands, running
from conformance.play import Player, Reach

FORMS = ("index",)


def add(commands: Commands) -> None:
    """What may be given."""
    command = commands.add_parser("index", help="test a regional index: the kit is the gateway towards it")
    command.set_defaults(run=run)
    option = command.add_argument
    option("--sut", required=True, metavar="URL", help="where the index takes SOAP messages")
    option("--zender", required=True, metavar="A", help="the sender of the messages, as the index knows it")
    option("--zender2", default="", metavar="B", help="a second one, of another organisation, for matches")
    option("--ontvanger", default="index", metavar="I", help="what the index calls itself; default: index")
    running.secret(option, "--token", "TOETS_TOKEN", "bearer token of the first sender; default: none")
    running.secret(option, "--token2", "TOETS_PARTNER_TOKEN", "bearer token of the second sender; default: the first's")
    option("--cert", type=Path, default=None, metavar="PEM", help="client certificate with its key")
    option("--ca", type=Path, default=None, metavar="PEM", help="who signed the index's certificate")
    option("--now", type=running.moment, default=None, metavar="ISO", help="the moment the index believes it is")
    option("--timeout", type=float, default=30.0, metavar="S", help="seconds to wait for an answer")
    option("--match-timeout", type=float, default=60.0, metavar="S", help="seconds to wait for a match or its end")
    running.add_choice(command, FORMS)


def run(given: Namespace) -> int:
    """Play, judge and tell."""
    if wrong := running.strange(given, "index"):
        print(wrong)
        return 2
    first, second = given.token or None, given.token2 or given.token or None
    tokens = {"school": first, **({"jeugdhulp": second} if given.zender2 else {})}
    reach = Reach(
        base=given.sut, tokens=tokens, timeout=given.timeout, match_timeout=given.match_timeout,
        offset=dt.timedelta() if given.now is None else given.now - dt.datetime.now(dt.UTC),
        tls=_tls(given.cert, given.ca),
    )  # fmt: skip
    if silence := running.silent(reach, f"{reach.base}?wsdl"):
        print(f"Geen antwoord van {reach.base}: {silence}. Controleer --sut en of het systeem draait.")
        return 2
    names = {"school": given.zender, "jeugdhulp": given.zender2}
    agreed = {party: {"zender": names[party], "ontvanger": given.ontvanger} for party in tokens}
    transcript, held = running.begun(given, "index", FORMS, tokens, {"adres": reach.base, "afspraken": agreed})
    running.announce(transcript)
    player = Player(held, transcript, reach)
    try:
        player.run(running.progress)
    finally:
        player.close()
    return running.told(transcript, held, given.out)


def _tls(cert: Path | None, ca: Path | None) -> ssl.SSLContext | None:
    if cert is None and ca is None:
        return None
    made = ssl.create_default_context(cafile=ca)
    if cert is not None:
        made.load_cert_chain(cert)
    return made

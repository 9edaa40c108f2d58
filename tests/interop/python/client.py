"""A sender in Python with zeep: `python client.py WSDL TOKEN OTHER_TOKEN BSN`. Copy what you need.

Everything it knows of the gateway is the served WSDL. It prints what it saw as one line of JSON.
"""

import datetime as dt
import json
import sys
import time
import uuid
from collections.abc import Callable
from zoneinfo import ZoneInfo

import zeep

RUN = uuid.uuid4().hex[:8]


def connect(wsdl: str, token: str) -> zeep.Client:
    """A client for one organisation; the token says which."""
    transport = zeep.Transport(timeout=30, operation_timeout=30)
    transport.session.headers["Authorization"] = f"Bearer {token}"
    return zeep.Client(wsdl, transport=transport)


def signaal_afgeven(organisatie: zeep.Client, bron_signaal_id: str, bsn: str):
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    return organisatie.service.signaalAfgeven(
        kop={"bronSysteem": "voorbeeld-zeep"},
        bronSignaalId=bron_signaal_id,
        soort="SIGNAAL",
        jeugdige={"bsn": bsn},
        melder={"professionalId": "p-1", "naam": "V. Oorbeeld", "telefoon": "030-1234567"},
        datumTijdMelding=now,
        attestaties={
            "redelijkVermoeden": True,
            "informatieplicht": {"wie": "JEUGDIGE", "datum": now.date()},
        },
        aanduiding=[{"as": "urgentie", "woord": "spoed"}],
    )


def first_match(organisatie: zeep.Client, bron_signaal_id: str, seconds: float = 30):
    """Ask again and again, each time after the last cursor, until there is a match on this signal."""
    cursor, until = None, time.monotonic() + seconds
    while time.monotonic() < until:
        page = organisatie.service.matchesOpvragen(kop={"bronSysteem": "voorbeeld-zeep"}, na=cursor)
        for match in page.match:
            if match.bronSignaalId == bron_signaal_id:
                return match
        cursor = page.cursor
        if not page.meer:
            time.sleep(0.5)
    raise TimeoutError("no match")


def fault_of(call: Callable[[], object]) -> zeep.exceptions.Fault:
    try:
        call()
    except zeep.exceptions.Fault as fault:
        return fault
    raise AssertionError("a wrong BSN was accepted")


def main(wsdl: str, token: str, other_token: str, bsn: str) -> None:
    ours, theirs = connect(wsdl, token), connect(wsdl, other_token)
    kop = {"bronSysteem": "voorbeeld-zeep"}
    our_id, their_id = f"{RUN}-ons", f"{RUN}-hun"

    given = signaal_afgeven(ours, our_id, bsn)
    signaal_afgeven(theirs, their_id, bsn)
    match = first_match(ours, our_id)
    status = ours.service.statusOpvragen(kop=kop, bronSignaalId=our_id)
    today = dt.datetime.now(ZoneInfo("Europe/Amsterdam")).date()
    ended = ours.service.signaalBeeindigen(kop=kop, bronSignaalId=our_id, datumEinde=today)

    fault = fault_of(lambda: signaal_afgeven(ours, f"{RUN}-fout", "111111111"))
    detail = ours.wsdl.types.deserialize(fault.detail[0])

    seen = {
        "bronSignaalId": given.ontvangstbewijs.bronSignaalId,
        "woord": given.vertaling[0].woord,
        "advies": given.advies[0].code,
        "instantie": match.betrokkene[0].instantie,
        "telefoon": match.betrokkene[0].telefoon,
        "status": status.stand.status,
        "bezorging": status.stand.bezorging,
        "matches": len(status.stand.match),
        "einde": ended.stand.status,
        "faultcode": fault.code.rpartition(":")[2],
        "code": detail.bevinding[0].code,
        "plek": detail.plek,
        "plaats": detail.bevinding[0].plaats,
    }
    print(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])

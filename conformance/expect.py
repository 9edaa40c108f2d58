"""What checks may demand: one sentence per demand, with where to look when it is not met."""

from conformance.session import ANSWER, Exchange, Failed
from conformance.wire import BODY, DETAIL, FAULT


def require(met: bool, exchange: Exchange, expected: str, *, got: str = "", at: str = "") -> None:
    """Raise Failed unless it is so."""
    if not met:
        raise Failed(expected, got or seen(exchange), at=at, exchange=exchange)


def accepted(exchange: Exchange, operation: str = "signaalAfgeven") -> Exchange:
    """The answer is HTTP 200 with the operation's answer, obeying the contract's schema."""
    reply = exchange.reply
    wanted = f"{operation}Antwoord"
    met = reply.status == 200 and not reply.faulty and reply.payload == wanted
    require(met, exchange, f"HTTP 200 met {wanted}", at=f"{BODY}/*[1]")
    breaches = reply.breaches()
    require(not breaches, exchange, "een antwoord volgens aanlevering-1.xsd", got="; ".join(breaches[:3]), at=ANSWER)
    return exchange


def refused(exchange: Exchange, *codes: str) -> Exchange:
    """The answer is a SOAP Fault with HTTP 500, obeying the schema, that names every given code."""
    reply = exchange.reply
    wanted = f"een SOAP Fault met HTTP 500 en {', '.join(codes) or 'een code van het contract'}"
    require(reply.faulty and reply.status == 500, exchange, wanted, at=FAULT)
    breaches = reply.breaches()
    require(
        not breaches, exchange, "verwijsindexFout volgens aanlevering-1.xsd", got="; ".join(breaches[:3]), at=DETAIL
    )
    missing = [code for code in codes if code not in reply.codes]
    require(not missing, exchange, wanted, at=f"{DETAIL}/vi:bevinding/vi:code")
    return exchange


def seen(exchange: Exchange) -> str:
    """What an answer is, in a few words without any value of a message."""
    reply = exchange.reply
    if not reply.is_xml:
        return f"HTTP {reply.status}, {len(reply.body)} bytes die geen leesbare XML zijn"
    if reply.faulty:
        return f"HTTP {reply.status}, Fault {', '.join(dict.fromkeys(reply.codes)) or 'zonder code van het contract'}"
    return f"HTTP {reply.status}, {reply.payload or 'geen element in Body'}"

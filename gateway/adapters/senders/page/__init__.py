"""The page for professionals whose own system shows no matches: requests are addresses and forms, answers are pages.

Bytes and values only. `write` makes the pages. Who is logged in is the door's business.
"""

from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qsl

from gateway.adapters.senders.page.write import Describe, Writer
from gateway.canonical.command import MatchesOpvragen, MatchOpvragen, RegieVastleggen, Request, Said, Terugkoppelen
from gateway.canonical.finding import Finding
from gateway.canonical.receipt import OneMatch, Refusal, Reply
from gateway.errors import SenderError
from gateway.rules.findings import FindingTexts
from gateway.wire import page, problem
from gateway.wire.message import WireRequest, WireResponse

FORMAT, CONTRACT = "pagina", "pagina-1"
FORM = "application/x-www-form-urlencoded"
PER_PAGE = 25
CONTACT = frozenset({"contact", "stand"})
REGIE = frozenset({"regiehandeling", "herzien_op", "stand"})
"""What the two forms may say of a match."""
_DONE = frozenset({Terugkoppelen.__name__, RegieVastleggen.__name__})
_METHODS = {"": ("GET",), "match": ("GET", "POST")}


@dataclass(frozen=True, slots=True, repr=False)
class MatchPages:
    """The adapter; make it with `load`."""

    texts: FindingTexts
    writer: Writer
    base: str

    @classmethod
    def load(cls, texts: FindingTexts, *, describe: Describe, base: str) -> Self:
        """`base` is the path of the door; `describe` gives a concept's display and definition."""
        return cls(texts, Writer(texts, describe, base), base)

    def decode(self, request: WireRequest) -> tuple[Request, str]:
        """Read one request; raises SenderError when it is none of this page's."""
        match_id = request.path.removeprefix("/")
        if "/" in match_id:
            raise SenderError(Finding(code="VIX-1025"))
        allowed = _METHODS["match" if match_id else ""]
        if request.method not in allowed:
            raise SenderError(Finding(code="VIX-1026", limit=", ".join(allowed)))
        if not match_id:
            na = request.query.get("na")
            return MatchesOpvragen(
                formaat=FORMAT,
                contract=CONTRACT,
                here="",
                na=Said(na, "na") if na else None,
                maximum=Said(str(PER_PAGE), "maximum", own=False),
            ), ""
        about = Said(match_id, "match")
        if request.method == "GET":
            return MatchOpvragen(formaat=FORMAT, contract=CONTRACT, here="", match_id=about), match_id
        form = _form(request)
        if form.keys() & {"regiehandeling", "herzien_op"}:
            return RegieVastleggen(formaat=FORMAT, contract=CONTRACT, here="", match_id=about, **form), match_id
        return Terugkoppelen(formaat=FORMAT, contract=CONTRACT, here="", match_id=about, **form), match_id

    def encode(self, reply: Reply, *, operation: str, relates_to: str) -> WireResponse:
        """The page that answers. What a form did is shown by the page it leads to (303): a reload does nothing."""
        headers = {
            "cache-control": "no-store",
            "content-security-policy": page.POLICY,
            "referrer-policy": "same-origin",
            "x-content-type-options": "nosniff",
        }
        status = 200
        match reply:
            case Refusal():
                status = problem.status(reply, self.texts)
            case OneMatch() if operation in _DONE:
                status, headers["location"] = 303, f"{self.base}/{reply.match.match_id}"
        return WireResponse(status, self.writer.reply(reply, relates_to).encode(), page.CONTENT_TYPE, headers)


def _form(request: WireRequest) -> dict[str, Any]:
    """What one of the two forms says, each field once; a field that was left empty is not said."""
    if request.content_type.partition(";")[0].strip().lower() != FORM:
        raise SenderError(Finding(code="VIX-1027", at="Content-Type", limit=FORM))
    try:
        pairs = parse_qsl(
            request.body.decode("ascii"), max_num_fields=len(REGIE), strict_parsing=True, keep_blank_values=True
        )
    except ValueError:
        raise SenderError(Finding(code="VIX-1001")) from None
    said = dict(pairs)
    if len(said) < len(pairs) or not (said.keys() <= CONTACT or said.keys() <= REGIE):
        raise SenderError(Finding(code="VIX-1001"))
    return {name: Said(value, name) for name, value in pairs if value}


__all__ = ["MatchPages"]

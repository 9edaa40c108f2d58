"""The answers of "fhir_index", from values to what an R4 server answers a transaction or a batch with."""

import datetime as dt
from typing import Any, assert_never
from uuid import NAMESPACE_URL, uuid5

from gateway.canonical.order import IndexCapabilities
from gateway.canonical.receipt import Status
from gateway.simulator.replies import (
    Able,
    Acknowledged,
    Answer,
    Arranged,
    Found,
    Held,
    News,
    Page,
    Refused,
    Registered,
    Reply,
    Standing,
)
from gateway.simulator.values import Call, Inspect, Word
from gateway.wire import fhir_contact
from gateway.wire.fhir import SIGNAAL_ID, TAAK, TAAK_INPUT, UNSAID, axis_system
from gateway.wire.fhir_index import (
    ABLE,
    AFSTEMMEN,
    FHIR_VERSION,
    INDEX_CODE,
    JSON,
    JSON_PATCH,
    MASKED,
    MATCH_ID,
    MOST,
    NUMBER,
    PLACE,
    ROLE,
    STATUS,
    TASK_STATUS,
    VERNIETIGEN,
    Resource,
    concept,
    extension,
    group,
    meta,
    part,
    search,
)

_FAILED = {
    "IX-400": (400, "invalid"),
    "IX-404": (404, "not-found"),
    "IX-409": (422, "multiple-matches"),
    "IX-416": (409, "duplicate"),
    "IX-422": (422, "not-supported"),
    "IX-500": (500, "exception"),
    "IX-503": (503, "transient"),
}
"""Of a code the HTTP status, and R4's kind of issue; every other code is a business rule."""
_REASONS = {200: "OK", 201: "Created"}


def entries(call: Call, answer: Answer) -> list[Resource]:
    """The entries of a Bundle that says that it was done."""
    match answer:
        case Reply(answer=Registered() as registered):
            status = 200 if registered.known else 201
            found = _searchset([_task(news) for news in registered.news])
            return [_done(status, location=f"Flag/{registered.index_id}"), found]
        case Reply(answer=Acknowledged() as acknowledged):
            return [_done(200, location=f"Flag/{acknowledged.index_id}")]
        case Held():
            asked = call.message.request
            reference = asked.reference if isinstance(asked, Inspect) else ""
            return [_searchset([_flag(one, reference) for one in answer.standing])]
        case Page():
            return [_page(answer)]
        case Able():
            return [_done(200) | {"resource": _statement(answer.capabilities, answer.at)}]
        case Reply(answer=Arranged()) | Found():
            raise AssertionError("this contract asks no such thing")
        case Reply(answer=Refused()) | Refused():
            raise AssertionError("a refusal is no entry")
        case _ as never:
            assert_never(never)  # type: ignore[arg-type]


def failed(refused: Refused) -> tuple[int, Resource]:
    """The HTTP status and the OperationOutcome of a refusal; places in the message, never its text."""
    status, kind = (503, "transient") if refused.repeatable else _FAILED.get(refused.code, (422, "business-rule"))
    details = concept(INDEX_CODE, refused.code) | {"text": refused.meaning}
    issue: Resource = {"severity": "error", "code": kind, "details": details}
    if refused.fields:
        issue["expression"] = list(refused.fields)
    return status, {"resourceType": "OperationOutcome", "issue": [issue]}


def _done(status: int, **more: str) -> Resource:
    return {"response": {"status": f"{status} {_REASONS[status]}", **more}}


def _searchset(found: list[Resource], *links: tuple[str, str]) -> Resource:
    bundle: Resource = {"resourceType": "Bundle", "type": "searchset"}
    if links:
        bundle["link"] = [{"relation": relation, "url": url} for relation, url in links]
    if found:
        bundle["entry"] = [
            {"fullUrl": f"urn:uuid:{one['id']}", "resource": one, "search": {"mode": "match"}} for one in found
        ]
    return _done(200) | {"resource": bundle}


def _page(page: Page) -> Resource:
    """A Task is as it is now: of what was told of one match only the last stands here."""
    told = [*map(_task, page.news), *(_end(reference, reason) for reference, reason in page.ended)]
    last: dict[str, Resource] = {}
    for number, task in sorted(zip(page.numbers, told, strict=True), key=lambda pair: pair[0]):
        last.pop(task["id"], None)
        last[task["id"]] = _placed(task, number)
    more = [("next", f"Task?{search(**{NUMBER: f'gt{page.last}', '_sort': NUMBER})}")] if page.more else []
    return _searchset([*last.values()], *more)


def _placed(task: Resource, number: int) -> Resource:
    return task | {"extension": [extension(NUMBER.removeprefix("vi-"), UnsignedInt=number), *task.get("extension", ())]}


def _task(news: News) -> Resource:
    """A match as one of its sides is told of it: each side has a Task of its own."""
    contained = fhir_contact.written(news.contact, "b1", "o1") if news.contact else []
    inputs = [
        _input("soort", valueCode=news.soort.value),
        _input("niet-dezelfde-jeugdige", valueBoolean=news.of_family),
        *([_input("verwijderen", valueBoolean=True)] if news.remove else []),
        *([_input("betrokkene", valueReference={"reference": "#b1"})] if news.contact else []),
    ]
    task = _about(news.reference, AFSTEMMEN, str(uuid5(NAMESPACE_URL, f"{news.match_id}/{news.reference}"))) | {
        "identifier": [{"system": MATCH_ID, "value": news.match_id}],
        "status": TASK_STATUS[news.status],
        "authoredOn": news.arose_at.isoformat(timespec="milliseconds"),
        "input": inputs,
    }
    if contained:
        task["contained"] = contained
    if news.words:
        task["extension"] = [_meaning(word) for word in news.words]
    return task


def _end(reference: str, reason: str) -> Resource:
    """A signal that the register of persons put an end to."""
    return _about(reference, VERNIETIGEN, str(uuid5(NAMESPACE_URL, f"vernietigd/{reference}"))) | {
        "status": "requested",
        "input": [_input("reden", valueCode=reason)],
    }


def _about(reference: str, code: str, identity: str) -> Resource:
    return {
        "resourceType": "Task",
        "id": identity,
        "meta": meta("index-taak"),
        "intent": "order",
        "code": concept(TAAK, code),
        "focus": {"type": "Flag", "identifier": {"system": SIGNAAL_ID, "value": reference}},
    }


def _input(name: str, **value: Any) -> Resource:
    return {"type": concept(TAAK_INPUT, name), **value}


def _meaning(word: Word) -> Resource:
    parts = [
        part("as", Code=word.axis),
        part("woord", String=word.word),
        part("begrip", Coding={"system": axis_system(word.axis), "code": word.code}),
        part("equivalentie", Code=word.equivalence),
        part("kaart", String="-"),
    ]
    return group("betekenis", parts)


def _flag(one: Standing, reference: str) -> Resource:
    """A signal of the asker, who knows its own child."""
    flag: Resource = {"resourceType": "Flag", "id": one.index_id, "meta": meta("index-signaal")}
    if one.contact is not None:
        flag["contained"] = fhir_contact.written(one.contact, ROLE, PLACE)
        flag["author"] = {"reference": f"#{ROLE}"}
    if one.datum_tijd_melding is not None:
        flag["period"] = {"start": one.datum_tijd_melding}
    removal = extension("verwijderdatum", Date=one.verwijderdatum.isoformat())
    return flag | {
        "extension": [removal, extension("leidend", Boolean=one.leidend)],
        "identifier": [{"use": "official", "system": SIGNAAL_ID, "value": reference}],
        "status": STATUS[Status(one.status)],
        "code": {"text": UNSAID},
        "subject": MASKED,
    }


def _statement(able: IndexCapabilities, at: dt.datetime) -> Resource:
    time = {"value": able.processing_time.total_seconds(), "unit": "s", "system": "http://unitsofmeasure.org"}
    parts = [
        *(part(name.replace("_", "-"), Boolean=getattr(able, name)) for name in ABLE),
        *(part("as", Code=axis) for axis in sorted(able.axes)),
        part("verwerkingstijd", Duration=time | {"code": "s"}),
    ]
    number = [{"name": "identifier", "type": "token"}]
    news = [*number, {"name": NUMBER, "type": "number"}, {"name": "focus", "type": "reference"}]
    may = {"versioning": "no-version", "readHistory": False}
    signals = {"type": "Flag", **may, "conditionalCreate": True, "conditionalUpdate": True, "searchParam": number}
    matches = {"type": "Task", **may, "searchParam": news}
    asked = {"Flag": ("create", "update", "patch", "search-type"), "Task": ("patch", "search-type")}
    resources = [
        one | {"interaction": [{"code": code} for code in asked[str(one["type"])]]} for one in (signals, matches)
    ]
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": at.isoformat(timespec="seconds"),
        "kind": "instance",
        "implementation": {"description": f"Een index die ten hoogste {MOST} resources in een antwoord geeft"},
        "fhirVersion": FHIR_VERSION,
        "format": [JSON],
        "patchFormat": [JSON_PATCH],
        "rest": [
            {
                "extension": [group("index-capaciteiten", parts)],
                "mode": "server",
                "resource": resources,
                "interaction": [{"code": "transaction"}, {"code": "batch"}],
            }
        ],
    }

"""The definitions of Subscriptions R5 Backport 1.1 that the gateway's subscriptions claim, as a judge needs them.

Written from what the guide says of each element; texts are left out. The guide itself is published by HL7 (CC0).
"""

from typing import Any

from gateway.wire.fhir_subscription import profile

HL7 = "http://hl7.org/fhir"
Resource = dict[str, Any]


def every() -> dict[str, Resource]:
    """Each definition, by its file's name."""
    made = [*_extensions(), _subscription(), _status(), _notification()]
    return {f"StructureDefinition-{one['id']}": one for one in made}


def _definition(name: str, kind: str, base: str, elements: list[Resource], **more: Any) -> Resource:
    return {
        "resourceType": "StructureDefinition",
        "id": name,
        "url": profile(name),
        "name": "".join(part.capitalize() for part in name.split("-")),
        "status": "active",
        "fhirVersion": "4.0.1",
        "kind": kind,
        "abstract": False,
        "type": base,
        "baseDefinition": f"{HL7}/StructureDefinition/{base}",
        "derivation": "constraint",
        "differential": {"element": elements},
    } | more


def _extensions() -> list[Resource]:
    values = {
        "backport-filter-criteria": ("Subscription.criteria", "string"),
        "backport-channel-type": ("Subscription.channel.type", "Coding"),
        "backport-payload-content": ("Subscription.channel.payload", "code"),
        "backport-heartbeat-period": ("Subscription.channel", "unsignedInt"),
        "backport-timeout": ("Subscription.channel", "unsignedInt"),
        "backport-max-count": ("Subscription.channel", "positiveInt"),
        "capabilitystatement-subscriptiontopic-canonical": ("CapabilityStatement.rest.resource", "canonical"),
    }
    return [
        _definition(
            name,
            "complex-type",
            "Extension",
            [
                {"id": "Extension", "path": "Extension"},
                {"id": "Extension.extension", "path": "Extension.extension", "max": "0"},
                {"id": "Extension.url", "path": "Extension.url", "fixedUri": profile(name)},
                {"id": "Extension.value[x]", "path": "Extension.value[x]", "min": 1, "type": [{"code": kind}]},
            ],
            context=[{"type": "element", "expression": where}],
        )
        for name, (where, kind) in values.items()
    ]


def _subscription() -> Resource:
    payload = "Subscription.channel.payload"
    content = {"code": "Extension", "profile": [profile("backport-payload-content")]}
    return _definition(
        "backport-subscription",
        "resource",
        "Subscription",
        [
            {"id": "Subscription", "path": "Subscription"},
            {"id": payload, "path": payload, "min": 1},
            {
                "id": f"{payload}.extension",
                "path": f"{payload}.extension",
                "slicing": {"discriminator": [{"type": "value", "path": "url"}], "rules": "open"},
                "min": 1,
            },
            {
                "id": f"{payload}.extension:content",
                "path": f"{payload}.extension",
                "sliceName": "content",
                "min": 1,
                "max": "1",
                "type": [content],
            },
        ],
    )


def _status() -> Resource:
    named = {
        "subscription": (1, "Reference"),
        "topic": (0, "canonical"),
        "status": (1, "code"),
        "type": (1, "code"),
        "events-since-subscription-start": (0, "string"),
    }
    elements: list[Resource] = [
        {"id": "Parameters", "path": "Parameters"},
        {
            "id": "Parameters.parameter",
            "path": "Parameters.parameter",
            "slicing": {"discriminator": [{"type": "value", "path": "name"}], "rules": "open"},
            "min": 3,
        },
    ]
    for name, (least, kind) in named.items():
        here, where = f"Parameters.parameter:{name}", "Parameters.parameter"
        elements += [
            {"id": here, "path": where, "sliceName": name, "min": least, "max": "1"},
            {"id": f"{here}.name", "path": f"{where}.name", "fixedString": name},
            {"id": f"{here}.value[x]", "path": f"{where}.value[x]", "min": 1, "type": [{"code": kind}]},
        ]
    return _definition("backport-subscription-status-r4", "resource", "Parameters", elements)


def _notification() -> Resource:
    first = {
        "key": "backport-notification-bundle-r4-1",
        "severity": "error",
        "human": "A notification bundle MUST have a Parameters as the first entry",
        "expression": "entry.first().resource.is(Parameters)",
    }
    return _definition(
        "backport-subscription-notification-r4",
        "resource",
        "Bundle",
        [
            {"id": "Bundle", "path": "Bundle", "constraint": [first]},
            {"id": "Bundle.type", "path": "Bundle.type", "fixedCode": "history"},
            {"id": "Bundle.entry", "path": "Bundle.entry", "min": 1},
        ],
    )

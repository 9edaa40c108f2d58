"""What may be subscribed to. R4 has no SubscriptionTopic; that a topic exists is told by a Basic with its address.

What can be computed of a topic (R5's elements as extensions of another version) is left out: no validator of R4 that
we know takes them, and there is nothing to compute.
"""

from gateway.adapters.publications.fhir.base import DATE, Resource
from gateway.wire.fhir import HL7
from gateway.wire.fhir_subscription import TOPIC

TITLE = "Nieuws van een match"
DESCRIPTION = (
    "A match on a signal of one's own arose, or lapsed. The focus is its Task, to be fetched by its receiver; "
    "a notification says no more than where it is (id-only), and there are no filters."
)


def topics() -> list[Resource]:
    """Every topic; there is one."""
    kind = {"system": f"{HL7}/fhir-types", "code": "SubscriptionTopic", "display": TITLE}
    return [
        {
            "resourceType": "Basic",
            "id": "vi-match",
            "identifier": [{"system": "urn:ietf:rfc:3986", "value": TOPIC}],
            "code": {"coding": [kind], "text": DESCRIPTION},
            "created": DATE,
        }
    ]

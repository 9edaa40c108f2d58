"""Our profiles: which elements of FHIR's resources carry the contract, and which are not there at all.

What is not there is not carried by the index: a door refuses it, unread. Profiles of nl-core are never required.
"""

from gateway.adapters.publications.fhir.base import Resource
from gateway.adapters.publications.fhir.message_profiles import message_profiles
from gateway.adapters.publications.fhir.people_profiles import people_profiles
from gateway.adapters.publications.fhir.signal_profiles import signal_profiles
from gateway.adapters.publications.fhir.task_profiles import task_profiles


def profiles() -> list[Resource]:
    """Every profile of what senders and the gateway say to each other."""
    return [*signal_profiles(), *people_profiles(), *task_profiles(), *message_profiles()]

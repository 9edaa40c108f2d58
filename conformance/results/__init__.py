"""A verdict, told: to a person at a terminal, on a page, to a build server, to FHIR software. Nothing here judges."""

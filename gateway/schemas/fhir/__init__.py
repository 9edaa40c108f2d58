"""FHIR: the schema of R4 cut to what this gateway speaks."""

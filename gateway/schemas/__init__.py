"""Data, no code: our contracts (XSD, WSDL) and the JSON Schema generated from the canonical signal."""

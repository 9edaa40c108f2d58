"""Who plays in the demo: a public test child each, and four organisations."""

from gateway.cli.partners import Child, Exchange

CHILD = Child("999990287", "Wáng", "2007-01-13", "V")
SHEET_CHILD = "999990408"
LATE_CHILD = "999995261"
SCHOOL, CARE, JGZ, YOUTH = "school-de-wilg", "jeugdhulp-voorbeeld", "jgz-voorbeeld", "jongerenwerk-blind"


def met(exchange: Exchange) -> bool:
    """Whether somebody else is named."""
    return bool(exchange.heard.others)

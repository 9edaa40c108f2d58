"""Whose move is it? Every error of the gateway says so; none holds a value from a message.

GatewayError
├── SenderError     the sender can repair this: answered with its findings, never retried
├── Unavailable     the gateway cannot right now: the sender may send the same message again
├── IndexFault      an index is at fault: becomes an outcome of the attempt
└── Misconfigured   the operator can repair this: stops the start, all problems at once
"""

from gateway.canonical.finding import Finding


class GatewayError(Exception):
    """The root; raise a leaf."""


class SenderError(GatewayError):
    """A message that cannot be accepted, with every finding that says why.

    `relates_to` is what its answer must refer to, where that much could be read.
    """

    def __init__(self, *findings: Finding, relates_to: str = "") -> None:
        super().__init__(", ".join(finding.code for finding in findings))
        self.findings = findings
        self.relates_to = relates_to


class Unavailable(GatewayError):
    """The store or a part of it does not answer; nothing was accepted."""


class IndexFault(GatewayError):
    """An answer of an index that breaks its contract."""


class Misconfigured(GatewayError):
    """What an operator must mend before the gateway starts: one line per problem, each with its fix."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems

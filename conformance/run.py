"""Tries requirements one by one against one system, and keeps what was said."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from conformance.checks import find
from conformance.expect import seen
from conformance.requirements import Requirement
from conformance.session import Exchange, Failed, NotTested, Session
from conformance.wire import Unreachable

LEFT_OUT = "uitgesloten met --without"
NOT_CHOSEN = "niet gekozen met --only"


class Outcome(StrEnum):
    """How a requirement came out."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_TESTED = "not tested"


@dataclass(frozen=True, slots=True)
class Result:
    """What one requirement came to. `blocks` is whether it keeps the whole from passing."""

    requirement: Requirement
    outcome: Outcome
    exchanges: tuple[Exchange, ...] = ()
    expected: str = ""
    got: str = ""
    at: str = ""
    reason: str = ""
    excluded: bool = False
    applies: bool = True
    culprit: Exchange | None = None

    @property
    def blocks(self) -> bool:
        """A MUST that failed, or that should have been tried and was not."""
        must = self.requirement.level == "MUST"
        return must and self.outcome is not Outcome.PASSED and not self.excluded and self.applies


def run(
    session: Session,
    requirements: Iterable[Requirement],
    *,
    without: Iterable[str] = (),
    only: Iterable[str] = (),
    tell: Callable[[Result], None] = lambda _: None,
) -> list[Result]:
    """Try every requirement; what is left out by name is not tested and said so."""
    left_out, chosen = set(without), set(only)
    results = []
    for requirement in requirements:
        if requirement.named(left_out) or (chosen and not requirement.named(chosen)):
            reason = LEFT_OUT if requirement.named(left_out) else NOT_CHOSEN
            results.append(Result(requirement, Outcome.NOT_TESTED, reason=reason, excluded=True))
        else:
            results.append(_try(session, requirement))
        tell(results[-1])
    return results


def _try(session: Session, requirement: Requirement) -> Result:
    before = len(session.exchanges)
    try:
        find(requirement.check)(session)
    except NotTested as untried:
        return Result(requirement, Outcome.NOT_TESTED, reason=untried.reason, applies=untried.applies)
    except Unreachable as silence:
        said = tuple(session.exchanges[before:])
        return Result(requirement, Outcome.FAILED, said, expected="een antwoord over HTTP", got=str(silence))
    except Failed as failure:
        said = tuple(session.exchanges[before:])
        culprit = failure.exchange or (said[-1] if said else None)
        got = failure.got or (seen(culprit) if culprit else "")
        return Result(
            requirement, Outcome.FAILED, said, expected=failure.expected, got=got, at=failure.at, culprit=culprit
        )  # fmt: skip
    return Result(requirement, Outcome.PASSED, tuple(session.exchanges[before:]))

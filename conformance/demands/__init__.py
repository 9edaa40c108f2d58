"""What may be demanded at a step: each a function that names what was expected and what came, or says nothing.

A demand sees a Moment: the scene, the step and what is judged. Nothing here sends, waits or looks at a clock. A demand
about nothing at all is not met. `answers` is about what was read, `inward` about what came in at a party the kit plays,
`asked` about what a sender under test did at a step, `throughout` about what it did over the run, `canaries` about what
must stand nowhere.
"""

from collections.abc import Callable

from conformance.demands import answers, asked, canaries, inward, throughout
from conformance.demands.moment import Failed, Inapplicable, Moment

__all__ = ["DEMANDS", "LOOKING", "Failed", "Inapplicable", "Moment", "check"]


def check(this: Moment) -> None:
    """See whether a demand is met; raises Failed."""
    if this.party and not this.said and not this.rest.get("mag_leeg"):
        raise this.fail(f"een bericht bij de {this.party}", "geen enkel")
    DEMANDS[str(this.rest["dat"])](this)


def een_of_ander(this: Moment) -> None:
    """Any of some demands."""
    failures = []
    shared = {name: this.rest[name] for name in ("bij", "in", "handelingen") if name in this.rest}
    for row in this.rest["keus"]:
        try:
            DEMANDS[row["dat"]](Moment(this.scene, this.step, shared | row, this.run))
        except Failed as failure:
            failures.append(failure)
        else:
            return
    last = failures[-1]
    made = this.fail(" of ".join(one.expected for one in failures), last.got, at=last.at)
    made.other = last.other
    raise made


DEMANDS: dict[str, Callable[[Moment], None]] = {
    one.__name__: one
    for one in (*answers.DEMANDS, *inward.DEMANDS, *asked.DEMANDS, *throughout.DEMANDS, *canaries.DEMANDS, een_of_ander)
}
"""By the name that a scenario gives them (`dat`)."""

LOOKING = frozenset({asked.gedaan.__name__, *(one.__name__ for one in throughout.DEMANDS)})
"""Demands that need no message at their own step."""

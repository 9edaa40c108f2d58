"""The ticket (toegangsbewijs) with which this process speaks to one index: in memory, and nowhere else.

An index gives three at a time for one connection and takes the oldest back at a fourth. So all conversations here use
one; whoever finds it worn asks for another, and who comes after takes that.
"""

from threading import Lock


class Access:
    """What is known of our way in. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._ticket = ""
        self._barred = ""

    @property
    def ticket(self) -> str:
        """The ticket that is used now; '' when there is none."""
        return self._ticket

    @property
    def barred(self) -> str:
        """Why nobody tries to log in any more: five wrong attempts would block the connection."""
        return self._barred

    def take(self, ticket: str) -> None:
        """The index let us in."""
        with self._lock:
            self._ticket = ticket

    def lose(self, ticket: str) -> None:
        """The index does not take this ticket any more; of another that was given since, that says nothing."""
        with self._lock:
            if self._ticket == ticket:
                self._ticket = ""

    def bar(self, reason: str) -> None:
        """The index refused our secret: it is not said again by this process with this configuration."""
        with self._lock:
            self._barred = reason

"""What can be asked of the writer, and what it answers. Each unit is durable when its answer is there.

A file for each theme; who asks imports from here.
"""

from gateway.store.work.files import BatchState, CloseBatch, FileBatch, NoteRows, OpenBatch
from gateway.store.work.matches import Fetched, Followed, FollowUp, Notice, Outdated, Remind, Way, Ways
from gateway.store.work.messages import Claim, Freeze, Hold, Job, Schedule, Settle, TakeParked
from gateway.store.work.record import Keep, Record
from gateway.store.work.regie import Arrange, Declined, Watch, Wish
from gateway.store.work.signals import (
    Accept,
    Accepted,
    Age,
    Change,
    Changed,
    Conflict,
    Decision,
    Destroy,
    Destroyed,
    Gone,
    Illegal,
    Impossible,
    Known,
    Move,
    Moved,
    NotOurs,
    Stored,
    Warn,
)
from gateway.store.work.subscriptions import (
    ChangeSubscription,
    CloseSubscription,
    OfSubscription,
    Opened,
    OpenSubscription,
    TooMany,
)
from gateway.store.work.switching import (
    Copied,
    Copy,
    Inspect,
    Leave,
    LookAgain,
    OfSwitch,
    OpenSwitch,
    Pause,
    Scope,
    Step,
    Switch,
    Turn,
)

Unit = (
    Accept | Change | Move | Age | Warn | Destroy
    | Claim | TakeParked | Freeze | Settle | Schedule | Hold
    | FollowUp | Fetched | Remind
    | Arrange | Watch
    | OpenBatch | NoteRows | CloseBatch
    | OfSubscription | OfSwitch
    | Record | Keep
)  # fmt: skip

__all__ = [
    "Accept", "Accepted", "Age", "Arrange", "BatchState", "Change", "ChangeSubscription", "Changed", "Claim",
    "CloseBatch", "CloseSubscription", "Conflict", "Copied", "Copy", "Decision", "Declined", "Destroy", "Destroyed",
    "Fetched", "FileBatch", "FollowUp", "Followed", "Freeze", "Gone", "Hold", "Illegal", "Impossible", "Inspect",
    "Job", "Keep", "Known", "Leave", "LookAgain", "Move", "Moved", "NotOurs", "NoteRows", "Notice", "OfSubscription",
    "OfSwitch", "OpenBatch", "OpenSubscription", "OpenSwitch", "Opened", "Outdated", "Pause", "Record", "Remind",
    "Schedule", "Scope", "Settle", "Step", "Stored", "Switch", "TakeParked", "TooMany", "Turn", "Unit", "Warn", "Watch",
    "Way", "Ways", "Wish",
]  # fmt: skip

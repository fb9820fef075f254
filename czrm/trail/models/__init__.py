"""What happened, who looked, what changed: three records; what seals them, what watches over them, and what was answered once."""

from .access import AccessEntry
from .change import Change
from .delay import AccessDelay
from .event import Event
from .reply import Reply
from .review import Finding, WatchedPerson, WatchRule
from .segment import Segment

__all__ = ["AccessDelay", "AccessEntry", "Change", "Event", "Finding", "Reply", "Segment", "WatchRule", "WatchedPerson"]

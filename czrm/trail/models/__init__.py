"""What happened, who looked, what changed: three records; and what was answered once."""

from .access import AccessEntry
from .change import Change
from .event import Event
from .reply import Reply

__all__ = ["AccessEntry", "Change", "Event", "Reply"]

"""The conversation."""

from .channel import Channel, ContactResult, MessageText
from .contact import Contact, ContactQuestion
from .draft import Draft
from .notice import Notice

__all__ = ["Channel", "Contact", "ContactQuestion", "ContactResult", "Draft", "MessageText", "Notice"]

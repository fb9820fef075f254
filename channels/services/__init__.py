"""The deeds of this app; everybody else imports them from here."""

from .contacts import add_question, close_contact, close_question, note_contact, start_contact
from .lists import ChannelRow, ResultRow, set_channels, set_results
from .notices import read_notice, tell
from .texts import remove_text, write_text

__all__ = [
    "ChannelRow", "ResultRow", "add_question", "close_contact", "close_question", "note_contact", "read_notice", "remove_text",
    "set_channels", "set_results", "start_contact", "tell", "write_text",
]  # fmt: skip

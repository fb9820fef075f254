"""The deeds of this app; everybody else imports them from here."""

from .calendars import close_day, edit_calendar, open_day
from .course import add_note, assign_case, close_case, edit_case, reopen_case, start_case
from .decisions import decide_case, notify_decision
from .documents import attach_document
from .filing import receiving_institution, submit_case
from .offers import named, slugs
from .opening import open_case, refile_case, renew_receipt
from .rows import Opened
from .views import forget_view, save_view
from .waiting import ask_citizen, extend_case, pause_case, receive_answer, resume_case

__all__ = [
    "Opened", "add_note", "ask_citizen", "assign_case", "attach_document", "close_case", "close_day", "decide_case", "edit_calendar",
    "edit_case", "extend_case", "forget_view", "named", "notify_decision", "open_case", "open_day", "pause_case", "receive_answer",
    "receiving_institution", "refile_case", "renew_receipt", "reopen_case", "resume_case", "save_view", "slugs", "start_case",
    "submit_case",
]  # fmt: skip

"""The work."""

from .calendar import Calendar, ClosedDay
from .case import Case, Note
from .decision import Decision
from .document import Document, DocumentRequest, Entry
from .procedure import Procedure, ProcedureVersion
from .term import Extension, Pause
from .view import SavedView

__all__ = [
    "Calendar", "Case", "ClosedDay", "Decision", "Document", "DocumentRequest", "Entry", "Extension", "Note", "Pause",
    "Procedure", "ProcedureVersion", "SavedView",
]  # fmt: skip

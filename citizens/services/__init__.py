"""What may be done to people."""

from .comparison import likely_same
from .contact_points import add_contact_point, retire_contact_point
from .correction import correct_citizen
from .identity import Identified, add_identifier, attend_citizen, identify_citizen, reveal_documents
from .registration import PersonData, register_citizen
from .search import Found, Search, find_citizens

__all__ = [
    "Found",
    "Identified",
    "PersonData",
    "Search",
    "add_contact_point",
    "add_identifier",
    "attend_citizen",
    "correct_citizen",
    "find_citizens",
    "identify_citizen",
    "likely_same",
    "register_citizen",
    "retire_contact_point",
    "reveal_documents",
]

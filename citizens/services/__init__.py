"""What may be done to people."""

from .attributes import create_attribute, edit_attribute, retire_attribute
from .comparison import likely_same
from .consents import drop_consent, give_consent, withdraw_consent, word_consent
from .contact_codes import check_contact_code, send_contact_code
from .contact_points import add_contact_point, edit_contact_point, retire_contact_point, verify_contact_point
from .correction import correct_citizen
from .facts import retire_fact, state_fact, verify_fact
from .identity import Identified, add_identifier, attend_citizen, identify_citizen, reveal_documents
from .logins import Arrival, arrive, decide_login, send_login_code, use_login_code
from .mandates import grant_mandate, may_act, revoke_mandate
from .matches import decide_match, suspect_match
from .protection import break_glass, close_glass, name_officer, protect_citizen, unname_officer, unprotect_citizen
from .registration import PersonData, register_citizen
from .relationships import retire_relationship, state_relationship
from .search import Found, Search, find_citizens

__all__ = [
    "Arrival",
    "Found",
    "Identified",
    "PersonData",
    "Search",
    "add_contact_point",
    "add_identifier",
    "arrive",
    "attend_citizen",
    "break_glass",
    "check_contact_code",
    "close_glass",
    "correct_citizen",
    "create_attribute",
    "decide_login",
    "decide_match",
    "drop_consent",
    "edit_attribute",
    "edit_contact_point",
    "find_citizens",
    "give_consent",
    "grant_mandate",
    "identify_citizen",
    "likely_same",
    "may_act",
    "name_officer",
    "protect_citizen",
    "register_citizen",
    "retire_attribute",
    "retire_contact_point",
    "retire_fact",
    "retire_relationship",
    "reveal_documents",
    "revoke_mandate",
    "send_contact_code",
    "send_login_code",
    "state_fact",
    "state_relationship",
    "suspect_match",
    "unname_officer",
    "unprotect_citizen",
    "use_login_code",
    "verify_contact_point",
    "verify_fact",
    "withdraw_consent",
    "word_consent",
]

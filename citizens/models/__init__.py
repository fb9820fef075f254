"""The person."""

from .citizen import Citizen, CitizenLink, NameToken
from .consent import Consent, ConsentText
from .contact_point import ContactCode, ContactPoint
from .fact import Attribute, Fact
from .identifier import Identifier
from .login import PortalLogin
from .mandate import Mandate
from .protection import Clearance
from .relationship import Relationship
from .source import MatchCandidate, SourceRecord

__all__ = [
    "Attribute", "Citizen", "CitizenLink", "Clearance", "Consent", "ConsentText", "ContactCode", "ContactPoint", "Fact", "Identifier",
    "Mandate", "MatchCandidate", "NameToken", "PortalLogin", "Relationship", "SourceRecord",
]  # fmt: skip

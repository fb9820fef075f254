"""The person."""

from .citizen import Citizen, CitizenLink, NameToken
from .contact_point import ContactPoint
from .identifier import Identifier
from .source import MatchCandidate, SourceRecord

__all__ = ["Citizen", "CitizenLink", "ContactPoint", "Identifier", "MatchCandidate", "NameToken", "SourceRecord"]

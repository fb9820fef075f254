"""Who: institutions, the people who work in them, and what they agreed to share."""

from .agreement import Agreement, Purpose
from .institution import Institution, Office, Team
from .people import Client, Membership, Seat, User

__all__ = ["Agreement", "Client", "Institution", "Membership", "Office", "Purpose", "Seat", "Team", "User"]

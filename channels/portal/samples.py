"""The demonstration's stand-in for an identity provider: it vouches for people of the sample, as a real one would, and for nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from citizens.vouching import Rules

PROVIDER = "demonstration"
RULES = Rules("document", {"cl.rut": "cl.rut", "passport": "passport"}, "kind")


@dataclass(frozen=True, slots=True)
class Sample:
    subject: str
    kind: str
    document: str
    given: str
    surnames: str
    birth: str
    what: str | Promise

    @property
    def name(self) -> str:
        return f"{self.given} {self.surnames}"

    @property
    def claims(self) -> dict[str, Any]:
        return {
            "sub": self.subject, "kind": self.kind, "document": self.document, "given_name": self.given, "family_name": self.surnames,
            "birthdate": self.birth,
        }  # fmt: skip


SAMPLES = {
    sample.subject: sample
    for sample in (
        Sample("elena", "cl.rut", "9.482.716-7", "Elena", "Quiroga Paz", "1972-03-12", _("has open requests and a decision")),
        Sample("jean", "passport", "R4417290", "Jean Robert", "Saint-Fleur", "1991-07-02",
               _("his document was never verified: an officer decides first")),
        Sample("amparo", "cl.rut", "18.765.432-7", "Amparo", "Leiva Toro", "1993-05-21", _("nobody knows her yet: her record is made")),
    )
}  # fmt: skip

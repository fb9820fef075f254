"""The procedures one can ask for here, found by words as people write them, with or without accents."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.clock.words import length_words
from cases.models import Procedure, ProcedureVersion
from cases.services.receipts import silence_words
from cases.terms import term_of
from czrm.institutions.models import Institution


def published(institution: Institution) -> list[Procedure]:
    return list(Procedure.objects.filter(institution=institution, status="published", portal=True, current__isnull=False).order_by("name"))


def find(procedures: list[Procedure], text: str) -> list[Procedure]:
    """Those that hold every word, in their name, sentence, kind or life event."""
    words = folded(text).split()
    return [procedure for procedure in procedures if all(word in haystack(procedure) for word in words)]


def haystack(procedure: Procedure) -> str:
    return folded(f"{procedure.name} {procedure.summary} {procedure.life_event} {procedure.get_kind_display()}")


def folded(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(letter))


def by_life_event(procedures: list[Procedure]) -> list[tuple[str, list[Procedure]]]:
    """Those of no life event come last; where there are no life events at all, one list without a title."""
    groups: dict[str, list[Procedure]] = {}
    for procedure in sorted(procedures, key=lambda one: (not one.life_event, folded(one.life_event), folded(one.name))):
        groups.setdefault(procedure.life_event, []).append(procedure)
    others = _("Other procedures") if len(groups) > 1 else ""
    return [(name or others, rows) for name, rows in groups.items()]


def before_starting(version: ProcedureVersion) -> dict[str, Any]:
    """What one should know first: the guide's sentences, and the terms in words where it says nothing of them."""
    guide: dict[str, Any] = version.guide or {}
    return {
        "needs": lines(guide.get("needs")) + [row["name"] for row in version.documents if row.get("required") and row.get("name")],
        "cost": guide.get("cost") or "",
        "who": guide.get("who") or "",
        "time": time_words(version, str(guide.get("time") or "")),
        "how": lines(guide.get("how")),
        "silence": silence_words(version.silence or {}),
        "questions": minutes_words(len((version.form or {}).get("properties") or {})),
    }


def lines(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)] if value else []


def time_words(version: ProcedureVersion, told: str) -> list[str]:
    promised, legal = term_of(version.promised or {}), term_of(version.legal or {})
    first = _("We promise to answer in %(length)s.") % {"length": length_words(promised.length)} if promised else told
    article = f" ({legal.article})" if legal and legal.article else ""
    second = _("The law gives us %(length)s%(article)s.") % {"length": length_words(legal.length), "article": article} if legal else ""
    return [sentence for sentence in (first, second) if sentence]


def minutes_words(questions: int) -> str:
    minutes = max(2, (questions + 4) // 2)
    return ngettext("It takes about %(n)d minute.", "It takes about %(n)d minutes.", minutes) % {"n": minutes}

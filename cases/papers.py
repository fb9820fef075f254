"""The papers a citizen takes home: the receipt and the decision, as tagged PDF (PDF/UA-1 and PDF/A-2a), from plain data.

Data travels to the templates as one JSON string and is never read as markup. Nothing is fetched: typst's root is the template
folder, and it imports no package. Texts a caller passes are already in `language`; the fixed words are translated here.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import segno
import typst
from babel import Locale
from babel.dates import format_date, get_timezone_gmt, get_timezone_name
from django.template.defaultfilters import filesizeformat
from django.utils.text import Truncator
from django.utils.translation import gettext, override
from PIL import Image

from cases.papertext import clean, fixed_words, paragraphs, plain

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates" / "typst"
FONTS = ROOT / "czrm" / "static" / "vendor" / "fonts"
STANDARDS: list[Any] = ["ua-1", "a-2a"]
LOGO_BOX = (600, 240)
FOOTER_LENGTH = 110

Sheet = Literal["a4", "us-letter"]


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """Whose paper it is. `colour` is #rrggbb (darkened where too pale to read); `logo` is a PNG or JPEG file."""

    institution: str
    office: str
    colour: str = "#0f5a6e"
    logo: bytes | None = None
    contact: str = ""
    sheet: Sheet = "a4"


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A document handed in: size in bytes, SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What the office's register says was handed in, and what happens next. `filed_at` carries the office's zone."""

    head: Letterhead
    language: str
    entry: str
    filed_at: datetime
    filed_by: str
    procedure: str
    case: str
    tracking_key: str
    follow_url: str
    follow_page: str
    on_behalf_of: str = ""
    documents: tuple[Attached, ...] = ()
    term: str = ""
    silence: str = ""
    promised: date | None = None
    legal: date | None = None
    other_ways: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Appeal:
    """One way to challenge a decision: the date itself is known only once the notification takes effect."""

    name: str
    before: str
    term: str
    runs_from: str


@dataclass(frozen=True, kw_only=True)
class Handover:
    """A notification made on paper; a field left empty is printed as a line to fill by hand."""

    at: datetime | None = None
    received_by: str = ""
    document: str = ""
    handed_by: str = ""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A formal decision; `grounds` and `text` are paragraphs parted by an empty line. Without `handover`, no box is printed."""

    head: Letterhead
    language: str
    kind: str
    number: str
    subject: str
    case: str
    procedure: str
    addressee: str
    grounds: str
    text: str
    signer_name: str
    signer_post: str
    place: str
    dated: date
    appeals: tuple[Appeal, ...] = ()
    appeals_note: str = ""
    handover: Handover | None = None


def receipt_pdf(receipt: Receipt, *, fonts: Path = FONTS) -> bytes:
    """The receipt as PDF bytes; the same receipt gives the same bytes. ValueError for a time without zone."""
    with override(receipt.language):
        return _printed("receipt.typ", _receipt(receipt), receipt.filed_at, fonts)


def decision_pdf(decision: Decision, *, fonts: Path = FONTS) -> bytes:
    """The decision as PDF bytes; the same decision gives the same bytes. ValueError for a time without zone."""
    made = datetime(decision.dated.year, decision.dated.month, decision.dated.day, tzinfo=UTC)
    with override(decision.language):
        return _printed("decision.typ", _decision(decision), made, fonts)


def _receipt(receipt: Receipt) -> dict[str, Any]:
    locale = _locale(receipt.language)
    return {
        **_common(receipt.head, receipt.language, title=gettext("Receipt %(number)s") % {"number": receipt.entry}),
        "facts": _facts(
            (gettext("Entry number"), receipt.entry),
            (gettext("Date and time"), f"{_day(receipt.filed_at, locale)}, {_hour(receipt.filed_at, locale)}"),
            (gettext("Handed in by"), receipt.filed_by),
            (gettext("On behalf of"), receipt.on_behalf_of),
            (gettext("Office"), receipt.head.office),
        ),
        "entry": plain(receipt.entry),
        "case": plain(receipt.case),
        "procedure": clean(receipt.procedure),
        "promised": _day(receipt.promised, locale),
        "legal": _day(receipt.legal, locale),
        "terms": _facts((gettext("Term"), receipt.term), (gettext("If we do not answer in time"), receipt.silence)),
        "documents": [_attached(document) for document in receipt.documents],
        "key": plain(receipt.tracking_key),
        "page": plain(receipt.follow_page),
        "url": receipt.follow_url,
        "ways": [clean(way) for way in receipt.other_ways],
        "qr": _qr(receipt.follow_url),
    }


def _decision(decision: Decision) -> dict[str, Any]:
    locale = _locale(decision.language)
    place_and_date = gettext("%(place)s, %(date)s") % {"place": decision.place, "date": _day(decision.dated, locale)}
    return {
        **_common(decision.head, decision.language, title=f"{decision.kind} {decision.number}"),
        "kind": clean(decision.kind),
        "number": clean(decision.number),
        "subject": clean(decision.subject) or gettext("Decision"),
        "place_and_date": clean(place_and_date),
        "facts": _facts(
            (gettext("Addressed to"), decision.addressee),
            (gettext("Procedure"), decision.procedure),
            (gettext("Case number"), decision.case),
        ),
        "grounds": paragraphs(decision.grounds),
        "text": paragraphs(decision.text),
        "appeals": [[clean(x) for x in (a.name, a.before, a.term, a.runs_from)] for a in decision.appeals],
        "appeals_note": paragraphs(decision.appeals_note),
        "signer": {"name": clean(decision.signer_name), "post": clean(decision.signer_post)},
        "handover": _handover(decision.handover, locale) if decision.handover else None,
    }


def _common(head: Letterhead, language: str, *, title: str) -> dict[str, Any]:
    return {
        "title": clean(title),
        "footer": Truncator(clean(" · ".join(filter(None, (title, head.contact))))).chars(FOOTER_LENGTH),
        "language": _locale(language).language,
        "head": {
            "institution": clean(head.institution),
            "office": clean(head.office),
            "colour": head.colour,
            "sheet": head.sheet,
            "logo": _logo(head.logo) if head.logo else None,
        },
        "words": fixed_words(),
    }


def _handover(handover: Handover, locale: Locale) -> list[dict[str, str]]:
    at = handover.at
    return [
        {"name": gettext("Day"), "value": _day(at, locale)},
        {"name": gettext("Hour"), "value": _hour(at, locale) if at else ""},
        {"name": gettext("Received by"), "value": clean(handover.received_by)},
        {"name": gettext("Identity document"), "value": clean(handover.document)},
        {"name": gettext("Handed over by"), "value": clean(handover.handed_by)},
    ]


def _attached(document: Attached) -> dict[str, str]:
    return {"name": clean(document.name), "size": filesizeformat(document.size), "sha256": plain(document.sha256)}


def _facts(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": clean(value)} for name, value in pairs if value.strip()]


def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")


def _day(day: date | None, locale: Locale) -> str:
    return format_date(day, "full", locale=locale) if day else ""


def _hour(at: datetime, locale: Locale) -> str:
    if at.tzinfo is None:
        raise ValueError("a time on a paper needs its zone")
    zone = get_timezone_name(at, locale=locale)
    return f"{at:%H:%M} ({zone}, {get_timezone_gmt(at, locale=locale)})"


@lru_cache(maxsize=32)
def _logo(file: bytes) -> dict[str, Any]:
    """Drawn again as a small PNG, so that nothing but pixels reaches the paper."""
    with Image.open(BytesIO(file), formats=("PNG", "JPEG")) as image:
        small = image.convert("RGBA")
    small.thumbnail(LOGO_BOX)
    out = BytesIO()
    small.save(out, "PNG")
    return {"png": list(out.getvalue()), "ratio": small.width / small.height}


def _qr(url: str) -> str:
    out = BytesIO()
    segno.make(url, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False, omitsize=True)
    return out.getvalue().decode()


@lru_cache(maxsize=4)
def _fonts(folder: Path) -> typst.Fonts:
    return typst.Fonts(font_paths=[folder] if folder.is_dir() else [])


def _printed(template: str, data: dict[str, Any], made: datetime, fonts: Path) -> bytes:
    """Both standards; where no installed font has a character, still a tagged PDF, with a note and the text kept inside."""
    try:
        return _compiled(template, data, made, fonts, STANDARDS)
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
        return _compiled(template, {**data, "incomplete": True}, made, fonts, [])


def _compiled(template: str, data: dict[str, Any], made: datetime, fonts: Path, standards: Iterable[Any]) -> bytes:
    return typst.compile(
        TEMPLATES / template,
        root=TEMPLATES,
        font_paths=_fonts(fonts),
        sys_inputs={"data": json.dumps(data)},
        pdf_standards=list(standards),
        timestamp=int(made.timestamp()),
    )

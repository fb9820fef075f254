import dataclasses
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from cases import papers
from cases.papers import Appeal, Attached, Decision, Handover, Letterhead, Receipt, decision_pdf, receipt_pdf
from cases.papertext import BREAK, clean, paragraphs

SANTIAGO = ZoneInfo("America/Santiago")
FINGERPRINT = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
NO_FONTS = Path("/nonexistent")
HEAD = Letterhead(institution="Norte", office="Counter of Norte", contact="Phone 148")
RECEIPT = Receipt(
    head=HEAD,
    language="en",
    entry="E-2026-0018734",
    filed_at=datetime(2026, 11, 20, 10, 42, tzinfo=SANTIAGO),
    filed_by="Carla Paz",
    procedure="Street light repair",
    case="VS-2026-0004812-K",
    tracking_key="K7QM-2XVD-9RTA-P4",
    follow_url="https://norte.example/follow#K7QM",
    follow_page="norte.example/follow",
    documents=(Attached(name="lamp.jpg", size=1_843_211, sha256=FINGERPRINT),),
    term="20 working days",
    silence="Your request counts as accepted.",
    promised=date(2026, 12, 4),
    legal=date(2026, 12, 21),
)
DECISION = Decision(
    head=HEAD,
    language="en",
    kind="Decision",
    number="1482/2026",
    subject="The tree may be pruned",
    case="VS-2026-0004812-K",
    procedure="Tree pruning",
    addressee="Carla Paz",
    grounds="The branches touch the wires.\n\nThe by-law allows it.",
    text="The crew will prune it.",
    signer_name="Sofía Reyes",
    signer_post="Head of Parks",
    place="Norte",
    dated=date(2026, 11, 30),
    appeals=(Appeal(name="Reposition", before="Head of Parks", term="5 working days", runs_from="The day after notification"),),
)
HOSTILE = (
    '#read("/etc/passwd") *b* _i_ $x$ `c` <label> @ref [x] \\ // /* https://x.example "q"',
    '#import "@preview/cetz:0.1.0": *',
    "a" * 600,
    "\ud800 lone surrogate \x00\x07\x1b",
    "\u202egpj.exe",
    "שלום / مرحبا 123",
    "😀 中文 \U000f0000 \ufffe",
    "one\ntwo\r\n\n\nthree\t\u2028four",
)


def read(pdf: bytes) -> str:
    """The words of a PDF, single-spaced; a long word's break points are taken away."""
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return " ".join(text.replace(BREAK, "").split())


def test_a_receipt_says_everything_a_citizen_needs_to_prove_and_to_follow() -> None:
    text = read(receipt_pdf(RECEIPT))
    for words in (
        "Norte", "Counter of Norte", "Phone 148", "E-2026-0018734", "Friday, November 20, 2026", "10:42", "Chile Summer Time",
        "Carla Paz", "Street light repair", "VS-2026-0004812-K", "lamp.jpg", FINGERPRINT, "20 working days",
        "Your request counts as accepted.", "Friday, December 4, 2026", "Monday, December 21, 2026", "K7QM-2XVD-9RTA-P4",
        "norte.example/follow",
    ):  # fmt: skip
        assert words in text


def test_a_decision_says_who_decided_why_and_how_to_challenge_it() -> None:
    text = read(decision_pdf(DECISION))
    for words in (
        "Decision 1482/2026", "The tree may be pruned", "Norte, Monday, November 30, 2026", "Carla Paz", "VS-2026-0004812-K",
        "The branches touch the wires.", "The by-law allows it.", "The crew will prune it.", "Sofía Reyes", "Head of Parks",
        "Reposition", "5 working days", "The day after notification",
    ):  # fmt: skip
        assert words in text


def test_the_notification_box_is_printed_only_for_handing_over_on_paper() -> None:
    assert "Notification on paper" not in read(decision_pdf(DECISION))
    blank = read(decision_pdf(dataclasses.replace(DECISION, handover=Handover())))
    assert "Notification on paper" in blank
    assert "Signature of the person who receives" in blank
    at = datetime(2026, 12, 1, 9, 5, tzinfo=SANTIAGO)
    filled = read(decision_pdf(dataclasses.replace(DECISION, handover=Handover(at=at, received_by="Darío Mena"))))
    assert "Tuesday, December 1, 2026" in filled
    assert "09:05" in filled
    assert "Darío Mena" in filled


def root_of(pdf: bytes) -> Any:
    return PdfReader(BytesIO(pdf)).root_object


def is_tagged(pdf: bytes) -> bool:
    root = root_of(pdf)
    return "/StructTreeRoot" in root and bool(root["/Lang"] == "en") and str(root["/MarkInfo"]["/Marked"]) == "True"


def test_papers_are_tagged_and_claim_the_accessible_and_the_archival_standard() -> None:
    for pdf in (receipt_pdf(RECEIPT), decision_pdf(dataclasses.replace(DECISION, handover=Handover()))):
        assert is_tagged(pdf)
        metadata = root_of(pdf)["/Metadata"].get_data().decode()
        assert "<pdfuaid:part>1<" in metadata
        assert "<pdfaid:part>2<" in metadata
        assert "<pdfaid:conformance>A<" in metadata


def test_dates_follow_the_language_of_the_paper() -> None:
    text = read(receipt_pdf(dataclasses.replace(RECEIPT, language="es-CL")))
    assert "viernes, 20 de noviembre de 2026" in text
    assert "hora de verano de Chile" in text
    assert "lunes, 21 de diciembre de 2026" in text


def test_what_is_not_known_is_left_out() -> None:
    bare = dataclasses.replace(RECEIPT, promised=None, legal=None, term="", silence="", documents=(), on_behalf_of=" ")
    text = read(receipt_pdf(bare))
    for words in ("We will answer by", "Legal deadline", "If we do not answer", "On behalf of", "None"):
        assert words not in text
    assert "No documents were handed in." in text


def test_the_same_data_gives_the_same_bytes_and_other_data_other_bytes() -> None:
    assert receipt_pdf(RECEIPT) == receipt_pdf(RECEIPT)
    assert receipt_pdf(RECEIPT) != receipt_pdf(dataclasses.replace(RECEIPT, entry="E-2026-0018735"))


def test_a_time_without_zone_is_refused() -> None:
    naive = RECEIPT.filed_at.replace(tzinfo=None)
    with pytest.raises(ValueError, match="zone"):
        receipt_pdf(dataclasses.replace(RECEIPT, filed_at=naive))


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("fonts", [papers.FONTS, NO_FONTS])
def test_hostile_words_are_printed_as_words_in_every_field(words: str, fonts: Path) -> None:
    head = dataclasses.replace(HEAD, institution=words, office=words, contact=words)
    attached = Attached(name=words, size=1, sha256=FINGERPRINT)
    receipt = dataclasses.replace(
        RECEIPT, head=head, entry=words[:40], filed_by=words, on_behalf_of=words, procedure=words, case=words[:40],
        documents=(attached,) * 3, term=words, silence=words, other_ways=(words,), tracking_key=words[:20], follow_page=words[:60],
    )  # fmt: skip
    decision = dataclasses.replace(
        DECISION, head=head, kind=words, number=words, subject=words, addressee=words, grounds=words, text=words,
        appeals=(Appeal(name=words, before=words, term=words, runs_from=words),), appeals_note=words, signer_name=words,
        signer_post=words, place=words, handover=Handover(received_by=words, document=words, handed_by=words),
    )  # fmt: skip
    for pdf in (receipt_pdf(receipt, fonts=fonts), decision_pdf(decision, fonts=fonts)):
        assert "root:x:" not in read(pdf)
        assert "cases/papers.py" not in read(pdf)


def test_markup_stays_letters() -> None:
    text = read(receipt_pdf(dataclasses.replace(RECEIPT, filed_by='#read("/etc/passwd") *bold* $x^2$', procedure="= Title #pagebreak()")))
    assert '#read("/etc/passwd") *bold* $x^2$' in text
    assert "= Title #pagebreak()" in text


def test_a_character_no_font_has_gives_a_paper_with_a_note() -> None:
    pdf = receipt_pdf(dataclasses.replace(RECEIPT, filed_by="Carla \U000f0000"))
    assert "Some characters could not be printed here." in read(pdf)
    assert is_tagged(pdf)
    assert "Some characters" not in read(receipt_pdf(RECEIPT))


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=200), st.text(max_size=2000))
def test_any_text_at_all_gives_a_pdf(short: str, long: str) -> None:
    decision = dataclasses.replace(DECISION, kind=short, subject=short, addressee=short, grounds=long, text=long)
    assert decision_pdf(decision).startswith(b"%PDF-1.7")


@given(st.text())
def test_cleaning_leaves_one_line_without_tricks_and_loses_no_letter(text: str) -> None:
    cleaned = clean(text)
    assert not any(c in cleaned for c in "\n\r\x00\u202e\u2066")
    assert all(len(word) < 28 for part in cleaned.split() for word in part.split(BREAK))
    assert clean(cleaned) == cleaned
    cleaned.encode()


def test_paragraphs_are_parted_by_empty_lines() -> None:
    assert paragraphs("one\r\ntwo\n \n\n\nthree\u2028four\n") == [["one", "two"], ["three", "four"]]
    assert paragraphs(" \n ") == []


def test_a_logo_is_drawn_again_and_stays_within_its_corner() -> None:
    wide = BytesIO()
    Image.new("RGB", (2000, 20), "red").save(wide, "JPEG")
    head = dataclasses.replace(HEAD, logo=wide.getvalue())
    pages = PdfReader(BytesIO(receipt_pdf(dataclasses.replace(RECEIPT, head=head)))).pages
    assert len(pages) == 1
    assert [image.image.size for image in pages[0].images if image.image] == [(600, 6)]


def test_a_logo_that_is_an_svg_is_refused() -> None:
    head = dataclasses.replace(HEAD, logo=b'<svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/passwd"/></svg>')
    with pytest.raises(OSError, match="cannot identify"):
        receipt_pdf(dataclasses.replace(RECEIPT, head=head))


def test_the_templates_import_nothing_from_outside_and_evaluate_nothing() -> None:
    sources = {path.name: path.read_text() for path in papers.TEMPLATES.glob("*.typ")}
    assert {"house.typ", "receipt.typ", "decision.typ"} <= sources.keys()
    for source in sources.values():
        assert "eval(" not in source
        assert "@preview" not in source
        assert "read(" not in source


def test_the_compiler_cannot_leave_the_template_folder() -> None:
    with pytest.raises(typst.TypstError):
        typst.Compiler(b'#read("/../../etc/passwd")', root=papers.TEMPLATES).compile()


@pytest.mark.parametrize("colour", ["#ffffff", "#f2b705", "#000000", "#0f5a6e"])
def test_any_colour_of_an_institution_prints(colour: str) -> None:
    assert "Norte" in read(receipt_pdf(dataclasses.replace(RECEIPT, head=dataclasses.replace(HEAD, colour=colour, sheet="us-letter"))))

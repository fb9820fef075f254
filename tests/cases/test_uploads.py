import hashlib
import struct
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from PIL import Image

from czrm.kit.refused import Refused
from czrm.kit.uploads import ENDINGS, Caps, display_name, inspect

SMALL = Caps(size=200_000, pixels=10_000, pages=3, unpacked=1_000_000, ratio=20)


@pytest.fixture(autouse=True, scope="module")
def english() -> Iterator[None]:
    with override("en"):
        yield


def picture(form: str = "JPEG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **extra: object) -> bytes:
    out = BytesIO()
    Image.new(mode, size, 200 if mode == "L" else None).save(out, form, **extra)
    return out.getvalue()


def zipped(members: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else method)
    return out.getvalue()


def docx(**more: bytes) -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>", **more})


def odt() -> bytes:
    return zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<office/>"})


def xlsx() -> bytes:
    book, out = Workbook(), BytesIO()
    book.active.append(["Ana", 1])  # type: ignore[union-attr]
    book.save(out)
    return out.getvalue()


def pdf(pages: int = 1, *, packed: bool = False) -> bytes:
    leaves = b"".join(b"<</Type /Page /Parent 2 0 R>>\n" for _ in range(pages))
    if packed:
        stream = zlib.compress(leaves)
        leaves = b"5 0 obj <</Type/ObjStm/N %d/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream\nendobj\n" % (
            pages,
            len(stream),
            stream,
        )
    body = b"%PDF-1.7\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Count 1>> endobj\n" + leaves
    return body + b"trailer <</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def refusal(name: str, data: bytes, caps: Caps = SMALL) -> str:
    with pytest.raises(Refused) as caught:
        inspect(name, data, caps=caps)
    assert len(caught.value.words) > 30
    return caught.value.code


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("letter.pdf", pdf(), "application/pdf"),
        ("packed.PDF", pdf(3, packed=True), "application/pdf"),
        ("photo.JPEG", picture(), "image/jpeg"),
        ("plan.png", picture("PNG", mode="RGBA"), "image/png"),
        ("form.docx", docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("list.xlsx", xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("form.odt", odt(), "application/vnd.oasis.opendocument.text"),
        ("nota.txt", "Señora Ñuñoa: 5 < 7\r\n".encode(), "text/plain"),
        ("windows.txt", "Señora “Ñuñoa”".encode("cp1252"), "text/plain"),
    ],
)
def test_what_citizens_really_send_is_kept(name: str, data: bytes, media_type: str) -> None:
    found = inspect(name, data)
    assert found.media_type == media_type
    assert found.size == len(found.data)
    assert found.sha256 == hashlib.sha256(found.data).hexdigest()
    assert found.received_sha256 == hashlib.sha256(data).hexdigest()
    assert found.name.rpartition(".")[2] == ENDINGS[name.rpartition(".")[2].lower()]
    if not media_type.startswith("image/"):
        assert found.data == data


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("empty.pdf", b"", "upload.empty"),
        ("big.pdf", pdf() + b" " * 200_001, "upload.too_large"),
        ("long.pdf", pdf(4), "upload.too_long"),
        ("long.pdf", pdf(4, packed=True), "upload.too_long"),
        ("wide.png", picture("PNG", (101, 100)), "upload.too_many_pixels"),
        ("wide.jpg", picture("JPEG", (101, 100)), "upload.too_many_pixels"),
        ("photo.heic", b"\0\0\0\x18ftypheic", "upload.heic"),
        ("old.doc", b"\xd0\xcf\x11\xe0", "upload.kind"),
        ("macros.docm", docx(), "upload.kind"),
        ("run.exe", b"MZ\x90\0", "upload.kind"),
        ("page.html", b"<!doctype html>", "upload.kind"),
        ("drawing.svg", b"<svg/>", "upload.kind"),
        ("none", b"hello", "upload.kind"),
        ("", b"hello", "upload.kind"),
        ("bill.pdf.exe", pdf(), "upload.kind"),
        ("bill.pdf", b"MZ\x90\0" + b"\0" * 100, "upload.mismatch"),
        ("bill.txt", b"MZ\x90\0" + b"\0" * 100, "upload.mismatch"),
        ("bill.docx", b"MZ\x90\0" + b"\0" * 100, "upload.mismatch"),
        ("bill.jpg", pdf(), "upload.mismatch"),
        ("bill.pdf", picture(), "upload.mismatch"),
        ("photo.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "upload.mismatch"),
        ("form.docx", xlsx(), "upload.mismatch"),
        ("form.docx", zipped({"readme.txt": b"hello"}), "upload.mismatch"),
        ("form.odt", docx(), "upload.mismatch"),
        ("page.txt", b"  <!DOCTYPE html><script>alert(1)</script>", "upload.markup"),
        ("drawing.txt", b"<?xml version='1.0'?><svg/>", "upload.markup"),
        ("drawing.txt", "\ufeff<svg onload=alert(1)>".encode(), "upload.markup"),
        ("cut.jpg", picture(size=(90, 90))[:-200], "upload.broken"),
        ("cut.png", picture("PNG")[:40], "upload.broken"),
        ("cut.pdf", pdf()[:60], "upload.broken"),
        ("macros.docx", docx(**{"word/vbaProject.bin": b"x"}), "upload.macros"),
        ("climb.docx", docx(**{"../../etc/cron.d/x": b"x"}), "upload.broken"),
        ("climb.docx", docx(**{"C:/windows/x": b"x"}), "upload.broken"),
    ],
)
def test_what_may_not_come_in_is_refused_with_words_that_help(name: str, data: bytes, code: str) -> None:
    assert refusal(name, data) == code


def test_the_refusal_of_a_large_file_names_the_cap() -> None:
    with pytest.raises(Refused, match=r"larger than 20.*MB"):
        inspect("a.pdf", b"%PDF-" + b" " * (20 * 1024 * 1024))


def test_a_photo_loses_place_and_camera_but_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "SpyCam", 6
    exif.get_ifd(0x8825).update({1: "S", 2: (33.0, 27.0, 0.0), 3: "W", 4: (70.0, 40.0, 0.0)})
    received = picture(exif=exif.tobytes(), comment=b"home of Carla", icc_profile=b"profile")
    assert b"SpyCam" in received
    found = inspect("photo.jpg", received)
    with Image.open(BytesIO(found.data)) as image:
        assert image.size == (20, 40)
        assert not dict(image.getexif())
        assert not {"exif", "icc_profile", "comment", "xmp"} & image.info.keys()
    for trace in (b"SpyCam", b"Carla", b"Exif", b"profile"):
        assert trace not in found.data


@pytest.mark.parametrize("quality", [30, 75, 95])
def test_a_photo_drawn_again_is_neither_coarser_nor_much_larger(quality: int) -> None:
    out = BytesIO()
    Image.effect_noise((300, 200), 40).convert("RGB").save(out, "JPEG", quality=quality)
    received = out.getvalue()
    found = inspect("photo.jpg", received)
    assert abs(found.size - len(received)) < len(received) * 0.05
    with Image.open(BytesIO(received)) as before, Image.open(BytesIO(found.data)) as after:
        assert before.quantization == after.quantization  # type: ignore[attr-defined]


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_grey_and_printers_photos_are_kept(mode: str) -> None:
    assert inspect("photo.jpg", picture(mode=mode)).media_type == "image/jpeg"


def test_a_drawing_keeps_its_transparency_and_loses_its_notes() -> None:
    from PIL.PngImagePlugin import PngInfo

    notes = PngInfo()
    notes.add_text("Author", "Carla")
    found = inspect("plan.png", picture("PNG", mode="RGBA", pnginfo=notes))
    with Image.open(BytesIO(found.data)) as image:
        assert image.mode == "RGBA"
        assert "Author" not in image.info


def test_a_picture_with_the_other_pictures_ending_is_renamed_to_what_it_is() -> None:
    found = inspect("captura.jpg", picture("PNG"))
    assert (found.name, found.media_type) == ("captura.png", "image/png")


@pytest.mark.parametrize("tail", [zipped({"evil.class": b"x"}), b"<script>alert(1)</script>", pdf()])
def test_a_file_hidden_behind_a_picture_does_not_survive(tail: bytes) -> None:
    found = inspect("photo.jpg", picture() + tail)
    assert tail not in found.data
    assert not zipfile.is_zipfile(BytesIO(found.data))


def test_a_zip_hidden_behind_a_pdf_or_before_a_document_is_refused() -> None:
    assert refusal("both.pdf", pdf() + zipped({"evil.class": b"x"})) == "upload.broken"
    assert refusal("both.docx", docx() + b"<script>") == "upload.mismatch"
    assert refusal("both.docx", b"%PDF-1.7 " + docx()) == "upload.mismatch"
    assert refusal("both.docx", zipped({"a": b"b"}) + docx()) == "upload.mismatch"


def test_a_document_that_swells_is_refused_before_it_does() -> None:
    bomb = docx(**{"word/media/zeros": b"\0" * 30_000_000})
    assert len(bomb) < SMALL.size
    start = time.perf_counter()
    assert refusal("bomb.docx", bomb) == "upload.swells"
    assert refusal("ratio.docx", bomb, Caps(ratio=100)) == "upload.swells"
    assert time.perf_counter() - start < 2


def test_a_document_that_lies_about_its_size_or_overlaps_is_refused() -> None:
    honest = docx(**{"word/media/a": b"\0" * 50_000})
    entry = honest.rindex(b"PK\x01\x02")
    lie = honest[: entry + 24] + struct.pack("<I", 10) + honest[entry + 28 :]
    assert refusal("lie.docx", lie) == "upload.broken"
    wide = honest[: entry + 20] + struct.pack("<I", len(honest)) + honest[entry + 24 :]
    assert refusal("overlap.docx", wide) == "upload.broken"


def test_a_locked_document_says_how_to_unlock_it() -> None:
    data = docx()
    entry = data.rindex(b"PK\x01\x02")
    assert refusal("locked.docx", data[: entry + 8] + b"\x01\0" + data[entry + 10 :]) == "upload.locked"


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\ana\\carta.PDF", "carta.pdf"),
        ("informe\u202efdp.pdf", "informefdp.pdf"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("  .hidden.pdf", "hidden.pdf"),
        (".pdf", "document.pdf"),
        ("...pdf", "document.pdf"),
        ("con.pdf", "_con.pdf"),
        ('<b>"quote"|?.pdf', "b quote.pdf"),
        ("a" * 300 + ".pdf", "a" * 116 + ".pdf"),
        ("cafe\u0301.pdf", "café.pdf"),
        ("photo.jpeg", "photo.pdf"),
        ("v1.2 final.pdf", "v1.2 final.pdf"),
    ],
)
def test_names_are_safe_to_show_and_to_save(given_name: str, shown: str) -> None:
    assert display_name(given_name, "pdf") == shown


@given(st.text(max_size=300))
def test_any_name_becomes_a_plain_short_one(name: str) -> None:
    shown = display_name(name, "pdf")
    assert shown.endswith(".pdf")
    assert 4 < len(shown) <= 120
    assert not set(shown) & set('/\\<>:"|?*\0\n\r\u202e')
    assert not shown.startswith((".", " "))


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(
        [("a.pdf", pdf(2, packed=True)), ("a.jpg", picture()), ("a.png", picture("PNG")), ("a.docx", docx()), ("a.odt", odt())]
    ),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), max_size=12),
    st.integers(0, 3000),
)
def test_damaged_files_are_kept_or_refused_but_never_break_anything(
    sample: tuple[str, bytes], damage: list[tuple[int, int]], cut: int
) -> None:
    name, data = sample
    broken = bytearray(data)
    for at, value in damage:
        broken[at % len(broken)] = value
    with suppress(Refused):
        assert inspect(name, bytes(broken[: max(1, cut)]), caps=SMALL).media_type

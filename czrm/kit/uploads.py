"""Look into an upload before it is kept: only known kinds, content that matches, nothing that swells, pictures drawn again.

This bounds what comes in; it is not an antivirus (quarantine and scanner come after). Time and memory are bounded by the caps.
"""

from __future__ import annotations

import hashlib
import re
import struct
import unicodedata
import warnings
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from PIL import Image, ImageOps
from PIL.JpegImagePlugin import JpegImageFile, get_sampling

from czrm.kit.refused import Refused

from .containers import BrokenFile, office_kind, pdf_pages, unpacked_size, zip_members

MIB = 1024 * 1024
NAME_LENGTH = 120
JPEG_QUALITY = 90
ENDINGS = {"pdf": "pdf", "jpg": "jpg", "jpeg": "jpg", "png": "png", "docx": "docx", "xlsx": "xlsx", "odt": "odt", "txt": "txt"}
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "txt": "text/plain",
}
PICTURES = {"jpg", "png"}
FORMATS = {"jpg": "JPEG", "png": "PNG"}
PICTURE_ERRORS = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, Image.DecompressionBombError)
SMALL_ENOUGH = 10 * MIB
NOT_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\x80-\x9f\ufffd]")
OUTSIDE = re.compile(r"^[/\\]|(^|[/\\])\.\.([/\\]|$)|^[A-Za-z]:")
MACROS = re.compile(r"vbaproject\.bin$|(^|/)basic/|macrosheets/", re.IGNORECASE)
MARKUP = re.compile(r"<\s*(!doctype|html|head|body|svg|script|iframe|\?xml|\?php|%)", re.IGNORECASE)
NOT_IN_NAMES = re.compile(r'[<>:"|?*]+')
RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Caps:
    """How much is too much: bytes, picture points, PDF pages, bytes an office file unpacks to, and how many times its size."""

    size: int = 20 * MIB
    pixels: int = 50_000_000
    pages: int = 500
    unpacked: int = 200 * MIB
    ratio: int = 150


Check = Callable[[bytes, Caps], bytes]


@dataclass(frozen=True)
class Inspected:
    """What may be kept. A picture is drawn again, so `data` and `sha256` are not those of the file received: `received_sha256` is."""

    name: str
    media_type: str
    data: bytes
    sha256: str
    size: int
    received_sha256: str


def inspect(name: str, data: bytes, *, caps: Caps | None = None) -> Inspected:
    """The upload as it may be kept, or Refused with words that tell the citizen what to do. The browser's own media type is not asked."""
    caps = caps or Caps()
    _check_size(data, caps)
    claimed = _claimed_kind(name)
    kind = _true_kind(claimed, data)
    kept = _checked(kind, data, caps)
    return Inspected(
        name=display_name(name, kind),
        media_type=MEDIA_TYPES[kind],
        data=kept,
        sha256=hashlib.sha256(kept).hexdigest(),
        size=len(kept),
        received_sha256=hashlib.sha256(data).hexdigest(),
    )


def inspect_file(file: UploadedFile[Any]) -> Inspected:
    """As `inspect`, of what a form took; a refusal names the file it is about."""
    name = file.name or ""
    file.seek(0)
    try:
        return inspect(name, file.read())
    except Refused as no:
        raise Refused(no.code, f"{name}: {no.words}") from no


def display_name(name: str, kind: str) -> str:
    """The name without path, tricks of direction, control or reserved characters, at most 120 long, ending in what the file is."""
    letters = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})
    last = PurePosixPath(letters.replace("\\", "/")).name
    before, dot, ending = last.rpartition(".")
    stem = before if dot and ending.lower() in ENDINGS else last
    stem = " ".join(NOT_IN_NAMES.sub(" ", stem).split()).strip(". ")
    stem = RESERVED.sub(r"_\1", stem)[: NAME_LENGTH - len(kind) - 1].rstrip(". ")
    return f"{stem or gettext('document')}.{kind}"


def _checked(kind: str, data: bytes, caps: Caps) -> bytes:
    try:
        return CHECKS[kind](data, caps)
    except (BrokenFile, *PICTURE_ERRORS) as error:
        words = gettext("The file is damaged and cannot be opened: make it again, or save it as PDF, and attach that.")
        raise Refused("upload.broken", words) from error


def _check_size(data: bytes, caps: Caps) -> None:
    if not data:
        raise Refused("upload.empty", gettext("The file is empty: check that it opens on your device and attach it again."))
    if len(data) > caps.size:
        words = gettext("The file is larger than %(cap)s: attach a smaller one, or split it in parts.")
        raise Refused("upload.too_large", words % {"cap": filesizeformat(caps.size)})


def _claimed_kind(name: str) -> str:
    ending = name.strip().rpartition(".")[2].lower()
    if ending in ENDINGS:
        return ENDINGS[ending]
    if ending in {"heic", "heif"}:
        words = gettext("This photo is in HEIC format: send it as JPG (on an iPhone: Settings, Camera, Formats, Most compatible).")
        raise Refused("upload.heic", words)
    if ending in {"doc", "xls", "ppt", "pptx", "odp", "ods", "rtf", "docm", "xlsm"}:
        raise Refused("upload.kind", gettext("This kind of document is not accepted: save it as PDF and attach it again."))
    words = gettext("This kind of file is not accepted: attach a PDF, a photo (JPG, PNG), a document (DOCX, XLSX, ODT) or text (TXT).")
    raise Refused("upload.kind", words)


def _true_kind(claimed: str, data: bytes) -> str:
    """The kind the content has. A picture with the ending of the other kind of picture is a common, harmless mistake."""
    found = _sniffed(data)
    if found == claimed or {found, claimed} <= PICTURES:
        return found
    words = gettext("The content of the file is not what its name says (%(kind)s): open it, save it again as PDF or JPG, and attach that.")
    raise Refused("upload.mismatch", words % {"kind": claimed.upper()})


def _sniffed(data: bytes) -> str:
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"PK\x03\x04"):
        return office_kind(data)
    return "txt" if _text(data) is not None else ""


def _text(data: bytes) -> str | None:
    """The text, read as UTF-8, else as Windows Latin; None where control characters show that it is not text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return None if NOT_TEXT.search(text) else text


def _plain(data: bytes, _: Caps) -> bytes:
    if MARKUP.search(_text(data) or ""):
        raise Refused("upload.markup", gettext("The file holds web code: attach a PDF, a photo or plain text instead."))
    return data


def _pdf(data: bytes, caps: Caps) -> bytes:
    if pdf_pages(data, cap=caps.unpacked) > caps.pages:
        words = gettext("The document has more pages than we can keep in one file (%(cap)s): split it in parts.")
        raise Refused("upload.too_long", words % {"cap": caps.pages})
    return data


def _office(data: bytes, caps: Caps) -> bytes:
    members = zip_members(data)
    if any(member.flag_bits & 1 for member in members):
        raise Refused("upload.locked", gettext("The document is locked with a password: save it without one and attach it again."))
    names = [member.filename for member in members]
    if len(set(names)) < len(names) or any(OUTSIDE.search(name) for name in names):
        raise BrokenFile
    if any(MACROS.search(name) for name in names):
        raise Refused("upload.macros", gettext("The document holds macros: save it as PDF and attach that."))
    unpacked = unpacked_size(data, members, caps.unpacked)
    if unpacked > caps.unpacked or unpacked > max(len(data) * caps.ratio, SMALL_ENOUGH):
        raise Refused("upload.swells", gettext("The document grows too much when it is opened: save it as PDF and attach that."))
    return data


def _picture(kind: str) -> Check:
    def draw_again(data: bytes, caps: Caps) -> bytes:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=(FORMATS[kind],)) as image:
                if image.width * image.height > caps.pixels:
                    words = gettext("The picture has more than %(cap)s megapixels: send a smaller copy.")
                    raise Refused("upload.too_many_pixels", words % {"cap": caps.pixels // 1_000_000})
                return _pixels_only(image, kind)

    return draw_again


def _pixels_only(image: Image.Image, kind: str) -> bytes:
    """The picture upright and alone: no place, camera, date, text or profile, and nothing behind its end."""
    upright = ImageOps.exif_transpose(image)
    options = _as_fine_as(image) if kind == "jpg" else {}
    if kind == "jpg" and upright.mode not in {"L", "RGB"}:
        upright, options = upright.convert("RGB"), {"quality": JPEG_QUALITY}
    upright.info = {key: value for key, value in upright.info.items() if key == "transparency"}
    out = BytesIO()
    upright.save(out, FORMATS[kind], **options)
    return out.getvalue()


def _as_fine_as(image: Image.Image) -> dict[str, Any]:
    """The received JPEG's own tables: drawn again it is neither coarser nor much larger."""
    if isinstance(image, JpegImageFile):
        return {"qtables": image.quantization, "subsampling": get_sampling(image)}
    return {"quality": JPEG_QUALITY}


CHECKS: dict[str, Check] = {
    "pdf": _pdf,
    "jpg": _picture("jpg"),
    "png": _picture("png"),
    "docx": _office,
    "xlsx": _office,
    "odt": _office,
    "txt": _plain,
}

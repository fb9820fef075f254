"""What is inside a zip or a PDF, counted without trusting what it declares, in time and memory bounded by the caps."""

import re
import struct
import zipfile
import zlib
from io import BytesIO

CHUNK = 64 * 1024
PIECE = 4 * 1024 * 1024
DIRECTORY_CAP = 2 * 1024 * 1024
END_OF_ZIP = b"PK\x05\x06"
END_LENGTH = 22
ZIP64_END = 76
OPENDOCUMENT_TEXT = b"application/vnd.oasis.opendocument.text"
OFFICE_MAIN = {"docx": re.compile(r"word/document\d?\.xml$"), "xlsx": re.compile(r"xl/workbook\.xml$")}
PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
OBJECT_STREAM = re.compile(rb"/Type\s*/ObjStm[^\x00]{0,400}?stream\r?\n")


class BrokenFile(Exception):
    """Not a sound file of its kind."""


def zip_members(data: bytes) -> list[zipfile.ZipInfo]:
    """The members of a zip that begins at the first byte and ends at the last one (anything around it is another file in hiding)."""
    end = len(data) - END_LENGTH
    if end < 0 or not data.startswith(b"PK\x03\x04") or data[end : end + 4] != END_OF_ZIP or data[-2:] != b"\0\0":
        raise BrokenFile
    size, offset = struct.unpack("<II", data[end + 12 : end + 20])
    if size > DIRECTORY_CAP or end - offset - size not in {0, ZIP64_END}:
        raise BrokenFile
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, EOFError) as error:
        raise BrokenFile from error


def unpacked_size(data: bytes, members: list[zipfile.ZipInfo], cap: int) -> int:
    """Bytes the members really unpack to; counting stops just above `cap`. BrokenFile where a member lies about its size."""
    total = 0
    if sum(member.compress_size for member in members) > len(data):
        raise BrokenFile
    for member in members:
        size = _unpacked(data, member, cap - total)
        total += size
        if total > cap:
            return total
        if size != member.file_size:
            raise BrokenFile
    return total


def office_kind(data: bytes) -> str:
    """docx, xlsx, odt, or nothing when the zip is something else."""
    try:
        members = {member.filename: member for member in zip_members(data)}
        mimetype = _packed(data, members["mimetype"]) if "mimetype" in members else b""
    except BrokenFile:
        return ""
    if "[Content_Types].xml" in members:
        return next((kind for kind, main in OFFICE_MAIN.items() if any(map(main.match, members))), "")
    return "odt" if mimetype == OPENDOCUMENT_TEXT and "content.xml" in members else ""


def pdf_pages(data: bytes, *, cap: int) -> int:
    """Pages of a PDF, from its page objects, loose or in object streams (0 where they are encrypted). BrokenFile if it is no sound PDF.

    A count to keep giants out, not a parser: versions of a page kept by later updates count again.
    """
    tail = data[-2048:]
    if not data.startswith(b"%PDF-") or b"%%EOF" not in tail or b"startxref" not in tail or b"/Root" not in data or _hides_a_zip(data):
        raise BrokenFile
    pages, left, at = len(PAGE.findall(data)), cap, 0
    while left > 0 and (stream := OBJECT_STREAM.search(data, at)) and (at := data.find(b"endstream", stream.end())) > 0:
        objects = _inflated(data[stream.end() : at], left)
        pages += len(PAGE.findall(objects))
        left -= len(objects)
    return pages


def _hides_a_zip(data: bytes) -> bool:
    """A zip whose end and comment reach the last byte: the file would open as another one."""
    end = data.rfind(END_OF_ZIP)
    if end < 0 or end + END_LENGTH > len(data):
        return False
    (comment,) = struct.unpack("<H", data[end + 20 : end + END_LENGTH])
    return bool(end + END_LENGTH + comment == len(data))


def _packed(data: bytes, member: zipfile.ZipInfo) -> memoryview:
    header = member.header_offset
    if data[header : header + 4] != b"PK\x03\x04" or header + 30 > len(data):
        raise BrokenFile
    name, extra = struct.unpack("<HH", data[header + 26 : header + 30])
    start = header + 30 + name + extra
    return memoryview(data)[start : start + member.compress_size]


def _unpacked(data: bytes, member: zipfile.ZipInfo, cap: int) -> int:
    packed = _packed(data, member)
    if member.compress_type == zipfile.ZIP_STORED:
        return len(packed)
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise BrokenFile
    engine, total = zlib.decompressobj(-zlib.MAX_WBITS), 0
    try:
        for at in range(0, len(packed), CHUNK):
            waiting: bytes | memoryview = packed[at : at + CHUNK]
            while total <= cap and (piece := engine.decompress(waiting, PIECE)):
                total += len(piece)
                waiting = engine.unconsumed_tail
            if total > cap or engine.eof:
                break
    except zlib.error as error:
        raise BrokenFile from error
    return total


def _inflated(stream: bytes, cap: int) -> bytes:
    """What the stream inflates to, at most `cap` bytes; nothing if it is packed some other way."""
    try:
        return zlib.decompressobj().decompress(stream, cap)
    except zlib.error:
        return b""

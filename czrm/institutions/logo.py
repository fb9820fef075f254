"""An institution's logo, drawn anew from what was uploaded: nothing of the file itself is kept."""

from __future__ import annotations

import hashlib
import warnings
from io import BytesIO

from PIL import Image, UnidentifiedImageError

LARGEST = 1024 * 1024  # bytes of the upload
MOST_PIXELS = 16_000_000
SIDE = 256  # pixels of the longer side of what is kept


def redraw(upload: bytes) -> bytes:
    """A PNG of at most SIDE pixels. Raises ValueError for what is not a PNG or JPEG, or is too large."""
    if len(upload) > LARGEST:
        raise ValueError("too large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(upload), formats=["PNG", "JPEG"])
            if image.width * image.height > MOST_PIXELS:
                raise ValueError("too many pixels")
            small = image.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError("not a PNG or JPEG image") from error
    small.thumbnail((SIDE, SIDE))
    drawn = BytesIO()
    small.save(drawn, "PNG", optimize=True)
    return drawn.getvalue()


def mark(drawn: bytes) -> str:
    """Changes with the picture, and so does its address."""
    return hashlib.sha256(drawn).hexdigest()[:12]

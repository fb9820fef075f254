"""Files somebody could have handed in: a photo of a dark street, a bill, a payslip; drawn here, of nobody."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from reporting.demo.dice import dice

PAPER = (826, 1169)  # a page of A4 at 100 dots an inch
INK, PALE = (45, 50, 56), (205, 209, 212)
TITLES = {
    "bill": ("cuenta-de-luz.pdf", "COMPAÑÍA ELÉCTRICA DE MUESTRA"), "income": ("liquidacion.pdf", "LIQUIDACIÓN DE MUESTRA"),
    "start": ("inicio-de-actividades.pdf", "CERTIFICADO DE MUESTRA"), "health": ("resolucion-sanitaria.pdf", "RESOLUCIÓN DE MUESTRA"),
    "photo": ("foto.jpg", ""),
}  # fmt: skip


def sheet(code: str) -> SimpleUploadedFile:
    """The file that answers the required document of this code."""
    name, title = TITLES[code]
    return SimpleUploadedFile(name, drawn(code, title), "image/jpeg" if name.endswith(".jpg") else "application/pdf")


@lru_cache
def drawn(code: str, title: str) -> bytes:
    out, rng = BytesIO(), dice("sheet", code)
    if title:
        page(title, rng).save(out, "PDF", resolution=100)
    else:
        night(rng).save(out, "JPEG", quality=82)
    return out.getvalue()


def page(title: str, rng: Random) -> Image.Image:
    image = Image.new("RGB", PAPER, "white")
    pen = ImageDraw.Draw(image)
    pen.text((80, 80), title, fill=INK, font_size=26)
    pen.text((80, 120), "Documento de muestra, sin valor", fill=INK, font_size=16)
    for line in range(26):
        top = 200 + line * 34
        pen.rectangle((80, top, 80 + rng.randrange(220, 520), top + 9), fill=PALE)
        if line % 3 == 0:
            pen.text((620, top - 6), f"$ {rng.randrange(1, 80)}.{rng.randrange(100, 999)}", fill=INK, font_size=18)
    return image


def night(rng: Random) -> Image.Image:
    """A street at dusk with a post whose lamp does not shine."""
    image = Image.new("RGB", (1024, 768))
    pen = ImageDraw.Draw(image)
    for row in range(768):
        pen.line((0, row, 1024, row), fill=(18 + row // 30, 22 + row // 26, 44 + row // 18))
    for _house in range(9):
        left, top = rng.randrange(-40, 1000), rng.randrange(430, 520)
        pen.rectangle((left, top, left + rng.randrange(90, 170), 640), fill=(22, 24, 33))
        if rng.random() < 0.6:
            pen.rectangle((left + 24, top + 30, left + 44, top + 56), fill=(232, 190, 96))
    pen.polygon([(0, 768), (0, 650), (1024, 620), (1024, 768)], fill=(30, 31, 36))
    pen.rectangle((506, 150, 518, 690), fill=(66, 68, 74))
    pen.line((512, 152, 640, 128), fill=(66, 68, 74), width=9)
    pen.ellipse((622, 118, 676, 144), fill=(58, 60, 66))
    return image

"""An institution's theme: one brand colour in, the CSS variables of both modes out, every pair checked against WCAG 2.2 AA.

Colours are "#rrggbb". Lightness, chroma and hue are OKLCH (Björn Ottosson, "A perceptual color space for image processing", 2020);
contrast is WCAG's ratio, 1 to 21. Computed when the colour is saved, never when a page is asked for.
"""

import math
import re
from dataclasses import dataclass

TEXT_AA = 4.5
# 5.5 on white leaves 4.5 on the darkest of the light surfaces (--neutral-soft); 7 does the same in the dark.
LIGHT_GOAL, DARK_GOAL = 5.5, 7.0
WHITE, DARK_INK, DARK_SHEET = "#ffffff", "#14171a", "#1c2024"
LIGHT_SURFACES = (WHITE, "#f6f5f2", "#faf9f7", "#efede8")
DARK_SURFACES = (DARK_SHEET, "#14171a", "#21262a", "#2a2f34")
COLOUR = re.compile(r"#[0-9a-f]{6}")
STEP = 0.005


@dataclass(frozen=True)
class Ramp:
    """The five brand colours of one mode."""

    brand: str
    strong: str
    soft: str
    line: str
    on_brand: str

    def css(self) -> str:
        return (
            f"--brand:{self.brand};--brand-strong:{self.strong};--brand-soft:{self.soft};"
            f"--brand-line:{self.line};--on-brand:{self.on_brand}"
        )

    def worst_text_contrast(self, surfaces: tuple[str, ...]) -> float:
        """The lowest ratio of any text these colours are used for."""
        pairs = [(self.brand, surface) for surface in surfaces]
        pairs += [(self.strong, surface) for surface in (*surfaces, self.soft)]
        pairs += [(self.on_brand, self.brand), (self.on_brand, self.strong), (self.brand, self.soft)]
        return min(contrast(one, other) for one, other in pairs)


@dataclass(frozen=True)
class Theme:
    """`asked` is the institution's colour, `used` the one the pages show; they differ when `asked` cannot carry text."""

    asked: str
    used: str
    light: Ramp
    dark: Ramp

    @property
    def adjusted(self) -> bool:
        return self.asked != self.used

    @property
    def css(self) -> str:
        light, dark = self.light.css(), self.dark.css()
        return (
            f"@layer tokens{{:root{{{light}}}"
            f"@media(prefers-color-scheme:dark){{:root:not([data-mode=light]){{{dark}}}}}"
            f":root[data-mode=dark]{{{dark}}}}}\n"
        )


def make_theme(brand: str) -> Theme:
    """Raises ValueError when `brand` is not "#rrggbb"."""
    asked = brand.strip().lower()
    if not COLOUR.fullmatch(asked):
        raise ValueError(f"not a colour of the form #rrggbb: {brand!r}")
    light, dark = _light(asked), _dark(asked)
    return Theme(asked=asked, used=light.brand, light=light, dark=dark)


def _light(asked: str) -> Ramp:
    lightness, chroma, hue = to_oklch(asked)
    brand = asked
    while contrast(brand, WHITE) < LIGHT_GOAL:
        lightness -= STEP
        brand = from_oklch(lightness, chroma, hue)
    strong = from_oklch(max(lightness - 0.09, 0.0), chroma, hue)
    soft = from_oklch(0.955, min(chroma, 0.022), hue)
    return Ramp(brand, strong, soft, from_oklch(0.86, min(chroma, 0.05), hue), WHITE)


def _dark(asked: str) -> Ramp:
    _, chroma, hue = to_oklch(asked)
    lightness, chroma = 0.74, min(chroma, 0.11)
    while contrast(from_oklch(lightness, chroma, hue), DARK_SHEET) < DARK_GOAL:
        lightness += STEP
    brand = from_oklch(lightness, chroma, hue)
    strong = from_oklch(min(lightness + 0.06, 0.92), min(chroma, 0.09), hue)
    soft = from_oklch(0.29, min(chroma, 0.04), hue)
    return Ramp(brand, strong, soft, from_oklch(0.42, min(chroma, 0.06), hue), DARK_INK)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two colours, 1 to 21, in either order."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = _linear_rgb(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear_rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (_to_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return red, green, blue


def _to_linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _from_linear(channel: float) -> int:
    channel = min(1.0, max(0.0, channel))
    encoded = 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055
    return round(255 * encoded)


def to_oklch(colour: str) -> tuple[float, float, float]:
    """Lightness 0 to 1, chroma from 0, hue in radians."""
    red, green, blue = _linear_rgb(colour)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    lightness = 0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def from_oklch(lightness: float, chroma: float, hue: float) -> str:
    """The nearest sRGB colour of that lightness and hue: chroma is lowered until it fits."""
    channels = _oklch_to_linear(lightness, chroma, hue)
    while chroma > 0.002 and not all(-0.002 <= channel <= 1.002 for channel in channels):
        chroma *= 0.93
        channels = _oklch_to_linear(lightness, chroma, hue)
    return "#" + "".join(f"{_from_linear(channel):02x}" for channel in channels)


def _oklch_to_linear(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
    )

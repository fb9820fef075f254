"""Copy the third-party front-end files the pages use into czrm/static/vendor (run after `npm ci`)."""

import re
import shutil
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "czrm" / "static" / "vendor"
ICONS = ROOT / "scripts" / "icons.txt"

FONTS = MODULES / "@fontsource-variable" / "public-sans"
TABLER = MODULES / "@tabler" / "icons"
GITHUB = MODULES / "@github"

COPIES = {
    "public-sans-latin.woff2": FONTS / "files" / "public-sans-latin-wght-normal.woff2",
    "public-sans-latin-ext.woff2": FONTS / "files" / "public-sans-latin-ext-wght-normal.woff2",
    "hotkey.js": GITHUB / "hotkey" / "dist" / "index.js",
    "combobox-nav.js": GITHUB / "combobox-nav" / "dist" / "index.js",
    "relative-time.js": GITHUB / "relative-time-element" / "dist" / "bundle.js",
    "licences/public-sans.txt": FONTS / "LICENSE",
    "licences/tabler-icons.txt": TABLER / "LICENSE",
    "licences/hotkey.txt": GITHUB / "hotkey" / "LICENSE",
    "licences/combobox-nav.txt": GITHUB / "combobox-nav" / "LICENSE",
    "licences/relative-time.txt": GITHUB / "relative-time-element" / "LICENSE",
}
DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
EMPTY_BOX = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>')


def main() -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    (VENDOR / "licences").mkdir(parents=True)
    for name, source in COPIES.items():
        shutil.copyfile(source, VENDOR / name)
    shutil.copyfile(htmx(), VENDOR / "htmx.js")
    names = ICONS.read_text().split()
    (VENDOR / "icons.svg").write_text(sprite(names))
    print(f"{VENDOR.relative_to(ROOT)}: {len(names)} icons, {len(COPIES) + 1} files")


def htmx() -> Path:
    """htmx 2 as bundled by django_htmx: the registry's `latest` is already htmx 4."""
    spec = find_spec("django_htmx")
    if spec is None or spec.origin is None:
        raise SystemExit("django-htmx is not installed in this Python")
    return Path(spec.origin).parent / "static" / "django_htmx" / "htmx-2.min.js"


def sprite(names: list[str]) -> str:
    """One SVG with a symbol per icon, drawn in the colour of the text around it."""
    symbols = "".join(symbol(name) for name in sorted(set(names)))
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>\n'


def symbol(name: str) -> str:
    source = TABLER / "icons" / "outline" / f"{name}.svg"
    if not source.exists():
        raise SystemExit(f"{ICONS.name}: there is no icon called {name!r}")
    drawing = DRAWING.search(source.read_text())
    if drawing is None:
        raise SystemExit(f"{source.name}: not an SVG drawing")
    paths = EMPTY_BOX.sub("", " ".join(drawing[1].split())).replace(" />", "/>").replace("> <", "><").strip()
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        f'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">{paths}</symbol>'
    )


if __name__ == "__main__":
    main()

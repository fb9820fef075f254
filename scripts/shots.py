"""Screenshots of the main pages, as the people who use them see them, at 1440 and 390 pixels, into shots/.

Needs the demonstration: it uses the one that answers on PORT, or starts one for the time it takes.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SHOTS = ROOT / "shots"
ADDRESS = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
SIZES = {"wide": (1440, 900), "phone": (390, 844)}
PAGES = {  # who looks: name of the picture -> address, or a link to follow from another page
    "": {"sign-in": "/accounts/login/", "api": "/api/v1/docs/"},
    "ana@": {
        "home": "/desk/", "search": "/desk/people/", "register": "/desk/people/new/", "queue": "/desk/cases/queue/",
        "cases": "/desk/cases/",
        "case": "/desk/cases/queue/ main table a", "contact": "/desk/contacts/new/", "components": "/desk/components/",
        "mailbox": "/desk/contacts/mailbox/",
    },
    "sofia@": {"supervisor": "/desk/", "dashboard": "/desk/reports/"},
    "alma@": {"administration": "/desk/administration/", "people": "/desk/administration/members/", "texts": "/desk/contacts/texts/"},
    "pablo@": {"access-log": "/desk/accesses/"},
    "operator@": {"platform": "/desk/platform/"},
}  # fmt: skip


def main() -> None:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        raise SystemExit("no Chromium on this machine: install it (apt-get install chromium) or set CHROMIUM to its path")
    SHOTS.mkdir(exist_ok=True)
    with demonstration(), sync_playwright() as playwright:
        passwords = dict(accounts())
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"])
        for who, pages in PAGES.items():
            email = next((address for address in passwords if who and address.startswith(who)), "")
            for size in SIZES:
                take(browser, email, passwords.get(email, ""), pages, size)
        browser.close()


def take(browser: Browser, email: str, password: str, pages: dict[str, str], size: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="es-ES")
    page = sign_in(context, email, password)
    for name, address in pages.items():
        path, _, link = address.partition(" ")
        answer = page.goto(ADDRESS + path, wait_until="networkidle")
        if link and page.locator(link).count():
            page.goto(ADDRESS + str(page.locator(link).first.get_attribute("href")), wait_until="networkidle")
        page.screenshot(path=SHOTS / f"{name}-{size}.png", full_page=True)
        print(f"{name}-{size}.png" + ("" if answer and answer.ok else f"  ({answer.status if answer else 'no answer'})"))
    context.close()


def sign_in(context: BrowserContext, email: str, password: str) -> Page:
    page = context.new_page()
    if email:
        page.goto(f"{ADDRESS}/accounts/login/")
        page.fill("input[name=login]", email)
        page.fill("input[name=password]", password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url("**/desk/**")
    return page


def accounts() -> list[tuple[str, str]]:
    import django

    from czrm.kit import embedded

    embedded.start()
    os.environ["CZRM_DEMO"] = "1"
    django.setup()
    from czrm.institutions.demo import accounts as rows

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return [(str(email), str(password)) for _role, email, password, *_ in rows()]


@contextmanager
def demonstration() -> Iterator[None]:
    try:
        with urlopen(f"{ADDRESS}/healthz", timeout=2):  # noqa: S310 - this machine
            yield
            return
    except URLError:
        pass
    ours = subprocess.Popen([sys.executable, "-m", "czrm.kit.run"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert ours.stdout
        if not any("Ctrl-C stops" in line for line in ours.stdout):
            raise SystemExit("the demonstration did not start")
        yield
    finally:
        ours.send_signal(signal.SIGINT)
        ours.wait()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()

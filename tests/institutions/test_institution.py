"""What an institution says and shows of itself."""

from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from czrm.institutions import logo
from czrm.institutions.models import Institution
from czrm.institutions.services.institution import edit_institution, set_logo
from czrm.kit.actor import acting
from czrm.kit.refused import Refused
from czrm.trail.models import Event
from tests.world import World


def picture(kind: str = "PNG", side: int = 600) -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (side, side), "#0f5a6e").save(drawn, kind, **({"exif": b"Exif\0\0secret place"} if kind == "JPEG" else {}))
    return drawn.getvalue()


def events(world: World, kind: str) -> list[Event]:
    with acting(world.alma):
        return list(Event.objects.filter(kind=kind))


def test_the_administrator_changes_the_institution_and_it_is_written_down(world: World) -> None:
    edit_institution(world.norte, changes={"phone": "148", "color": "#F2B705", "slug": "not-hers-to-change"}, by=world.alma)
    world.norte.refresh_from_db()
    assert (world.norte.phone, world.norte.color, world.norte.slug) == ("148", "#f2b705", "norte")
    assert "--brand:#856300" in world.norte.theme
    assert events(world, "institution.edited")[0].data == {"fields": ["phone", "color"]}


def test_saving_without_a_change_says_nothing(world: World) -> None:
    edit_institution(world.norte, changes={"phone": world.norte.phone}, by=world.alma)
    assert not events(world, "institution.edited")


@pytest.mark.parametrize(("changes", "code"), [({"color": "red"}, "invalid_color"), ({"code": "SU"}, "invalid_code_taken")])
def test_what_cannot_be_is_refused(world: World, changes: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refused:
        edit_institution(world.norte, changes=changes, by=world.alma)
    assert refused.value.code == code


def test_an_officer_may_not_and_another_institution_is_not_found(world: World) -> None:
    with pytest.raises(PermissionDenied):
        edit_institution(world.norte, changes={"phone": "1"}, by=world.ana)
    with pytest.raises(Institution.DoesNotExist):
        edit_institution(world.sur, changes={"phone": "1"}, by=world.alma)
    with pytest.raises(Institution.DoesNotExist):
        set_logo(world.sur, upload=picture(), by=world.alma)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_logo_is_drawn_anew(world: World, kind: str) -> None:
    set_logo(world.norte, upload=picture(kind), by=world.alma)
    world.norte.refresh_from_db()
    kept = bytes(world.norte.logo or b"")
    assert Image.open(BytesIO(kept)).format == "PNG"
    assert Image.open(BytesIO(kept)).size == (logo.SIDE, logo.SIDE)
    assert b"secret place" not in kept
    assert events(world, "institution.logo_changed")
    set_logo(world.norte, upload=None, by=world.alma)
    world.norte.refresh_from_db()
    assert (world.norte.logo, world.norte.crest_url) == (None, "")


@pytest.mark.parametrize(
    "upload", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\n broken", b"x" * (logo.LARGEST + 1), b"GIF89a" + b"\0" * 50, picture("PNG", 4100)]
)
def test_what_is_no_logo_is_refused(world: World, upload: bytes) -> None:
    with pytest.raises(Refused) as refused:
        set_logo(world.norte, upload=upload, by=world.alma)
    assert refused.value.code == "invalid_logo"


def test_the_logo_page_takes_a_file_and_its_address_changes_with_it(world: World) -> None:
    browser = world.browser(world.alma)
    file = SimpleUploadedFile("logo.png", picture(), "image/png")
    assert browser.post(reverse("institutions:logo_change"), {"logo": file}).status_code == 302
    world.norte.refresh_from_db()
    answer = browser.get(world.norte.crest_url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert "immutable" in answer["Cache-Control"]
    assert browser.get(reverse("institutions:logo", args=["norte", "0" * 12])).status_code == 404


def test_a_file_that_is_no_logo_leaves_the_form_and_its_reason(world: World) -> None:
    file = SimpleUploadedFile("logo.png", b"<script>", "image/png")
    answer = world.browser(world.alma).post(reverse("institutions:logo_change"), {"logo": file})
    assert answer.status_code == 422
    assert "PNG" in answer.content.decode()


def test_the_theme_is_kept_for_ever_at_an_address_that_names_its_colour(world: World) -> None:
    edit_institution(world.norte, changes={"color": "#8a1f3f"}, by=world.alma)
    browser = world.browser(world.guest)
    now = browser.get(reverse("institutions:theme", args=["norte", "8a1f3f"]))
    assert (now.status_code, now["Content-Type"]) == (200, "text/css")
    assert "--brand:#8a1f3f" in now.content.decode()
    assert "max-age=31536000" in now["Cache-Control"]
    before = browser.get(reverse("institutions:theme", args=["norte", "0f5a6e"]))
    assert "--brand:#0f5a6e" in before.content.decode()
    for nonsense in ("zzz", "12345g", "1234567"):
        assert browser.get(reverse("institutions:theme", args=["norte", nonsense])).status_code == 404


def test_the_sample_shows_the_colour_that_the_pages_really_use(world: World) -> None:
    browser = world.browser(world.alma)
    page = browser.get(reverse("institutions:color_sample"), {"color": "#f2b705"}).content.decode()
    assert "#856300" in page
    assert "style=" not in page
    assert browser.get(reverse("institutions:color_sample"), {"color": "red"}).status_code == 200


def test_a_refused_change_keeps_what_was_typed(world: World) -> None:
    browser = world.browser(world.alma)
    typed = {
        "name": "Otro nombre", "short_name": "Norte", "code": "SU", "color": "#0f5a6e", "country": "CL", "time_zone": "America/Santiago",
        "language": "es", "address_form": "usted",
    }  # fmt: skip
    answer = browser.post(reverse("institutions:institution"), typed)
    assert answer.status_code == 422
    assert "Otro nombre" in answer.content.decode()
    assert browser.post(reverse("institutions:institution"), typed | {"code": "NOR"}).status_code == 302
    world.norte.refresh_from_db()
    assert (world.norte.name, world.norte.code) == ("Otro nombre", "NOR")

"""Public bodies and their parts."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from czrm.kit.fence import Published
from czrm.kit.fenced import Fenced
from czrm.kit.fields import public_id
from czrm.kit.governed import Governed
from czrm.kit.policies import MINE

PLATFORM = f"exists (select from institutions_institution own where own.id = {MINE} and own.kind = 'platform')"
# The platform comes first, when there is nobody yet, and makes the public bodies; who deals with an outside body names it.
BORN = f"case kind when 'body' then {PLATFORM} when 'outside' then {MINE} > 0 else not exists (select from institutions_institution) end"


class Institution(models.Model):
    """The tenant: a public body that attends citizens, runs the platform, or is only dealt with from outside."""

    class Kind(models.TextChoices):
        BODY = "body", _("Public body")
        PLATFORM = "platform", _("Platform operator")
        OUTSIDE = "outside", _("Outside body")

    class Address(models.TextChoices):
        USTED = "usted", _("usted")
        TU = "tu", _("tú")
        VOS = "vos", _("vos")

    fence = Governed("{row}.id", otherwise=f"{{row}}.kind <> 'platform' and {PLATFORM}", born=BORN)
    mutable = (
        "name", "short_name", "slug", "code", "host", "country", "time_zone", "language", "address_form", "color", "theme", "logo",
        "logo_mark", "phone", "email", "street_address", "opening_hours", "active",
    )  # fmt: skip
    uid = public_id()
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.BODY)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=60)
    slug = models.SlugField(_("address in the portal"), unique=True, max_length=60)
    code = models.CharField(
        _("code in case numbers"), max_length=6, unique=True,
        validators=[RegexValidator(r"^[A-Z]{2,6}$", _("Use 2 to 6 capital letters."))],
    )  # fmt: skip
    host = models.CharField(_("own host name"), max_length=120, unique=True, null=True, blank=True)
    country = models.CharField(_("country"), max_length=2, default="CL")
    time_zone = models.CharField(_("time zone"), max_length=40, default="America/Santiago")
    language = models.CharField(_("language"), max_length=5, default="es")
    address_form = models.CharField(_("form of address"), max_length=5, choices=Address, default=Address.USTED)
    color = models.CharField(_("colour"), max_length=7, default="#0f5a6e", validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$")])
    theme = models.TextField(default="", blank=True, editable=False)
    logo = models.BinaryField(null=True, blank=True, editable=False)
    logo_mark = models.CharField(max_length=12, default="", blank=True, editable=False)  # changes with the logo, and with it the address
    phone = models.CharField(_("phone for citizens"), max_length=40, default="", blank=True)
    email = models.EmailField(_("e-mail for citizens"), default="", blank=True)
    street_address = models.CharField(_("address"), max_length=200, default="", blank=True)
    opening_hours = models.CharField(_("opening hours, in words"), max_length=200, default="", blank=True)
    active = models.BooleanField(_("active"), default=True)

    def __str__(self) -> str:
        return self.short_name or self.name

    @property
    def institution_id(self) -> int:
        """Its own owner, for what happens to it."""
        return self.pk

    @property
    def crest_url(self) -> str:
        return reverse("institutions:logo", args=[self.slug, self.logo_mark]) if self.logo_mark else ""


class Office(Fenced):
    """A place where people are attended; it keeps an official register of its own."""

    fence = Published()
    uid = public_id()
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="offices")
    name = models.CharField(_("name"), max_length=120)
    street_address = models.CharField(_("address"), max_length=200, default="", blank=True)
    municipality = models.CharField(_("municipality"), max_length=80, default="", blank=True)
    opening_hours = models.CharField(_("opening hours, in words"), max_length=200, default="", blank=True)
    phone = models.CharField(_("phone"), max_length=40, default="", blank=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "name"], name="office_name")]

    def __str__(self) -> str:
        return self.name


class Team(Fenced):
    """The unit that does the work; citizens are told its name."""

    fence = Published()
    uid = public_id()
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="teams")
    office = models.ForeignKey(Office, models.SET_NULL, null=True, blank=True, related_name="teams", verbose_name=_("office"))
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), default="", blank=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "name"], name="team_name")]

    def __str__(self) -> str:
        return self.name

"""What kinds of data there are of a person: an agreement opens one or several of them, each for itself."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Category(models.TextChoices):
    IDENTITY = "identity", _("Identity")
    CONTACT = "contact", _("Contact")
    RESIDENCE = "residence", _("Residence")
    FAMILY = "family", _("Family")
    EDUCATION = "education", _("Education")
    WORK = "work", _("Work")
    INCOME = "income", _("Income")
    BENEFITS = "benefits", _("Benefits")
    HEALTH = "health", pgettext_lazy("data", "Health")
    TAX = "tax", _("Tax")
    LEGAL = "legal", _("Legal")


CATEGORIES: tuple[str, ...] = tuple(Category.values)

"""Reference data."""

from __future__ import annotations

from django.contrib import admin

from .models import Purpose


@admin.register(Purpose)
class PurposeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("code", "name", "legal_basis")
    search_fields = ("code", "name")

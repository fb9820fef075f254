"""How forms are drawn: at the desk dense, at the portal large."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    field_template_name = "field.html"


class PortalRenderer(TemplatesSetting):
    field_template_name = "field_portal.html"

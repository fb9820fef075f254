"""Every verb has a role, and a page or a deed; every address names its verb."""

from __future__ import annotations

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from czrm.institutions import roles
from czrm.kit.verbs import PAGES, SERVICES

# Addresses without a verb, each with its reason.
OPEN_ADDRESSES = {
    "root": "a door that only redirects",
    "portals": "the list of public bodies is public",
    "choose": "nobody acts until an institution is chosen",
    "second_factor": "nobody acts until the second factor was shown",
    "invitation": "who was invited has no account yet: the signed link lets them in",
    "language": "a cookie of one's own",
    "theme": "a style sheet of a public body",
    "logo": "a picture of a public body",
    "healthz": "asked by the machine that keeps us alive",
    "readyz": "asked by the machine that keeps us alive",
    "schema": "the description of the API is public",
    "api_docs": "the description of the API is public",
    "components": "shown in demo mode only",
}
THIRD_PARTIES = ("accounts/", "oauth/", "admin/", "static/", "api/v1/")


def addresses(resolver: URLResolver | None = None, before: str = "") -> list[tuple[str, URLPattern]]:
    found: list[tuple[str, URLPattern]] = []
    for entry in (resolver or get_resolver()).url_patterns:
        path = before + str(entry.pattern)
        found += addresses(entry, path) if isinstance(entry, URLResolver) else [(path, entry)]
    return found


OURS = [(path, pattern) for path, pattern in addresses() if not path.lstrip("^").startswith(THIRD_PARTIES)]
SERVED = [(path, pattern) for path, pattern in addresses() if path.startswith("api/v1/")]


@pytest.mark.parametrize(("path", "pattern"), OURS, ids=[path or "/" for path, _pattern in OURS])
def test_every_page_names_its_verb(path, pattern):
    if pattern.name in OPEN_ADDRESSES:
        return
    verb = getattr(pattern.callback, "verb", None)
    assert verb, f"{path} has no @page(verb)"
    assert verb in roles.all_verbs(), f"no role may {verb}"


@pytest.mark.parametrize(("path", "pattern"), SERVED, ids=[path for path, _pattern in SERVED])
def test_every_action_of_the_api_names_its_verb(path, pattern):
    viewset = getattr(pattern.callback, "cls", None)
    if pattern.name in {"schema", "api_docs", "api-root"} or viewset is None:
        return
    for action in pattern.callback.actions.values():
        assert viewset.verbs[action] in roles.all_verbs(), f"{path} {action}"


def test_every_deed_can_be_done_by_somebody():
    get_resolver().url_patterns  # noqa: B018  loads every room
    internal = {verb for verb in SERVICES if verb not in roles.all_verbs()}
    assert internal <= roles.INTERNAL, f"no role may {internal - roles.INTERNAL}"


def test_every_verb_of_a_role_is_a_deed_or_a_page():
    get_resolver().url_patterns  # noqa: B018
    api = {verb for _path, pattern in SERVED for verb in getattr(getattr(pattern.callback, "cls", None), "verbs", {}).values()}
    assert roles.all_verbs() - set(SERVICES) - set(PAGES) - api == set()

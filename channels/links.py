"""Where messages lead: whole addresses, without any contact's code in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.urls import get_script_prefix, reverse, set_script_prefix

from cases.models import Case


def of_citizen(case: Case) -> str:
    """Where one follows a case with the key of the receipt; the number is public."""
    return f"{absolute('portal:track', institution=case.institution.slug)}?number={case.number}"


def of_officer(case: Case) -> str:
    return absolute("cases:show", number=case.number)


def inside(code: str, name: str, *args: object) -> str:
    """The address of a page within a contact; with an empty code, outside any."""
    with prefix(f"/@{code}/" if code else "/"):
        return reverse(name, args=args)


def absolute(name: str, **kwargs: str) -> str:
    with prefix("/"):
        return f"{settings.PUBLIC_URL}{reverse(name, kwargs=kwargs)}"


@contextmanager
def prefix(wanted: str) -> Iterator[None]:
    before = get_script_prefix()
    set_script_prefix(wanted)
    try:
        yield
    finally:
        set_script_prefix(before)

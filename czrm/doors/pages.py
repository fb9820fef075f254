"""Pages: every view says at its door who may enter, and what is opened is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeAlias

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect

from czrm.kit.actor import Request
from czrm.kit.fenced import Fenced
from czrm.kit.verbs import named_by
from czrm.trail.access import looked, others, together

View: TypeAlias = Callable[..., HttpResponseBase]


def page(verb: str, *, opens: type[Fenced] | None = None, key: str = "uid", categories: tuple[str, ...] = (),
         guests: bool = False) -> Callable[[View], View]:  # fmt: skip
    """Ask for the verb; with `opens`, fetch the object by its key inside the fence (404), pass it on and log the look.

    `categories` are those of the data that is looked at; see panels.py for what is drawn with another page.
    """

    def decorate(view: View) -> View:
        def look(request: Request, thing: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            request.owners, request.categories = set(), set(categories)
            response = view(request, thing, *args, **kwargs)
            looked(thing, verb, by=request.actor, categories=tuple(sorted(request.categories)), owners=tuple(request.owners))
            return response

        @wraps(view)
        def enter(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.actor is None:
                return turn_away(request, guests=guests)
            if not request.actor.may(verb):
                raise PermissionDenied(verb)
            if opens is None:
                return view(request, *args, **kwargs)
            thing = get_object_or_404(opens, **{key: kwargs.pop(key)})
            with together(request.actor):
                return look(request, thing, *args, **kwargs)

        enter.verb, enter.inside = verb, look if opens else view  # type: ignore[attr-defined]
        named_by(verb, view)
        return login_not_required(enter) if guests else enter

    return decorate


def shown(request: Request, *rows: Any, categories: Iterable[str] = ()) -> None:
    """Told by a view of what it shows, so that the page's line in the log names the other institutions whose rows an agreement opened,
    and the categories that were known only once the rows were."""
    request.owners |= others(rows, by=request.actor)
    request.categories |= set(categories)


def turn_away(request: Request, *, guests: bool) -> HttpResponseBase:
    if guests:
        raise Http404
    if request.user.is_authenticated:
        return redirect("institutions:choose")
    return redirect_to_login(request.get_full_path())

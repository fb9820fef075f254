"""Pages: every view says at its door who may enter, and what is opened is written down."""

from __future__ import annotations

from collections.abc import Callable
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
from czrm.trail.access import looked

View: TypeAlias = Callable[..., HttpResponseBase]


def page(verb: str, *, opens: type[Fenced] | None = None, key: str = "uid", guests: bool = False) -> Callable[[View], View]:
    """Ask for the verb; with `opens`, fetch the object by its key inside the fence (404), log the look and pass it on."""

    def decorate(view: View) -> View:
        @wraps(view)
        def enter(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.actor is None:
                return turn_away(request, guests=guests)
            if not request.actor.may(verb):
                raise PermissionDenied(verb)
            if opens is None:
                return view(request, *args, **kwargs)
            thing = get_object_or_404(opens, **{key: kwargs.pop(key)})
            response = view(request, thing, *args, **kwargs)
            looked(thing, verb, by=request.actor)
            return response

        enter.verb = verb  # type: ignore[attr-defined]
        named_by(verb, view)
        return login_not_required(enter) if guests else enter

    return decorate


def turn_away(request: Request, *, guests: bool) -> HttpResponseBase:
    if guests:
        raise Http404
    if request.user.is_authenticated:
        return redirect("institutions:choose")
    return redirect_to_login(request.get_full_path())

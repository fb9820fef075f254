"""The API's front door: each viewset says which verb each action needs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar, cast

from django.core.exceptions import PermissionDenied
from django.db.models import TextField
from django.db.models.functions import Cast
from django.http import Http404
from rest_framework import mixins, serializers, viewsets
from rest_framework.exceptions import APIException, NotAuthenticated, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from czrm.kit.actor import Actor, Request
from czrm.kit.refused import Refused
from czrm.kit.service import undivided
from czrm.trail.access import looked, write_down

from .policy import NOTHING_AT_ALL

PROBLEM = "application/problem+json"


class Problem(serializers.Serializer[Any]):
    """RFC 9457: what went wrong, by a stable code, and what to do."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField(required=False)
    errors = serializers.DictField(required=False)  # type: ignore[assignment]  # the name is RFC 9457's


class FlatSerializer(serializers.Serializer[Any]):
    """Reads a row, or what `values()` gave of it, name by name: a hundred rows must not build two thousand fields.

    A list asks the database for what is `told()`: read by the driver, a moment would only be written again.
    """

    sources: ClassVar[tuple[tuple[str, str], ...]]
    moments: ClassVar[tuple[str, ...]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        fields: dict[str, Any] = cls._declared_fields
        cls.sources = tuple((name, field.source or name) for name, field in fields.items())
        cls.moments = tuple(name for name, field in fields.items() if isinstance(field, serializers.DateTimeField))

    @classmethod
    def told(cls) -> dict[str, Cast]:
        return {f"{name}_told": Cast(name, TextField()) for name in cls.moments}

    def to_representation(self, instance: Any) -> dict[str, Any]:
        if isinstance(instance, dict):
            row = instance | {name: moment_of(instance[f"{name}_told"]) for name in self.moments}
        else:
            row = vars(instance) | {name: moment(vars(instance)[name]) for name in self.moments}
        return {name: row[source] for name, source in self.sources}


def moment(at: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def moment_of(told: str | None) -> str | None:
    """The same of what PostgreSQL writes in UTC, `2026-11-22 04:38:11.1234+00`, or without a fraction."""
    if told is None:
        return None
    time = told[11:-3]
    return f"{told[:10]}T{time.ljust(15, '0') if len(time) > 8 else time}Z"


class ApiViewSet(viewsets.GenericViewSet[Any]):
    """Fenced rows, a verb for each action, and a line in the access log for each row opened."""

    verbs: ClassVar[dict[str, str]]
    categories: ClassVar[tuple[str, ...]] = ()
    owners: frozenset[int] = frozenset()  # other institutions whose rows a list shows
    lookup_field = "uid"

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        made: Any = super().initialize_request(request, *args, **kwargs)
        made.body_given = request.body if request.method not in ("GET", "HEAD", "OPTIONS") else b""  # before a parser consumes it
        return made

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        with undivided():
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request._request.actor is None:
            raise NotAuthenticated
        if self.action is None:  # a method this address does not have: the framework says so
            return
        verb = self.verbs[self.action]
        if not self.actor.may(verb):
            raise PermissionDenied(verb)

    @property
    def default_response_headers(self) -> dict[str, str]:
        headers: dict[str, str] = super().default_response_headers
        return headers | NOTHING_AT_ALL

    @property
    def actor(self) -> Actor:
        return cast("Request", self.request._request).actor

    def get_object(self) -> Any:
        thing = super().get_object()
        looked(thing, self.verbs[self.action], by=self.actor, categories=self.categories)
        return thing


class Listed(mixins.ListModelMixin):
    """A list is one look, however many rows: what it shows of each names no person."""

    def list(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        response: Response = super().list(request, *args, **kwargs)
        viewset = cast("ApiViewSet", self)
        owners, categories = tuple(sorted(viewset.owners)), viewset.categories
        write_down(viewset.verbs["list"], f"{viewset.basename} list", None, by=viewset.actor, categories=categories, owners=owners)
        return response


def explain(error: Exception, context: Any) -> Response | None:
    """A stable code, a title, and what to do."""
    if isinstance(error, Refused):
        refused = problem(422 if error.code.startswith("invalid") else 409, error.code, error.words)
        refused.data |= {"errors": error.errors} if error.errors else {}
        return refused
    response = exception_handler(error, context)
    if response is None:
        return None
    code = "not_found" if isinstance(error, Http404) else str(getattr(error, "default_code", "permission_denied"))
    detail = str(error.detail) if isinstance(error, APIException) and isinstance(error.detail, str) else ""
    answer = problem(response.status_code, code, detail)
    if isinstance(error, ValidationError):
        answer.data["errors"] = response.data
    for header in ("WWW-Authenticate", "Retry-After", "Allow"):
        if header in response.headers:
            answer[header] = response.headers[header]
    return answer


def problem(status: int, code: str, detail: str) -> Response:
    body = {
        "type": f"urn:czrm:problem:{code}",
        "title": code.replace("_", " ").replace(".", ": ").capitalize(),
        "status": status,
        "code": code,
    }
    return Response(body | ({"detail": detail} if detail else {}), status=status, content_type=PROBLEM)

"""The API's front door: each viewset says which verb each action needs."""

from __future__ import annotations

from operator import attrgetter
from typing import Any, ClassVar, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import mixins, serializers, viewsets
from rest_framework.exceptions import APIException, NotAuthenticated, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from czrm.kit.actor import Actor, Request
from czrm.kit.refused import Refused
from czrm.trail.access import looked, write_down

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
    """Reads a row attribute by attribute: a hundred rows must not build two thousand fields."""

    plan: ClassVar[tuple[tuple[str, Any], ...]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        fields: dict[str, Any] = cls._declared_fields
        cls.plan = tuple((name, attrgetter(field.source or name)) for name, field in fields.items())

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return {name: get(instance) for name, get in self.plan}


class ApiViewSet(viewsets.GenericViewSet[Any]):
    """Fenced rows, a verb for each action, and a line in the access log for each row opened."""

    verbs: ClassVar[dict[str, str]]
    lookup_field = "uid"

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        made: Any = super().initialize_request(request, *args, **kwargs)
        made.body_given = request.body if request.method not in ("GET", "HEAD", "OPTIONS") else b""  # before a parser consumes it
        return made

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
    def actor(self) -> Actor:
        return cast("Request", self.request._request).actor

    def get_object(self) -> Any:
        thing = super().get_object()
        looked(thing, self.verbs[self.action], by=self.actor)
        return thing


class Listed(mixins.ListModelMixin):
    """A list is one look, however many rows: what it shows of each names no person."""

    def list(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        response: Response = super().list(request, *args, **kwargs)
        viewset = cast("ApiViewSet", self)
        write_down(viewset.verbs["list"], f"{viewset.basename} list", None, by=viewset.actor)
        return response


def explain(error: Exception, context: Any) -> Response | None:
    """A stable code, a title, and what to do."""
    if isinstance(error, Refused):
        return problem(422 if error.code.startswith("invalid") else 409, error.code, error.words)
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

"""The one search box for other systems: in the body of a POST, for what is typed is personal data and addresses end up in logs."""

from __future__ import annotations

from typing import Any, get_args

from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from czrm.doors.api import ApiViewSet, Problem, problem

from . import contact_points, services
from .models import Citizen
from .reading import long_enough
from .services import Found
from .services.identity import has_purpose

MOST = 20


class AskedSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(
        max_length=120,
        help_text="As in the search box: a name with or without the birth date or year, a document or its first figures, a phone,"
        " an e-mail, an address, or an attribute by which the institution finds people. Three letters or figures at least.",
    )
    limit = serializers.IntegerField(min_value=1, max_value=MOST, default=10)


class FoundSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    kind = serializers.ChoiceField(Citizen.Kind.choices)
    name = serializers.CharField()
    document = serializers.CharField(allow_blank=True, help_text="Masked.")
    verified = serializers.BooleanField(help_text="Whether a document of theirs was verified.")
    birth_year = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(Citizen.State.choices)
    place = serializers.CharField(allow_blank=True, help_text="Where they live, without the street.")
    reasons = serializers.ListField(child=serializers.CharField(), help_text="What beside the name led to them, in words.")


class AnswerSerializer(serializers.Serializer[Any]):
    meaning = serializers.ChoiceField(get_args(contact_points.Meaning), help_text="How the text was read.")
    too_many = serializers.BooleanField(help_text="Too many are alike: add the birth date or its year, or the document.")
    results = FoundSerializer(many=True, help_text="The best first.")


class FindViewSet(ApiViewSet):
    queryset = Citizen.objects.none()
    serializer_class = AskedSerializer
    verbs = {"create": "citizen.find"}

    @extend_schema(
        summary="Find people",
        description="Among those the institution of this client deals with, and those an agreement opens for the purpose the client is"
        " registered for. Each answer is written in the access log of everybody it names, and counts in the budget of the hour.",
        request=AskedSerializer,
        responses={200: AnswerSerializer, **{code: OpenApiResponse(Problem) for code in (400, 401, 403, 409, 422)}},
    )
    def create(self, request: Request) -> Response:
        shape = AskedSerializer(data=request.data)
        shape.is_valid(raise_exception=True)
        text = shape.validated_data["text"]
        if not long_enough(text):
            raise serializers.ValidationError({"text": [gettext("Write three letters or figures at least.")]})
        if not has_purpose(self.actor):
            return problem(422, "purpose_missing", gettext("This client is registered for no purpose: people are found only for one."))
        search = services.find_citizens(text, limit=shape.validated_data["limit"], by=self.actor)
        body = {"meaning": search.meaning.meaning, "too_many": search.too_many, "results": [row_of(found) for found in search.found]}
        return Response(AnswerSerializer(body).data)


def row_of(found: Found) -> dict[str, Any]:
    reasons = [*([found.stated] if found.stated else []), *(str(reason.words) for reason in found.reasons)]
    named = {name: getattr(found, name) for name in ("uid", "kind", "name", "document", "verified", "state", "place")}
    return named | {"birth_year": found.birth.year if found.birth else None, "reasons": reasons}

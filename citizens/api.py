"""People for other systems: confirmed by a document together with the birth date or a surname, read one by one; found: see api_find.py."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from czrm.doors.api import ApiViewSet, Problem, problem
from czrm.trail.access import looked

from . import services
from .categories import Category
from .models import Attribute, Citizen, ContactPoint, Fact
from .services import record
from .services.contact_points import serving


class ProofSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(max_length=20, help_text="For example cl.rut, es.dni, passport.")
    number = serializers.CharField(max_length=40)
    birth = serializers.DateField(required=False, allow_null=True, default=None)
    surname = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")


class IdentifiedSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    document = serializers.CharField(help_text="Masked.")
    linked = serializers.BooleanField(help_text="Whether the institution of this client deals with the person already.")
    uid = serializers.UUIDField(allow_null=True)


class SourceSerializer(serializers.Serializer[Any]):
    """What one institution says, and how it knows."""

    value = serializers.CharField(help_text="A date as 2026-11-22, a number with a point, yes or no, a choice by its code.")
    institution = serializers.SlugField()
    origin = serializers.ChoiceField(Fact.Origin.choices)
    observed_on = serializers.DateField(allow_null=True)
    stated_at = serializers.DateTimeField()
    verified_at = serializers.DateTimeField(allow_null=True)


class ValueSerializer(serializers.Serializer[Any]):
    attribute = serializers.CharField(help_text="Its code; one of an institution's own is told apart by `institution`.")
    institution = serializers.SlugField(allow_null=True, help_text="Whose own attribute it is; null for those built in.")
    label = serializers.CharField()  # type: ignore[assignment]  # the word for it everywhere
    category = serializers.ChoiceField(Category.choices)
    kind = serializers.ChoiceField(Attribute.Kind.choices)
    value = serializers.CharField(allow_null=True, help_text="The most recent verified one that may be read, else the most recent.")
    sources = SourceSerializer(many=True, help_text="All that may be read, the best first.")
    better_elsewhere = serializers.BooleanField(help_text="An agreement for the category and a purpose would open a better value.")


class ContactPointSerializer(serializers.Serializer[Any]):
    """As one institution states it; an agreement for the purpose opens those of others."""

    kind = serializers.ChoiceField(ContactPoint.Kind.choices)
    value = serializers.CharField(allow_null=True, help_text="A phone as E.164. Null where the person is protected.")
    institution = serializers.SlugField()
    purpose = serializers.CharField(help_text="notices, home, work, emergencies, empty for anything, or the words of an import.")
    shared = serializers.BooleanField(help_text="Others of the household read it too.")
    preferred = serializers.BooleanField()
    verified_at = serializers.DateTimeField(allow_null=True)
    verified_how = serializers.CharField(help_text="code, document, register, or empty.")
    valid_from = serializers.DateTimeField()
    valid_until = serializers.DateTimeField(allow_null=True)


class CitizenSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    kind = serializers.ChoiceField(Citizen.Kind.choices)
    name = serializers.CharField()
    birth = serializers.DateField(allow_null=True)
    state = serializers.ChoiceField(Citizen.State.choices)
    linked = serializers.BooleanField(help_text="Whether the institution of this client deals with the person itself.")
    verified = serializers.BooleanField(help_text="Whether a document of theirs was verified.")
    facts = ValueSerializer(many=True)


class CitizenViewSet(ApiViewSet):
    queryset = Citizen.objects.none()
    serializer_class = ProofSerializer
    verbs = {"create": "citizen.identify"}

    @extend_schema(
        summary="Confirm a person",
        description="For the purpose this client is registered for. Without a match the answer is alike whether the person exists or not.",
        request=ProofSerializer,
        responses={
            200: IdentifiedSerializer,
            **{code: OpenApiResponse(Problem) for code in (400, 401, 403, 404, 409, 422)},
        },
    )
    def create(self, request: Request) -> Response:
        shape = ProofSerializer(data=request.data)
        shape.is_valid(raise_exception=True)
        given = shape.validated_data
        found = services.identify_citizen(given["kind"], given["number"], birth=given["birth"], surname=given["surname"], by=self.actor)
        if found is None or found.sealed:
            return problem(404, "no_match", gettext("These data do not match anybody."))
        body = {"name": found.name, "document": found.document, "linked": found.linked, "uid": found.uid}
        return Response(IdentifiedSerializer(body).data)


CATEGORY = OpenApiParameter(
    "category", OpenApiTypes.STR, enum=Category.values, many=True, description="Only of these; only they are written in the access log."
)


class RecordViewSet(ApiViewSet):
    serializer_class = CitizenSerializer
    lookup_value_regex = "[0-9a-fA-F-]{36}"
    verbs = {"retrieve": "citizen.see", "contact_points": "citizen.see"}

    def get_queryset(self) -> Any:
        return Citizen.objects.all()

    def get_object(self) -> Any:
        """The look is written down when it is known what was read."""
        return GenericViewSet.get_object(self)

    @extend_schema(
        summary="Read a person",
        description="What this client may read for the purpose it is registered for: its institution's own statements, and those of others"
        " that an agreement opens for that purpose, category by category.",
        parameters=[CATEGORY],
        responses={200: CitizenSerializer, **{code: OpenApiResponse(Problem) for code in (400, 401, 403, 404)}},
    )
    def retrieve(self, request: Request, uid: str) -> Response:
        wanted = request.query_params.getlist("category")
        if set(wanted) - set(Category.values):
            raise serializers.ValidationError({"category": [gettext("There is no such category.")]})
        citizen = self.get_object()
        found = record.facts_of(citizen, categories=wanted, by=self.actor)
        looked(citizen, "citizen.see", by=self.actor, categories=found.categories, owners=found.owners)
        facet = record.dealings(citizen, by=self.actor)
        body = {name: getattr(citizen, name) for name in ("uid", "kind", "name", "birth", "state")} | {
            "linked": facet.linked, "verified": any(document["verified_at"] for document in facet.documents),
            "facts": [value_of(line) for _category, lines in found.sections for line in lines],
        }  # fmt: skip
        return Response(CitizenSerializer(body).data)

    @extend_schema(
        summary="Read how a person is reached",
        description="The phones, e-mails and addresses in force that this client may read for the purpose it is registered for.",
        responses={200: ContactPointSerializer(many=True), **{code: OpenApiResponse(Problem) for code in (401, 403, 404)}},
    )
    @action(detail=True, url_path="contact-points", pagination_class=None)
    def contact_points(self, request: Request, uid: str) -> Response:
        citizen = self.get_object()
        found = list(
            ContactPoint.objects.filter(serving(), citizen=citizen).select_related("institution").order_by("kind", "-preferred", "pk")
        )
        owners = {point.institution_id for point in found} - {getattr(self.actor, "institution_id", None)}
        looked(citizen, "citizen.see", by=self.actor, categories=("contact",), owners=tuple(sorted(owners)))
        protected = citizen.state == Citizen.State.PROTECTED
        return Response([ContactPointSerializer(point_of(point, hidden=protected)).data for point in found])


def point_of(point: ContactPoint, *, hidden: bool) -> dict[str, Any]:
    names = ("kind", "purpose", "shared", "preferred", "verified_at", "verified_how", "valid_from", "valid_until")
    said = {name: getattr(point, name) for name in names}
    return said | {"value": None if hidden else point.value, "institution": point.institution.slug}


def value_of(line: record.Line) -> dict[str, Any]:
    """A hidden value, such as the address of a protected person, is told as no value."""
    facts = () if line.hidden else line.facts
    definition = line.definition
    whose = next((fact.institution.slug for fact in line.facts if fact.institution_id == definition.institution_id), None)
    return {
        "attribute": definition.code, "institution": whose, "label": str(definition.label), "category": definition.category,
        "kind": definition.kind, "value": facts[0].value if facts else None, "better_elsewhere": line.better,
        "sources": [source_of(fact) for fact in facts],
    }  # fmt: skip


def source_of(fact: Fact) -> dict[str, Any]:
    names = ("value", "origin", "observed_on", "stated_at", "verified_at")
    return {name: getattr(fact, name) for name in names} | {"institution": fact.institution.slug}

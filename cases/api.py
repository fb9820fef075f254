"""Cases for other systems: file one, follow one, list them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from czrm.doors.api import ApiViewSet, FlatSerializer, Listed, Problem
from czrm.doors.idempotency import idempotent
from czrm.kit.refused import Refused
from czrm.trail.access import others

from . import services
from .lifecycle import Status
from .models import Case

KEY = OpenApiParameter("Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER, description="The same request again is done once.")
NUMBER = OpenApiParameter("number", OpenApiTypes.STR, OpenApiParameter.PATH, description="The case number, as on its receipt.")
PROBLEMS = {
    400: OpenApiResponse(Problem, "The request cannot be read"),
    401: OpenApiResponse(Problem, "No token, or an expired one"),
    403: OpenApiResponse(Problem, "The client may not do this"),
}
ABSENT = {404: OpenApiResponse(Problem, "There is none that this client may see")}
RULED = {
    409: OpenApiResponse(Problem, "A rule says no"),
    422: OpenApiResponse(Problem, "The data are against a rule; with the code `invalid_answers`, `errors` has the mistakes by question"),
}
AGENT = "Who brings it for the citizen: with a mandate that covers this procedure in this channel, or it is refused."
ANSWERS = "By question of the procedure's form: all that are required. What does not apply is not kept, what is unknown is refused."


class CaseSerializer(FlatSerializer):
    number = serializers.CharField()
    procedure = serializers.CharField(source="procedure_slug", help_text="The procedure's address in the catalogue.")
    title = serializers.CharField()
    status = serializers.ChoiceField(Status.choices)
    channel = serializers.CharField()
    priority = serializers.IntegerField()
    place = serializers.CharField()
    opened_at = serializers.DateTimeField()
    promised_at = serializers.DateTimeField(allow_null=True)
    legal_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField()


KEYS = ("id", "citizen_id", "institution_id", "filed_by_id", "procedure_id")
READ = [*KEYS, *(source for _name, source in CaseSerializer.sources if source != "procedure_slug")]
LISTED = [name for name in READ if name not in CaseSerializer.moments]


class PersonSerializer(serializers.Serializer[Any]):
    """Who asks: a document together with the birth date or a surname."""

    kind = serializers.CharField(max_length=20, help_text="For example cl.rut, es.dni, passport.")
    number = serializers.CharField(max_length=40)
    birth = serializers.DateField(required=False, allow_null=True)
    surname = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")


class FilingSerializer(serializers.Serializer[Any]):
    procedure = serializers.SlugField(max_length=80)
    title = serializers.CharField(max_length=200)
    description = serializers.CharField(max_length=20_000, required=False, allow_blank=True, default="")
    answers = serializers.DictField(required=False, default=dict, help_text=ANSWERS)
    place = serializers.CharField(max_length=240, required=False, allow_blank=True, default="")
    citizen = PersonSerializer(required=False, allow_null=True)
    agent = PersonSerializer(required=False, allow_null=True, help_text=AGENT)
    reply_name = serializers.CharField(max_length=160, required=False, allow_blank=True, default="")
    reply_email = serializers.EmailField(max_length=254, required=False, allow_blank=True, default="")
    reply_phone = serializers.CharField(max_length=30, required=False, allow_blank=True, default="")


FILING = FilingSerializer()  # made once: it keeps nothing of what it checks


class FiledSerializer(CaseSerializer):
    """The tracking key is answered this once: it cannot be read again."""

    tracking_key = serializers.CharField()


class CaseFilter(django_filters.FilterSet):
    status = django_filters.MultipleChoiceFilter(choices=Status.choices)
    procedure = django_filters.CharFilter(field_name="procedure__slug")
    opened_after = django_filters.IsoDateTimeFilter(field_name="opened_at", lookup_expr="gte")
    opened_before = django_filters.IsoDateTimeFilter(field_name="opened_at", lookup_expr="lt")

    class Meta:
        model = Case
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(summary="Cases this client may see", responses={200: CaseSerializer(many=True), **PROBLEMS, **ABSENT}),
    retrieve=extend_schema(summary="One case by its number", parameters=[NUMBER], responses={200: CaseSerializer, **PROBLEMS, **ABSENT}),
    create=extend_schema(
        summary="File a case", parameters=[KEY], request=FilingSerializer, responses={201: FiledSerializer, **PROBLEMS, **RULED}
    ),
)
class CaseViewSet(Listed, mixins.RetrieveModelMixin, ApiViewSet):
    serializer_class = CaseSerializer
    lookup_field = "number"
    lookup_value_regex = "[A-Za-z0-9-]{1,40}"
    filter_backends = [DjangoFilterBackend]
    filterset_class = CaseFilter
    verbs = {"list": "case.list", "retrieve": "case.see", "create": "case.submit"}
    categories = ("case",)

    def get_queryset(self) -> QuerySet[Any]:
        return Case.objects.values(*LISTED, **CaseSerializer.told()) if self.action == "list" else Case.objects.only(*READ)

    def filter_queryset(self, queryset: Any) -> Any:
        """Where nothing is asked for, no form is made."""
        asked = self.action == "list" and not self.request.query_params.keys().isdisjoint(CaseFilter.base_filters)
        return super().filter_queryset(queryset) if asked else queryset

    def paginate_queryset(self, queryset: Any) -> Any:
        page: Any = super().paginate_queryset(queryset)
        slugs = services.slugs({row["procedure_id"] for row in page})
        for row in page:
            row["procedure_slug"] = slugs[row["procedure_id"]]
        self.owners = frozenset(others((SimpleNamespace(**row) for row in page), by=self.actor))
        return page

    def get_object(self) -> Any:
        case = super().get_object()
        case.procedure_slug = services.slugs({case.procedure_id})[case.procedure_id]
        return case

    @idempotent
    def create(self, request: Request) -> Response:
        given = dict(FILING.run_validation(request.data))
        procedure = services.named(given.pop("procedure"), services.receiving_institution(self.actor))
        if procedure is None:
            raise Refused("invalid_procedure", gettext("There is no such procedure. The catalogue lists those that can be asked for."))
        filed = services.submit_case(procedure=procedure, person=given.pop("citizen", None), by=self.actor, **given)
        filed.case.procedure_slug = procedure.slug  # type: ignore[attr-defined]
        body = CaseSerializer(filed.case).data | {"tracking_key": filed.tracking_key}
        return Response(body, status=201, headers={"Location": f"{request.path}{filed.case.number}/"})

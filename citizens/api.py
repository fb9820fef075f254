"""People for other systems: confirmed by a document together with the birth date or a surname, never listed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from czrm.doors.api import ApiViewSet, Problem, problem

from . import services
from .models import Citizen


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
        if found is None:
            return problem(404, "no_match", gettext("These data do not match anybody."))
        body = {"name": found.name, "document": found.document, "linked": found.linked, "uid": found.uid}
        return Response(IdentifiedSerializer(body).data)

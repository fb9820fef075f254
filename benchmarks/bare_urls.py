"""A plain ModelViewSet with the same twelve scalar columns, on a table of its own without policies or relations."""

from django.db import models
from django.http import HttpResponse
from django.urls import include, path
from rest_framework import serializers, viewsets
from rest_framework.pagination import CursorPagination
from rest_framework.routers import SimpleRouter


class BareCase(models.Model):
    number = models.CharField(max_length=30)
    procedure = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=16)
    channel = models.CharField(max_length=12)
    priority = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=240, blank=True)
    opened_at = models.DateTimeField()
    promised_at = models.DateTimeField(null=True)
    legal_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)

    class Meta:
        app_label, managed, db_table = "benchmarks", False, "bench_case"


class BareSerializer(serializers.ModelSerializer):
    class Meta:
        model = BareCase
        exclude = ["id"]


class Pages(CursorPagination):
    ordering, page_size = "-id", 100


class BareViewSet(viewsets.ModelViewSet):
    queryset = BareCase.objects.all()
    serializer_class = BareSerializer
    pagination_class = Pages


router = SimpleRouter()
router.register("api/v1/cases", BareViewSet)
urlpatterns = [path("empty", lambda request: HttpResponse("ok")), path("", include(router.urls))]

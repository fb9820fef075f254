"""The house rules of models, checked by walking the house."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.core.management import call_command

from czrm.kit.actor import Clerk, Guest, Machine, Visitor, acting
from czrm.kit.fence import Fence, Open
from czrm.kit.fenced import FencedQuerySet

ROOMS = {"czrm.institutions", "czrm.trail", "citizens", "cases", "channels", "reporting"}
OURS: list[Any] = [model for config in apps.get_app_configs() if config.name in ROOMS for model in config.get_models()]
FENCED = [model for model in OURS if isinstance(model.fence, Fence)]
NARROWED = [model for model in FENCED if model.fence.narrows]
THROUGH = {"User_groups", "User_user_permissions"}


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_model_has_a_fence_or_a_reason(model):
    assert isinstance(model.fence, Fence) or (isinstance(model.fence, Open) and model.fence.reason)


def test_hidden_join_tables_are_known():
    made = {
        model.__name__
        for model in apps.get_models(include_auto_created=True)
        if model._meta.auto_created and model._meta.app_config.name in ROOMS
    }
    assert made == THROUGH


def test_only_what_tells_who_acts_is_read_by_everybody():
    assert {model.__name__ for model in FENCED if not model.fence.narrows} == {"Institution", "Membership", "Seat", "Client"}


@pytest.mark.parametrize("model", NARROWED, ids=lambda model: model.__name__)
def test_every_manager_of_a_fenced_model_is_fenced(model):
    for manager in model._meta.managers:
        assert isinstance(manager.get_queryset(), FencedQuerySet), manager


@pytest.mark.django_db
@pytest.mark.parametrize("model", FENCED, ids=lambda model: model.__name__)
def test_no_fence_opens_on_null(model):
    """`Q(citizen=None)` becomes IS NULL, and shows every row that belongs to nobody."""
    for actor in (Clerk("c", 1, 1, 1), Visitor("v", 1, 1, 1), Guest(1), Guest(1, 1), Machine("m", 1, 1, 1, 1)):
        with acting(actor), suppress(EmptyResultSet):
            sql = str(model.objects.all().query)
            assert not re.search(r"IS NULL", sql.partition(" WHERE ")[2]), sql


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_no_model_shows_personal_data_in_its_text(model):
    fields = {"name", "value", "number", "recipient", "email"} & {field.name for field in model._meta.fields}
    if model.__name__ in {"Citizen", "Identifier", "ContactPoint", "Notice", "Membership"}:
        private = model(**dict.fromkeys(fields, "PRIVATE"))
        assert "PRIVATE" not in str(private)


@pytest.mark.parametrize("model", [m for m in FENCED if any(f.name == "uid" for f in m._meta.fields)], ids=lambda model: model.__name__)
def test_outside_identities_are_made_by_the_database(model):
    assert "uuidv7" in str(model._meta.get_field("uid").db_default.function)


def test_a_changed_fence_or_model_wants_a_migration(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)

"""The cast: Norte and Sur; Ana (officer), Sofía (supervisor), Alma (administrator) and Pablo (data protection) of Norte;
Bruno, officer of Sur; Carla, citizen of both; Darío, of Sur only."""

from __future__ import annotations

import time
from functools import cached_property

from django.test import Client as Browser

from cases.models import Case, Procedure
from czrm.institutions import mfa
from czrm.institutions.entrance import ACTIVE, ASSURED
from czrm.institutions.models import Agreement, Purpose, Team, User
from czrm.institutions.roles import GUEST, VISITOR_HIGH
from czrm.kit.actor import Clerk, Guest, Visitor, acting

from . import factories
from .factories import machine


class World:
    """The bodies and people are always there; the rest comes into being when a scene names it."""

    def __init__(self) -> None:
        self.norte = factories.institution("Norte", "NO")
        self.sur = factories.institution("Sur", "SU", color="#8a1f3f")
        self.ana = factories.clerk("Ana", self.norte, "officer")
        self.sofia = factories.clerk("Sofía", self.norte, "supervisor")
        self.bruno = factories.clerk("Bruno", self.sur, "officer")
        self.carla = factories.citizen("Carla", "Soto", "12345678-5", self.norte, self.sur)
        self.dario = factories.citizen("Darío", "Rojas", "11111111-1", self.sur)

    @cached_property
    def alma(self) -> Clerk:
        return factories.clerk("Alma", self.norte, "administrator")

    @cached_property
    def pablo(self) -> Clerk:
        return factories.clerk("Pablo", self.norte, "dpo")

    @cached_property
    def procedure(self) -> Procedure:
        return factories.procedure(self.norte)

    @cached_property
    def procedure_of_sur(self) -> Procedure:
        return factories.procedure(self.sur)

    @cached_property
    def case_of_norte(self) -> Case:
        return factories.case(self.norte, self.carla, self.procedure)

    @cached_property
    def case_of_sur(self) -> Case:
        return factories.case(self.sur, self.carla, self.procedure_of_sur)

    @cached_property
    def team(self) -> Team:
        with acting(machine(self.norte)):
            return Team.objects.create(institution=self.norte, name="Alumbrado")

    @cached_property
    def purpose(self) -> Purpose:
        return factories.purpose()

    @cached_property
    def visitor(self) -> Visitor:
        carla = factories.user("Carla", citizen_id=self.carla.pk)
        return Visitor("Carla", self.carla.pk, carla.pk, self.norte.pk, VISITOR_HIGH, assurance="high")

    @cached_property
    def guest(self) -> Guest:
        return Guest(self.norte.pk, None, GUEST)

    def agreement(self, *scopes: str, days: int = 1, status: str = "in_force") -> Agreement:
        """Sur opens these scopes to Norte."""
        return factories.agreement(self.sur, self.norte, self.purpose, *scopes, days=days, status=status)

    def browser(self, actor: Clerk | Visitor | Guest, **options: bool) -> Browser:
        browser = Browser(raise_request_exception=False, **options)
        if isinstance(actor, Guest):
            return browser
        browser.force_login(User.objects.get(pk=actor.user_id), "django.contrib.auth.backends.ModelBackend")
        if isinstance(actor, Clerk):
            session = browser.session
            session[ACTIVE], session[mfa.SHOWN] = actor.institution_id, actor.user_id
            session.save()
        else:
            session, moment = browser.session, time.time()
            came = {"user": actor.user_id, "level": actor.assurance, "portal": actor.portal_id, "at": moment, "seen": moment}
            session[ASSURED] = came
            session.save()
        return browser

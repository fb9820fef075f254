"""Who is acting: every read is fenced by an actor, every write is signed by one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from django.db import connection, transaction
from django.http import HttpRequest

Verbs: TypeAlias = frozenset[str]
Limits: TypeAlias = tuple[int | None, int | None, int | None, int | None, int | None]  # what czrm.sealed_from is asked
NOWHERE = -1  # the key of no row


@dataclass(frozen=True)
class Clerk:
    """Somebody at work for one institution; the contact in progress gives the purpose for what is read of others."""

    name: str
    institution_id: int
    user_id: int
    purpose_id: int | None = None
    contact_id: int | None = None
    verbs: Verbs = field(default=frozenset(), repr=False, compare=False)

    def may(self, verb: str) -> bool:
        return verb in self.verbs

    @property
    def context(self) -> dict[str, object]:
        return {"institution": self.institution_id, "purpose": self.purpose_id, "user": self.user_id}

    @property
    def limits(self) -> Limits:
        return self.institution_id, self.user_id, self.purpose_id, None, None


@dataclass(frozen=True)
class Behalf:
    """The mandate by which somebody acts for another, checked at the door of each request: all acts, or those it names."""

    mandate_id: int
    agent_id: int  # the citizen who logged in
    name: str  # of the one they act for
    acts: frozenset[str]

    @property
    def whole(self) -> bool:
        return "*" in self.acts


@dataclass(frozen=True)
class Visitor:
    """A citizen logged in at the portal of one institution, looking after their own affairs, or by mandate after another's."""

    name: str
    citizen_id: int  # whose affairs
    user_id: int
    portal_id: int | None = None
    verbs: Verbs = field(default=frozenset(), repr=False, compare=False)
    behalf: Behalf | None = None
    assurance: str = "low"  # how sure it is who they are: low by a code, high by an identity provider

    def may(self, verb: str) -> bool:
        return verb in self.verbs

    @property
    def limited(self) -> bool:
        """Acting for another by a mandate for some acts only: the cases it covers, and nothing else of that person."""
        return self.behalf is not None and not self.behalf.whole

    @property
    def before(self) -> int | None:
        """A whole mandate counts before the institution that keeps it, and opens nothing of others."""
        return (self.portal_id or NOWHERE) if self.behalf is not None and self.behalf.whole else None

    @property
    def context(self) -> dict[str, object]:
        who: dict[str, object] = {"portal": self.portal_id, "user": self.user_id}
        if self.behalf is not None and self.limited:
            return who | {"mandate": self.behalf.mandate_id, "agent": self.behalf.agent_id}
        return who | {"citizen": self.citizen_id, "before": self.before}

    @property
    def limits(self) -> Limits | None:
        """Of a protected person, the address is read by themselves and by nobody else, were it by their code or their mandate."""
        themself = self.behalf is None and self.assurance == "high"
        return None if themself else (None, None, None, None, self.citizen_id)


@dataclass(frozen=True)
class Guest:
    """Nobody yet: at the portal of one institution, with at most the one case whose tracking key was shown."""

    portal_id: int
    case_id: int | None = None
    verbs: Verbs = field(default=frozenset(), repr=False, compare=False)
    name: str = "guest"

    def may(self, verb: str) -> bool:
        return verb in self.verbs

    @property
    def context(self) -> dict[str, object]:
        return {"portal": self.portal_id, "case": self.case_id}

    limits = None


@dataclass(frozen=True)
class Machine:
    """Unattended work, for one institution and for a reason: a task, a command, an agency's client."""

    reason: str
    institution_id: int
    purpose_id: int | None = None
    client_id: int | None = None
    host_id: int | None = None  # the institution a client may file into: its own, or another
    verbs: Verbs | None = field(default=None, repr=False, compare=False)  # None: our own code, all verbs

    @property
    def name(self) -> str:
        return f"machine: {self.reason}"

    def may(self, verb: str) -> bool:
        return self.verbs is None or verb in self.verbs

    @property
    def context(self) -> dict[str, object]:
        return {"institution": self.institution_id, "purpose": self.purpose_id, "client": self.client_id}

    @property
    def limits(self) -> Limits | None:
        """An outside client is named for nobody; our own code sees everybody, so what it makes for somebody, it makes as them."""
        return None if self.client_id is None else (self.institution_id, None, self.purpose_id, self.host_id, None)


Actor: TypeAlias = Clerk | Visitor | Guest | Machine
Staff: TypeAlias = Clerk | Machine


class Request(HttpRequest):
    """A request that came through the door."""

    actor: Actor
    page_view: str
    owners: set[int]  # other institutions whose rows the page shows: see doors/pages.py
    categories: set[str]  # of what data
    htmx: Any


class NobodyActing(RuntimeError):
    """Something that needs an actor was done outside `acting(actor)`."""


CONTEXT = ("institution", "citizen", "purpose", "user", "client", "portal", "case", "mandate", "agent", "before")
SEALED, SHELTERED = "sealed", "sheltered"  # see sealed.py
FIRST = ", ".join(f"set_config('czrm.{key}', %s, true)" for key in CONTEXT)
TELL = f"select {FIRST}, set_config('czrm.{SEALED}', '', true), set_config('czrm.{SHELTERED}', '', true)"
KEPT_OUT = f"set_config('czrm.{SEALED}', limits.{SEALED}, true), set_config('czrm.{SHELTERED}', limits.{SHELTERED}, true)"
ASKED = ", ".join(["%s::bigint"] * 5)
TELL_LIMITS = f"select {FIRST}, {KEPT_OUT} from czrm.sealed_from({ASKED}) limits"  # noqa: S608  our own names

_current: ContextVar[Actor | None] = ContextVar("actor", default=None)
_memory: ContextVar[dict[str, Any] | None] = ContextVar("memory", default=None)


def current_actor() -> Actor | None:
    return _current.get()


def acting_now() -> Actor:
    actor = _current.get()
    if actor is None:
        raise NobodyActing
    return actor


def memory() -> dict[str, Any]:
    """What may be remembered for as long as this actor acts, and not longer."""
    held = _memory.get()
    return {} if held is None else held


@contextmanager
def acting(actor: Actor) -> Iterator[Actor]:
    """Run a block as `actor`: one transaction, one database context, one ambient actor; undone together."""
    before = _current.get()
    if before == actor and connection.in_atomic_block:
        yield actor
        return
    nested = connection.in_atomic_block
    with transaction.atomic():
        token, memory = _current.set(actor), _memory.set({})
        _tell_database(actor)
        try:
            yield actor
        finally:
            _current.reset(token)
            _memory.reset(memory)
        if nested and not connection.needs_rollback:  # a rollback, or the transaction's end, restores it by itself
            _tell_database(before)


def mandated_cases() -> list[int]:
    """The cases that the limited mandate of whoever acts covers, asked of the database once while they act."""
    held = memory()
    if "mandated" not in held:
        with connection.cursor() as cursor:
            cursor.execute("select czrm.mandated_cases()")
            held["mandated"] = cursor.fetchone()[0]
    cases: list[int] = held["mandated"]
    return cases


def deputy(actor: Actor, reason: str) -> Machine:
    """The institution's own hands for what a guest or a citizen asks of it at its portal."""
    if isinstance(actor, Clerk | Machine):
        raise TypeError("staff act for themselves")
    if actor.portal_id is None:
        raise NobodyActing("no portal, no institution to receive it")
    return Machine(reason, actor.portal_id)


def told_anew() -> None:
    """Whoever acts has just been cleared for somebody, or is no longer: it counts from now on, and not only at the next request."""
    _tell_database(acting_now())


def _tell_database(actor: Actor | None) -> None:
    """Local to the transaction: a session-level setting would leak to the pool's next borrower."""
    context, limits = (actor.context, actor.limits) if actor else ({}, None)
    told = [str(context.get(key) or "") for key in CONTEXT]
    with connection.cursor() as cursor:
        cursor.execute(*((TELL, told) if limits is None else (TELL_LIMITS, [*told, *limits])))
        *_context, sealed, sheltered = cursor.fetchone()
    memory().update({SEALED: _keys(sealed), SHELTERED: _keys(sheltered)})


def _keys(array: str) -> tuple[int, ...]:
    return tuple(map(int, array[1:-1].split(","))) if array else ()

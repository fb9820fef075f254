"""The queries of the queue and of the lists: filters from an address, keyset pages, counts that stop at 99."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import F, Q, Value
from django.http import QueryDict
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.functional import Promise
from django.utils.timezone import make_aware, now
from django.utils.translation import gettext_lazy as _

from cases.clock import Calendar
from cases.lifecycle import FINAL, OPEN, Status
from cases.models import Case
from cases.numbers import normalise_case_number
from czrm.kit.actor import Clerk
from czrm.kit.refused import Refused

SIZE = 50
MOST = 99  # what a count says at most
SOON = 2  # working days
TABS: dict[str, Promise] = {
    "all": _("All open"), "unassigned": _("Unassigned"), "mine": _("Mine"), "team": _("My teams"),
    "overdue": _("Overdue"), "soon": _("Due soon"),
}  # fmt: skip
SORTS: dict[str, Promise] = {"oldest": _("Oldest first"), "due": _("Due first"), "newest": _("Newest first")}
STATES: dict[str, Promise] = {
    "open": _("Still open"), "overdue": _("Overdue"), "ended": _("Ended"), "undated": _("Ended on an unknown date"),
    "in_time": _("Closed on time"), "late": _("Closed late"),
}  # fmt: skip
NONE = "none"  # cases without a team
DAYS_KNOWN = range(1900, 2200)  # years
KEYS = ("tab", "status", "state", "team", "assignee", "procedure", "channel", "opened", "closed", "q", "sort")
Rows = models.QuerySet[Case]


@models.CharField.register_lookup
class BeginsWith(models.lookups.BuiltinLookup):
    """`^@` keeps its index behind row-level security, which LIKE does not."""

    lookup_name = "begins_with"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, params = self.process_lhs(compiler, connection)
        right, more = self.process_rhs(compiler, connection)
        return f"{left} ^@ {right}", [*params, *more]


@dataclass(frozen=True)
class Filters:
    """What the address asks for; what it does not understand it leaves out. `opened` and `closed` are days, `2026-11-01..2026-11-21`."""

    tab: str = "all"
    status: str = ""
    state: str = ""
    team: UUID | str | None = None
    assignee: UUID | None = None
    procedure: UUID | None = None
    channel: str = ""
    opened: str = ""
    closed: str = ""
    q: str = ""
    sort: str = "oldest"
    open_only: bool = field(default=True, compare=False)

    @classmethod
    def of(cls, query: QueryDict | dict[str, Any], *, open_only: bool = True) -> Filters:
        sort = "oldest" if open_only else "newest"
        return cls(
            tab=known(query.get("tab"), TABS, "all"), status=known(query.get("status"), Status.values, ""),
            state=known(query.get("state"), STATES, ""), opened=days(query.get("opened")), closed=days(query.get("closed")),
            team=NONE if query.get("team") == NONE else uid(query.get("team")), assignee=uid(query.get("assignee")),
            procedure=uid(query.get("procedure")), channel=(query.get("channel") or "")[:12], q=(query.get("q") or "").strip()[:80],
            sort=known(query.get("sort"), SORTS, sort), open_only=open_only,
        )  # fmt: skip

    @property
    def plain(self) -> dict[str, str]:
        """Only what differs from the defaults, for addresses and saved views."""
        default = Filters(sort="oldest" if self.open_only else "newest")
        return {key: str(getattr(self, key)) for key in KEYS if getattr(self, key) != getattr(default, key)}

    @property
    def narrowed(self) -> bool:
        return bool(set(self.plain) - {"tab", "sort"})


@dataclass(frozen=True)
class Seen:
    """From where the tabs are seen: now, what "soon" is by the calendar, and one's teams."""

    now: datetime
    soon: datetime
    teams: list[int]

    @classmethod
    def by(cls, calendar: Calendar, now: datetime, teams: list[int]) -> Seen:
        last = calendar.after(calendar.local(now).date(), SOON)
        return cls(now, calendar.midnight_after(last), teams)


@dataclass(frozen=True)
class Page:
    """Some rows, and the cursors of the pages around them, empty at either end."""

    rows: list[Case]
    after: str
    before: str = ""


def known(value: Any, options: Any, default: str) -> str:
    return value if value in options else default


def uid(value: Any) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None


def days(value: Any) -> str:
    """Two days, of which either may be missing, as they stand in an address; empty if they are none."""
    first, dots, last = str(value or "").partition("..")
    found = [day_of(first), day_of(last)]
    if not dots or not any(found) or any(text and not day for text, day in zip((first, last), found, strict=True)):
        return ""
    return "..".join(day.isoformat() if day else "" for day in found)


def day_of(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found and found.year in DAYS_KNOWN else None


def base(actor: Clerk, filters: Filters) -> Rows:
    """The institution's own cases; those an agreement opens are reached from the person."""
    rows = Case.objects.filter(institution=actor.institution_id)
    if filters.open_only:
        rows = rows.filter(closed_at__isnull=True, status__in=sorted(OPEN))
    return narrowed(rows, filters)


def narrowed(rows: Rows, filters: Filters) -> Rows:
    exact = {"status": filters.status, "team__uid": filters.team if filters.team != NONE else None, "assignee__uid": filters.assignee,
             "procedure__uid": filters.procedure, "channel": filters.channel}  # fmt: skip
    rows = rows.filter(**{key: value for key, value in exact.items() if value})
    if filters.team == NONE:
        rows = rows.filter(team=None)
    if filters.state:
        rows = rows.filter(in_state(filters.state, now()))
    rows = within(within(rows, "opened_at", filters.opened), "closed_at", filters.closed)
    return searched(rows, filters.q) if filters.q else rows


def in_state(state: str, moment: datetime) -> Q:
    """As the dashboard counts them."""
    unfinished = Q(status__in=sorted(OPEN), closed_at__isnull=True)
    states = {
        "open": unfinished, "overdue": unfinished & Q(due_at__lt=moment) & ~Q(status=Status.DECIDED), "ended": Q(status__in=sorted(FINAL)),
        "undated": Q(status__in=sorted(FINAL), closed_at__isnull=True), "in_time": Q(closed_at__lte=F("promised_at")),
        "late": Q(closed_at__gt=F("promised_at")),
    }  # fmt: skip
    return states[state]


def within(rows: Rows, field: str, between: str) -> Rows:
    """Whole days of the institution's own clock, the last one included."""
    first, last = map(day_of, between.partition("..")[::2])
    if first:
        rows = rows.filter(**{f"{field}__gte": make_aware(datetime.combine(first, time()))})
    if last:
        rows = rows.filter(**{f"{field}__lt": make_aware(datetime.combine(last + timedelta(days=1), time()))})
    return rows


def searched(rows: Rows, text: str) -> Rows:
    """A number, the beginning of one, or words of the title."""
    try:
        return rows.filter(number=normalise_case_number(text))
    except Refused:
        pass
    start = text.upper().replace(" ", "-")
    if any(character.isdigit() for character in start) and " " not in text:
        return rows.filter(number__begins_with=start)
    return rows.filter(pk__in=with_words(text))


def with_words(text: str) -> list[int]:
    """Ids whose title has all these words; full-text search keeps its index only inside a definer function."""
    with connection.cursor() as cursor:
        cursor.execute("select id from czrm.search_cases(%s, 500)", [text])
        return [row[0] for row in cursor.fetchall()]


def tabbed(rows: Rows, tab: str, actor: Clerk, seen: Seen) -> Rows:
    if tab == "unassigned":
        return rows.filter(assignee=None)
    if tab == "mine":
        return rows.filter(assignee=actor.user_id)
    if tab == "team":
        return rows.filter(team__in=seen.teams)
    if tab == "overdue":
        return rows.filter(due_at__lt=seen.now).exclude(status=Status.DECIDED)
    if tab == "soon":
        return rows.filter(due_at__gte=seen.now, due_at__lt=seen.soon).exclude(status=Status.DECIDED)
    return rows


def counts(rows: Rows, actor: Clerk, seen: Seen) -> dict[str, str]:
    """How many each tab holds, "99+" at most: nobody counts millions to show a badge."""
    parts = [tabbed(rows, tab, actor, seen).order_by().annotate(tab=Value(tab)).values_list("tab", flat=True)[: MOST + 1] for tab in TABS]
    found = Counter(parts[0].union(*parts[1:], all=True))
    return {tab: f"{MOST}+" if found[tab] > MOST else str(found[tab]) for tab in TABS}


def page(rows: Rows, sort: str, after: str = "", size: int = SIZE, before: str = "") -> Page:
    """The rows next to a cursor, "part:value:id": after the last one shown, or before the first.

    A page broken by rows that have come or gone meanwhile gives way to the first one, which is whole.
    """
    after, before = (text if cursor_of(text)[2] else "" for text in (after, before))
    rows = rows.select_related("procedure", "team", "assignee", "citizen").defer("answers", "description", "outcome_text")
    found = following(rows, sort, before or after, size + 1, back=bool(before))
    if (before and len(found) < size) or (after and not found):
        return page(rows, sort, size=size)
    more = len(found) > size
    shown: list[Any] = found[-size:] if before else found[:size]
    return Page(shown, shown[-1].cursor if before or more else "", shown[0].cursor if after or (before and more) else "")


def following(rows: Rows, sort: str, start: str, most: int, *, back: bool) -> list[Case]:
    """So many rows from a cursor on, in the order of the list whichever way one goes; each bears its own cursor."""
    part, value, pk = cursor_of(start)
    found: list[Case] = []
    numbered = list(enumerate(parts(rows, sort)))
    for number, (some, name) in reversed(numbered) if back else numbered:
        if (number > part if back else number < part) or len(found) >= most:
            continue
        if number == part and pk:
            some = beyond(some, name, value, pk, back=back)
        for row in (some.reverse() if back else some)[: most - len(found)]:
            row.cursor = cursor(row, number, name)  # type: ignore[attr-defined]
            found.append(row)
    return found[::-1] if back else found


def parts(rows: Rows, sort: str) -> list[tuple[Rows, str]]:
    """What comes first in the order, then the rest; each part walks one index."""
    if sort == "newest":
        return [(rows.order_by("-pk"), "-pk")]
    if sort == "due":
        return [
            (rows.filter(due_at__isnull=False).order_by("due_at", "pk"), "due_at"),
            (rows.filter(due_at__isnull=True).order_by("opened_at", "pk"), "opened_at"),
        ]  # fmt: skip
    oldest = rows.order_by("opened_at", "pk")
    return [(oldest.filter(assignee=None), "opened_at"), (oldest.filter(assignee__isnull=False), "opened_at")]


def beyond(rows: Rows, name: str, value: datetime | None, pk: int, *, back: bool) -> Rows:
    way, other = ("lt", "gt") if back else ("gt", "lt")
    if name == "-pk":
        return rows.filter(**{f"pk__{other}": pk})
    if value is None:
        return rows
    return rows.filter(Q(**{f"{name}__{way}e": value}), Q(**{f"{name}__{way}": value}) | Q(**{f"pk__{way}": pk}))


def cursor(row: Case, part: int, name: str) -> str:
    return f"{part}~{'' if name == '-pk' else getattr(row, name).isoformat()}~{row.pk}"


def cursor_of(after: str) -> tuple[int, datetime | None, int]:
    try:
        part, value, pk = after.split("~")
        return int(part), parse_datetime(value) if value else None, int(pk)
    except ValueError:
        return 0, None, 0

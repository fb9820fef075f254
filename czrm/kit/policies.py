"""Row-level-security policies as a constraint of a model: `makemigrations` writes them and notices a change."""

from __future__ import annotations

from typing import Any

from django.db.models.constraints import BaseConstraint

MINE = "nullif(current_setting('czrm.institution', true), '')::bigint"
ME = "nullif(current_setting('czrm.citizen', true), '')::bigint"
CLIENT = "nullif(current_setting('czrm.client', true), '')::bigint"
PORTAL = "nullif(current_setting('czrm.portal', true), '')::bigint"
CASE = "nullif(current_setting('czrm.case', true), '')::bigint"
BEFORE = "institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id)"
MANDATED = "any((select czrm.mandated_cases())::bigint[])"
STAFF = ("czrm_owner", "czrm_definer", "czrm_backup")  # those with BYPASSRLS, where the server grants it


def visible(scope: str) -> str:
    """The institutions whose rows the actor may read; the inner select makes PostgreSQL ask only once per query."""
    return f"any((select czrm.visible_institutions('{scope}'))::bigint[])"


def staff(table: str) -> str:
    """Lets the three roles above the walls see over them on a server that grants no BYPASSRLS; the application is none of them."""
    return f"create policy staff on {table} to {', '.join(STAFF)} using (true) with check (true)"


class Policies(BaseConstraint):
    """The policies of a table for all four commands, as a migration keeps them."""

    def __init__(self, *, name: str, see: str, add: str, change: str) -> None:
        super().__init__(name=name)
        self.see, self.add, self.change = see, add, change

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, str]]:
        kwargs = {"name": self.name, "see": self.see, "add": self.add, "change": self.change}
        return f"{Policies.__module__}.Policies", (), kwargs

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Policies) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)

    def constraint_sql(self, model: Any, schema_editor: Any) -> None:  # type: ignore[override]
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        table = schema_editor.quote_name(model._meta.db_table)
        return "; ".join([
            f"alter table {table} enable row level security",
            f"alter table {table} force row level security",
            f"create policy see on {table} for select using ({self.see})",
            f"create policy add on {table} for insert with check ({self.add})",
            f"create policy change on {table} for update using ({self.change}) with check ({self.change})",
            f"create policy remove on {table} for delete using ({self.change})",
            staff(table),
        ])  # fmt: skip

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        table = schema_editor.quote_name(model._meta.db_table)
        drops = [f"drop policy if exists {policy} on {table}" for policy in ("see", "add", "change", "remove", "staff")]
        return "; ".join([*drops, f"alter table {table} disable row level security"])

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """A form cannot tell: the database does."""

"""The functions that see over the walls: none lends its eyes to more than it says."""

from __future__ import annotations

import re

import pytest
from django.db import ProgrammingError, connection, transaction

from citizens import definers
from czrm.kit.actor import acting
from tests.world import World

FUNCTIONS = """
select p.oid::regprocedure::text, p.proconfig, pg_get_functiondef(p.oid), has_function_privilege('czrm_app', p.oid, 'execute'),
       exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0), p.proowner::regrole::text
  from pg_proc p where p.prosecdef and p.pronamespace in ('czrm'::regnamespace, 'public'::regnamespace) order by 1
"""
INNER = {  # steps of others, which the application may not take by themselves
    "czrm.confirm_citizen", "czrm.claim_identifier", "czrm.visible_people", "czrm.likely_names", "czrm.is_named", "czrm.is_sealed_from",
    "czrm.match_reach", "czrm.portal_mandate",
}  # fmt: skip


def functions() -> list[tuple[str, list[str], str, bool, bool, str]]:
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS)
        return [(name, config or [], body, ours, everybodys, owner) for name, config, body, ours, everybodys, owner in cursor.fetchall()]


@pytest.mark.django_db
def test_each_definer_function_has_its_own_owner_and_names_where_it_looks_for_names() -> None:
    found = functions()
    assert len(found) > 40
    for name, config, _body, _ours, _everybodys, owner in found:
        assert owner == "czrm_definer", name
        path = next((said for said in config if said.startswith("search_path=")), "")
        assert re.fullmatch(r"search_path=(public|pg_catalog|czrm)(, \w+)*, pg_temp", path), (name, path)


@pytest.mark.django_db
def test_no_definer_function_is_everybodys_and_the_inner_ones_are_not_the_application_s() -> None:
    found = functions()
    assert [name for name, _config, _body, _ours, everybodys, _owner in found if everybodys] == [
        "czrm.mandated_cases()", "czrm.visible_institutions(text)",  # the policies ask them as whoever reads
    ]  # fmt: skip
    assert {name.partition("(")[0] for name, _config, _body, ours, _everybodys, _owner in found if not ours} == INNER
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select czrm.confirm_citizen('cl.rut', '1', null, '')")


@pytest.mark.django_db
def test_what_is_put_into_a_statement_is_quoted() -> None:
    """`%s` of format() is for numbers and for pieces that were quoted before; the trail's names are of two tables it compares with."""
    dynamic = {
        name.partition("(")[0] for name, _config, body, *_rest in functions() if re.search(r"\bexecute\s+(format|'|\w+\s*\|\|)", body)
    }
    assert dynamic == {"czrm.find_by_name", "czrm.begin_segment"}


@pytest.mark.parametrize("word", ["soto') or true --", "soto}'", "%s %L %I", "{soto\",'}", "\\'; select 1; --"])
def test_a_name_is_no_statement(world: World, word: str) -> None:
    typed = [{"word": word, "readings": [word], "sound": word, "unfinished": True}]
    with acting(world.ana):
        for how in ("same", "slip", "alike"):
            assert definers.find_by_name(typed, how, None, 9) == []

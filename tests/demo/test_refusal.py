"""Known passwords exist in a demonstration only."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from czrm.institutions import demo
from czrm.institutions.models import Institution


def test_outside_a_demonstration_the_sample_is_refused(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="demonstration only"):
        call_command("demo_data")
    assert not Institution.objects.exists()


def test_outside_a_demonstration_no_account_is_shown(settings):
    settings.DEMO = False
    assert demo.accounts() == []

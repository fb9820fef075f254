"""Every string a user sees has its Spanish."""

from __future__ import annotations

from czrm.kit.management.commands.messages import missing


def test_every_string_is_translated():
    assert missing() == []

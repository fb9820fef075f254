"""Every string a user sees has its Spanish."""

from __future__ import annotations

import re
from pathlib import Path

from czrm.kit.management.commands.messages import missing

ROOT = Path(__file__).resolve().parent.parent.parent
HIDDEN = re.compile(r"""f['"].*\{(?:p?n?p?gettext(?:_lazy)?|_)\(""")


def test_every_string_is_translated():
    assert missing() == []


def test_no_string_hides_in_another():
    """What stands inside an f-string is not found by those who gather texts."""
    for room in ("czrm", "citizens", "cases", "channels", "reporting"):
        for path in (ROOT / room).rglob("*.py"):
            assert not HIDDEN.search(path.read_text()), path

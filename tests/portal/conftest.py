"""Nothing of another scene is remembered: neither institutions nor tries."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import caches


@pytest.fixture(autouse=True)
def forgetful(settings, tmp_path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    for name in ("default", "near"):
        caches[name].clear()
    yield
    caches["near"].clear()

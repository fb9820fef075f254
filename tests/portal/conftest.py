"""Files of a scene stay in its own folder."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path

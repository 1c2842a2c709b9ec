from __future__ import annotations

import pytest
from hypothesis import settings

from backend.catalogue import Catalogue
from tests.shipped import shipped_catalogue

# No deadline: these rules take microseconds, and a busy machine must not fail them.
settings.register_profile("rules", deadline=None)
settings.load_profile("rules")


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return shipped_catalogue()

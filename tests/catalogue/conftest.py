from __future__ import annotations

import pytest

from backend.catalogue import Catalogue
from tests.shipped import shipped_catalogue


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return shipped_catalogue()

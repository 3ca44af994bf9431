"""The workbooks the tests load, and the loading itself."""

from collections.abc import Callable
from pathlib import Path

import pytest

from services.access.permissions import SYSTEM, Actor
from services.imports import ImportReport, Options, running
from services.settings import ROOT
from tests import samples

OWN = ROOT.parent / "shared" / "data" / "base.xlsx"
"""The association's own workbook: test data that is not part of the project."""

Load = Callable[..., ImportReport]


@pytest.fixture
def load(database: str) -> Load:
    """Plan and apply sheets or bytes; the report."""

    def loaded(
        *sheets: samples.Sheet | bytes, actor: Actor = SYSTEM, apply_it: bool = True, options: Options | None = None
    ) -> ImportReport:
        content = b"".join(part for part in sheets if isinstance(part, bytes))
        content = content or samples.workbook(*(part for part in sheets if isinstance(part, samples.Sheet)))
        return running.run(actor, "книга.xlsx", content, options, apply_it=apply_it).report

    return loaded


@pytest.fixture(params=["sample", "own"])
def book(request: pytest.FixtureRequest) -> bytes:
    """The invented workbook, and the association's own where it is at hand."""
    path: Path = samples.PATH if request.param == "sample" else OWN
    if not path.is_file():
        pytest.skip(f"{path.name} is not here")
    return path.read_bytes()

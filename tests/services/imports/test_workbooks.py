"""Both workbooks as a whole: nothing is lost, counts add up, a second load changes nothing."""

import pytest
from sqlmodel import col, func, select

from models import Base, Change, ImportBatch, Person, Remark, Source, StoredFile
from services import files, imports
from services.access.permissions import SYSTEM
from services.imports import ImportReport, SheetReport, running
from services.imports.reading import read_workbook
from services.work import reading, writing
from tests import samples
from tests.services.imports.conftest import Load
from tests.services.imports.kept import cells, lost


def counts(report: ImportReport) -> dict[str, tuple[int, int, int, int, int]]:
    return {s.sheet: (s.rows, s.created, s.changed, s.same, s.skipped) for s in report.sheets}


def in_base(model: type[Base]) -> int:
    with reading() as session:
        return session.exec(select(func.count()).select_from(model)).one()


def test_the_shipped_sample_is_what_its_module_makes() -> None:
    shipped = read_workbook("", samples.PATH.read_bytes())
    made = read_workbook("", samples.workbook(*samples.SHEETS))
    assert shipped.sheets == made.sheets


def test_no_value_is_lost(load: Load, book: bytes) -> None:
    workbook = read_workbook("книга.xlsx", book)
    assert len(list(cells(workbook))) > 150
    assert lost(workbook, load(book)) == []


def test_a_second_load_changes_nothing_and_says_so(load: Load, book: bytes) -> None:
    first = load(book)
    changes, remarks = in_base(Change), in_base(Remark)
    second = load(book)
    assert second.written == 0
    assert second.remarks[0].message.startswith("Этот же файл уже загружен ")
    assert (in_base(Change), in_base(Remark), in_base(ImportBatch)) == (changes, remarks, 1)
    assert [s.rows for s in first.sheets] == [s.rows for s in second.sheets]


def test_planning_writes_nothing(load: Load, book: bytes) -> None:
    report = load(book, apply_it=False)
    assert not report.applied
    assert report.written > 0
    assert (in_base(Person), in_base(Change), in_base(ImportBatch), in_base(StoredFile)) == (0, 0, 0, 0)


def test_the_plan_says_what_applying_does(load: Load, book: bytes) -> None:
    planned = load(book, apply_it=False)
    done = load(book)
    assert done.applied
    assert planned.sheets == done.sheets
    assert len(planned.remarks) == len(done.remarks)


def test_every_row_of_the_sample_has_a_fate(load: Load) -> None:
    report = load(*samples.SHEETS)
    assert counts(report) == {
        "Физ.лица": (4, 3, 0, 0, 1),
        "Юр.лица": (4, 4, 0, 0, 0),
        "Реестр членов ассоциации": (7, 6, 0, 0, 1),
        "Комитет": (3, 3, 0, 0, 0),
        "Председатели": (2, 1, 0, 1, 0),
        "Мероприятия": (4, 4, 0, 0, 0),
        "Курсы": (2, 2, 0, 0, 0),
        "Места проведения": (3, 3, 0, 0, 0),
        "Черновик": (2, 0, 0, 0, 2),
        "Архив": (2, 0, 0, 0, 2),
    }
    assert report.sheets[0] == SheetReport("Физ.лица", "people", 4, 4, 3, 0, 0, 1)
    assert report.sheets[-1].table is None


def test_the_json_has_exactly_the_promised_keys(load: Load) -> None:
    found = load(*samples.SHEETS).to_json()
    assert set(found) == {"applied", "sheets", "remarks"}
    sheet = {"sheet", "table", "header_row", "rows", "created", "changed", "same", "skipped"}
    assert {frozenset(s) for s in found["sheets"]} == {frozenset(sheet)}
    remark = {"sheet", "row", "column", "value", "message", "severity"}
    assert {frozenset(r) for r in found["remarks"]} == {frozenset(remark)}
    assert ImportReport.from_json(found).to_json() == found


def test_everything_is_history_of_one_batch_from_excel(load: Load) -> None:
    load(*samples.SHEETS)
    with reading() as session:
        (batch,) = imports.batches(session, SYSTEM)
        sources = session.exec(select(Change.source, Change.batch_id).distinct()).all()
    assert [tuple(source) for source in sources] == [(Source.EXCEL.value, batch.id)]
    assert (batch.file_name, batch.who, len(batch.report.sheets)) == ("книга.xlsx", "система", 10)


def test_the_file_is_kept(load: Load) -> None:
    content = samples.workbook(*samples.SHEETS)
    load(content)
    with writing(SYSTEM) as session:
        (batch,) = imports.batches(session, SYSTEM)
        assert batch.file_id is not None
        info = files.open_file(session, SYSTEM, batch.file_id)
        assert (info.name, info.sha256, b"".join(files.chunks(info))) == ("книга.xlsx", batch.sha256, content)


def test_a_failing_load_leaves_nothing(database: str) -> None:
    content = samples.workbook(*samples.SHEETS)
    with writing(SYSTEM) as session:
        batch = imports.start(session, SYSTEM, "книга.xlsx", content)
    running.plan(SYSTEM, batch)
    with pytest.raises(ZeroDivisionError), writing(SYSTEM) as session:
        imports.apply(session, SYSTEM, batch)
        raise ZeroDivisionError
    assert (in_base(Person), in_base(Change)) == (0, 0)
    assert running.apply_planned(SYSTEM, batch).written > 0


def test_doubtful_values_become_remarks_of_their_records_once(load: Load) -> None:
    load(*samples.SHEETS)
    more = samples.Sheet("Физ.лица", [*samples.PEOPLE.rows, [None, "Ещё Один Человекович"]], samples.PEOPLE.merged)
    load(more)
    with reading() as session:
        person = session.exec(select(Person).where(col(Person.inn) == "231022")).one()
        found = session.exec(
            select(Remark).where(col(Remark.entity) == "Person", col(Remark.entity_id) == person.id)
        ).all()
    said = sorted((r.field, r.value, r.severity) for r in found)
    assert said == [("inn", "231022", "warning"), ("phone", "+7916555010", "warning")]

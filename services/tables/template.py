"""A workbook to be filled in and loaded: the headings import recognises, what may stand under them, an example."""

from collections.abc import Iterator, Sequence

from sqlmodel import Session, col, select
from xlsxwriter.utility import xl_range_abs

from models import Venue
from services.access.permissions import Actor, Permission, requires
from services.directory.committees import committee_choices
from services.errors import InvalidInput
from services.tables import kinds
from services.tables.columns import Column, Table
from services.tables.examples import EXAMPLES, HINTS
from services.tables.export import Exported
from services.tables.registry import table_named
from services.tables.workbook import Book, TableSheet, committee_caption, offer

EXAMPLE_MARK = "Пример: "
"""The name in a row of examples begins so: import leaves the row out."""
GUIDE_SHEET, LISTS_SHEET = "Как заполнять", "Списки"
"""Sheets beside the table: no import reads them or says a word about them."""
NO_COMMITTEE = "Впишите сюда комитет, например: «Комитет по инновациям»"
"""Stands above the heading until somebody names a committee; no committee is called so: nothing gets loaded."""

_KIND_HINTS = {
    kinds.NAME.name: "Фамилия, имя и отчество одного человека.",
    kinds.PHONE.name: "Один или несколько номеров через точку с запятой: +7 916 555-01-02; 8 (495) 555-01-03 доб. 12.",
    kinds.EMAIL.name: "Один или несколько адресов через точку с запятой.",
    kinds.INN.name: "10 цифр у организации, 12 у человека.",
    kinds.OGRN.name: "13 цифр, у предпринимателя 15.",
    kinds.SITE.name: "Адрес сайта: example.ru.",
    kinds.INTEGER.name: "Целое число.",
    kinds.MONEY.name: "Сумма в рублях: 35 000 или 1 500,50.",
    kinds.TEXT.name: "Текст.",
}
_WHOLE_DAY, _ANY_DAY = "Дата целиком: 10.01.2024.", "Дата, месяц или год: 10.01.2024, 01.2024 или 2024."
_NEEDED = {"chairs": {"committee"}}
"""What import needs besides the name."""
_NEEDED_LOOK = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#FFF2CC"}
GUIDE_LETTERS = 100
"""Width of the guide's sentences."""
LISTED = {"committee", "venue"}
"""Columns filled with names the base knows."""


@requires(Permission.BASE_IMPORT)
def template(session: Session, actor: Actor, table_name: str, committee_id: int | None = None) -> Exported:
    """An empty workbook for rows of a table, with the columns `actor` may fill.

    Above the heading of «Комитеты» stands committee `committee_id`, or the only one there is.
    """
    table = table_named(table_name)
    if table.is_view:
        raise InvalidInput(f"В таблицу «{table.title}» из файлов не загружают: она показывает людей и компании.")
    columns = [column for column in table.visible(actor).values() if column.live is None]
    caption = _caption(session, actor, committee_id) if table.name == "committees" else ""
    book = Book(f"{table.title}: шаблон")
    sheet = book.add(table, columns, caption=caption)
    _explain(book, table, sheet)
    for number, example in enumerate(EXAMPLES[table.name], 1):
        row = example | {"name": f"{EXAMPLE_MARK}{example['name']}"}
        sheet.write(sheet.heading + number, row, is_example=True)
    _guide(book, table, columns)
    _list(book, sheet, _listed(session, actor, table))
    return Exported(f"{table.title}, шаблон.xlsx", book.close(), 0, Permission.BASE_IMPORT)


def _caption(session: Session, actor: Actor, committee_id: int | None) -> str:
    known = dict(committee_choices(session, actor))
    only = next(iter(known.values())) if len(known) == 1 else ""
    return committee_caption(known.get(committee_id or 0, only)) or NO_COMMITTEE


def _is_needed(table: Table, column: Column) -> bool:
    return column.required or column.key == "name" or column.key in _NEEDED.get(table.name, ())


def _hint(table: Table, column: Column) -> str:
    """What may stand in the column, in one or two sentences."""
    own = HINTS.get(f"{table.name}.{column.key}") or HINTS.get(column.key)
    if own:
        return own
    if column.choices:
        return f"Одно из: {', '.join(column.titles.values())}."
    if column.kind.name == "date":
        return _WHOLE_DAY if column.kind is kinds.FULL_DATE else _ANY_DAY
    return _KIND_HINTS[column.kind.name]


def _explain(book: Book, table: Table, sheet: TableSheet) -> None:
    """Mark the headings that must be filled; a note at each says what may stand below."""
    needed = book.book.add_format(_NEEDED_LOOK)
    for place, column in enumerate(sheet.columns):
        note = _hint(table, column)
        if _is_needed(table, column):
            note = f"Обязательно. {note}"
            sheet.sheet.write_string(sheet.heading, place, column.label, needed)
        if column.headings:
            note += f" Заголовок может быть и таким: {', '.join(column.headings)}."
        sheet.sheet.write_comment(sheet.heading, place, note, {"x_scale": 2.2, "y_scale": 1.2, "font_size": 9})


def _guide(book: Book, table: Table, columns: Sequence[Column]) -> None:
    """The second sheet: how the first one is filled in. Words only, without a heading: import finds no table there."""
    sheet = book.book.add_worksheet(GUIDE_SHEET)
    bold, wrapped = (book.book.add_format({"valign": "top", "text_wrap": True, "bold": x}) for x in (True, False))
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, GUIDE_LETTERS)
    sheet.hide_gridlines(2)
    rules = list(_rules(table))
    for line, text in enumerate(rules):
        sheet.set_row(line, 15 * (1 + len(text) // (GUIDE_LETTERS + 30)))
        sheet.merge_range(line, 0, line, 1, text, wrapped)
    for line, column in enumerate(columns, len(rules) + 1):
        text = _hint(table, column)
        if _is_needed(table, column):
            text = f"Обязательно. {text}"
        sheet.set_row(line, 15 * (1 + len(text) // GUIDE_LETTERS))
        sheet.write_string(line, 0, column.label, bold)
        sheet.write_string(line, 1, text, wrapped)


def _rules(table: Table) -> Iterator[str]:
    """What holds for the whole sheet."""
    yield f"На листе «{table.title}» одна строка — одна запись. Заголовки на жёлтом фоне заполняются обязательно."
    yield (
        f"Серые строки, которые начинаются со слова «{EXAMPLE_MARK.strip()}», показывают, как заполнять. "
        "Они не загружаются, стирать их не обязательно."
    )
    yield "Колонки можно переставлять и удалять, заголовки лучше не менять: по ним программа узнаёт, что где записано."
    yield (
        "Пустая ячейка ничего не меняет: у записи, которая уже есть в базе, останется прежнее значение. "
        "Прежде чем что-то записать, программа покажет, что изменится."
    )
    yield "Несколько телефонов или адресов почты пишите в одной ячейке через точку с запятой."
    if table.name == "committees":
        yield "Комитет назван над таблицей. Для каждого комитета возьмите отдельный шаблон или скопируйте лист."


def _listed(session: Session, actor: Actor, table: Table) -> list[str]:
    """Names the base knows that a user of this template chooses from."""
    if table.name in ("committees", "chairs"):
        return [committee_caption(name) for _, name in committee_choices(session, actor)]
    if table.name in ("events", "courses"):
        return list(session.exec(select(Venue.name).where(col(Venue.active).is_(True)).order_by(Venue.name)))
    return []


def _list(book: Book, sheet: TableSheet, names: Sequence[str]) -> None:
    """Offer `names`, which stand on a hidden sheet, in the column (or in the caption) they belong to."""
    if not names:
        return
    hidden = book.book.add_worksheet(LISTS_SHEET)
    hidden.hide()
    for line, name in enumerate(names):
        hidden.write_string(line, 0, name)
    source = f"={LISTS_SHEET}!{xl_range_abs(0, 0, len(names) - 1, 0)}"
    place = next((n for n, column in enumerate(sheet.columns) if column.key in LISTED), None)
    if place is None:
        offer(sheet.sheet, (0, 0, 0, 0), source)
    else:
        sheet.offer(place, source)

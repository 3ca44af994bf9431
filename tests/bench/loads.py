"""Workbooks in: time and memory of planning and applying, beside reading the file and one bulk insert of its rows."""

import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import xlsxwriter

from services.demo.numbers import personal_inn
from services.settings import ROOT
from tests.bench.report import Line

HEADINGS = (
    "ФИО", "Дата рождения", "Место работы", "Должность", "Телефон", "Эл. почта", "ИНН", "Регион",
    "Кто привёл / Источник", "Членство", "Договор №", "Дата договора",
)  # fmt: skip
STARTS = "Бер Кар Лун Зот Мал Гро Ерш Дым Сом Ивл Пес Шус Руд Тиш Гран Вел Кол Нор Пал Рад".split()
MIDDLES = "ест аш ёв от ах ом ик ач ун ел ор ин уст ыш ав".split()
ENDS = "ов ев ин ских енко ян ко".split()
FIRST = "Иван Пётр Семён Глеб Артём Марк Лев Егор Фёдор Никита Олег Павел Роман Денис Вадим".split()
FATHERS = "Иванович Петрович Семёнович Глебович Артёмович Маркович Львович Егорович Никитич Олегович".split()
SMALL, LARGE = 10_000, 100_000
TARGETS = {SMALL: (4.0, 250), LARGE: (45.0, 600)}
"""Seconds and MB to plan and apply that many rows."""
GROWTH = 1.5


def measure() -> list[Line]:
    """Lines for both sizes, and for the growth of planning against a base that holds every row already."""
    lines: list[Line] = []
    planned: dict[int, float] = {}
    with tempfile.TemporaryDirectory(prefix="nauz-bench-") as folder:
        for size in (SMALL, LARGE):
            book = Path(folder) / f"{size}.xlsx"
            write(book, size)
            data = Path(folder) / str(size)
            floor = _run("floor", book, data)
            done = _run("load", book, data)
            again = _run("plan", book, data)
            seconds, memory = TARGETS[size]
            title = f"{size:,} rows planned and applied"
            split = f"plan {done['plan']:.1f} s, apply {done['apply']:.1f} s, processor {done['cpu']:.1f} s"
            lines.append(Line(title, done["plan"] + done["apply"], "s", seconds, floor["seconds"], remark=split))
            child = f"reader's own process {done['child_mb']} MB"
            lines.append(Line(f"{size:,} rows: memory", done["mb"], "MB", memory, floor["mb"], remark=child))
            lines.append(Line(f"{size:,} rows planned against a base that holds them", again["plan"], "s"))
            planned[size] = again["plan"] / size * 1e6
    lines.append(
        Line(
            f"planning a row against a base of {LARGE:,}, beside {SMALL:,}", planned[LARGE], "µs", GROWTH,
            planned[SMALL], target_is_ratio=True,
        )
    )  # fmt: skip
    return lines


def write(path: Path, rows: int) -> None:
    """A workbook of invented people with everything an office writes down of them."""
    dice = random.Random(rows)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Физ. лица")
        sheet.write_row(0, 0, HEADINGS)
        for number in range(1, rows + 1):
            sheet.write_row(number, 0, _person(dice, number, rows))


def _person(dice: random.Random, number: int, rows: int) -> list[str]:
    name = dice.choice(STARTS) + dice.choice(MIDDLES) + dice.choice(ENDS)
    phone = f"{dice.randrange(10**9):09}"
    return [
        f"{name} {dice.choice(FIRST)} {dice.choice(FATHERS)}",
        f"{dice.randrange(1, 29):02}.{dice.randrange(1, 13):02}.{dice.randrange(1950, 2000)}",
        f"ООО «Протезный завод {dice.randrange(max(1, rows // 20))}»",
        "директор",
        f"8 (9{phone[:2]}) {phone[2:5]}-{phone[5:7]}-{phone[7:]}",
        f"user{number}@example.ru",
        personal_inn(number),
        "г. Москва",
        "выставка",
        "да",
        f"Д-{number}",
        "12.03.2024",
    ]


def _run(task: str, book: Path, data: Path) -> dict[str, float]:
    """One measurement in a process of its own, so that its memory is its own too."""
    folder = data / "floor" if task == "floor" else data
    folder.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{folder / 'nauz.db'}", "DATA_DIR": str(folder)}
    command = [sys.executable, "-m", "tests.bench.load", task, str(book)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found

"""The table a measurement prints."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One measured number. Smaller is better unless `at_least`; `floor` is the same work with nothing around it."""

    title: str
    measured: float
    unit: str
    target: float | None = None
    floor: float | None = None
    at_least: bool = False
    target_is_ratio: bool = False
    remark: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the floor it costs; for «at least» numbers, which part of the floor is reached."""
        return self.measured / self.floor if self.floor else None

    @property
    def is_ok(self) -> bool | None:
        """Whether the target is met; None when there is none."""
        value = self.ratio if self.target_is_ratio else self.measured
        if self.target is None or value is None:
            return None
        return value >= self.target if self.at_least else value <= self.target

    def cells(self) -> tuple[str, ...]:
        """The line as text."""
        sign = "≥" if self.at_least else "≤"
        target = (
            "" if self.target is None else f"{sign} {self.target:g}{'×' if self.target_is_ratio else ' ' + self.unit}"
        )
        verdict = {True: "ok", False: "OVER", None: ""}[self.is_ok]
        return (
            self.title,
            f"{_short(self.measured)} {self.unit}",
            "" if self.floor is None else f"{_short(self.floor)} {self.unit}",
            "" if self.ratio is None else f"{self.ratio:.2f}×",
            target,
            verdict,
            self.remark,
        )


HEADINGS = ("", "measured", "floor", "ratio", "target", "", "")


def show(title: str, lines: list[Line]) -> None:
    """Print a table under a title."""
    cells = [HEADINGS, *(line.cells() for line in lines)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(HEADINGS))]
    print(f"\n{title}")
    for row in cells:
        left, *numbers, verdict, remark = row
        middle = "  ".join(text.rjust(width) for text, width in zip(numbers, widths[1:5], strict=True))
        print(f"  {left.ljust(widths[0])}  {middle}  {verdict.ljust(widths[5])} {remark}".rstrip(), flush=True)


def summary(lines: list[Line]) -> None:
    """Print how many targets were met."""
    judged = [line for line in lines if line.is_ok is not None]
    over = [line for line in judged if not line.is_ok]
    print(f"\n{len(judged) - len(over)} of {len(judged)} targets met.")
    for line in over:
        print(f"  over: {line.title}")


def _short(number: float) -> str:
    return f"{number:.0f}" if number >= 100 else f"{number:.1f}" if number >= 10 else f"{number:.2f}"

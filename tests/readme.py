"""`python -m tests.readme` (`make settings`): writes the table of settings into README.md from the declarations."""

from typing import Any

from services.settings import ROOT, Settings

README = ROOT / "README.md"
BEGIN, END = "<!-- settings: written by `make settings` -->\n", "<!-- /settings -->"


def settings_table() -> str:
    """The table: variable, default, meaning."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        lines.append(f"| `{name.upper()}` | {_shown(field.default)} | {field.description} |")
    return "\n".join(lines) + "\n"


def with_table(text: str) -> str:
    """README with the present table between its marks."""
    before, rest = text.split(BEGIN)
    return before + BEGIN + settings_table() + END + rest.split(END)[1]


def _shown(default: Any) -> str:
    text = str(default).replace(f"{ROOT}/", "")
    return f"`{text}`" if text else "empty"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")

"""Templates with their tokens filled in: `compile_text` once, `contexts` for a chunk, `render` for each recipient."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from jinja2 import Environment, Template
from jinja2.utils import concat

from models import TemplateKind
from services.errors import DomainError, InvalidInput
from services.messaging import grammar, letter, tokens
from services.messaging.contexts import Item, contexts
from services.messaging.links import links_of

__all__ = ["SAMPLE_LINKS", "Compiled", "Item", "Rendered", "Unrenderable", "compile_text", "contexts", "render"]

LONGEST = {"subject": 200, "text": 30_000, "html": 100_000}
"""Characters of a template; of a finished message `LONGEST_MESSAGE`, of its subject `LONGEST_SUBJECT`."""
LONGEST_MESSAGE = 500_000
LONGEST_SUBJECT = 250
PARTS = {"subject": "Тема", "text": "Текст", "html": "HTML"}
MOST_SAID = 5

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_IN_HEADER = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")
_TWO_STOPS = re.compile(r"(?<=[ \u00a0]г\.)\.(?!\.)")
"""A date ends with «г.»; at the end of a sentence that is enough."""
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}")


class Unrenderable(DomainError):
    """The text has a hole for this recipient; the sentence names the token and the line. `token` is its name."""

    def __init__(self, sentence: str, token: str = "") -> None:
        super().__init__(sentence)
        self.token = token


@dataclass(frozen=True)
class _Part:
    """One of the three texts: its template, and the line each token first stands in."""

    title: str
    template: Template
    lines: Mapping[str, int]


@dataclass(frozen=True)
class Compiled:
    """A text fit for rendering. `used`: the tokens it names."""

    kind: TemplateKind
    used: frozenset[str]
    subject: _Part = field(repr=False)
    text: _Part = field(repr=False)
    html: _Part = field(repr=False)


@dataclass(frozen=True)
class Rendered:
    """A message as it will leave: subject in one line, plain text, a whole HTML page."""

    subject: str
    text: str
    html: str


class _Sample(Mapping[str, str]):
    """Links for a preview: they look like real ones and lead nowhere."""

    def __getitem__(self, name: str) -> str:
        return links_of("primer")[name]

    def __iter__(self) -> Iterator[str]:
        return iter(links_of("primer"))

    def __len__(self) -> int:
        return len(links_of("primer"))


SAMPLE_LINKS: Mapping[str, str] = _Sample()


def compile_text(subject: str, text: str, html: str, kind: TemplateKind | str) -> Compiled:
    """The text, checked. Remembered, so it costs nothing to ask again.

    Raises `InvalidInput` with a sentence for every fault and its line; `fields` says which of the three it is in.
    """
    return _compiled(subject, text, html, TemplateKind(kind))


def render(compiled: Compiled, context: Mapping[str, str], *, footer: bool = True) -> Rendered:
    """The message for the recipient of `context`. Raises `Unrenderable` when a token it prints stands for nothing.

    With `footer` a letter whose context holds an unsubscribe link shows it, unless its text does already.
    """
    subject = _header(_filled(compiled.subject, context))
    if not subject:
        raise Unrenderable("Тема письма для этого получателя пуста.")
    text = _BLANK_LINES.sub("\n\n", _filled(compiled.text, context)).strip()
    body = letter.cleaned(_filled(compiled.html, context))
    address = context.get(tokens.UNSUBSCRIBE, "") if footer and tokens.UNSUBSCRIBE not in compiled.used else ""
    if address:
        text = f"{text}\n\n--\n{letter.UNSUBSCRIBE}: {address}"
    return Rendered(subject, text, letter.page(subject, body, address))


@lru_cache(maxsize=256)
def _compiled(subject: str, text: str, html: str, kind: TemplateKind) -> Compiled:
    sources = {"subject": _header(subject), "text": _tidy(text), "html": _tidy(html)}
    _check(sources, kind)
    if not sources["html"].strip():
        sources["html"] = letter.from_text(sources["text"])
    parts = {name: _part(name, source) for name, source in sources.items()}
    used = frozenset(name for part in parts.values() for name in part.lines)
    return Compiled(kind, used, **parts)


def _check(sources: Mapping[str, str], kind: TemplateKind) -> None:
    wrong: dict[str, list[str]] = {}
    for name, source in sources.items():
        if len(source) > LONGEST[name]:
            wrong[name] = [f"{PARTS[name]}: длиннее {LONGEST[name]} знаков."]
        elif not source.strip() and name != "html":
            wrong[name] = [f"{PARTS[name]}: напишите, что отправлять."]
        elif faults := grammar.faults(source, kind):
            wrong[name] = [_sentence(name, fault.line, fault.sentence) for fault in faults]
    if not wrong:
        return
    said = [sentence for sentences in wrong.values() for sentence in sentences]
    more = f" И ещё ошибок: {len(said) - MOST_SAID}." if len(said) > MOST_SAID else ""
    raise InvalidInput(
        " ".join(said[:MOST_SAID]) + more, {name: " ".join(sentences[:MOST_SAID]) for name, sentences in wrong.items()}
    )


def _sentence(name: str, line: int, said: str) -> str:
    place = PARTS[name] if name == "subject" else f"{PARTS[name]}, строка {line}"
    return f"{place}: {said}" + ("" if said.endswith("?") else ".")


def _part(name: str, source: str) -> _Part:
    environment: Environment = grammar.HTML if name == "html" else grammar.PLAIN
    return _Part(PARTS[name], environment.from_string(grammar.joined(source)), MappingProxyType(grammar.named(source)))


def _filled(part: _Part, context: Mapping[str, str]) -> str:
    template = part.template
    try:
        filled = concat(template.root_render_func(template.new_context(dict(context))))
    except grammar.EmptyToken as error:
        raise Unrenderable(_empty(part, error.name), error.name) from None
    if len(filled) > LONGEST_MESSAGE:
        raise Unrenderable(f"{part.title}: сообщение вышло длиннее {LONGEST_MESSAGE} знаков.")
    return _TWO_STOPS.sub("", _CONTROL.sub("", filled))


def _empty(part: _Part, name: str) -> str:
    place = part.title if part.title == PARTS["subject"] else f"{part.title}, строка {part.lines.get(name, 1)}"
    way_out = f" Запасной вариант пишется так: {{{{ {name} | default('…') }}}}." if name not in tokens.LINKS else ""
    return f"{place}: для получателя нет значения {{{{ {name} }}}} ({tokens.TITLES.get(name, name)}).{way_out}"


def _header(text: str) -> str:
    """One line and nothing else: a line end in a header would begin another header."""
    line = _IN_HEADER.sub(" ", text).strip()
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"


def _tidy(source: str) -> str:
    return _CONTROL.sub("", source.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n"))

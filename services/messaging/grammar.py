"""What a text may be written with: tokens, conditions, a few filters, and nothing else.

A list of what is allowed: no loops, no calls, no attributes, no arithmetic, so nothing a template says can run long,
grow large or reach into the program. Jinja2's sandbox stands behind it.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from models import TemplateKind
from services.messaging import tokens

DEEPEST, MOST_TAGS = 30, 500
FILTERS = frozenset({"default", "d", "upper", "lower", "capitalize", "trim"})
TESTS = frozenset({"defined", "undefined"})

_PLAIN = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.If, nodes.CondExpr, nodes.Compare,
    nodes.Operand, nodes.Keyword, nodes.Pair, nodes.Not, nodes.And, nodes.Or, nodes.Concat,
)  # fmt: skip
_REFUSED = {
    nodes.For: "повторов {% for %} в шаблонах нет",
    nodes.Assign: "своих переменных {% set %} в шаблонах нет",
    nodes.AssignBlock: "своих переменных {% set %} в шаблонах нет",
    nodes.Call: "вызывать в шаблоне нечего: скобки ( ) после токена не нужны",
    nodes.Getattr: "у токена нет частей: точка после него не нужна",
    nodes.Getitem: "у токена нет частей: квадратные скобки после него не нужны",
}
_WRITTEN_SO = "токен пишется в двойных фигурных скобках: {{ обращение }}"
_LOST_BRACE = re.compile(r"\{\s*([а-яё][а-яё_]*)\s*\}|\}\}", re.IGNORECASE)
_ONLY_CONDITIONS = re.compile(r"^[ \t]*((?:\{%(?:[^%\n]|%(?!\}))*%\}[ \t]*)+)\n", re.MULTILINE)
_UNKNOWN_TAG = re.compile(r"unknown tag '(.+?)'")


class EmptyToken(Exception):
    """A token that stands for nothing is to be printed."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class _Hole(StrictUndefined):
    """A token without a value: false in a condition, replaced by `default`, refused wherever it would be printed."""

    def _refuse(self, *_: object, **__: object) -> str:
        raise EmptyToken(self._undefined_name or "")

    __str__ = __eq__ = __ne__ = __len__ = __iter__ = _refuse  # type: ignore[assignment]
    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:  # type: ignore[override]
        return False


@dataclass(frozen=True)
class Fault:
    """Something a text must not say, or does not say rightly: the line, and a sentence without its full stop."""

    line: int
    sentence: str


def _with_breaks(value: object) -> object:
    """Lines of a value are lines of the letter."""
    if isinstance(value, str) and "\n" in value:
        return Markup("<br>").join(value.split("\n"))
    return value


def _environment(*, html: bool) -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(
        autoescape=html, undefined=_Hole, finalize=_with_breaks if html else None, cache_size=0
    )
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in FILTERS}
    made.tests = {name: made.tests[name] for name in TESTS}
    return made


PLAIN, HTML = _environment(html=False), _environment(html=True)


def joined(source: str) -> str:
    """The text without the line ends of lines that hold conditions only: they leave no empty line behind."""
    return _ONLY_CONDITIONS.sub(r"\1", source)


def named(source: str) -> dict[str, int]:
    """The tokens a correct text names, each with the line of its first mention."""
    found: dict[str, int] = {}
    for node in PLAIN.parse(source).find_all(nodes.Name):
        found[node.name] = min(node.lineno, found.get(node.name, node.lineno))
    return found


def faults(source: str, kind: TemplateKind) -> list[Fault]:
    """Everything that is wrong with a text of this kind, by lines; nothing when it is right."""
    try:
        tree = PLAIN.parse(source)
    except TemplateSyntaxError as error:
        return [Fault(error.lineno, _syntax(error.message or ""))]
    except RecursionError:
        return [Fault(1, "слишком много вложенных скобок")]
    found = sorted(_walk(tree, kind), key=lambda fault: fault.line)
    return list(dict.fromkeys(found))


def _walk(tree: nodes.Template, kind: TemplateKind) -> Iterator[Fault]:
    waiting: list[tuple[nodes.Node, int, int]] = [(tree, 0, 1)]
    tags = 0
    while waiting:
        node, depth, line = waiting.pop()
        line = node.lineno or line
        if depth > DEEPEST:
            yield Fault(line, "слишком много вложенных условий")
            return
        tags += isinstance(node, nodes.Name | nodes.If)
        if tags > MOST_TAGS:
            yield Fault(line, f"токенов и условий больше {MOST_TAGS}")
            return
        fault = _fault(node, kind)
        if fault:
            yield Fault(line, fault)
            continue
        if isinstance(node, nodes.TemplateData):
            yield from _lost_braces(node)
        waiting.extend((child, depth + 1, line) for child in node.iter_child_nodes())


def _fault(node: nodes.Node, kind: TemplateKind) -> str:
    if isinstance(node, nodes.Name):
        return "" if node.name in tokens.names_of(kind) else _unknown(node.name, kind)
    if isinstance(node, nodes.Compare) and any(name.name == tokens.SUM for name in node.find_all(nodes.Name)):
        # Who may not see amounts could guess them by who gets the text and who does not.
        return f"токен {{{{ {tokens.SUM} }}}} ни с чем не сравнивают; есть ли он, узнают так: {{% if {tokens.SUM} %}}"
    if isinstance(node, nodes.Filter):
        return (
            "" if node.name in FILTERS else f"действия «{node.name}» нет; есть default, upper, lower, capitalize, trim"
        )
    if isinstance(node, nodes.Test):
        return "" if node.name in TESTS else f"проверки «{node.name}» нет; есть defined и undefined"
    if isinstance(node, _PLAIN):
        return ""
    return _REFUSED.get(type(node), "такая запись в шаблонах не допускается")


def _unknown(name: str, kind: TemplateKind) -> str:
    elsewhere = tokens.kinds_with(name)
    if elsewhere:
        return f"токен {{{{ {name} }}}} есть только в шаблонах вида {_listed(elsewhere)}"
    near = difflib.get_close_matches(name.casefold(), tokens.names_of(kind), 1, 0.6)
    return f"токена {{{{ {name} }}}} нет" + (f"; может быть, {{{{ {near[0]} }}}}?" if near else "")


def _listed(kinds: tuple[TemplateKind, ...]) -> str:
    return ", ".join(f"«{tokens.KIND_TITLES[kind]}»" for kind in kinds)


def _lost_braces(node: nodes.TemplateData) -> Iterator[Fault]:
    """«{имя}» would leave as it stands."""
    for match in _LOST_BRACE.finditer(node.data):
        yield Fault(node.lineno + node.data.count("\n", 0, match.start()), f"{match[0]} — {_WRITTEN_SO}")


def _syntax(message: str) -> str:
    tag = _UNKNOWN_TAG.search(message)
    if tag and tag[1] in {"endif", "else", "elif"}:
        return f"{{% {tag[1]} %}} без своего {{% if … %}}"
    if tag:
        return f"команды {{% {tag[1]} %}} в шаблонах нет"
    if "end of template" in message.casefold() and "looking for" in message:
        return "условие {% if … %} не закрыто: не хватает {% endif %}"
    return f"запись в фигурных скобках не понята; {_WRITTEN_SO}"

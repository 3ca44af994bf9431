"""What a template may say, what comes of it for a recipient, and what it can never do."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings as limits, strategies as st

from models import TemplateKind
from services.errors import InvalidInput
from services.messaging import tokens
from services.messaging.rendering import Rendered, Unrenderable, compile_text, render
from services.messaging.start_set import START_SET, Shipped

PLAIN = {"обращение": "Уважаемый Пётр Ильич", "имя": "Пётр", "фио": "Выдумкин Пётр Ильич", "ассоциация": "НАУЗ"}


def written(text: str, html: str = "", subject: str = "Тема", kind: str = "general", **values: str) -> Rendered:
    return render(compile_text(subject, text, html, kind), PLAIN | values)


def refusal(text: str, kind: str = "general") -> str:
    with pytest.raises(InvalidInput) as caught:
        compile_text("Тема", text, "", kind)
    assert caught.value.fields == {"text": str(caught.value)}
    return str(caught.value)


# What is said of a wrong text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Да\n{{ обращени }}", "Текст, строка 2: токена {{ обращени }} нет; может быть, {{ обращение }}?"),
        ("{{ бегемот }}", "Текст, строка 1: токена {{ бегемот }} нет."),
        ("\n\n{{ срок }}", "Текст, строка 3: токен {{ срок }} есть только в шаблонах вида «Членство»."),
        ("{имя}", "Текст, строка 1: {имя} — токен пишется в двойных фигурных скобках: {{ обращение }}."),
        ("{{ имя", "Текст, строка 1: запись в фигурных скобках не понята; токен пишется в двойных фигурных скобках:"),
        ("{{ имя фио }}", "Текст, строка 1: запись в фигурных скобках не понята; токен пишется"),
        ("{% if имя %}Да", "Текст, строка 1: условие {% if … %} не закрыто: не хватает {% endif %}."),
        ("Да{% endif %}", "Текст, строка 1: {% endif %} без своего {% if … %}."),
        ("{{ имя|safe }}", "Текст, строка 1: действия «safe» нет; есть default, upper, lower, capitalize, trim."),
        ("", "Текст: напишите, что отправлять."),
        ("я" * 30_001, "Текст: длиннее 30000 знаков."),
    ],
)
def test_a_wrong_text_is_refused_with_its_line(text: str, sentence: str) -> None:
    assert refusal(text).startswith(sentence)


def test_every_fault_is_named_and_each_under_its_part() -> None:
    with pytest.raises(InvalidInput) as caught:
        compile_text("{{ а }}", "{{ б }}\n{{ в }}", "<p>{{ г }}</p>", "general")
    assert caught.value.fields == {
        "subject": "Тема: токена {{ а }} нет.",
        "text": "Текст, строка 1: токена {{ б }} нет. Текст, строка 2: токена {{ в }} нет.",
        "html": "HTML, строка 1: токена {{ г }} нет.",
    }


@pytest.mark.parametrize(
    "text",
    [
        "{% for i in range(10**9) %}x{% endfor %}",
        "{{ 'a' * 10**9 }}",
        "{{ 'a' ~ 10 ** 10 ** 10 }}",
        "{{ имя.__class__.__mro__ }}",
        "{{ имя['__class__'] }}",
        "{{ ''.join(имя) }}",
        "{{ lipsum(n=1000000) }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ self._TemplateReference__context }}",
        "{% set а = 1 %}{{ а }}",
        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
        "{% include 'README.md' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{% block a %}{{ self.a() }}{% endblock %}",
        "{% autoescape false %}{{ имя }}{% endautoescape %}",
        "{% filter upper %}я{% endfilter %}",
        "{% call имя() %}{% endcall %}",
        "{{ имя|replace('П', 'Я' ) }}",
        "{{ [имя] }}",
        "{{ {'a': имя} }}",
        "{{ 1 // 0 }}",
        "{{ имя is divisibleby 0 }}",
        "{{ " + "(" * 5000 + "имя" + ")" * 5000 + " }}",
        "{% if имя %}" * 200 + "{% endif %}" * 200,
        "{{ " + " and ".join(["имя"] * 3000) + " }}",
        "{{ имя }}" * 2000,
    ],
)
def test_what_could_run_long_grow_large_or_reach_inside_is_refused_at_once(text: str) -> None:
    started = time.monotonic()
    assert refusal(text).startswith("Текст, строка ")
    assert time.monotonic() - started < 2


# Tokens without a value


def test_an_empty_token_is_never_a_hole() -> None:
    compiled = compile_text("Тема", "Да\n{{ менеджер }}", "", "general")
    with pytest.raises(Unrenderable) as caught:
        render(compiled, PLAIN)
    assert caught.value.token == "менеджер"
    assert str(caught.value) == (
        "Текст, строка 2: для получателя нет значения {{ менеджер }} (Ответственное лицо: за мероприятие, а если "
        "письмо не о нём — за получателя). Запасной вариант пишется так: {{ менеджер | default('…') }}."
    )


@pytest.mark.parametrize(
    "text", ["{{ менеджер|upper }}", "{{ менеджер ~ '!' }}", "{% if менеджер == 'я' %}а{% endif %}"]
)
def test_it_is_no_hole_by_a_side_way_either(text: str) -> None:
    with pytest.raises(Unrenderable):
        written(text)


def test_a_default_and_a_condition_are_ways_out() -> None:
    text = "Ваш {{ менеджер | default('сотрудник') }}.\n{% if менеджер %}\nЗвоните.\n{% endif %}\nДо встречи"
    assert written(text).text == "Ваш сотрудник.\nДо встречи"
    assert written(text, менеджер="Анна").text == "Ваш Анна.\nЗвоните.\nДо встречи"


def test_a_subject_of_nothing_is_refused() -> None:
    with pytest.raises(Unrenderable, match=r"Тема письма для этого получателя пуста\."):
        written("Да", subject="{{ менеджер | default('') }}")


def test_a_date_at_the_end_of_a_sentence_brings_its_own_stop() -> None:
    due = "31\u00a0декабря 2026\u00a0г."
    text = written("До {{ срок }}. Ждём… {{ срок }}", kind="membership", срок=due)
    assert text.text == f"До {due} Ждём… {due}"


# HTML


def test_a_text_becomes_paragraphs_lines_and_links() -> None:
    text = (
        "{{ обращение }}!\n\nСайт: https://example.ru/a?b=1&c=2\nКто < мы > вы?\n\n"
        "{% if спикеры %}\nСпикеры: {{ спикеры }}\n{% endif %}\n\nПриду: {{ приду }}\nПишите: {{ фио }}"
    )
    html = written(text, kind="event", приду="https://lk/1?do=come").html
    body = re.sub(r' (style|rel)="[^"]*"', "", html.partition('color:#1f2328">')[2].partition("</div>")[0]).strip()
    assert body == (
        "<p>Уважаемый Пётр Ильич!</p>\n"
        '<p><a href="https://example.ru/a?b=1&amp;c=2">Сайт</a><br>\nКто &lt; мы &gt; вы?</p>\n'
        '<p><a href="https://lk/1?do=come">Приду</a><br>\nПишите: Выдумкин Пётр Ильич</p>'
    )


def test_the_unsubscribe_line_comes_by_itself_unless_the_text_has_it() -> None:
    link = "https://lk/unsubscribe/1"
    compiled = compile_text("Тема", "Да", "", "general")
    shown = render(compiled, {"отписаться": link})
    assert shown.text == f"Да\n\n--\nОтписаться от таких писем: {link}"
    assert shown.html.count(f'href="{link}"') == 1
    assert render(compiled, {"отписаться": link}, footer=False).text == "Да"
    own = render(compile_text("Тема", "Не писать: {{ отписаться }}", "", "general"), {"отписаться": link})
    assert (own.text, own.html.count(link)) == (f"Не писать: {link}", 1)


@pytest.mark.parametrize(
    "html",
    [
        "<p>Да</p><script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>да</a>",
        "<a href='{{ фио }}'>да</a>",
        "<a href={{ фио }}>да</a>",
        "<iframe src='https://example.ru'></iframe>",
        "<svg/onload=alert(1)>",
        "<style>@import 'https://example.ru/x.css'</style>",
        "<p style='background:url(https://example.ru/x)'>да</p>",
        "<form action='https://example.ru'><input name=a></form>",
        "<meta http-equiv=refresh content='0;url=https://example.ru'>",
        "<base href='https://example.ru/'>",
        "<!-- {{ фио }} --><p>{{ фио }}</p>",
        "<template><script>alert(1)</script></template>",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    ],
)
@pytest.mark.parametrize(
    "name", ["Выдумкин", "javascript:alert(1)", "x onmouseover=alert(1)", "--><script>alert(1)</script>"]
)
def test_html_runs_nothing_and_loads_nothing_else(html: str, name: str) -> None:
    found = Reader(written("Да", html=html, фио=name).html)
    assert found.tags <= {"html", "head", "meta", "title", "body", "div", "p", "a", "img", "br"}
    assert {key for key, _ in found.attributes} <= {
        "lang", "charset", "name", "content", "style", "href", "rel", "src", "title",
    }  # fmt: skip
    assert not [v for k, v in found.attributes if "javascript:" in v.casefold() or ("url(" in v and k == "style")]


class Reader(HTMLParser):
    """Tags and attributes as a browser would see them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.said = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.extend((key, value or "") for key, value in attrs)

    def handle_data(self, data: str) -> None:
        self.said += data


# Whatever people are called

ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
LETTERS = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=60)
MARKS = st.sampled_from(
    ["<script>", "{{ имя }}", "{% if x %}", "</p>", "\r\nBcc: x@example.ru", "&amp;", "]]>", '"', "'", "\u2028", "\x00"]
)
VALUES = st.lists(ANYTHING | MARKS, min_size=1, max_size=4).map("".join).filter(lambda text: bool(text.strip()))
EASY = limits(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@EASY
@given(VALUES)
def test_a_value_stands_in_the_text_but_for_what_nobody_sees_and_in_the_subject_on_one_line(value: str) -> None:
    shown = written("[{{ фио }}]", subject="[{{ фио }}]", фио=value)
    seen = re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]", "", f"[{value}]")
    inside = re.sub(r"\n[ \t]*(?:\n[ \t]*){2,}", "\n\n", seen).strip()
    assert shown.text == inside
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", shown.subject)
    assert len(shown.subject) <= 250


@EASY
@given(LETTERS | MARKS)
def test_a_value_adds_no_tag_to_the_html(value: str) -> None:
    calm, wild = (Reader(written("{{ имя }}", html="<p>[{{ фио }}]</p>", фио=name).html) for name in ("Пётр", value))
    assert (wild.tags - {"br"}, wild.attributes) == (calm.tags, calm.attributes)
    made = Reader(written("[{{ фио }}]", фио=value).html)
    assert (made.tags - {"br"}, made.attributes) == (calm.tags, calm.attributes)


@EASY
@given(LETTERS)
def test_a_value_is_read_in_the_html_as_it_is(value: str) -> None:
    assert f"[{value}]" in Reader(written("{{ имя }}", html="<p>[{{ фио }}]</p>", фио=value).html).said


PIECES = st.sampled_from([*"{}%#|()'\"имя \nab<>=~.", "{{ ", " }}", "{% if ", " %}", "{% endif %}", "{% else %}"])


@EASY
@given(st.lists(PIECES, max_size=60).map("".join))
def test_any_text_is_either_refused_in_words_or_rendered(text: str) -> None:
    try:
        said = written(text).text
    except InvalidInput as error:
        said = error.fields["text"]
    except Unrenderable as error:
        said = error.token
    assert isinstance(said, str)


# The start set


@pytest.mark.parametrize("shipped", START_SET, ids=lambda one: one.code)
def test_the_start_set_is_written_for_whoever_has_everything_and_whoever_has_least(shipped: Shipped) -> None:
    compiled = compile_text(shipped.subject, shipped.text, "", shipped.kind)
    rich = {token.name: token.example for token in tokens.tokens_of(shipped.kind)}
    always = {"обращение", "ассоциация", "событие", "вид", "срок", "осталось", "дата", "документ", *tokens.LINKS}
    for values in (rich, {name: value for name, value in rich.items() if name in always}):
        shown = render(compiled, values, footer=False)
        assert shown.text.endswith("С уважением,\nНАУЗ")
        assert not re.search(
            r"[{}]|\n\n\n|  |\.\.|: *\n(?=\S)|\(\)|«»| [.,)]", shown.text.replace("\u00a0", " "), re.MULTILINE
        )
        assert "\n" not in shown.subject


def test_the_start_set_has_a_text_for_every_action_and_trigger() -> None:
    assert {one.code for one in START_SET} == {
        "message", "reminder_fee", "fee_overdue", "reminder_membership", "membership_ended", "invitation_event",
        "invitation_meeting", "invitation_session", "invitation_course", "invitation_association", "birthday",
        "event_soon", "event_moved", "event_cancelled", "event_thanks", "document_missing", "date",
    }  # fmt: skip
    assert {one.kind for one in START_SET} == set(TemplateKind)


def test_ten_thousand_letters_take_seconds() -> None:
    shipped = next(one for one in START_SET if one.code == "invitation_event")
    compiled = compile_text(shipped.subject, shipped.text, "", shipped.kind)
    values = {token.name: token.example for token in tokens.tokens_of(shipped.kind)}
    started = time.process_time()
    for number in range(2_000):
        render(compiled, values | {"фио": f"Выдумкин {number}"})
    assert time.process_time() - started < 2

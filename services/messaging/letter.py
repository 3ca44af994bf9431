"""The HTML of a letter: made from its text, freed of everything that could run, laid out. Pure."""

import html
import re

import nh3

from services.messaging import grammar, tokens

_OUTPUT, _BLOCK, _END = "\ue000", "\ue002", "\ue001"
"""Stand for what is between braces while the rest of a text becomes HTML."""
_RESERVED = re.compile("[\ue000-\ue002]")
_TAG = f"[{_OUTPUT}{_BLOCK}]\\d+{_END}"
_ADDRESS = f"(?:{_OUTPUT}\\d+{_END}|https?://[^\\s<>{_OUTPUT}{_BLOCK}]*[^\\s<>.,;:!?)»{_OUTPUT}{_BLOCK}])"
_LABELLED = re.compile(
    f"^(?P<label>(?:(?!https?:)[^\\n{_OUTPUT}{_BLOCK}]){{1,60}}): (?P<address>{_ADDRESS})[ \\t]*$", re.MULTILINE
)
_ANYWHERE = re.compile(_ADDRESS)
_GAP = re.compile(f"[ \\t]*\\n(?:[ \\t]*(?:{_BLOCK}\\d+{_END}[ \\t]*)*\\n)+")
_NAME = re.compile(r"\s*(\w+)\s*")

_LINK = "color:#1f4e79"
_BUTTON = (
    "display:inline-block;padding:10px 18px;margin:4px 8px 4px 0;border-radius:6px;background-color:#1f4e79;"
    "color:#ffffff;text-decoration:none"
)
_BUTTONS = frozenset({tokens.ACCEPT, tokens.DECLINE, tokens.APPLY})

_TAGS = set(
    "a abbr b blockquote br caption center code del div em figure figcaption h1 h2 h3 h4 h5 h6 hr i img ins li ol p"
    " pre s small span strong sub sup table tbody td tfoot th thead tr u ul".split()
)
_STYLES = set(
    "background-color border border-bottom border-collapse border-left border-radius border-right border-spacing"
    " border-top color display font-family font-size font-style font-weight height letter-spacing line-height"
    " list-style-type margin margin-bottom margin-left margin-right margin-top max-width min-width padding"
    " padding-bottom padding-left padding-right padding-top text-align text-decoration text-indent text-transform"
    " vertical-align white-space width".split()
)
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style", "title", "noscript", "template", "textarea", "select", "svg", "math"},
    attributes={
        "*": {"style", "align", "dir", "lang", "title"},
        "a": {"href"},
        "img": {"src", "alt", "width", "height"},
        "table": {"width", "cellpadding", "cellspacing", "border", "bgcolor"},
        "td": {"width", "height", "colspan", "rowspan", "valign", "bgcolor"},
        "th": {"width", "height", "colspan", "rowspan", "valign", "bgcolor"},
        "ol": {"start"},
    },
    url_schemes={"http", "https", "mailto", "tel"},
    url_relative="deny",
    link_rel="noopener noreferrer",
    filter_style_properties=_STYLES,
)
_EMPTY = re.compile(r"<p>(?:\s|<br>)*</p>\n?|(?:<br>\s*)+(?=</p>)")

_PAGE = (
    '<!DOCTYPE html>\n<html lang="ru"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title></head>\n'
    '<body style="margin:0;padding:16px;background-color:#f3f4f6">\n'
    '<div style="max-width:600px;margin:0 auto;padding:24px 28px;background-color:#ffffff;border-radius:8px;'
    'font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.5;color:#1f2328">\n{body}\n</div>\n'
    "{foot}</body></html>\n"
)
_FOOT = (
    '<p style="max-width:600px;margin:12px auto 0;font-family:Arial,Helvetica,sans-serif;font-size:12px;color:#6b7280;'
    'text-align:center"><a href="{address}" style="color:#6b7280">{said}</a></p>\n'
)
UNSUBSCRIBE = "Отписаться от таких писем"


def from_text(source: str) -> str:
    """The HTML template that says what a text template says: paragraphs, lines, links.

    A line «Приду: {{ приду }}» becomes a button called «Приду». What is in braces stays as it is.
    """
    tags: list[str] = []
    marked = _marked(grammar.joined(_RESERVED.sub("", source)), tags)
    marked = html.escape(marked, quote=False)
    marked = _LABELLED.sub(lambda match: _labelled(match, tags), marked)
    marked = _linked(marked, tags)
    marked = _GAP.sub(_new_paragraph, marked.strip()).replace("\n", "<br>\n")
    marked = f"<p>{marked}</p>".replace("\v", "\n")
    return re.sub(_TAG, lambda match: tags[int(match[0][1:-1])], marked)


def cleaned(body: str) -> str:
    """HTML without scripts, forms, frames, outside styles and whatever else a letter does not need."""
    return _EMPTY.sub("", _CLEANER.clean(body)).strip()


def page(title: str, body: str, unsubscribe: str = "") -> str:
    """A whole page around a clean body."""
    foot = _FOOT.format(address=html.escape(unsubscribe), said=UNSUBSCRIBE) if unsubscribe else ""
    return _PAGE.format(title=html.escape(title), body=body, foot=foot)


def _marked(source: str, tags: list[str]) -> str:
    """The text with everything between braces taken out into `tags`."""
    parts: list[str] = []
    inside = ""
    for _, sort, value in grammar.PLAIN.lex(source):
        if sort == "data" and not inside:
            parts.append(value)
            continue
        inside += value
        if sort in {"variable_end", "block_end", "comment_end", "raw_end", "raw_begin"}:
            parts.append(f"{_OUTPUT if sort == 'variable_end' else _BLOCK}{len(tags)}{_END}")
            tags.append(inside)
            inside = ""
    return "".join(parts)


def _new_paragraph(gap: re.Match[str]) -> str:
    """A condition may begin or end between two paragraphs; whichever way it goes, they stay whole."""
    return "".join(re.findall(_TAG, gap[0])) + "</p>\v<p>"


def _token(address: str, tags: list[str]) -> str | None:
    """The token of a bare `{{ token }}`; empty for an address written out, None for anything else."""
    if not address.startswith(_OUTPUT):
        return ""
    match = _NAME.fullmatch(tags[int(address[1:-1])].strip("{}-+"))
    return match[1] if match and match[1] in tokens.ADDRESSES else None


def _labelled(match: re.Match[str], tags: list[str]) -> str:
    token = _token(match["address"], tags)
    if token is None:
        return match[0]
    style = _BUTTON if token in _BUTTONS else _LINK
    return _anchor(match["address"], match["label"].strip(), style, tags)


def _linked(marked: str, tags: list[str]) -> str:
    return _ANYWHERE.sub(
        lambda match: match[0] if _token(match[0], tags) is None else _anchor(match[0], match[0], _LINK, tags), marked
    )


def _anchor(address: str, said: str, style: str, tags: list[str]) -> str:
    """A finished link, kept with the tags so that nobody takes the address in it for another one."""
    written = re.sub(_TAG, lambda match: tags[int(match[0][1:-1])], f'<a href="{address}" style="{style}">{said}</a>')
    tags.append(written)
    return f"{_OUTPUT}{len(tags) - 1}{_END}"

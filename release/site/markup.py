"""HTML elements as values, and whole pages: no script, nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias
from xml.etree.ElementTree import Element, tostring

Child: TypeAlias = "Element | str"

STYLE = "style.css"
START = "index.html"
MADE_BY = "Made from the graph by qikg release."
LICENCES = "Licences and the lines to print"

# HTML has no place for them, and they show nothing: C1 controls, DEL and noncharacters.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef]|[" + "".join(
    f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17)) + "]")  # fmt: skip


def tag(name: str, /, *children: Child, **attributes: str) -> Element:
    """Make an element; an attribute that is a word of Python takes an underscore, `_` within one is a hyphen.

    >>> tostring(tag("a", "x < y", href="#main", class_="skip", aria_label="z"), encoding="unicode", method="html")
    '<a href="#main" class="skip" aria-label="z">x &lt; y</a>'
    """
    made = Element(name, {key.rstrip("_").replace("_", "-"): _printable(text) for key, text in attributes.items()})
    last: Element | None = None
    for child in children:
        if isinstance(child, Element):
            made.append(child)
            last = child
        elif last is None:
            made.text = (made.text or "") + _printable(child)
        else:
            last.tail = (last.tail or "") + _printable(child)
    return made


def joined(children: Iterable[Child], between: str) -> list[Child]:
    """Put a text between children."""
    told: list[Child] = []
    for child in children:
        told += [between, child] if told else [child]
    return told


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Sequence[Child]]]) -> Element:
    """Make a table; the first cell of each row is its head."""
    return tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", *(tag("th", head, scope="col") for head in heads))),
        tag(
            "tbody",
            *(
                tag("tr", tag("th", *first, scope="row"), *(tag("td", *cell) for cell in others))
                for first, *others in rows
            ),
        ),
    )


def listed(values: Sequence[Sequence[Child]], ordered: bool = False) -> list[Child]:
    """Give values as a list; one alone as it is."""
    if len(values) == 1 and not ordered:
        return list(values[0])
    return [tag("ol" if ordered else "ul", *(tag("li", *value) for value in values))] if values else []


def page(
    title: str, path: str, main: Iterable[Element], *, trail: Mapping[str, str], turtle: str | None = None
) -> bytes:
    """Make a whole page; `path` is where it lies, `trail` leads to it: paths of pages by their names."""
    head = [
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        tag("link", rel="stylesheet", href=relative(STYLE, path)),
    ]
    if turtle is not None:
        head.append(tag("link", rel="alternate", type="text/turtle", href=relative(turtle, path)))
    way = [tag("a", name, href=relative(to, path)) for name, to in trail.items()]
    body = [
        tag("a", "Skip to the content", href="#main", class_="skip"),
        tag("header", tag("nav", *joined(way, " › "), aria_label="Where this page stands")),
        tag("main", *main, id="main"),
        tag(
            "footer",
            tag("p", MADE_BY, " ", tag("a", LICENCES, href=relative(f"{START}#licences", path)), "."),
        ),
    ]  # fmt: skip
    whole = tag("html", tag("head", *head), tag("body", *body), lang="en")
    text: bytes = tostring(whole, encoding="utf-8", method="html")
    return b"<!DOCTYPE html>\n" + text + b"\n"


def relative(target: str, page: str) -> str:
    """Give the link from one page to a path of the site, perhaps with a fragment.

    >>> relative("concept/quaser/LEAD.html", "case/s/case-1.html"), relative("index.html#x", "index.html")
    ('../../concept/quaser/LEAD.html', '#x')
    """
    file, hash_, fragment = target.partition("#")
    if file == page:
        return hash_ + fragment or page.rpartition("/")[2]
    here, there = page.split("/")[:-1], file.split("/")
    common = 0
    while common < min(len(here), len(there) - 1) and here[common] == there[common]:
        common += 1
    return "/".join([".."] * (len(here) - common) + there[common:]) + hash_ + fragment


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("\ufffd", text)

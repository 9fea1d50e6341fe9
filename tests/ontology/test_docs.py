"""The pages that are made from the code: complete, linked up, and as the code would make them now."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable
from pathlib import Path

import pytest
from checkout import ROOT

from qikg.ontology.classes import NODES, RELATIONSHIPS, THEMES
from qikg.ontology.diagram import OVERVIEW, OVERVIEW_RELATIONSHIPS, diagram
from qikg.ontology.docs import reference

MAKE_DOCS = runpy.run_path(str(ROOT / "scripts" / "make_docs.py"))
PAGES: dict[str, Callable[[], str]] = dict(MAKE_DOCS["PAGES"])

MERMAID = [
    re.compile(shape)
    for shape in (
        r"flowchart (LR|TB)",
        r' *subgraph \w+\["[^"\[\]]+"\]',
        r" *end",
        r' *(\w+)(\["[^"\[\]]+"\])?',
        r'  \w+ (-->|-\.->)\|("[^"|]+"|\w+)\| \w+',
        r"  classDef other stroke-dasharray: 4 4",
        r"  class \w+(,\w+)* other",
    )
]
WORDS_OF_MERMAID = {"end", "default", "style", "class", "click", "graph", "subgraph", "call", "href"}


@pytest.fixture(scope="module")
def page() -> str:
    return reference()


def sections(page: str) -> dict[str, str]:
    """Give what stands under each heading of the third level."""
    parts = re.split(r"^### (.+)$", page, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_are_as_the_code_would_make_them(path: str) -> None:
    page = ROOT / path

    assert page.exists(), f"{path} is missing: run `make docs`"
    assert page.read_bytes() == PAGES[path]().encode(), f"{path} is stale: run `make docs`"


def test_make_docs_writes_what_is_stale_and_nothing_else(tmp_path: Path) -> None:
    write = MAKE_DOCS["write"]

    assert write(tmp_path) == list(PAGES)
    assert write(tmp_path) == []
    (tmp_path / next(iter(PAGES))).write_text("old", "utf-8")
    assert write(tmp_path) == [next(iter(PAGES))]


def test_every_class_has_a_section_with_all_that_is_known_of_it(page: str) -> None:
    found = sections(page)
    for name, cls in {**NODES, **RELATIONSHIPS}.items():
        section = found[name]
        assert cls.__doc__ is not None
        assert cls.__doc__ in section
        for field in cls.fields():
            if field.name in {"id", "sources"}:
                continue
            row = next(line for line in section.splitlines() if line.startswith(f"| `{field.name}` |"))
            assert field.prop.meaning in row
            assert field.prop.unit in row
            assert field.prop.term in row
            assert field.prop.concepts in row
            assert all(f"`{word}`" in row for word in field.prop.vocabulary)
            assert ("required" in row) is field.required
    for name, node in NODES.items():
        assert node.id_rule in found[name]
        assert all(f"- `{label}`: {meaning}" in found[name] for label, meaning in node.also.items())
    for name, relationship in RELATIONSHIPS.items():
        ends = (*relationship.starts, *relationship.ends)
        assert all(f"[{label}](#{label.lower()})" in found[name] for label in ends)
        assert all(f"`{field}`" in found[name] for field in relationship.identity)
        assert ("- derived: made from each" in found[name]) is bool(relationship.derived)


def test_every_link_of_the_reference_leads_to_one_heading(page: str) -> None:
    headings = re.findall(r"^#+ (.+)$", page, flags=re.MULTILINE)
    anchors = [heading.lower().replace(" ", "-") for heading in headings]
    links = set(re.findall(r"\]\(#([^)]+)\)", page))

    assert len(anchors) == len(set(anchors))
    assert links <= set(anchors)


def test_every_table_of_the_reference_is_whole(page: str) -> None:
    rows = [line for line in page.splitlines() if line.startswith("|")]
    counts = {len(re.findall(r"(?<!\\)\|", row)) for row in rows}

    assert counts == {4, 5, 6}  # three, four or five columns


@pytest.mark.parametrize("theme", [None, *THEMES])
def test_every_line_of_a_diagram_is_mermaid(theme: str | None) -> None:
    lines = diagram(theme).splitlines()
    arrows = [re.findall(r"\w+", re.sub(r"\|.*\|", "", line)) for line in lines if "->" in line]
    boxes = {match[1] for line in lines if (match := re.fullmatch(r' *(?:subgraph )?(\w+)(?:\[".*"\])?', line))}

    assert [line for line in lines if not any(shape.fullmatch(line) for shape in MERMAID)] == []
    assert lines.count("  end") + lines.count("    end") == sum("subgraph" in line for line in lines)
    assert not WORDS_OF_MERMAID & (boxes - {"end"})
    assert all(len(arrow) == 2 for arrow in arrows)


@pytest.mark.parametrize("theme", THEMES)
def test_the_diagram_of_a_theme_draws_all_of_it(theme: str) -> None:
    nodes, relationships = THEMES[theme]
    words = set(re.findall(r"\w+", diagram(theme)))

    assert {cls.__name__ for cls in nodes} <= words
    assert {cls.type for cls in relationships} <= words


def test_the_overview_draws_the_main_classes_and_what_joins_them() -> None:
    drawn = diagram()
    main = {label for labels in OVERVIEW.values() for label in labels}

    assert main <= set(re.findall(r"^ +(\w+)$", drawn, flags=re.MULTILINE))
    assert set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)*\b", drawn)) - {"LR"} == set(OVERVIEW_RELATIONSHIPS)
    assert set(OVERVIEW) == set(THEMES)
    for theme, labels in OVERVIEW.items():
        assert set(labels) <= {cls.__name__ for cls in THEMES[theme][0]}


def test_the_overview_fits_a_readme() -> None:
    assert len(diagram().splitlines()) < 50

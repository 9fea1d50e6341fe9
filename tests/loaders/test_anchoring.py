"""Anchoring: the spans of a document found again in copies of its text.

The text of the packaged study is not part of the project; tests that need it are skipped where it is absent.
"""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from qikg.loaders.studies.anchoring import Anchored, AnchorReport, SpanAnchor, anchor, decode_text, words
from qikg.loaders.studies.skeleton import skeleton, skeleton_hash, skeleton_letters
from qikg.ontology.errors import CheckFailed

ROOT = Path(__file__).resolve().parents[2]
STUDY = ROOT / "evidence" / "williams-best-2022"
TEXT = ROOT.parent / "shared" / "sources" / "williams-best-2022.txt"

NOTES = """\
The board of the first trust met every week. Nurses led the rounds
and the chief nurse wrote “what we saw, and what we did” on a wall.
In May 2014 an outside team came; in May 2015 it came again, and the
estates group mended the lifts. A patient said: “Now they listen.”
The board of the second trust met twice a year. In May 2014 it was
told that nobody had asked the staff, and the chief nurse resigned.
"""


def span_of(text: str, start: int, end: int, ends: int = 1) -> SpanAnchor:
    """Anchor for text[start:end], with so many words at each end."""
    exact = text[start:end]
    return SpanAnchor(
        id=f"{start}-{end}",
        start=start,
        end=end,
        sha256=sha256(exact.encode()).hexdigest(),
        skeleton_sha256=skeleton_hash(exact),
        skeleton_length=len(skeleton_letters(exact)),
        quote_start=" ".join(exact.split()[:ends]),
        quote_end=" ".join(exact.split()[-ends:]),
    )


def spans_in(text: str, *quotes: str | tuple[str, int]) -> list[SpanAnchor]:
    """Anchors for quotes, each written once in the text or given with the number of its occurrence, from 0."""
    spans = []
    for quote in quotes:
        sought, number = (quote, 0) if isinstance(quote, str) else quote
        start = [found.start() for found in re.finditer(re.escape(sought), text)][number]
        spans.append(span_of(text, start, start + len(sought)))
    return spans


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def statuses(report: AnchorReport) -> list[str]:
    return [span.status for span in report.spans]


def places(report: AnchorReport) -> list[tuple[int | None, int | None]]:
    return [(span.start, span.end) for span in report.spans]


def assert_same_letters(spans: list[SpanAnchor], original: str, copy: str, report: AnchorReport) -> None:
    """Every span that has a place stands where its letters stand in the original; for copies with the same skeleton."""
    before, after = skeleton(original), skeleton(copy)
    assert before.letters == after.letters
    for span, anchored in zip(spans, report.spans, strict=True):
        assert anchored.span_id == span.id
        if anchored.start is not None and anchored.end is not None:
            assert before.index(span.start) == after.index(anchored.start)
            assert before.index(span.end) == after.index(anchored.end)


# --- a small text


def test_same_document_is_checked_by_position() -> None:
    spans = spans_in(NOTES, "Nurses led the rounds", ("May 2014", 1))
    report = anchor(spans, NOTES, digest(NOTES))
    assert report.document == "same"
    assert report.counts == {"found": 2}
    assert report.methods == {"position": 2}
    assert report.complete
    assert [words(NOTES, span) for span in report.spans] == ["Nurses led the rounds", "May 2014"]


def test_wrong_hash_in_the_same_document_is_named_and_not_sought_elsewhere() -> None:
    [span] = spans_in(NOTES, "Nurses led the rounds")
    shifted = span.model_copy(update={"start": span.start + 1, "end": span.end + 1})
    [result] = anchor([shifted], NOTES, digest(NOTES)).spans
    assert result.status == "unanchored"
    assert "another hash" in result.note
    assert words(NOTES, result) is None


@pytest.mark.parametrize(("start", "end"), [(0, 5000), (5000, 6000), (8, 8), (9, 8)])
def test_position_outside_the_same_document_is_named(start: int, end: int) -> None:
    [span] = spans_in(NOTES, "Nurses led the rounds")
    [result] = anchor([span.model_copy(update={"start": start, "end": end})], NOTES, digest(NOTES)).spans
    assert result.status == "unanchored"
    assert f"no words stand at {start} to {end}" in result.note


@pytest.mark.parametrize(
    ("column", "value"), [("skeleton_sha256", "0" * 64), ("skeleton_length", 3), ("quote_start", "Doctors")]
)
def test_wrong_record_beside_a_right_hash_is_noted(column: str, value: object) -> None:
    [span] = spans_in(NOTES, "Nurses led the rounds")
    [result] = anchor([span.model_copy(update={column: value})], NOTES, digest(NOTES)).spans
    assert (result.status, result.note) == ("found", f"recorded wrongly: {column}")


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_other_line_ends_are_the_same_document(end: str) -> None:
    copy = NOTES.replace("\n", end)
    spans = spans_in(NOTES, "rounds\nand the chief", ("May 2014", 1))
    report = anchor(spans, copy, digest(NOTES))
    assert report.document == "same but for line ends"
    assert report.counts == {"found": 2}
    assert [words(copy, span) for span in report.spans] == [f"rounds{end}and the chief", "May 2014"]


def test_reflowed_copy_is_anchored_again_with_its_marks() -> None:
    copy = textwrap.fill(NOTES, 30).translate(str.maketrans("“”", '""'))
    spans = spans_in(NOTES, "“what we saw, and what we did”", "“Now they listen.”")
    report = anchor(spans, copy, digest(NOTES))
    assert report.document == "another"
    assert report.methods == {"quote ends and skeleton": 2}
    assert statuses(report) == ["moved", "moved"]
    found = [" ".join((words(copy, span) or "").split()) for span in report.spans]
    assert found == ['"what we saw, and what we did"', '"Now they listen."']


def test_span_at_its_old_position_in_another_document_is_found_not_moved() -> None:
    spans = spans_in(NOTES, "Nurses led the rounds", "Now they listen")
    report = anchor(spans, NOTES.replace("lifts", "old lifts"), digest(NOTES))
    assert statuses(report) == ["found", "moved"]


def test_matches_are_counted_and_order_settles_them() -> None:
    spans = spans_in(NOTES, "Nurses led the rounds", "In May 2014 an outside team", ("May 2014", 0), "nobody had asked")
    copy = " ".join(NOTES.split())
    report = anchor(spans, copy, digest(NOTES))
    date = report.spans[2]
    assert (date.method, date.matches) == ("neighbours", 2)
    assert date.start == copy.index("May 2014")
    assert [span.matches for span in report.spans] == [1, 1, 2, 1]


def test_same_words_in_several_spans_are_settled_in_turn() -> None:
    spans = spans_in(NOTES, ("May 2014", 0), ("May 2014", 1))
    copy = "  " + NOTES
    report = anchor(spans, copy, digest(NOTES))
    assert places(report) == [(span.start + 2, span.end + 2) for span in spans]
    assert report.methods == {"neighbours": 2}


def test_several_places_that_nothing_settles_are_ambiguous_and_listed() -> None:
    [span] = spans_in(NOTES, ("May 2014", 1))
    copy = "\n" + NOTES
    [result] = anchor([span], copy, digest(NOTES)).spans
    assert (result.status, result.matches, result.start) == ("ambiguous", 2, None)
    assert [copy[start:end] for start, end in result.places] == ["May 2014", "May 2014"]
    assert "several places" in result.note


def test_one_place_for_two_spans_is_given_to_neither() -> None:
    spans = spans_in(NOTES, ("May 2014", 0), ("May 2014", 1))
    copy = NOTES.replace("In May 2014 it was", "Then it was")
    assert statuses(anchor(spans, copy, digest(NOTES))) == ["ambiguous", "ambiguous"]


def test_span_that_was_cut_out_does_not_take_the_same_words_elsewhere() -> None:
    filler = " ".join(f"Sentence number {n} says nothing of note." for n in range(40))
    text = (
        f"It opens with a long first sentence. In May 2014 it began. {filler} By May 2014 it was over. It then closes."
    )
    spans = spans_in(text, "a long first sentence", ("May 2014", 0), "It then closes")
    copy = text.replace("In May 2014 it began.", "")
    report = anchor(spans, copy, digest(text))
    assert statuses(report) == ["found", "ambiguous", "moved"]
    assert report.spans[1].matches == 1
    assert "not where the spans around it put it" in report.spans[1].note


def test_nested_span_stays_within_the_one_around_it() -> None:
    spans = spans_in(NOTES, ("The board of the second trust met twice", 0), ("board", 1), ("trust", 1))
    copy = textwrap.fill(NOTES, 44)
    report = anchor(spans, copy, digest(NOTES))
    assert report.complete
    assert report.methods == {"quote ends and skeleton": 1, "neighbours": 2}
    assert_same_letters(spans, NOTES, copy, report)


def test_overlapping_spans_of_the_same_words_are_left_open() -> None:
    text = "One two one two one, and no more than that."
    spans = [span_of(text, 0, 11), span_of(text, 8, 19)]
    assert statuses(anchor(spans, text.replace(" ", "\n"), digest(text))) == ["ambiguous", "ambiguous"]


def test_passage_moved_elsewhere_is_found_and_its_short_spans_are_left_open() -> None:
    first = "The opening remarks of this report are long enough to be certain of their place."
    moved = "Methods come early here: in May 2014 we read eight reports, twice each, and took notes."
    last = "In May 2014 and in no other month did the closing remarks of this report get written."
    text = "\n".join([first, moved, last, last.replace("closing", "final")])
    copy = "\n".join([first, last, last.replace("closing", "final"), moved])
    spans = spans_in(text, first, moved, "May 2014", last, last.replace("closing", "final"))
    report = anchor(spans, copy, digest(text))
    assert statuses(report) == ["found", "moved", "ambiguous", "moved", "moved"]
    assert words(copy, report.spans[1]) == moved


def test_changed_words_leave_a_span_unanchored_and_say_so() -> None:
    spans = spans_in(NOTES, "Nurses led the rounds", "outside team came", "estates group mended")
    copy = NOTES.replace("Nurses led", "Nurses often led").replace("outside team", "inside team")
    report = anchor(spans, copy.replace("mended", "repaired"), digest(NOTES))
    assert statuses(report) == ["unanchored"] * 3
    assert [span.note for span in report.spans] == [
        "its first and last words are in this text, but not with the same letters between them",
        "its first words are not in this text",
        "its last words are not in this text",
    ]


def test_quote_ends_alone_do_not_make_a_place() -> None:
    [span] = spans_in(NOTES, "Nurses led the rounds")
    copy = NOTES.replace("Nurses led the rounds", "Nurses fed the rounds")
    assert statuses(anchor([span], copy, digest(NOTES))) == ["unanchored"]


def test_span_without_quote_ends_is_kept() -> None:
    [span] = spans_in(NOTES, "Nurses led the rounds")
    bare = span.model_copy(update={"quote_start": "", "quote_end": ""})
    assert statuses(anchor([bare], NOTES, digest(NOTES))) == ["found"]
    [result] = anchor([bare], NOTES + " ", digest(NOTES)).spans
    assert (result.status, result.note) == ("unanchored", "it has no quote ends to seek it by")


def test_span_without_letters_is_kept() -> None:
    text = "before … after"
    empty = span_of(text, 7, 8)
    odd = empty.model_copy(update={"quote_start": "before"})
    assert statuses(anchor([empty, odd], text + "\n", digest(text))) == ["unanchored", "unanchored"]


def test_no_spans_and_no_text() -> None:
    assert anchor([], NOTES, digest(NOTES)).complete
    report = anchor(spans_in(NOTES, "Nurses led"), "", digest(NOTES))
    assert (report.document, report.counts) == ("another", {"unanchored": 1})
    assert not report.complete


def test_record_that_is_no_anchor_is_refused() -> None:
    with pytest.raises(ValidationError, match="sha256"):
        SpanAnchor.model_validate({**span_of(NOTES, 0, 9).model_dump(), "sha256": "abc"})


@st.composite
def marked_prose(draw: st.DrawFn) -> tuple[str, list[SpanAnchor]]:
    """Prose of few words, so that much of it occurs again, and spans of it from word to word."""
    vocabulary = st.sampled_from(
        ["a", "ab", "ba", "staff", "“staff”", "May", "2014,", "leadership", "co-design", "ﬁt."]
    )
    tokens = draw(st.lists(vocabulary, min_size=1, max_size=60))
    text = " ".join(tokens)
    starts = [0, *(found.end() for found in re.finditer(" ", text))]
    pairs = st.tuples(st.integers(0, len(tokens) - 1), st.integers(0, 25))
    chosen = {(first, min(first + more, len(tokens) - 1)) for first, more in draw(st.lists(pairs, max_size=15))}
    return text, [span_of(text, starts[first], starts[last] + len(tokens[last]), 2) for first, last in sorted(chosen)]


@given(marked_prose(), st.integers(5, 40), st.sampled_from(["\n", "\r\n", "\u00a0\n"]))
def test_in_a_reflowed_copy_no_span_is_lost_and_none_is_misplaced(
    prose: tuple[str, list[SpanAnchor]], width: int, end: str
) -> None:
    text, spans = prose
    copy = end + textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False).replace("\n", end)
    report = anchor(spans, copy, digest(text))
    assert report.counts.get("unanchored", 0) == 0
    assert_same_letters(spans, text, copy, report)
    for span, result in zip(spans, report.spans, strict=True):
        if result.start is not None:
            assert (words(copy, result) or "").split() == text[span.start : span.end].split()
        else:
            assert result.matches > 1 or span.skeleton_length < 12


@given(st.text(), st.text(), st.data())
def test_any_text_at_all_gives_a_report(text: str, copy: str, data: st.DataObject) -> None:
    text += "."
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    report = anchor([span_of(text, start, end)], copy, digest(text))
    assert len(report.spans) == 1


# --- files


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_byte_order_mark_is_dropped_and_line_ends_are_kept(mark: bytes) -> None:
    assert decode_text(mark + "“a”\r\nb\n".encode(), "copy.txt") == "“a”\r\nb\n"
    assert decode_text(mark, "copy.txt") == ""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "first\ncaf\xe9 noir".encode("latin-1"),
            r"byte 0xE9 at offset 9 \(line 2\) does not belong to a text in UTF-8",
        ),
        ("text".encode("utf-16"), "this is UTF-16"),
        ("text".encode("utf-16-be"), r"byte 0x00 at offset 0 \(line 1\)"),
        (b"%PDF-1.7 ...", "this is a PDF"),
        (b"PK\x03\x04...", "this is a Word or other zipped file"),
    ],
)
def test_file_that_is_not_utf8_text_is_refused_with_advice(content: bytes, message: str) -> None:
    with pytest.raises(CheckFailed, match=rf"copy\.txt: {message}.*Save it as plain text in UTF-8"):
        decode_text(content, "copy.txt")


# --- the packaged study

needs_text = pytest.mark.skipif(
    not TEXT.exists(), reason=f"the paper's text is not part of the project and is not at {TEXT}"
)
HEADER = "Header of a page that is none of the paper's"


@pytest.fixture(scope="module")
def text() -> str:
    return decode_text(TEXT.read_bytes(), TEXT.name)


@pytest.fixture(scope="module")
def spans() -> list[SpanAnchor]:
    with (STUDY / "spans.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [SpanAnchor.model_validate({**row, "id": f"{row['start']}-{row['end']}"}) for row in rows]


def anchored(spans: list[SpanAnchor], copy: str, text: str) -> AnchorReport:
    return anchor(spans, copy, digest(text))


def joined(text: str) -> str:
    """Lines and hyphens rejoined."""
    return " ".join(re.sub(r"(?<=[a-z])-\n(?=[a-z])", "", text).split())


REFLOWED: dict[str, Callable[[str], str]] = {
    "lines joined": joined,
    "wrapped at 60 columns": lambda text: textwrap.fill(joined(text), 60),
    "wrapped at 60 columns, CRLF": lambda text: textwrap.fill(joined(text), 60).replace("\n", "\r\n"),
    "wrapped at 25 columns": lambda text: textwrap.fill(joined(text), 25),
    "hyphens within words": lambda text: re.sub(r"(\w{5})(?=\w{2})", r"\1-\n", joined(text)),
    "straight quotes": lambda text: text.translate(str.maketrans("“”‘’", "\"\"''")),
    "ligatures and no-break spaces": lambda text: (
        text.replace("ffi", "ﬃ").replace("fi", "ﬁ").replace("fl", "ﬂ").replace(" ", "\u00a0")
    ),
    "blanks lost": lambda text: text.replace(" ", ""),
    "upper case": str.upper,
    "emoji before": lambda text: "🎉👩‍⚕️ " + text,
}


@needs_text
def test_study_has_180_spans_in_order(spans: list[SpanAnchor]) -> None:
    assert len(spans) == len({span.id for span in spans}) == 180
    assert [(span.start, span.end) for span in spans] == sorted((span.start, span.end) for span in spans)


@needs_text
def test_all_spans_of_the_study_are_in_its_text(spans: list[SpanAnchor], text: str) -> None:
    report = anchored(spans, text, text)
    assert (report.document, report.counts, report.methods) == ("same", {"found": 180}, {"position": 180})
    assert not any(span.note for span in report.spans)


@needs_text
def test_byte_order_mark_makes_no_other_document(spans: list[SpanAnchor], text: str) -> None:
    copy = decode_text(b"\xef\xbb\xbf" + TEXT.read_bytes(), "with-bom.txt")
    assert anchored(spans, copy, text).counts == {"found": 180}


@needs_text
def test_crlf_makes_no_other_document(spans: list[SpanAnchor], text: str) -> None:
    copy = text.replace("\n", "\r\n")
    report = anchored(spans, copy, text)
    assert (report.document, report.counts) == ("same but for line ends", {"found": 180})
    assert_same_letters(spans, text, copy, report)
    for span, result in zip(spans, report.spans, strict=True):
        assert (words(copy, result) or "").replace("\r\n", "\n") == text[span.start : span.end]


@needs_text
@pytest.mark.parametrize("kind", REFLOWED)
def test_all_spans_are_found_again_in_a_reflowed_copy(kind: str, spans: list[SpanAnchor], text: str) -> None:
    copy = REFLOWED[kind](text)
    report = anchored(spans, copy, text)
    assert report.document == "another"
    assert report.complete
    assert report.methods == {"quote ends and skeleton": 167, "neighbours": 13}
    assert_same_letters(spans, text, copy, report)


@needs_text
def test_marks_around_the_words_come_along(spans: list[SpanAnchor], text: str) -> None:
    copy = joined(text)
    for span, result in zip(spans, anchored(spans, copy, text).spans, strict=True):
        assert joined(words(copy, result) or "") == joined(text[span.start : span.end])


@needs_text
def test_page_headers_cost_only_the_spans_that_they_fall_into(spans: list[SpanAnchor], text: str) -> None:
    lines = text.split("\n")
    pages = ["\n".join(lines[first : first + 50]) for first in range(0, len(lines), 50)]
    copy = f"\n{HEADER}\n".join(pages)
    report = anchored(spans, copy, text)
    lost = {span.span_id for span in report.spans if span.start is None}
    breaks = [sum(len(page) + 1 for page in pages[:number]) for number in range(1, len(pages))]
    assert lost == {span.id for span in spans if any(span.start < at < span.end for at in breaks)}
    assert report.counts == {"found": 8, "moved": 165, "unanchored": 7}


@needs_text
def test_characters_lost_in_one_span_cost_that_span_and_those_within(spans: list[SpanAnchor], text: str) -> None:
    copy = text[:20130] + text[20150:]
    report = anchored(spans, copy, text)
    lost = [span.span_id for span in report.spans if span.status == "unanchored"]
    assert lost == ["20113-20268", "20124-20158"]
    for span, result in zip(spans, report.spans, strict=True):
        if span.id not in lost:
            shift = 20 if span.start >= 20150 else 0
            assert (result.start, result.end) == (span.start - shift, span.end - shift)


@needs_text
def test_passage_printed_twice_in_place_is_ambiguous(spans: list[SpanAnchor], text: str) -> None:
    copy = text[:22800] + text[21302:]
    report = anchored(spans, copy, text)
    assert report.counts == {"found": 91, "moved": 79, "ambiguous": 10}
    for span, result in zip(spans, report.spans, strict=True):
        twice = span.start >= 21302 and span.end <= 22800
        assert (result.status == "ambiguous") == twice
        if twice:
            again = (span.start + 1498, span.end + 1498)
            assert {(span.start, span.end), again} <= set(result.places)


@needs_text
def test_passage_printed_again_at_the_end_is_settled_by_the_spans_around_it(spans: list[SpanAnchor], text: str) -> None:
    report = anchored(spans, text + text[21302:22800], text)
    assert report.counts == {"found": 180}
    assert report.methods == {"quote ends and skeleton": 158, "neighbours": 22}


@needs_text
@pytest.mark.parametrize("cut", range(0, 43000, 1433))
def test_nothing_is_misplaced_where_a_passage_is_missing(cut: int, spans: list[SpanAnchor], text: str) -> None:
    length = 1000
    copy = text[:cut] + text[cut + length :]
    for span, result in zip(spans, anchored(spans, copy, text).spans, strict=True):
        if span.end <= cut:
            assert result.start in (span.start, None)
        elif span.start >= cut + length:
            assert result.start in (span.start - length, None)
        else:
            assert result.status in ("unanchored", "ambiguous")


@needs_text
def test_half_a_text_and_an_empty_one(spans: list[SpanAnchor], text: str) -> None:
    assert anchored(spans, text[:20000], text).counts == {"found": 84, "unanchored": 96}
    assert anchored(spans, "", text).counts == {"unanchored": 180}


@needs_text
def test_text_in_another_encoding_is_refused(text: str) -> None:
    for encoding in ("cp1252", "utf-16", "utf-16-le"):
        with pytest.raises(CheckFailed, match=r"paper\.txt: .*UTF-8"):
            decode_text(text.encode(encoding), "paper.txt")


@needs_text
def test_anchoring_again_is_quick(spans: list[SpanAnchor], text: str) -> None:
    copy = joined(text)
    begin = time.perf_counter()
    anchored(spans, copy, text)
    assert time.perf_counter() - begin < 0.5


# --- the script that makes spans.tsv


def make_spans(study: Path) -> subprocess.CompletedProcess[str]:
    script = ROOT / "scripts" / "make_spans.py"
    return subprocess.run(
        [sys.executable, script, TEXT, study], capture_output=True, text=True, encoding="utf-8", check=False
    )


@needs_text
def test_packaged_spans_are_what_the_script_makes(tmp_path: Path) -> None:
    study = shutil.copytree(STUDY, tmp_path / "study")
    (study / "spans.tsv").unlink()
    assert make_spans(study).returncode == 0
    assert (study / "spans.tsv").read_bytes() == (STUDY / "spans.tsv").read_bytes()


@needs_text
def test_script_names_file_and_row_of_a_wrong_hash_and_writes_nothing(tmp_path: Path) -> None:
    study = shutil.copytree(STUDY, tmp_path / "study")
    (study / "spans.tsv").unlink()
    themes = study / "common_themes.tsv"
    themes.write_bytes(re.sub(rb"\t[0-9a-f]{64}\t", b"\t" + b"0" * 64 + b"\t", themes.read_bytes(), count=1))
    result = make_spans(study)
    assert result.returncode == 1
    assert "common_themes.tsv:2: sha256 is 0000" in result.stderr
    assert not (study / "spans.tsv").exists()


def test_results_are_values() -> None:
    one = Anchored("s", "found", "position", 1, 2, 1)
    assert one == Anchored("s", "found", "position", 1, 2, 1)
    with pytest.raises(AttributeError):
        one.start = 3  # type: ignore[misc]

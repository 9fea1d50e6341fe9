"""The skeleton of a text, and the way back from it."""

from __future__ import annotations

import re
import sys
import textwrap
from hashlib import sha256
from unicodedata import normalize

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from qikg.loaders.studies.skeleton import skeleton, skeleton_hash, skeleton_letters

LIGATURES = {"ffi": "ﬃ", "ffl": "ﬄ", "ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ"}
INVISIBLE = "\u00ad\ufeff\u200b\u200c\u200d\u2060\u0002\ufffe"
CURLY = str.maketrans("'\"", "’”")

# Letters as they occur in papers, some of which fold into several or carry an accent.
letters = st.sampled_from("abefgilmstzABFIßÅéœﬁﬃ²½İſǆΣςяЖ")
word = st.text(letters, min_size=1, max_size=12)
marks = st.sampled_from(["", "", ",", ".", "’s", "”", "…", " –", ")"])
prose = st.lists(st.tuples(word, marks), max_size=60).map(lambda words: " ".join(w + mark for w, mark in words))


def test_letters_and_digits_are_kept_folded() -> None:
    assert skeleton_letters("“The lifts were\nre-\npaired” [36]") == "theliftswererepaired36"


def test_hash_is_that_of_the_letters() -> None:
    assert skeleton_hash("Re-\nflow") == sha256(b"reflow").hexdigest()


def test_empty_text_has_an_empty_skeleton() -> None:
    assert skeleton("").letters == ""
    assert skeleton(" \n–").positions == []


@pytest.mark.parametrize("character", INVISIBLE)
def test_invisible_characters_fall_away(character: str) -> None:
    assert skeleton_letters(f"tis{character}sue") == "tissue"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("efficient flow", "eﬃcient ﬂow"),
        ("naïve Ångström", "nai\u0308ve A\u030angstro\u0308m"),
        ("don't “stop”", 'don’t "stop"'),
        ("eight trusts", "eight\u00a0trusts"),
        ("STRASSE", "straße"),
        ("Case 4", "𝐂𝐚𝐬𝐞 ４"),
    ],
)
def test_spellings_of_the_same_words_are_alike(one: str, other: str) -> None:
    assert skeleton_hash(one) == skeleton_hash(other)


def test_words_that_differ_are_not_alike() -> None:
    assert skeleton_hash("eight trusts") != skeleton_hash("eighth trust")


def test_folding_again_changes_nothing_for_any_character_there_is() -> None:
    everything = "".join(chr(c) for c in range(sys.maxunicode + 1) if not 0xD800 <= c < 0xE000)
    once = skeleton_letters(everything)
    assert skeleton_letters(once) == once


@given(st.text())
def test_normal_form_does_not_matter(text: str) -> None:
    forms = ["NFC", "NFD", "NFKC", "NFKD"]
    assert {skeleton_letters(normalize(form, text)) for form in forms} == {skeleton_letters(text)}  # type: ignore[arg-type]


@given(prose, st.integers(8, 80))
def test_reflow_does_not_matter(text: str, width: int) -> None:
    wrapped = textwrap.fill(text, width)
    for copy in (wrapped, wrapped.replace("\n", "\r\n"), text.replace(" ", "\u00a0"), "".join(text.split())):
        assert skeleton_hash(copy) == skeleton_hash(text)


@given(prose, st.sampled_from(["-\n", "-\r\n", "\u00ad\n", "\u0002\n", "\ufffe"]), st.integers(2, 6))
def test_hyphenation_at_line_ends_does_not_matter(text: str, hyphen: str, every: int) -> None:
    broken = re.sub(rf"(\w{{{every}}})(?=\w)", lambda found: found[0] + hyphen, text)
    assert skeleton_hash(broken) == skeleton_hash(text)


@given(st.lists(st.sampled_from(["office", "flow", "'staff'", '"fit"', "fjord", "ill-fed"])).map(" ".join))
def test_ligatures_and_curly_quotes_do_not_matter(text: str) -> None:
    copy = text.translate(CURLY)
    for plain, ligature in LIGATURES.items():
        copy = copy.replace(plain, ligature)
    assert skeleton_hash(copy) == skeleton_hash(text)


@given(st.text())
def test_letters_are_those_without_the_map(text: str) -> None:
    result = skeleton(text)
    assert result.letters == skeleton_letters(text)
    assert len(result.positions) == len(result.letters)
    assert list(result.positions) == sorted(result.positions)


@given(prose, st.data())
def test_way_back_gives_the_letters_again(text: str, data: st.DataObject) -> None:
    result = skeleton(text)
    assume(result.letters)
    start = data.draw(st.integers(0, len(result.letters) - 1))
    end = data.draw(st.integers(start + 1, len(result.letters)))
    low, high = result.raw_span(start, end)
    # A ligature cut in two comes back whole, so the letters are within those of the raw span, if not all of them.
    first, last = result.index(low), result.index(high)
    assert first <= start < end <= last
    assert skeleton_letters(text[low:high]) == result.letters[first:last]
    assert result.positions[first] == result.positions[start]
    assert result.positions[last - 1] == result.positions[end - 1]


@given(prose, st.data())
def test_index_undoes_raw_span_at_whole_characters(text: str, data: st.DataObject) -> None:
    result = skeleton(text)
    places = sorted(set(result.positions))
    assume(places)
    low = data.draw(st.sampled_from(places))
    high = data.draw(st.sampled_from([place + 1 for place in places if place >= low]))
    assert result.raw_span(result.index(low), result.index(high)) == (low, high)


def test_accent_written_apart_belongs_to_its_letter() -> None:
    text = "cafe\u0301 noir"
    low, high = skeleton(text).raw_span(0, 4)
    assert text[low:high] == "cafe\u0301"


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (1, 1), (2, 1), (0, 5)])
def test_slice_outside_is_refused(start: int, end: int) -> None:
    with pytest.raises(IndexError, match="no letters"):
        skeleton("four").raw_span(start, end)


@pytest.mark.parametrize(
    ("text", "first", "last", "words"),
    [
        ("say “yes, no.” then", "“yes,", "no.”", "“yes, no.”"),
        ('say "yes, no." then', "“yes,", "no.”", '"yes, no."'),
        ("say “yes, no.” then", "yes,", "no", "yes, no"),
        ("say . . . yes, no … then", "...yes,", "no . . .", ". . . yes, no …"),
        ("say yes, no then", "“yes,", "no.”", "yes, no"),
        ("(say) yes, no) then", "yes", "no).", "yes, no)"),
        ("say “\u200byes no", "“yes", "no", "“\u200byes no"),
    ],
)
def test_marks_at_the_ends_come_with_the_words(text: str, first: str, last: str, words: str) -> None:
    result = skeleton(text)
    start = result.letters.index("yes")
    low, high = result.raw_words(start, start + 5, first, last)
    assert text[low:high] == words

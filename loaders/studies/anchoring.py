"""Where the spans of a document stand in a copy of its text.

A copy with the document's own hash is checked position by position, as is one that differs in its line ends alone. In
any other copy each span is sought again: its first and last words at the known distance in the skeleton, and between
them letters with the known hash. A span that fits several places is settled by the order of the spans around it, or
reported as ambiguous; one that fits none is reported as unanchored. No place is ever guessed.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from qikg.loaders.studies.skeleton import Skeleton, skeleton, skeleton_letters
from qikg.ontology.errors import CheckFailed

Document = Literal["same", "same but for line ends", "another"]
Status = Literal["found", "moved", "ambiguous", "unanchored"]
Method = Literal["position", "quote ends and skeleton", "neighbours", "none"]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]

# Shorter spans are too often found by chance to bound others: of strings of two words 45 % occur again, of three 20 %.
_BOUNDING_LETTERS = 12
# About eight words, of which 2 to 4 % occur again: enough to be believed out of order.
_CERTAIN_LETTERS = 40
# How far a short span may stand from where its neighbour puts it: a share of the distance, and some code points.
_STRETCH, _SLACK = 0.25, 40
_OTHER_FORMATS = {
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a Word or other zipped file",
    b"{\\rtf": "RTF",
}


class SpanAnchor(BaseModel):
    """What is known of a span without its text: positions in code points, end exclusive, hashes and quote ends."""

    model_config = ConfigDict(frozen=True)

    id: str
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    sha256: Digest
    skeleton_sha256: Digest
    skeleton_length: Annotated[int, Field(ge=0)]
    quote_start: str
    quote_end: str


@dataclass(frozen=True, slots=True)
class Anchored:
    """Where a span stands in the text at hand, how that was found, and in how many places it would fit.

    `found`: at its recorded position, word for word. `moved`: elsewhere, or set differently. `ambiguous`: `places`
    has those it may be; `start` and `end` are None, as they are where it is `unanchored`. `note` says what is wrong.
    """

    span_id: str
    status: Status
    method: Method
    start: int | None
    end: int | None
    matches: int
    places: tuple[tuple[int, int], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class AnchorReport:
    """Result for each span, in the order given, and whether the text is the document they were taken from."""

    document: Document
    document_sha256: str
    text_sha256: str
    spans: tuple[Anchored, ...]

    @property
    def counts(self) -> Mapping[Status, int]:
        """Number of spans of each status."""
        return Counter(span.status for span in self.spans)

    @property
    def methods(self) -> Mapping[Method, int]:
        """Number of spans placed by each method."""
        return Counter(span.method for span in self.spans if span.start is not None)

    @property
    def complete(self) -> bool:
        """Whether every span has its place."""
        return all(span.start is not None for span in self.spans)


def decode_text(content: bytes, name: str) -> str:
    """Text of a file: UTF-8 without its byte order mark, line ends as they are.

    Raises CheckFailed where the file is not UTF-8 text; the message names the first wrong byte and what to do.
    """
    advice = "Save it as plain text in UTF-8 and try again."
    for mark, kind in _OTHER_FORMATS.items():
        if content.startswith(mark):
            raise CheckFailed(f"{name}: this is {kind}, not text in UTF-8. {advice}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        wrong, at = f"byte 0x{content[error.start]:02X}", error.start
    else:
        if "\0" not in text:
            return text
        wrong, at = "byte 0x00", content.index(0)
    line = content.count(b"\n", 0, at) + 1
    raise CheckFailed(f"{name}: {wrong} at offset {at} (line {line}) does not belong to a text in UTF-8. {advice}")


def anchor(spans: Iterable[SpanAnchor], text: str, document_sha256: str) -> AnchorReport:
    """Place of each span in a text, which need not be the document with the given hash.

    The hash is that of the document's UTF-8 bytes without a byte order mark.
    """
    spans = tuple(spans)
    text_sha256 = _digest(text)
    if text_sha256 == document_sha256:
        results = tuple(_check(span, text) for span in spans)
        return AnchorReport("same", document_sha256, text_sha256, results)
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if _digest(plain) == document_sha256:
        # Each CRLF before a position moves it by one.
        breaks = [match.start() - before for before, match in enumerate(re.finditer("\r\n", text))]
        results = tuple(_carry(_check(span, plain), breaks) for span in spans)
        return AnchorReport("same but for line ends", document_sha256, text_sha256, results)
    return AnchorReport("another", document_sha256, text_sha256, tuple(_anchor_again(spans, skeleton(text))))


def words(text: str, anchored: Anchored) -> str | None:
    """Words of a span in the text it was anchored in, line ends included; None where it has no place."""
    return None if anchored.start is None else text[anchored.start : anchored.end]


def _check(span: SpanAnchor, text: str) -> Anchored:
    here = f"{span.start} to {span.end}"
    if not span.start < span.end <= len(text):
        return _unanchored(span, f"no words stand at {here}: the text has {len(text)} code points")
    exact = text[span.start : span.end]
    if _digest(exact) != span.sha256:
        return _unanchored(span, f"the words at {here} have another hash: position or hash is recorded wrongly")
    letters = skeleton_letters(exact)
    fits = {
        "skeleton_sha256": _digest(letters) == span.skeleton_sha256,
        "skeleton_length": len(letters) == span.skeleton_length,
        "quote_start": letters.startswith(skeleton_letters(span.quote_start)),
        "quote_end": letters.endswith(skeleton_letters(span.quote_end)),
    }
    wrong = ", ".join(name for name, right in fits.items() if not right)
    return _placed(span, "found", "position", (span.start, span.end), 1, f"recorded wrongly: {wrong}" if wrong else "")


def _carry(anchored: Anchored, breaks: Sequence[int]) -> Anchored:
    if anchored.start is None or anchored.end is None:
        return anchored
    start = anchored.start + bisect_left(breaks, anchored.start)
    end = anchored.end + bisect_left(breaks, anchored.end)
    return replace(anchored, start=start, end=end, places=((start, end),))


def _anchor_again(spans: Sequence[SpanAnchor], text: Skeleton) -> Iterator[Anchored]:
    candidates = {span: list(_candidates(span, text.letters)) for span in spans}
    settled = _settle(candidates, text)
    for span in spans:
        starts = candidates[span]
        if not starts:
            yield _unanchored(span, _what_is_missing(span, text.letters))
            continue
        places = {at: text.raw_words(at, at + span.skeleton_length, span.quote_start, span.quote_end) for at in starts}
        if span not in settled:
            several = "it fits several places, and the spans around it do not settle which"
            alone = "the only place that it fits is not where the spans around it put it"
            note = several if len(starts) > 1 else alone
            yield Anchored(span.id, "ambiguous", "none", None, None, len(starts), tuple(places.values()), note)
            continue
        start, end = places[settled[span]]
        unmoved = (start, end) == (span.start, span.end) and _digest(text.raw[start:end]) == span.sha256
        method: Method = "neighbours" if len(starts) > 1 else "quote ends and skeleton"
        yield _placed(span, "found" if unmoved else "moved", method, (start, end), len(starts))


def _candidates(span: SpanAnchor, letters: str) -> Iterator[int]:
    """Places in the skeleton where the quote ends stand at the right distance around letters with the right hash."""
    first, last = skeleton_letters(span.quote_start), skeleton_letters(span.quote_end)
    at = letters.find(first) if first and span.skeleton_length else -1
    while at >= 0:
        stop = at + span.skeleton_length
        if letters.endswith(last, at, stop) and _digest(letters[at:stop]) == span.skeleton_sha256:
            yield at
        at = letters.find(first, at + 1)


def _what_is_missing(span: SpanAnchor, letters: str) -> str:
    first, last = skeleton_letters(span.quote_start), skeleton_letters(span.quote_end)
    if not (first and last):
        return "it has no quote ends to seek it by"
    missing = [name for name, part in (("first", first), ("last", last)) if part not in letters]
    if missing:
        return f"its {' and '.join(missing)} words are not in this text"
    return "its first and last words are in this text, but not with the same letters between them"


def _placed(
    span: SpanAnchor, status: Status, method: Method, place: tuple[int, int], matches: int, note: str = ""
) -> Anchored:
    return Anchored(span.id, status, method, *place, matches, (place,), note)


def _unanchored(span: SpanAnchor, note: str) -> Anchored:
    return Anchored(span.id, "unanchored", "none", None, None, 0, (), note)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


# Which of several places: by order among the spans. Places are positions in the skeleton.

_Places = dict[SpanAnchor, int]


def _settle(candidates: Mapping[SpanAnchor, Sequence[int]], text: Skeleton) -> _Places:
    """Place of each span for which one alone agrees with the order of the spans and about with their distances."""
    order = sorted(candidates, key=lambda span: (span.start, span.end))
    twins: dict[str, list[SpanAnchor]] = defaultdict(list)
    for span in order:
        twins[span.skeleton_sha256].append(span)
    unique = {
        span: candidates[span][0]
        for span in order
        if len(candidates[span]) == 1
        and span.skeleton_length >= _BOUNDING_LETTERS
        and not any(_apart(span, twin) for twin in twins[span.skeleton_sha256])
    }
    settled = _in_order(unique)
    strayed = {
        span: at for span, at in unique.items() if span not in settled and span.skeleton_length >= _CERTAIN_LETTERS
    }
    doubtful = _beside(strayed, settled, order)
    while True:
        left = {
            span: [at for at in candidates[span] if _fits(span, at, settled)]
            for span in order
            if span not in settled and span not in doubtful
        }
        alone = {span: starts[0] for span, starts in left.items() if len(starts) == 1}
        found = {span: at for span, at in alone.items() if _fits(span, at, alone) and _near(span, at, settled, text)}
        for group in twins.values():
            if not found and len(group) > 1:
                turns = _in_turn([span for span in group if span in left], left)
                found = turns if all(_near(span, at, settled, text) for span, at in turns.items()) else {}
        if not found:
            return settled | strayed
        settled |= found


def _apart(one: SpanAnchor, other: SpanAnchor) -> bool:
    return one.end <= other.start or other.end <= one.start


def _fits(span: SpanAnchor, at: int, placed: _Places) -> bool:
    """Whether a span at this place keeps the order that it has among the placed ones, nested ones included."""
    stop = at + span.skeleton_length
    for other, other_at in placed.items():
        other_stop = other_at + other.skeleton_length
        if (
            (other.start <= span.start and other_at > at)
            or (other.start >= span.start and other_at < at)
            or (other.end <= span.end and other_stop > stop)
            or (other.end >= span.end and other_stop < stop)
            or (other.end <= span.start and other_stop > at)
            or (other.start >= span.end and other_at < stop)
        ):
            return False
    return True


def _near(span: SpanAnchor, at: int, settled: _Places, text: Skeleton) -> bool:
    """Whether a place is about as far from the nearest settled span, before or after, as it should be.

    Where the words of a short span were cut out, the same words stand elsewhere between its neighbours soon enough.
    """
    before = max((other for other in settled if other.start <= span.start), key=lambda other: other.start, default=None)
    after = min((other for other in settled if other.start >= span.start), key=lambda other: other.start, default=None)
    for other in filter(None, (before, after)):
        expected = span.start - other.start
        distance = text.positions[at] - text.positions[settled[other]]
        if abs(distance - expected) <= _SLACK + _STRETCH * abs(expected):
            return True
    return not settled


def _in_order(places: _Places) -> _Places:
    """The heaviest chain of spans, by letters, in which each fits the one before."""
    chain = list(places)
    previous: list[int | None] = []
    ranked: list[tuple[int, int]] = []
    for index, span in enumerate(chain):
        fitting = (
            (weight, earlier)
            for weight, earlier in reversed(ranked)
            if _fits(span, places[span], {chain[earlier]: places[chain[earlier]]})
        )
        weight, earlier = next(fitting, (0, None))
        previous.append(earlier)
        insort(ranked, (weight + span.skeleton_length, index))
    at = ranked[-1][1] if ranked else None
    kept: _Places = {}
    while at is not None:
        kept[chain[at]] = places[chain[at]]
        at = previous[at]
    return kept


def _beside(strayed: _Places, settled: _Places, order: Sequence[SpanAnchor]) -> set[SpanAnchor]:
    """Spans next to a strayed one: a passage that was moved takes them along, and order proves nothing of them."""
    doubtful: set[SpanAnchor] = set()
    for walk in (order, order[::-1]):
        beside = False
        for span in walk:
            if span in strayed or span in settled:
                beside = span in strayed
            elif beside:
                doubtful.add(span)
    return doubtful


def _in_turn(group: Sequence[SpanAnchor], left: Mapping[SpanAnchor, Sequence[int]]) -> _Places:
    """Places that spans of the same words can take in one way only; none at all where one of them has no place."""
    earliest: _Places = {}
    latest: _Places = {}
    for placed, spans, first in ((earliest, group, 0), (latest, group[::-1], -1)):
        for span in spans:
            free = [at for at in left[span] if _fits(span, at, placed)]
            if not free:
                return {}
            placed[span] = free[first]
    return {span: at for span, at in earliest.items() if latest[span] == at}

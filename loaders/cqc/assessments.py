"""Reads the ratings and scores of the single assessment framework, which stand in a block of their own since 2023."""

from __future__ import annotations

import datetime

from qikg.loaders.cqc.fields import Fields
from qikg.loaders.cqc.observations import Observation, Observations, Report
from qikg.loaders.cqc.words import OVERALL, WHOLE, Word, question, rating, score, service, statement


def see_assessments(record: Fields, seen: Observations) -> None:
    """Take in every assessment: of whole places where there is such a rating, of services, and of their questions."""
    for assessment in record.each("assessment"):
        day = assessment.day("assessmentPlanPublishedDateTime")
        ratings = assessment.fields("ratings")
        for overall in ratings.each("overall"):
            _see(overall, WHOLE, day, seen)
        for one in ratings.each("asgRatings"):
            name = one.text("name")
            if name is not None:
                _see(one, service(name, {}, one, "name"), day, seen)
            elif one.text("rating") is not None:
                one.note("name", "a service's rating without the service; left out", error=True)


def _see(of: Fields, group: Word, day: datetime.date | None, seen: Observations) -> None:
    report = Report(day=day)
    printed = of.text("rating")  # '' of a dentist: judged against regulations only, question by question
    if printed is not None:
        seen.see(Observation(group, OVERALL, rating(printed, of, "rating"), printed, report))
    for one in of.each("keyQuestionRatings"):
        name = one.text("name")
        if name is None:
            if one.text("rating") is not None:
                one.note("name", "a key question's rating without the key question; left out", error=True)
            continue
        asked, printed = question(name, one, "name"), one.text("rating")
        if printed is not None:
            value = rating(printed, one, "rating")
            seen.see(Observation(group, asked, value, printed, report, _percentage(one, value), _assessed(one)))
        for part in one.each("topicareas"):
            _see_statement(part, group, asked, report, seen)


def _see_statement(of: Fields, group: Word, asked: Word, report: Report, seen: Observations) -> None:
    number, printed = of.text("qualityStatementId"), of.text("qualityStatementscore")
    if number is None or printed is None:
        return
    value = score(printed, of, "qualityStatementscore")
    named = statement(number, of, "qualityStatementId")
    seen.see(Observation(group, asked, value, printed, report, None, _assessed(of), named))


def _percentage(of: Fields, value: Word) -> float | None:
    """Give the score in per cent; "0" beside what has no rank, such as Regulations met, is no score."""
    key = "percentageScore" if "percentageScore" in of.values else "percengtageScore"  # so in CQC's schema
    found = of.number(key)
    if found is not None and not 0 <= found <= 100:
        of.note(key, "not between 0 and 100")
        return None
    return None if value.score is None else found


def _assessed(of: Fields) -> bool | None:
    word = of.text("status")
    if word is None:
        return None
    found = {"assessed": True, "not assessed": False}.get(word.casefold())
    if found is None:
        of.note("status", "neither Assessed nor Not Assessed", word[:40])
    return found

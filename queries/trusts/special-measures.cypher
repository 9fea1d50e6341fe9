//+ title: Spells in special measures
//+ question: When was each trust recommended for, placed in and released from special measures, how long did it last, and how was it rated before and after?
//+ parameters:
//+   place: {type: place, help: "code of one organisation; without it, all", example: RTX}
//+ columns:
//+   place: {type: id, meaning: "the trust"}
//+   place_label: {type: text, meaning: "its name"}
//+   kind: {type: text, meaning: "quality or finance"}
//+   recommended: {type: date, meaning: "when CQC recommended it"}
//+   placed: {type: date, meaning: "when it was decided, as known"}
//+   placed_by: {type: text, meaning: "who decided it"}
//+   retained: {type: dates, meaning: "when CQC recommended that it stay"}
//+   exit_recommended: {type: date, meaning: "when CQC recommended that it leave"}
//+   lifted: {type: date, meaning: "when it left, as known"}
//+   days_min: {type: integer, meaning: "least number of days between placing and leaving that the dates allow"}
//+   days_max: {type: integer, meaning: "greatest number of days that the dates allow"}
//+   rating_before: {type: text, meaning: "its overall rating on the day it was recommended or placed; empty where none is known"}
//+   rating_before_date: {type: date, meaning: "date of that rating"}
//+   rating_after: {type: text, meaning: "its newest overall rating given after that and up to the day it left, else the first one after; empty where none is known or it has not left"}
//+   rating_after_date: {type: date, meaning: "date of that rating"}
//+   status: {type: status, meaning: "the weakest of the events"}
//+   weakest_step: {type: text, meaning: "the event that the status comes from"}
//+   note: {type: text, meaning: "what the events rest on"}
//+   sources: {type: ids, meaning: "the files and pages that state it"}
//+ frameworks: []
//+ roles: {status: status, sources: sources}
//+ needs: {RegulatoryAction: qikg build}
//+ show: [place_label, kind, recommended, placed, lifted, days_min, days_max, rating_before, rating_after, status]
//+ cannot_tell: >-
//+   CQC recommends; Monitor, the Trust Development Authority or NHS Improvement decides: two acts, two dates. Where only
//+   the month is known, the length is given as bounds. A spell without an end here has no end in the loaded record. The
//+   regulator's rating files do not hold special measures; only studies' files do.
MATCH (start:RegulatoryAction)-[:ACTED_ON]->(subject)
WHERE start.action IN ['special_measures_placed', 'financial_special_measures_placed']
  AND ($place IS NULL OR subject.id = $place)
OPTIONAL MATCH (later:RegulatoryAction {action: start.action})-[:ACTED_ON]->(subject)
WHERE later.date_earliest > start.date_latest
WITH subject, start, min(later.date_earliest) AS next_start
OPTIONAL MATCH (e:RegulatoryAction)-[:ACTED_ON]->(subject)
WHERE start.action = 'special_measures_placed' AND e.action <> start.action
  AND (next_start IS NULL OR e.date_earliest < next_start)
  AND ((e.action = 'special_measures_recommended' AND e.date_earliest <= start.date_latest)
       OR (e.action IN ['special_measures_retained', 'special_measures_exit_recommended', 'special_measures_lifted']
           AND e.date_latest >= start.date_earliest))
WITH subject, start, e ORDER BY e.date_earliest, e.id
WITH subject, start, collect(e) AS events
WITH subject, start, events,
     last([e IN events WHERE e.action = 'special_measures_recommended']) AS recommended,
     [e IN events WHERE e.action = 'special_measures_retained' | e.date] AS retained,
     head([e IN events WHERE e.action = 'special_measures_exit_recommended']) AS exit,
     head([e IN events WHERE e.action = 'special_measures_lifted']) AS lifted
WITH subject, start, events, recommended, retained, exit, lifted,
     coalesce(recommended.date_latest, start.date_earliest) AS begins, lifted.date_latest AS ends
OPTIONAL MATCH (r:Rating {question: 'CQC:OVERALL', service: 'CQCSERVICE:OVERALL'})-[:RATES]->(subject)
WHERE r.score IS NOT NULL
WITH subject, start, events, recommended, retained, exit, lifted, begins, ends, r ORDER BY r.date_latest, r.id
WITH subject, start, events, recommended, retained, exit, lifted, begins, ends, collect(r) AS ratings
WITH subject, start, events, recommended, retained, exit, lifted,
     last([r IN ratings WHERE r.date_latest <= begins]) AS before,
     CASE WHEN ends IS NULL THEN null ELSE coalesce(last([r IN ratings WHERE r.date_earliest > begins AND r.date_latest <= ends]),
                   head([r IN ratings WHERE r.date_earliest > ends])) END AS after
WITH subject, start, recommended, retained, exit, lifted, before, after,
     [x IN [start] + events + [before, after] WHERE x IS NOT NULL] AS steps
UNWIND steps AS step
OPTIONAL MATCH (step)-[:STATED_IN]->(page:Source)
WITH subject, start, recommended, retained, exit, lifted, before, after, steps, step, page ORDER BY page.id
WITH subject, start, recommended, retained, exit, lifted, before, after, steps,
     collect(DISTINCT page.id) AS pages, start.sources AS files
WITH subject, start, recommended, retained, exit, lifted, before, after, steps, pages, files,
     [s IN steps WHERE s.status = 'undetermined'] + [s IN steps WHERE s.status = 'inferred' AND NOT coalesce(s.in_register, false)] + [start] AS weak
RETURN subject.id AS place, coalesce(subject.label, subject.cqc_name, subject.ods_name) AS place_label,
       CASE WHEN start.action = 'special_measures_placed' THEN 'quality' ELSE 'finance' END AS kind,
       recommended.date AS recommended, start.date AS placed, start.body AS placed_by, retained,
       exit.date AS exit_recommended, lifted.date AS lifted,
       CASE WHEN lifted IS NULL OR lifted.date_earliest < start.date_latest THEN null
            ELSE duration.inDays(start.date_latest, lifted.date_earliest).days END AS days_min,
       CASE WHEN lifted IS NULL THEN null ELSE duration.inDays(start.date_earliest, lifted.date_latest).days END AS days_max,
       before.value_printed AS rating_before, before.date AS rating_before_date,
       after.value_printed AS rating_after, after.date AS rating_after_date,
       weak[0].status AS status, weak[0].id AS weakest_step,
       head([s IN [start, recommended, exit, lifted] WHERE s.note IS NOT NULL | s.note]) AS note, files + pages AS sources
ORDER BY start.date_earliest, subject.id, start.id

//+ title: Who improved
//+ question: Which places rose by so many steps between two inspections within so many months?
//+ parameters:
//+   steps: {type: integer, help: "steps at least; without it, 1", example: "2"}
//+   months: {type: integer, help: "months at most between the two ratings; without it, 36", example: "36"}
//+   question: {type: concept, labels: [KeyQuestion], help: "key question; without it, Overall", example: "CQC:WELL_LED"}
//+   level: {type: choice, choices: [location, trust], help: "locations, or organisations; without it, both", example: trust}
//+ columns:
//+   place: {type: id, meaning: "the place"}
//+   place_label: {type: text, meaning: "its name"}
//+   level: {type: text, meaning: "trust or location"}
//+   from_rating: {type: text, meaning: "the earlier rating, as printed"}
//+   from_date: {type: date, meaning: "its date"}
//+   to_rating: {type: text, meaning: "the later rating, as printed"}
//+   to_date: {type: date, meaning: "its date"}
//+   steps: {type: integer, meaning: "steps between them"}
//+   months: {type: integer, meaning: "months between them at most, by the dates as known; a month begun counts"}
//+   question: {type: id, meaning: "key question"}
//+   status: {type: status, meaning: "the weaker of the two ratings"}
//+   weakest_step: {type: text, meaning: "the rating that the status comes from"}
//+   sources: {type: ids, meaning: "the files that state them"}
//+ frameworks: [CQC, CQCRATING]
//+ roles: {status: status, sources: sources}
//+ needs: {Rating: qikg build}
//+ answerable:
//+   query: "MATCH (a:Rating)-[:RATES]->(p)<-[:RATES]-(b:Rating) WHERE a.question = b.question AND a.service = b.service AND a.date_latest < b.date_earliest RETURN p.id LIMIT 1"
//+   otherwise: "no place has two ratings of different days: a single edition of a register cannot show who improved. Load an earlier edition beside it: qikg load FILE"
//+ show: [place, place_label, level, from_rating, from_date, to_rating, to_date, steps, months, status]
//+ cannot_tell: >-
//+   A place that went on under another code (Wexham Park, RD750 then RDU50) is two places here. Why a place rose, or whether it lasted (ask did-it-last). A "latest ratings" file holds one rating a place: rises show
//+   only where several editions, or the API's history, are loaded. Of several rises of one place the largest is given,
//+   and of these the quickest.
MATCH (early:Rating {question: coalesce($question, 'CQC:OVERALL'), service: 'CQCSERVICE:OVERALL'})-[:RATES]->(rated)
WHERE early.score IS NOT NULL AND early.date IS NOT NULL AND early.score < 4
  AND ($level IS NULL OR CASE $level WHEN 'location' THEN rated:Location ELSE rated:Organisation END)
MATCH (late:Rating {question: coalesce($question, 'CQC:OVERALL'), service: 'CQCSERVICE:OVERALL'})-[:RATES]->(rated)
WHERE late.score - early.score >= coalesce($steps, 1) AND late.date_earliest > early.date_latest
WITH rated, early, late, early.date_earliest AS a, late.date_latest AS z
// A month begun counts as one: what took 36 months and some days did not happen within 36 months.
WITH rated, early, late,
     (z.year - a.year) * 12 + z.month - a.month + CASE WHEN z.day > a.day THEN 1 ELSE 0 END AS months,
     duration.inDays(a, z).days AS days
WHERE months <= coalesce($months, 36)
WITH rated, early, late, months ORDER BY late.score - early.score DESC, days, early.id, late.id
WITH rated, collect({early: early, late: late, months: months})[0] AS best
WITH rated, best.early AS early, best.late AS late, best.months AS months
WITH rated, early, late, months,
     CASE WHEN early.in_register THEN 'stated' ELSE coalesce(early.status, 'stated') END AS early_status,
     CASE WHEN late.in_register THEN 'stated' ELSE coalesce(late.status, 'stated') END AS late_status
RETURN rated.id AS place, coalesce(rated.label, rated.cqc_name, rated.ods_name) AS place_label,
       CASE WHEN rated:Location THEN 'location' ELSE 'trust' END AS level,
       early.value_printed AS from_rating, early.date AS from_date, late.value_printed AS to_rating, late.date AS to_date,
       late.score - early.score AS steps, months, late.question AS question,
       CASE WHEN 'undetermined' IN [early_status, late_status] THEN 'undetermined'
            WHEN 'inferred' IN [early_status, late_status] THEN 'inferred' ELSE 'stated' END AS status,
       'rating ' + CASE WHEN late_status = 'stated' THEN early.id ELSE late.id END AS weakest_step,
       late.sources + [s IN early.sources WHERE NOT s IN late.sources] AS sources
ORDER BY steps DESC, months, place

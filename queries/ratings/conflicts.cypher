//+ title: Ratings that contradict each other
//+ question: Which observations give different ratings to one place, for one service and question, on one day?
//+ parameters:
//+   place: {type: place, help: "code of one organisation or location; without it, all", example: RXR}
//+ columns:
//+   place: {type: id, meaning: "whom both rate"}
//+   place_label: {type: text, meaning: "its name"}
//+   level: {type: text, meaning: "trust or location"}
//+   date: {type: date, meaning: "day of both"}
//+   service: {type: id, meaning: "service or population group"}
//+   question: {type: id, meaning: "key question"}
//+   one: {type: text, meaning: "one rating, as printed"}
//+   other: {type: text, meaning: "the other, as printed"}
//+   ratings: {type: ids, meaning: "the two observations"}
//+   status: {type: status, meaning: "the weaker of the two"}
//+   weakest_step: {type: text, meaning: "the observation that the status comes from"}
//+   sources: {type: ids, meaning: "the files that state them"}
//+ frameworks: [CQC, CQCRATING, CQCSERVICE]
//+ roles: {status: status, sources: sources}
//+ needs: {Rating: qikg build}
//+ show: [place, place_label, date, service, question, one, other, status]
//+ cannot_tell: >-
//+   Which of the two is right. One rating that a register gives under two dates is no conflict here, nor are two ratings
//+   of two days.
MATCH (a:Rating)-[:CONFLICTS_WITH]->(b:Rating)
MATCH (a)-[:RATES]->(rated)
WHERE $place IS NULL OR rated.id = $place
WITH a, b, rated,
     CASE WHEN a.in_register THEN 'stated' ELSE coalesce(a.status, 'stated') END AS one_status,
     CASE WHEN b.in_register THEN 'stated' ELSE coalesce(b.status, 'stated') END AS other_status
RETURN rated.id AS place, coalesce(rated.label, rated.cqc_name, rated.ods_name) AS place_label,
       CASE WHEN rated:Location THEN 'location' ELSE 'trust' END AS level,
       a.date AS date, a.service AS service, a.question AS question, a.value_printed AS one, b.value_printed AS other,
       [a.id, b.id] AS ratings,
       CASE WHEN 'undetermined' IN [one_status, other_status] THEN 'undetermined'
            WHEN 'inferred' IN [one_status, other_status] THEN 'inferred' ELSE 'stated' END AS status,
       'rating ' + CASE WHEN one_status = 'stated' THEN b.id ELSE a.id END AS weakest_step,
       a.sources + [s IN b.sources WHERE NOT s IN a.sources] AS sources
ORDER BY place, date, service, question, a.id

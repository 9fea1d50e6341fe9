//+ title: Good overall, weak in one question, and the reverse
//+ question: Which places are rated well overall with a weak key question, or badly overall with a strong one?
//+ parameters:
//+   question: {type: concept, labels: [KeyQuestion], help: "one key question; without it, all", example: "CQC:SAFE"}
//+   region: {type: text, help: "only locations of this region, as the register has it", example: London}
//+   level: {type: choice, choices: [location, trust], help: "locations, or organisations; without it, both", example: location}
//+ columns:
//+   place: {type: id, meaning: "the place"}
//+   place_label: {type: text, meaning: "its name"}
//+   level: {type: text, meaning: "trust or location"}
//+   kind: {type: text, meaning: "weak question (good or outstanding overall, the question below good), or strong question (the reverse)"}
//+   question: {type: id, meaning: "key question"}
//+   question_rating: {type: text, meaning: "its rating, as printed"}
//+   question_date: {type: date, meaning: "date of that rating"}
//+   overall_rating: {type: text, meaning: "overall rating, as printed"}
//+   overall_date: {type: date, meaning: "date of that rating"}
//+   steps: {type: integer, meaning: "steps between the two"}
//+   status: {type: status, meaning: "the weaker of the two"}
//+   weakest_step: {type: text, meaning: "the rating that the status comes from"}
//+   sources: {type: ids, meaning: "the files that state them"}
//+ frameworks: [CQC, CQCRATING]
//+ roles: {status: status, sources: sources}
//+ needs: {Rating: qikg build}
//+ answerable:
//+   query: "MATCH (r:Rating {service: 'CQCSERVICE:OVERALL'}) WHERE r.question <> 'CQC:OVERALL' RETURN r.id LIMIT 1"
//+   otherwise: "the ratings that are loaded are overall ratings alone. Load a care directory with ratings of all domains: qikg load FILE"
//+ show: [place, place_label, kind, question, question_rating, overall_rating, steps, status]
//+ cannot_tell: >-
//+   Why. The two ratings may be of different inspections: look at their dates. Values without rank, such as "not rated",
//+   are left out. Places that have ended are listed too.
MATCH (overall:Rating {question: 'CQC:OVERALL', service: 'CQCSERVICE:OVERALL'})<-[:CURRENT_RATING]-(rated)
WHERE overall.score IS NOT NULL AND ($region IS NULL OR rated.region = $region)
  AND ($level IS NULL OR CASE $level WHEN 'location' THEN rated:Location ELSE rated:Organisation END)
MATCH (rated)-[:CURRENT_RATING]->(one:Rating)
WHERE one.question <> 'CQC:OVERALL' AND one.score IS NOT NULL AND ($question IS NULL OR one.question = $question)
  AND ((overall.score >= 3 AND one.score < 3) OR (overall.score < 3 AND one.score >= 3))
WITH rated, overall, one,
     CASE WHEN one.in_register THEN 'stated' ELSE coalesce(one.status, 'stated') END AS one_status,
     CASE WHEN overall.in_register THEN 'stated' ELSE coalesce(overall.status, 'stated') END AS overall_status
RETURN rated.id AS place, coalesce(rated.label, rated.cqc_name, rated.ods_name) AS place_label,
       CASE WHEN rated:Location THEN 'location' ELSE 'trust' END AS level,
       CASE WHEN one.score < 3 THEN 'weak question' ELSE 'strong question' END AS kind,
       one.question AS question, one.value_printed AS question_rating, one.date AS question_date,
       overall.value_printed AS overall_rating, overall.date AS overall_date, abs(overall.score - one.score) AS steps,
       CASE WHEN 'undetermined' IN [one_status, overall_status] THEN 'undetermined'
            WHEN 'inferred' IN [one_status, overall_status] THEN 'inferred' ELSE 'stated' END AS status,
       'rating ' + CASE WHEN one_status = 'stated' THEN overall.id ELSE one.id END AS weakest_step,
       one.sources + [s IN overall.sources WHERE NOT s IN one.sources] AS sources
ORDER BY steps DESC, place, question, one.id, overall.id

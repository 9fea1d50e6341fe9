//+ title: Did the improvement last?
//+ question: How was each case rated when its study's data were published, what was its best rating since, what is its latest, and of whom?
//+ parameters:
//+   study: {type: study, help: "one study; without it, all", example: williams-best-2022}
//+   looked: {type: date, help: "the day to look from; by default the day on which the study's data were published", example: "2017-06-14"}
//+ columns:
//+   case: {type: id, meaning: "the case"}
//+   case_label: {type: text, meaning: "its name in the study"}
//+   places: {type: ids, meaning: "the trust or hospital that it is held to be"}
//+   place_labels: {type: texts, meaning: "their names, each once"}
//+   identification_confidence: {type: number, meaning: "the lowest confidence of the identification, 0 to 1"}
//+   looked: {type: day, meaning: "the day looked from"}
//+   in_force: {type: text, meaning: "overall rating in force on that day"}
//+   in_force_date: {type: date, meaning: "its date"}
//+   best_since: {type: text, meaning: "best overall rating after that day; empty where there is none"}
//+   best_since_date: {type: date, meaning: "its date"}
//+   latest: {type: text, meaning: "latest overall rating known"}
//+   latest_date: {type: date, meaning: "its date"}
//+   latest_of: {type: id, meaning: "who holds it: the place itself or its successor"}
//+   latest_of_label: {type: text, meaning: "its name"}
//+   lasted: {type: text, meaning: "kept, rose, fell, no later rating, or cannot tell"}
//+   cannot_tell: {type: texts, meaning: "ratings whose date may lie on either side of the day"}
//+   status: {type: status, meaning: "never better than inferred: the study names no trust"}
//+   weakest_step: {type: text, meaning: "the step that the status comes from"}
//+   sources: {type: ids, meaning: "the files that state it"}
//+ frameworks: []
//+ roles: {status: status, sources: sources}
//+ needs: {Rating: qikg build, Case: qikg build}
//+ show: [case_label, place_labels, looked, in_force, in_force_date, best_since, latest, latest_date, latest_of, lasted, status]
//+ cannot_tell: >-
//+   Kept says that the rating is the one of that day, also where nothing had risen before it (case 6). A rating of a
//+   successor, or after a merger under the same code (case 5), speaks of a larger organisation, and a rating of 2025 or later may be of another kind than
//+   the ones before. A rating here is the newest that is loaded, not the newest there is.
MATCH (study:Study)-[:EXAMINES]->(the_case:Case)-[held:IDENTIFIED_AS]->(subject)
WHERE $study IS NULL OR study.id = $study
WITH study, the_case, held, subject, coalesce($looked, study.data_published_latest) AS looked
WHERE looked IS NOT NULL
WITH study, the_case, held, subject, looked ORDER BY held.since_earliest, subject.id
WITH study, the_case, looked, collect(subject) AS places, min(held.confidence) AS confidence, collect(held.status) AS held_statuses
UNWIND places AS subject
MATCH path = (subject)-[:SUCCEEDED_BY*0..6]->(holder)
WITH study, the_case, looked, places, confidence, held_statuses, holder,
     CASE WHEN length(path) = 0 THEN null ELSE coalesce(last(relationships(path)).date_earliest, last(relationships(path)).legal_date_earliest) END AS taken_over,
     CASE WHEN length(path) = 0 THEN 0 ELSE 1 END AS hops
WITH study, the_case, looked, places, confidence, held_statuses, holder, hops, taken_over ORDER BY hops
WITH study, the_case, looked, places, confidence, held_statuses, holder, collect({hops: hops, taken_over: taken_over})[0] AS way
OPTIONAL MATCH (r:Rating {question: 'CQC:OVERALL', service: 'CQCSERVICE:OVERALL'})-[:RATES]->(holder)
WHERE r.score IS NOT NULL AND r.date IS NOT NULL AND (way.taken_over IS NULL OR r.date_earliest >= way.taken_over)
WITH study, the_case, looked, places, confidence, held_statuses, holder, r ORDER BY r.date_latest DESC, r.date_earliest DESC, r.id
WITH study, the_case, looked, places, confidence, held_statuses,
     collect(CASE WHEN r IS NOT NULL THEN {id: r.id, score: r.score, value: r.value_printed, date: r.date, earliest: r.date_earliest,
              latest: r.date_latest, status: CASE WHEN r.in_register THEN 'stated' ELSE r.status END, holder: holder.id,
              holder_label: coalesce(holder.label, holder.cqc_name, holder.ods_name), files: r.sources} END) AS ratings
WITH study, the_case, looked, places, confidence, held_statuses, ratings,
     head([x IN ratings WHERE x.latest <= looked]) AS in_force, [x IN ratings WHERE x.earliest > looked] AS since,
     [x IN ratings WHERE x.earliest <= looked AND x.latest > looked | x.id] AS either
WITH study, the_case, looked, places, confidence, held_statuses, ratings, in_force, either, head(since) AS newest,
     reduce(best = null, x IN since | CASE WHEN best IS NULL OR x.score > best.score
            OR (x.score = best.score AND x.earliest < best.earliest) THEN x ELSE best END) AS best,
     head(ratings) AS latest
WITH study, the_case, looked, places, confidence, held_statuses, in_force, either, newest, best, latest,
     [x IN [in_force, best, latest] WHERE x.status = 'undetermined' | 'rating ' + x.id] AS undetermined,
     [x IN [in_force, best, latest] WHERE x.status = 'inferred' | 'rating ' + x.id] AS inferred
RETURN the_case.id AS case, the_case.label AS case_label, [p IN places | p.id] AS places, reduce(names = [], p IN places | CASE WHEN p.label IN names THEN names ELSE names + p.label END) AS place_labels,
       confidence AS identification_confidence, looked, in_force.value AS in_force, in_force.date AS in_force_date,
       best.value AS best_since, best.date AS best_since_date, latest.value AS latest, latest.date AS latest_date,
       latest.holder AS latest_of, latest.holder_label AS latest_of_label,
       CASE WHEN in_force IS NULL OR size(either) > 0 THEN 'cannot tell' WHEN newest IS NULL THEN 'no later rating'
            WHEN newest.score = in_force.score THEN 'kept' WHEN newest.score > in_force.score THEN 'rose' ELSE 'fell' END AS lasted,
       either AS cannot_tell,
       CASE WHEN size(undetermined) > 0 OR 'undetermined' IN held_statuses THEN 'undetermined' ELSE 'inferred' END AS status,
       CASE WHEN size(undetermined) > 0 THEN undetermined[0] ELSE 'identification of ' + the_case.label END AS weakest_step,
       the_case.sources + coalesce(latest.files, []) AS sources
ORDER BY study.id, the_case.order, the_case.id

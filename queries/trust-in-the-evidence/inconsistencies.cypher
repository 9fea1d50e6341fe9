//+ title: Where the study disagrees with itself or with the record
//+ question: Which statements of a study do not agree with each other or with the public record, and where does each side stand?
//+ parameters:
//+   study: {type: study, help: "one study; without it, all", example: williams-best-2022}
//+ columns:
//+   inconsistency: {type: id, meaning: "the inconsistency"}
//+   kind: {type: text, meaning: "what kind"}
//+   summary: {type: text, meaning: "what disagrees with what"}
//+   sides: {type: texts, meaning: "what it concerns, each with its place; empty where the data name nothing"}
//+   involves: {type: ids, meaning: "the same as ids"}
//+   lines: {type: texts, meaning: "lines of the text"}
//+   status: {type: status, meaning: "how the disagreement is known"}
//+   weakest_step: {type: text, meaning: "the step that the status comes from"}
//+   basis: {type: text, meaning: "what it rests on"}
//+   sources: {type: ids, meaning: "the files that state it"}
//+ frameworks: []
//+ roles: {status: status, sources: sources}
//+ needs: {Inconsistency: qikg build}
//+ show: [inconsistency, kind, summary, sides, lines, status]
//+ cannot_tell: >-
//+   Which side is right. The list is what was found by reading; it is not complete.
MATCH (mismatch:Inconsistency)-[:MADE_IN]->(study:Study)
WHERE $study IS NULL OR study.id = $study
OPTIONAL MATCH (mismatch)-[:INVOLVES]->(x)
OPTIONAL MATCH (x)-[:PRINTED_AT]->(spot:Span)
WITH mismatch, study, x, spot ORDER BY spot.start
WITH mismatch, study, x, collect(CASE WHEN spot IS NOT NULL THEN toString(spot.line_start) + CASE WHEN spot.line_end = spot.line_start THEN '' ELSE '-' + toString(spot.line_end) END END) AS places
WITH mismatch, study, x, places,
     CASE WHEN x:Claim THEN 1 WHEN x:Cell THEN 2 WHEN x:Assertion THEN 3 WHEN x:CodedItem THEN 4 ELSE 5 END AS kind_order
ORDER BY kind_order, x.id
WITH mismatch, study, collect(x.id) AS involves,
     collect(CASE WHEN x IS NOT NULL AND NOT x:Concept THEN last(split(x.id, '/'))
       + CASE WHEN size(places) = 0 THEN '' ELSE ' (lines ' + reduce(t = places[0], p IN places[1..] | t + ', ' + p) + ')' END
       + ': ' + coalesce(x.summary, x.printed, x.value, '') END) AS sides
RETURN mismatch.id AS inconsistency, mismatch.inconsistency_kind AS kind, mismatch.summary AS summary,
       sides, involves, coalesce(mismatch.lines, []) AS lines, mismatch.status AS status,
       'inconsistency ' + last(split(mismatch.id, '/')) AS weakest_step,
       mismatch.basis AS basis, mismatch.sources AS sources
ORDER BY study.id, mismatch.order, mismatch.id

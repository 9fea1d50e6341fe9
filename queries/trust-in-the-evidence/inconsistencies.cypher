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
MATCH (inc:Inconsistency)-[:MADE_IN]->(study:Study)
WHERE $study IS NULL OR study.id = $study
OPTIONAL MATCH (inc)-[:INVOLVES]->(x)
OPTIONAL MATCH (x)-[:PRINTED_AT]->(sp:Span)
WITH inc, study, x, sp ORDER BY sp.start
WITH inc, study, x, collect(CASE WHEN sp IS NOT NULL THEN toString(sp.line_start) + CASE WHEN sp.line_end = sp.line_start THEN '' ELSE '-' + toString(sp.line_end) END END) AS places
WITH inc, study, x, places,
     CASE WHEN x:Claim THEN 1 WHEN x:Cell THEN 2 WHEN x:Assertion THEN 3 WHEN x:CodedItem THEN 4 ELSE 5 END AS kind_order
ORDER BY kind_order, x.id
WITH inc, study, collect(x.id) AS involves,
     collect(CASE WHEN x IS NOT NULL AND NOT x:Concept THEN last(split(x.id, '/'))
       + CASE WHEN size(places) = 0 THEN '' ELSE ' (lines ' + reduce(t = places[0], p IN places[1..] | t + ', ' + p) + ')' END
       + ': ' + coalesce(x.summary, x.printed, x.value, '') END) AS sides
RETURN inc.id AS inconsistency, inc.inconsistency_kind AS kind, inc.summary AS summary,
       sides, involves, inc.lines AS lines, inc.status AS status,
       'inconsistency ' + last(split(inc.id, '/')) AS weakest_step,
       inc.basis AS basis, inc.sources AS sources
ORDER BY study.id, inc.order, inc.id

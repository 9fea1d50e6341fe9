//+ title: Cases by challenges
//+ question: Which challenges did each case take on, and how is that known?
//+ parameters:
//+   study: {type: study, help: "one study; without it, all", example: williams-best-2022}
//+   without_premise: {type: premises, help: "treat each cell whose premises name it as undetermined", example: counts}
//+ columns:
//+   case: {type: id, meaning: "the case"}
//+   case_label: {type: text, meaning: "its name in the study"}
//+   challenge: {type: id, meaning: "the challenge"}
//+   challenge_label: {type: text, meaning: "its name"}
//+   value: {type: text, meaning: "present, absent or undetermined"}
//+   status: {type: status, meaning: "how the value is known"}
//+   weakest_step: {type: text, meaning: "the step that the status comes from"}
//+   excerpts: {type: integer, meaning: "excerpts coded to the challenge in the case"}
//+   mentions: {type: integer, meaning: "initiatives that the authors name there in a sentence of their own"}
//+   cell: {type: id, meaning: "the finding"}
//+   basis: {type: text, meaning: "what the value rests on"}
//+   sources: {type: ids, meaning: "the files that state it"}
//+ frameworks: [QUASER]
//+ roles: {status: status, sources: sources}
//+ needs: {Assertion: qikg build}
//+ matrix: {row: case_label, column: challenge_label, value: value, status: status, count: excerpts}
//+ cannot_tell: >-
//+   Only studies with a table of findings are shown; of the others ask challenge-evidence. A cell without an excerpt is not a cell without the challenge: the study prints a cross for the whole case,
//+   and excerpts for some. An undetermined cell may be present or absent; nothing here decides it.
MATCH (study:Study)-[:EXAMINES]->(the_case:Case)<-[:ABOUT_CASE]-(a:Assertion)-[:ABOUT_CONCEPT]->(concept:Concept)
WHERE $study IS NULL OR study.id = $study
OPTIONAL MATCH (passage:CodedItem)-[:FROM_CASE]->(the_case), (passage)-[:CODED_AS]->(concept)
WITH study, the_case, a, concept,
     [p IN coalesce(a.premises, []) WHERE p IN $without_premise] AS dropped,
     count(DISTINCT CASE WHEN passage:Excerpt THEN passage.id END) AS excerpts,
     count(DISTINCT CASE WHEN passage:AuthorMention THEN passage.id END) AS mentions
RETURN the_case.id AS case, the_case.label AS case_label, concept.id AS challenge, concept.label AS challenge_label,
       CASE WHEN size(dropped) > 0 THEN 'undetermined' ELSE a.value END AS value,
       CASE WHEN size(dropped) > 0 THEN 'undetermined' ELSE a.status END AS status,
       CASE WHEN size(dropped) > 0 THEN 'premise left out: ' + dropped[0] ELSE a.basis_kind END AS weakest_step,
       excerpts, mentions, a.id AS cell, a.basis AS basis, a.sources AS sources
ORDER BY study.id, the_case.order, concept.order, concept.id

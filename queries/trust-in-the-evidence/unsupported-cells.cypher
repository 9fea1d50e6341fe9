//+ title: Findings without an excerpt
//+ question: Which cells of the table say that a challenge is present, though no excerpt shows it?
//+ parameters:
//+   study: {type: study, help: "one study; without it, all", example: williams-best-2022}
//+   without_premise: {type: premises, help: "treat each cell whose premises name it as undetermined", example: discussion}
//+ columns:
//+   cell: {type: id, meaning: "the finding"}
//+   case: {type: id, meaning: "the case"}
//+   case_label: {type: text, meaning: "its name in the study"}
//+   challenge: {type: id, meaning: "the challenge"}
//+   challenge_label: {type: text, meaning: "its name"}
//+   mentions: {type: integer, meaning: "mentions by the authors that hold it alone; 0 where nothing does"}
//+   items: {type: ids, meaning: "those mentions"}
//+   basis_kind: {type: text, meaning: "what kind of reasoning it rests on"}
//+   basis: {type: text, meaning: "what it rests on"}
//+   status: {type: status, meaning: "how the finding is known"}
//+   weakest_step: {type: text, meaning: "the step that the status comes from"}
//+   sources: {type: ids, meaning: "the files that state it"}
//+ frameworks: [QUASER]
//+ roles: {status: status, sources: sources}
//+ needs: {Assertion: qikg build}
//+ show: [case_label, challenge_label, mentions, basis_kind, basis, status]
//+ cannot_tell: >-
//+   A finding without an excerpt is not wrong: the study prints a selection. Undetermined cells are not listed, though
//+   the printed rows hold crosses among them.
MATCH (study:Study)-[:EXAMINES]->(the_case:Case)<-[:ABOUT_CASE]-(a:Assertion {value: 'present'})-[:ABOUT_CONCEPT]->(concept:Concept)
WHERE ($study IS NULL OR study.id = $study) AND NOT any(p IN coalesce(a.premises, []) WHERE p IN $without_premise)
OPTIONAL MATCH (passage:CodedItem)-[:FROM_CASE]->(the_case), (passage)-[:CODED_AS]->(concept)
WITH study, the_case, a, concept, passage ORDER BY passage.id
WITH study, the_case, a, concept,
     count(DISTINCT CASE WHEN passage:Excerpt THEN passage.id END) AS excerpts,
     collect(DISTINCT CASE WHEN passage:AuthorMention THEN passage.id END) AS items
WHERE excerpts = 0
RETURN a.id AS cell, the_case.id AS case, the_case.label AS case_label, concept.id AS challenge, concept.label AS challenge_label,
       size(items) AS mentions, items, a.basis_kind AS basis_kind, a.basis AS basis, a.status AS status,
       a.basis_kind AS weakest_step, a.sources AS sources
ORDER BY study.id, the_case.order, concept.order, concept.id

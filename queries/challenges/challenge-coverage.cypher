//+ title: How far each challenge is covered
//+ question: In how many cases is each challenge present, absent or undetermined, and with how many excerpts?
//+ parameters:
//+   study: {type: study, help: "one study; without it, all", example: williams-best-2022}
//+   without_premise: {type: premises, help: "treat each cell whose premises name it as undetermined", example: counts}
//+   status: {type: status, help: "count only cells known at least so well; the others are counted as left out", example: stated}
//+ columns:
//+   challenge: {type: id, meaning: "the challenge"}
//+   challenge_label: {type: text, meaning: "its name"}
//+   present: {type: integer, meaning: "cases in which it is present"}
//+   absent: {type: integer, meaning: "cases in which it is absent"}
//+   undetermined: {type: integer, meaning: "cases in which nothing decides it"}
//+   left_out: {type: integer, meaning: "cases left out by --status; they are neither present nor absent here"}
//+   excerpts: {type: integer, meaning: "excerpts coded to it"}
//+   mentions: {type: integer, meaning: "initiatives that the authors name under it"}
//+   cases_without_excerpt: {type: integer, meaning: "cases without any excerpt under it"}
//+   which_without_excerpt: {type: ids, meaning: "those cases"}
//+   status: {type: status, meaning: "the weakest status of a cell counted as present or absent"}
//+   weakest_step: {type: text, meaning: "the first cell with that status"}
//+   sources: {type: ids, meaning: "the files that state it"}
//+ frameworks: [QUASER]
//+ roles: {sources: sources}
//+ needs: {Assertion: qikg build}
//+ show: [challenge, challenge_label, present, absent, undetermined, left_out, excerpts, mentions, cases_without_excerpt, status]
//+ cannot_tell: >-
//+   Present plus absent plus undetermined plus left out is the number of cases; an undetermined cell counts for neither
//+   side. The printed rows hold four more crosses than are counted as present: where they stand is undetermined.
MATCH (study:Study)-[:EXAMINES]->(the_case:Case)<-[:ABOUT_CASE]-(a:Assertion)-[:ABOUT_CONCEPT]->(concept:Concept)
WHERE $study IS NULL OR study.id = $study
OPTIONAL MATCH (passage:CodedItem)-[:FROM_CASE]->(the_case), (passage)-[:CODED_AS]->(concept)
WITH the_case, a, concept,
     CASE WHEN any(p IN coalesce(a.premises, []) WHERE p IN $without_premise) THEN 'undetermined' ELSE a.value END AS value,
     CASE WHEN any(p IN coalesce(a.premises, []) WHERE p IN $without_premise) THEN 'undetermined' ELSE a.status END AS status,
     count(DISTINCT CASE WHEN passage:Excerpt THEN passage.id END) AS excerpts,
     count(DISTINCT CASE WHEN passage:AuthorMention THEN passage.id END) AS mentions
WITH the_case, a, concept, status, excerpts, mentions, CASE WHEN status IN $statuses THEN value ELSE 'left out' END AS value
ORDER BY the_case.order, the_case.id
WITH concept,
     sum(CASE WHEN value = 'present' THEN 1 ELSE 0 END) AS present,
     sum(CASE WHEN value = 'absent' THEN 1 ELSE 0 END) AS absent,
     sum(CASE WHEN value = 'undetermined' THEN 1 ELSE 0 END) AS undetermined,
     sum(CASE WHEN value = 'left out' THEN 1 ELSE 0 END) AS left_out,
     sum(excerpts) AS excerpts, sum(mentions) AS mentions,
     collect(CASE WHEN excerpts = 0 THEN the_case.id END) AS which_without_excerpt,
     collect(CASE WHEN value IN ['present', 'absent'] AND status = 'inferred' THEN a.id END) AS inferred_cells,
     collect(CASE WHEN value IN ['present', 'absent'] THEN a.id END) AS cells,
     collect(a.sources) AS source_lists
UNWIND source_lists AS source_list
UNWIND source_list AS source
WITH concept, present, absent, undetermined, left_out, excerpts, mentions, which_without_excerpt, inferred_cells, cells,
     source ORDER BY source
WITH concept, present, absent, undetermined, left_out, excerpts, mentions, which_without_excerpt, inferred_cells, cells,
     collect(DISTINCT source) AS sources
RETURN concept.id AS challenge, concept.label AS challenge_label, present, absent, undetermined, left_out,
       excerpts, mentions, size(which_without_excerpt) AS cases_without_excerpt, which_without_excerpt,
       CASE WHEN size(inferred_cells) > 0 THEN 'inferred' WHEN size(cells) > 0 THEN 'stated' ELSE 'undetermined' END AS status,
       CASE WHEN size(inferred_cells) > 0 THEN inferred_cells[0] WHEN size(cells) > 0 THEN cells[0] END AS weakest_step,
       sources
ORDER BY concept.order, concept.id

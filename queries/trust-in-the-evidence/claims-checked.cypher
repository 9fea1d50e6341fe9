//+ title: How the claims of the prose fared
//+ question: Which claims of the text agree with its own tables or with the public record, which do not, and which cannot be tested?
//+ parameters:
//+   study: {type: study, help: "one study; without it, all", example: williams-best-2022}
//+   result: {type: choice, choices: [agrees, disagrees, not_contradicted, untested], help: "one result; without it, all", example: disagrees}
//+ columns:
//+   claim: {type: id, meaning: "the claim"}
//+   section: {type: text, meaning: "section of the text"}
//+   lines: {type: texts, meaning: "lines of the text"}
//+   summary: {type: text, meaning: "what it claims, in our own words"}
//+   quantifier: {type: text, meaning: "how much it claims"}
//+   result: {type: text, meaning: "agrees, disagrees, not_contradicted or untested"}
//+   status: {type: status, meaning: "how the result is known"}
//+   weakest_step: {type: text, meaning: "the step that the status comes from"}
//+   checked_against: {type: text, meaning: "what it was checked against"}
//+   against: {type: ids, meaning: "the things among those that have an id"}
//+   concepts: {type: ids, meaning: "challenges that it speaks of"}
//+   cases: {type: ids, meaning: "cases that it names"}
//+   note: {type: text, meaning: "why"}
//+   sources: {type: ids, meaning: "the files that state it"}
//+ frameworks: [QUASER]
//+ roles: {status: status, sources: sources}
//+ needs: {Claim: qikg build}
//+ show: [claim, section, lines, summary, result, status, checked_against, note]
//+ cannot_tell: >-
//+   Not contradicted is weaker than agrees: nothing at hand speaks against the claim, and nothing settles it. Untested
//+   claims could not be checked with the tables and records at hand.
MATCH (statement:Claim)-[:MADE_IN]->(study:Study)
WHERE ($study IS NULL OR study.id = $study) AND ($result IS NULL OR statement.check_result = $result)
OPTIONAL MATCH (statement)-[:CHECKED_AGAINST]->(against)
WITH study, statement, against ORDER BY against.id
WITH study, statement, collect(DISTINCT against.id) AS against
OPTIONAL MATCH (statement)-[:ABOUT_CONCEPT]->(concept:Concept)
WITH study, statement, against, concept ORDER BY concept.order, concept.id
WITH study, statement, against, collect(DISTINCT concept.id) AS concepts
OPTIONAL MATCH (statement)-[:ABOUT_CASE]->(the_case:Case)
WITH study, statement, against, concepts, the_case ORDER BY the_case.order, the_case.id
WITH study, statement, against, concepts, collect(DISTINCT the_case.id) AS cases
RETURN statement.id AS claim, statement.section AS section, coalesce(statement.lines, []) AS lines, statement.summary AS summary,
       statement.quantifier AS quantifier, statement.check_result AS result, statement.check_status AS status,
       'check of ' + last(split(statement.id, '/')) AS weakest_step, statement.checked_against AS checked_against,
       against, concepts, cases, statement.note AS note, statement.sources AS sources
ORDER BY study.id, statement.order, statement.id

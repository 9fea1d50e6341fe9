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
MATCH (cl:Claim)-[:MADE_IN]->(study:Study)
WHERE ($study IS NULL OR study.id = $study) AND ($result IS NULL OR cl.check_result = $result)
OPTIONAL MATCH (cl)-[:CHECKED_AGAINST]->(against)
WITH study, cl, against ORDER BY against.id
WITH study, cl, collect(DISTINCT against.id) AS against
OPTIONAL MATCH (cl)-[:ABOUT_CONCEPT]->(concept:Concept)
WITH study, cl, against, concept ORDER BY concept.order, concept.id
WITH study, cl, against, collect(DISTINCT concept.id) AS concepts
OPTIONAL MATCH (cl)-[:ABOUT_CASE]->(cs:Case)
WITH study, cl, against, concepts, cs ORDER BY cs.order, cs.id
WITH study, cl, against, concepts, collect(DISTINCT cs.id) AS cases
RETURN cl.id AS claim, cl.section AS section, cl.lines AS lines, cl.summary AS summary,
       cl.quantifier AS quantifier, cl.check_result AS result, cl.check_status AS status,
       'check of ' + last(split(cl.id, '/')) AS weakest_step, cl.checked_against AS checked_against,
       against, concepts, cases, cl.note AS note, cl.sources AS sources
ORDER BY study.id, cl.order, cl.id

//+ title: What is inferred
//+ question: Which statements in the graph were worked out and not read, on what basis, and how sure are they?
//+ parameters:
//+   kind: {type: text, help: "one kind of statement, as in the column kind; without it, all", example: identification}
//+ columns:
//+   kind: {type: text, meaning: "what kind of statement"}
//+   subject: {type: id, meaning: "what it is about"}
//+   statement: {type: text, meaning: "what is inferred"}
//+   basis: {type: text, meaning: "what it rests on; empty where the data give none"}
//+   confidence: {type: number, meaning: "0 to 1, where one is given"}
//+   status: {type: status, meaning: "always inferred"}
//+   weakest_step: {type: text, meaning: "the step that the status comes from"}
//+   sources: {type: ids, meaning: "the files that state it"}
//+ frameworks: []
//+ roles: {status: status, confidence: confidence, sources: sources}
//+ needs: {Assertion: qikg build}
//+ show: [kind, subject, statement, confidence, basis]
//+ cannot_tell: >-
//+   Confidence is the judgement of whoever inferred it, not a probability, and kinds cannot be compared by it. Statements
//+   without a confidence come after those with one. What is undetermined is not here: it was not inferred.
CALL {
  MATCH (s:Case)-[x:IDENTIFIED_AS]->(o) WHERE x.status = 'inferred'
  RETURN 'identification' AS kind, s.id AS subject,
         s.label + ' is ' + coalesce(x.name_at_the_time, o.label, o.id) + ' (' + o.id + ')' AS statement,
         x.basis AS basis, x.confidence AS confidence, x.sources AS sources
  UNION ALL
  MATCH (s:Mapping) WHERE s.status = 'inferred'
  RETURN 'mapping' AS kind, s.id AS subject,
         s.subject_id + ' ' + coalesce(s.predicate_modifier + ' ', '') + s.predicate_id + ' ' + s.object_id + CASE WHEN s.object_id = 'sssom:NoTermFound' THEN ' in ' + coalesce(s.object_source, '?') ELSE '' END AS statement,
         s.basis AS basis, s.confidence AS confidence, s.sources AS sources
  UNION ALL
  MATCH (s:Assertion)-[:ABOUT_CASE]->(c:Case), (s)-[:ABOUT_CONCEPT]->(o:Concept) WHERE s.status = 'inferred'
  RETURN 'finding' AS kind, s.id AS subject,
         c.label + ', ' + o.label + ': ' + s.value AS statement,
         s.basis AS basis, null AS confidence, s.sources AS sources
  UNION ALL
  MATCH (s:Cell)-[:OF_CASE]->(c:Case) WHERE s.status = 'inferred'
  RETURN 'column of a printed date' AS kind, s.id AS subject,
         c.label + ', ' + s.printed + ': column ' + coalesce(replace(s.column, '_', ' '), '?') AS statement,
         s.basis AS basis, null AS confidence, s.sources AS sources
  UNION ALL
  MATCH (s:Cell)-[:OF_CASE]->(c:Case) WHERE s.date_type_status = 'inferred'
  RETURN 'kind of a printed date' AS kind, s.id AS subject,
         c.label + ', ' + s.printed + ': date of ' + s.date_type AS statement,
         null AS basis, null AS confidence, s.sources AS sources
  UNION ALL
  MATCH (s:Claim) WHERE s.check_status = 'inferred'
  RETURN 'check of a claim' AS kind, s.id AS subject,
         s.check_result + ': ' + s.summary AS statement,
         s.note AS basis, null AS confidence, s.sources AS sources
  UNION ALL
  MATCH (s:Inconsistency) WHERE s.status = 'inferred'
  RETURN 'inconsistency' AS kind, s.id AS subject,
         s.summary AS statement,
         s.basis AS basis, null AS confidence, s.sources AS sources
  UNION ALL
  MATCH (s:ResearchQuestion) WHERE s.answer_status = 'inferred'
  RETURN 'answer to a research question' AS kind, s.id AS subject,
         s.answer AS statement,
         null AS basis, null AS confidence, s.sources AS sources
  UNION ALL
  MATCH (s:Case) WHERE s.chapter_order_status = 'inferred'
  RETURN 'order of a chapter' AS kind, s.id AS subject,
         s.label + ' is chapter ' + toString(s.chapter_order) AS statement,
         null AS basis, null AS confidence, s.sources AS sources
  UNION ALL
  MATCH (s:Initiative) WHERE s.public_name_status = 'inferred'
  RETURN 'public name' AS kind, s.id AS subject,
         s.label + ' is ' + s.public_name AS statement,
         s.note AS basis, null AS confidence, s.sources AS sources
  UNION ALL
  MATCH (s:Reference) WHERE s.resolved_status = 'inferred'
  RETURN 'reference' AS kind, s.id AS subject,
         'reference ' + s.number + ' is ' + s.resolved_to AS statement,
         s.named_in_text AS basis, null AS confidence, s.sources AS sources
  UNION ALL
  MATCH (s:Initiative)-[x:USED_IN]->(o:Case) WHERE x.status = 'inferred'
  RETURN 'case of an initiative' AS kind, s.id AS subject,
         s.label + ' in ' + o.label AS statement,
         s.note AS basis, null AS confidence, x.sources AS sources
  UNION ALL
  MATCH (s:Mention)-[x:OF_CASE]->(o:Case) WHERE x.status = 'inferred'
  RETURN 'case of a mention' AS kind, s.id AS subject,
         'in ' + o.label AS statement,
         s.note AS basis, null AS confidence, x.sources AS sources
  UNION ALL
  MATCH (s:CodedItem)-[x:MENTIONS]->(o) WHERE x.status = 'inferred'
  RETURN 'stakeholders of an item' AS kind, s.id AS subject,
         s.label + ': ' + o.label AS statement,
         x.basis AS basis, null AS confidence, x.sources AS sources
  UNION ALL
  MATCH (s:Concept)-[x:HAS_ROLE]->(o:NamedConcept) WHERE x.status = 'inferred'
  RETURN 'role of a concept' AS kind, s.id AS subject,
         s.label + ', ' + o.label + ': ' + x.value AS statement,
         x.note AS basis, null AS confidence, x.sources AS sources
  UNION ALL
  MATCH (s:Rating)-[:RATES]->(o) WHERE s.status = 'inferred' AND NOT coalesce(s.in_register, false)
  RETURN 'rating' AS kind, s.id AS subject,
         coalesce(o.label, o.id) + ': ' + s.value_printed + ' on ' + coalesce(s.date, 'no date') AS statement,
         s.basis AS basis, null AS confidence, s.sources AS sources
  UNION ALL
  MATCH (s:RegulatoryAction)-[:ACTED_ON]->(o) WHERE s.status = 'inferred'
  RETURN 'regulatory action' AS kind, s.id AS subject,
         coalesce(o.label, o.id) + ': ' + replace(s.action, '_', ' ') + ' on ' + coalesce(s.date, 'no date') AS statement,
         s.note AS basis, null AS confidence, s.sources AS sources
  UNION ALL
  MATCH (s)-[x:SUCCEEDED_BY]->(o) WHERE x.status = 'inferred' AND x.legal_date IS NULL
  RETURN 'succession' AS kind, s.id AS subject,
         s.id + ' was succeeded by ' + o.id AS statement,
         x.basis AS basis, null AS confidence, x.sources AS sources
  UNION ALL
  MATCH (s:Organisation|Location)-[x:OF_CASE]->(o:Case) WHERE x.status = 'inferred'
  RETURN 'place of a case' AS kind, s.id AS subject,
         coalesce(s.label, s.id) + ' in the story of ' + o.label AS statement,
         null AS basis, null AS confidence, x.sources AS sources
  UNION ALL
  MATCH (s:Rating|RegulatoryAction)-[x:OF_CASE]->(o:Case) WHERE x.status = 'inferred'
  RETURN 'event of a case' AS kind, s.id AS subject,
         'in the story of ' + o.label AS statement,
         null AS basis, null AS confidence, x.sources AS sources
  UNION ALL
  MATCH (s:Concept|Framework)-[x:AFFECTS]->(o) WHERE x.status = 'inferred'
  RETURN 'effect in a model' AS kind, s.id AS subject,
         s.label + ' ' + replace(x.relation, '_', ' ') + ' ' + o.label AS statement,
         x.basis AS basis, x.certainty AS confidence, x.sources AS sources
}
WITH kind, subject, statement, basis, confidence, sources
WHERE $kind IS NULL OR kind = $kind
RETURN kind, subject, statement, basis, confidence, 'inferred' AS status, kind + ' of ' + subject AS weakest_step, sources
ORDER BY confidence IS NULL, confidence, kind, subject, statement

//+ title: What happened to a trust or hospital
//+ question: Which ratings and regulatory actions did a trust or hospital receive, in order, its predecessors and successors included?
//+ parameters:
//+   place: {type: place, required: true, help: "code of an organisation or location", example: RXR}
//+ columns:
//+   date: {type: date, meaning: "as known: a day, a month or a year"}
//+   place: {type: id, meaning: "whom it concerned"}
//+   place_label: {type: text, meaning: "its name"}
//+   level: {type: text, meaning: "trust or location: a trust's rating does not follow from those of its locations"}
//+   relation: {type: text, meaning: "itself, predecessor, successor (from the day it took over), location of one of these, or, for a location, its trust (from the day it began to run it)"}
//+   event: {type: text, meaning: "rating, action or succession"}
//+   what: {type: text, meaning: "the rating as printed, the action, or the successor"}
//+   question: {type: id, meaning: "key question of a rating"}
//+   service: {type: id, meaning: "service or population group of a rating"}
//+   body: {type: text, meaning: "who acted"}
//+   visits: {type: texts, meaning: "when the inspection behind it visited"}
//+   status: {type: status, meaning: "the weakest of the event and the succession that leads to it"}
//+   weakest_step: {type: text, meaning: "the step that the status comes from"}
//+   note: {type: text, meaning: "what it rests on, or what else is to be known"}
//+   node: {type: id, meaning: "the rating or action"}
//+   sources: {type: ids, meaning: "the files and pages that state it"}
//+ frameworks: []
//+ roles: {status: status, sources: sources}
//+ needs: {Rating: qikg build}
//+ show: [date, place, place_label, level, relation, event, what, body, status]
//+ cannot_tell: >-
//+   Only what is loaded: with the packaged study alone, the history of its eight cases as far as the public record was
//+   read for it. A gap is a gap in the record here, not proof that nothing happened.
OPTIONAL MATCH (organisation:Organisation {id: $place})
OPTIONAL MATCH (location:Location {id: $place})
WITH coalesce(organisation, location) AS start
WHERE start IS NOT NULL
CALL {
  WITH start
  RETURN start AS holder, 'itself' AS relation, null AS taken_over, 'stated' AS path_status
  UNION
  WITH start
  MATCH path = (start)<-[:SUCCEEDED_BY*1..6]-(holder)
  RETURN holder, 'predecessor' AS relation, null AS taken_over,
         CASE WHEN any(s IN relationships(path) WHERE s.legal_date IS NULL AND coalesce(s.status, 'inferred') <> 'stated') THEN 'inferred' ELSE 'stated' END AS path_status
  UNION
  WITH start
  MATCH path = (start)-[:SUCCEEDED_BY*1..6]->(holder)
  RETURN holder, 'successor' AS relation, coalesce(last(relationships(path)).date_earliest, last(relationships(path)).legal_date_earliest) AS taken_over,
         CASE WHEN any(s IN relationships(path) WHERE s.legal_date IS NULL AND coalesce(s.status, 'inferred') <> 'stated') THEN 'inferred' ELSE 'stated' END AS path_status
}
CALL {
  WITH holder, relation, taken_over
  RETURN holder AS subject, relation AS how, taken_over AS from_day
  UNION
  WITH holder, relation, taken_over
  MATCH (holder)-[:OPERATES]->(site:Location)
  RETURN site AS subject, 'location of ' + CASE relation WHEN 'itself' THEN 'it' ELSE 'its ' + relation END AS how,
         taken_over AS from_day
  UNION
  WITH holder, relation, taken_over
  MATCH (holder)<-[operates:OPERATES]-(trust:Organisation)
  RETURN trust AS subject, 'trust of ' + CASE relation WHEN 'itself' THEN 'it' ELSE 'its ' + relation END AS how,
         CASE WHEN operates.since_earliest IS NULL OR taken_over > operates.since_earliest THEN taken_over
              ELSE operates.since_earliest END AS from_day
}
WITH subject, how, from_day, path_status,
     CASE how WHEN 'itself' THEN 1 WHEN 'location of it' THEN 2 WHEN 'trust of it' THEN 2 WHEN 'predecessor' THEN 3
              WHEN 'successor' THEN 4 ELSE 5 END AS nearness
ORDER BY nearness, how
WITH subject, collect({how: how, from_day: from_day, path_status: path_status}) AS ways
WITH subject, ways[0].how AS how, ways[0].from_day AS from_day, ways[0].path_status AS path_status
CALL {
  WITH subject
  MATCH (subject)<-[:RATES]-(r:Rating)
  OPTIONAL MATCH (r)<-[:AWARDED]-(i:Inspection)
  OPTIONAL MATCH (r)-[:STATED_IN]->(page:Source)
  OPTIONAL MATCH (r)-[same:SAME_RATING_AS]-(other:Rating)
  WITH r, i, page, other, same ORDER BY page.id, other.id
  WITH r, i, collect(DISTINCT page.id) AS pages, head(collect('the same rating as ' + other.id + ': ' + same.basis)) AS same
  RETURN r.date AS date, r.date_earliest AS earliest, r.date_latest AS latest, 'rating' AS event, r.value_printed AS what,
         r.question AS question, r.service AS service, 'CQC' AS body, coalesce(i.visit_periods, []) AS visits,
         CASE WHEN r.in_register THEN 'stated' ELSE coalesce(r.status, 'stated') END AS status, coalesce(same, r.basis) AS note, r.id AS node, r.sources AS files, pages
  UNION ALL
  WITH subject
  MATCH (subject)<-[:ACTED_ON]-(a:RegulatoryAction)
  OPTIONAL MATCH (a)-[:FOLLOWED]->(i:Inspection)
  OPTIONAL MATCH (a)-[:STATED_IN]->(page:Source)
  WITH a, i, page ORDER BY page.id
  WITH a, i, collect(DISTINCT page.id) AS pages
  RETURN a.date AS date, a.date_earliest AS earliest, a.date_latest AS latest, 'action' AS event,
         replace(a.action, '_', ' ') AS what, null AS question, null AS service, a.body AS body,
         coalesce(i.visit_periods, []) AS visits, a.status AS status, a.note AS note, a.id AS node, a.sources AS files, pages
  UNION ALL
  WITH subject
  MATCH (subject)-[s:SUCCEEDED_BY]->(next)
  RETURN coalesce(s.date, s.legal_date) AS date, coalesce(s.date_earliest, s.legal_date_earliest) AS earliest,
         coalesce(s.date_latest, s.legal_date_latest) AS latest, 'succession' AS event,
         'succeeded by ' + next.id AS what, null AS question, null AS service, s.body AS body, [] AS visits,
         CASE WHEN s.legal_date IS NOT NULL THEN 'stated' ELSE coalesce(s.status, 'inferred') END AS status, s.basis AS note, null AS node, s.sources AS files, [] AS pages
}
WITH *
WHERE from_day IS NULL OR latest >= from_day
RETURN date, subject.id AS place, coalesce(subject.label, subject.cqc_name, subject.ods_name) AS place_label,
       CASE WHEN subject:Location THEN 'location' ELSE 'trust' END AS level, how AS relation, event, what, question, service,
       body, visits,
       CASE WHEN status = 'undetermined' THEN status WHEN status = 'inferred' OR path_status = 'inferred' THEN 'inferred'
            ELSE 'stated' END AS status,
       CASE WHEN status = 'stated' AND path_status <> 'stated' THEN 'succession' ELSE event END AS weakest_step,
       note, node, files + pages AS sources
ORDER BY latest, earliest, CASE event WHEN 'rating' THEN 1 WHEN 'action' THEN 2 ELSE 3 END, subject.id, node, what

//+ title: One trust or hospital on one page
//+ question: >-
//+   What is known of one trust or hospital, that is its names over time, who went before and after it, its locations and
//+   ratings, what regulators did, and the cases, excerpts and initiatives that are held to be about it?
//+ parameters:
//+   place: {type: place, required: true, help: "code of an organisation or location", example: RXR}
//+ columns:
//+   section: {type: text, meaning: "name, register, succession, location, trust, rating, action, case, excerpt, mention or initiative"}
//+   item: {type: text, meaning: "what it is: a name, a property, predecessor or successor, a location, a trust, a key question, an action, a case, a challenge or an initiative"}
//+   value: {type: text, meaning: "what is said of it: the editions in which a name was seen, who went before or after, the newest overall rating of a location with its date, a rating, who acted, a summary"}
//+   since: {type: date, meaning: "first day, or the day of it, as known; of a case those of the organisation or registration that it is held to be"}
//+   until: {type: date, meaning: "last day, as known"}
//+   of: {type: id, meaning: "the place, case or node that the line is about"}
//+   status: {type: status, meaning: "the weakest step; what comes by way of a case is never better than the identification"}
//+   weakest_step: {type: text, meaning: "the step that the status comes from"}
//+   note: {type: text, meaning: "what it rests on, or what else is to be known"}
//+   sources: {type: ids, meaning: "the files that state it"}
//+ frameworks: [CQC, CQCRATING, QUASER]
//+ roles: {status: status, sources: sources}
//+ needs: {Rating: qikg build}
//+ show: [section, item, value, since, until, of, status, note]
//+ cannot_tell: >-
//+   Only what is loaded. A name stands with the editions in which it was seen: between two of them it may have changed,
//+   and changed back. Legal and operational dates differ; the legal ones say when an organisation ended. Ratings are the
//+   newest that are loaded, of the place itself: a trust's rating does not follow from those of its locations. What
//+   regulators did is of the place itself too: ask trajectory for what befell its predecessors, successors, locations and
//+   trust. Who holds a place now is the last of its successors that is loaded.
OPTIONAL MATCH (organisation:Organisation {id: $place})
OPTIONAL MATCH (location:Location {id: $place})
WITH coalesce(organisation, location) AS here
WHERE here IS NOT NULL
CALL {
  WITH here
  MATCH (here)-[:NAMED]->(n:Name)
  WITH here, n.name AS name, n ORDER BY n.edition, n.id
  WITH here, name, collect(n) AS seen
  RETURN 1 AS place_, 'name' AS section, name AS item, 'seen in ' + reduce(all = '', n IN seen | all + CASE WHEN all = '' THEN '' ELSE ', ' END + n.edition) AS value,
         head([n IN seen WHERE n.name_from IS NOT NULL | n.name_from]) AS since, head([n IN seen WHERE n.name_to IS NOT NULL | n.name_to]) AS until,
         head([n IN seen | n.edition]) AS rank, here.id AS of, 'stated' AS status, 'name' AS weakest_step,
         CASE WHEN any(n IN seen WHERE n.name_from IS NOT NULL OR n.name_to IS NOT NULL) THEN 'the days are stated' ELSE 'the days of the name are not stated' END AS note,
         reduce(all = [], n IN seen | all + [s IN n.sources WHERE NOT s IN all]) AS sources
  UNION ALL
  WITH here
  UNWIND [
    {item: 'legal life in ODS', since: here.legal_start, until: here.legal_end, value: null, status: 'stated'},
    {item: 'operational life in ODS', since: here.operational_start, until: here.operational_end,
     value: CASE here.ods_active WHEN true THEN 'active' WHEN false THEN 'inactive' END, status: 'stated'},
    {item: 'open in the list of trusts', since: here.etr_open, until: here.etr_close, value: null, status: 'stated'},
    {item: 'registration with CQC', since: here.registration_start, until: here.registration_end, value: here.registration, status: 'stated'},
    {item: 'legal life, as a study has it', since: here.valid_from, until: here.valid_to, value: null, status: coalesce(here.status, 'stated')},
    {item: 'registration, as a study has it', since: here.registered_from, until: here.registered_to, value: null, status: coalesce(here.status, 'stated')},
    {item: 'what else a study has', since: null, until: null, value: here.note, status: coalesce(here.status, 'stated')},
    {item: 'kind', since: null, until: null, value: coalesce(here.organisation_type, here.location_type, here.provider_type, here.sector), status: 'stated'},
    {item: 'region', since: null, until: null, value: here.region, status: 'stated'}
  ] AS one
  WITH here, one WHERE one.since IS NOT NULL OR one.until IS NOT NULL OR one.value IS NOT NULL
  RETURN 2 AS place_, 'register' AS section, one.item AS item, one.value AS value, one.since AS since, one.until AS until, one.item AS rank,
         here.id AS of, one.status AS status, 'register' AS weakest_step, null AS note, here.sources AS sources
  UNION ALL
  WITH here
  MATCH path = (here)<-[:SUCCEEDED_BY*1..6]-(before)
  WITH before, path, last(relationships(path)) AS s,
       [x IN relationships(path) | CASE WHEN x.legal_date IS NULL THEN coalesce(x.status, 'inferred') ELSE 'stated' END] AS steps
  RETURN 3 AS place_, 'succession' AS section,
         CASE WHEN length(path) = 1 THEN 'predecessor' ELSE 'predecessor of ' + endNode(s).id END AS item,
         coalesce(before.label, before.cqc_name, before.ods_name, before.id) AS value,
         coalesce(s.date, s.legal_date) AS since, null AS until,
         coalesce(toString(s.date_earliest), toString(s.legal_date_earliest), '9999') + before.id AS rank, before.id AS of,
         CASE WHEN 'undetermined' IN steps THEN 'undetermined' WHEN 'inferred' IN steps THEN 'inferred' ELSE 'stated' END AS status, 'succession' AS weakest_step,
         coalesce(s.basis, s.reason, s.cqc_reason) AS note, s.sources AS sources
  UNION ALL
  WITH here
  MATCH path = (here)-[:SUCCEEDED_BY*1..6]->(next)
  WITH next, path, last(relationships(path)) AS s,
       [x IN relationships(path) | CASE WHEN x.legal_date IS NULL THEN coalesce(x.status, 'inferred') ELSE 'stated' END] AS steps
  OPTIONAL MATCH (next)-[:SUCCEEDED_BY]->(after)
  WITH next, path, s, steps, count(after) AS further
  RETURN 4 AS place_, 'succession' AS section, CASE WHEN further = 0 THEN 'successor, the last that is known' ELSE 'successor' END AS item,
         coalesce(next.label, next.cqc_name, next.ods_name, next.id) AS value, coalesce(s.date, s.legal_date) AS since, null AS until,
         toString(length(path)) + coalesce(toString(s.date_earliest), toString(s.legal_date_earliest), '9999') + next.id AS rank, next.id AS of,
         CASE WHEN 'undetermined' IN steps THEN 'undetermined' WHEN 'inferred' IN steps THEN 'inferred' ELSE 'stated' END AS status,
         'succession' AS weakest_step, coalesce(s.basis, s.reason, s.cqc_reason) AS note, s.sources AS sources
  UNION ALL
  WITH here
  MATCH (here)-[held:OPERATES]->(site:Location)
  WITH site, collect(held) AS held
  WITH site, held, [o IN held WHERE o.since IS NOT NULL OR o.until IS NOT NULL] AS dated
  UNWIND CASE WHEN size(dated) = 0 THEN held ELSE dated END AS o
  OPTIONAL MATCH (site)-[:CURRENT_RATING {key: 'CQC:OVERALL'}]->(r:Rating)
  WITH site, o, r, CASE WHEN r IS NULL OR r.in_register THEN 'stated' ELSE coalesce(r.status, 'stated') END AS rated,
       coalesce(o.status, 'stated') AS run,
       CASE WHEN r.inherited THEN 'rating inherited' + coalesce(' from ' + r.inherited_from, '') ELSE r.basis END AS about
  RETURN 5 AS place_, 'location' AS section, coalesce(site.label, site.cqc_name, site.ods_name, site.id) AS item,
         CASE WHEN r IS NULL THEN null ELSE r.value_printed + ' (' + coalesce(r.date, 'no date') + ')' END AS value, o.since AS since, o.until AS until, site.id AS rank,
         site.id AS of,
         CASE WHEN 'undetermined' IN [run, rated] THEN 'undetermined' WHEN 'inferred' IN [run, rated] THEN 'inferred' ELSE 'stated' END AS status,
         CASE WHEN r IS NULL OR run = 'undetermined' OR (run = 'inferred' AND rated <> 'undetermined') THEN 'location' ELSE 'rating ' + r.id END AS weakest_step,
         CASE WHEN o.basis IS NULL THEN about WHEN about IS NULL THEN o.basis ELSE o.basis + '; ' + about END AS note,
         o.sources + [s IN coalesce(r.sources, []) WHERE NOT s IN o.sources] AS sources
  UNION ALL
  WITH here
  MATCH path = (here)<-[:SUCCEEDED_BY*0..6]-(registered)
  WITH registered, length(path) AS far,
       [x IN relationships(path) | CASE WHEN x.legal_date IS NULL THEN coalesce(x.status, 'inferred') ELSE 'stated' END] AS steps
  MATCH (registered)<-[held:OPERATES]-(trust:Organisation)
  WITH registered, far, steps, trust, collect(held) AS held
  WITH registered, far, steps, trust, held, [o IN held WHERE o.since IS NOT NULL OR o.until IS NOT NULL] AS dated
  UNWIND CASE WHEN size(dated) = 0 THEN held ELSE dated END AS o
  WITH registered, far, trust, o, coalesce(o.status, 'stated') AS run,
       CASE WHEN 'undetermined' IN steps THEN 'undetermined' WHEN 'inferred' IN steps THEN 'inferred' ELSE 'stated' END AS led
  RETURN 6 AS place_, 'trust' AS section, coalesce(trust.label, trust.cqc_name, trust.ods_name, trust.id) AS item,
         CASE WHEN far > 0 THEN 'operated its predecessor ' + registered.id WHEN o.until IS NULL THEN 'operates it' ELSE 'operated it' END AS value,
         o.since AS since, o.until AS until, toString(far) + trust.id AS rank, trust.id AS of,
         CASE WHEN 'undetermined' IN [run, led] THEN 'undetermined' WHEN 'inferred' IN [run, led] THEN 'inferred' ELSE 'stated' END AS status,
         CASE WHEN led = 'stated' OR (led = 'inferred' AND run = 'undetermined') THEN 'trust' ELSE 'succession' END AS weakest_step,
         o.basis AS note, o.sources AS sources
  UNION ALL
  WITH here
  MATCH (here)-[c:CURRENT_RATING]->(r:Rating)
  OPTIONAL MATCH (asked:KeyQuestion {id: r.question})
  RETURN 7 AS place_, 'rating' AS section, coalesce(asked.label, r.question) AS item, r.value_printed AS value, r.date AS since, null AS until,
         toString(100 + coalesce(asked.order, 99)) + r.id AS rank, r.id AS of,
         CASE WHEN r.in_register THEN 'stated' ELSE coalesce(r.status, 'stated') END AS status, 'rating ' + r.id AS weakest_step,
         CASE WHEN r.inherited THEN 'inherited' + coalesce(' from ' + r.inherited_from, '') ELSE r.basis END AS note, r.sources AS sources
  UNION ALL
  WITH here
  MATCH (here)<-[:ACTED_ON]-(a:RegulatoryAction)
  RETURN 8 AS place_, 'action' AS section, replace(a.action, '_', ' ') AS item, a.body AS value, a.date AS since, null AS until,
         coalesce(toString(a.date_latest) + toString(a.date_earliest), '9999') + a.id AS rank, a.id AS of, a.status AS status, 'action' AS weakest_step, a.note AS note, a.sources AS sources
  UNION ALL
  WITH here
  MATCH (here)<-[held:IDENTIFIED_AS]-(c:Case)
  RETURN 9 AS place_, 'case' AS section, c.label AS item, 'held to be this place' + coalesce('; confidence ' + toString(held.confidence), '') AS value,
         held.since AS since, held.until AS until, c.id AS rank, c.id AS of, held.status AS status, 'identification of ' + c.label AS weakest_step,
         held.basis AS note, held.sources AS sources
  UNION ALL
  WITH here
  MATCH (here)<-[held:IDENTIFIED_AS]-(c:Case)<-[:FROM_CASE]-(passage:CodedItem)-[coded:CODED_AS]->(k:Concept)
  RETURN CASE WHEN passage:Excerpt THEN 10 ELSE 11 END AS place_, CASE WHEN passage:Excerpt THEN 'excerpt' ELSE 'mention' END AS section, k.label AS item, passage.summary AS value,
         null AS since, null AS until, toString(100 + coalesce(k.order, 99)) + k.id + passage.id AS rank, passage.id AS of,
         CASE WHEN 'undetermined' IN [held.status, coded.status] THEN 'undetermined' WHEN 'inferred' IN [held.status, coded.status] THEN 'inferred' ELSE 'stated' END AS status,
         CASE WHEN held.status = 'stated' OR (held.status = 'inferred' AND coded.status = 'undetermined') THEN 'coding of ' + passage.label ELSE 'identification of ' + c.label END AS weakest_step,
         passage.voice AS note, held.sources + [s IN passage.sources WHERE NOT s IN held.sources] AS sources
  UNION ALL
  WITH here
  MATCH (here)<-[held:IDENTIFIED_AS]-(c:Case)<-[used:USED_IN]-(i:Initiative)
  RETURN 12 AS place_, 'initiative' AS section, i.label AS item, 'used in ' + c.label AS value, null AS since, null AS until, i.id AS rank,
         i.id AS of,
         CASE WHEN 'undetermined' IN [held.status, used.status] THEN 'undetermined' WHEN 'inferred' IN [held.status, used.status] THEN 'inferred' ELSE 'stated' END AS status,
         CASE WHEN held.status = 'stated' OR (held.status = 'inferred' AND used.status = 'undetermined') THEN 'use in ' + c.label ELSE 'identification of ' + c.label END AS weakest_step,
         i.note AS note, held.sources + [s IN used.sources WHERE NOT s IN held.sources] AS sources
}
RETURN section, item, value, since, until, of, status, weakest_step, note, sources
ORDER BY place_, rank, item, value, since, of

//+ title: How ratings are spread
//+ question: How many places hold each rating now, by key question, service, region or year?
//+ parameters:
//+   question: {type: concept, labels: [KeyQuestion], help: "one key question; without it, all", example: "CQC:WELL_LED"}
//+   service: {type: concept, labels: [ServiceGroup], help: "one service or population group; without it, places as a whole", example: "CQCSERVICE:MATERNITY"}
//+   level: {type: choice, choices: [location, trust], help: "locations, or organisations; without it, locations", example: trust}
//+   by: {type: choice, choices: [region, year], help: "also by the region of the location, or by the year of the rating", example: region}
//+   region: {type: text, help: "only locations of this region, as the register has it", example: London}
//+   year: {type: integer, help: "only ratings of this year", example: "2019"}
//+ columns:
//+   question: {type: id, meaning: "key question"}
//+   group: {type: text, meaning: "the region or year, where asked for by one; empty where the register gives none, or not asked for"}
//+   value: {type: id, meaning: "the rating"}
//+   value_label: {type: text, meaning: "its name"}
//+   places: {type: integer, meaning: "places that hold it now; of two contradicting ratings of one day, each counts"}
//+   share: {type: number, meaning: "of all places with a rating for that question and group, 0 to 1"}
//+   rated: {type: integer, meaning: "all places with a rating for that question and group; one that holds two contradicting ratings counts twice"}
//+   status: {type: status, meaning: "stated where each of their ratings is, by a register or another source; else inferred"}
//+   weakest_step: {type: text, meaning: "the step that the status comes from"}
//+   sources: {type: ids, meaning: "the files that state their ratings"}
//+ frameworks: [CQC, CQCRATING, CQCSERVICE]
//+ roles: {status: status, sources: sources}
//+ needs: {Rating: qikg build}
//+ show: [question, group, value_label, places, share, rated, status]
//+ cannot_tell: >-
//+   Ratings of whole places, unless a service is asked for; of locations, unless the level is. A place that has ended
//+   is not counted, nor what a register has later called an error, if that is not in its file. A place that was never
//+   rated is not counted; "not rated" and "not applicable" are values of their own, and where they have no date they
//+   hold if the newest edition that knows the place has them. With the packaged study alone the places are the few of
//+   its cases.
// Grouped inside each branch: half a million rows through a subquery cost the embedded engine more than the rest.
CALL {
  WITH $service AS service WHERE service IS NULL
  MATCH (rated:Organisation|Location)-[:CURRENT_RATING]->(r)
  WHERE ($question IS NULL OR r.question = $question)
    AND CASE WHEN coalesce($level, 'location') = 'location' THEN rated:Location ELSE rated:Organisation END
    AND coalesce(rated.registered_to, rated.registration_end_latest, rated.valid_to, rated.legal_end) IS NULL
    AND ($region IS NULL OR rated.region = $region) AND ($year IS NULL OR r.date_latest.year = $year)
  RETURN r.question AS question,
         CASE $by WHEN 'region' THEN coalesce(rated.region, '') WHEN 'year' THEN toString(r.date_latest.year) ELSE '' END AS group_,
         r.value AS value, CASE WHEN coalesce(r.in_register, false) OR r.status = 'stated' THEN 1 ELSE 0 END AS stated,
         r.sources AS files, count(*) AS places
  UNION ALL
  WITH $service AS service WHERE service IS NOT NULL
  MATCH (one:Rating {service: service})-[:RATES]->(rated)
  WHERE one.date IS NOT NULL AND one.quality_statement IS NULL
  WITH rated, one.question AS question, max(one.date_latest) AS newest, collect(one) AS every
  UNWIND [x IN every WHERE x.date_latest = newest] AS r
  WITH rated, r
  WHERE ($question IS NULL OR r.question = $question)
    AND CASE WHEN coalesce($level, 'location') = 'location' THEN rated:Location ELSE rated:Organisation END
    AND coalesce(rated.registered_to, rated.registration_end_latest, rated.valid_to, rated.legal_end) IS NULL
    AND ($region IS NULL OR rated.region = $region) AND ($year IS NULL OR r.date_latest.year = $year)
  RETURN r.question AS question,
         CASE $by WHEN 'region' THEN coalesce(rated.region, '') WHEN 'year' THEN toString(r.date_latest.year) ELSE '' END AS group_,
         r.value AS value, CASE WHEN coalesce(r.in_register, false) OR r.status = 'stated' THEN 1 ELSE 0 END AS stated,
         r.sources AS files, count(*) AS places
}
WITH question, group_, value, sum(places) AS places, min(stated) AS all_stated, collect(files) AS files
WITH question, group_, collect({value: value, places: places, all_stated: all_stated, files: files}) AS values,
     sum(places) AS rated
UNWIND values AS one
OPTIONAL MATCH (concept:RatingValue {id: one.value})
OPTIONAL MATCH (asked:KeyQuestion {id: question})
RETURN question, CASE WHEN group_ <> '' THEN group_ END AS group,
       one.value AS value, coalesce(concept.label, one.value) AS value_label, one.places AS places,
       round(1000.0 * one.places / rated) / 1000 AS share, rated,
       CASE WHEN one.all_stated = 1 THEN 'stated' ELSE 'inferred' END AS status,
       CASE WHEN one.all_stated = 1 THEN 'ratings as stated' ELSE 'a rating that is inferred' END AS weakest_step,
       reduce(all = [], some IN one.files | all + [s IN some WHERE NOT s IN all]) AS sources
ORDER BY coalesce(asked.order, 99), question, group, coalesce(concept.order, 99), value

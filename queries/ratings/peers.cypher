//+ title: One place beside its kind
//+ question: How is a place rated beside all places of its kind, on a day?
//+ parameters:
//+   place: {type: place, required: true, help: code of an organisation or location, example: RXR}
//+   question: {type: concept, labels: [KeyQuestion], help: "key question; without it, Overall", example: "CQC:WELL_LED"}
//+   date: {type: date, help: "the day; without it, what is newest", example: "2019-12-31"}
//+ columns:
//+   kind: {type: text, meaning: "what the peers have in common with the place: inspection category of a location; for an organisation that it is an NHS trust, else its type"}
//+   value: {type: id, meaning: "a rating"}
//+   value_label: {type: text, meaning: "its name"}
//+   peers: {type: integer, meaning: "places of the kind that held it on that day, this one included"}
//+   share: {type: number, meaning: "of the places of the kind that held a rating, 0 to 1"}
//+   here: {type: boolean, meaning: "whether this place held it"}
//+   date: {type: date, meaning: "date of this place's rating"}
//+   status: {type: status, meaning: "how this place's rating is known; of the other rows, stated where each of their ratings is; else inferred"}
//+   weakest_step: {type: text, meaning: "the step that the status comes from"}
//+   sources: {type: ids, meaning: "the files that state this place's rating"}
//+ frameworks: [CQC, CQCRATING]
//+ roles: {status: status, sources: sources}
//+ needs: {Rating: qikg build}
//+ show: [kind, value_label, peers, share, here, date, status]
//+ cannot_tell: >-
//+   Whether the kinds are alike in what matters. Where the register gives no kind, all organisations, or all locations,
//+   are the peers. Left out are ratings without a date, and, but for the place itself, what had ended by that day (by
//+   now, where no day is given). A "latest ratings" file holds no earlier ratings: for a day in the past the peers are
//+   those whose newest rating is older than that day, unless earlier editions are loaded too.
OPTIONAL MATCH (organisation:Organisation {id: $place})
OPTIONAL MATCH (location:Location {id: $place})
WITH coalesce(organisation, location) AS here
// CQC's ratings do not say who is a trust; but trusts, and no others, stand there under their ODS code.
WITH here, CASE WHEN here:Location THEN 'location' ELSE 'organisation' END AS level,
     CASE WHEN here:Location THEN here.category WHEN here:Trust OR NOT here.id STARTS WITH '1-' THEN 'NHS trust'
          ELSE here.provider_type END AS kind
MATCH (r:Rating {question: coalesce($question, 'CQC:OVERALL'), service: 'CQCSERVICE:OVERALL'})-[:RATES]->(peer)
WHERE r.date IS NOT NULL AND ($date IS NULL OR r.date_latest <= $date)
WITH here, kind, level, r, peer, CASE WHEN peer:Location THEN 'location' ELSE 'organisation' END AS peer_level,
     CASE WHEN peer:Location THEN peer.category WHEN peer:Trust OR NOT peer.id STARTS WITH '1-' THEN 'NHS trust'
          ELSE peer.provider_type END AS peer_kind,
     coalesce(peer.registered_to_latest, peer.registration_end_latest, peer.valid_to_latest, peer.legal_end_latest) AS ended
WHERE peer_level = level AND (kind IS NULL OR peer_kind = kind)
  AND (ended IS NULL OR ended >= $date OR peer.id = here.id)
WITH here, kind, level, peer, max(r.date_latest) AS newest, collect(r) AS every
UNWIND [r IN every WHERE r.date_latest = newest] AS r
WITH here, kind, level, peer, r ORDER BY r.id
WITH here, kind, level, r.value AS value, collect(DISTINCT peer.id) AS peers,
     head(collect(CASE WHEN peer.id = here.id THEN r END)) AS own,
     min(CASE WHEN coalesce(r.in_register, false) OR r.status = 'stated' THEN 1 ELSE 0 END) AS all_stated
WITH here, kind, level, collect({value: value, peers: size(peers), own: own, all_stated: all_stated}) AS rows_,
     sum(size(peers)) AS rated
UNWIND rows_ AS one
WITH kind, level, rated, one, one.own AS own
OPTIONAL MATCH (concept:RatingValue {id: one.value})
RETURN coalesce(kind, 'all ' + level + 's') AS kind, one.value AS value, coalesce(concept.label, one.value) AS value_label,
       one.peers AS peers, round(1000.0 * one.peers / rated) / 1000 AS share, own IS NOT NULL AS here, own.date AS date,
       CASE WHEN own IS NOT NULL THEN CASE WHEN own.in_register THEN 'stated' ELSE coalesce(own.status, 'stated') END
            WHEN one.all_stated = 1 THEN 'stated' ELSE 'inferred' END AS status,
       CASE WHEN own IS NOT NULL THEN 'rating ' + own.id ELSE 'ratings of the peers' END AS weakest_step,
       coalesce(own.sources, []) AS sources
ORDER BY coalesce(concept.order, 99), value

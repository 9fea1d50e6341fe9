//+ title: Where a node comes from
//+ question: Which files, editions and pages state a node, under which licence, where in them, and by which load did it come?
//+ parameters:
//+   node: {type: node, required: true, help: "a node as Kind:id, by its id alone, or by its address", example: "Case:williams-best-2022/case-4"}
//+ columns:
//+   kind: {type: text, meaning: "what kind of node; an id may be that of several kinds, and then all are here"}
//+   node: {type: id, meaning: "its id"}
//+   name: {type: text, meaning: "its name, or what it says"}
//+   node_status: {type: status, meaning: "how the node's statement is known, where it makes one; not how its source is known"}
//+   how: {type: text, meaning: "file: it was read from it; found in: a file says that it is found in it; printed in: it stands in that text; taken from: the publication or list that a concept or framework is of; or no source is named"}
//+   source: {type: id, meaning: "the source, or the text"}
//+   title: {type: text, meaning: "what that is called"}
//+   publisher: {type: text, meaning: "who publishes it"}
//+   as_of: {type: text, meaning: "its edition, or the date shown on it"}
//+   licence: {type: text, meaning: "its licence, and the line to print with it; empty where it is not known"}
//+   url: {type: text, meaning: "where it was seen"}
//+   place: {type: text, meaning: "where in it: lines of a text, or the row of the file that says so"}
//+   note: {type: text, meaning: "how name and place in a publication were seen, and whether its DOI was written from memory"}
//+   span: {type: id, meaning: "the anchored place in the text"}
//+   sha256: {type: text, meaning: "SHA-256 of the file that was read, or of the text"}
//+   rows: {type: integer, meaning: "rows read from the file"}
//+   loads: {type: ids, meaning: "the loads that read it"}
//+   loaders: {type: texts, meaning: "what read it"}
//+   versions: {type: texts, meaning: "versions of the ontology that it was read for"}
//+   status: {type: status, meaning: "how it is known that it comes from there: what is inferred is not printed in the page that it was inferred from, and a DOI from memory is no better than inferred"}
//+   weakest_step: {type: text, meaning: "the step that the status comes from"}
//+   sources: {type: ids, meaning: "the files that say so"}
//+ frameworks: []
//+ roles: {status: status, span: span, sources: sources}
//+ needs: {Source: qikg build}
//+ show: [kind, how, source, title, as_of, place, licence, status]
//+ cannot_tell: >-
//+   Whether a source is right. The answer is about the node, and not about what joins it to others: who says that a case is
//+   a trust, or that an item was coded so, stands in the answers that use it. A file that comes with qikg
//+   is a reading of the pages that it names: qikg read the file, and not the pages. A node may have more sources than are
//+   loaded. A load has no clock time.
CALL {
  MATCH (n:Framework {id: $node}) WHERE 'Framework' IN $kinds RETURN n, 'Framework' AS kind
  UNION ALL
  MATCH (n:Concept {id: $node}) WHERE 'Concept' IN $kinds RETURN n, 'Concept' AS kind
  UNION ALL
  MATCH (n:Outcome {id: $node}) WHERE 'Outcome' IN $kinds RETURN n, 'Outcome' AS kind
  UNION ALL
  MATCH (n:MappingSet {id: $node}) WHERE 'MappingSet' IN $kinds RETURN n, 'MappingSet' AS kind
  UNION ALL
  MATCH (n:Mapping {id: $node}) WHERE 'Mapping' IN $kinds RETURN n, 'Mapping' AS kind
  UNION ALL
  MATCH (n:Study {id: $node}) WHERE 'Study' IN $kinds RETURN n, 'Study' AS kind
  UNION ALL
  MATCH (n:Document {id: $node}) WHERE 'Document' IN $kinds RETURN n, 'Document' AS kind
  UNION ALL
  MATCH (n:Span {id: $node}) WHERE 'Span' IN $kinds RETURN n, 'Span' AS kind
  UNION ALL
  MATCH (n:Case {id: $node}) WHERE 'Case' IN $kinds RETURN n, 'Case' AS kind
  UNION ALL
  MATCH (n:Cell {id: $node}) WHERE 'Cell' IN $kinds RETURN n, 'Cell' AS kind
  UNION ALL
  MATCH (n:CodedItem {id: $node}) WHERE 'CodedItem' IN $kinds RETURN n, 'CodedItem' AS kind
  UNION ALL
  MATCH (n:Mention {id: $node}) WHERE 'Mention' IN $kinds RETURN n, 'Mention' AS kind
  UNION ALL
  MATCH (n:Assertion {id: $node}) WHERE 'Assertion' IN $kinds RETURN n, 'Assertion' AS kind
  UNION ALL
  MATCH (n:CandidateGrid {id: $node}) WHERE 'CandidateGrid' IN $kinds RETURN n, 'CandidateGrid' AS kind
  UNION ALL
  MATCH (n:Claim {id: $node}) WHERE 'Claim' IN $kinds RETURN n, 'Claim' AS kind
  UNION ALL
  MATCH (n:Inconsistency {id: $node}) WHERE 'Inconsistency' IN $kinds RETURN n, 'Inconsistency' AS kind
  UNION ALL
  MATCH (n:ResearchQuestion {id: $node}) WHERE 'ResearchQuestion' IN $kinds RETURN n, 'ResearchQuestion' AS kind
  UNION ALL
  MATCH (n:Theme {id: $node}) WHERE 'Theme' IN $kinds RETURN n, 'Theme' AS kind
  UNION ALL
  MATCH (n:NamedFramework {id: $node}) WHERE 'NamedFramework' IN $kinds RETURN n, 'NamedFramework' AS kind
  UNION ALL
  MATCH (n:NamedConcept {id: $node}) WHERE 'NamedConcept' IN $kinds RETURN n, 'NamedConcept' AS kind
  UNION ALL
  MATCH (n:Reference {id: $node}) WHERE 'Reference' IN $kinds RETURN n, 'Reference' AS kind
  UNION ALL
  MATCH (n:Initiative {id: $node}) WHERE 'Initiative' IN $kinds RETURN n, 'Initiative' AS kind
  UNION ALL
  MATCH (n:StakeholderGroup {id: $node}) WHERE 'StakeholderGroup' IN $kinds RETURN n, 'StakeholderGroup' AS kind
  UNION ALL
  MATCH (n:Organisation {id: $node}) WHERE 'Organisation' IN $kinds RETURN n, 'Organisation' AS kind
  UNION ALL
  MATCH (n:Location {id: $node}) WHERE 'Location' IN $kinds RETURN n, 'Location' AS kind
  UNION ALL
  MATCH (n:Name {id: $node}) WHERE 'Name' IN $kinds RETURN n, 'Name' AS kind
  UNION ALL
  MATCH (n:Inspection {id: $node}) WHERE 'Inspection' IN $kinds RETURN n, 'Inspection' AS kind
  UNION ALL
  MATCH (n:Rating {id: $node}) WHERE 'Rating' IN $kinds RETURN n, 'Rating' AS kind
  UNION ALL
  MATCH (n:RegulatoryAction {id: $node}) WHERE 'RegulatoryAction' IN $kinds RETURN n, 'RegulatoryAction' AS kind
  UNION ALL
  MATCH (n:Source {id: $node}) WHERE 'Source' IN $kinds RETURN n, 'Source' AS kind
  UNION ALL
  MATCH (n:Load {id: $node}) WHERE 'Load' IN $kinds RETURN n, 'Load' AS kind
  UNION ALL
  MATCH (n:Ontology {id: $node}) WHERE 'Ontology' IN $kinds RETURN n, 'Ontology' AS kind
}
CALL {
  WITH n
  UNWIND coalesce(n.sources, []) AS file
  OPTIONAL MATCH (s:Source {id: file})
  OPTIONAL MATCH (l:Load)-[:LOADED]->(s)
  WITH file, s, l ORDER BY l.version, l.id
  WITH file, s, collect(l.id) AS loads, collect(DISTINCT l.loader) AS loaders, collect(DISTINCT l.version) AS versions
  RETURN 1 AS rank, 'file' AS how, file AS source, s.title AS title, s.publisher AS publisher,
         coalesce(s.edition, toString(s.date)) AS as_of, s.licence AS licence, s.url AS url, null AS place, null AS note, 0 AS start, null AS span,
         s.sha256 AS sha256, s.rows AS rows, loads, loaders, versions, [file] AS sources
  UNION ALL
  WITH n
  MATCH (n)-[found:STATED_IN]->(s:Source)
  OPTIONAL MATCH (l:Load)-[:LOADED]->(s)
  WITH found, s, l ORDER BY l.version, l.id
  WITH found, s, collect(l.id) AS loads, collect(DISTINCT l.loader) AS loaders, collect(DISTINCT l.version) AS versions
  RETURN 2 AS rank, 'found in' AS how, s.id AS source, s.title AS title, s.publisher AS publisher,
         coalesce(s.edition, toString(s.date)) AS as_of, s.licence AS licence, s.url AS url, found.locator AS place, null AS note, 0 AS start, null AS span,
         s.sha256 AS sha256, s.rows AS rows, loads, loaders, versions, found.sources AS sources
  UNION ALL
  WITH n
  MATCH (n)-[printed:PRINTED_AT]->(spot:Span)-[:IN_DOCUMENT]->(text:Document)-[:TEXT_OF]->(study:Study)
  RETURN 3 AS rank, 'printed in' AS how, text.id AS source, study.title AS title, study.journal AS publisher,
         coalesce(toString(study.published), toString(study.year)) AS as_of, study.licence AS licence, study.url AS url,
         CASE WHEN spot.line_end = spot.line_start THEN 'line ' + toString(spot.line_start) ELSE 'lines ' + toString(spot.line_start) + '-' + toString(spot.line_end) END AS place,
         null AS note, spot.start AS start, spot.id AS span, text.sha256 AS sha256, null AS rows,
         [] AS loads, [] AS loaders, [] AS versions, printed.sources AS sources
  UNION ALL
  WITH n
  MATCH (n) WHERE n.source_doi IS NOT NULL OR n.source_address IS NOT NULL
  OPTIONAL MATCH (n)-[:IN_FRAMEWORK]->(list:Framework)
  RETURN 4 AS rank, 'taken from' AS how, n.source_doi AS source, coalesce(list.label, n.label) AS title, null AS publisher,
         toString(coalesce(list.year, n.year)) AS as_of, coalesce(list.licence, n.licence) AS licence, n.source_address AS url,
         null AS place,
         CASE WHEN coalesce(list.doi, n.doi) = n.source_doi AND coalesce(list.doi_status, n.doi_status) = 'from memory'
              THEN 'DOI from memory; ' ELSE '' END + coalesce(n.how_seen, '') AS note, 0 AS start, null AS span, null AS sha256, null AS rows,
         [] AS loads, [] AS loaders, [] AS versions, n.sources AS sources
  UNION ALL
  WITH n
  MATCH (n) WHERE size(coalesce(n.sources, [])) = 0
  RETURN 5 AS rank, 'no source is named' AS how, null AS source, null AS title, null AS publisher, null AS as_of,
         null AS licence, null AS url, null AS place, null AS note, 0 AS start, null AS span, null AS sha256, null AS rows,
         [] AS loads, [] AS loaders, [] AS versions, [] AS sources
}
WITH n, kind, CASE WHEN n.in_register THEN 'stated' ELSE n.status END AS node_status, how, source, title, publisher, as_of, licence, url,
     place, note, span, sha256, rows, loads, loaders, versions, sources, rank, start,
     how = 'taken from' AND note STARTS WITH 'DOI from memory' AS from_memory
RETURN kind, n.id AS node, coalesce(n.label, n.title, n.name, n.cqc_name, n.ods_name, n.summary, n.printed) AS name, node_status,
       how, source, title, publisher, as_of, licence, url, place, note, span, sha256, rows, loads, loaders, versions,
       CASE WHEN how = 'no source is named' THEN 'undetermined' WHEN from_memory THEN 'inferred'
            WHEN how = 'found in' THEN coalesce(node_status, 'stated') ELSE 'stated' END AS status,
       CASE WHEN how = 'no source is named' THEN how WHEN from_memory THEN 'DOI from memory'
            WHEN how = 'found in' AND node_status <> 'stated' THEN kind + ' ' + n.id
            WHEN how = 'printed in' THEN 'span ' + span ELSE 'file ' + sources[0] END AS weakest_step, sources
ORDER BY kind, rank, start, source

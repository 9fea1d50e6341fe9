//+ title: What is loaded
//+ question: Which files were read, which pages and publications do they name, from where, and as of when?
//+ parameters:
//+   kind: {type: choice, choices: [read, cited, listed, own], help: "one kind of source, as in the column kind; without it, all", example: read}
//+ columns:
//+   source: {type: id, meaning: "the source"}
//+   title: {type: text, meaning: "what it is called"}
//+   publisher: {type: text, meaning: "who publishes it"}
//+   kind: {type: text, meaning: "read: a file that was loaded; cited: not loaded, but statements are said to be found in it; listed: a file names it, and no statement points at it; own: qikg's ontology"}
//+   as_of: {type: text, meaning: "its edition, or the date shown on it; empty where neither is known"}
//+   edition: {type: text, meaning: "edition, as its publisher or file gives it"}
//+   date: {type: date, meaning: "the date shown on it"}
//+   rows: {type: integer, meaning: "rows that were read from it"}
//+   refused: {type: integer, meaning: "rows that were read and not taken; empty where the load does not say"}
//+   complete: {type: boolean, meaning: "yes where the load of a register said at its end that all was written; empty where a load says nothing of it"}
//+   cited_by: {type: integer, meaning: "things that are said to be found in it"}
//+   licence: {type: text, meaning: "its licence, and the line to print with it; empty where it is not known"}
//+   url: {type: text, meaning: "where it was seen"}
//+   sha256: {type: text, meaning: "SHA-256 of the file that was read"}
//+   packaged: {type: boolean, meaning: "whether it comes with qikg"}
//+   loads: {type: ids, meaning: "the loads that read it"}
//+   loaders: {type: texts, meaning: "what read it"}
//+   versions: {type: texts, meaning: "versions of the ontology that it was read for"}
//+   status: {type: status, meaning: "how it is known that it was read, or is named: always stated"}
//+   weakest_step: {type: text, meaning: "the load that read it, or the file that names it"}
//+   sources: {type: ids, meaning: "the files that name it, itself among them where it was read"}
//+ frameworks: []
//+ roles: {status: status, sources: sources}
//+ needs: {Source: qikg build}
//+ show: [source, title, publisher, kind, as_of, rows, refused, cited_by]
//+ cannot_tell: >-
//+   When a file was read: a load has no clock time, so that the same files give the same graph. As of is what a source
//+   says of itself, and not the day on which it was seen. A source that is cited or listed was not read by qikg: whoever
//+   made the file that names it did. Notes and bases may name an address in their words, which is not counted here.
//+   A register whose load was broken off has no yes under complete; what comes with qikg, and a study, is written whole
//+   or not at all. Where one node comes from, ask provenance.
MATCH (s:Source)
OPTIONAL MATCH (l:Load)-[:LOADED]->(s)
WITH s, l ORDER BY l.version, l.id
WITH s, collect(l.id) AS loads, collect(DISTINCT l.loader) AS loaders, collect(DISTINCT l.version) AS versions,
     collect(l.complete) AS ends, max(l.refused) AS refused
OPTIONAL MATCH (found)-[:STATED_IN]->(s)
WITH s, loads, loaders, versions, ends, refused, count(DISTINCT found) AS cited_by
WITH s, loads, loaders, versions, ends, refused, cited_by,
     CASE WHEN size(loads) > 0 THEN 'read' WHEN cited_by > 0 THEN 'cited' WHEN coalesce(s.packaged, false) THEN 'own' ELSE 'listed' END AS kind
WHERE $kind IS NULL OR kind = $kind
RETURN s.id AS source, s.title AS title, s.publisher AS publisher, kind, coalesce(s.edition, toString(s.date)) AS as_of,
       s.edition AS edition, s.date AS date, s.rows AS rows, refused,
       CASE WHEN true IN ends THEN true WHEN false IN ends THEN false END AS complete,
       cited_by, s.licence AS licence, s.url AS url, s.sha256 AS sha256, coalesce(s.packaged, false) AS packaged,
       loads, loaders, versions, 'stated' AS status,
       CASE WHEN size(loads) > 0 THEN 'load ' + loads[0] ELSE 'named in ' + coalesce(s.sources[0], '?') END AS weakest_step,
       coalesce(s.sources, []) AS sources
ORDER BY CASE kind WHEN 'read' THEN 1 WHEN 'own' THEN 2 WHEN 'cited' THEN 3 ELSE 4 END, s.id

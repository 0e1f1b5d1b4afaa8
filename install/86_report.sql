-- The report for those who sign a migration off. Everything that it says is collected as JSON, and written as text or as a page
-- of HTML from that; what is not in the JSON is in neither.

CREATE FUNCTION sqlite_mig_internal._report_tables(plan sqlite_mig.migration) RETURNS jsonb
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce(jsonb_agg(jsonb_build_object('source', t.source_name, 'target', format('%I.%I', (plan).target_schema, t.target_name), 'rows', j.rows, 'bytes', pg_total_relation_size(r.relation),
			'seconds', round(j.seconds, 3), 'rows_per_second', round(j.rows / greatest(j.seconds, 0.001)), 'verified', v.ok) ORDER BY t.load_order), '[]')
	FROM sqlite_mig.plan_table AS t, LATERAL (SELECT to_regclass(format('%I.%I', (plan).target_schema, t.target_name)) AS relation) AS r,
		LATERAL (SELECT sum(j.rows)::bigint AS rows, sum(j.seconds) AS seconds FROM sqlite_mig.journal AS j WHERE j.migration = t.migration AND j.run = (plan).run AND j.table_name = t.source_name AND j.object_kind IN ('copy', 'range')) AS j,
		LATERAL (SELECT bool_and(v.ok) AS ok FROM sqlite_mig.last_verification AS v WHERE v.migration = t.migration AND v.table_name = t.source_name) AS v
	WHERE t.migration = (plan).migration AND t.include;
END;
COMMENT ON FUNCTION sqlite_mig_internal._report_tables(sqlite_mig.migration) IS 'internal: tables of a report';

/* What undoes the run, when it made its tables itself; NULL when it loaded into tables that were there. */
CREATE FUNCTION sqlite_mig_internal._report_undo(plan sqlite_mig.migration) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT CASE WHEN (plan).state <> 'migrated' OR NOT bool_or(j.object_kind = 'table') THEN NULL
		ELSE concat_ws(E'\n', 'BEGIN;', 'DROP VIEW IF EXISTS ' || string_agg(j.object_name, ', ' ORDER BY j.step) FILTER (WHERE j.object_kind = 'view') || ';',
			'DROP TABLE IF EXISTS ' || string_agg(j.object_name, ', ' ORDER BY j.step) FILTER (WHERE j.object_kind = 'table') || ';',
			'DROP FUNCTION IF EXISTS ' || string_agg(j.object_name || '()', ', ' ORDER BY j.step) FILTER (WHERE j.object_kind = 'trigger') || ';',
			'DROP SCHEMA ' || string_agg(quote_ident(j.object_name), ', ') FILTER (WHERE j.object_kind = 'schema') || ';',
			format('DELETE FROM sqlite_mig.migration WHERE migration = %L;', (plan).migration), 'COMMIT;') END
	FROM sqlite_mig.journal AS j WHERE j.migration = (plan).migration AND j.run = (plan).run AND j.error IS NULL AND j.seconds IS NOT NULL;
END;
COMMENT ON FUNCTION sqlite_mig_internal._report_undo(sqlite_mig.migration) IS 'internal: statements that undo a migration';

/* What remains for people: commands, in the order in which one takes them. */
CREATE FUNCTION sqlite_mig_internal._report_remains(plan sqlite_mig.migration) RETURNS jsonb
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce(jsonb_agg(r.line ORDER BY r.place, r.entry, r.line COLLATE "C"), '[]')
	FROM (SELECT 1 AS place, 0::bigint AS entry, v.reason AS line FROM sqlite_mig_internal._verdict(plan) AS v WHERE v.verdict = 'incomplete'
		UNION ALL SELECT 2, e.entry, format('%s %s: %s', e.object_kind, e.object_name, e.detail) FROM sqlite_mig.ledger_entry AS e
			WHERE e.migration = (plan).migration AND e.effect IN ('skipped', 'failed') AND NOT e.accepted AND e.rule <> 'rejected'
		UNION ALL SELECT 3, 0, format('rejected rows of table %s: %s', r.table_name, count(*)) FROM sqlite_mig.rejected AS r
			WHERE r.migration = (plan).migration AND r.replayed_at IS NULL AND NOT r.accepted GROUP BY r.table_name
		UNION ALL SELECT 4, 0, 'the application: its SQL (lint_sql, convert_placeholders), its pools (pool_size), its migrations (alembic_revision)') AS r;
END;
COMMENT ON FUNCTION sqlite_mig_internal._report_remains(sqlite_mig.migration) IS 'internal: what remains by hand';

CREATE FUNCTION sqlite_mig_internal._report(plan sqlite_mig.migration) RETURNS jsonb
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT jsonb_build_object(
		'migration', (plan).migration, 'server', (plan).server, 'target_schema', (plan).target_schema, 'run', (plan).run, 'made_at', clock_timestamp(),
		'database', current_database(), 'version', sqlite_mig.version(), 'postgresql', current_setting('server_version'),
		'verdict', s.verdict, 'reason', s.reason, 'started_at', s.started_at, 'verified_at', (plan).verified_at, 'seconds', round(extract(epoch FROM s.duration), 3), 'rows', s.rows, 'findings', s.findings,
		'phases', (SELECT coalesce(jsonb_agg(jsonb_build_object('what', j.object_kind, 'steps', j.steps, 'seconds', j.seconds, 'failed', j.failed) ORDER BY j.first), '[]')
			FROM (SELECT j.object_kind, count(*) AS steps, round(sum(j.seconds), 3) AS seconds, count(j.error) AS failed, min(j.step) AS first
				FROM sqlite_mig.journal AS j WHERE j.migration = (plan).migration AND j.run = (plan).run GROUP BY j.object_kind) AS j),
		'tables', sqlite_mig_internal._report_tables(plan),
		'types', (SELECT coalesce(jsonb_agg(jsonb_build_object('table', c.source_table, 'column', c.source_name, 'declared', c.declared_type, 'type', c.target_type, 'format', c.format,
				'confidence', c.confidence, 'why', coalesce(c.reason, c.evidence ->> 'rule'), 'rows', c.evidence -> 'rows', 'nulls', c.evidence -> 'nulls') ORDER BY t.load_order, c.position), '[]')
			FROM sqlite_mig.plan_column AS c JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include WHERE c.migration = (plan).migration AND c.include),
		'ledger', (SELECT coalesce(jsonb_agg(jsonb_build_object('severity', e.severity, 'effect', e.effect, 'kind', e.object_kind, 'object', e.object_name, 'detail', e.detail, 'rows', e.rows,
				'sample', e.sample, 'rule', e.rule, 'accepted', e.accepted) ORDER BY array_position('{blocker,warning,info}'::text[], e.severity), e.entry), '[]')
			FROM sqlite_mig.ledger_entry AS e WHERE e.migration = (plan).migration),
		'rejected', (SELECT coalesce(jsonb_agg(jsonb_build_object('table', r.table_name, 'sqlstate', r.sqlstate, 'rows', r.n, 'first', r.first, 'open', r.open, 'accepted', r.accepted) ORDER BY r.table_name, r.sqlstate), '[]')
			FROM (SELECT r.table_name, r.sqlstate, count(*) AS n, min(concat_ws(' ', r.source_key, r.message)) AS first, count(*) FILTER (WHERE r.replayed_at IS NULL AND NOT r.accepted) AS open,
					count(*) FILTER (WHERE r.replayed_at IS NULL AND r.accepted) AS accepted
				FROM sqlite_mig.rejected AS r WHERE r.migration = (plan).migration GROUP BY r.table_name, r.sqlstate) AS r),
		'checks', (SELECT coalesce(jsonb_agg(jsonb_build_object('table', v.table_name, 'check', v.check_name, 'source', v.source_value, 'target', v.target_value, 'ok', v.ok, 'detail', v.detail) ORDER BY v.table_name = '*', v.table_name, v.place, v.check_name), '[]')
			FROM sqlite_mig.last_verification AS v WHERE v.migration = (plan).migration),
		'remains', sqlite_mig_internal._report_remains(plan), 'undo', sqlite_mig_internal._report_undo(plan))
	FROM sqlite_mig_internal._status((plan).server, (plan).migration) AS s;
END;
COMMENT ON FUNCTION sqlite_mig_internal._report(sqlite_mig.migration) IS 'internal: everything that a report says';

/* ---- as text ---- */

CREATE FUNCTION sqlite_mig_internal._report_text(report jsonb) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	-- lines that fit a terminal; statements stay as they are
	SELECT string_agg(CASE WHEN l.part = 9 OR length(l.line) <= 100 THEN l.line ELSE replace(sqlite_mig_internal._cell(l.line, 94, 10000), E'\n', E'\n      ') END, E'\n' ORDER BY l.part, l.place)
	FROM (SELECT 1 AS part, v.place, v.line FROM (VALUES
			(1::bigint, format('Migration "%s": %s', report ->> 'migration', upper(report ->> 'verdict' COLLATE "C"))),
			(2, report ->> 'reason'),
			(3, format('Server %s into schema %s of database %s; run %s; began %s, took %s s; rows: %s', report ->> 'server', report ->> 'target_schema', report ->> 'database', report ->> 'run',
				coalesce(to_char((report ->> 'started_at')::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"'), '-'), coalesce(report ->> 'seconds', '-'), coalesce(report ->> 'rows', '-')))) AS v (place, line)
		UNION ALL SELECT 2, 0, E'\nPHASES'
		UNION ALL SELECT 2, p.n, format('  %-22s %6s %-5s %10s s%s', p.item ->> 'what', p.item ->> 'steps', CASE p.item ->> 'steps' WHEN '1' THEN 'step' ELSE 'steps' END, coalesce(p.item ->> 'seconds', '-'), CASE WHEN p.item ->> 'failed' <> '0' THEN '  failed: ' || (p.item ->> 'failed') ELSE '' END)
			FROM jsonb_array_elements(report -> 'phases') WITH ORDINALITY AS p (item, n)
		UNION ALL SELECT 3, 0, E'\nTABLES'
		UNION ALL SELECT 3, p.n, format('  %-34s %12s rows %10s %9s rows/s  %s', p.item ->> 'target', coalesce(p.item ->> 'rows', '-'), coalesce(pg_size_pretty((p.item ->> 'bytes')::bigint), '-'), coalesce(p.item ->> 'rows_per_second', '-'),
				CASE p.item ->> 'verified' WHEN 'true' THEN 'verified' WHEN 'false' THEN 'DIFFERS' ELSE 'not verified' END)
			FROM jsonb_array_elements(report -> 'tables') WITH ORDINALITY AS p (item, n)
		UNION ALL SELECT 4, 0, E'\nTYPES'
		UNION ALL SELECT 4, p.n, format('  %-34s %-16s %s%s', concat_ws('.', p.item ->> 'table', p.item ->> 'column'), p.item ->> 'declared', concat_ws('/', p.item ->> 'type', p.item ->> 'format'), coalesce('  (' || (p.item ->> 'why') || ')', ''))
			FROM jsonb_array_elements(report -> 'types') WITH ORDINALITY AS p (item, n)
		UNION ALL SELECT 5, 0, E'\nLEDGER' WHERE report -> 'ledger' <> '[]'
		UNION ALL SELECT 5, p.n, format('  %s%s %s %s: %s%s', CASE p.item ->> 'severity' WHEN 'info' THEN '' ELSE upper(p.item ->> 'severity' COLLATE "C") || ' ' END, p.item ->> 'effect', p.item ->> 'kind', p.item ->> 'object', p.item ->> 'detail',
				CASE WHEN (p.item ->> 'accepted')::boolean THEN ' (accepted)' ELSE '' END)
			FROM jsonb_array_elements(report -> 'ledger') WITH ORDINALITY AS p (item, n)
		UNION ALL SELECT 6, 0, E'\nREJECTED ROWS' WHERE report -> 'rejected' <> '[]'
		UNION ALL SELECT 6, p.n, format('  %s %s: rows: %s, of them open: %s%s; first: %s', p.item ->> 'table', p.item ->> 'sqlstate', p.item ->> 'rows', p.item ->> 'open',
				CASE WHEN p.item ->> 'accepted' <> '0' THEN ', accepted and not there: ' || (p.item ->> 'accepted') ELSE '' END, p.item ->> 'first')
			FROM jsonb_array_elements(report -> 'rejected') WITH ORDINALITY AS p (item, n)
		UNION ALL SELECT 7, 0, E'\nCHECKS' WHERE report -> 'checks' <> '[]'
		UNION ALL SELECT 7, p.n, format('  %-7s %-24s %-22s %s%s', CASE WHEN (p.item ->> 'ok')::boolean THEN 'ok' ELSE 'DIFFERS' END, p.item ->> 'table', p.item ->> 'check',
				CASE WHEN p.item ->> 'source' = p.item ->> 'target' THEN p.item ->> 'source' ELSE concat_ws(' | ', coalesce(p.item ->> 'source', ''), coalesce(p.item ->> 'target', '')) END, coalesce('  (' || (p.item ->> 'detail') || ')', ''))
			FROM jsonb_array_elements(report -> 'checks') WITH ORDINALITY AS p (item, n)
		UNION ALL SELECT 8, 0, E'\nWHAT REMAINS'
		UNION ALL SELECT 8, p.n, '  ' || p.item FROM jsonb_array_elements_text(report -> 'remains') WITH ORDINALITY AS p (item, n)
		UNION ALL SELECT 9, 0, E'\nTO UNDO IT\n  ' || replace(report ->> 'undo', E'\n', E'\n  ') WHERE report ->> 'undo' IS NOT NULL) AS l;
END;
COMMENT ON FUNCTION sqlite_mig_internal._report_text(jsonb) IS 'internal: a report as text';

/* ---- as a page ---- */

/* Text for HTML, also within quotes. */
CREATE FUNCTION sqlite_mig_internal._html(text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT replace(replace(replace(replace(replace(coalesce($1, ''), '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;');
END;
COMMENT ON FUNCTION sqlite_mig_internal._html(text) IS 'internal: text as HTML';

/* A table: its caption, its heads, and an array of arrays of cells; cells that begin with a tab hold HTML already, of numbers stand right. */
CREATE FUNCTION sqlite_mig_internal._html_table(caption text, heads text[], numbers integer[], rows jsonb) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE WHEN coalesce(rows, '[]') = '[]' THEN '' ELSE concat('<section><h2>', sqlite_mig_internal._html(caption), '</h2><div class="wide" tabindex="0" role="region" aria-label="', sqlite_mig_internal._html(caption), '"><table><thead><tr>',
		(SELECT string_agg('<th scope="col"' || CASE WHEN h.n = ANY (numbers) THEN ' class="number"' ELSE '' END || '>' || sqlite_mig_internal._html(h.text) || '</th>', '' ORDER BY h.n) FROM unnest(heads) WITH ORDINALITY AS h (text, n)), E'</tr></thead><tbody>\n',
		(SELECT string_agg('<tr>' || (SELECT string_agg(CASE WHEN c.n = 1 THEN '<th scope="row">' ELSE '<td' || CASE WHEN c.n = ANY (numbers) THEN ' class="number"' ELSE '' END || ' data-head="' || sqlite_mig_internal._html(heads[c.n]) || '">' END
				|| CASE WHEN c.cell LIKE E'\t%' THEN substr(c.cell, 2) ELSE sqlite_mig_internal._html(c.cell) END || CASE WHEN c.n = 1 THEN '</th>' ELSE '</td>' END, '' ORDER BY c.n)
				FROM jsonb_array_elements_text(r.cells) WITH ORDINALITY AS c (cell, n)) || '</tr>', E'\n' ORDER BY r.n)
			FROM jsonb_array_elements(rows) WITH ORDINALITY AS r (cells, n)), E'\n</tbody></table></div></section>\n') END;
END;
COMMENT ON FUNCTION sqlite_mig_internal._html_table(text, text[], integer[], jsonb) IS 'internal: a table in HTML';

CREATE FUNCTION sqlite_mig_internal._html_badge(ok boolean, yes text, no text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT E'\t' || CASE WHEN ok IS NULL THEN '<span class="badge">not verified</span>' WHEN ok THEN '<span class="badge good">' || sqlite_mig_internal._html(yes) || '</span>' ELSE '<span class="badge bad">' || sqlite_mig_internal._html(no) || '</span>' END;
END;
COMMENT ON FUNCTION sqlite_mig_internal._html_badge(boolean, text, text) IS 'internal: a word on a ground that says good or bad';

CREATE FUNCTION sqlite_mig_internal._html_style() RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT $css$
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --ground: #ffffff; --card: #f6f8fa; --good: #116329; --good-ground: #dafbe1; --fair: #7d4e00; --fair-ground: #fff8c5; --bad: #a40e26; --bad-ground: #ffebe9; --bar: #54aeff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9da7b1; --line: #3d444d; --ground: #0d1117; --card: #161b22; --good: #7ee787; --good-ground: #12361f; --fair: #f2cc60; --fair-ground: #3b2e0a; --bad: #ffa198; --bad-ground: #4c1519; --bar: #1f6feb; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; overflow-wrap: anywhere; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; }
.verdict { border: 1px solid var(--line); border-left: .5rem solid var(--good); background: var(--card); padding: 1rem 1.2rem; border-radius: .4rem; overflow-wrap: anywhere; }
.verdict strong { font-size: 1.5rem; display: block; color: var(--good); } .verdict.fair { border-left-color: var(--fair); } .verdict.fair strong { color: var(--fair); } .verdict.bad { border-left-color: var(--bad); } .verdict.bad strong { color: var(--bad); }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .6rem 1.2rem; margin: 1.2rem 0; } dt { color: var(--soft); font-size: .85rem; } dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .92rem; } th, td { text-align: left; vertical-align: top; padding: .35rem .7rem .35rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; } tbody th { font-weight: 600; min-width: 10rem; } td:last-child { min-width: 5.5rem; } .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.bar { display: block; height: .5rem; min-width: 2px; background: var(--bar); border-radius: .2rem; } td:has(> .bar) { min-width: 6rem; vertical-align: middle; }
.badge { display: inline-block; padding: 0 .5rem; border-radius: .8rem; border: 1px solid var(--line); white-space: nowrap; } .good { color: var(--good); background: var(--good-ground); border-color: transparent; } .bad { color: var(--bad); background: var(--bad-ground); border-color: transparent; } .fair { color: var(--fair); } .badge.fair { background: var(--fair-ground); border-color: transparent; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .8rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; } li { overflow-wrap: anywhere; } footer { color: var(--soft); font-size: .85rem; margin-top: 3rem; }
details summary { cursor: pointer; color: var(--soft); margin: 2.2rem 0 0; }
@media (max-width: 40rem) { .wide { position: relative; } thead { position: absolute; display: block; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); } table, tbody, tr { display: block; } tbody th, td { display: flex; justify-content: space-between; gap: 1rem; border: 0; padding: .15rem 0; text-align: right; white-space: normal; min-width: 0; }
	tbody th { font-size: 1rem; text-align: left; } td::before { content: attr(data-head); color: var(--soft); text-align: left; flex: none; } tr { border-bottom: 1px solid var(--line); padding: .6rem 0; } td:has(> .bar) { display: block; } td:has(> .bar)::before { content: none; } }
@media print { body { font-size: 11px; } main { max-width: none; padding: 0; } .wide { overflow: visible; } tr { break-inside: avoid; } .verdict { break-inside: avoid; } }
$css$;
END;
COMMENT ON FUNCTION sqlite_mig_internal._html_style() IS 'internal: how the page looks: light and dark, narrow, printed';

CREATE FUNCTION sqlite_mig_internal._report_html(report jsonb) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT concat('<!DOCTYPE html>', E'\n<html lang="en"><head><meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/>',
		'<meta http-equiv="Content-Security-Policy" content="default-src ''none''; style-src ''unsafe-inline''"/>',
		'<title>Migration ', sqlite_mig_internal._html(report ->> 'migration'), ': ', sqlite_mig_internal._html(report ->> 'verdict'), '</title><style>', sqlite_mig_internal._html_style(), E'</style></head>\n<body><main><h1>Migration of ',
		sqlite_mig_internal._html(report ->> 'migration'), ' to PostgreSQL</h1><p class="verdict', CASE report ->> 'verdict' WHEN 'lossless' THEN '' WHEN 'lossy as agreed' THEN ' fair' ELSE ' bad' END, '"><strong>', sqlite_mig_internal._html(report ->> 'verdict'), '</strong>',
		sqlite_mig_internal._html(report ->> 'reason'), E'</p>\n<dl>',
		(SELECT string_agg('<div><dt>' || sqlite_mig_internal._html(f.name) || '</dt><dd>' || sqlite_mig_internal._html(f.value) || '</dd></div>', '' ORDER BY f.place) FROM (VALUES
			(1, 'Server', report ->> 'server'), (2, 'Database and schema', concat_ws(', ', report ->> 'database', report ->> 'target_schema')),
			(3, 'Began', coalesce(to_char((report ->> 'started_at')::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"'), 'not yet')), (4, 'Took', coalesce((report ->> 'seconds') || ' s', '-')),
			(5, 'Rows', coalesce(to_char((report ->> 'rows')::numeric, 'FM999G999G999G999G999'), '-')), (6, 'Open findings', report ->> 'findings')) AS f (place, name, value)), E'</dl>\n',
		'<section><h2>What remains</h2><ul>', (SELECT string_agg('<li>' || sqlite_mig_internal._html(r.line) || '</li>', '' ORDER BY r.n) FROM jsonb_array_elements_text(report -> 'remains') WITH ORDINALITY AS r (line, n)), E'</ul></section>\n',
		sqlite_mig_internal._html_table('Phases', '{Step,Statements,Seconds,Share,Failed}', '{2,3,5}', (SELECT jsonb_agg(jsonb_build_array(p.item ->> 'what', p.item ->> 'steps', coalesce(p.item ->> 'seconds', '-'),
				E'\t<span class="bar" style="width:' || round(100 * coalesce((p.item ->> 'seconds')::numeric, 0) / greatest(m.most, 0.001)) || '%"></span>', p.item ->> 'failed') ORDER BY p.n)
			FROM jsonb_array_elements(report -> 'phases') WITH ORDINALITY AS p (item, n), (SELECT max((q ->> 'seconds')::numeric) AS most FROM jsonb_array_elements(report -> 'phases') AS q) AS m)),
		sqlite_mig_internal._html_table('Tables', '{Table,Rows,Size,Seconds,Rows/s,Share of rows,Verified}', '{2,3,4,5}', (SELECT jsonb_agg(jsonb_build_array(p.item ->> 'target', coalesce(to_char((p.item ->> 'rows')::numeric, 'FM999G999G999G999G990'), '-'),
				coalesce(pg_size_pretty((p.item ->> 'bytes')::bigint), '-'), coalesce(p.item ->> 'seconds', '-'), coalesce(to_char((p.item ->> 'rows_per_second')::numeric, 'FM999G999G999G990'), '-'),
				E'\t<span class="bar" style="width:' || round(100 * coalesce((p.item ->> 'rows')::numeric, 0) / greatest(m.most, 1)) || '%"></span>', sqlite_mig_internal._html_badge((p.item ->> 'verified')::boolean, 'verified', 'differs')) ORDER BY p.n)
			FROM jsonb_array_elements(report -> 'tables') WITH ORDINALITY AS p (item, n), (SELECT max((q ->> 'rows')::numeric) AS most FROM jsonb_array_elements(report -> 'tables') AS q) AS m)),
		sqlite_mig_internal._html_table('Ledger: what was changed, skipped or guessed', '{Object,Effect,What,Example,State}', '{}', (SELECT jsonb_agg(jsonb_build_array(concat_ws(' ', p.item ->> 'kind', p.item ->> 'object'),
				E'\t<span class="badge' || CASE p.item ->> 'severity' WHEN 'blocker' THEN ' bad' WHEN 'warning' THEN ' fair' ELSE '' END || '">' || sqlite_mig_internal._html(p.item ->> 'effect') || '</span>', p.item ->> 'detail', coalesce(p.item ->> 'sample', ''),
				CASE WHEN (p.item ->> 'accepted')::boolean THEN 'accepted' WHEN p.item ->> 'severity' = 'info' THEN '' ELSE 'open' END) ORDER BY p.n) FROM jsonb_array_elements(report -> 'ledger') WITH ORDINALITY AS p (item, n))),
		sqlite_mig_internal._html_table('Rejected rows', '{Table,SQLSTATE,Rows,Open,Accepted,First}', '{3,4,5}', (SELECT jsonb_agg(jsonb_build_array(p.item ->> 'table', p.item ->> 'sqlstate', p.item ->> 'rows', p.item ->> 'open', p.item ->> 'accepted', p.item ->> 'first') ORDER BY p.n)
			FROM jsonb_array_elements(report -> 'rejected') WITH ORDINALITY AS p (item, n))),
		sqlite_mig_internal._html_table('Verification', '{Table,Check,SQLite,PostgreSQL,Result,Remark}', '{}', (SELECT jsonb_agg(jsonb_build_array(p.item ->> 'table', p.item ->> 'check', coalesce(p.item ->> 'source', ''), coalesce(p.item ->> 'target', ''),
				sqlite_mig_internal._html_badge((p.item ->> 'ok')::boolean, 'equal', 'differs'), coalesce(p.item ->> 'detail', '')) ORDER BY p.n) FROM jsonb_array_elements(report -> 'checks') WITH ORDINALITY AS p (item, n))),
		sqlite_mig_internal._html_table('Types, and why', '{Column,Declared,Type,Why,Values,NULL,Confidence}', '{5,6,7}', (SELECT jsonb_agg(jsonb_build_array(concat_ws('.', p.item ->> 'table', p.item ->> 'column'), p.item ->> 'declared',
				concat_ws('/', p.item ->> 'type', p.item ->> 'format'), coalesce(p.item ->> 'why', ''), coalesce(p.item ->> 'rows', ''), coalesce(p.item ->> 'nulls', ''), coalesce(p.item ->> 'confidence', '')) ORDER BY p.n)
			FROM jsonb_array_elements(report -> 'types') WITH ORDINALITY AS p (item, n))),
		CASE WHEN report ->> 'undo' IS NOT NULL THEN '<section><h2>To undo it</h2><pre>' || sqlite_mig_internal._html(report ->> 'undo') || E'</pre></section>\n' END,
		'<footer>', sqlite_mig_internal._html(report ->> 'version'), ', PostgreSQL ', sqlite_mig_internal._html(report ->> 'postgresql'), '; ', to_char((report ->> 'made_at')::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"'), E'</footer></main></body></html>\n');
END;
COMMENT ON FUNCTION sqlite_mig_internal._report_html(jsonb) IS 'internal: a report as a page';

CREATE FUNCTION sqlite_mig.report(server text, format text DEFAULT 'text', migration text DEFAULT NULL) RETURNS text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	data jsonb;
BEGIN
	IF report.format IS NULL OR report.format NOT IN ('text', 'json', 'html') THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = pg_catalog.format('unknown format "%s"', report.format), HINT = 'Valid formats are: text, json, html.';
	END IF;
	data := sqlite_mig_internal._report(sqlite_mig_internal._migration(coalesce(report.migration, report.server)));
	RETURN CASE report.format WHEN 'text' THEN sqlite_mig_internal._report_text(data) WHEN 'html' THEN sqlite_mig_internal._report_html(data) ELSE jsonb_pretty(data) END;
END;
$$;
COMMENT ON FUNCTION sqlite_mig.report(text, text, text) IS
	'a report on a migration for those who sign it off: verdict, what remains by hand, phases, tables, ledger, rejected rows, verification, types, undo; as text, as json, or as one page of html that needs nothing else';

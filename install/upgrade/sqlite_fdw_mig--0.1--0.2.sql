-- Brings version 0.1 to the next. Written by tools/make_upgrade, completed by hand; t/150_upgrade.pl compares the result.
\echo Use "ALTER EXTENSION sqlite_fdw_mig UPDATE" to load this file. \quit
CREATE OR REPLACE FUNCTION sqlite_mig._html_style() RETURNS text
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
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; } tbody th { font-weight: 600; min-width: 8rem; } .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.bar { display: block; height: .5rem; min-width: 2px; background: var(--bar); border-radius: .2rem; } td:has(> .bar) { min-width: 6rem; vertical-align: middle; }
.badge { display: inline-block; padding: 0 .5rem; border-radius: .8rem; border: 1px solid var(--line); white-space: nowrap; } .good { color: var(--good); background: var(--good-ground); border-color: transparent; } .bad { color: var(--bad); background: var(--bad-ground); border-color: transparent; } .fair { color: var(--fair); } .badge.fair { background: var(--fair-ground); border-color: transparent; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .8rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; } li { overflow-wrap: anywhere; } footer { color: var(--soft); font-size: .85rem; margin-top: 3rem; }
details summary { cursor: pointer; color: var(--soft); margin: 2.2rem 0 0; }
@media (max-width: 40rem) { .wide { position: relative; } thead { position: absolute; display: block; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); } table, tbody, tr { display: block; } tbody th, td { display: flex; justify-content: space-between; gap: 1rem; border: 0; padding: .15rem 0; text-align: right; white-space: normal; }
	tbody th { font-size: 1rem; text-align: left; } td::before { content: attr(data-head); color: var(--soft); text-align: left; flex: none; } tr { border-bottom: 1px solid var(--line); padding: .6rem 0; } td:has(> .bar) { display: block; } td:has(> .bar)::before { content: none; } }
@media print { body { font-size: 11px; } main { max-width: none; padding: 0; } .wide { overflow: visible; } tr { break-inside: avoid; } .verdict { break-inside: avoid; } }
$css$;
END;

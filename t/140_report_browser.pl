# The report in a real browser: at three widths, light and dark, and on paper; complete, readable, and nothing in it runs.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use JSON::PP;
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

my ($chromium) = grep { -x } map { ("$_/chromium", "$_/chromium-browser") } split(/:/, $ENV{PATH});
plan(skip_all => 'chromium is missing') unless $chromium;

my $node = start_node('report');
my $dir  = PostgreSQL::Test::Utils::tempdir();
my $file = "$dir/report.db";

# Names and values that would be markup, a table with no break in its name, a quarantine, a ledger, several tables with a foreign key
sqlite($file, <<'SQL');
CREATE TABLE "<script>alert(1)</script>" (id INTEGER PRIMARY KEY, "a&b" DATE, "x'y""z" TEXT NOT NULL);
INSERT INTO "<script>alert(1)</script>" VALUES (1, '2020-01-01', '<img src=x onerror=alert(2)>'), (2, 'soon', '</td>');
CREATE TABLE plain (id INTEGER PRIMARY KEY, n INTEGER, up INTEGER REFERENCES nowhere (x));
INSERT INTO plain SELECT value, nullif(value, 7), NULL FROM (WITH RECURSIVE c(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM c WHERE value < 500) SELECT value FROM c);
CREATE TABLE a_table_whose_name_is_as_long_as_a_name_can_be_in_postgresql_ab (id INTEGER PRIMARY KEY, t TIMESTAMP);
INSERT INTO a_table_whose_name_is_as_long_as_a_name_can_be_in_postgresql_ab VALUES (1, '2024-01-01 00:00:00');
CREATE VIEW "&amp;" AS SELECT nope FROM plain;
SQL
# from right to left, with umlauts, and of 200 characters
sqlite($file, 'CREATE TABLE "' . join('', map { pack('C*', 0xd7, $_) } 0xa9, 0x9c, 0x95, 0x9d) . '" (id INTEGER PRIMARY KEY, "Gr' . "\xc3\xb6\xc3\x9f" . 'e" TEXT); CREATE TABLE '
	  . 'long' x 50 . ' (id INTEGER PRIMARY KEY, ' . 'c' x 200 . ' DATE); INSERT INTO ' . 'long' x 50 . " VALUES (1, 'soon')");
$node->safe_psql('postgres', "CREATE SERVER shop FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database " . quoted($file) . ");
	SELECT count(*) FROM sqlite_mig.prepare('shop', 'shop'); UPDATE sqlite_mig.plan_column SET not_null = true WHERE migration = 'shop' AND source_name = 'n';
	CALL sqlite_mig.migrate('shop', on_error => 'reject')");
my $page = $node->safe_psql('postgres', "SELECT sqlite_mig.report('shop', 'html')");
my $data = decode_json($node->safe_psql('postgres', "SELECT sqlite_mig.report('shop', 'json')"));
$node->stop;

# What the browser says of the page: it is put into frames of three widths, looked at from outside, and the findings are left in the document.
my $probe = <<'JS';
const widths = [360, 768, 1280], report = JSON.parse(document.getElementById('page').textContent), found = {alerts: 0, frames: []};
const parse = colour => (colour.match(/[\d.]+/g) || []).map(Number);
const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
function background(element, view) {
	for (; element; element = element.parentElement) {
		const colour = parse(view.getComputedStyle(element).backgroundColor);
		if (colour.length < 4 || colour[3] === 1) return colour;
	}
	return view.matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255];
}
function look(frame, width) {
	const view = frame.contentWindow, page = frame.contentDocument, rows = {}, faint = [], wide = [];
	for (const section of page.querySelectorAll('section')) rows[section.querySelector('h2').textContent] = section.querySelectorAll('tbody tr').length;
	for (const element of page.querySelectorAll('body *')) {
		const own = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
		if (own && element.getClientRects().length) {
			const a = light(parse(view.getComputedStyle(element).color)), b = light(background(element, view));
			const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
			if (contrast < 4.5) faint.push(element.tagName + ' ' + contrast.toFixed(1) + ' ' + element.textContent.slice(0, 30));
			if (parseFloat(view.getComputedStyle(element).fontSize) < 11) faint.push(element.tagName + ' too small');
		}
	}
	found.frames.push({width: width, over: page.documentElement.scrollWidth - width, dark: view.matchMedia('(prefers-color-scheme: dark)').matches, rows: rows, faint: faint,
		verdict: page.querySelector('p.verdict strong').textContent, first: page.querySelector('main').innerText.slice(0, 400), text: page.body.innerText,
		scripts: page.scripts.length, images: page.images.length, links: page.querySelectorAll('link, [src], [href], iframe, object').length,
		unnamed: [...page.querySelectorAll('table')].filter(table => !table.caption && !table.closest('section')).length, lang: page.documentElement.lang, title: page.title});
	if (found.frames.length === widths.length) document.getElementById('found').textContent = JSON.stringify(found);
}
for (const width of widths) {
	const frame = document.createElement('iframe');
	frame.style.width = width + 'px'; frame.style.height = '900px'; frame.style.border = '0';
	frame.addEventListener('load', () => { if (frame.srcdoc) look(frame, width); });
	document.body.append(frame);
	frame.contentWindow.alert = () => found.alerts++;
	frame.srcdoc = report;
}
JS
my $escaped = JSON::PP->new->allow_nonref->ascii->encode($page);
$escaped =~ s/</\\u003c/g;
open(my $out, '>', "$dir/probe.html") or die $!;
print $out "<!DOCTYPE html><html lang=en><meta charset=utf-8><meta name=color-scheme content='light dark'><body><script id=page type=application/json>$escaped</script><pre id=found></pre><script>$probe</script></body></html>";
close($out);

# Runs the browser on the file, returns what it says and its console.
sub browse
{
	my @arguments = @_;
	my ($said, $console);
	my $done = IPC::Run::run([$chromium, '--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', "--user-data-dir=$dir/profile", '--virtual-time-budget=20000',
			'--enable-logging=stderr', '--host-resolver-rules=MAP * ~NOTFOUND', @arguments], '>', \$said, '2>', \$console, IPC::Run::timeout(120));
	diag($console) unless $done;
	return ($said, join('', grep { /CONSOLE/ } split(/^/, $console)));
}

my %heading = (Phases => 'phases', Tables => 'tables', 'Ledger: what was changed, skipped or guessed' => 'ledger', 'Rejected rows' => 'rejected', Verification => 'checks', 'Types, and why' => 'types');
for my $dark (0, 1)
{
	my $kind = $dark ? 'dark' : 'light';
	my ($dom, $console) = browse('--blink-settings=preferredColorScheme=' . ($dark ? 0 : 1), '--dump-dom', "file://$dir/probe.html");
	is($console, '', "$kind: nothing on the console");
	my ($json) = $dom =~ m{<pre id="found">(.*?)</pre>}s;
	ok($json, "$kind: the page was looked at") or next;
	$json =~ s/&lt;/</g; $json =~ s/&gt;/>/g; $json =~ s/&nbsp;/ /g; $json =~ s/&amp;/&/g;
	my $found = decode_json($json);
	is($found->{alerts}, 0, "$kind: nothing in the page was run");
	for my $frame (@{ $found->{frames} })
	{
		my $name = "$kind, $frame->{width} pixels";
		is($frame->{dark} ? 1 : 0, $dark, "$name: the colours asked for");
		cmp_ok($frame->{over}, '<=', 0, "$name: nothing to scroll sideways");
		is_deeply($frame->{faint}, [], "$name: every text has contrast and size");
		is_deeply({ map { $_ => $frame->{rows}{$_} } keys %heading }, { map { $_ => scalar @{ $data->{ $heading{$_} } } } keys %heading }, "$name: all rows of all sections");
		like($frame->{first}, qr/\Q$frame->{verdict}\E/, "$name: the verdict comes first");
		like($frame->{text}, qr/<script>alert\(1\)<\/script>/, "$name: a name that looks like markup is text");
		is("$frame->{scripts} $frame->{images} $frame->{links} $frame->{unnamed} $frame->{lang}", '0 0 0 0 en', "$name: no script, no image, nothing to fetch; each table in a section, a language");
	}
}

open($out, '>', "$dir/page.html") or die $!;
print $out $page;
close($out);
browse("--print-to-pdf=$dir/page.pdf", "file://$dir/page.html");
my $pdf = -e "$dir/page.pdf" ? slurp_file("$dir/page.pdf") : '';
like($pdf, qr/^%PDF-/, 'it can be printed');
cmp_ok(() = $pdf =~ m{/Type\s*/Page\b}g, '>', 0, 'on at least a page');

done_testing();

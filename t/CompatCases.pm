# CompatCases: what t/055_compat.pl asks of both engines, and what is known to differ
package CompatCases;

use strict;
use warnings;
use Exporter qw(import);
our @EXPORT_OK = qw(groups known_differences);

# The time zone of localtime and utc, one with winter and summer time
sub zone { return 'Europe/Berlin' }

my @groups;

# One group: inputs (name => [class, value…]), crossed with each other, and expressions over them that both engines
# understand. Options: postgres (expression => what it is there), as_text (numbers may come as text).
sub group
{
	my ($name, $inputs, $expressions, %option) = @_;
	push @groups, { name => $name, inputs => $inputs, expressions => $expressions, postgres => {}, %option };
	return;
}

my @times = (
	undef, '', ' ', 'junk', 'now ', '2024', '2024-01', '2024-01-31', '2024-02-29', '2023-02-29', '2024-02-30', '2024-12-31', '2000-01-01', '1900-02-28',
	'1970-01-01', '0000-01-01', '0001-01-01', '9999-12-31', '-4713-11-24', '-4713-11-25', '-0001-12-31', '10000-01-01', '2024-13-01', '2024-00-10', '2024-04-31',
	'2024-01-00', '2024-01-32', '2024-1-1', '20240101', '2024/01/01', '2024-01-31 ', '2024-01-31T', '2024-01-31 10:20', '2024-01-31T10:20:30', '2024-01-31 10:20:30.5',
	'2024-01-31 10:20:30.123456789', '2024-01-31 23:59:59.9999', '2024-01-31 24:00:00', '2024-01-31 24:59', '2024-01-31 25:00', '2024-01-31 10:60', '2024-01-31 10:20:60',
	'2024-01-31 10:20:3', '2024-01-31 10:20:30.', '2024-01-31 10:20:30Z', '2024-01-31 10:20:30 z', '2024-01-31 10:20+02:00', '2024-01-31 10:20-05:30', '2024-01-31 10:20:30+14:59',
	'2024-01-31 10:20:30+15:00', '2024-01-31 10:20:30 +01:00 ', '2024-01-31 10:20:30 EST', '2024-01-31   10:20', '2024-01-31TT10:20', '2024-01-31t10:20', '10:20', '10:20:30',
	'10:20:30.25', '00:00', '23:59:59', '24:00', '9:20', '10:20+02:00', '0', '2460340.5', '2460340.930902', '-1', '5373484.4', '5373484.5', '1.5e6', ' 2460340.5 ', '+5', '.5', '5.', 'Inf', 'NaN',
	'1e400', '2460340.5x', '2024-03-31 01:30', '2024-03-31 02:30', '2024-10-27 02:30', '1969-12-31 23:59:59', '2038-01-19 03:14:08', '2024-06-30 23:59:59.999', '2024-02-29 00:00:00.0005');
my @numbers = (undef, 0, 1, -1, 2460340, 2440587, 1706695230, -1706695230, 253402300799, 253402300800, -210866760000, -210866760001, 5373484, 5373485, '9223372036854775807');
my @reals = (undef, '0.0', '0.5', '-0.5', '2460340.5', '2460340.93090278', '5373484.4999999', '5373484.5', '1706695230.123', '1706695230.9996', '-1.5', '1e300', '86400.0005', '2415020.5', '1721059.5');
my @modifiers = (
	undef, '', 'junk', '+1 day', '-1 day', '1 day', '+1 days', '+1.5 days', '-0.25 days', '+1 month', '-1 month', '+1 months', '+13 months', '-25 months', '+0.5 month', '-1.5 months', '+1 year',
	'-4 years', '+1.5 years', '+5000 years', '-7000 years', '+1 hour', '-25 hours', '+90 minutes', '+1.5 minutes', '+30 seconds', '-0.001 seconds', '+0.0005 second', '+86400.5 seconds', '+1 week', '+1DAY',
	'+1  Day', '+1 d', '+1 dayss', '+1e1 days', '+ 1 day', '++1 day', '+x day', '+5373484 days', '+5373485 days', '-5373484 days', '+176546 months', 'start of month', 'start of year', 'start of day', 'start of week',
	'START OF MONTH', 'start of  month', 'weekday 0', 'weekday 1', 'weekday 3', 'weekday 6', 'weekday 7', 'weekday 1.5', 'weekday -1', 'weekday', 'WEEKDAY 2', 'weekday 2 ', '+10:30', '-10:30', '10:30', '+10:30:15.5', '-23:59:59.999',
	'+24:00', '+25:00', '+1:30', '+10:30 +01:00', 'unixepoch', 'UnixEpoch', 'julianday', 'auto', 'unixepoch ');

group('time value', { t => [ 'text', @times ] },
	[ 'date(t)', 'time(t)', 'datetime(t)', 'julianday(t)', 'unixepoch(t)', q{strftime('%d %f %H %j %J %m %M %s %S %w %W %Y %%', t)} ]);
group('immutable', { t => [ 'text', @times ] }, [ 'date(t)', 'time(t)', 'datetime(t)', 'julianday(t)', 'unixepoch(t)', q{strftime('%Y-%m', t)} ],
	postgres => { map { $_ => s/^/immutable_/r } 'date(t)', 'time(t)', 'datetime(t)', 'julianday(t)', 'unixepoch(t)', q{strftime('%Y-%m', t)} });
group('modifier', { t => [ 'text', @times[ 5 .. 12, 16 .. 20, 33 .. 36, 46, 55, 63, 64, 66 ] ], m => [ 'text', @modifiers ] },
	[ 'julianday(t, m)', q{strftime('%Y-%m-%d %H:%M:%f', t, m)} ]);
group('two modifiers', {
		t => [ 'text', '2024-01-31 10:20:30.25', '2024-02-30', '2460340.5', '10:20+02:00', '9999-12-31' ], m => [ 'text', @modifiers[ 3, 9, 13, 15, 16, 19, 41 .. 44, 48, 57, 64, 66 ] ],
		n => [ 'text', undef, '+1 month', '-0.5 days', 'start of year', 'weekday 4', 'unixepoch', 'auto', '+1 year' ] },
	[ 'datetime(t, m, n)', 'julianday(t, m, n, m)' ]);
group('number', { t => [ 'integer', @numbers ], m => [ 'text', 'unixepoch', 'auto', 'julianday', '+1 day', 'start of year', 'weekday 1' ] },
	[ 'datetime(t)', 'datetime(t, m)', 'unixepoch(t, m)', 'julianday(t, m)', q{strftime('%f %J %s', t, m, '+1 month')} ]);
group('real', { t => [ 'real', @reals ], m => [ 'text', 'unixepoch', 'auto', 'julianday', '+1 day', 'start of year', 'weekday 1' ] },
	[ 'datetime(t)', 'datetime(t, m)', 'unixepoch(t, m)', 'julianday(t, m)', q{strftime('%f %J %s', t, m, '+1 month')} ]);
group('zone', {
		t => [ 'text', @times[ 7, 8, 12, 13, 14, 16, 33, 43, 44 ], '2024-03-31 00:59:59', '2024-03-31 01:00', '2024-03-31 02:30', '2024-03-31 03:00', '2024-10-27 00:30', '2024-10-27 01:30', '2024-10-27 02:30', '2024-10-27 03:00',
			'1965-07-01 12:00', '1970-06-01', '2038-01-20', '2090-07-01 12:00:00.123', '1850-01-01', '2500-02-29', '2440587.5' ],
		m => [ 'text', 'localtime', 'utc', 'LOCALTIME' ] },
	[ 'datetime(t, m)', 'datetime(t, m, m)', q{datetime(t, m, 'utc')}, q{strftime('%f %s', t, m, '+6 months', 'localtime')} ]);
# every day of some years, and the first of each month of all of them
group('calendar', { y => [ 'integer', map { $_ * 100 - 4700 } 0 .. 146 ], d => [ 'integer', 0, 30, 58, 59, 60, 100, 200, 305, 364, 365 ] },
	[ q{date(julianday(printf('%s%04d-01-01', iif(y < 0, '-', ''), abs(y))) + d)}, q{strftime('%j %W %w', julianday(printf('%s%04d-01-01', iif(y < 0, '-', ''), abs(y))) + d)} ]);
group('strftime', { f => [ 'text', undef, '', '%', '%%', 'a%', '%Y', '%y', '%D', '%Y%', '%Y-%m-%d', "%H:%M\n%S", 'é%dß', '%F', '%5d', '%Q' ], t => [ 'text', '2024-01-31 10:20:30.25', '-0044-03-15', '0009-01-01', 'junk', undef ] },
	['strftime(f, t)']);

my @texts = (undef, '', 'a', 'abc', 'ABCabc', 'äöüß', 'a äb ü', '日本語テキスト', "tab\there", '  blanks  ', "quote's", 'dou"ble', '%_*?[]^-\\', '12abc', '-3.5e2xyz', '😀x', 'aaaa', 'ÄÖÜ', "line\nend", 'É');
my @positions = (undef, 0, 1, 2, 3, 5, 100, -1, -2, -3, -5, -100, 2147483647, -2147483647);
my @blobs = (undef, '', '00', '616263', 'ff00fe', '0102030405');
group('substr', { x => [ 'text', @texts[ 0 .. 7, 15 ] ], p => [ 'integer', @positions ], n => [ 'integer', @positions ] }, [ 'substr(x, p)', 'substr(x, p, n)', 'substring(x, n, p)' ]);
group('substr of blob', { x => [ 'blob', @blobs ], p => [ 'integer', @positions ], n => [ 'integer', @positions ] }, [ 'substr(x, p, n)', 'substring(x, p)' ]);
group('substr of number', { x => [ 'integer', undef, 0, 12345, -678 ], p => [ 'integer', @positions[ 1 .. 8 ] ] }, [ 'substr(x, p)', 'substr(x, p, 2)' ]);
group('text', { x => [ 'text', @texts ] },
	[ 'length(x)', 'upper(x)', 'lower(x)', 'trim(x)', 'ltrim(x)', 'rtrim(x)', 'hex(x)', 'quote(x)', 'typeof(x)', 'unicode(x)', 'soundex(x)', 'json_quote(x)', 'abs(x)', 'sign(x)', 'round(x)', 'round(x, 1)' ]);
group('two texts', { x => [ 'text', @texts ], y => [ 'text', @texts, 'b', 'bc', 'ü', 'A' ] },
	[ 'instr(x, y)', 'trim(x, y)', 'ltrim(x, y)', 'rtrim(x, y)', q{replace(x, y, '<>')}, q{replace(x, 'a', y)}, 'ifnull(x, y)', 'max(x, y)', 'min(x, y)', q{max(x, y, 'b')}, 'like(x, y)', 'glob(x, y)' ]);
group('blob', { x => [ 'blob', @blobs ], y => [ 'blob', @blobs, '00fe', '62' ] }, [ 'length(x)', 'hex(x)', 'quote(x)', 'typeof(x)', 'instr(x, y)', 'like(x, y)', 'glob(x, y)' ]);
group('like', { p => [ 'text', undef, '', 'a', 'A%', '%a', '%', '_', '__', 'a_c', '%b%', 'ä%', 'Ä%', '_bc', '\\%', '%\\_%', 'a\\', 'ABC', '%%c', '_%_', 'É', '%日_', "%\n%" ], x => [ 'text', @texts ],
		e => [ 'text', undef, '\\', 'a', 'A', '%', '_', 'ü' ] },
	[ 'like(p, x)', 'like(p, x, e)' ]);
group('glob', { p => [ 'text', undef, '', '*', '?', 'a*', '*a', '[a-c]*', '[^a]*', '[]]*', '[^]]*', '[a', 'a[', '[]', '[a-]*', '[-a]*', '[c-a]*', '[a-c-e]*', '*[b-c]', '**a**', '*\\*', '[[]*', '*[*]*', '??', '日*', '[ä-ü]*', '*.*', '(a|b)', '^a', '[^-]*', '*[?]*', "*\n*", '[\\d]*', '*[\\^-]*' ],
		x => [ 'text', @texts, 'b', ']', '-', '*x', '\\', 'd', 'c', '.', '(a|b)', '^a' ] },
	['glob(p, x)']);
group('number functions', { x => [ 'integer', undef, 0, 1, -1, 42, '9223372036854775807', '-9223372036854775807' ], y => [ 'integer', undef, 0, 1, -1, 7, -7, 100 ] },
	[ 'abs(x)', 'sign(x)', 'hex(x)', 'quote(x)', 'typeof(x)', 'length(x)', 'round(x)', 'upper(x)', 'trim(x)', 'max(x, y)', 'min(x, y, 5)', 'ifnull(x, y)', 'instr(x, y)', 'replace(x, y, 3)', 'iif(x, y, 5)', 'iif(x > y, 1, 0)',
		'CAST(x AS TEXT)', 'CAST(x AS REAL)', 'x / y', 'x % y', 'json_quote(x)', 'json_array(x, y)', 'like(x, y)', 'glob(x, y)', 'likely(x)', 'unlikely(x)', 'likelihood(x, 0.5)', 'zeroblob(y)', 'x IS TRUE' ],
	postgres => { 'CAST(x AS TEXT)' => 'cast_text(x)', 'CAST(x AS REAL)' => 'cast_real(x)', 'x / y' => 'divide(x, y)', 'x % y' => 'remainder(x, y)', 'x IS TRUE' => 'coalesce(truth(x), false)' });
my @doubles = (undef, '0.0', '-0.0', '1.0', '-1.5', '0.1', '0.5', '1.5', '2.5', '-2.5', '0.15', '0.25', '0.285', '1.005', '2.675', '123.456', '1234567890.12345', '99.995', '1e15', '1e14', '999999999999999.0', '123456789012345.0',
	'1234567890123456.0', '1e-4', '1e-5', '0.00012345', '1e21', '1e100', '-1e300', '1e-300', '4.9e-324', '1.7976931348623157e308', '9.99999999999999e22', '0.3', '3.14159265358979', '2.718281828459045', '100.0', '1e999', '-1e999',
	'0.30000000000000004', '4503599627370496.5', '4503599627370495.5', '9007199254740993.0', '9223372036854775808.0', '0.045', '1.45', '-0.49999999999999994', '12345.6789', '5e-5', '0.09999999999999999');
group('real functions', { x => [ 'real', @doubles ], n => [ 'integer', undef, -1, 0, 1, 2, 3, 5, 10, 15, 20, 40 ] },
	[ 'round(x)', 'round(x, n)', 'abs(x)', 'sign(x)', 'quote(x)', 'typeof(x)', 'length(x)', 'CAST(x AS TEXT)', 'CAST(x AS INTEGER)', 'CAST(x AS NUMERIC)', 'json_quote(x)', 'x IS TRUE', 'max(x, n)', 'x % n' ],
	postgres => { 'CAST(x AS TEXT)' => 'cast_text(x)', 'CAST(x AS INTEGER)' => 'cast_integer(x)', 'CAST(x AS NUMERIC)' => 'cast_real(cast_numeric(x))', 'x IS TRUE' => 'coalesce(truth(x), false)', 'x % n' => 'remainder(x, n)' });
group('mathematics', { x => [ 'real', @doubles[ 0 .. 21, 26 .. 35, 37, 38 ], '10.0', '1000.0', '-2.0', '8.0', '0.7', '-0.7', '709.78', '710.0', '-745.0', '-746.0' ] },
	[ map { "$_(x)" } qw(ln log log10 log2 sqrt acos asin acosh atanh exp) ]);
group('two reals', { x => [ 'real', @doubles[ 0 .. 17, 33 .. 35 ], '10.0', '1000.0', '-2.0', '8.0', '0.7', '1e15' ], y => [ 'real', undef, '0.0', '1.0', '-1.0', '2.0', '3.0', '-3.0', '0.5', '0.1', '10.0', '-400.0' ] },
	[ 'log(y, x)', 'power(x, y)', 'pow(x, y)', 'mod(x, y)', 'x / y', 'x % y' ], postgres => { 'x / y' => 'divide(x, y)', 'x % y' => 'remainder(x, y)' });
my @numerals = (undef, '', ' ', '0', '1', '-1', '+1', '12abc', ' 12', "\t12\n", '1 2', '1.5', '-1.5', '.5', '5.', '.', '-', '+', '1e3', '1e', '1e+', '1e-2', '1E5x', '1.5e3abc', '0x10', '1_000', 'abc', '--1', '9223372036854775807', '9223372036854775808',
	'-9223372036854775808', '-9223372036854775809', '99999999999999999999', '1e18', '1e19', '1e400', '-1e400', '1e-400', '1e99999', '1e-99999', '1e9999999999', '0e9999999999', '123456789012345678901234567890', '0.1', '4503599627370496.0',
	'2251799813685247.0', '2251799813685248.0', '-0', '-0.0', '00012', '1.7976931348623157e308', '1.7976931348623159e308', 'Inf', 'NaN', 'true', '3.0', '3.0abc', '1.e5', '.5e1', '0000000000000000000000000000000000005', '179769313486231580793e289');
group('cast', { x => [ 'text', @numerals ] }, [ 'CAST(x AS INTEGER)', 'CAST(x AS REAL)', 'CAST(x AS NUMERIC)', 'CAST(x AS BLOB)', 'x IS TRUE', 'sign(x)', 'abs(x)', 'round(x, 2)' ],
	postgres => { 'CAST(x AS INTEGER)' => 'cast_integer(x)', 'CAST(x AS REAL)' => 'cast_real(x)', 'CAST(x AS NUMERIC)' => 'cast_numeric(x)', 'CAST(x AS BLOB)' => 'cast_blob(x)', 'x IS TRUE' => 'coalesce(truth(x), false)' });
group('cast of blob', { x => [ 'blob', undef, '', '3132', '312e35', '616263', 'c3a4' ] }, [ 'CAST(x AS INTEGER)', 'CAST(x AS REAL)', 'CAST(x AS NUMERIC)', 'CAST(x AS TEXT)', 'upper(x)', 'abs(x)' ],
	postgres => { 'CAST(x AS INTEGER)' => 'cast_integer(x)', 'CAST(x AS REAL)' => 'cast_real(x)', 'CAST(x AS NUMERIC)' => 'cast_numeric(x)', 'CAST(x AS TEXT)' => 'cast_text(x)', 'abs(x)' => 'abs(cast_real(x))' });
group('char', { a => [ 'integer', 1, 65, 127, 128, 255, 2047, 2048, 55295, 57344, 65533, 65535, 65536, 128512, 1114111, 1114112, -1 ], b => [ 'integer', 10, 66, 8364 ] }, [ 'char(a)', 'char(a, b)', 'hex(char(b, a, b))' ]);
group('no arguments', {}, [ 'char()', 'json_array()', 'json_object()', 'typeof(random())', 'length(randomblob(5))', 'length(randomblob(0))', 'typeof(randomblob(-3))', 'zeroblob(-1)', 'length(randomblob(1000))', q{length(datetime('now'))}, 'length(date())', 'length(time())',
	'julianday() > 2460000', q{unixepoch('NOW') > 1700000000}, q{typeof(NULL)}, q{quote(NULL)}, 'hex(NULL)', q{printf('%d %s', 1, 'x')}, q{json_object('a', 1, 'b', 'x', 'c', NULL)}, q{json_set('{}', '$.a', 'b', '$.c', 2)} ]);

group('printf integer', {
		f => [ 'text', '%d', '%i', '%5d', '%-5d|', '%05d', '%+d', '% d', '%,d', '%+,d', '%08,d', '%.3d', '%8.3d', '%u', '%x', '%X', '%#x', '%#X', '%o', '%#o', '%ld', '%lld', '%c', '%s', '%10s|', '%-10s|', '%.2s', '%q', '%Q', '%w', '%f', '%.2f', '%e', '%g', '%p',
			'%r', '%3r', '%-+6d|', '%*d', '%.*d', '%n', '%d%%', '%y', 'a%yb', '%5%|', '%', '%d %d', '', '%05s', '%+x', '%020d', '%-05d|', '%5c|', '%.3c|', '%10.3c|', '%l', '%5', '%5-d', '%!d', '%+ d', '% +d' ],
		x => [ 'integer', undef, 0, 1, -1, 7, 12, 13, 21, 42, -42, 111, 1234567, -1234567, '9223372036854775807', '-9223372036854775808', 1000 ] },
	[ 'printf(f, x)', q{format(f, x, 5)} ]);
group('printf real', {
		f => [ 'text', '%f', '%.0f', '%.1f', '%.2f', '%.3f', '%10.2f|', '%-10.2f|', '%010.2f', '%+.2f', '% .2f', '%e', '%.0e', '%.3e', '%E', '%g', '%.3g', '%.10g', '%G', '%#g', '%!g', '%!.3f', '%#.0f', '%!.0f', '%.15g', '%!.15g', '%.16g', '%.17g', '%d', '%x', '%s', '%.5s', '%,d', '%,.2f',
			'%+08.2f|', '%.10f', '%.20f', '%-+10.1e|', '%Q', '%c', '%.0g', '%!e', '%#.3e', '%lf' ],
		x => [ 'real', @doubles ] },
	['printf(f, x)']);
group('printf text', {
		f => [ 'text', '%s', '%5s|', '%-5s|', '%.2s', '%!.2s', '%!5s|', '%-!5s|', '%q', '%Q', '%w', '%.3q', '%.3Q', '%!.2Q', '%10Q|', '%c', '%!c', '%5c|', '%-5c|', '%.3c', '%d', '%f', '%x', '%g', '%z', '%s%s', '%s %d %f %q %Q %w|', '%!-8s|', '%.0s|' ],
		x => [ 'text', @texts, '3.7', '1e20' ] },
	[ 'printf(f, x)', 'format(f, x)' ]);

my @documents = (undef, '{}', '[]', 'null', '1', '-0', '"a"', 'true', ' { "a" : 1 , "b" : [ 1 , 2.50, "x y" ] } ', '{"a":{"b":{"c":[1,{"d":null}]}},"e":"f"}', '[1,2,3,[4,5]]', '[1.0,1e2,-5E-3,9223372036854775808,-9223372036854775808]', '{"a b":1,"c.d":2,"":3,"A":4}',
	'"\\u00e4\\n\\"\\\\\\/"', '{"a":1,"a":2}', '{"k":"\\u0041\\ud83d\\ude00"}', '[true,false,null]', '[[],{},[[]]]', '{"é":"ü","x1":[]}', '[{"a":1},{"a":[2]}]');
my @bad_documents = ('', '{', '[1,]', '{"a"}', '{a:1}', "{'a':1}", '01', '1.', '.5', '+1', '[1 2]', '"a', 'nul', 'truefalse', '[1]]', '{"a":1,}', '"\\x"', "\"tab\there\"", '"\\u12"', '1e', '--1', '[,1]', '{"a":1 "b":2}', '""""', '{1:2}', 'NaN', '[1]x', '1true', "\x01", 'x', '{"a":1}{', '[-]', '-', '2.e3', "\"\x01\"", '{"a":}');
my @paths = (undef, '$', '$.a', '$.b', '$.a.b', '$.a.b.c', '$.a.b.c[1].d', '$[0]', '$[1]', '$[3]', '$[3][1]', '$[#-1]', '$[#-2]', '$[#]', '$[#-100]', '$[10]', '$.b[1]', '$.b[#-1]', '$."a b"', '$."c.d"', '$.e', '$."é"', '$.x1', '$[1].a[0]', '$.k', '$[4]', '$[#-0]', '$.zz.y', '$[0].a');
group('json', { j => [ 'text', @documents ] }, [ 'json(j)', 'json_type(j)', 'json_array_length(j)', 'json_valid(j)', 'json_array(json(j), j)', q{json_object('x', json(j), 'y', j)} ]);
group('json_valid', { j => [ 'text', @bad_documents ] }, ['json_valid(j)']);
group('json path', { j => [ 'text', @documents ], p => [ 'text', @paths ] }, [ 'json_extract(j, p)', q{json_extract(j, p, '$.a')}, 'json_type(j, p)', 'json_array_length(j, p)', 'json_extract(j, p) IS NULL' ], as_text => 1);
group('json arrow', { j => [ 'text', @documents ], p => [ 'text', @paths[ 1 .. $#paths ], 'a', 'b', '[1]', 'a b', 'A' ] }, [ 'j -> p', 'j ->> p' ], as_text => 1, postgres => { 'j -> p' => 'json_get(j, p)', 'j ->> p' => 'json_get_text(j, p)' });
group('json index', { j => [ 'text', @documents ], p => [ 'integer', 0, 1, 3, 9 ] }, [ 'j -> p', 'j ->> p' ], as_text => 1, postgres => { 'j -> p' => 'json_get(j, p)', 'j ->> p' => 'json_get_text(j, p)' });
group('json edit', { j => [ 'text', @documents ], p => [ 'text', @paths ] },
	[ 'json_remove(j, p)', q{json_remove(j, '$.a', p)}, q{json_insert(j, p, 'v')}, q{json_insert(j, p, NULL)}, q{json_replace(j, p, 1.5)}, q{json_set(j, p, json('[1]'))}, q{json_set(j, '$.new', 'x', p, 1)} ]);
group('json_patch', { j => [ 'text', @documents ], p => [ 'text', @documents, '{"a":null}', '{"a":{"b":null,"n":1}}', '{"b":{"c":{"x":null}}}', '{"e":null,"z":[1, 2]}' ] }, ['json_patch(j, p)']);
# (all columns of all rows in one text)
foreach my $table (qw(json_each json_tree))
{
	my @columns = qw(key value type atom id parent fullkey path);
	my $rows = "(SELECT group_concat(" . join(q( || ' ' || ), map { "ifnull($_, 'NULL')" } @columns) . ", '; ') FROM $table(j, p))";
	my $there = $rows =~ s/ifnull\((\w+), 'NULL'\)/coalesce($1::text, 'NULL')/gr;
	group($table, { j => [ 'text', @documents ], p => [ 'text', @paths[ 1 .. $#paths ] ] }, [$rows], postgres => { $rows => $there });
}

# the order of values of all classes
my %some = (
	integer => [ undef, 0, 1, -1, '9223372036854775807', '9007199254740993' ],
	real    => [ undef, '0.0', '1.0', '1.5', '-1e300', '9223372036854775808.0', '9007199254740992.0', '1e999' ],
	text    => [ undef, '', 'a', 'B', 'ab', '10', 'ä' ],
	blob    => [ undef, '', '00', '61', '6162' ]);
foreach my $x (sort keys %some)
{
	foreach my $y (sort keys %some)
	{
		my %there = map { ("x $_ y" => "value(x) OPERATOR(sqlite_compat.$_) value(y)") } qw(< <= = <> >= >);
		group("order of $x and $y", { x => [ $x, @{ $some{$x} } ], y => [ $y, @{ $some{$y} } ] }, [ sort keys %there ], postgres => \%there);
	}
}

# aggregates, over rows made of the inputs
sub rows { return "(SELECT column1 AS v FROM (VALUES $_[0]) AS t) AS r" }
my %sets = (
	integers => '(1), (2), (NULL), (-5), (7)',
	reals    => '(1.5), (-2.25), (NULL), (1e10)',
	texts    => q{('b'), ('a'), (NULL), ('ü'), ('')},
	nothing  => '(NULL), (NULL)');
my %type = (integers => 'bigint', reals => 'double precision', texts => 'text', nothing => 'bigint');
foreach my $set (sort keys %sets)
{
	my @functions = ('group_concat(v)', q{group_concat(v, '; ')}, q{group_concat(v, NULL)}, 'json_group_array(v)', 'total(v)', $set eq 'texts' ? () : ('sum(v)', 'avg(v)'), q{json_group_object('k' || ifnull(v, ''), v)});
	my (@expressions, %postgres);
	foreach my $function (@functions)
	{
		push @expressions, "(SELECT $function FROM (SELECT column1 AS v FROM (VALUES $sets{$set})))";
		my $there = $function =~ s/ifnull\(v, ''\)/ifnull(cast_text(v), '')/r;
		$postgres{ $expressions[-1] } = "(SELECT $there FROM (SELECT column1::$type{$set} AS v FROM (VALUES $sets{$set}) AS t) AS r)";
	}
	group("aggregate of $set", {}, \@expressions, postgres => \%postgres);
}

sub groups { return @groups }

# What is known to differ, each with a reason that the documentation gives too: group, pattern over "expression; inputs;
# SQLite: class value; PostgreSQL: class value", reason. One that no value shows any more is an error of the test.
my @known = (
	[ 'real functions', qr/^(?!quote|json).*x = 1\.7976931348623157e308/, 'SQLite reads the largest double inexactly' ],
	[ 'cast', qr/x = 1\.7976931348623157e308/, 'SQLite reads the largest double inexactly' ],
	[ 'real functions', qr/^quote.* SQLite: text '-?\d\.\d{17,20}e/, 'digits of quote() after the 17th' ],
	[ 'real functions', qr/^json_quote.*SQLite: text '-?Inf'/, 'infinity in JSON is 9.0e+999, as in newer SQLite: Inf is no JSON' ],
	[ 'real functions', qr/^max.*SQLite: integer (-?\d+); PostgreSQL: real \1$/, 'max() and min() of integers and reals are real' ],
	[ 'printf text', qr/f = %[.\d]*[sqQ]\|?, .*\xef\xbf\xbd|f = %\.\d[sqQ], x = .*SQLite: text '.*[\xc0-\xff][\x80-\xbf]?[\x80-\xbf]?'*; PostgreSQL/, 'a character that a byte count cuts in two is left out' ],
	[ 'printf real', qr/f = %!/, 'digits after the 17th, which the flag ! asks for' ],
	[ 'printf real', qr/x = (4503599627370495\.5|4503599627370496\.5|9007199254740993\.0)/, 'the last of 16 digits, which SQLite computes with 64 bits' ],
	[ 'real functions', qr/^round.*x = 4503599627370496\.5/, 'the last of 16 digits, which SQLite computes with 64 bits' ],
	(map { [ $_, qr/f = %[^,]*c[^,]*, x = (NULL|;)/, '%c of NULL and of the empty text is a zero byte in SQLite, and nothing here' ] } 'printf integer', 'printf real', 'printf text'),
	[ 'strftime', qr/f = %F, /, 'conversions of SQLite 3.44, which 3.40 answers with NULL' ],
	[ 'json', qr/^json_valid\(j\); j = NULL/, 'json_valid(NULL) is NULL, as in newer SQLite' ],
	[ 'json edit', qr/^json_remove.*j = \{"a":1,"a":2\}/, 'each path of json_remove() sees what the one before left' ],
	[ 'json edit', qr/^json_(set|replace)\(.*p = \$;/, 'a new document is JSON, where SQLite 3.40 gives the value itself' ],
	[ 'json_each', qr/9223372036854775808/, 'a real that 15 digits do not tell has all of its digits' ],
	[ 'json_tree', qr/9223372036854775808.*p = \$; SQLite/, 'a real that 15 digits do not tell has all of its digits' ],
	[ 'json_tree', qr/p = [^;]*\[#?[-0-9]+\][^;]*; SQLite/, 'the index of an array above the root, which SQLite 3.40 writes as 0' ]);

sub known_differences
{
	return @known;
}

1;

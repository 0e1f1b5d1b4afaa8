-- Binders: what was read from SQLite and is written back is there byte for byte; what PostgreSQL has is read back as it was.
-- The values are random; only those that are not as they should be are shown.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
SET timezone = 'Asia/Kolkata'; SET datestyle = 'German, DMY'; SET intervalstyle = 'sql_standard'; SET lc_monetary = 'C'; SET extra_float_digits = 0;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/conv_out.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE start (a)"
CREATE SCHEMA conv_out;
CREATE SERVER conv_out FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file', updatable 'true');
CREATE TYPE conv_out.colour AS ENUM ('red', 'green', 'blue');
CREATE DOMAIN conv_out.positive AS integer CHECK (value > 0);

-- stored: what SQLite holds, by i; own: what PostgreSQL holds, by i. "r" is a random number of 64 bits in both.
CREATE TABLE conv_out.kind (name text, decl text, target text, options text, stored text, own text);
INSERT INTO conv_out.kind VALUES
	('int8', 'INTEGER', 'bigint', NULL, 'r', 'r'),
	('int8 limits', 'INTEGER', 'bigint', NULL, 'CASE i % 2 WHEN 0 THEN 9223372036854775807 ELSE -9223372036854775807 - 1 END',
		'CASE i % 2 WHEN 0 THEN 9223372036854775807 ELSE -9223372036854775807 - 1 END'),
	('int8 in text', 'TEXT', 'bigint', NULL, 'r', 'r'),
	('int4', 'INT', 'integer', NULL, 'r % 2147483648', '(r % 2147483648)::integer'),
	('int2', '', 'smallint', NULL, 'r % 32768', '(r % 32768)::smallint'),
	('domain', 'INT', 'conv_out.positive', NULL, 'abs(r % 1000) + 1', '(abs(r % 1000) + 1)::integer'),
	('bool', 'BOOLEAN', 'boolean', NULL, 'abs(r) % 2', 'r % 2 = 0'),
	('bool of words', 'TEXT', 'boolean', 'format ''Ja,J/Nein,N''', 'CASE abs(r) % 2 WHEN 0 THEN ''Ja'' ELSE ''Nein'' END', 'r % 2 = 0'),
	('bool of numbers', 'INTEGER', 'boolean', 'format ''-1/0''', '-(abs(r) % 2)', 'r % 2 = 0'),
	('bool by example', 'TEXT', 'boolean', NULL, 'CASE abs(r) % 2 WHEN 0 THEN ''True'' ELSE ''False'' END', 'r % 2 = 0'),
	('bool by letter', 'CHAR(1)', 'boolean', NULL, 'CASE abs(r) % 2 WHEN 0 THEN ''Y'' ELSE ''N'' END', 'r % 2 = 0'),
	('float8', 'REAL', 'double precision', NULL, 'r / (abs(q % 1000000) + 1.0)',
		'CASE i % 9 WHEN 0 THEN ''NaN'' WHEN 1 THEN ''Infinity'' WHEN 2 THEN ''-Infinity'' WHEN 3 THEN 5e-324 ELSE r / (abs(q % 1000000) + 1.1) END'),
	('float8 of no type', '', 'double precision', NULL, 'r / (abs(q % 1000000) + 1.0)', 'r / (abs(q % 1000000) + 1.1)'),
	('float8 in text', 'TEXT', 'double precision', NULL, '(r % 100000) || ''.5''', 'CASE i % 9 WHEN 0 THEN ''NaN'' ELSE r / (abs(q % 1000000) + 1.1) END'),
	('float4', 'REAL', 'real', NULL, '(r % 100000) / 8.0', '(r / (abs(q % 1000000) + 1.1))::real'),
	('numeric integers', 'INTEGER', 'numeric', NULL, 'r', 'r::numeric'),
	('numeric in text', 'TEXT', 'numeric', NULL, 'printf(''%d.%02d'', r, abs(q % 100))',
		'CASE i % 9 WHEN 0 THEN ''NaN'' WHEN 1 THEN ''Infinity'' WHEN 2 THEN 1e200 + 1e-50 ELSE (r::numeric * q) / 1000000000 END'),
	('numeric(10,2)', 'DECIMAL(10,2)', 'numeric(10,2)', NULL, 'round((r % 10000000) / 100.0, 2)', '((r % 100000000) / 100.0)::numeric(10,2)'),
	('numeric of no type', '', 'numeric', NULL, 'CASE i % 4 WHEN 0 THEN r WHEN 1 THEN (r % 10000000) / 4.0 + 0.125 WHEN 2 THEN (r % 1000) || ''.50'' ELSE r || ''123456789.5'' END',
		'CASE i % 3 WHEN 0 THEN r::numeric * q ELSE r / (abs(q % 1000000) + 1.1) END'),
	('money', 'NUMERIC', 'money', NULL, 'round((r % 10000000) / 100.0, 2)', '((r % 10000000) / 100.0)::numeric::money'),
	('text', 'TEXT', 'text', NULL, 'CASE i % 5 WHEN 0 THEN '''' WHEN 1 THEN '' 1 '' WHEN 2 THEN ''007'' ELSE char(abs(r % 1000) + 32, 0x20ac, 0x1f600, i + 1) || hex(r) END',
		'CASE i % 5 WHEN 0 THEN '''' WHEN 1 THEN ''1e5'' WHEN 2 THEN ''NULL'' ELSE chr(128512) || repeat(chr((abs(r % 1000) + 40)::integer), i) END'),
	('text of no type', '', 'text', NULL, 'i || ''.0''', 'i || ''.0'''),
	('varchar', 'VARCHAR(40)', 'varchar(40)', NULL, 'hex(r)', 'to_hex(r)'),
	('char', 'CHAR(20)', 'char(20)', NULL, 'substr(hex(r), 1, i % 20)', 'to_hex(r)'),
	('any', 'TEXT', 'text', 'format ''any''', 'hex(r)', 'to_hex(r)'),
	('bytea', 'BLOB', 'bytea', NULL, 'CASE i % 7 WHEN 0 THEN x'''' ELSE randomblob(i * 17) END', 'decode(repeat(md5(r::text), i % 5), ''hex'')'),
	('date', 'DATE', 'date', NULL, 'date(abs(r % 2000000) + 1800000)',
		'CASE i % 9 WHEN 0 THEN ''infinity'' WHEN 1 THEN ''-infinity'' WHEN 2 THEN ''99999-12-31'' ELSE date ''0001-01-01'' + abs(r % 3000000)::integer END'),
	('date with midnight', 'DATETIME', 'date', NULL, 'datetime(abs(r % 2000000) + 1800000.5)', 'date ''2000-01-01'' + (r % 30000)::integer'),
	('date counted', 'INTEGER', 'date', 'format ''unixepoch''', '(r % 100000) * 86400', 'date ''2000-01-01'' + (r % 30000)::integer'),
	('date counted in a zone', 'INTEGER', 'date', 'format ''unixepoch_ms'', time_zone ''Asia/Tokyo''', '(r % 1000) * 86400000 + 1577804400000', 'date ''2020-01-01'' + (i % 1000)'),
	('time', 'TIME', 'time', NULL, 'time(abs(r % 86400), ''unixepoch'')', 'CASE i % 9 WHEN 0 THEN time ''24:00'' ELSE time ''0:00'' + abs(r % 86400000000) * interval ''1 us'' END'),
	('time of minutes', 'TEXT', 'time', NULL, 'strftime(''%H:%M'', abs(r % 86400), ''unixepoch'')', 'time ''0:00'' + abs(r % 1440) * interval ''1 min'''),
	('time of ms', 'TEXT', 'time', NULL, 'printf(''%s.%03d'', time(abs(r % 86400), ''unixepoch''), abs(q % 1000))', 'time ''0:00'' + abs(r % 86400000000) * interval ''1 us'''),
	('timestamp', 'DATETIME', 'timestamp', NULL, 'datetime(r % 30000000000, ''unixepoch'')',
		'CASE i % 9 WHEN 0 THEN ''infinity'' WHEN 1 THEN ''-infinity'' ELSE timestamp ''2000-01-01'' + (r % 30000000000000000) * interval ''1 us'' END'),
	('timestamp of us', 'DATETIME', 'timestamp', NULL, 'printf(''%s.%06d'', datetime(r % 30000000000, ''unixepoch''), abs(q % 1000000))', 'timestamp ''2000-01-01'' + (r % 30000000000000000) * interval ''1 us'''),
	('timestamp with T', 'TEXT', 'timestamp', NULL, 'strftime(''%Y-%m-%dT%H:%M:%S'', r % 30000000000, ''unixepoch'')', 'timestamp ''2000-01-01'' + (r % 30000000000000000) * interval ''1 us'''),
	('timestamp(3)', 'TEXT', 'timestamp(3)', NULL, 'printf(''%s.%03d'', datetime(r % 30000000000, ''unixepoch''), abs(q % 1000))', 'timestamp ''2000-01-01'' + (r % 30000000000000000) * interval ''1 us'''),
	('timestamp counted', 'INTEGER', 'timestamp', 'format ''unixepoch''', '(r % 10000000000000) / 1000.0', 'timestamp ''2000-01-01'' + (r % 1000000000000000) * interval ''1 us'''),
	('timestamptz', 'DATETIME', 'timestamptz', NULL, 'datetime(r % 30000000000, ''unixepoch'')',
		'CASE i % 9 WHEN 0 THEN ''infinity'' WHEN 1 THEN ''-infinity'' ELSE timestamptz ''2000-01-01'' + (r % 30000000000000000) * interval ''1 us'' END'),
	('timestamptz with Z', 'TEXT', 'timestamptz', NULL, 'strftime(''%Y-%m-%dT%H:%M:%S.000Z'', r % 30000000000, ''unixepoch'')', 'timestamptz ''2000-01-01'' + (r % 30000000000000000) * interval ''1 us'''),
	('timestamptz with offset', 'TEXT', 'timestamptz', NULL, 'strftime(''%Y-%m-%d %H:%M:%S+00:00'', r % 30000000000, ''unixepoch'')', 'timestamptz ''2000-01-01'' + (r % 30000000000000000) * interval ''1 us'''),
	('timestamptz in a zone', 'DATETIME', 'timestamptz', 'time_zone ''Europe/Berlin''', 'printf(''%s 1%d:%02d:00'', date(r % 1000000000, ''unixepoch''), abs(r % 10), abs(q % 60))',
		-- the hours about the end of summer time, too: told apart by an offset
		'CASE i % 3 WHEN 0 THEN timestamptz ''2024-10-27 00:00+00'' + (r % 7200) * interval ''1 s'' ELSE timestamptz ''2000-01-01'' + (r % 1000000000) * interval ''1 s'' END'),
	('unixepoch', 'INTEGER', 'timestamptz', 'format ''unixepoch''', 'r % 100000000000', 'timestamptz ''2000-01-01'' + (r % 1000000000000000) * interval ''1 us'''),
	('unixepoch_ms', 'INTEGER', 'timestamptz', 'format ''unixepoch_ms''', 'r % 100000000000000', 'timestamptz ''2000-01-01'' + (r % 1000000000000000) * interval ''1 us'''),
	('unixepoch_us', 'INTEGER', 'timestamptz', 'format ''unixepoch_us''', 'r % 100000000000000000', 'timestamptz ''2000-01-01'' + (r % 30000000000000000) * interval ''1 us'''),
	('unixepoch_ns', 'INTEGER', 'timestamptz', 'format ''unixepoch_ns''', 'r % 1000000000000000 * 1000', 'timestamptz ''2000-01-01'' + (r % 1000000000000000) * interval ''1 us'''),
	('dotnet_ticks', 'INTEGER', 'timestamptz', 'format ''dotnet_ticks''', 'abs(r % 300000000000000000) * 10', 'timestamptz ''2000-01-01'' + (r % 30000000000000000) * interval ''1 us'''),
	('cocoa', '', 'timestamptz', 'format ''cocoa''', '(r % 1000000000000) / 1000.0', 'timestamptz ''2000-01-01'' + (r % 1000000000000000) * interval ''1 us'''),
	('webkit', 'INTEGER', 'timestamptz', 'format ''webkit''', 'r % 30000000000000000', 'timestamptz ''2000-01-01'' + (r % 30000000000000000) * interval ''1 us'''),
	('julianday', 'REAL', 'timestamptz', 'format ''julianday''', 'julianday(r % 30000000000, ''unixepoch'')', 'timestamptz ''2000-01-01'' + (r % 30000000000000) * interval ''1 ms'''),
	('interval', 'TEXT', 'interval', NULL, 'time(abs(r % 86400), ''unixepoch'')',
		'make_interval(months => (r % 1000)::integer, days => (q % 1000)::integer, secs => (r % 1000000) / 100.0)'),
	('interval in seconds', 'INTEGER', 'interval', 'format ''seconds''', 'r % 100000', '(r % 1000000000000) * interval ''1 us'''),
	('uuid', 'TEXT', 'uuid', NULL, 'lower(hex(randomblob(4)) || ''-'' || hex(randomblob(2)) || ''-'' || hex(randomblob(2)) || ''-'' || hex(randomblob(2)) || ''-a'' || substr(hex(randomblob(6)), 2))', 'md5(r::text)::uuid'),
	('uuid in upper case', 'TEXT', 'uuid', NULL, 'hex(randomblob(4)) || ''-'' || hex(randomblob(2)) || ''-'' || hex(randomblob(2)) || ''-'' || hex(randomblob(2)) || ''-A'' || substr(hex(randomblob(6)), 2)', 'md5(r::text)::uuid'),
	('uuid without dashes', 'CHAR(32)', 'uuid', NULL, 'lower(''a'' || substr(hex(randomblob(16)), 2))', 'md5(r::text)::uuid'),
	('uuid of bytes', 'BLOB', 'uuid', NULL, 'randomblob(16)', 'md5(r::text)::uuid'),
	('uuid of bytes by example', 'GUID', 'uuid', NULL, 'randomblob(16)', 'md5(r::text)::uuid'),
	('json', 'JSON', 'json', NULL, 'printf(''{"a" : %d,  "b":[]}'', r)', 'json_build_object(''k'', r, ''l'', ARRAY[i, NULL])'),
	('jsonb', 'TEXT', 'jsonb', NULL, 'printf(''{"a": %d, "b": [1.50, null]}'', r)', 'CASE i % 4 WHEN 0 THEN to_jsonb(r) WHEN 1 THEN ''"x"'' WHEN 2 THEN ''null'' ELSE jsonb_build_object(''k'', r, ''l'', 1.500) END'),
	('enum', 'TEXT', 'conv_out.colour', NULL, 'CASE abs(r) % 3 WHEN 0 THEN ''red'' WHEN 1 THEN ''green'' ELSE ''blue'' END', '(enum_range(NULL::conv_out.colour))[1 + abs(r % 3)]'),
	('int4[]', 'TEXT', 'integer[]', NULL, 'printf(''[%d,%d]'', r % 1000, i)', 'CASE i % 4 WHEN 0 THEN ''{}'' WHEN 1 THEN ARRAY[[1, NULL], [i, 3]] ELSE ARRAY[i, NULL, 7] END'),
	('text[]', 'TEXT', 'text[]', NULL, 'printf(''["%d","a"]'', r % 1000)', 'ARRAY[to_hex(r), ''a "b", {c}'', NULL, '''']'),
	('text[] by example', 'TEXT', 'text[]', NULL, 'printf(''{%d,a}'', r % 1000)', 'ARRAY[to_hex(r), ''a "b", {c}'', NULL, '''']'),
	('timestamptz[]', 'TEXT', 'timestamptz[]', NULL, NULL, 'ARRAY[timestamptz ''2000-01-01'' + (r % 30000000000) * interval ''1 s'', NULL]'),
	('inet', 'TEXT', 'inet', NULL, 'printf(''10.0.%d.%d'', i % 256, abs(r % 256))', 'inet ''10.0.0.0'' + abs(r % 65536)'),
	('macaddr', 'TEXT', 'macaddr', NULL, 'printf(''08:00:2b:01:02:%02x'', i % 256)', '''08:00:2b:01:02:03''::macaddr'),
	('tstzrange', 'TEXT', 'tstzrange', NULL, NULL, 'tstzrange(timestamptz ''2000-01-01'' + (r % 30000000) * interval ''1 s'', NULL)'),
	('oid', 'INTEGER', 'oid', NULL, 'abs(r % 4294967296)', 'abs(r % 4294967296)::oid'),
	('timetz', 'TEXT', 'timetz', NULL, 'printf(''%s+05:30'', time(abs(r % 86400), ''unixepoch''))', 'timetz ''00:00+05:30'' + abs(r % 86400) * interval ''1 s'''),
	('bit varying', 'TEXT', 'bit varying', NULL, 'printf(''1%05d'', abs(r % 2) * 1011)', 'abs(r % 1000)::integer::bit(10)::bit varying'),
	('point', 'TEXT', 'point', NULL, NULL, 'point(r / 3.0, q / 7.0)'),
	('apple', 'INTEGER', 'timestamptz', 'format ''apple''', 'r % 10000000000', 'timestamptz ''2000-01-01'' + (r % 1000000000) * interval ''1 s'''),
	('timestamp of ms counted', 'INTEGER', 'timestamp', 'format ''unixepoch_ms''', 'r % 100000000000000', 'timestamp ''2000-01-01'' + (r % 1000000000000000) * interval ''1 us'''),
	('timestamp of us counted', 'INTEGER', 'timestamp', 'format ''unixepoch_us''', 'r % 100000000000000000', 'timestamp ''2000-01-01'' + (r % 30000000000000000) * interval ''1 us'''),
	('timestamp of ticks', 'INTEGER', 'timestamp', 'format ''dotnet_ticks''', 'abs(r % 300000000000000000) * 10', 'timestamp ''2000-01-01'' + (r % 30000000000000000) * interval ''1 us'''),
	('timestamp of days', 'REAL', 'timestamp', 'format ''julianday''', 'julianday(r % 30000000000, ''unixepoch'')', 'timestamp ''2000-01-01'' + (r % 30000000000000) * interval ''1 ms'''),
	('date of days', 'REAL', 'date', 'format ''julianday''', 'julianday(date(r % 30000000000, ''unixepoch''))', 'date ''2000-01-01'' + (r % 30000)::integer'),
	('macaddr8', 'TEXT', 'macaddr8', NULL, 'printf(''08:00:2b:01:02:03:04:%02x'', i % 256)', 'macaddr8 ''08:00:2b:01:02:03:04:05'''),
	('cidr', 'TEXT', 'cidr', NULL, 'printf(''10.%d.%d.0/24'', i % 256, abs(r % 256))', 'network(set_masklen(inet ''10.0.0.0'' + abs(r % 65536), 24))'),
	('bit', 'TEXT', 'bit(10)', NULL, 'printf(''%05d%05d'', abs(r % 2) * 1011, abs(q % 2) * 11100)', 'abs(r % 1000)::integer::bit(10)'),
	('tsvector', 'TEXT', 'tsvector', NULL, NULL, 'to_tsvector(''simple'', to_hex(r) || '' '' || to_hex(q))'),
	('xml', 'TEXT', 'xml', NULL, 'printf(''<a b="%d"> x </a>'', r)', 'xmlelement(name a, r)'),
	('pg_lsn', 'TEXT', 'pg_lsn', NULL, 'printf(''%X/%X'', abs(r % 1000000) + 1, abs(q % 1000000) + 1)', 'pg_lsn ''0/0'' + abs(r % 1000000000)'),
	('box', 'TEXT', 'box', NULL, NULL, 'box(point(r / 3.0, q / 7.0), point(q / 3.0, r / 9.0))'),
	('polygon', 'TEXT', 'polygon', NULL, NULL, 'polygon(box(point(r / 3.0, q / 7.0), point(q / 3.0, r / 9.0)))'),
	('int8range', 'TEXT', 'int8range', NULL, 'printf(''[%d,%d)'', abs(r % 1000), 1000 + abs(q % 1000))', 'int8range(least(r, q), greatest(r, q))'),
	('int4multirange', 'TEXT', 'int4multirange', NULL, NULL, 'int4multirange(int4range(0, i), int4range(i + 5, NULL))'),
	('float8[]', 'TEXT', 'double precision[]', NULL, NULL, 'ARRAY[r / 3.0, NULL, ''NaN'']::float8[]'),
	('jsonb[]', 'TEXT', 'jsonb[]', NULL, NULL, 'ARRAY[jsonb_build_object(''k'', r), NULL, ''[1, 2]'']'),
	('numeric(12,4) in text', 'TEXT', 'numeric(12,4)', NULL, 'printf(''%d.%04d'', r % 10000000, abs(q % 10000))', '((r % 10000000000) / 10000.0)::numeric(12,4)'),
	('name', 'TEXT', 'name', NULL, 'hex(r)', 'to_hex(r)::name'),
	('bytea in text', 'TEXT', 'bytea', NULL, 'randomblob(i)', 'decode(md5(r::text), ''hex'')'),
	('date of unixepoch_us', 'INTEGER', 'date', 'format ''unixepoch_us''', '(r % 30000) * 86400000000', 'date ''2000-01-01'' + (r % 30000)::integer'),
	('date of unixepoch_ns', 'INTEGER', 'date', 'format ''unixepoch_ns''', '(r % 30000) * 86400000000000', 'date ''2000-01-01'' + (r % 30000)::integer'),
	('date of dotnet_ticks', 'INTEGER', 'date', 'format ''dotnet_ticks''', 'abs(r % 3000000) * 864000000000', 'date ''2000-01-01'' + (r % 30000)::integer'),
	('date of cocoa', 'INTEGER', 'date', 'format ''cocoa''', '(r % 30000) * 86400', 'date ''2000-01-01'' + (r % 30000)::integer'),
	('date of apple', 'INTEGER', 'date', 'format ''apple''', '(r % 30000) * 86400', 'date ''2000-01-01'' + (r % 30000)::integer'),
	('date of webkit', 'INTEGER', 'date', 'format ''webkit''', 'abs(r % 200000) * 86400000000', 'date ''2000-01-01'' + (r % 30000)::integer'),
	('date of unixepoch_ms', 'INTEGER', 'date', 'format ''unixepoch_ms''', '(r % 30000) * 86400000', 'date ''2000-01-01'' + (r % 30000)::integer'),
	('date of iso', 'TEXT', 'date', 'format ''iso''', 'date(abs(r % 2000000) + 1800000)', 'date ''2000-01-01'' + (r % 30000)::integer'),
	('time of iso', 'TEXT', 'time', 'format ''iso''', 'time(abs(r % 86400), ''unixepoch'')', 'time ''0:00'' + abs(r % 86400000000) * interval ''1 us'''),
	('timestamp of iso', 'TEXT', 'timestamp', 'format ''iso''', 'datetime(r % 30000000000, ''unixepoch'')', 'timestamp ''2000-01-01'' + (r % 1000000000000000) * interval ''1 us'''),
	('timestamptz of iso', 'TEXT', 'timestamptz', 'format ''iso''', 'datetime(r % 30000000000, ''unixepoch'')', 'timestamptz ''2000-01-01'' + (r % 1000000000000000) * interval ''1 us'''),
	('timestamp of ns', 'INTEGER', 'timestamp', 'format ''unixepoch_ns''', 'r % 1000000000000000 * 1000', 'timestamp ''2000-01-01'' + (r % 1000000000000000) * interval ''1 us'''),
	('timestamp of cocoa', '', 'timestamp', 'format ''cocoa''', '(r % 1000000000000) / 1000.0', 'timestamp ''2000-01-01'' + (r % 1000000000000000) * interval ''1 us'''),
	('timestamp of apple', 'INTEGER', 'timestamp', 'format ''apple''', 'r % 10000000000', 'timestamp ''2000-01-01'' + (r % 1000000000) * interval ''1 s'''),
	('timestamp of webkit', 'INTEGER', 'timestamp', 'format ''webkit''', 'r % 30000000000000000', 'timestamp ''2000-01-01'' + (r % 30000000000000000) * interval ''1 us'''),
	('any varchar', 'TEXT', 'varchar(40)', 'format ''any''', 'hex(r)', 'to_hex(r)'),
	('any char', 'TEXT', 'char(20)', 'format ''any''', 'substr(hex(r), 1, i % 20)', 'to_hex(r)'),
	('lseg', 'TEXT', 'lseg', NULL, NULL, 'lseg(point(r / 3.0, q / 7.0), point(q / 3.0, r / 9.0))'),
	('path', 'TEXT', 'path', NULL, 'printf(''%s(%d,%d),(%d.5,7)%s'', substr(''(['', 1 + i % 2, 1), r % 1000, i, q % 1000, substr('')]'', 1 + i % 2, 1))', 'CASE i % 2 WHEN 0 THEN popen(path(polygon(box(point(r / 3.0, q / 7.0), point(q / 3.0, r / 9.0))))) ELSE path(polygon(box(point(r / 3.0, q / 7.0), point(q / 3.0, r / 9.0)))) END'),
	('line', 'TEXT', 'line', NULL, NULL, 'line(point(r / 3.0, i), point(q / 3.0, i + 1))'),
	('circle', 'TEXT', 'circle', NULL, 'printf(''<(%d.5,%d),%d>'', r % 1000, q % 1000, i)', 'circle(point(r / 3.0, q / 7.0), abs(q / 9.0))'),
	('tsquery', 'TEXT', 'tsquery', NULL, NULL, 'to_tsquery(''simple'', to_hex(r) || '' & !'' || to_hex(q))'),
	('jsonpath', 'TEXT', 'jsonpath', NULL, NULL, 'format(''$."%s"[*] ? (@ > %s)'', to_hex(r), i)::jsonpath'),
	('int4range', 'TEXT', 'int4range', NULL, 'printf(''[%d,%d)'', abs(r % 1000), 1000 + abs(q % 1000))', 'int4range(least(i, 50), greatest(i, 51))'),
	('numrange', 'TEXT', 'numrange', NULL, NULL, 'numrange(least(r, q) + 0.125, greatest(r, q) + 1.5, ''(]'')'),
	('daterange', 'TEXT', 'daterange', NULL, NULL, 'daterange(date ''2000-01-01'' + (r % 30000)::integer, NULL)'),
	('tsrange', 'TEXT', 'tsrange', NULL, NULL, 'tsrange(NULL, timestamp ''2000-01-01'' + (r % 1000000000000000) * interval ''1 us'', ''(]'')'),
	('int8multirange', 'TEXT', 'int8multirange', NULL, NULL, 'int8multirange(int8range(0, i), int8range(i + 5, 200 + abs(r / 2)))'),
	('nummultirange', 'TEXT', 'nummultirange', NULL, NULL, 'nummultirange(numrange(least(r, q), greatest(r, q)))'),
	('datemultirange', 'TEXT', 'datemultirange', NULL, NULL, 'datemultirange(daterange(date ''2000-01-01'' + (r % 30000)::integer, NULL))'),
	('tsmultirange', 'TEXT', 'tsmultirange', NULL, NULL, 'tsmultirange(tsrange(NULL, timestamp ''2000-01-01'' + (r % 1000000000000000) * interval ''1 us''))'),
	('tstzmultirange', 'TEXT', 'tstzmultirange', NULL, NULL, 'tstzmultirange(tstzrange(timestamptz ''2000-01-01'' + (r % 1000000000000000) * interval ''1 us'', ''infinity''))'),
	('one byte', 'TEXT', '"char"', NULL, 'char(65 + abs(r % 26))', 'chr(65 + abs(r % 26)::integer)::"char"'),
	('xid', 'TEXT', 'xid', NULL, 'printf(''%d'', abs(r % 4294967296))', 'abs(r % 4294967296)::text::xid'),
	('xid8', 'TEXT', 'xid8', NULL, 'printf(''%d'', abs(r))', 'abs(r)::text::xid8'),
	('cid', 'TEXT', 'cid', NULL, 'printf(''%d'', abs(r % 4294967296))', 'abs(r % 4294967296)::text::cid'),
	('tid', 'TEXT', 'tid', NULL, 'printf(''(%d,%d)'', abs(r % 100000), i)', 'format(''(%s,%s)'', abs(r % 100000), i)::tid'),
	('refcursor', 'TEXT', 'refcursor', NULL, 'hex(r)', 'to_hex(r)::refcursor'),
	('pg_snapshot', 'TEXT', 'pg_snapshot', NULL, 'printf(''%d:%d:'', i, i + 7)', 'format(''%s:%s:%s'', i, i + 7, i + 2)::pg_snapshot'),
	('txid_snapshot', 'TEXT', 'txid_snapshot', NULL, 'printf(''%d:%d:'', i, i + 7)', 'format(''%s:%s:%s'', i, i + 7, i + 2)::txid_snapshot');

-- For one kind: from SQLite to PostgreSQL and back, then from PostgreSQL to SQLite and back. A row for each value that is not the same.
CREATE FUNCTION conv_out.differences(k conv_out.kind, rows integer, OUT way text, OUT was text, OUT became text)
	RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
	opts text := coalesce(' OPTIONS (' || k.options || ')', '');
	numbers text := format('WITH RECURSIVE n(i, r, q) AS (SELECT 1, random(), random() UNION ALL SELECT i + 1, random(), random() FROM n WHERE i < %s) ', rows);
BEGIN
	PERFORM sqlite_mig_internal._source_execute('conv_out', format('CREATE TABLE %s (id INTEGER PRIMARY KEY, v %s)', t, k.decl)) FROM unnest('{a,b,c}'::text[]) AS t;
	EXECUTE format('CREATE FOREIGN TABLE conv_out.%s (id bigint, v %s%s) SERVER conv_out', t, k.target, opts) FROM (VALUES ('a')) AS x (t);
	EXECUTE format('CREATE FOREIGN TABLE conv_out.b (id bigint, v %s%s) SERVER conv_out', k.target, opts);
	EXECUTE format('CREATE FOREIGN TABLE conv_out.c (id bigint, v %s%s) SERVER conv_out', k.target, opts);
	IF k.stored IS NOT NULL THEN
		PERFORM sqlite_mig_internal._source_execute('conv_out', numbers || format('INSERT INTO a SELECT i, %s FROM n', k.stored));
		PERFORM sqlite_mig_internal._source_execute('conv_out', 'INSERT INTO a (v) VALUES (NULL)');
		-- an example for those that need one
		PERFORM sqlite_mig_internal._source_execute('conv_out', 'INSERT INTO b SELECT * FROM a WHERE id = 1');
		PERFORM sqlite_mig_internal._source_execute('conv_out', 'INSERT INTO c SELECT id - 1, v FROM a WHERE id = 1');
		INSERT INTO conv_out.b SELECT * FROM conv_out.a WHERE id > 1;
		UPDATE conv_out.b SET v = a.v FROM conv_out.a WHERE a.id = b.id AND b.id % 2 = 0;
		RETURN QUERY SELECT 'stored', s, d FROM conv_out.compared ORDER BY 2 LIMIT 3;
	END IF;
	EXECUTE format('CREATE TEMP TABLE own ON COMMIT DROP AS SELECT i AS id, (%s)::%s AS v FROM (SELECT i, '
		'(random() * 9e18)::bigint - (random() * 9e18)::bigint AS r, (random() * 9e18)::bigint - (random() * 9e18)::bigint AS q FROM generate_series(1, %s) AS i) AS n',
		k.own, k.target, rows);
	INSERT INTO conv_out.c SELECT * FROM own;
	RETURN QUERY SELECT 'own', o.v::text, coalesce(c.v::text, '(null)') FROM own AS o LEFT JOIN conv_out.c USING (id) WHERE o.v::text IS DISTINCT FROM c.v::text ORDER BY 2 LIMIT 3;
	DROP TABLE own;
	DROP FOREIGN TABLE conv_out.a, conv_out.b, conv_out.c;
	PERFORM sqlite_mig_internal._source_execute('conv_out', format('DROP TABLE %s', t)) FROM unnest('{a,b,c}'::text[]) AS t;
END $$;
CREATE FOREIGN TABLE conv_out.compared (s text, d text) SERVER conv_out
	OPTIONS (query 'SELECT typeof(a.v) || '' '' || quote(a.v) AS s, typeof(b.v) || '' '' || quote(b.v) AS d FROM a LEFT JOIN b USING (id) WHERE typeof(a.v) <> typeof(b.v) OR a.v IS NOT b.v');
SELECT name, d.* FROM conv_out.kind AS k, conv_out.differences(k, 100) AS d ORDER BY name;

-- every type of PostgreSQL is among them in every format that it has. Not: names of what one database has, types of the system's own tables, and
-- the formats of geometries (bytea), which have tests of their own.
CREATE FUNCTION conv_out.formats(type text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	EXECUTE format('CREATE FOREIGN TABLE conv_out.w (v %s OPTIONS (format ''?'')) SERVER conv_out OPTIONS ("table" ''start'')', type);
	EXECUTE 'SELECT v FROM conv_out.w';
	RAISE EXCEPTION 'no formats of %', type;
EXCEPTION WHEN fdw_invalid_attribute_value THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN QUERY SELECT NULL UNION ALL SELECT regexp_split_to_table(substring(hint FROM '^Valid formats are: (.*)\.$'), ', ');
END $$;
CREATE VIEW conv_out.wanted AS
	SELECT t.oid::regtype AS type, f AS format FROM pg_type AS t, conv_out.formats(t.oid::regtype::text) AS f
	WHERE t.typnamespace = 'pg_catalog'::regnamespace AND t.typtype IN ('b', 'r', 'm') AND t.typcategory <> 'A'
		AND t.typname !~ '^(reg|pg_(brin|dependencies|mcv|ndistinct|node)|gtsvector|aclitem)' AND NOT (t.typname = 'bytea' AND f IS NOT NULL);
CREATE VIEW conv_out.had AS SELECT k.target::regtype AS type, substring(k.options FROM 'format ''([a-z_]+)''') AS format FROM conv_out.kind AS k;
SELECT count(DISTINCT format) AS formats, count(DISTINCT type) > 60 AS types FROM conv_out.wanted;
SELECT * FROM conv_out.wanted EXCEPT SELECT * FROM conv_out.had ORDER BY 1, 2;
-- one that is missing is found
DELETE FROM conv_out.kind WHERE name IN ('lseg', 'date of webkit');
SELECT * FROM conv_out.wanted EXCEPT SELECT * FROM conv_out.had ORDER BY 1, 2;

-- the comparison finds what differs
SELECT way, count(*) FROM conv_out.differences(('wrong', 'TEXT', 'double precision', NULL, '''1.50''', '1')::conv_out.kind, 3) AS d GROUP BY way ORDER BY way;

-- what cannot be stored so that it is read back is refused
CREATE FUNCTION conv_out.refused(decl text, target text, options text, value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	m text; d text; h text;
BEGIN
	PERFORM sqlite_mig_internal._source_execute('conv_out', format('CREATE TABLE w (v %s)', decl));
	EXECUTE format('CREATE FOREIGN TABLE conv_out.w (v %s%s) SERVER conv_out', target, coalesce(' OPTIONS (' || options || ')', ''));
	EXECUTE format('INSERT INTO conv_out.w VALUES (%L)', value);
	RAISE EXCEPTION 'accepted' USING ERRCODE = 'P0001';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS m = MESSAGE_TEXT, d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT;
	RETURN concat_ws(E'\n  ', SQLSTATE || ' ' || m, nullif(d, ''), nullif(h, ''));
END $$;
SELECT c.value, c.target, conv_out.refused(c.decl, c.target, c.options, c.value)
FROM (VALUES
	('INTEGER', 'text', NULL, '007'), ('NUMERIC', 'text', NULL, ' 5'), ('REAL', 'text', NULL, '5'), ('INTEGER', 'text', NULL, '5'),
	('NUMERIC', 'numeric', NULL, '12345678901234567890.5'), ('REAL', 'numeric', NULL, '0.12345678901234567890'),
	('NUMERIC', 'bit(6)', NULL, '110110'), ('INTEGER', 'bit varying', NULL, '1'), ('NUMERIC', 'oid', NULL, '1'),
	('TEXT', 'date', NULL, '0044-03-15 BC'), ('TEXT', 'timestamp', NULL, '0044-03-15 BC'), ('INTEGER', 'timestamptz', 'format ''unixepoch''', 'infinity'),
	('INTEGER', 'timestamptz', 'format ''unixepoch_ns''', '2500-01-01'), ('REAL', 'timestamptz', 'format ''julianday''', '2024-01-01 00:00:00.123456'),
	('INTEGER', 'timestamp', 'format ''unixepoch'', time_zone ''Europe/Berlin''', '2024-03-31 02:30'),
	('INTEGER', 'interval', 'format ''seconds''', '1 day'), ('TEXT', 'integer[]', NULL, '[2:3]={1,2}'), ('TEXT', 'boolean', 'format ''maybe''', 'true')
	) AS c (decl, target, options, value);
-- NULL where '' is read as NULL, and the column takes no NULL
SELECT sqlite_mig_internal._source_execute('conv_out', 'CREATE TABLE e (a TEXT NOT NULL, b TEXT)');
CREATE FOREIGN TABLE conv_out.e (a text OPTIONS (empty_as_null 'true'), b text OPTIONS (empty_as_null 'true')) SERVER conv_out;
INSERT INTO conv_out.e VALUES (NULL, NULL);
SELECT a IS NULL, b IS NULL FROM conv_out.e;
\! sqlite3 "$FILE" "SELECT quote(a), quote(b) FROM e"
-- a uuid without dashes, in a column that makes numbers of texts, if it has digits only
SELECT sqlite_mig_internal._source_execute('conv_out', 'CREATE TABLE g (v UUID)');
SELECT sqlite_mig_internal._source_execute('conv_out', 'INSERT INTO g VALUES (''a50e8400e29b41d4a716446655440000'')');
CREATE FOREIGN TABLE conv_out.g (v uuid) SERVER conv_out;
INSERT INTO conv_out.g VALUES ('550e8400-e29b-41d4-a716-446655440000');
INSERT INTO conv_out.g VALUES ('55068400-1293-4174-9716-446655440000');
INSERT INTO conv_out.g VALUES ('55068400-1293-4174-9716-4466554e0000');
SELECT v FROM conv_out.g ORDER BY v;
\! sqlite3 "$FILE" "SELECT quote(v) FROM g"

DROP SCHEMA conv_out CASCADE;
DROP SERVER conv_out;

-- One statement a line. In front of one that has no equal: --! and the rule that says so; of one whose result is
-- another one: --~ and the rule that says that.
-- literals and names
SELECT 1, -1, 1.5, .5, 1e3, 0x1F, 'it''s', x'00ff', NULL, TRUE, FALSE;
SELECT 'a' || 'b', 'tab	x', '', 'back\slash';
SELECT 9223372036854775807, -9223372036854775807, 0xFF + 1;
SELECT 60 * 60 * 24 * 1000 * 30;
SELECT 2147483647 + 1;
SELECT "Order", [two words], `select`, mixed FROM item;
SELECT i."Order", i.[select] AS "as", I.MIXED FROM item AS I WHERE i.ID = 1;
SELECT "no such column" FROM dept;
SELECT name FROM dept WHERE name = "IT";
SELECT main.dept.name FROM main.dept ORDER BY main.dept.id;
SELECT Name, NAME, nAmE FROM DEPT ORDER BY Id;
SELECT d.* FROM dept d ORDER BY d.id;
SELECT dept.*, 1 FROM dept ORDER BY 1;
SELECT 1 AS "a b", 2 'c', 3 [d], 4 `e`, 5 f;
SELECT/**/1--c
SELECT 1 /* c */ + /* d */ 2;
SELECT ((((1)))), (1), (('x'));
SELECT - - 1, + + 2, -(-3), - (+ 4), ~5, ~ -1, -~0;
SELECT current_timestamp IS NOT NULL, CURRENT_DATE > '2020-01-01', length(current_time);
-- operators
SELECT 7 / 2, -7 / 2, 7 % 3, -7 % 3, 7.0 / 2, 7 / 2.0;
SELECT i / 2, i % 4, r / 2, i / r, i * 1.0 / 4 FROM num ORDER BY i;
SELECT 1 / 0, 1 % 0, 1.0 / 0, 5 / i FROM num WHERE i = 0;
SELECT i + r, i - r, i * r, -i, +i FROM num;
SELECT 0.1 + 0.2 = 0.3, 0.1 + 0.2, 1.0 * 3;
SELECT 1 | 4, 5 & 3, 1 << 4, 256 >> 2, 1 << 40, ~7 & 15;
SELECT i & 3, i | 8, i << 2, i >> 1 FROM num WHERE i > 0;
SELECT 1 + 2 * 3 - 4 / 2, (1 + 2) * 3, 2 * (3 + 4) * 5, 10 - (5 - 2), 20 / (10 / 5);
SELECT 1 = 1, 1 == 2, 1 <> 2, 1 != 1, 1 < 2, 2 <= 2, 3 > 4, 4 >= 4;
SELECT 1 < 2 = 1, 1 = 1 = 1, (1 > 2) = (3 > 4), 1 = 2 < 3;
SELECT 1 AND 0, 1 OR 0, NOT 1, NOT 0, 1 AND 2, 0 OR 5, NOT NULL, NULL AND 0, NULL OR 1;
SELECT NOT 1 = 2, NOT (1 = 2), NOT NOT 3;
SELECT 1 IS 1, 1 IS NULL, NULL IS NULL, NULL IS 1, 1 IS NOT 2, NULL IS NOT NULL;
SELECT id FROM emp WHERE note IS 'a_b' OR note IS NOT 'a_b' AND note IS NULL;
SELECT id, note IS NOT DISTINCT FROM '', note IS DISTINCT FROM NULL FROM emp;
SELECT id FROM emp WHERE note ISNULL;
SELECT id FROM emp WHERE note NOTNULL AND note NOT NULL;
SELECT active IS TRUE, active IS NOT TRUE, active IS FALSE FROM emp ORDER BY id;
SELECT 1 IS TRUE, 0 IS FALSE, 5 IS TRUE;
SELECT id FROM emp WHERE salary BETWEEN 100 AND 250;
SELECT id FROM emp WHERE salary NOT BETWEEN 100 AND 250;
SELECT id FROM emp WHERE NOT salary BETWEEN 100 AND 250 AND id > 0;
SELECT id FROM emp WHERE id BETWEEN 1 + 1 AND 2 * 2;
SELECT 5 BETWEEN 1 AND 3 = 0, 'b' BETWEEN 'a' AND 'c';
SELECT id FROM emp WHERE id IN (1, 3, 5);
SELECT id FROM emp WHERE id NOT IN (1, 3, 5);
SELECT id FROM emp WHERE name IN ('Anna', 'carl', 'nobody');
SELECT id FROM emp WHERE id IN ();
SELECT id FROM emp WHERE id NOT IN ();
SELECT id FROM emp WHERE dept_id IN (SELECT id FROM dept WHERE budget > 1500);
SELECT id FROM emp WHERE dept_id NOT IN (SELECT id FROM dept WHERE budget > 1500);
SELECT 1 IN (1, 2), 3 IN (1, 2), NULL IN (1), 1 IN (NULL, 1);
SELECT a FROM pair WHERE (a, b) IN ((1, 2), (2, 3));
SELECT a FROM pair WHERE (a, b) IN (SELECT 1, 2);
SELECT a, b FROM pair WHERE (a, b) > (1, 2) ORDER BY a, b;
SELECT (1, 2) = (1, 2), (1, 2) < (1, 3), (1, 2) <> (1, 2);
SELECT 'a' || 1, 1 || 'a', 1 || 2, 1.5 || 'x', NULL || 'x', 'a' || 'b' || 'c';
SELECT name || '-' || id || '-' || salary FROM emp WHERE salary IS NOT NULL;
SELECT i || r FROM num WHERE i = 7;
SELECT 'a' < 'b', 'a' < 'B', 'abc' > 'ab', '' < 'a';
SELECT CASE WHEN 1 THEN 'y' ELSE 'n' END, CASE 3 WHEN 1 THEN 'a' WHEN 3 THEN 'c' END, CASE WHEN 0 THEN 1 END;
SELECT id, CASE WHEN salary > 150 THEN 'high' WHEN salary IS NULL THEN 'none' ELSE 'low' END FROM emp;
SELECT CASE dept_id WHEN 1 THEN 'Sales' WHEN 2 THEN 'IT' ELSE 'other' END FROM emp ORDER BY id;
SELECT CASE WHEN active THEN 1 ELSE 0 END, CASE WHEN NOT active THEN name END FROM emp ORDER BY id;
SELECT CASE id WHEN 1 THEN 'one' ELSE id END FROM emp WHERE id < 3;
SELECT CASE WHEN id = 1 THEN salary ELSE id END FROM emp WHERE id < 4;
SELECT EXISTS (SELECT 1 FROM emp WHERE id = 1), NOT EXISTS (SELECT 1 FROM emp WHERE id = 99);
SELECT name FROM dept d WHERE EXISTS (SELECT * FROM emp e WHERE e.dept_id = d.id AND e.salary > 250);
SELECT name FROM dept d WHERE NOT EXISTS (SELECT * FROM emp e WHERE e.dept_id = d.id);
SELECT (SELECT max(salary) FROM emp), (SELECT name FROM emp ORDER BY id LIMIT 1);
SELECT id, (SELECT name FROM dept WHERE dept.id = emp.dept_id) FROM emp;
SELECT (SELECT 1 WHERE 0), (VALUES (5));
SELECT CAST('12abc' AS INTEGER), CAST('abc' AS INTEGER), CAST(1.9 AS INTEGER), CAST(-1.9 AS INTEGER), CAST(' 7' AS INT);
SELECT CAST(t AS INTEGER), CAST(t AS REAL), CAST(i AS TEXT), CAST(r AS TEXT), CAST(r AS INTEGER) FROM num;
SELECT CAST(5 AS TEXT), CAST(1.5 AS TEXT), CAST(1.0 AS TEXT), CAST('1.5' AS REAL), CAST('x' AS TEXT), CAST(NULL AS INTEGER);
SELECT CAST('12' AS NUMERIC), CAST('1.5' AS NUMERIC), CAST('abc' AS NUMERIC), CAST(3 AS NUMERIC);
SELECT CAST('abc' AS BLOB), CAST(x'616263' AS TEXT), CAST(5 AS VARCHAR(10));
SELECT CAST(active AS INTEGER), CAST(active AS TEXT) FROM emp ORDER BY id;
SELECT name COLLATE NOCASE = 'ANNA', name = 'ANNA' COLLATE NOCASE FROM emp WHERE id = 1;
SELECT 'abc' = 'ABC' COLLATE NOCASE, 'abc  ' = 'abc' COLLATE RTRIM, 'a' = 'A' COLLATE BINARY;
SELECT name FROM emp ORDER BY name COLLATE NOCASE, id;
SELECT name FROM emp ORDER BY name COLLATE BINARY DESC;
SELECT id FROM emp WHERE code = 'AB';
SELECT id, code FROM emp ORDER BY code, id;
SELECT id FROM emp WHERE code IN ('cd', 'EF');
SELECT id FROM emp WHERE code BETWEEN 'A' AND 'AZ';
-- patterns
--~ like
SELECT id FROM emp WHERE name LIKE 'é%';
SELECT id FROM emp WHERE name LIKE 'a%';
SELECT id FROM emp WHERE name NOT LIKE '%a';
SELECT id FROM emp WHERE name LIKE '_ob';
SELECT id FROM emp WHERE note LIKE '50\%%' ESCAPE '\';
SELECT id FROM emp WHERE note LIKE '%x_b' ESCAPE 'x';
SELECT 'a\b' LIKE 'a\b', 'ab' LIKE 'a\b', 'ABC' LIKE 'abc', 'a' LIKE NULL;
SELECT id FROM emp WHERE hired LIKE '2020-%';
SELECT id FROM emp WHERE id LIKE '1%';
SELECT id FROM emp WHERE name LIKE name;
SELECT id FROM emp WHERE salary LIKE '%.5';
SELECT name LIKE '%o%' FROM emp ORDER BY id;
SELECT id FROM emp WHERE name LIKE '%' || 'NN' || '%';
SELECT id FROM emp WHERE name GLOB 'A*';
SELECT id FROM emp WHERE name GLOB '[A-D]*';
SELECT id FROM emp WHERE name NOT GLOB '[^A-D]*';
SELECT 'abc' GLOB 'a?c', 'abc' GLOB 'A*', 'a%c' GLOB 'a%*', 'a_c' GLOB 'a_?', 'x.y' GLOB 'x[.]y', ']' GLOB '[]]', 'a*b' GLOB 'a[*]b';
SELECT id FROM emp WHERE name GLOB note || '*';
SELECT name GLOB '*' || substr(name, 2) FROM emp WHERE id = 2;
-- conditions that are values, values that are conditions
SELECT id FROM emp WHERE active;
SELECT id FROM emp WHERE NOT active;
SELECT id FROM emp WHERE active = 1;
SELECT id FROM emp WHERE active = 0 OR active IS NULL;
SELECT id FROM emp WHERE active <> 0 AND active != 5;
SELECT id FROM emp WHERE 1;
SELECT id FROM emp WHERE 0;
SELECT id FROM emp WHERE salary;
SELECT id FROM emp WHERE dept_id AND salary > 10;
SELECT id FROM emp WHERE id - 1;
SELECT i FROM num WHERE t;
SELECT i FROM num WHERE NOT t;
SELECT sum(active), count(active), max(active), avg(active) FROM emp;
SELECT sum(salary > 100), sum(name LIKE '%a%') FROM emp;
SELECT active + 1, active * 10, -active FROM emp ORDER BY id;
SELECT id, salary > 100 FROM emp ORDER BY salary > 100, id;
SELECT active AND salary > 100, active OR 0 FROM emp ORDER BY id;
SELECT id FROM emp ORDER BY active DESC, id DESC;
SELECT coalesce(salary > 100, 0) FROM emp ORDER BY id;
SELECT id FROM emp WHERE (salary > 100) + active = 2;
SELECT id FROM emp WHERE (salary > 100) = active;
SELECT id FROM emp WHERE coalesce(active, 0) AND ifnull(salary, 0);
SELECT id FROM emp WHERE CASE WHEN id > 2 THEN active ELSE 0 END;
SELECT id FROM emp WHERE iif(id > 2, salary > 100, 0);
-- comparisons of different types
SELECT id FROM emp WHERE id = '3';
SELECT id FROM emp WHERE id > '3';
SELECT id FROM emp WHERE id = 'abc';
SELECT k FROM kv WHERE k = 10;
SELECT k FROM kv WHERE v = 3;
SELECT k FROM kv WHERE v = n;
SELECT k FROM kv WHERE k IN (10, 'a');
SELECT id FROM emp WHERE salary = '200.5';
SELECT k FROM kv WHERE n IN ('1', '2');
--~ implicit conversion
SELECT i FROM num WHERE x = 'AB';
SELECT i FROM num WHERE x = x'4142';
SELECT id FROM emp WHERE dept_id = (SELECT CAST(1 AS TEXT));
-- functions of text
SELECT length('abc'), length(''), length(NULL), length(12345), length(x'0102'), length('Émile');
SELECT upper('abc'), lower('ABC'), upper(name) FROM emp WHERE id < 4;
SELECT substr('hello', 2), substr('hello', 2, 3), substr('hello', -3), substr('hello', -3, 2), substr('hello', 0), substr('hello', 2, -1), substring('abc', 2, 1);
SELECT substr(name, id), substr(name, -id, 2), substr(12345, 2, 2) FROM emp ORDER BY id;
SELECT trim('  a '), ltrim('  a'), rtrim('a  '), trim('xxaxx', 'x'), ltrim('xya', 'yx'), rtrim('axy', 'xy');
SELECT replace('abcabc', 'b', 'X'), replace('abc', '', 'X'), replace(name, 'o', '0') FROM emp WHERE id = 2;
SELECT instr('hello', 'l'), instr('hello', 'z'), instr('hello', ''), instr(NULL, 'a'), instr(x'010203', x'02');
SELECT hex('abc'), hex(x'00ff'), hex(123), hex(NULL), hex('É');
SELECT quote('it''s'), quote(1), quote(1.5), quote(NULL), quote(x'0a');
SELECT char(65), char(72, 105), unicode('A'), unicode('É'), unicode('');
SELECT printf('%d|%5d|%-5d|%05d', 1, 2, 3, 4), printf('%.2f', 3.14159), printf('%s and %s', 'a', 'b'), printf('%%');
SELECT format('%x %X %o', 255, 255, 8), printf('%c', 'abc'), printf('%q', 'it''s'), printf('%e', 12345.678);
SELECT printf('%08.3f|%+d|%,d', 3.14159, 5, 1234567);
SELECT name, printf('%-10s|%6.2f', name, salary) FROM emp WHERE salary NOT NULL AND id < 4;
SELECT like('a%', 'ABC'), like('a', 'b'), glob('a*', 'abc'), like('a!%', 'a%', '!');
SELECT typeof(1), typeof(1.5), typeof('a'), typeof(NULL), typeof(x'00'), typeof(1 + 1), typeof('a' || 1);
SELECT typeof(i), typeof(r), typeof(t), typeof(x) FROM num;
SELECT coalesce(NULL, 1, 2), coalesce(NULL, NULL), ifnull(NULL, 'x'), nullif(1, 1), nullif(1, 2), iif(1 > 0, 'y', 'n');
SELECT coalesce(note, 'none'), ifnull(salary, 0), nullif(note, '') FROM emp ORDER BY id;
SELECT coalesce(salary, 'unknown') FROM emp WHERE id > 3;
SELECT max(1, 2, 3), min(1, 2, 3), max('a', 'b'), min(1, NULL), max(i, r) FROM num;
SELECT max(id, 3), min(salary, 150) FROM emp ORDER BY id;
SELECT likely(1), unlikely(0), likelihood(5, 0.5);
SELECT zeroblob(3), length(zeroblob(10)), length(randomblob(8)), typeof(random());
SELECT soundex('Robert') IS NOT NULL OR 1;
-- functions of numbers
SELECT abs(-5), abs(5.5), abs(-2.5), abs(NULL), sign(-3), sign(0), sign(2.5);
SELECT round(2.5), round(3.5), round(-2.5), round(2.567, 2), round(1234.5, -2), round(5), round(NULL);
SELECT round(salary, 1), round(salary) FROM emp ORDER BY id;
SELECT ceil(1.2), floor(-1.2), ceiling(2.0), trunc(1.9), trunc(-1.9);
SELECT sqrt(16), sqrt(2), pow(2, 10), power(2, 0.5), exp(0), exp(1), ln(10), log(100), log10(1000), log2(8), log(2, 8);
SELECT sin(0), cos(0), tan(0), asin(1), acos(1), atan(1), atan2(1, 1), degrees(3), radians(180), pi(), mod(7, 3), mod(-7.5, 2);
SELECT sinh(1), cosh(1), tanh(1);
-- dates and times
SELECT date('2024-01-31'), date('2024-01-31', '+1 month'), date('2024-01-31', '-1 day'), date('2024-02-29', '+1 year');
SELECT datetime('2024-01-31 10:11:12', '+90 minutes'), time('10:11:12', '+1 hour'), datetime('2024-01-31', 'start of month', '+1 month', '-1 day');
SELECT strftime('%Y-%m-%d', '2024-03-05 06:07:08'), strftime('%H:%M:%S', '2024-03-05 06:07:08'), strftime('%j %w %W', '2024-03-05');
SELECT strftime('%s', '2024-01-01'), unixepoch('2024-01-01'), julianday('2000-01-01 12:00:00');
SELECT datetime(1700000000, 'unixepoch'), date(1700000000, 'unixepoch'), datetime(2451545.0);
SELECT date('2024-05-15', 'weekday 0'), date('2024-05-15', 'start of year'), datetime('2024-05-15 01:02:03', 'start of day');
SELECT julianday('2024-03-01') - julianday('2024-02-01');
SELECT id, strftime('%Y', hired) FROM emp ORDER BY id;
SELECT id, date(hired, '+1 year') FROM emp WHERE hired IS NOT NULL;
SELECT strftime('%Y', hired) AS y, count(*) FROM emp GROUP BY y ORDER BY y;
SELECT strftime('%Y-%m', hired), count(*) FROM emp GROUP BY strftime('%Y-%m', hired);
SELECT id FROM emp WHERE updated_at > '2024-03-02 12:00:00';
SELECT id FROM emp WHERE updated_at >= '2024-03-04' ORDER BY id;
SELECT id FROM emp WHERE updated_at < datetime('now');
SELECT id FROM emp WHERE updated_at > datetime('now', '-1 day');
SELECT id FROM emp WHERE updated_at < CURRENT_TIMESTAMP AND hired < CURRENT_DATE;
SELECT id FROM emp WHERE updated_at BETWEEN '2024-03-01' AND '2024-03-03';
SELECT id FROM emp WHERE date(updated_at) = '2024-03-02';
SELECT date('now') = date('now'), datetime('now', 'start of day') <= datetime('now'), date('garbage'), datetime('now') > '2024';
SELECT id, strftime('%H', updated_at), date(updated_at), time(updated_at) FROM emp ORDER BY id;
SELECT max(updated_at), min(hired) FROM emp;
-- JSON
SELECT json_extract(body, '$.a'), json_extract(body, '$.b.c'), json_extract(body, '$.l[1]') FROM doc WHERE id = 1;
SELECT body ->> '$.a', body ->> 'a', body -> '$.b' FROM doc WHERE id = 1;
SELECT body ->> '$.b.c', body -> 'b' ->> 'c', body ->> '$.l[0]' FROM doc WHERE id = 1;
SELECT body ->> 0, body ->> 1, body ->> '$[1]', body ->> '$[#-2]' FROM doc WHERE id = 3;
SELECT id FROM doc WHERE json_extract(body, '$.a') = 1;
SELECT id FROM doc WHERE body ->> '$.a' > 2 AND id < 3;
SELECT id FROM doc WHERE meta ->> '$.k' = 'v';
SELECT id FROM doc WHERE meta ->> 'n' > 5;
SELECT sum(meta ->> 'n'), max(meta ->> 'k') FROM doc;
SELECT meta ->> 'n' + 1 FROM doc WHERE id = 1;
SELECT json_array(1, 'a', NULL), json_object('a', 1, 'b', 'x'), json('{"a" : 1}'), json_quote('x');
SELECT json_array_length(body, '$.l'), json_array_length('[1,2]'), json_type(body), json_type(body, '$.a') FROM doc WHERE id = 1;
SELECT json_set('{"a":1}', '$.b', 2), json_insert('{"a":1}', '$.a', 5), json_replace('{"a":1}', '$.a', 5), json_remove('{"a":1,"b":2}', '$.a');
SELECT json_patch('{"a":1}', '{"b":2}'), json_valid('{}'), json_valid('x');
SELECT json_group_array(name) FROM (SELECT name FROM emp ORDER BY id);
SELECT json_group_object(k, n) FROM (SELECT k, n FROM kv WHERE n IS NOT NULL ORDER BY k);
SELECT value FROM json_each('[10,20,30]') ORDER BY value;
SELECT d.id, j.value FROM doc d, json_each(d.body, '$.l') j WHERE d.id = 1 ORDER BY j.key;
SELECT id FROM doc WHERE json_valid(body) ORDER BY id;
-- queries
SELECT DISTINCT dept_id FROM emp ORDER BY dept_id;
SELECT ALL dept_id FROM emp ORDER BY dept_id DESC;
SELECT id FROM emp ORDER BY salary;
SELECT id FROM emp ORDER BY salary DESC;
SELECT id FROM emp ORDER BY salary NULLS LAST;
SELECT id FROM emp ORDER BY salary DESC NULLS FIRST, name ASC;
SELECT id, salary FROM emp ORDER BY 2, 1 DESC;
SELECT id, salary * 2 AS double FROM emp ORDER BY double DESC, id;
SELECT id, salary * 2 AS double FROM emp WHERE double > 300 ORDER BY double + 1;
SELECT id FROM emp ORDER BY id LIMIT 2;
SELECT id FROM emp ORDER BY id LIMIT 2 OFFSET 1;
SELECT id FROM emp ORDER BY id LIMIT 1, 3;
SELECT id FROM emp ORDER BY id LIMIT -1;
SELECT id FROM emp ORDER BY id LIMIT -1 OFFSET 3;
SELECT id FROM emp ORDER BY id LIMIT 1 + 1;
SELECT count(*) FROM (SELECT id FROM emp ORDER BY random() LIMIT 3);
SELECT e.name, d.name FROM emp e JOIN dept d ON e.dept_id = d.id ORDER BY e.id;
SELECT e.name, d.name FROM emp AS e INNER JOIN dept AS d ON d.id = e.dept_id AND d.budget > 1500 ORDER BY e.id;
SELECT e.name, d.name FROM emp e LEFT JOIN dept d ON e.dept_id = d.id ORDER BY e.id;
SELECT e.name, d.name FROM emp e LEFT OUTER JOIN dept d ON e.dept_id = d.id WHERE d.id IS NULL;
SELECT e.id, d.id FROM emp e RIGHT JOIN dept d ON e.dept_id = d.id ORDER BY d.id, e.id;
SELECT e.id, d.id FROM emp e FULL OUTER JOIN dept d ON e.dept_id = d.id ORDER BY 1, 2;
SELECT count(*) FROM emp, dept;
SELECT count(*) FROM emp CROSS JOIN dept;
SELECT count(*) FROM emp JOIN dept;
SELECT count(*) FROM emp INNER JOIN dept WHERE emp.dept_id = dept.id;
SELECT count(*) FROM emp, dept JOIN kv ON emp.dept_id = dept.id AND kv.n = dept.id;
SELECT count(*) FROM emp LEFT JOIN dept;
SELECT p.a, q.c FROM pair p JOIN pair q USING (a, b) ORDER BY p.a, p.b;
SELECT a, b FROM pair NATURAL JOIN (SELECT 1 AS a);
SELECT count(*) FROM pair NATURAL LEFT JOIN pair AS p2;
SELECT e.id, m.name FROM emp e LEFT JOIN emp m ON m.id = e.manager_id ORDER BY e.id;
SELECT count(*) FROM (emp JOIN dept ON emp.dept_id = dept.id);
SELECT count(*) FROM (emp);
SELECT x.n FROM (SELECT count(*) AS n FROM emp) x;
SELECT * FROM (SELECT 1, 2);
SELECT "count(*)", "max(id)" + 1 FROM (SELECT count(*), max(id) FROM emp);
SELECT x.name FROM (SELECT name, max(salary) FROM emp) AS x;
SELECT * FROM (VALUES (1, 'a'), (2, 'b'));
SELECT column1, column2 FROM (VALUES (1, 'a'), (2, 'b')) ORDER BY 1;
SELECT id FROM emp INDEXED BY emp_name WHERE name = 'Bob';
SELECT id FROM emp NOT INDEXED WHERE id = 1;
SELECT rowid, name FROM emp WHERE rowid = 2;
SELECT _rowid_, oid FROM dept ORDER BY oid;
SELECT e.rowid FROM emp e WHERE e.rowid > 3 ORDER BY e.rowid;
SELECT dept_id, count(*), sum(salary), avg(salary), min(salary), max(salary), total(salary) FROM emp GROUP BY dept_id ORDER BY dept_id;
SELECT dept_id, count(*) AS n FROM emp GROUP BY dept_id HAVING n > 1;
SELECT dept_id, count(*) FROM emp GROUP BY 1 HAVING count(*) > 1 ORDER BY count(*) DESC, 1;
SELECT count(), count(*), count(salary), count(DISTINCT dept_id) FROM emp;
SELECT sum(id), sum(id) / count(*), sum(salary) / 2, avg(id) FROM emp;
SELECT sum(id), total(id), avg(id) FROM emp WHERE 0;
SELECT group_concat(name) FROM (SELECT name FROM emp ORDER BY id);
SELECT group_concat(name, '; ') FROM (SELECT name FROM emp ORDER BY id);
SELECT group_concat(DISTINCT dept_id) FROM emp WHERE dept_id = 1;
SELECT group_concat(id) FROM (SELECT id FROM emp ORDER BY id);
SELECT dept_id, name, max(salary) FROM emp WHERE dept_id IS NOT NULL AND salary IS NOT NULL GROUP BY dept_id ORDER BY dept_id;
SELECT name, min(id) FROM emp GROUP BY dept_id ORDER BY 2;
SELECT d.id, d.name, count(e.id) FROM dept d LEFT JOIN emp e ON e.dept_id = d.id GROUP BY d.id ORDER BY d.id;
SELECT d.name, count(e.id) AS n FROM dept d LEFT JOIN emp e ON e.dept_id = d.id GROUP BY d.name ORDER BY n DESC, d.name;
--~ case
SELECT lower(substr(name, 1, 1)) AS first, count(*) FROM emp GROUP BY lower(substr(name, 1, 1)) ORDER BY first;
SELECT upper(name), length(name) FROM emp GROUP BY name ORDER BY name;
SELECT count(*) FILTER (WHERE active), sum(salary) FILTER (WHERE dept_id = 1) FROM emp;
SELECT max(salary) - min(salary), count(*) * 2 FROM emp;
SELECT count(*) FROM emp HAVING count(*) > 3;
SELECT name FROM emp WHERE salary = (SELECT max(salary) FROM emp);
SELECT name FROM emp e WHERE salary > (SELECT avg(salary) FROM emp WHERE dept_id = e.dept_id);
SELECT 1 UNION SELECT 2 UNION SELECT 1 ORDER BY 1;
SELECT 1 UNION ALL SELECT 1;
SELECT dept_id FROM emp EXCEPT SELECT id FROM dept;
SELECT id FROM dept INTERSECT SELECT dept_id FROM emp ORDER BY id;
SELECT 1 UNION SELECT 2 INTERSECT SELECT 2;
SELECT 1 UNION SELECT 2 EXCEPT SELECT 1 INTERSECT SELECT 2 UNION ALL SELECT 9 INTERSECT SELECT 9;
SELECT name FROM emp UNION SELECT name FROM dept ORDER BY name DESC LIMIT 3;
SELECT id, name FROM emp WHERE id = 1 UNION ALL SELECT id, name FROM dept ORDER BY 2, 1;
SELECT 1, 'a' UNION ALL SELECT 2, NULL UNION ALL SELECT NULL, 'c';
SELECT NULL UNION ALL SELECT NULL UNION ALL SELECT 1;
SELECT id FROM emp WHERE id = 1 UNION ALL SELECT name FROM dept WHERE id = 1;
SELECT name AS n FROM emp UNION SELECT name FROM dept ORDER BY n LIMIT 2;
VALUES (1, 2), (3, 4);
VALUES (1), (NULL), (2.5);
VALUES (1) UNION ALL VALUES (2);
WITH a AS (SELECT id FROM emp WHERE active), b(x) AS (SELECT id FROM a WHERE id > 1) SELECT x FROM b ORDER BY x;
WITH a AS MATERIALIZED (SELECT 1 AS x), b AS NOT MATERIALIZED (SELECT 2 AS y) SELECT x + y FROM a, b;
WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 5) SELECT x FROM c;
WITH c(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM c WHERE x < 5) SELECT sum(x) FROM c;
WITH RECURSIVE t(id, label, level) AS (SELECT id, label, 0 FROM node WHERE parent IS NULL UNION ALL SELECT n.id, n.label, level + 1 FROM node n JOIN t ON n.parent = t.id) SELECT * FROM t ORDER BY id;
WITH RECURSIVE p(id, path) AS (SELECT id, label FROM node WHERE parent IS NULL UNION ALL SELECT n.id, p.path || '/' || n.label FROM node n, p WHERE n.parent = p.id) SELECT path FROM p ORDER BY id;
WITH RECURSIVE fact(n, f) AS (SELECT 1, 1 UNION ALL SELECT n + 1, f * (n + 1) FROM fact WHERE n < 15) SELECT f FROM fact WHERE n = 15;
WITH RECURSIVE x(i, v) AS (SELECT 1, 1.0 UNION ALL SELECT i + 1, v / 2 FROM x WHERE i < 4) SELECT * FROM x;
SELECT * FROM (WITH q AS (SELECT 3 AS z) SELECT z FROM q);
-- windows
SELECT id, row_number() OVER (ORDER BY salary DESC, id) FROM emp ORDER BY id;
SELECT id, rank() OVER (ORDER BY dept_id), dense_rank() OVER (ORDER BY dept_id), ntile(2) OVER (ORDER BY id) FROM emp ORDER BY id;
SELECT id, sum(salary) OVER (PARTITION BY dept_id ORDER BY id) FROM emp ORDER BY id;
SELECT id, sum(id) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM emp ORDER BY id;
SELECT id, sum(id) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) FROM emp ORDER BY id;
SELECT id, count(*) OVER (ORDER BY id RANGE BETWEEN 2 PRECEDING AND CURRENT ROW) FROM emp ORDER BY id;
SELECT id, group_concat(name, ',') OVER (ORDER BY id GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW) FROM emp ORDER BY id;
SELECT id, sum(id) OVER (ORDER BY dept_id RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE TIES) FROM emp ORDER BY id;
SELECT id, lag(name) OVER w, lead(name, 1, 'none') OVER w, first_value(name) OVER w, last_value(name) OVER w, nth_value(name, 2) OVER w FROM emp WINDOW w AS (ORDER BY id) ORDER BY id;
SELECT id, avg(salary) OVER (w ROWS 1 PRECEDING) FROM emp WINDOW w AS (PARTITION BY dept_id ORDER BY id) ORDER BY id;
SELECT id, count(*) FILTER (WHERE active) OVER (ORDER BY id), total(salary) OVER () FROM emp ORDER BY id;
SELECT id, percent_rank() OVER (ORDER BY id), cume_dist() OVER (ORDER BY id) FROM emp ORDER BY id;
SELECT dept_id, sum(count(*)) OVER (ORDER BY dept_id) FROM emp GROUP BY dept_id ORDER BY dept_id;
SELECT * FROM (SELECT id, row_number() OVER (PARTITION BY dept_id ORDER BY salary DESC) AS rn FROM emp) WHERE rn = 1 ORDER BY id;
-- changes
INSERT INTO dept VALUES (10, 'New', 5.5, 'Ulm');
INSERT INTO dept (name) VALUES ('A'), ('B');
INSERT INTO dept (id, name) VALUES (NULL, 'auto');
INSERT INTO dept VALUES (NULL, "quoted", 1, "Rome");
INSERT INTO dept (name, budget) SELECT name || '!', salary FROM emp WHERE id < 3;
INSERT INTO emp (name, active, updated_at) VALUES ('Zed', 0, '2024-01-01 00:00:00'), ('Yan', 1, NULL);
INSERT INTO emp (name, active) SELECT k, n > 1 FROM kv WHERE n IS NOT NULL ORDER BY k;
INSERT INTO num DEFAULT VALUES RETURNING i;
INSERT INTO kv (k) VALUES ('z') RETURNING k, n + 1 AS m;
INSERT INTO kv (k, v, n) VALUES (5, 6, '7');
INSERT INTO pair VALUES (9, 9, 'gen');
INSERT OR REPLACE INTO kv VALUES ('a', 'uno', 11);
INSERT OR REPLACE INTO kv (k, v) VALUES ('a', 'uno'), ('new', 'x');
REPLACE INTO kv (k, n) VALUES ('b', 22);
INSERT OR REPLACE INTO pair (a, b, c) VALUES (1, 1, 'replaced');
INSERT OR REPLACE INTO dept (id, name, budget, city) VALUES (1, 'Sales', 1, 'x');
INSERT OR IGNORE INTO kv VALUES ('a', 'ignored', 0), ('q', 'kept', 0);
INSERT OR IGNORE INTO dept (id, name) VALUES (1, 'dup'), (50, 'IT'), (51, 'ok');
INSERT OR ABORT INTO kv (k) VALUES ('ab');
INSERT OR FAIL INTO kv (k) VALUES ('f');
INSERT INTO kv (k, n) VALUES ('a', 5) ON CONFLICT (k) DO UPDATE SET n = n + excluded.n, v = v || '!';
INSERT INTO kv (k, n) VALUES ('a', 5), ('zz', 1) ON CONFLICT (k) DO UPDATE SET n = excluded.n WHERE kv.n < 0;
INSERT INTO kv (k, n) VALUES ('a', 5) ON CONFLICT DO NOTHING;
INSERT INTO kv (k, n) VALUES ('a', 5) ON CONFLICT (k) DO NOTHING;
INSERT INTO kv (k, n) SELECT k, 100 FROM kv WHERE true ON CONFLICT (k) DO UPDATE SET n = coalesce(n, 0) + 1;
INSERT INTO kv AS t (k, n) VALUES ('a', 1) ON CONFLICT (k) DO UPDATE SET n = t.n + 1 RETURNING k, n;
INSERT INTO kv (k, n) VALUES ('b', 1) ON CONFLICT DO UPDATE SET n = 99;
WITH x AS (SELECT 'w' AS k, 7 AS n) INSERT INTO kv (k, n) SELECT k, n FROM x;
UPDATE emp SET salary = salary * 1.1;
UPDATE emp SET active = 0 WHERE id = 1;
UPDATE emp SET active = NOT active, note = name || id;
UPDATE emp SET (salary, note) = (1, 'row') WHERE id = 2;
UPDATE emp SET (salary, note) = (SELECT budget, name FROM dept WHERE dept.id = emp.dept_id) WHERE dept_id IS NOT NULL;
UPDATE emp SET dept_id = (SELECT id FROM dept WHERE name = 'IT') WHERE name = 'Anna';
UPDATE emp AS e SET salary = e.salary + 1 WHERE e.id > 3;
UPDATE emp SET salary = d.budget FROM dept AS d WHERE d.id = emp.dept_id;
UPDATE emp SET note = 'x' WHERE rowid IN (SELECT rowid FROM emp WHERE active);
UPDATE kv SET n = n + 1 WHERE k = 'a' RETURNING k, n;
UPDATE OR ABORT kv SET n = 0;
UPDATE emp SET updated_at = '2025-01-01 00:00:00' WHERE updated_at IS NULL;
UPDATE emp SET salary = NULL, note = "text" WHERE id = 4;
WITH m AS (SELECT max(id) AS id FROM emp) UPDATE emp SET note = 'last' WHERE id = (SELECT id FROM m);
DELETE FROM kv;
DELETE FROM kv WHERE n > 2 OR v IS NULL;
DELETE FROM emp WHERE dept_id IN (SELECT id FROM dept WHERE name LIKE 's%');
DELETE FROM kv WHERE k = 'a' RETURNING *;
DELETE FROM emp AS e WHERE NOT e.active;
WITH old AS (SELECT k FROM kv WHERE n = 1) DELETE FROM kv WHERE k IN (SELECT k FROM old);
-- definitions
CREATE TABLE t1 (id INTEGER PRIMARY KEY, a TEXT DEFAULT 'x', b INT NOT NULL DEFAULT (1 + 2), c REAL DEFAULT -1.5, d BLOB DEFAULT x'00', e DEFAULT NULL);
CREATE TABLE IF NOT EXISTS t2 (a INT, b TEXT, PRIMARY KEY (a, b), UNIQUE (b), CHECK (a > 0 AND b <> ''), FOREIGN KEY (a) REFERENCES dept (id) ON DELETE CASCADE);
CREATE TABLE t3 (at DATETIME DEFAULT CURRENT_TIMESTAMP, d DATE DEFAULT CURRENT_DATE, t TEXT DEFAULT (datetime('now')), b BOOLEAN DEFAULT FALSE, e INTEGER DEFAULT (strftime('%s', 'now')));
CREATE TABLE t11 (a BOOLEAN DEFAULT TRUE, b BOOLEAN NOT NULL DEFAULT false, c DATE DEFAULT CURRENT_DATE, d TIME DEFAULT current_time, e TEXT DEFAULT CURRENT_DATE, f NOT NULL DEFAULT CURRENT_TIMESTAMP, g INTEGER DEFAULT TRUE); INSERT INTO t11 (f) VALUES ('x'); INSERT INTO kv (k, n) SELECT 'true' || g, a AND NOT b FROM t11; DROP TABLE t11;
CREATE TABLE t4 (a TEXT CHECK (a IN ("x", "y")), b TEXT CHECK (length(b) < 5), c INTEGER CHECK (c IN (0, 1)), d TEXT CHECK (d GLOB '[a-z]*' AND d NOT LIKE '%z'));
CREATE TABLE t5 (a INT, b INT GENERATED ALWAYS AS (a * 2) VIRTUAL, c TEXT AS (lower(a || 'X')) STORED);
CREATE TABLE t6 (id INT PRIMARY KEY ON CONFLICT REPLACE, name VARCHAR(30) UNIQUE COLLATE NOCASE, price DECIMAL(10, 2)) WITHOUT ROWID;
CREATE TABLE t7 (a ANY, b INT, c TEXT) STRICT;
CREATE TEMP TABLE t8 (a, b, c);
CREATE TABLE t9 AS SELECT id, name, count(*) AS n FROM emp GROUP BY id, name;
CREATE TABLE t10 ("user" TEXT, [order] INT, `table` TEXT, "CamelCase" TEXT, UNIQUE ("user", [order]));
CREATE INDEX i1 ON emp (name);
CREATE UNIQUE INDEX i2 ON emp (dept_id, name DESC) WHERE active = 1 AND dept_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS i3 ON emp (lower(name), salary * 2);
CREATE INDEX i4 ON emp (name COLLATE NOCASE, id);
CREATE INDEX i5 ON emp (substr(hired, 1, 4));
CREATE UNIQUE INDEX i6 ON kv (n) WHERE n > 0 AND v NOT NULL;
CREATE VIEW v1 AS SELECT e.id, e.name, d.name AS dept FROM emp e LEFT JOIN dept d ON d.id = e.dept_id;
CREATE VIEW v2 (x, y) AS SELECT dept_id, count(*) FROM emp GROUP BY dept_id;
CREATE TEMP VIEW v3 AS SELECT count(*), max(salary), upper(name) FROM emp GROUP BY name;
CREATE VIEW IF NOT EXISTS v4 AS WITH a AS (SELECT 1 AS x) SELECT x FROM a UNION SELECT 2;
CREATE VIEW v5 AS SELECT id, salary > 100 AS rich, ifnull(note, '-') AS note, substr(name, -2) AS tail FROM emp;
CREATE TRIGGER g1 AFTER INSERT ON emp BEGIN INSERT INTO kv (k, n) VALUES ('emp' || NEW.id, 1); END;
CREATE TRIGGER g2 AFTER UPDATE OF salary ON emp WHEN NEW.salary <> OLD.salary BEGIN UPDATE kv SET n = n + 1 WHERE k = 'a'; DELETE FROM pair WHERE a = OLD.id; END;
CREATE TRIGGER g3 BEFORE DELETE ON dept BEGIN SELECT RAISE(ABORT, 'in use') WHERE EXISTS (SELECT 1 FROM emp WHERE dept_id = OLD.id); END;
CREATE TRIGGER g4 BEFORE INSERT ON emp FOR EACH ROW BEGIN SELECT CASE WHEN NEW.salary < 0 THEN RAISE(FAIL, 'negative') END; END;
CREATE TRIGGER g5 AFTER UPDATE ON emp BEGIN UPDATE emp SET updated_at = CURRENT_TIMESTAMP WHERE id = NEW.id; END;
CREATE TRIGGER IF NOT EXISTS g6 BEFORE INSERT ON kv WHEN NEW.n IS NULL BEGIN SELECT RAISE(IGNORE); END;
-- triggers at work
CREATE TRIGGER w1 AFTER INSERT ON emp BEGIN INSERT INTO kv (k, n) VALUES ('emp' || NEW.id, NEW.salary > 10); END; INSERT INTO emp (id, name, salary) VALUES (100, 'T', 11), (101, 'U', 9);
CREATE TRIGGER w2 AFTER UPDATE OF salary ON emp WHEN NEW.salary <> OLD.salary AND NEW.active BEGIN UPDATE kv SET n = n + 1 WHERE k = 'a'; DELETE FROM pair WHERE a = OLD.id; END; UPDATE emp SET salary = coalesce(salary, 0) + 1; UPDATE emp SET note = 'x';
CREATE TRIGGER w3 BEFORE INSERT ON kv WHEN NEW.n < 0 BEGIN SELECT RAISE(IGNORE); END; INSERT INTO kv (k, n) VALUES ('p', 1), ('q', -1);
CREATE TRIGGER w4 AFTER UPDATE ON emp BEGIN UPDATE emp SET note = NEW.name || '!' || id, code = lower(code) WHERE id = NEW.id; END; UPDATE emp SET salary = 1 WHERE id < 3;
CREATE TRIGGER w5 AFTER UPDATE ON kv BEGIN UPDATE kv SET n = n + 1 WHERE k <> NEW.k; END; UPDATE kv SET v = 'q' WHERE k = 'a';
CREATE VIEW vv AS SELECT id, name FROM dept; CREATE TRIGGER w6 INSTEAD OF INSERT ON vv WHEN NEW.id > 0 BEGIN INSERT INTO dept (id, name) VALUES (NEW.id, upper(NEW.name)); END; INSERT INTO vv VALUES (77, 'seven'), (-1, 'none');
CREATE TRIGGER w7 BEFORE DELETE ON dept BEGIN SELECT RAISE(ABORT, 'in use') FROM emp WHERE dept_id = OLD.id; END; DELETE FROM dept WHERE id = 3;
CREATE TRIGGER w8 AFTER DELETE ON kv BEGIN DELETE FROM pair WHERE a = OLD.n; INSERT OR REPLACE INTO kv (k, n) VALUES ('log', OLD.n); END; DELETE FROM kv WHERE k IN ('a', 'b');
CREATE TRIGGER w9 AFTER INSERT ON node WHEN NEW.label IS NULL BEGIN UPDATE node SET label = 'node ' || id WHERE rowid = NEW.rowid; END; INSERT INTO node (parent) VALUES (1); INSERT INTO node (parent, label) VALUES (2, 'named');
CREATE TABLE tt (a INTEGER PRIMARY KEY, b TEXT, c AS (b || a)); INSERT INTO tt (b) VALUES ('x'), ('y'); INSERT INTO kv (k, v, n) SELECT c, b, a FROM tt; DROP TABLE tt;
CREATE VIEW vq AS SELECT dept_id, name, max(salary) FROM emp GROUP BY dept_id; INSERT INTO kv (k, n) SELECT name, "max(salary)" > 250 FROM vq WHERE dept_id IS NOT NULL; DROP VIEW vq;
ALTER TABLE kv ADD COLUMN extra TEXT DEFAULT 'e';
ALTER TABLE kv RENAME COLUMN v TO value;
ALTER TABLE kv RENAME TO kv2;
ALTER TABLE kv DROP COLUMN v;
DROP TABLE IF EXISTS not_there;
DROP TABLE num;
DROP INDEX IF EXISTS not_there;
DROP VIEW IF EXISTS not_there;
-- the session
BEGIN;
COMMIT;
BEGIN IMMEDIATE TRANSACTION;
ROLLBACK;
END TRANSACTION;
SAVEPOINT s1;
RELEASE SAVEPOINT s1;
ROLLBACK TO s1;
ANALYZE;
VACUUM;
REINDEX emp;
EXPLAIN QUERY PLAN SELECT * FROM emp WHERE id = 1;
-- no equal
--! pragma
PRAGMA table_info(emp);
--! pragma
PRAGMA journal_mode = WAL;
--! attach
ATTACH DATABASE 'x.db' AS x;
--! attach
DETACH x;
--! match
SELECT id FROM emp WHERE name MATCH 'x';
--! virtual table
CREATE VIRTUAL TABLE ft USING fts5(body);
--! changes
SELECT changes();
--! function
SELECT my_function(1);
--! rowid
SELECT rowid FROM kv;
--! update or
UPDATE OR IGNORE kv SET k = 'x';
--! insert or replace
INSERT OR REPLACE INTO unknown_table VALUES (1);
--! system table
SELECT name FROM sqlite_master WHERE type = 'table';
--! table function
SELECT * FROM pragma_table_info('emp');
--! collation
SELECT name FROM emp ORDER BY name COLLATE german;
--! upsert
INSERT INTO kv (k) VALUES ('a') ON CONFLICT (k) DO NOTHING ON CONFLICT DO UPDATE SET n = 1;
--! recursive query
WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 5) SELECT x FROM c;
--! trigger
CREATE TRIGGER g9 AFTER INSERT ON emp BEGIN SELECT my_audit(NEW.id); END;
--! trigger
DROP TRIGGER unknown_trigger;
--! not immutable
CREATE INDEX i9 ON emp (date('now'));
--! not immutable
CREATE TABLE t19 (a, b AS (random()) STORED);
--! limited change
DELETE FROM kv ORDER BY k LIMIT 1;
--! order by
SELECT DISTINCT dept_id FROM emp ORDER BY salary;
--! syntax
SELEC 1;
--! syntax
SELECT FROM WHERE;
--! syntax
SELECT 'unterminated;
--! syntax
INSERT INTO emp VALUES;
--! syntax
CREATE TABLE;

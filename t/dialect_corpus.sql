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
SELECT 7 % nullif(1, 2.5), nullif(5, 2.5) / 2, -NULL, sum(NULL), replace('a', 'b', NULL) IS NULL, CASE NULL WHEN 1 THEN 'x' ELSE 'y' END, 5 % (2 / -3);
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
SELECT CASE active WHEN 1 THEN 'yes' WHEN 0 THEN 'no' END, CASE active WHEN 5 THEN 'five' WHEN id THEN 'id' ELSE 'else' END FROM emp;
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
SELECT id FROM emp WHERE name < code OR code = note OR note = code;
SELECT code, count(*) FROM emp WHERE code = 'ab' GROUP BY 1 HAVING code IS NOT NULL;
SELECT count(*) AS n FROM emp GROUP BY code ORDER BY n DESC LIMIT 1;
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
SELECT id FROM emp WHERE active IN (1, 5) OR active IN (id, 0) AND active NOT IN (active, 2);
SELECT id FROM emp WHERE 1 IN (active, id * 2, salary);
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
SELECT id, CAST(id AS TEXT), CASE WHEN id > 2 THEN 1 ELSE id END, (SELECT id FROM dept ORDER BY id LIMIT 1), iif(id > 1, 0, id) FROM emp ORDER BY id DESC;
SELECT e.id, e.name, (SELECT name FROM dept WHERE id = e.dept_id) FROM emp e ORDER BY name, id;
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
-- USING where the left side has the column more than once, and columns of the query around a subquery that are not grouped
SELECT e.name, d.name, p.name, p.id FROM emp e LEFT JOIN dept d ON d.id = e.dept_id LEFT JOIN dept p USING (id) ORDER BY e.id;
SELECT count(*), sum(e.id) FROM emp e JOIN calc c ON c.id = e.id + 1 JOIN node n USING (id);
SELECT e.name, n.label FROM emp e JOIN dept d USING (id) JOIN node n USING (id) ORDER BY id;
SELECT x.a, x.b, y.c, z.c FROM pair x JOIN pair y ON y.b = x.b LEFT JOIN pair z USING (a, b) WHERE z.a > 0 OR x.a > 1 ORDER BY x.a, x.b, y.a, z.c;
SELECT label, (SELECT max(id) FROM calc WHERE s IS NOT NULL) FROM (SELECT n.label, c.id FROM node n JOIN emp e ON e.id = n.id JOIN calc c USING (id)) ORDER BY 1;
SELECT n.id, (SELECT count(*) FROM calc c WHERE c.id <= n.id) FROM node n JOIN emp e ON e.id = n.id JOIN calc USING (id) ORDER BY n.id;
SELECT dept_id, count(*), (SELECT d.name FROM dept d WHERE d.id = e.dept_id) FROM emp e GROUP BY dept_id ORDER BY dept_id;
SELECT active, max(id), (SELECT d.name FROM dept d WHERE d.id = e.dept_id) FROM emp e GROUP BY active ORDER BY active;
SELECT active, min(e.salary), (SELECT count(*) FROM node n WHERE n.id < e.id AND n.label <> e.name) FROM emp e WHERE dept_id = 1 GROUP BY active ORDER BY active;
SELECT (SELECT name FROM dept WHERE dept.id = emp.dept_id) AS place, count(*) FROM emp GROUP BY place ORDER BY 1;
SELECT count(*), (SELECT label FROM node WHERE node.id = e.id AND EXISTS (SELECT 1 FROM calc WHERE calc.id = e.id)) FROM emp e WHERE id = 2;
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
CREATE TRIGGER w8 BEFORE INSERT ON kv BEGIN SELECT CASE WHEN NEW.n < 0 THEN RAISE(IGNORE) WHEN NEW.n > 1000 THEN RAISE(ABORT, 'too much') ELSE 0 END; END; INSERT INTO kv (k, n) VALUES ('p', 1), ('q', -1), ('r', 1000);
CREATE TRIGGER w9 BEFORE INSERT ON kv BEGIN SELECT CASE WHEN NEW.n = 7 THEN RAISE(IGNORE) END, CASE WHEN NEW.n < 9 THEN 1 WHEN (SELECT max(n) FROM kv) > 100 THEN RAISE(ABORT, 'no') ELSE RAISE(IGNORE) END WHERE NEW.k <> 's'; END; INSERT INTO kv (k, n) VALUES ('p', 6), ('q', 7), ('r', 9), ('s', 9);
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
SELECT ln(0), ln(-1), log(0), log10(-2), log2(0), log(1, 5), log(2, -1), sqrt(-4), power(-8, 0.5), acos(2), asin(-2), acosh(0), atanh(1.5), exp(1000) > 1e308;
SELECT mod(7, 2), mod(-7, 2), mod(7.5, 2), mod(7, 0), mod(1, 0.1) > 0;
-- the grammar once more, as its railroad diagrams have it
SELECT id, salary IS TRUE, salary IS NOT FALSE FROM emp ORDER BY id;
SELECT count(DISTINCT dept_id), sum(DISTINCT dept_id), group_concat(DISTINCT dept_id) FROM emp WHERE id < 3;
SELECT '[1,2,3]' ->> 0, '{"a":{"b":[1,2]}}' -> '$.a.b[1]', '{"a":1}' ->> 'a', '[1,2,3]' ->> '$[#-1]';
SELECT json_array_length('[1,2,3]'), json_type('{"a":1}', '$.a'), json_valid('{x');
SELECT (id, name) = (1, 'Anna'), (id, name) < (2, 'A') FROM emp ORDER BY id LIMIT 2;
SELECT id FROM emp WHERE (dept_id, active) IN (SELECT dept_id, active FROM emp WHERE id = 1) ORDER BY id;
SELECT id FROM emp WHERE (id, 1) IN (VALUES (1, 1), (2, 0)) ORDER BY id;
UPDATE pair SET (c, b) = ('n', b + 10) WHERE a = 1;
INSERT INTO kv (k, v, n) VALUES ('a', 'new', 5) ON CONFLICT (k) DO UPDATE SET v = excluded.v, n = kv.n + excluded.n WHERE kv.n < 9;
INSERT INTO kv (k, v) VALUES ('a', 'x'), ('e', 'y') ON CONFLICT DO NOTHING;
INSERT INTO kv (k, v) SELECT name, 'z' FROM dept WHERE true ON CONFLICT (k) DO UPDATE SET v = 'again';
INSERT INTO dept (name) VALUES ('New') RETURNING name AS n, length(name) + 1;
DELETE FROM kv WHERE n > 3 RETURNING k, n * 2 AS twice;
UPDATE kv SET n = coalesce(n, 0) + 1 WHERE k IN ('a', 'C') RETURNING k, n;
SELECT id, sum(salary) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW) FROM emp ORDER BY id;
SELECT id, count(*) OVER (ORDER BY dept_id NULLS LAST GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES) FROM emp ORDER BY id;
SELECT id, count(*) OVER (ORDER BY dept_id RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE GROUP) FROM emp ORDER BY id;
SELECT id, count(*) FILTER (WHERE active) OVER w, first_value(name) OVER (w ROWS 2 PRECEDING), last_value(name) OVER w FROM emp WINDOW w AS (PARTITION BY active ORDER BY id) ORDER BY id;
SELECT id, rank() OVER w, dense_rank() OVER w, percent_rank() OVER w, cume_dist() OVER w FROM emp WINDOW w AS (ORDER BY dept_id NULLS FIRST) ORDER BY id;
WITH a AS MATERIALIZED (SELECT 1 AS x), b AS NOT MATERIALIZED (SELECT x + 1 AS y FROM a) SELECT * FROM a, b;
WITH RECURSIVE t(n) AS (SELECT 1 UNION SELECT (n + 1) % 5 FROM t) SELECT count(*), sum(n) FROM t;
CREATE TABLE c3 (a INTEGER, b INTEGER REFERENCES emp DEFERRABLE INITIALLY DEFERRED, PRIMARY KEY (a AUTOINCREMENT));
CREATE TABLE IF NOT EXISTS main.c4 ("a b" DOUBLE PRECISION DEFAULT 1e3, `c` VARYING CHARACTER (20) COLLATE RTRIM NOT NULL DEFAULT '' UNIQUE, [d] UNSIGNED BIG INT DEFAULT +5);
CREATE TEMP TABLE c5 AS SELECT id, name AS n FROM emp WHERE 0;
CREATE UNIQUE INDEX IF NOT EXISTS x1 ON emp (lower(name) COLLATE NOCASE DESC, id) WHERE name IS NOT NULL AND salary > 0;
CREATE VIEW v1 (a, b) AS SELECT id, name FROM emp UNION ALL SELECT id, name FROM dept ORDER BY 1;
ALTER TABLE emp RENAME COLUMN note TO remark;
SELECT * FROM emp NOT INDEXED WHERE id = 1;
SELECT name FROM emp INDEXED BY emp_name WHERE name = 'Anna';
SELECT CAST('12abc' AS INTEGER), CAST(3.99 AS INT), CAST(x'4142' AS TEXT), CAST(5 AS REAL), CAST('1e2' AS NUMERIC);
SELECT 'a' LIKE 'A', 'a_c' LIKE 'a\_c' ESCAPE '\', 'abc' GLOB 'a[a-c]?', 'abc' NOT LIKE '%d%';
SELECT 5 / 2, -5 / 2, 5 % 3, -5 % 3, 5.0 / 2, 7 & 3, 7 | 8, ~7, 1 << 4, 256 >> 2;
SELECT 1 IS NOT DISTINCT FROM 1, NULL IS DISTINCT FROM 1;
SELECT NOT 0, NOT 1, NOT NULL, - - 5, + 'x';
SELECT max(1, 2, 3), min('a', 'b'), coalesce(NULL, 1), nullif(1, 1);
SELECT abs(-1), sign(-2.5), round(2.5), round(-2.567, 2), ceil(1.2), floor(-1.2), trunc(1.9), pi() > 3;
SELECT date('2024-02-29', '+1 year'), datetime('2024-01-31', '+1 month', 'start of month', '-1 day'), strftime('%Y-%j %W', '2024-03-01'), time('12:00', '+90 minutes');
SELECT unixepoch('2024-01-01'), julianday('2024-01-01'), date(1700000000, 'unixepoch'), date('2024-05-15', 'weekday 0');
SELECT typeof(1), typeof(1.0), typeof('x'), typeof(x'00'), typeof(NULL);
SELECT quote('it''s'), quote(1.5), quote(x'00ff'), quote(NULL), hex('abc'), unicode('ä'), char(65, 66);
SELECT substr('hello', -3, 2), substr('hello', 0, 2), instr('hello', 'l'), replace('aXa', 'X', 'y'), trim('xxaxx', 'x'), ltrim('  a'), upper('abc');
SELECT printf('%05d|%-5s|%.2f|%x|%c|%%|%,d', 42, 'ab', 3.14159, 255, 'z', 1234567);
SELECT json_object('a', 1, 'b', json('[1]')), json_array(1, 'x', NULL), json_extract('{"a":[1,2]}', '$.a[1]'), json_set('{"a":1}', '$.b', 2), json_remove('{"a":1,"b":2}', '$.a'), json_patch('{"a":1}', '{"a":null,"c":3}');
SELECT key, value, type FROM json_each('{"a":1,"b":"x"}');
SELECT dept_id, json_group_array(name), json_group_object(id, name) FROM (SELECT * FROM emp ORDER BY id) WHERE dept_id = 1 GROUP BY dept_id;
SELECT EXISTS (SELECT 1 FROM emp WHERE id = 99), 1 IN (), 1 NOT IN (SELECT id FROM emp);
SELECT name FROM emp WHERE salary BETWEEN 100 AND 300 AND hired NOTNULL AND dept_id ISNULL IS 0 ORDER BY name COLLATE NOCASE DESC LIMIT 2 OFFSET 1;
SELECT d.name, count(e.id) c FROM dept d LEFT JOIN emp e ON e.dept_id = d.id GROUP BY d.id HAVING c >= 0 ORDER BY c DESC, 1 LIMIT 1, 2;
SELECT value FROM generate_series(1, 10, 3);
SELECT a.x, b.y FROM (VALUES (1), (2)) AS t JOIN (SELECT 1 AS x) a LEFT JOIN (SELECT 2 AS y) b ON b.y = t.column1 ORDER BY 1, 2;
VALUES (1, 'a'), (2, 'b') UNION ALL SELECT 3, 'c' ORDER BY 1 DESC;
SELECT CASE 1 WHEN 1 THEN 'one' WHEN 2 THEN 'two' ELSE 'many' END, CASE WHEN NULL THEN 1 END;
DELETE FROM kv WHERE k NOT IN (SELECT k FROM kv ORDER BY n LIMIT 2);
UPDATE emp SET salary = d.budget FROM dept AS d WHERE d.id = emp.dept_id AND emp.id = 1;
REPLACE INTO kv (k, v, n) VALUES ('a', 'r', 0);
INSERT OR REPLACE INTO kv VALUES ('a', 'q', 1), ('zz', 'w', 2);
INSERT OR IGNORE INTO kv (k) VALUES ('a'), ('y');
SELECT "a""b", 'it''s', [x y], `q` FROM (SELECT 1 AS "a""b", 2 AS [x y], 3 AS `q`);
SELECT /* c */ 1 -- end;
SELECT sum(salary) FILTER (WHERE active = 1), avg(salary) FILTER (WHERE dept_id = 1), total(salary), count() FROM emp;
SELECT name FROM emp ORDER BY salary NULLS LAST, name DESC NULLS FIRST;
SELECT 1 WHERE 'abc' REGEXP '^a';
SELECT 9223372036854775808, 1e400 > 1e308, -1e400 < -1e308, 1e400 = 9e999, 0x8000000000000000;
SELECT fullkey, path, atom FROM json_tree('{"a":[1,{"b":2}]}') WHERE atom IS NOT NULL;
SELECT nth_value(id, 2) OVER (ORDER BY id), lag(id, 1, 0) OVER (ORDER BY id), lead(id) OVER (ORDER BY id), ntile(2) OVER (ORDER BY id) FROM emp ORDER BY id;
CREATE TABLE c6 (a TEXT); ALTER TABLE c6 ADD COLUMN extra TEXT NOT NULL DEFAULT 'x' COLLATE NOCASE; INSERT INTO emp (name, code) SELECT 'n', 'q' FROM (SELECT 1) WHERE 'a' = 'A' COLLATE NOCASE;
-- forms that nothing above has
SELECT 7.5 % 2, r % 2, 7 % r, -7.9 % 3 FROM num WHERE r <> 0 AND r > -2 ORDER BY r;
SELECT 7 % 0.5, 5.5 % 0 IS NULL;
SELECT NOT EXISTS (SELECT 1 FROM dept WHERE id = 9), NOT EXISTS (SELECT 1 FROM dept);
SELECT id FROM dept WHERE 1 IN (SELECT id FROM main.dept) ORDER BY id;
SELECT k FROM kv WHERE n IN (SELECT parent FROM node) ORDER BY k;
SELECT name FROM dept INDEXED BY sqlite_autoindex_dept_1 WHERE name = 'IT';
SELECT name FROM emp NOT INDEXED WHERE id = 1;
SELECT id FROM emp WHERE name GLOB '[[]*' OR name GLOB '[]A]*' OR name GLOB '[\B]*' ORDER BY id;
SELECT count(*) FROM emp WHERE name GLOB '[A';
SELECT name FROM emp ORDER BY dept_id IS NULL, (name) COLLATE NOCASE DESC;
SELECT json_extract(body, '$."a"'), json_extract(body, '$."b"."c"'), body -> '$."l"[1]' FROM doc WHERE id = 1;
--~ string and number
SELECT id FROM doc WHERE body ->> 'a' = '1' ORDER BY id;
SELECT id FROM doc WHERE json_extract(meta, '$.k') IN ('v', 'x') ORDER BY id;
SELECT d.name, (SELECT max(e.salary) FROM emp e WHERE e.dept_id = d.id) AS best FROM dept d ORDER BY best IS NULL, best;
SELECT sum(i) OVER (ORDER BY i ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE NO OTHERS) FROM num WHERE i IS NOT NULL ORDER BY i;
SELECT * FROM (SELECT id, id FROM dept) ORDER BY 1;
SELECT name FROM emp WHERE active = (salary > 100) ORDER BY id;
SELECT CASE WHEN note THEN 'yes' ELSE 'no' END FROM emp ORDER BY id;
SELECT id, NOT note FROM emp ORDER BY id;
SELECT date(hired, 'start of month', '+1 month', '-1 day') FROM emp WHERE hired IS NOT NULL ORDER BY id;
SELECT date('now') > '2020-01-01', date() > '2020-01-01', length(time('now', '+1 hour', '-30 minutes'));
SELECT id FROM emp WHERE updated_at > datetime('2024-03-01', '+1 day', '+12 hours') ORDER BY id;
SELECT replace(name, 'a', 'b'), replace(name, '', 'x'), replace(name, code, '-') FROM emp ORDER BY id;
SELECT substr(name, 1 + active, 1), substr(name, '2') FROM emp ORDER BY id;
INSERT INTO kv (k, n) VALUES ('a', 5) ON CONFLICT (k) WHERE n > 0 DO UPDATE SET n = excluded.n;
INSERT OR REPLACE INTO pair (a, b) VALUES (1, 1);
UPDATE OR ABORT kv SET n = 2 WHERE k = 'a';
CREATE TABLE made1 (a INT CONSTRAINT pos CHECK (a > 0), b INT CONSTRAINT ref REFERENCES dept (id) ON DELETE NO ACTION ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED, c TEXT DEFAULT 'x', CONSTRAINT two UNIQUE (a, b)); INSERT INTO made1 VALUES (1, 2, 'c');
CREATE TABLE made2 (a INT REFERENCES dept ON DELETE SET DEFAULT ON UPDATE RESTRICT NOT DEFERRABLE, b INT REFERENCES dept MATCH SIMPLE ON DELETE RESTRICT); INSERT INTO made2 VALUES (1, 2);
ALTER TABLE main.dept ADD COLUMN extra TEXT;
-- what once was otherwise: IN with a query, the row of min and max, collations
--! syntax
CREATE TABLE made3 (a INT CONSTRAINT);
CREATE TABLE made4 (a INT REFERENCES dept ON INSERT CASCADE ON DELETE CASCADE); INSERT INTO made4 VALUES (1);
--! syntax
CREATE VIRTUAL TABLE made5 USING fts5('a);
SELECT NOT EXISTS (SELECT 1 FROM dept WHERE id = 9) = 0, NOT EXISTS (SELECT 1 FROM dept) IN (0), NOT EXISTS (SELECT 1) + 1;
SELECT strftime('%Y') > '2020', unixepoch() > 1600000000, julianday() > 2450000;
--! not immutable
CREATE INDEX i10 ON emp (strftime('%Y'));
--! not immutable
CREATE INDEX i11 ON emp (datetime(CURRENT_TIMESTAMP));
SELECT id, replace(name, code, note) FROM emp ORDER BY id;
SELECT id, replace(name, note, code), replace('', note, code) FROM emp ORDER BY id;
SELECT ntile(1 + 1) OVER (ORDER BY id), nth_value(id, 1 + active) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), lag(id, dept_id) OVER (ORDER BY id) FROM emp WHERE dept_id IS NOT NULL ORDER BY id;
SELECT char(60 + dept_id) FROM emp WHERE dept_id IS NOT NULL ORDER BY id;
SELECT coalesce(count(*), 0) FROM emp;
SELECT coalesce(max(salary), 0), name FROM emp;
SELECT 5 BETWEEN 1 AND count(*), typeof(name) FROM emp;
SELECT typeof(name), 'a' LIKE 'b' ESCAPE CASE WHEN max(id) > 0 THEN '\' ELSE '/' END FROM emp;
SELECT d.name, count(*) FROM emp e JOIN dept d ON d.id = e.dept_id GROUP BY d.id, e.active ORDER BY 1, 2;
SELECT e.id, d.id, count(*) FROM emp e JOIN dept d ON d.id = e.dept_id GROUP BY e.id, d.id ORDER BY e.id;
SELECT count(*), d.id + 0 FROM emp e JOIN dept d ON d.id = e.dept_id GROUP BY e.dept_id + 0 ORDER BY 2;
SELECT max(abs(i), 1), max(abs(j), 2) FROM calc GROUP BY abs(i), abs(j) ORDER BY 1, 2;
SELECT name, max(salary) FILTER (WHERE active) FROM emp;
SELECT name, max(salary), min(salary) FROM emp GROUP BY dept_id ORDER BY dept_id;
SELECT id FROM emp WHERE updated_at > date('2024-03-02') ORDER BY id;
SELECT id FROM emp WHERE updated_at < date('now') ORDER BY id;
SELECT id FROM emp WHERE updated_at < date() ORDER BY id;
SELECT id FROM emp WHERE updated_at < datetime() ORDER BY id;
SELECT id FROM emp WHERE updated_at < datetime('now', 'weekday 1') ORDER BY id;
SELECT id FROM emp WHERE updated_at < datetime('now', note) ORDER BY id;
SELECT id FROM emp WHERE updated_at < datetime('now', 'start of minute') ORDER BY id;
SELECT id FROM emp WHERE updated_at < datetime('now', '+x days') ORDER BY id;
SELECT id FROM emp WHERE updated_at < datetime('now', '+1 fortnight') ORDER BY id;
SELECT name FROM emp WHERE name IN (SELECT i FROM num) ORDER BY id;
SELECT k FROM kv WHERE k IN (SELECT n FROM kv) ORDER BY k;
SELECT k FROM kv WHERE k NOT IN (SELECT i FROM num WHERE i IS NOT NULL) ORDER BY k;
SELECT id FROM calc WHERE i IN (SELECT s FROM calc) ORDER BY id;
SELECT id FROM calc WHERE id IN (SELECT u FROM calc) ORDER BY id;
SELECT id FROM calc WHERE r IN (SELECT t FROM num) ORDER BY id;
SELECT id FROM calc WHERE id IN (SELECT k FROM kv) ORDER BY id;
SELECT id FROM calc WHERE id + 0 IN (SELECT k FROM kv) ORDER BY id;
SELECT id FROM calc WHERE j IN (SELECT k FROM kv) ORDER BY id;
SELECT id FROM calc WHERE b IN (SELECT k FROM kv) ORDER BY id;
SELECT id FROM calc WHERE s IN (SELECT active FROM emp) ORDER BY id;
SELECT id FROM calc WHERE j IN (SELECT quote(10)) ORDER BY id;
SELECT name FROM emp GROUP BY dept_id HAVING max(salary) > 0 OR dept_id IS NULL ORDER BY dept_id;
SELECT name FROM emp GROUP BY dept_id ORDER BY max(salary), dept_id;
SELECT count(*), sum(id) FROM emp ORDER BY max(id);
SELECT name, max(salary) + max(salary) FROM emp GROUP BY dept_id ORDER BY dept_id;
SELECT name, 2 * max(salary) FILTER (WHERE id < 3) FROM emp GROUP BY active ORDER BY active;
SELECT id FROM emp WHERE code IN (SELECT 'AB') ORDER BY id;
SELECT id FROM emp WHERE code NOT IN (SELECT 'AB') ORDER BY id;
SELECT id FROM emp WHERE code IN (SELECT c FROM calc) ORDER BY id;
SELECT id FROM emp WHERE name IN (SELECT upper(name) FROM emp) ORDER BY id;
SELECT id FROM emp WHERE name COLLATE NOCASE IN (SELECT upper(name) FROM emp WHERE id < 5) ORDER BY id;
SELECT id FROM emp WHERE 'AB' IN (SELECT code FROM emp) ORDER BY id;
SELECT id FROM emp WHERE id IN (SELECT n FROM kv) ORDER BY id;
SELECT id FROM emp WHERE code IN (SELECT n FROM kv) ORDER BY id;
SELECT count(DISTINCT code) FROM emp;
--~ collation
SELECT DISTINCT code FROM emp WHERE id < 3;
--~ collation
SELECT max(code), min(code) FROM emp;
SELECT count(*) FROM emp e JOIN calc c ON e.code = c.c;
SELECT count(*) FROM emp e JOIN calc c ON c.c = e.name;
--~ collation
SELECT code FROM emp WHERE id < 3 UNION SELECT c FROM calc WHERE id = 2;
--~ collation
SELECT code FROM emp WHERE id < 3 EXCEPT SELECT 'AB';
--~ collation
SELECT code FROM emp WHERE id < 3 INTERSECT SELECT 'AB';
--~ collation
SELECT count(*) FROM (SELECT code FROM emp) a JOIN (SELECT 'AB' AS code) b USING (code);
--~ collation
SELECT count(*) FROM (SELECT code FROM emp) a NATURAL JOIN (SELECT 'AB' AS code) b;
SELECT CASE code WHEN 'AB' THEN 1 ELSE 0 END FROM emp ORDER BY id;
SELECT nullif(code, 'AB') FROM emp ORDER BY id;
--~ collation
SELECT id FROM emp WHERE (code, id) IN (SELECT 'AB', 1) ORDER BY id;
--~ collation
SELECT id FROM emp WHERE (code, id) = ('AB', 1) ORDER BY id;
SELECT id FROM emp WHERE code LIKE 'AB' ORDER BY id;
SELECT id FROM emp WHERE code BETWEEN 'A' AND 'AC' ORDER BY id;
SELECT id FROM emp WHERE code IS 'AB' ORDER BY id;
SELECT id FROM emp WHERE code IN ('AB', 'x') ORDER BY id;
SELECT row_number() OVER (PARTITION BY code ORDER BY id) FROM emp ORDER BY id;
SELECT rank() OVER (ORDER BY code) FROM emp ORDER BY id;
SELECT count(*) FROM emp GROUP BY code ORDER BY 1;
--~ collation
SELECT max(code, 'AB'), min('AB', code) FROM emp ORDER BY id;
--~ collation
SELECT DISTINCT * FROM (SELECT code FROM emp WHERE id < 3);
--~ collation
SELECT DISTINCT e.* FROM (SELECT code FROM emp WHERE id < 3) e, dept d;
SELECT DISTINCT d.* FROM emp e, dept d WHERE e.id < 3 ORDER BY 1;
--~ collation
SELECT count(*) FROM emp e JOIN (SELECT 'AB' AS code) USING (code);
SELECT code FROM emp WHERE id < 3 UNION ALL SELECT c FROM calc WHERE id = 2;
SELECT code COLLATE BINARY FROM emp WHERE id < 3 UNION SELECT 'AB' ORDER BY 1;
SELECT count(DISTINCT code COLLATE BINARY) FROM emp;
SELECT count(*) FILTER (WHERE code = 'AB'), count(DISTINCT active) FROM emp;
--~ collation
SELECT CASE 'ab' WHEN code THEN 1 ELSE 0 END FROM emp ORDER BY id;
SELECT CASE id WHEN code THEN 1 ELSE 0 END FROM emp ORDER BY id;
SELECT nullif('AB', code) FROM emp ORDER BY id;
SELECT nullif(name, code) FROM emp ORDER BY id;
SELECT dept_id, count(*) OVER (PARTITION BY code COLLATE BINARY) FROM emp ORDER BY id;
SELECT code, count(*), max(name) OVER (PARTITION BY code) FROM emp WHERE id < 2 GROUP BY code, name;
-- rare forms of statements, of triggers, of types and of paths

SELECT count(*) FROM dept GROUP BY id + 0, id + 1, id + 2, id + 3, id + 4, id + 5, id + 6, id + 7, id + 8, id + 9, id + 10, id + 11, id + 12, id + 13, id + 14, id + 15, id + 16, id + 17, id + 18, id + 19, id + 20, id + 21, id + 22, id + 23, id + 24, id + 25, id + 26, id + 27, id + 28, id + 29, id + 30, id + 31, id + 32, id + 33, id + 34, id + 35, id + 36, id + 37, id + 38, id + 39, id + 40, id + 41, id + 42, id + 43, id + 44, id + 45, id + 46, id + 47, id + 48, id + 49, id + 50, id + 51, id + 52, id + 53, id + 54, id + 55, id + 56, id + 57, id + 58, id + 59, id + 60, id + 61, id + 62, id + 63, id + 64, id + 65, id + 66, id + 67, id + 68, id + 69, id + 70, id + 71, id + 72, id + 73, id + 74, id + 75, id + 76, id + 77, id + 78, id + 79, id + 80, id + 81, id + 82, id + 83, id + 84, id + 85, id + 86, id + 87, id + 88, id + 89, id + 90, id + 91, id + 92, id + 93, id + 94, id + 95, id + 96, id + 97, id + 98, id + 99, id + 100;
--~ group by
SELECT name, max(salary + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0 + 0.0) FROM emp;
CREATE VIEW vx AS SELECT e.id, d.id FROM emp e JOIN dept d ON d.id = e.dept_id; INSERT INTO kv (k, n) SELECT 'x' || "id:1" || id, "id:1" FROM vx; DROP VIEW vx;
WITH c(a, b) AS (SELECT id, name FROM dept WHERE id = 1) SELECT *, count(*) FROM c;
WITH c(a, b) AS (SELECT id, name FROM dept) SELECT DISTINCT * FROM c ORDER BY 1;
SELECT d.*, count(*) FROM emp e, dept d WHERE e.id = 1 AND d.id = 1;
SELECT window.id FROM dept window, emp WHERE emp.id = 1 ORDER BY 1;
SELECT id window FROM dept ORDER BY 1;
SELECT window FROM (SELECT 1 AS window);
UPDATE emp INDEXED BY emp_name SET note = 'i' WHERE name = 'Anna';
UPDATE emp NOT INDEXED SET note = 'i' WHERE name = 'Anna';
DELETE FROM emp INDEXED BY emp_name WHERE name = 'Anna';
DELETE FROM emp NOT INDEXED WHERE name = 'Anna';
BEGIN TRANSACTION t1;
COMMIT TRANSACTION t1;
ROLLBACK TRANSACTION t1 TO SAVEPOINT s1;
--! pragma
VACUUM INTO '/tmp/x.db';
--! pragma
REINDEX;
--! trigger
CREATE TRIGGER g10 INSTEAD OF UPDATE OF id ON vemp BEGIN DELETE FROM kv; END;
CREATE TRIGGER w10 AFTER INSERT ON kv WHEN abs((SELECT count(*) FROM dept)) > 2 BEGIN INSERT INTO dept (name) VALUES (NEW.k); END; INSERT INTO kv (k) VALUES ('w10');
CREATE TRIGGER w11 AFTER INSERT ON kv WHEN EXISTS (SELECT 1 FROM dept WHERE id = NEW.n) BEGIN INSERT INTO dept (name) VALUES (NEW.k); END; INSERT INTO kv (k, n) VALUES ('w11', 1), ('w11b', 99);
CREATE TRIGGER w12 AFTER INSERT ON kv WHEN NEW.n IN (SELECT id FROM dept) BEGIN INSERT INTO dept (name) VALUES (NEW.k); END; INSERT INTO kv (k, n) VALUES ('w12', 1), ('w12b', 99);
--! trigger
CREATE TRIGGER g11 BEFORE INSERT ON kv BEGIN SELECT CASE WHEN NEW.n < 0 THEN RAISE(IGNORE) ELSE my_audit(NEW.n) END; END;
--! trigger
CREATE TRIGGER g12 BEFORE INSERT ON kv BEGIN SELECT CASE WHEN NEW.n < 0 THEN NEW.n WHEN NEW.n < 5 THEN RAISE(IGNORE) END; END;
CREATE TRIGGER w13 BEFORE INSERT ON kv BEGIN SELECT CASE WHEN dept.budget > 1500 THEN RAISE(IGNORE) END FROM dept WHERE dept.id = NEW.n; END; INSERT INTO kv (k, n) VALUES ('p', 1), ('q', 2), ('r', NULL);
CREATE TRIGGER w14 BEFORE INSERT ON kv BEGIN SELECT CASE WHEN dept.name = NEW.k THEN RAISE(IGNORE) END FROM dept; END; INSERT INTO kv (k, n) VALUES ('IT', 1), ('q', 2);
CREATE TRIGGER w15 BEFORE INSERT ON kv BEGIN SELECT CASE WHEN dept.name = NEW.k OR dept.name = NEW.v THEN RAISE(IGNORE) END FROM dept WHERE dept.id < 3 OR dept.id > 5; END; INSERT INTO kv (k, v) VALUES ('IT', 'x'), ('q', 'Sales'), ('r', 'Empty');
SELECT CASE NULL WHEN active THEN 1 ELSE 2 END FROM emp WHERE id = 1;
SELECT CASE NULL WHEN x THEN 1 ELSE 2 END FROM num WHERE i = 7;
SELECT CASE NULL WHEN meta THEN 1 ELSE 2 END FROM doc WHERE id = 1;
SELECT CASE NULL WHEN updated_at THEN 1 ELSE 2 END FROM emp WHERE id = 1;
CREATE TABLE tm (t TIME, ts TIMESTAMP WITHOUT TIME ZONE, d DATE); INSERT INTO tm VALUES ('10:00:00', '2024-01-01 10:00:00', '2024-01-01'); INSERT INTO kv (k, n) SELECT 'tm', CASE NULL WHEN t THEN 1 WHEN '10:00:00' THEN 3 ELSE 2 END + CASE NULL WHEN ts THEN 10 ELSE 20 END + CASE NULL WHEN d THEN 100 ELSE 200 END FROM tm; DROP TABLE tm;
CREATE TABLE tn (t TIME, ts TIMESTAMP WITHOUT TIME ZONE, d DATE); INSERT INTO tn VALUES ('10:00:00', '2024-01-01 10:00:00', '2024-01-01'); INSERT INTO kv (k, n) SELECT 'tn', count(*) FROM tn WHERE t > '09:00:00' AND ts < datetime('now') AND ts < date('now') AND d < date('now', '-1 day') AND t <= '10:00:00'; DROP TABLE tn;
SELECT i + 7 / 2, 2147483640 + 7 / 2, 2147483640 + 7 % 4 FROM num WHERE i = 7;
SELECT CASE WHEN id = 1 THEN 2 ELSE active END, CASE WHEN id = 1 THEN active ELSE 2 END, coalesce(dept_id, active), coalesce(active, dept_id), max(id, active) FROM emp ORDER BY id;
INSERT INTO node (rowid, label) VALUES (70, 'by rowid');
UPDATE node SET rowid = 71 WHERE oid = 5;
INSERT INTO node (_rowid_, parent) SELECT id + 100, id FROM dept;
CREATE TABLE ko (a INT, b TEXT, PRIMARY KEY (a, b)); INSERT OR REPLACE INTO ko VALUES (1, 'x'); INSERT OR REPLACE INTO ko VALUES (1, 'x'), (2, 'y'); INSERT INTO kv (k, n) SELECT b, a FROM ko; DROP TABLE ko;
CREATE TABLE kc (a TEXT, b INT, UNIQUE (a COLLATE BINARY)); INSERT OR REPLACE INTO kc VALUES ('x', 1); INSERT OR REPLACE INTO kc VALUES ('x', 2), ('y', 3); INSERT INTO kv (k, n) SELECT a, b FROM kc; DROP TABLE kc;
UPDATE OR FAIL kv SET n = 1 WHERE k = 'a';
UPDATE OR ROLLBACK kv SET n = 1 WHERE k = 'a';
CREATE TABLE mo (a MONEY(10, 2), b NUMERIC(10, 2), c DEC(5, 1), d VARCHAR(0), e CHAR(2000000), f NUMBER(8)); INSERT INTO mo VALUES (1.25, 2.5, 3.5, 'd', 'e', 8); INSERT INTO kv (k, n) SELECT d || e, a * 4 + b * 2 FROM mo; DROP TABLE mo;
CREATE TABLE tc (a INT, b TEXT, UNIQUE (a) ON CONFLICT IGNORE, UNIQUE (b COLLATE NOCASE), PRIMARY KEY (a, b) ON CONFLICT ABORT);
--! too large
SELECT 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 AS x FROM dept WHERE x > 1;
UPDATE doc SET meta = body WHERE id < 3;
UPDATE doc SET meta = json_set(body, '$.n', 1) WHERE id < 3;
UPDATE doc SET meta = replace(body, 'x', 'y') WHERE id < 3;
INSERT INTO doc (id, meta) SELECT id + 10, body FROM doc WHERE id < 3;
UPDATE emp SET active = substr('10', id, 1) WHERE id < 3;
INSERT INTO emp (name, active) SELECT k, substr('10', n, 1) FROM kv WHERE k IN ('a', 'b');
SELECT e.id, d.id, n.label FROM (emp e JOIN dept d ON d.id = e.dept_id) JOIN node n ON n.id = e.id ORDER BY e.id;
SELECT e.id, n.label FROM (emp e JOIN kv ON kv.n = e.id) JOIN node n USING (id) ORDER BY e.id;
SELECT e.id, n.label FROM (emp e JOIN dept d USING (id)) JOIN node n USING (id) ORDER BY e.id;
SELECT e.name FROM (emp e JOIN dept d ON d.id = e.dept_id) JOIN node n USING (id) ORDER BY e.id;
CREATE TEMP TABLE tz (a INT); INSERT INTO temp.tz VALUES (1); INSERT INTO kv (k, n) SELECT 'tz', a FROM temp.tz; DROP TABLE temp.tz;
CREATE TABLE dd (p DECIMAL(10, 2), q INT); INSERT INTO dd VALUES (7.5, 2); INSERT INTO kv (k, n) SELECT 'dd', p / 2 > 3.7 AND p / q < 3.8 AND 15 / p = 2 FROM dd; DROP TABLE dd;
SELECT active & 1, active | 2, 1 << emp.id, 256 >> emp.id, i << j, active << 1 FROM emp, calc WHERE calc.id = emp.id AND calc.j < 5 ORDER BY emp.id;
SELECT '{"a b":1,"c,d":2,"e{f}":3,"nulL":4,"g\"h":5,"i''j":6}' ->> '$.a b', '{"c,d":2}' ->> '$.c,d', '{"e{f}":3}' -> '$.e{f}', '{"nulL":{"x y":[4]}}' -> '$.nulL.x y[0]', '{"i''j":6}' ->> '$.i''j', '{"a b":{"c.d":7}}' ->> '$."a b"."c.d"';
SELECT '{"":1,"-":2}' ->> '$.-', '[[1,2],[3]]' ->> '$[1][0]', '[1,2]' ->> '$[#-3]', '{"0":1}' ->> '$.0', '[5]' ->> '$.0', '{"a\b":5}' ->> '$.a', '{"a":5}' ->> '$.a.b.c', id, body ->> '$.1' FROM doc;
SELECT body ->> '$.a b', body ->> 'a', body ->> '$' FROM doc WHERE id = 1;
SELECT body -> '$.l[#-1]', body ->> '$.l[1]', body -> '$."b".c' FROM doc WHERE id = 1;
SELECT id FROM doc WHERE meta = body ORDER BY id;
SELECT id FROM doc WHERE meta <> body ORDER BY id;
SELECT id FROM doc WHERE json(body) = body ORDER BY id;
SELECT id FROM doc WHERE json_array(1, 2) = '[1,2]' ORDER BY id;
SELECT id FROM doc WHERE body = json_object('a', id) ORDER BY id;
INSERT INTO kv (k, n) SELECT 'u' || id, id FROM dept UNION SELECT 'x', 1 UNION VALUES ('y', 2);
INSERT INTO kv (k, v, n) SELECT 'u' || id, name, NULL FROM dept UNION ALL SELECT 's', 't', 1;
SELECT * FROM dept UNION SELECT * FROM dept ORDER BY 1;
SELECT id, name FROM dept UNION SELECT * FROM (SELECT 7, 'seven') ORDER BY 1;
INSERT INTO dept (id, name) SELECT * FROM (SELECT 7, 'seven') UNION ALL SELECT 8, 'eight';
--! recursive query
WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c ORDER BY 1) SELECT x FROM c;
SELECT id + 1 FROM emp UNION SELECT id FROM dept ORDER BY id + 1;
SELECT id * 2 AS d, name FROM emp UNION SELECT id, name FROM dept ORDER BY id * 2 DESC, name;
--! order by
SELECT upper(name) FROM dept UNION ALL SELECT name FROM emp ORDER BY upper(name) COLLATE NOCASE;
SELECT DISTINCT dept_id + 1 FROM emp WHERE dept_id IS NOT NULL ORDER BY dept_id + 1;
SELECT name, max(salary) FROM emp WHERE id < 0;
-- IN with tables, other types within, several extremes
WITH one(x) AS (SELECT 1) SELECT id FROM emp WHERE id IN one ORDER BY id;
CREATE TABLE ot (x TEXT); INSERT INTO ot VALUES ('a'), ('4'), ('zz'); DELETE FROM kv WHERE k IN ot OR n IN ot;
CREATE TABLE oc (x TEXT COLLATE NOCASE); INSERT INTO oc VALUES ('A'), ('4'), ('zz'); DELETE FROM kv WHERE k COLLATE NOCASE IN oc;
SELECT id FROM emp WHERE active IN (SELECT id FROM dept) ORDER BY id;
SELECT id FROM emp WHERE id IN (SELECT active FROM emp) ORDER BY id;
SELECT id FROM emp WHERE code IN (SELECT id FROM dept) ORDER BY id;
SELECT id FROM emp WHERE code NOT IN (SELECT NULL) ORDER BY id;
--! table function
SELECT id FROM emp WHERE id IN json_each('[1,2]');
SELECT coalesce(max(salary), min(salary)), count(*) FROM emp;
SELECT max(salary), count(*) FROM emp GROUP BY active ORDER BY min(salary);
SELECT max(salary), count(*) FROM emp GROUP BY active HAVING min(salary) > 0 ORDER BY 1;
SELECT max(salary), count(*) FROM emp GROUP BY active HAVING max(salary) > 0 ORDER BY max(salary);
CREATE TABLE tt2 (t TIME, d DATE); INSERT INTO tt2 VALUES ('10:00:00', '2024-01-01'); INSERT INTO kv (k, n) SELECT 'tt2', count(*) FROM tt2 WHERE d < datetime('now'); DROP TABLE tt2;
SELECT CAST('5x' AS BOOLEAN), CAST('7.25y' AS DECIMAL(5, 1)), CAST('x' AS MONEY), typeof(CAST('3' AS BOOLEAN));
--! limited change
UPDATE kv SET n = 1 ORDER BY k;
INSERT INTO kv (k, v, n) SELECT k || '2', v, n FROM kv UNION ALL SELECT * FROM kv WHERE 0;
SELECT id FROM emp WHERE id COLLATE NOCASE = 1 OR id COLLATE NOCASE IN (2, 3) ORDER BY id;

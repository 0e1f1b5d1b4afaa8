/*-------------------------------------------------------------------------
 *
 * library_writes.c
 *	  What writing costs libsqlite3 itself: the measure of bench/fdw_writes.
 *
 * usage: library_writes FILE OPERATION ROWS [unchecked]
 *
 * The file holds "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b TEXT, c REAL)".
 * Each statement is prepared once and bound anew for each row. Operations:
 *
 *	insert				ROWS rows in one transaction
 *	update, delete		rows with the keys 5, 10, … (ROWS of them) in one transaction
 *	update_each, delete_each	the same, each row a transaction of its own
 *	update_all, set_all, delete_all	every fifth row, in one statement
 *	update_all_guarded	the same as update_all, but nothing that is no integer of 32 bits is added to or stored
 *
 * Prints milliseconds on the clock and on the processor, opening not counted, and
 * those of the median transaction on the clock. Journal mode and synchronous are the
 * library's own, or the file's. It looks at the cells of each page that it reads, as
 * the extension does with a file that may be damaged; not when "unchecked".
 *
 *-------------------------------------------------------------------------
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct
{
	const char *name;
	const char *sql;
	int			each;			/* a transaction a row */
	int			whole;			/* runs once, without a key */
}			operations[] = {
	{"insert", "INSERT INTO t VALUES (?1, ?2, ?3, ?4)", 0, 0},
	{"update", "UPDATE t SET a = a + 1 WHERE id = ?1", 0, 0},
	{"delete", "DELETE FROM t WHERE id = ?1", 0, 0},
	{"update_each", "UPDATE t SET a = a + 1 WHERE id = ?1", 1, 0},
	{"delete_each", "DELETE FROM t WHERE id = ?1", 1, 0},
	{"update_all", "UPDATE t SET a = a + 1 WHERE id % 5 = 0", 1, 1},
	{"update_all_guarded", "UPDATE t SET a = CASE WHEN a <= 2147483646 THEN a + 1 ELSE abs(-9223372036854775807 - 1) END"
	 " WHERE id % 5 = 0 AND CASE WHEN a = CAST(a AS INTEGER) THEN 1 ELSE abs(-9223372036854775807 - 1) END", 1, 1},
	{"set_all", "UPDATE t SET a = 7 WHERE id % 5 = 0", 1, 1},
	{"delete_all", "DELETE FROM t WHERE id % 5 = 0", 1, 1},
};

static sqlite3 *db;

static void
check(int rc)
{
	if (rc == SQLITE_OK || rc == SQLITE_DONE)
		return;
	fprintf(stderr, "library_writes: %s\n", sqlite3_errmsg(db));
	exit(1);
}

static double
now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000.0 + t.tv_nsec / 1000000.0;
}

static void
bind_row(sqlite3_stmt *stmt, long i)
{
	char		text[32];

	snprintf(text, sizeof(text), "text of row %ld", i);
	check(sqlite3_bind_int64(stmt, 1, i));
	check(sqlite3_bind_int64(stmt, 2, i * 7));
	check(sqlite3_bind_text(stmt, 3, text, -1, SQLITE_TRANSIENT));
	check(sqlite3_bind_double(stmt, 4, i / 4.0));
}

static int
compare(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	return x < y ? -1 : x > y;
}

int
main(int argc, char **argv)
{
	size_t		op = 0;
	long		rows;
	sqlite3_stmt *stmt;
	double		clock;
	double		cpu;
	double	   *times;

	while (argc >= 4 && op < sizeof(operations) / sizeof(operations[0]) && strcmp(operations[op].name, argv[2]) != 0)
		op++;
	if (argc < 4 || argc > 5 || (argc == 5 && strcmp(argv[4], "unchecked") != 0) || op == sizeof(operations) / sizeof(operations[0]) ||
		(rows = atol(argv[3])) <= 0)
	{
		fprintf(stderr, "usage: library_writes FILE OPERATION ROWS [unchecked]\n");
		return 2;
	}
	times = calloc(rows, sizeof(double));
	if (times == NULL)
		return 1;
	check(sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE, NULL));
	check(sqlite3_busy_timeout(db, 10000));
	if (argc == 4)
		check(sqlite3_exec(db, "PRAGMA cell_size_check = on", NULL, NULL, NULL));
	check(sqlite3_exec(db, "PRAGMA foreign_keys = on; SELECT count(*) FROM t WHERE id < 0; DELETE FROM t WHERE id < 0", NULL, NULL, NULL));
	clock = now(CLOCK_MONOTONIC);
	cpu = now(CLOCK_PROCESS_CPUTIME_ID);
	check(sqlite3_prepare_v2(db, operations[op].sql, -1, &stmt, NULL));
	if (!operations[op].each)
		check(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL));
	for (long i = 1; i <= (operations[op].whole ? 1 : rows); i++)
	{
		double		began = operations[op].each ? now(CLOCK_MONOTONIC) : 0;

		if (op == 0)
			bind_row(stmt, i);
		else if (!operations[op].whole)
			check(sqlite3_bind_int64(stmt, 1, i * 5));
		check(sqlite3_step(stmt));
		check(sqlite3_reset(stmt));
		if (operations[op].each)
			times[i - 1] = now(CLOCK_MONOTONIC) - began;
	}
	if (!operations[op].each)
		check(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL));
	cpu = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	clock = now(CLOCK_MONOTONIC) - clock;
	check(sqlite3_finalize(stmt));
	qsort(times, operations[op].whole ? 1 : rows, sizeof(double), compare);
	printf("%.2f %.2f %.4f\n", clock, cpu, operations[op].whole ? times[0] : times[rows / 2]);
	free(times);
	check(sqlite3_close(db));
	return 0;
}

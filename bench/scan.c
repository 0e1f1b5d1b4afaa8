/*-------------------------------------------------------------------------
 *
 * scan.c
 *	  What reading a SQLite file costs libsqlite3 itself, for bench/stock.py.
 *
 * usage: scan FILE [-r FROM TO] TABLE...
 *
 * Steps over every row of the tables, those with rowids from FROM to TO where these
 * are given, and takes each value by its storage class, as numbers or as bytes.
 * Without the locks that several threads on one connection would need.
 *
 *-------------------------------------------------------------------------
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
fail(sqlite3 *db)
{
	fprintf(stderr, "scan: %s\n", sqlite3_errmsg(db));
	exit(1);
}

/* takes one value; what it returns keeps the compiler from leaving that out */
static double
take(sqlite3_stmt *stmt, int column)
{
	switch (sqlite3_column_type(stmt, column))
	{
		case SQLITE_INTEGER:
			return (double) sqlite3_column_int64(stmt, column);
		case SQLITE_FLOAT:
			return sqlite3_column_double(stmt, column);
		case SQLITE_TEXT:
			return sqlite3_column_text(stmt, column)[0] + (double) sqlite3_column_bytes(stmt, column);
		case SQLITE_BLOB:
			return (sqlite3_column_blob(stmt, column) != NULL) + (double) sqlite3_column_bytes(stmt, column);
		default:
			return 0;
	}
}

static double
scan(sqlite3 *db, const char *table, const char *from, const char *to)
{
	char	   *sql = from ? sqlite3_mprintf("SELECT * FROM \"%w\" WHERE rowid BETWEEN %s AND %s", table, from, to)
						   : sqlite3_mprintf("SELECT * FROM \"%w\"", table);
	sqlite3_stmt *stmt;
	double		sum = 0;
	int			rc;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
		fail(db);
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
		for (int column = 0; column < sqlite3_column_count(stmt); column++)
			sum += take(stmt, column);
	if (rc != SQLITE_DONE)
		fail(db);
	sqlite3_finalize(stmt);
	sqlite3_free(sql);
	return sum;
}

int
main(int argc, char **argv)
{
	sqlite3    *db;
	int			part = argc > 5 && strcmp(argv[2], "-r") == 0;
	double		sum = 0;

	if (argc < 3)
	{
		fprintf(stderr, "usage: scan FILE [-r FROM TO] TABLE...\n");
		return 2;
	}
	if (sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		fail(db);
	for (int i = part ? 5 : 2; i < argc; i++)
		sum += scan(db, argv[i], part ? argv[3] : NULL, part ? argv[4] : NULL);
	printf("%g\n", sum);
	sqlite3_close(db);
	return 0;
}

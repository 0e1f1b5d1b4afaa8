/* What cppcheck must know of PostgreSQL: macros that loop, and errors that do not return. */
#define PG_VERSION_NUM 150000
#define PGDLLEXPORT
#define MIG_FUNCTION(name) Datum name(PG_FUNCTION_ARGS)
#define PG_FUNCTION_ARGS FunctionCallInfo fcinfo
#define foreach(cell, list) for (cell = list_head(list); cell != NULL; cell = lnext(list, cell))
#define forboth(c1, l1, c2, l2) for (c1 = list_head(l1), c2 = list_head(l2); c1 != NULL && c2 != NULL; c1 = lnext(l1, c1), c2 = lnext(l2, c2))
#define for_each_from(cell, list, n) for (cell = list_nth_cell(list, n); cell != NULL; cell = lnext(list, cell))
#define foreach_delete_current(list, cell) list
#define PG_TRY() do { if (try_state())
#define PG_CATCH() else
#define PG_FINALLY() if (1)
#define PG_END_TRY() } while (0)
#define ERROR 21
#define FATAL 22
void		abort(void) __attribute__((noreturn));
#define ereport(level, ...) do { report(__VA_ARGS__); if ((level) >= ERROR) abort(); } while (0)
#define elog(level, ...) do { report(__VA_ARGS__); if ((level) >= ERROR) abort(); } while (0)

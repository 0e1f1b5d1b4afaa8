/*-------------------------------------------------------------------------
 *
 * fdw_ship.h
 *	  What the table of functions (fdw_ship.c) and the handlers of texts
 *	  (fdw_ship_text.c) share.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_FDW_SHIP_H
#define SQLITE_FDW_MIG_FDW_SHIP_H

#include "fdw/fdw_internal.h"

/* A call with what its handler needs. */
typedef struct ShipCall
{
	const char *sql;			/* operator or function of SQLite */
	List	   *args;
	Oid			collation;
	Oid			function;
} ShipCall;

typedef bool (*ShipHandler) (FdwShip *ship, const ShipCall *call);

/* A function, or function of an operator, that SQLite can stand in for. */
typedef struct ShipRule
{
	Oid			function;
	FdwForm		result;
	ShipHandler handler;
	const char *sql;
} ShipRule;

/* in fdw_ship.c */

/*
 * Sorts a comparison into a column and what is known beforehand, with the
 * operator as seen from the column. False when it is no such comparison.
 */
extern bool fdw_column_and_value(FdwShip *ship, const ShipCall *call, Expr **column, Expr **value, const char **op);

/* Appends a column in a comparison that no unconvertible value passes. */
extern void fdw_append_unless_negated(FdwShip *ship, Expr *column);

/* The row of the table; NULL if there is none. */
extern const ShipRule *fdw_ship_rule(Oid function);

/*
 * fdw_ship_value for a part of an expression that must be exact: the opposite of
 * what only narrows would lose rows.
 */
extern bool fdw_ship_exact(FdwShip *ship, Expr *expr, FdwForm wanted);

/* The form in which values of a type are computed: INTEGER, TEXT, BOOLEAN or OPAQUE. */
extern FdwForm fdw_form_of_type(Oid type);

/* in fdw_ship_array.c */
extern bool fdw_ship_array_test(FdwShip *ship, const ScalarArrayOpExpr *test);

/* in fdw_ship_choice.c: expressions that choose among values, and those that compare more than two */
extern bool fdw_ship_case(FdwShip *ship, const CaseExpr *expr, FdwForm wanted);
extern bool fdw_ship_coalesce(FdwShip *ship, const CoalesceExpr *expr, FdwForm wanted);
extern bool fdw_ship_nullif(FdwShip *ship, const NullIfExpr *expr, FdwForm wanted);
extern bool fdw_ship_greatest(FdwShip *ship, const MinMaxExpr *expr, FdwForm wanted);
extern bool fdw_ship_distinct(FdwShip *ship, const DistinctExpr *expr);
extern bool fdw_ship_row_compare(FdwShip *ship, const RowCompareExpr *expr);

/* in fdw_ship_match.c: sqlite_mig.match as a whole condition; false, and nothing appended, when it is none that can be sent */
extern bool fdw_ship_match(FdwShip *ship, Expr *clause);

/* in fdw_ship_number.c: handlers of the table */
extern bool fdw_compare_integers(FdwShip *ship, const ShipCall *call);
extern bool fdw_add_constant(FdwShip *ship, const ShipCall *call);
extern bool fdw_divide_by_constant(FdwShip *ship, const ShipCall *call);
extern bool fdw_compare_numbers(FdwShip *ship, const ShipCall *call);
extern bool fdw_compare_times(FdwShip *ship, const ShipCall *call);

/* in fdw_ship_bytes.c */
extern bool fdw_compare_bytes(FdwShip *ship, const ShipCall *call);

/* Appends a column of FORM_BYTES or FORM_UUID as a blob. */
extern void fdw_append_bytes(FdwShip *ship, Expr *column);

/* in fdw_ship_json.c: handler of the table */
extern bool fdw_look_into_json(FdwShip *ship, const ShipCall *call);

/* in fdw_ship_text.c: handlers of the table */
extern bool fdw_compare_texts(FdwShip *ship, const ShipCall *call);
extern bool fdw_order_texts(FdwShip *ship, const ShipCall *call);
extern bool fdw_match_pattern(FdwShip *ship, const ShipCall *call);
extern bool fdw_call_length(FdwShip *ship, const ShipCall *call);
extern bool fdw_call_substr(FdwShip *ship, const ShipCall *call);
extern bool fdw_call_concat(FdwShip *ship, const ShipCall *call);
extern bool fdw_call_with_texts(FdwShip *ship, const ShipCall *call);
extern bool fdw_call_left(FdwShip *ship, const ShipCall *call);
extern bool fdw_call_octet_length(FdwShip *ship, const ShipCall *call);
extern bool fdw_change_case(FdwShip *ship, const ShipCall *call);
extern bool fdw_match_beginning(FdwShip *ship, const ShipCall *call);

#endif							/* SQLITE_FDW_MIG_FDW_SHIP_H */

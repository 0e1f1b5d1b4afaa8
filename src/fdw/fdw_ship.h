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

/* in fdw_ship.c */

/*
 * Sorts a comparison into a column and what is known beforehand, with the
 * operator as seen from the column. False when it is no such comparison.
 */
extern bool fdw_column_and_value(FdwShip *ship, const ShipCall *call, Expr **column, Expr **value, const char **op);

/* Appends a column in a comparison that no unconvertible value passes. */
extern void fdw_append_unless_negated(FdwShip *ship, Expr *column);

/* in fdw_ship_text.c: handlers of the table */
extern bool fdw_compare_texts(FdwShip *ship, const ShipCall *call);
extern bool fdw_order_texts(FdwShip *ship, const ShipCall *call);
extern bool fdw_match_pattern(FdwShip *ship, const ShipCall *call);
extern bool fdw_call_length(FdwShip *ship, const ShipCall *call);
extern bool fdw_call_substr(FdwShip *ship, const ShipCall *call);
extern bool fdw_call_concat(FdwShip *ship, const ShipCall *call);

#endif							/* SQLITE_FDW_MIG_FDW_SHIP_H */

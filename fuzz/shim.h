/*-------------------------------------------------------------------------
 *
 * shim.h
 *	  What the fuzz targets ask of shim.c beyond PostgreSQL's own names.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_SHIM_H
#define SQLITE_FDW_MIG_SHIM_H

/* Frees everything that was allocated since the last call. */
extern void shim_reset(void);

/* The stack is measured from the caller's frame on. */
extern void shim_stack(void);

#endif							/* SQLITE_FDW_MIG_SHIM_H */

/*-------------------------------------------------------------------------
 *
 * base_stop.c
 *	  Whether somebody wants the running call to stop, for those who may not throw.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "miscadmin.h"

#include "base/base.h"

bool
base_stop_wanted(void)
{
	return InterruptPending && InterruptHoldoffCount == 0 && CritSectionCount == 0 &&
		(ProcDiePending || (QueryCancelPending && QueryCancelHoldoffCount == 0));
}

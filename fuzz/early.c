/*-------------------------------------------------------------------------
 *
 * early.c
 *	  A first malloc before any other library's constructor runs, which starts
 *	  AddressSanitizer. Without it a preloaded libasan waits for a lock that it
 *	  holds itself, in servers linked with libraries that translate messages
 *	  when they are loaded (Debian 12).
 *
 *-------------------------------------------------------------------------
 */
#include <stdlib.h>

__attribute__((constructor)) static void
early(void)
{
	void	   *volatile p = malloc(16);

	free(p);
}

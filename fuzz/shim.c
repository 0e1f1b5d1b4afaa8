/*-------------------------------------------------------------------------
 *
 * shim.c
 *	  The few things of the backend that the dialect layer and the recognisers
 *	  use, for programs without a server. Memory is malloc's, one block for each
 *	  request, so that a sanitizer sees every byte beside it; shim_reset frees
 *	  what a call has left, as the reset of a memory context would.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/md5.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "base/base.h"
#include "shim.h"

/* Before every block; the blocks of one call form a ring. */
typedef struct Block
{
	struct Block *previous;
	struct Block *next;
	size_t		size;
} Block;

static Block ring = {&ring, &ring, 0};

MemoryContext CurrentMemoryContext = NULL;

void
shim_reset(void)
{
	while (ring.next != &ring)
		pfree(ring.next + 1);
}

void *
palloc(Size size)
{
	Block	   *block;

	if (size > MaxAllocSize)
		abort();				/* the server raises an error here: a text of a megabyte must not need it */
	block = malloc(sizeof(Block) + size);
	if (block == NULL)
		abort();
	block->size = size;
	block->previous = &ring;
	block->next = ring.next;
	ring.next->previous = block;
	ring.next = block;
	/* what is not initialised must show */
	memset(block + 1, 0x7f, size);
	return block + 1;
}

void *
palloc0(Size size)
{
	return memset(palloc(size), 0, size);
}

void
pfree(void *pointer)
{
	Block	   *block = (Block *) pointer - 1;

	block->previous->next = block->next;
	block->next->previous = block->previous;
	free(block);
}

void *
repalloc(void *pointer, Size size)
{
	void	   *moved = palloc(size);

	memcpy(moved, pointer, Min(size, ((Block *) pointer - 1)->size));
	pfree(pointer);
	return moved;
}

/* The server raises an error at 2 MB; frames of a sanitizer are larger. Nothing that is no longer than these texts may need it. */
#define MOST_STACK	(6 * 1024 * 1024)

static char *stack_base = NULL;

void
shim_stack(void)
{
	stack_base = __builtin_frame_address(0);
}

void
check_stack_depth(void)
{
	if (labs((long) (stack_base - (char *) __builtin_frame_address(0))) > MOST_STACK)
		abort();
}

char *
pnstrdup(const char *text, Size len)
{
	Size		n = strnlen(text, len);
	char	   *copy = palloc(n + 1);

	memcpy(copy, text, n);
	copy[n] = '\0';
	return copy;
}

char *
pstrdup(const char *text)
{
	return pnstrdup(text, strlen(text));
}

/* Lists: as many cells as there are elements, always in a block of their own. */
static List *
sized(List *list, NodeTag type, int length)
{
	if (list == NULL)
	{
		list = palloc0(sizeof(List));
		list->type = type;
		list->elements = palloc(sizeof(ListCell));
	}
	list->elements = repalloc(list->elements, sizeof(ListCell) * Max(length, 1));
	list->length = list->max_length = length;
	return list;
}

List *
lappend(List *list, void *datum)
{
	list = sized(list, T_List, list_length(list) + 1);
	list->elements[list->length - 1].ptr_value = datum;
	return list;
}

List *
lappend_int(List *list, int datum)
{
	list = sized(list, T_IntList, list_length(list) + 1);
	list->elements[list->length - 1].int_value = datum;
	return list;
}

List *
lcons(void *datum, List *list)
{
	list = sized(list, T_List, list_length(list) + 1);
	memmove(list->elements + 1, list->elements, sizeof(ListCell) * (list->length - 1));
	list->elements[0].ptr_value = datum;
	return list;
}

List *
list_make1_impl(NodeTag type, ListCell datum)
{
	List	   *list = sized(NIL, type, 1);

	list->elements[0] = datum;
	return list;
}

List *
list_make2_impl(NodeTag type, ListCell datum1, ListCell datum2)
{
	List	   *list = sized(NIL, type, 2);

	list->elements[0] = datum1;
	list->elements[1] = datum2;
	return list;
}

List *
list_delete_nth_cell(List *list, int n)
{
	memmove(list->elements + n, list->elements + n + 1, sizeof(ListCell) * (list->length - n - 1));
	return list->length > 1 ? sized(list, T_List, list->length - 1) : NIL;
}

List *
list_delete_first(List *list)
{
	return list == NIL ? NIL : list_delete_nth_cell(list, 0);
}

List *
list_delete_ptr(List *list, void *datum)
{
	for (int i = 0; i < list_length(list); i++)
	{
		if (list->elements[i].ptr_value == datum)
			return list_delete_nth_cell(list, i);
	}
	return list;
}

bool
list_member_ptr(const List *list, const void *datum)
{
	for (int i = 0; i < list_length(list); i++)
	{
		if (list->elements[i].ptr_value == datum)
			return true;
	}
	return false;
}

/* UTF-8 is the encoding here. */
int
GetDatabaseEncoding(void)
{
	return PG_UTF8;
}

int
pg_mblen(const char *text)
{
	return pg_utf_mblen((const unsigned char *) text);
}

int
pg_mbstrlen_with_len(const char *text, int len)
{
	int			n = 0;

	for (int at = 0; at < len && text[at] != '\0'; at += pg_mblen(text + at))
		n++;
	return n;
}

int
pg_mbcliplen(const char *text, int len, int limit)
{
	int			clipped = 0;

	while (clipped < len && text[clipped] != '\0' && clipped + pg_mblen(text + clipped) <= limit)
		clipped += pg_mblen(text + clipped);
	return Min(clipped, len);
}

/* Every word is quoted: which ones need it is not the matter here. */
const char *
quote_identifier(const char *name)
{
	StringInfoData quoted;

	initStringInfo(&quoted);
	appendStringInfoChar(&quoted, '"');
	for (; *name != '\0'; name++)
	{
		if (*name == '"')
			appendStringInfoChar(&quoted, '"');
		appendStringInfoChar(&quoted, *name);
	}
	appendStringInfoChar(&quoted, '"');
	return quoted.data;
}

char *
base_shorten_ident(const char *name)
{
	return pnstrdup(name, pg_mbcliplen(name, strlen(name), NAMEDATALEN - 1));
}

/* Any hash does: 32 digits for the same bytes. */
bool
pg_md5_hash(const void *data, size_t len, char *digits, const char **error)
{
	uint64		hash = UINT64CONST(14695981039346656037);

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ ((const unsigned char *) data)[i]) * UINT64CONST(1099511628211);
	snprintf(digits, 33, "%016llx%016llx", (unsigned long long) hash, (unsigned long long) ~hash);
	*error = NULL;
	return true;
}

/*-------------------------------------------------------------------------
 *
 * server_reader.c
 *	  Who reads rows bit by bit while somebody else may write.
 *
 * A transaction has one connection to a file, and SQLite does not say whether a SELECT
 * that is under way there sees what is written meanwhile: a loop over a table that
 * inserts into it may never end. PostgreSQL says that a statement sees the state that it
 * began with. So readers are listed, and before something is written they are told to
 * read on to their end.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "utils/memutils.h"

#include "server/server_internal.h"

static dlist_head readers = DLIST_STATIC_INIT(readers);

static void
forget(void *reader)
{
	server_reader_end(reader);
}

void
server_reader_begin(ServerReader *reader)
{
	if (reader->listed)
		return;
	if (reader->owner == NULL)
	{
		/* after an error nobody says that it has ended */
		reader->owner = CurrentResourceOwner;
		reader->callback.func = forget;
		reader->callback.arg = reader;
		MemoryContextRegisterResetCallback(GetMemoryChunkContext(reader->arg), &reader->callback);
	}
	dlist_push_tail(&readers, &reader->node);
	reader->listed = true;
}

void
server_reader_end(ServerReader *reader)
{
	if (!reader->listed)
		return;
	dlist_delete(&reader->node);
	reader->listed = false;
}

void
server_before_write(SqliteDb *db, const void *statement)
{
	dlist_mutable_iter iter;

	dlist_foreach_modify(iter, &readers)
	{
		ServerReader *reader = dlist_container(ServerReader, node, iter.cur);

		if (reader->db == db)
			reader->read_ahead(reader->arg, reader->statement == statement);
	}
}

/*
 * Those whose resources go with a subtransaction, or with the transaction, will not
 * be asked for rows again. A cursor that outlives it has moved to the parent by now.
 */
void
server_end_readers(ResourceOwner owner)
{
	dlist_mutable_iter iter;

	dlist_foreach_modify(iter, &readers)
	{
		ServerReader *reader = dlist_container(ServerReader, node, iter.cur);
		ResourceOwner ancestor = reader->owner;

		while (owner != NULL && ancestor != NULL && ancestor != owner)
			ancestor = ResourceOwnerGetParent(ancestor);
		if (ancestor == owner || owner == NULL)
			server_reader_end(reader);
	}
}

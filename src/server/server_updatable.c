/*-------------------------------------------------------------------------
 *
 * server_updatable.c
 *	  Whether foreign tables may be written to, and by how many rows at a time: asked
 *	  at the start of each statement, so the answers are kept until a table or a
 *	  server is altered.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "foreign/foreign.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "server/server_internal.h"

typedef struct AnswerEntry
{
	Oid			relid;			/* hash key */
	Oid			serverid;
	bool		updatable;
	int			batch_size;
} AnswerEntry;

/* Created at first use, lives as long as the backend; emptied by invalidations. */
static HTAB *answers = NULL;

static const AnswerEntry *find_answer(Oid relid);
static void relation_changed(Datum arg, Oid relid);
static void server_changed(Datum arg, int cacheid, uint32 hashvalue);

bool
server_is_updatable(Oid serverid)
{
	return server_options(serverid)->updatable;
}

bool
server_table_is_updatable(Oid relid)
{
	return find_answer(relid)->updatable;
}

int
server_table_batch_size(Oid relid)
{
	return find_answer(relid)->batch_size;
}

Oid
server_of_table(Oid relid)
{
	return find_answer(relid)->serverid;
}

/* Belongs to the cache: to be looked at before anything else is done. */
static const AnswerEntry *
find_answer(Oid relid)
{
	AnswerEntry *entry;
	AnswerEntry answer;
	TableOptions *options;
	ServerOptions *server;

	if (answers == NULL)
	{
		HASHCTL		ctl;

		ctl.keysize = sizeof(Oid);
		ctl.entrysize = sizeof(AnswerEntry);
		ctl.hcxt = CacheMemoryContext;
		answers = hash_create("sqlite_fdw_mig updatable tables", 64, &ctl, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
		CacheRegisterRelcacheCallback(relation_changed, (Datum) 0);
		CacheRegisterSyscacheCallback(FOREIGNSERVEROID, server_changed, (Datum) 0);
	}
	entry = hash_search(answers, &relid, HASH_FIND, NULL);
	if (entry != NULL)
		return entry;
	options = server_table_options(relid);
	answer.serverid = GetForeignTable(relid)->serverid;
	server = server_options(answer.serverid);
	answer.updatable = options->updatable && options->query == NULL && server->updatable;
	answer.batch_size = options->batch_size != 0 ? options->batch_size : server->batch_size;
	entry = hash_search(answers, &relid, HASH_ENTER, NULL);
	entry->serverid = answer.serverid;
	entry->updatable = answer.updatable;
	entry->batch_size = answer.batch_size;
	return entry;
}

/* Callback: a relation has changed, or all have. */
static void
relation_changed(Datum arg, Oid relid)
{
	HASH_SEQ_STATUS scan;
	AnswerEntry *entry;

	if (OidIsValid(relid))
	{
		(void) hash_search(answers, &relid, HASH_REMOVE, NULL);
		return;
	}
	hash_seq_init(&scan, answers);
	while ((entry = hash_seq_search(&scan)) != NULL)
		(void) hash_search(answers, &entry->relid, HASH_REMOVE, NULL);
}

static void
server_changed(Datum arg, int cacheid, uint32 hashvalue)
{
	relation_changed((Datum) 0, InvalidOid);
}

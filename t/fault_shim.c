/*-------------------------------------------------------------------------
 *
 * fault_shim.c
 *	  Makes the system fail on demand: preloaded into a test's server, it stands
 *	  between SQLite and the C library.
 *
 * Reads, writes, locks and allocations of SQLite can be made slow, short or failing,
 * from the n-th on or only the n-th. A file counts when its path ends with the
 * marker, or has in it what stands in the marker behind a "*"; an allocation counts when it comes from SQLite's library. What is
 * armed is shared by all processes of the server; the SQL functions arm it.
 *
 *-------------------------------------------------------------------------
 */
#define _GNU_SOURCE
#include "postgres.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_MODULE_MAGIC;

typedef enum FaultKind
{
	FAULT_NONE, FAULT_READ, FAULT_SHORT_READ, FAULT_WRITE, FAULT_SYNC, FAULT_MALLOC, FAULT_LOCK
} FaultKind;

typedef struct FaultControl
{
	volatile int kind;
	volatile int error;			/* errno of a read or write that fails */
	volatile int repeat;		/* every further call fails, too */
	volatile long countdown;	/* calls until the first that fails */
	volatile long calls;		/* that could have failed */
	volatile long hits;			/* that did */
	volatile long delay;		/* of each read, microseconds */
	char		marker[200];
} FaultControl;

static FaultControl *control;
static uintptr_t library_start,
			library_end;

extern void *__libc_malloc(size_t size);
extern void *__libc_realloc(void *old, size_t size);

static void __attribute__((constructor))
fault_start(void)
{
	control = mmap(NULL, sizeof(FaultControl), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (control == MAP_FAILED)
		abort();
}

static int
due(FaultKind kind)
{
	if (control == NULL || control->kind != (int) kind)
		return 0;
	__atomic_add_fetch(&control->calls, 1, __ATOMIC_SEQ_CST);
	if (__atomic_sub_fetch(&control->countdown, 1, __ATOMIC_SEQ_CST) > 0)
		return 0;
	if (!control->repeat && control->hits > 0)
		return 0;
	__atomic_add_fetch(&control->hits, 1, __ATOMIC_SEQ_CST);
	return 1;
}

/* Whether it is a file that counts. */
static int
is_marked(int fd)
{
	char		link[64];
	char		path[1024];
	ssize_t		length;

	if (control == NULL || control->marker[0] == '\0')
		return 0;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, path, sizeof(path) - 1);
	if (length <= 0)
		return 0;
	path[length] = '\0';
	if (control->marker[0] == '*')
		return strstr(path, control->marker + 1) != NULL;
	return length >= strlen(control->marker) && strcmp(path + length - strlen(control->marker), control->marker) == 0;
}

ssize_t
pread64(int fd, void *buffer, size_t amount, off64_t offset)
{
	ssize_t		result;

	if (control != NULL && (control->kind != FAULT_NONE || control->delay > 0) && is_marked(fd))
	{
		/* (no signal ends it: a disk does not care) */
		if (control->delay > 0)
		{
			struct timespec left = {control->delay / 1000000, control->delay % 1000000 * 1000};

			while (nanosleep(&left, &left) != 0)
				;
		}
		if (due(FAULT_READ))
		{
			errno = control->error;
			return -1;
		}
		if (due(FAULT_SHORT_READ))
			amount /= 2;
	}
	result = syscall(SYS_pread64, fd, buffer, amount, offset);
	return result;
}

static int
write_fails(int fd)
{
	if (control == NULL || control->kind != FAULT_WRITE || !is_marked(fd) || !due(FAULT_WRITE))
		return 0;
	errno = control->error;
	return 1;
}

ssize_t
pwrite64(int fd, const void *buffer, size_t amount, off64_t offset)
{
	return write_fails(fd) ? -1 : syscall(SYS_pwrite64, fd, buffer, amount, offset);
}

/* the server's own names for it */
ssize_t
pwrite(int fd, const void *buffer, size_t amount, off_t offset)
{
	return pwrite64(fd, buffer, amount, offset);
}

ssize_t
pwritev(int fd, const struct iovec *parts, int n, off_t offset)
{
	return write_fails(fd) ? -1 : syscall(SYS_pwritev, fd, parts, n, offset, 0);
}

ssize_t
write(int fd, const void *buffer, size_t amount)
{
	return write_fails(fd) ? -1 : syscall(SYS_write, fd, buffer, amount);
}

static int
sync_fails(int fd)
{
	if (control == NULL || control->kind != FAULT_SYNC || !is_marked(fd) || !due(FAULT_SYNC))
		return 0;
	errno = control->error;
	return 1;
}

int
fsync(int fd)
{
	return sync_fails(fd) ? -1 : syscall(SYS_fsync, fd);
}

int
fdatasync(int fd)
{
	return sync_fails(fd) ? -1 : syscall(SYS_fdatasync, fd);
}

/* SQLite's library has this name for fcntl() where files may be large. */
int
fcntl64(int fd, int command,...)
{
	va_list		list;
	void	   *arg;

	va_start(list, command);
	arg = va_arg(list, void *);
	va_end(list);
	if (control != NULL && control->kind == FAULT_LOCK && (command == F_SETLK || command == F_SETLKW || command == F_GETLK) &&
		is_marked(fd) && due(FAULT_LOCK))
	{
		errno = control->error;
		return -1;
	}
	return syscall(SYS_fcntl, fd, command, arg);
}

static int
find_library(struct dl_phdr_info *info, size_t size, void *arg)
{
	if (info->dlpi_name == NULL || strstr(info->dlpi_name, "libsqlite3") == NULL)
		return 0;
	for (int i = 0; i < info->dlpi_phnum; i++)
	{
		const		ElfW(Phdr) *part = &info->dlpi_phdr[i];

		if (part->p_type == PT_LOAD && (part->p_flags & PF_X) != 0)
		{
			library_start = info->dlpi_addr + part->p_vaddr;
			library_end = library_start + part->p_memsz;
		}
	}
	return 1;
}

static int
allocation_fails(void *caller)
{
	if (control == NULL || control->kind != FAULT_MALLOC)
		return 0;
	if (library_start == 0)
		dl_iterate_phdr(find_library, NULL);
	return (uintptr_t) caller >= library_start && (uintptr_t) caller < library_end && due(FAULT_MALLOC);
}

void *
malloc(size_t size)
{
	return allocation_fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *
realloc(void *old, size_t size)
{
	return allocation_fails(__builtin_return_address(0)) ? NULL : __libc_realloc(old, size);
}

/* fault_arm(kind, countdown, repeat, errno) */
PG_FUNCTION_INFO_V1(fault_arm);
Datum
fault_arm(PG_FUNCTION_ARGS)
{
	static const char *const kinds[] = {"none", "read", "short read", "write", "sync", "malloc", "lock"};
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(0));

	control->kind = FAULT_NONE;
	control->countdown = PG_GETARG_INT64(1);
	control->repeat = PG_GETARG_BOOL(2);
	control->error = PG_GETARG_INT32(3);
	control->calls = control->hits = 0;
	for (int i = 0; i < lengthof(kinds); i++)
	{
		if (strcmp(name, kinds[i]) == 0)
		{
			control->kind = i;
			PG_RETURN_VOID();
		}
	}
	elog(ERROR, "no fault of kind \"%s\"", name);
}

/* fault_off(): returns how many calls failed, and how many could have */
PG_FUNCTION_INFO_V1(fault_off);
Datum
fault_off(PG_FUNCTION_ARGS)
{
	char		text[64];

	control->kind = FAULT_NONE;
	snprintf(text, sizeof(text), "%ld of %ld", control->hits, control->calls);
	PG_RETURN_TEXT_P(cstring_to_text(text));
}

/* fault_slow(marker, microseconds): which files are meant, and how long each read of them takes */
PG_FUNCTION_INFO_V1(fault_slow);
Datum
fault_slow(PG_FUNCTION_ARGS)
{
	strlcpy(control->marker, text_to_cstring(PG_GETARG_TEXT_PP(0)), sizeof(control->marker));
	control->delay = PG_GETARG_INT64(1);
	PG_RETURN_VOID();
}

/*
 * PostgreSQL keeps up to 100 memory contexts of each common size that were deleted, 800 kB, and frees them all
 * when one more comes: after this it keeps one of each.
 */
static void
empty_context_freelists(void)
{
	MemoryContext contexts[101];
	/* (the shim is loaded into programs that are no server, too: it must not need the server's variables) */
	MemoryContext parent = *(MemoryContext *) dlsym(RTLD_DEFAULT, "CurrentMemoryContext");

	for (int small = 0; small < 2; small++)
	{
		for (int i = 0; i < lengthof(contexts); i++)
			contexts[i] = small ? AllocSetContextCreate(parent, "fault", ALLOCSET_SMALL_SIZES)
				: AllocSetContextCreate(parent, "fault", ALLOCSET_DEFAULT_SIZES);
		for (int i = 0; i < lengthof(contexts); i++)
			MemoryContextDelete(contexts[i]);
	}
}

/* fault_memory(): bytes that this process has from malloc, without those that PostgreSQL keeps of deleted contexts */
PG_FUNCTION_INFO_V1(fault_memory);
Datum
fault_memory(PG_FUNCTION_ARGS)
{
	struct mallinfo2 info;

	empty_context_freelists();
	info = mallinfo2();
	PG_RETURN_INT64((int64) info.uordblks + info.hblkhd);
}

/* fault_sqlite_memory(): bytes that SQLite has */
PG_FUNCTION_INFO_V1(fault_sqlite_memory);
Datum
fault_sqlite_memory(PG_FUNCTION_ARGS)
{
	int64		(*used) (void) = (int64 (*) (void)) dlsym(RTLD_DEFAULT, "sqlite3_memory_used");

	PG_RETURN_INT64(used ? used() : -1);
}

/* fault_limit(which, value): the soft limit of this process for "files", for the "length" of a file, or for "memory" beyond what it has; -1 = none */
PG_FUNCTION_INFO_V1(fault_limit);
Datum
fault_limit(PG_FUNCTION_ARGS)
{
	const char *which = text_to_cstring(PG_GETARG_TEXT_PP(0));
	bool		memory = strcmp(which, "memory") == 0;
	int			resource = memory ? RLIMIT_AS : strcmp(which, "length") == 0 ? RLIMIT_FSIZE : RLIMIT_NOFILE;
	int64		value = PG_GETARG_INT64(1);
	struct rlimit limit;
	long		pages = 0;

	if (memory && value >= 0)
	{
		FILE	   *statm = fopen("/proc/self/statm", "r");

		if (statm == NULL || fscanf(statm, "%ld", &pages) != 1)
			elog(ERROR, "could not look at the memory");
		fclose(statm);
	}
	if (getrlimit(resource, &limit) != 0)
		elog(ERROR, "could not look at the limits");
	limit.rlim_cur = value < 0 ? limit.rlim_max : (memory ? pages * 4096 : 0) + value;
	if (setrlimit(resource, &limit) != 0)
		elog(ERROR, "could not set the limit");
	PG_RETURN_VOID();
}

/* fault_descriptors(): how many this process has of files that count */
PG_FUNCTION_INFO_V1(fault_descriptors);
Datum
fault_descriptors(PG_FUNCTION_ARGS)
{
	int			count = 0;

	for (int fd = 0; fd < 4096; fd++)
		count += is_marked(fd);
	PG_RETURN_INT32(count);
}

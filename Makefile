# sqlite_fdw_mig: PGXS build. `make demo` and `make test` do all their own set-up.
EXTENSION = sqlite_fdw_mig
MODULE_big = $(EXTENSION)
EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(EXTENSION).control)

OBJS = $(EXTENSION).o $(patsubst %.c,%.o,$(sort $(wildcard src/*/*.c)))
PG_CPPFLAGS = -I$(srcdir)/src -DMIG_VERSION='"$(EXTVERSION)"'
PG_CFLAGS = -Wall -Wextra -fno-plt -Wno-unused-parameter -Wno-sign-compare -fvisibility=hidden $(MIG_CFLAGS)
SHLIB_LINK = -lsqlite3 $(MIG_LDFLAGS)

EXTENSION_SQL_PARTS = $(sort $(wildcard install/*.sql))
EXTENSION_SQL = $(EXTENSION)--$(EXTVERSION).sql
DATA_built = $(EXTENSION_SQL)
DATA := $(wildcard install/upgrade/*.sql)

# := here: PGXS asks with ifdef, which takes any text for "defined", even one that comes to nothing
DOCS := $(wildcard doc/*.md)
REGRESS := $(patsubst sql/%.sql,%,$(sort $(wildcard sql/*.sql)))
ISOLATION := $(patsubst specs/%.spec,%,$(sort $(wildcard specs/*.spec)))
TAP_TESTS := $(if $(wildcard t/*.pl),1)
REGRESS_OPTS = --encoding=UTF8
EXTRA_CLEAN = $(EXTENSION_SQL) build.stamp results output_iso regression.diffs regression.out tmp_check log

PG_CONFIG ?= pg_config

# The commands that must work before anything is installed do not need PGXS.
STANDALONE = demo test test-matrix lint dist bench bench-quick fuzz valgrind
ifeq ($(filter $(STANDALONE),$(MAKECMDGOALS)),)
override with_llvm := no
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

ifeq ($(shell test $(VERSION_NUM) -lt 160000 && echo old),old)
override CPPFLAGS += -DPGDLLEXPORT='__attribute__((visibility("default")))'
# its headers declare functions without arguments in the old way, which is an error in C23, the default of newer compilers
override CFLAGS += -std=gnu11
endif

# Objects made for another PostgreSQL or with other flags are stale: the stamp is as old as the flags.
BUILD_FLAGS := $(VERSION) $(CC) $(CPPFLAGS) $(CFLAGS)
ifneq ($(file <build.stamp),$(BUILD_FLAGS))
$(file >build.stamp,$(BUILD_FLAGS))
endif

$(OBJS): $(wildcard src/*/*.h) $(EXTENSION).control build.stamp

# (the folder is as new as the last part that came or went; "install" alone is the goal)
$(EXTENSION_SQL): $(EXTENSION_SQL_PARTS) $(EXTENSION).control install/.
	cat $(EXTENSION_SQL_PARTS) > $@
endif

srcdir ?= .

# fuzz: FUZZ_SECONDS is for each of its parts
.PHONY: demo test test-matrix lint dist bench bench-quick fuzz valgrind
demo test fuzz valgrind:
	@tools/$@

test-matrix:
	@tools/test_matrix

# PGXN's archive: what git knows, in a folder of the release's name
dist:
	@tools/dist

bench:
	@bench/publish

bench-quick:
	@bench/publish --quick

lint:
	@tools/lint

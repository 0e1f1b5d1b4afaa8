# Faults: a server below which the system fails on demand (fault_shim.c), and what a test looks at afterwards
package Faults;

use strict;
use warnings;
use Exporter qw(import);
use FindBin;
use IPC::Run ();
use PostgreSQL::Test::Utils;
use Test::More;
use MigTest;

our @EXPORT = qw(start_faulty_node descriptors free_of_locks);

# As start_node, with fault_shim.c in all its processes and its SQL functions in database postgres.
sub start_faulty_node
{
	my ($name, %opt) = @_;
	plan(skip_all => 'a cluster of its own needs an ordinary user, not root') if $> == 0;
	my $pg_config = $ENV{PG_CONFIG} // 'pg_config';
	my $shim      = PostgreSQL::Test::Utils::tempdir() . '/fault_shim.so';
	chomp(my $include = `$pg_config --includedir-server`);
	chomp(my $cc = `$pg_config --cc`);
	my ($out, $err) = ('', '');
	IPC::Run::run([ split(/ /, $cc), '-shared', '-fPIC', '-O1', '-Wall', '-Wno-missing-prototypes', "-I$include", '-D_GNU_SOURCE', '-o', $shim, "$FindBin::RealBin/fault_shim.c" ], '>', \$out, '2>', \$err)
	  or die "the shim cannot be compiled: $err";
	local $ENV{LD_PRELOAD} = $shim;
	my $node = start_node($name, %opt);
	delete $ENV{LD_PRELOAD};
	$node->safe_psql('postgres', join("\n", map { s/SHIM/quoted($shim)/er } (
		'CREATE FUNCTION fault_arm(text, bigint, boolean, int) RETURNS void LANGUAGE c STRICT AS SHIM;',
		'CREATE FUNCTION fault_off() RETURNS text LANGUAGE c STRICT AS SHIM;',
		'CREATE FUNCTION fault_slow(text, bigint) RETURNS void LANGUAGE c STRICT AS SHIM;',
		'CREATE FUNCTION fault_memory() RETURNS bigint LANGUAGE c STRICT AS SHIM;',
		'CREATE FUNCTION fault_sqlite_memory() RETURNS bigint LANGUAGE c STRICT AS SHIM;',
		'CREATE FUNCTION fault_limit(text, bigint) RETURNS void LANGUAGE c STRICT AS SHIM;',
		'CREATE FUNCTION fault_descriptors() RETURNS int LANGUAGE c STRICT AS SHIM;')));
	return $node;
}

# How many descriptors the processes of a server have on files whose path has this in it
sub descriptors
{
	my ($node, $pattern) = @_;
	my $count = 0;
	foreach my $pid (split /\n/, $node->safe_psql('postgres', 'SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()'))
	{
		foreach my $fd (glob "/proc/$pid/fd/*")
		{
			$count++ if (readlink($fd) // '') =~ /\Q$pattern\E/;
		}
	}
	return $count;
}

# One test: nobody holds a lock on a SQLite file.
sub free_of_locks
{
	my ($file, $name) = @_;
	my ($out, $err) = ('', '');
	ok(IPC::Run::run([ 'sqlite3', '-bail', $file ], '<', \'BEGIN EXCLUSIVE; ROLLBACK;', '>', \$out, '2>', \$err), "$name: no lock is left") or diag($err);
	return;
}

1;

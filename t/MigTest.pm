# MigTest: what the TAP tests share: a cluster that knows the extension, SQLite files, statements that must fail
package MigTest;

use strict;
use warnings;
use Exporter qw(import);
use IPC::Run ();
use Time::HiRes qw(time);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(start_node sqlite quoted fails_with still_running seconds);

# Starts a cluster with the extension created in database postgres.
#
# tools/with_cluster leaves the settings of the staged extension in the file MIG_CONF; with make installcheck the
# extension is installed and nothing needs to be said. Options: streaming (others may follow it), initdb (more arguments).
sub start_node
{
	my ($name, %opt) = @_;
	plan(skip_all => 'a cluster of its own needs an ordinary user, not root') if $> == 0;

	my $node = PostgreSQL::Test::Cluster->new($name);
	# (said in full: later versions of this module take the C locale and no encoding)
	$node->init(allows_streaming => $opt{streaming}, extra => [ '-E', 'UTF8', '--locale', 'C.UTF-8', @{ $opt{initdb} // [] } ]);
	$node->append_conf('postgresql.conf', slurp_file($ENV{MIG_CONF})) if $ENV{MIG_CONF};
	$node->append_conf('postgresql.conf', "timezone = 'UTC'\nlog_statement = 'none'\n");
	$node->start;
	$node->safe_psql('postgres', 'CREATE EXTENSION sqlite_fdw_mig');
	return $node;
}

# Runs statements in a SQLite file, which is made when it is not there.
sub sqlite
{
	my ($file, $sql) = @_;
	my ($out, $err) = ('', '');
	IPC::Run::run([ 'sqlite3', '-bail', $file ], '<', \$sql, '>', \$out, '2>', \$err)
	  or die "sqlite3 $file: $err";
	return $out;
}

# A string literal of SQL
sub quoted
{
	my ($text) = @_;
	$text =~ s/'/''/g;
	return "'$text'";
}

# Runs a command and returns how many seconds it took.
sub seconds
{
	my ($code) = @_;
	my $start = time;
	$code->();
	return time - $start;
}

# One test: the statement fails with exactly one error, which has this SQLSTATE and whose whole text (message, detail,
# hint) matches; the session goes on and answers. Options: before (statements that run first), timeout (seconds).
sub fails_with
{
	my ($node, $sql, $sqlstate, $pattern, $name, %opt) = @_;
	my $before = $opt{before} // '';
	my ($out, $err) = ('', '');
	my $timed_out = 0;

	$node->psql(
		'postgres', "$before;\nSELECT 'pid ' || pg_backend_pid();\n$sql;\nROLLBACK;\nSELECT 'pid ' || pg_backend_pid();\n",
		stdout        => \$out,
		stderr        => \$err,
		timeout       => $opt{timeout} // 30,
		timed_out     => \$timed_out,
		on_error_stop => 0,
		extra_params  => [ '-v', 'VERBOSITY=verbose', '-v', 'SHOW_CONTEXT=never' ]);

	my @errors = $err =~ /^(?:psql:.*?)?(?:ERROR|FATAL|PANIC):  (\S{5}): /mg;
	my @pids   = $out =~ /^pid (\d+)$/mg;
	my $alive  = @pids == 2 && $pids[0] == $pids[1];
	my $good  = !$timed_out && @errors == 1 && $errors[0] eq $sqlstate && $err =~ $pattern && $alive;
	ok($good, "$name: $sqlstate");
	diag("timed out: $timed_out, session lives: " . ($alive ? 1 : 0) . "\nwanted $sqlstate and $pattern, found:\n$err") unless $good;
	return $good;
}

# One test: no backend of the cluster died.
sub still_running
{
	my ($node) = @_;
	unlike(slurp_file($node->logfile), qr/terminated by signal|PANIC/, 'no backend has died');
	return;
}

1;

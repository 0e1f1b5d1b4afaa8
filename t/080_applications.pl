# The two applications of examples/, before and after: over HTTP, with four processes of gunicorn, under concurrent writes. On SQLite
# "database is locked" is seen; on PostgreSQL, directly and through PgBouncer, it is not, and the same questions have the same answers.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use JSON::PP qw(decode_json);
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);
use MigTest;

# (Debian's packages belong to Debian's Python, whatever is first in the path)
my $python = '/usr/bin/python3';
plan(skip_all => 'Flask, gunicorn, Alembic or psycopg2 is missing for python3')
  unless -x $python && system("$python -c 'import flask, gunicorn, psycopg2, alembic' 2>/dev/null") == 0;
my ($pgbouncer) = grep { -x } qw(/usr/sbin/pgbouncer /usr/bin/pgbouncer);

my $node = start_node('applications');
my $dir  = PostgreSQL::Test::Utils::tempdir_short();
my $examples = "$FindBin::RealBin/../examples";
my $serial   = 0;
my $year     = 2020;
my %running;
$ENV{PYTHONDONTWRITEBYTECODE} = 1;

END { local $?; stop($_) foreach keys %running }

# ---- what runs beside the cluster ----

# Starts a command in a folder, waits until the file (a socket) is there, and returns what stop() takes
sub start
{
	my ($folder, $wait_for, $env, @command) = @_;
	my $log = "$dir/log" . ++$serial;
	my $pid = fork() // die "fork: $!";
	if ($pid == 0)
	{
		setpgrp;
		chdir $folder or die "$folder: $!";
		open(STDOUT, '>', $log) or die $!;
		open(STDERR, '>&', \*STDOUT) or die $!;
		%ENV = (%ENV, %$env);
		exec(@command) or POSIX::_exit(127);
	}
	$running{$pid} = $log;
	foreach (1 .. 600)
	{
		return $pid if -S $wait_for;
		last if waitpid($pid, POSIX::WNOHANG()) == $pid;
		sleep 0.1;
	}
	diag(slurp_file($log));
	die "$command[0] did not start";
}

sub stop
{
	my ($pid) = @_;
	return unless delete $running{$pid};
	kill 'TERM', -$pid;
	waitpid($pid, 0);
	return;
}

# gunicorn with four processes
sub serve
{
	my ($folder, $module, $threads, %env) = @_;
	my $socket = "$dir/s" . ++$serial;
	my $pid = start($folder, $socket, \%env, $python, '-m', 'gunicorn', '-w', 4, '--threads', $threads, '-b', "unix:$socket", "$module:app");
	return ($pid, $socket);
}

sub drive
{
	my ($socket, @args) = @_;
	my ($out, $err) = ('', '');
	IPC::Run::run([ $python, "$examples/drive.py", $socket, @args ], '>', \$out, '2>', \$err);
	return ($out, $err);
}

sub load
{
	my ($socket, $name) = @_;
	my ($out, $err) = drive($socket, $name, 'load', 8, 40, $year += 10);
	my $counts = eval { decode_json($out) } or die "drive.py: $err";
	note("$name: $out");
	return ($counts, $err);
}

# One round on PostgreSQL: the same answers, no error under load, every row that was written
sub check_postgres
{
	my ($how, $name, $answers, $socket) = @_;
	is((drive($socket, $name, 'answers'))[0], $answers, "$name, $how: the same answers to the same questions");
	my ($counts, $err) = load($socket, $name);
	is("$counts->{locked} locked, $counts->{failed} failed, $counts->{answered} answered", '0 locked, 0 failed, 320 answered', "$name, $how: no error under load");
	diag($err) if $counts->{failed};
	is($counts->{rows}, $counts->{written}, "$name, $how: what was answered was written");
	return;
}

sub sessions { return $node->safe_psql('postgres', "SELECT count(*) FROM pg_stat_activity WHERE datname = '$_[0]' AND backend_type = 'client backend'") }

sub alembic
{
	my ($folder, $env, @args) = @_;
	local %ENV = (%ENV, %$env);
	my ($out, $err) = ('', '');
	IPC::Run::run([ $python, '-m', 'alembic', '-c', "$folder/alembic.ini", @args ], '>', \$out, '2>', \$err);
	diag($err) if $?;
	return $out;
}

# ---- the journey of one application ----

sub journey
{
	my ($name, $example, $variable) = @_;
	my $file   = "$dir/$name.db";
	my $folder = "$dir/$example";
	my ($out, $err) = run_command([ 'cp', '-r', "$examples/$example", $folder ]);
	is($err, '', "$name: a copy of the example");
	run_command([ "$examples/make_sqlite", $example, $file ]);

	# before
	my ($pid, $socket) = serve($folder, 'app_sqlite', 1, "${variable}_DB" => $file);
	my ($counts) = load($socket, $name);
	cmp_ok($counts->{locked}, '>', 0, "$name, SQLite: \"database is locked\" under load ($counts->{locked} times)");
	is($counts->{failed}, 0, "$name, SQLite: no other error");
	is($counts->{rows}, $counts->{written}, "$name, SQLite: what was answered was written");
	my ($answers) = drive($socket, $name, 'answers');
	like($answers, qr/ 200 .* 404 /s, "$name, SQLite: answers");
	stop($pid);

	# the move, as a script
	$node->safe_psql('postgres', "CREATE DATABASE $name");
	my $log;
	IPC::Run::run([ 'psql', '-X', '-h', $node->host, '-p', $node->port, '-d', $name, '-v', "file=$file", '-f', "$examples/$example/migrate.sql" ], '>&', \$log);
	is($?, 0, "$name: migrate.sql") or diag($log);
	is($node->safe_psql($name, "SELECT verdict FROM sqlite_mig.status('$name')"), 'lossless', "$name: the verdict");

	# the pool, as pool_size says
	my ($maxconn, $total, $bouncer) = split /\|/, $node->safe_psql($name, "SELECT string_agg(value::text, '|' ORDER BY array_position(ARRAY['maxconn', 'total', 'pgbouncer_default_pool_size'], item))
		FROM sqlite_mig.pool_size(4, 2, cores => 2) WHERE item IN ('maxconn', 'total', 'pgbouncer_default_pool_size')");
	my %env = ("${variable}_DSN" => 'host=' . $node->host . ' port=' . $node->port . " dbname=$name", POOL_SIZE => $maxconn);

	# Alembic: the first revision and its stamp, then one of the application's own
	my ($filename) = $node->safe_psql($name, "SELECT filename FROM sqlite_mig.alembic_revision('$name')");
	append_to_file("$folder/alembic/versions/$filename", $node->safe_psql($name, "SELECT content FROM sqlite_mig.alembic_revision('$name')") . "\n");
	$node->safe_psql($name, $node->safe_psql($name, "SELECT stamp FROM sqlite_mig.alembic_revision('$name')"));
	like(alembic($folder, \%env, 'current'), qr/^[0-9a-f]{12} \(head\)$/m, "$name: Alembic knows where the database is");
	alembic($folder, \%env, 'revision', '-m', 'next');
	alembic($folder, \%env, 'upgrade', 'head');
	like(alembic($folder, \%env, 'current'), qr/\(head\)/, "$name: and goes on from there");

	# after
	($pid, $socket) = serve($folder, 'app_postgres', 2, %env);
	check_postgres('PostgreSQL', $name, $answers, $socket);
	is(sessions($name), $total, "$name: as many connections as pool_size said");
	stop($pid);

	# with smaller pools than it said
	($pid, $socket) = serve($folder, 'app_postgres', 2, %env, POOL_SIZE => $maxconn - 1);
	($counts, $err) = load($socket, $name);
	cmp_ok($counts->{failed}, '>', 0, "$name: a pool that is smaller is exhausted");
	stop($pid);

	SKIP:
	{
		skip 'PgBouncer is missing', 4 unless $pgbouncer;
		append_to_file("$dir/$name.ini", "[databases]\n$name = host=" . $node->host . ' port=' . $node->port . " dbname=$name user=" . getpwuid($>) . "\n"
			  . "[pgbouncer]\nlisten_port = 6432\nlisten_addr =\nunix_socket_dir = $dir\nauth_type = any\npool_mode = transaction\ndefault_pool_size = $bouncer\nmax_client_conn = $total\n");
		my $bouncer_pid = start($dir, "$dir/.s.PGSQL.6432", {}, $pgbouncer, "$dir/$name.ini");
		($pid, $socket) = serve($folder, 'app_postgres', 2, %env, "${variable}_DSN" => "host=$dir port=6432 dbname=$name");
		check_postgres('PgBouncer', $name, $answers, $socket);
		my $sessions = sessions($name);
		ok($sessions > 0 && $sessions <= $bouncer, "$name: PgBouncer needed $sessions connections for $total, at most $bouncer as said");
		stop($pid);
		stop($bouncer_pid);
		unlink "$dir/.s.PGSQL.6432";
	}
	return;
}

journey('music', 'music_time_machine', 'MUSIC');
journey('weather', 'weather_cache', 'WEATHER');

$node->stop;
done_testing();

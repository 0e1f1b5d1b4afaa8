# A million random and damaged geometries for the decoder, compiled with the sanitizers; no server is needed.
use strict;
use warnings;
use FindBin;
use IPC::Run ();
use Test::More;

my $top     = "$FindBin::RealBin/..";
my $program = ($ENV{MIG_TMP} // '.') . "/fuzz_geometry_$$";
my @compile = ('gcc', '-g', '-O1', '-Wall', '-Wextra', '-fsanitize=address,undefined', '-fno-sanitize-recover=all', "-I$top/src", "$top/fuzz/geometry.c", "$top/src/base/base_geometry.c", "$top/src/base/base_geometry_write.c", '-lm', '-o', $program);
my ($out, $err) = ('', '');
IPC::Run::run(\@compile, '>', \$out, '2>', \$err) or plan(skip_all => "no compiler with sanitizers: $err");
is($err, '', 'compiled without a warning');
my $seed = $ENV{MIG_FUZZ_SEED} // 11;
ok(IPC::Run::run([ $program, $ENV{MIG_FUZZ_INPUTS} // 1000000, $seed ], '>', \$out, '2>', \$err), "no sanitizer complains, what is accepted comes back (seed $seed)") or diag($err);
my ($accepted) = $out =~ /inputs, (\d+) accepted/;
cmp_ok($accepted // 0, '>', 100000, 'many inputs are geometries');
cmp_ok(scalar(() = $out =~ /[A-Z]\w+ \d+/g), '==', 15, 'of all types');
unlink($program);
done_testing();

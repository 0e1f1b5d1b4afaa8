# OwnMounts: a test that says "use OwnMounts;" first runs among mounts of its own (tools/own_mounts), in the folder $ENV{MIG_MOUNTS}
#
# An ordinary user can have them where the kernel lets him make a user namespace. Where it does not, and root has called
# tools/with_cluster, they are there already. Otherwise the test is skipped.
package OwnMounts;

use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;

sub import
{
	return if $ENV{MIG_MOUNTS};
	plan(skip_all => 'a cluster of its own needs an ordinary user, not root') if $> == 0;
	my ($uid, $gid) = ($>, (split / /, $))[0]);
	my $tools  = dirname(abs_path(__FILE__)) . '/../tools';
	my $folder = ($ENV{TMPDIR} // '/tmp') . "/sqlite_mig_mounts.$$";
	# (this process stays outside, to remove the folder)
	my @within = ('unshare', '--map-root-user', '--mount', "$tools/own_mounts", $folder, 'unshare', '--user', "--map-user=$uid", "--map-group=$gid");
	mkdir $folder or die "$folder: $!";
	my $said = qx{@within true 2>&1};
	my $good = $? == 0;
	my $status = $good ? system(@within, $^X, (map { "-I$_" } @INC), $0, @ARGV) : 0;
	rmdir foreach glob("$folder/*"), $folder;
	plan(skip_all => 'no mounts of its own: ' . ($said =~ s/\s+/ /gr)) unless $good;
	exit($status >> 8 || $status & 127);
}

1;

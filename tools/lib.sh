# lib.sh: what the scripts in tools/ share; sourced, not run
#
# Expects set -euo pipefail in the caller.

pg_config=${PG_CONFIG:-pg_config}

die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

# The running job when it has a process group of its own (see run_job).
job=

# Ends the job that run_job started, with everything it started; quiet when there is none.
end_job() {
	[ -n "$job" ] || return 0
	kill -TERM -- "-$job" 2>/dev/null || true
	wait "$job" 2>/dev/null || true
	job=
}

# Runs a command and returns its status, such that a signal to this script ends the command first.
#
# At a terminal the command runs in the foreground: Ctrl-C reaches it, and psql stays usable. Otherwise bash would
# notice a signal only after the command has ended by itself, so it gets a process group and is waited for.
run_job() {
	local status=0
	if [ -t 0 ]; then
		"$@" || status=$?
	else
		exec 9<&0
		setsid "$@" <&9 9<&- &
		job=$!
		exec 9<&-
		wait "$job" || status=$?
		job=
	fi
	return "$status"
}

# "12.3 s" since a moment taken with now
now() {
	date +%s%N
}

since() {
	awk -v ns="$(($(now) - $1))" 'BEGIN { printf "%.1f s", ns / 1e9 }'
}

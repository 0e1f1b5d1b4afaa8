# PageChecks: what tests of pages that the loader makes look at: functions in SQL, and a crash
package PageChecks;

use strict;
use warnings;
use Exporter 'import';
use Time::HiRes qw(sleep);

our @EXPORT = qw(page_functions crash);

# What is wrong with a table, by PostgreSQL's own checks; whether all its pages, and those of its TOAST table, are visible and frozen; how
# its pages came there: those that are logged together have the same LSN.
sub page_functions
{
	return q{
CREATE EXTENSION amcheck; CREATE EXTENSION pageinspect; CREATE EXTENSION pg_visibility;
CREATE FUNCTION wrong(t regclass) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	toast regclass := (SELECT NULLIF(reltoastrelid, 0) FROM pg_class WHERE oid = t);
	i record;
BEGIN
	RETURN QUERY SELECT format('%s %s: %s', v.blkno, v.offnum, v.msg) FROM verify_heapam(t, check_toast => true) v;
	RETURN QUERY SELECT 'visible ' || v FROM pg_check_visible(t) v UNION ALL SELECT 'frozen ' || v FROM pg_check_frozen(t) v;
	IF toast IS NOT NULL THEN
		RETURN QUERY SELECT format('toast %s %s: %s', v.blkno, v.offnum, v.msg) FROM verify_heapam(toast) v;
		RETURN QUERY SELECT 'toast visible ' || v FROM pg_check_visible(toast) v UNION ALL SELECT 'toast frozen ' || v FROM pg_check_frozen(toast) v;
		FOR i IN SELECT indexrelid FROM pg_index WHERE indrelid = toast LOOP
			PERFORM bt_index_parent_check(i.indexrelid, true, true);
		END LOOP;
	END IF;
	EXECUTE format('SELECT count(*) FROM (SELECT pg_catalog.textin(pg_catalog.record_out(t)) FROM %s t OFFSET 0) s', t);
END $$;
CREATE FUNCTION not_frozen(t regclass) RETURNS bigint LANGUAGE sql STRICT AS $$
	SELECT pg_relation_size(t) / 8192 - (SELECT count(*) FROM pg_visibility(t) v WHERE v.all_visible AND v.all_frozen AND v.pd_all_visible) $$;
CREATE FUNCTION toast(t regclass) RETURNS regclass LANGUAGE sql AS $$ SELECT NULLIF(reltoastrelid, 0)::regclass FROM pg_class WHERE oid = t $$;
CREATE FUNCTION paged(t regclass) RETURNS boolean LANGUAGE sql STRICT AS $$
	SELECT count(*) > 32 AND count(DISTINCT (page_header(get_raw_page(t::text, g::int))).lsn) BETWEEN 1 AND count(*) / 16
	FROM generate_series(0, pg_relation_size(t) / 8192 - 1) g $$;
-- all that is in the tuples but who has written them
CREATE FUNCTION tuples(t regclass) RETURNS text LANGUAGE sql AS $$
	SELECT md5(string_agg(concat_ws(' ', g, lp, lp_off, lp_len, t_ctid, t_infomask2, t_infomask & 255, t_hoff, t_bits, t_data), ',' ORDER BY g, lp))
	FROM generate_series(0, pg_relation_size(t) / 8192 - 1) g, heap_page_items(get_raw_page(t::text, g::int)) $$;
-- and where values have left the row: all but the pointers
CREATE FUNCTION shapes(t regclass) RETURNS text LANGUAGE sql AS $$
	SELECT md5(string_agg(concat_ws(' ', g, lp, lp_off, lp_len, t_ctid, t_infomask2, t_infomask & 255, t_hoff, t_bits), ',' ORDER BY g, lp))
	FROM generate_series(0, pg_relation_size(t) / 8192 - 1) g, heap_page_items(get_raw_page(t::text, g::int)) $$;
CREATE FUNCTION chunks(t regclass) RETURNS text LANGUAGE plpgsql AS $$ DECLARE r text; BEGIN
	EXECUTE format('SELECT count(*) || %L || md5(string_agg(md5(chunk_data), %L ORDER BY n, chunk_seq)) FROM (SELECT dense_rank() OVER (ORDER BY chunk_id) AS n, * FROM %s) s', ' ', ',', toast(t)) INTO r; RETURN r; END $$;
};
}

# All processes die at once, and the server is started again.
sub crash
{
	my ($node) = @_;
	my $pid = $node->{_pid};
	my @all = ($pid, map { /^(\d+)$/ ? $1 : () } split(/\s+/, $node->safe_psql('postgres', "SELECT string_agg(pid::text, ' ') FROM pg_stat_activity")));
	kill 'KILL', @all;
	for (1 .. 200) { last if !grep { kill 0, $_ } @all; sleep 0.05; }
	unlink $node->data_dir . '/postmaster.pid';
	$node->_update_pid(0);
	$node->start;
	return;
}

1;

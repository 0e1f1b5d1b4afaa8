/*-------------------------------------------------------------------------
 *
 * conv_profile_merge.c
 *	  Profiles of parts of a column become that of the whole, exactly as if it
 *	  had been read as a whole.
 *
 * Owns the bytes in which a profile travels between processes. Counting is
 * conv_profile.c's.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "lib/hyperloglog.h"
#include "libpq/pqformat.h"

#include "convert/conv_recognise.h"

static void merge_matches(ConvProfile *profile, const ConvRecognisers *recognisers, const ConvProfile *next);
static bool is_counted(const ConvProfile *profile, const ConvProfile *next, uint32 some, bool *count);
static void merge_reals(ConvProfile *profile, const ConvProfile *next);
static void merge_registers(hyperLogLogState *registers, const hyperLogLogState *next);

void
conv_profile_continue(ConvProfile *profile, uint32 tried)
{
	profile->tried = profile->sampled = tried;
	profile->narrow_at = 0;
}

bool
conv_profile_merge(ConvProfile *profile, const ConvRecognisers *recognisers, const ConvProfile *next)
{
	bool		texts;
	bool		json;

	merge_matches(profile, recognisers, next);
	/* what the whole would have tried and the part did not */
	if ((profile->tried & ~next->tried) != 0)
		return false;
	if (!is_counted(profile, next, recognisers->bits.json, &json) || !is_counted(profile, next, recognisers->bits.number, &texts) ||
		(!texts && next->tally.reals > 0))
		return false;

	if (json)
	{
		profile->json_u0000 += next->json_u0000;
		profile->json_duplicate_keys += next->json_duplicate_keys;
		profile->json_unsure += next->json_unsure;
	}
	if (texts)
	{
		profile->numbers += next->numbers;
		profile->text_before = Max(profile->text_before, next->text_before);
		profile->max_scale = Max(profile->max_scale, next->max_scale);
	}
	if (next->tally.texts > 0)
		profile->min_chars = profile->tally.texts > 0 ? Min(profile->min_chars, next->min_chars) : next->min_chars;
	merge_reals(profile, next);
	conv_tally_merge(&profile->tally, &next->tally);
	profile->empty_strings += next->empty_strings;
	profile->invalid_utf8 += next->invalid_utf8;
	profile->nul_bytes += next->nul_bytes;
	profile->trailing_blanks += next->trailing_blanks;
	merge_registers(profile->distinct, next->distinct);
	return true;
}

/*
 * What the recognisers said, without those that the whole would no longer have
 * tried in this part.
 */
static void
merge_matches(ConvProfile *profile, const ConvRecognisers *recognisers, const ConvProfile *next)
{
	int64		before = profile->values;

	profile->values += next->values;
	for (int i = 0; i < CONV_RECOGNISERS; i++)
		if (profile->first[i] == 0 && next->first[i] > 0)
			profile->first[i] = before + next->first[i];

	/* the whole would have come to its limit within this part */
	if (before < profile->narrow_at && profile->values >= profile->narrow_at)
	{
		profile->tried = recognisers->bits.rare;
		for (int i = 0; i < CONV_RECOGNISERS; i++)
			if (profile->first[i] > 0 && profile->first[i] <= profile->narrow_at)
				profile->tried |= (uint32) 1 << i;
	}
	profile->matched |= next->matched & profile->tried;
	for (int i = 0; i < CONV_RECOGNISERS; i++)
		if (profile->tried & ((uint32) 1 << i))
			profile->matches[i] += next->matches[i];
}

/*
 * *count = whether what was counted for matches of "some" recognisers of the
 * part counts. False when only some of it does.
 */
static bool
is_counted(const ConvProfile *profile, const ConvProfile *next, uint32 some, bool *count)
{
	uint32		matched = next->matched & some;

	*count = (matched & ~profile->tried) == 0;
	return *count || (matched & profile->tried) == 0;
}

/* Before the tally, which says whether there were any. */
static void
merge_reals(ConvProfile *profile, const ConvProfile *next)
{
	if (next->tally.reals > 0)
	{
		profile->min_real = profile->tally.reals > 0 ? Min(profile->min_real, next->min_real) : next->min_real;
		profile->max_real = profile->tally.reals > 0 ? Max(profile->max_real, next->max_real) : next->max_real;
	}
	profile->magnitude = Max(profile->magnitude, next->magnitude);
	profile->integral_reals += next->integral_reals;
}

static void
merge_registers(hyperLogLogState *registers, const hyperLogLogState *next)
{
	for (Size i = 0; i < registers->nRegisters; i++)
		registers->hashesArr[i] = Max(registers->hashesArr[i], next->hashesArr[i]);
}

/*
 * The struct as it is, then the registers: as pairs of place and value, or all
 * of them when that is shorter.
 */
void
conv_profile_write(StringInfo to, const ConvProfile *profile, bool whole)
{
	hyperLogLogState *registers = profile->distinct;
	ConvProfile copy = *profile;
	int			filled = 0;

	if (whole)
		copy.estimate = conv_profile_estimate(registers);
	appendBinaryStringInfo(to, (const char *) &copy, sizeof(copy));
	if (whole)
		return;
	for (Size i = 0; i < registers->nRegisters; i++)
		filled += registers->hashesArr[i] != 0;
	if (filled * 3 >= registers->nRegisters)
	{
		pq_sendint32(to, -1);
		appendBinaryStringInfo(to, (const char *) registers->hashesArr, registers->nRegisters);
		return;
	}
	pq_sendint32(to, filled);
	for (Size i = 0; i < registers->nRegisters; i++)
		if (registers->hashesArr[i] != 0)
		{
			pq_sendint16(to, i);
			pq_sendint8(to, registers->hashesArr[i]);
		}
}

void
conv_profile_read(StringInfo from, ConvProfile *profile, bool whole)
{
	hyperLogLogState *registers;
	int			filled;

	memcpy(profile, pq_getmsgbytes(from, sizeof(*profile)), sizeof(*profile));
	profile->distinct = NULL;
	if (whole)
		return;
	profile->distinct = registers = conv_profile_registers();
	filled = pq_getmsgint(from, 4);
	if (filled < 0)
		memcpy(registers->hashesArr, pq_getmsgbytes(from, registers->nRegisters), registers->nRegisters);
	for (int i = 0; i < filled; i++)
	{
		Size		place = pq_getmsgint(from, 2);

		if (place >= registers->nRegisters)
			elog(ERROR, "a profile has a register that does not exist");
		registers->hashesArr[place] = pq_getmsgbyte(from);
	}
}

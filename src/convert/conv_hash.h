/*-------------------------------------------------------------------------
 *
 * conv_hash.h
 *	  128-bit hash of a row, fed with 64-bit words. Knows nothing of types.
 *
 * Two lanes of 64 bits that share nothing but their input. A word is multiplied
 * by an odd number, added, and the lane rotated and multiplied: one-to-one in
 * the word for every state of the lane, and in the state for every word. So
 *
 *	- rows that differ in one word have different hashes, certainly: no later
 *	  word, being the same in both, can bring the lanes together again;
 *	- for rows that differ in several words each lane falls together with the
 *	  chance of a random number, 2^-64, unless the differences follow from the
 *	  multipliers; those of the lanes are unrelated, so both do with 2^-128.
 *
 * Long bytes are spread over four such pairs of lanes, word by word in turn, so
 * that the processor need not wait for one multiplication to begin the next.
 * Each stream ends in the pair of the row, lane by lane, one-to-one as above.
 *
 * conv_hash_end makes every bit of a lane depend on all of them, without losing
 * one: only then may hashes be added up. In a sum of unmixed hashes a value that
 * moved from one row to another would not show.
 *
 * This is proof against accidents, not against somebody who builds rows to
 * collide: the multipliers are public, and nothing is kept secret. Texts are
 * read in the byte order of the machine.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_CONV_HASH_H
#define SQLITE_FDW_MIG_CONV_HASH_H

#include "convert/convert.h"

/* Fractions of the square roots of 2 (plus 1), 3, 5, 7, 11 and 13: odd, and nobody's choice. */
#define HASH_2	UINT64CONST(0x6a09e667f3bcc909)
#define HASH_3	UINT64CONST(0xbb67ae8584caa73b)
#define HASH_5	UINT64CONST(0x3c6ef372fe94f82b)
#define HASH_7	UINT64CONST(0xa54ff53a5f1d36f1)
#define HASH_11	UINT64CONST(0x510e527fade682d1)
#define HASH_13	UINT64CONST(0x9b05688c2b3e6c1f)

static inline uint64
hash_rotate(uint64 word, int bits)
{
	return (word << bits) | (word >> (64 - bits));
}

static inline void
conv_hash_word(ConvHash *hash, uint64 word)
{
	hash->lane[0] = hash_rotate(hash->lane[0] + word * HASH_2, 31) * HASH_3;
	hash->lane[1] = hash_rotate(hash->lane[1] + word * HASH_5, 27) * HASH_7;
}

/* Something that is no word: a word that looks like it in one lane does not in the other, but with the chance of one lane. */
static inline void
conv_hash_null(ConvHash *hash)
{
	hash->lane[0] = hash_rotate(hash->lane[0] ^ HASH_11, 31) * HASH_3;
	hash->lane[1] = hash_rotate(hash->lane[1] ^ HASH_13, 27) * HASH_7;
}

/* One to seven bytes; which they are is told by the word and their number. */
static inline uint64
hash_short(const unsigned char *bytes, int len)
{
	uint32		low;
	uint32		high;

	if (len < sizeof(uint32))
		return bytes[0] | (uint64) bytes[len / 2] << 8 | (uint64) bytes[len - 1] << 16;
	memcpy(&low, bytes, sizeof(low));
	memcpy(&high, bytes + len - sizeof(high), sizeof(high));
	return low | (uint64) high << 32;
}

/* Bytes from which on they are spread over streams, and what one turn takes. */
#define HASH_LONG	256
#define HASH_TURN	(4 * (int) sizeof(uint64))

/* A word in a stream: the lanes are unlike enough with one multiplication each. */
static inline void
hash_stream(ConvHash *stream, const unsigned char *bytes)
{
	uint64		word;

	memcpy(&word, bytes, sizeof(word));
	stream->lane[0] = hash_rotate(stream->lane[0] + word, 31) * HASH_3;
	stream->lane[1] = hash_rotate(stream->lane[1] ^ word, 27) * HASH_7;
}

/* A lane of a stream into the same lane of the row. */
static inline void
hash_fold(ConvHash *hash, const ConvHash *stream)
{
	hash->lane[0] = hash_rotate(hash->lane[0] + stream->lane[0] * HASH_2, 31) * HASH_3;
	hash->lane[1] = hash_rotate(hash->lane[1] + stream->lane[1] * HASH_5, 27) * HASH_7;
}

/* All whole turns; returns how many bytes that were. */
static inline int
hash_long(ConvHash *hash, const unsigned char *bytes, int len)
{
	ConvHash	a = {{HASH_2, HASH_3}};
	ConvHash	b = {{HASH_5, HASH_7}};
	ConvHash	c = {{HASH_11, HASH_13}};
	ConvHash	d = {{HASH_3, HASH_11}};
	int			at;

	for (at = 0; at + HASH_TURN <= len; at += HASH_TURN)
	{
		hash_stream(&a, bytes + at);
		hash_stream(&b, bytes + at + sizeof(uint64));
		hash_stream(&c, bytes + at + 2 * sizeof(uint64));
		hash_stream(&d, bytes + at + 3 * sizeof(uint64));
	}
	hash_fold(hash, &a);
	hash_fold(hash, &b);
	hash_fold(hash, &c);
	hash_fold(hash, &d);
	return at;
}

/*
 * Bytes whose number has been told before, or the next ones could be theirs. The
 * last word overlaps the one before.
 */
static inline void
conv_hash_bytes(ConvHash *hash, const void *data, int len)
{
	const unsigned char *bytes = data;
	ConvHash	local = *hash;	/* in registers */
	uint64		word;
	int			at = len >= HASH_LONG ? hash_long(&local, bytes, len) : 0;

	for (; at + (int) sizeof(word) <= len; at += sizeof(word))
	{
		memcpy(&word, bytes + at, sizeof(word));
		conv_hash_word(&local, word);
	}
	if (at < len && len > sizeof(word))
	{
		memcpy(&word, bytes + len - sizeof(word), sizeof(word));
		conv_hash_word(&local, word);
	}
	else if (at < len)
		conv_hash_word(&local, hash_short(bytes, len));
	*hash = local;
}

static inline uint64
hash_mix(uint64 lane, uint64 first, uint64 second)
{
	lane = (lane ^ (lane >> 32)) * first;
	lane = (lane ^ (lane >> 29)) * second;
	return lane ^ (lane >> 32);
}

static inline void
conv_hash_end(ConvHash *hash)
{
	hash->lane[0] = hash_mix(hash->lane[0], HASH_11, HASH_5);
	hash->lane[1] = hash_mix(hash->lane[1], HASH_13, HASH_2);
}

#endif							/* SQLITE_FDW_MIG_CONV_HASH_H */

/*-------------------------------------------------------------------------
 *
 * geometry.c
 *	  Random and damaged geometries for the decoder of GeoPackage, SpatiaLite and WKB.
 *
 *		gcc -g -O1 -fsanitize=address,undefined -Isrc fuzz/geometry.c src/base/base_geometry.c src/base/base_geometry_write.c -lm -o fuzz_geometry
 *		./fuzz_geometry 1000000 1			# how many, seed
 *
 * Each input is a geometry that is well made, with bytes changed, cut or added in most of them. It lies in memory of exactly
 * its size. Of what is accepted the EWKB must be accepted again, be written in both formats, and come back as it was.
 * With -DLIBFUZZER it is a target of libFuzzer.
 *
 *-------------------------------------------------------------------------
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_geometry.h"

#define ROOM 65536

static uint64_t state = 1;
static unsigned long accepted;
static unsigned long counts[GEO_TYPES];

static void
fail(const char *what, GeoFormat format, const unsigned char *bytes, size_t len)
{
	fprintf(stderr, "%s, format %d: ", what, format);
	for (size_t i = 0; i < len; i++)
		fprintf(stderr, "%02X", bytes[i]);
	fprintf(stderr, "\n");
	abort();
}

/* One input in memory of its own size. */
static void
try(GeoFormat format, const unsigned char *bytes, size_t len)
{
	unsigned char *exact = malloc(len ? len : 1);
	unsigned char *ewkb = malloc(base_geometry_room(format, len));
	unsigned char *again;
	unsigned char *written;
	GeoInfo		info;
	GeoInfo		second;
	GeoError	error;
	int32_t		srid;
	size_t		size;
	size_t		n;

	memcpy(exact, bytes, len);
	(void) base_geometry_srid(format, exact, len, &srid);
	size = base_geometry_read(format, exact, len, srid, ewkb, len % 2 == 0, &info, &error);
	if ((size == 0) != (error.reason != NULL) || error.at > len)
		fail("no reason, or a place that is not there", format, bytes, len);
	if ((base_geometry_read(format, exact, len, srid, NULL, true, &second, &error) == 0) != (size == 0))
		fail("checked in another way than read", format, bytes, len);
	if (size > 0)
	{
		accepted++;
		counts[info.type]++;
		again = malloc(base_geometry_room(GEO_WKB, size));
		if (size > base_geometry_room(format, len) || base_geometry_read(GEO_WKB, ewkb, size, srid, again, false, &second, &error) != size || memcmp(ewkb, again, size) != 0)
			fail("its EWKB is not read as it is", format, bytes, len);
		free(again);
		for (GeoFormat to = GEO_GPKG; to <= GEO_WKB; to++)
		{
			written = malloc(base_geometry_write_room(size));
			n = base_geometry_write(to, ewkb, size, srid, true, written, &error);
			if (n == 0 && (to != GEO_SPATIALITE || error.reason == NULL))
				fail("is not written", format, bytes, len);
			if (n > base_geometry_write_room(size))
				fail("is written beyond its room", format, bytes, len);
			again = malloc(base_geometry_room(to, n));
			if (n > 0 && (base_geometry_read(to, written, n, srid, again, true, &second, &error) != size || memcmp(ewkb, again, size) != 0))
				fail("does not come back", format, bytes, len);
			free(again);
			free(written);
		}
	}
	free(ewkb);
	free(exact);
}

#ifdef LIBFUZZER
int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	if (size > 0)
		try((GeoFormat) (data[0] % 3), data + 1, size - 1);
	return 0;
}
#else

/* xorshift: the same inputs for the same seed everywhere */
static unsigned
below(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned) (state >> 33) % n;
}

typedef struct Maker
{
	unsigned char bytes[ROOM];
	size_t		len;
	GeoFormat	format;
	int			big;
	int			z,
				m;
	int			compressed;
} Maker;

static void
add(Maker *maker, uint64_t word, int size)
{
	if (maker->len + size > ROOM)
		return;
	for (int i = 0; i < size; i++)
		maker->bytes[maker->len++] = word >> 8 * (maker->big ? size - 1 - i : i);
}

static void
add_double(Maker *maker, double number)
{
	uint64_t	word;

	memcpy(&word, &number, sizeof(word));
	add(maker, word, 8);
}

/* Points, the last of them as the first when it is a ring. */
static void
add_points(Maker *maker, unsigned n, int ring)
{
	for (unsigned i = 0; i < n; i++)
	{
		for (int dim = 0; dim < 2 + maker->z + maker->m; dim++)
		{
			double		number = ring && (i == 0 || i == n - 1) ? dim + 1.5 : (int) below(2000) - 1000 + below(8) / 8.0;
			float		less = (float) number;
			uint32_t	word;

			memcpy(&word, &less, sizeof(word));
			if (maker->compressed && i > 0 && i < n - 1 && !(maker->m && dim == 1 + maker->z + maker->m))
				add(maker, word, 4);
			else
				add_double(maker, below(50) ? number : ring ? number : 0.0 / 0.0);
		}
	}
}

static void
add_geometry(Maker *maker, unsigned type, int depth)
{
	static const unsigned char members[][3] = {
		[GEO_MULTIPOINT] = {1, 1, 1}, [GEO_MULTILINESTRING] = {2, 2, 2}, [GEO_MULTIPOLYGON] = {3, 3, 3}, [GEO_COMPOUNDCURVE] = {2, 8, 8},
		[GEO_CURVEPOLYGON] = {2, 8, 9}, [GEO_MULTICURVE] = {2, 8, 9}, [GEO_MULTISURFACE] = {3, 10, 3}, [GEO_POLYHEDRALSURFACE] = {3, 3, 3}, [GEO_TIN] = {17, 17, 17}
	};
	unsigned	n = below(4);
	uint32_t	word = type;

	if (maker->format != GEO_SPATIALITE)
	{
		maker->big = below(2);
		add(maker, !maker->big, 1);
	}
	else if (depth > 0)
		add(maker, 0x69, 1);
	maker->compressed = maker->format == GEO_SPATIALITE && (type == GEO_LINESTRING || type == GEO_POLYGON) && below(2);
	if (maker->format == GEO_WKB && below(2))
		word |= (maker->z ? UINT32_C(0x80000000) : 0) | (maker->m ? UINT32_C(0x40000000) : 0);
	else
		word += 1000 * maker->z + 2000 * maker->m + (maker->compressed ? 1000000 : 0);
	add(maker, word, 4);
	if (type == GEO_POINT)
	{
		add_points(maker, 1, 0);
		return;
	}
	if (type == GEO_LINESTRING || type == GEO_CIRCULARSTRING)
	{
		n = type == GEO_CIRCULARSTRING ? (n > 0 ? 3 : 0) : n == 1 ? 2 : n;
		add(maker, n, 4);
		add_points(maker, n, 0);
		return;
	}
	n = type == GEO_TRIANGLE && n > 1 ? 1 : n;
	add(maker, n, 4);
	for (unsigned i = 0; i < n; i++)
	{
		if (type == GEO_POLYGON || type == GEO_TRIANGLE)
		{
			unsigned	points = type == GEO_TRIANGLE ? 4 : 4 + below(3);

			add(maker, points, 4);
			add_points(maker, points, 1);
		}
		else if (type == GEO_COLLECTION)
			add_geometry(maker, 1 + below(depth < 4 ? 7 : 3), depth + 1);
		else
			add_geometry(maker, members[type][below(3)], depth + 1);
	}
}

static void
make(Maker *maker)
{
	static const unsigned char types[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 16, 17};
	static const unsigned char envelopes[] = {0, 4, 6, 6, 8};
	unsigned	kind = below(5);

	maker->len = 0;
	maker->format = (GeoFormat) below(3);
	maker->z = below(2);
	maker->m = below(2);
	maker->big = below(2);
	maker->compressed = 0;
	if (maker->format == GEO_GPKG)
	{
		memcpy(maker->bytes, "GP", 3);
		maker->bytes[3] = (unsigned char) (kind << 1 | (maker->big ? 0 : 1));
		maker->len = 4;
		add(maker, below(3) ? 4326 : below(100000), 4);
		for (int i = 0; i < envelopes[kind]; i++)
			add_double(maker, i);
	}
	else if (maker->format == GEO_SPATIALITE)
	{
		int			tiny = below(8) == 0;

		maker->bytes[0] = 0;
		maker->bytes[1] = (unsigned char) ((maker->big ? 0 : 1) | (tiny ? 0x80 : 0));
		maker->len = 2;
		add(maker, 4326, 4);
		if (tiny)
		{
			add(maker, 1 + maker->z + 2 * maker->m, 1);
			add_points(maker, 1, 0);
			add(maker, 0xFE, 1);
			return;
		}
		for (int i = 0; i < 4; i++)
			add_double(maker, i);
		add(maker, 0x7C, 1);
		add_geometry(maker, 1 + below(7), 0);
		add(maker, 0xFE, 1);
		return;
	}
	add_geometry(maker, types[below(sizeof(types))], 0);
}

int
main(int argc, char **argv)
{
	unsigned long n = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
	static Maker maker;

	state = argc > 2 ? strtoull(argv[2], NULL, 10) * UINT64_C(0x9E3779B97F4A7C15) | 1 : 1;
	for (unsigned long i = 0; i < n; i++)
	{
		unsigned	changes = below(4);

		make(&maker);
		for (unsigned c = 0; c < changes && maker.len > 0; c++)
		{
			switch (below(5))
			{
				case 0:
					maker.len = below((unsigned) maker.len + 1);
					break;
				case 1:
					if (maker.len < ROOM)
						maker.bytes[maker.len++] = (unsigned char) below(256);
					break;
				case 2:
					maker.format = (GeoFormat) below(3);
					break;
				default:
					/* counts and types are where it hurts */
					maker.bytes[below(below(2) ? (unsigned) maker.len : maker.len > 60 ? 60 : (unsigned) maker.len)] = (unsigned char) (below(2) ? below(256) : below(20));
					break;
			}
		}
		try(maker.format, maker.bytes, maker.len);
	}
	printf("%lu inputs, %lu accepted;", n, accepted);
	for (int type = GEO_POINT; type < GEO_TYPES; type++)
	{
		if (counts[type] > 0)
			printf(" %s %lu", base_geometry_type_name((GeoType) type), counts[type]);
	}
	printf("\n");
	return 0;
}
#endif

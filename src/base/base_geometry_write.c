/*-------------------------------------------------------------------------
 *
 * base_geometry_write.c
 *	  EWKB as a geometry of GeoPackage, SpatiaLite, or as ISO WKB; little-endian.
 *
 * The bytes are checked by base_geometry_read first, so nothing here looks for their end.
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "base/base_geometry.h"

#define EWKB_Z		UINT32_C(0x80000000)
#define EWKB_M		UINT32_C(0x40000000)
#define EWKB_SRID	UINT32_C(0x20000000)

typedef struct GeoWriter
{
	GeoFormat	format;
	const unsigned char *at;
	bool		little;			/* byte order of what is read */
	int			dims;
	uint32_t	thousands;		/* of types: 1000 for Z, 2000 for M, 3000 for both */
	unsigned char *out;
} GeoWriter;

static void write_gpkg_head(GeoWriter *writer, const GeoInfo *info, int32_t srid);
static void write_lite_head(GeoWriter *writer, const GeoInfo *info, int32_t srid);
static void write_geometry(GeoWriter *writer, int depth);
static void write_points(GeoWriter *writer, uint32_t n);
static uint32_t next4(GeoWriter *writer);
static uint32_t write_count(GeoWriter *writer);
static void put(GeoWriter *writer, const void *bytes, size_t len);
static void put4(GeoWriter *writer, uint32_t word);
static void put_double(GeoWriter *writer, double number);

size_t
base_geometry_write_room(size_t len)
{
	/* the longest head is that of SpatiaLite, with its end */
	return len + 48;
}

size_t
base_geometry_write(GeoFormat format, const unsigned char *ewkb, size_t len, int32_t srid, bool head,
					unsigned char *out, GeoError *error)
{
	GeoWriter	writer = {.format = format,.at = ewkb,.out = out};
	GeoInfo		info;

	if (base_geometry_read(GEO_WKB, ewkb, len, 0, NULL, head, &info, error) == 0)
		return 0;
	if (format == GEO_SPATIALITE && (info.special || (head && info.empty)))
	{
		error->reason = info.empty ? "SpatiaLite has no geometry without coordinates" : "SpatiaLite has no curves, no surfaces and no empty points";
		error->at = 0;
		return 0;
	}
	writer.dims = 2 + info.z + info.m;
	writer.thousands = (info.z ? 1000 : 0) + (info.m ? 2000 : 0);
	if (head && format == GEO_GPKG)
		write_gpkg_head(&writer, &info, srid);
	else if (head && format == GEO_SPATIALITE)
		write_lite_head(&writer, &info, srid);
	write_geometry(&writer, 0);
	if (head && format == GEO_SPATIALITE)
		put(&writer, "\xFE", 1);
	return writer.out - out;
}

/* Readers must not need an envelope, but spare the coordinates where there is one. */
static void
write_gpkg_head(GeoWriter *writer, const GeoInfo *info, int32_t srid)
{
	bool		envelope = !info->empty && info->type != GEO_POINT;
	unsigned char flags = 0x01 | (envelope ? 1 << 1 : 0) | (info->empty ? 0x10 : 0);

	put(writer, "GP", 3);		/* with the NUL byte, which is the version */
	put(writer, &flags, 1);
	put4(writer, (uint32_t) srid);
	for (int dim = 0; dim < 2 && envelope; dim++)
	{
		put_double(writer, info->min[dim]);
		put_double(writer, info->max[dim]);
	}
}

static void
write_lite_head(GeoWriter *writer, const GeoInfo *info, int32_t srid)
{
	put(writer, "\0\1", 2);
	put4(writer, (uint32_t) srid);
	put_double(writer, info->min[0]);
	put_double(writer, info->min[1]);
	put_double(writer, info->max[0]);
	put_double(writer, info->max[1]);
	put(writer, "\x7C", 1);
}

static void
write_geometry(GeoWriter *writer, int depth)
{
	uint32_t	word;
	uint32_t	type;
	uint32_t	n;

	writer->little = *writer->at++ == 1;
	word = next4(writer);
	if (word & EWKB_SRID)
		(void) next4(writer);
	type = (word & ~(EWKB_Z | EWKB_M | EWKB_SRID)) % 1000;
	if (writer->format != GEO_SPATIALITE)
		put(writer, "\1", 1);
	else if (depth > 0)
		put(writer, "\x69", 1);
	put4(writer, type + writer->thousands);
	if (type == GEO_POINT)
	{
		write_points(writer, 1);
		return;
	}
	n = write_count(writer);
	if (type == GEO_LINESTRING || type == GEO_CIRCULARSTRING)
		write_points(writer, n);
	else if (type == GEO_POLYGON || type == GEO_TRIANGLE)
	{
		for (uint32_t ring = 0; ring < n; ring++)
			write_points(writer, write_count(writer));
	}
	else
	{
		for (uint32_t i = 0; i < n; i++)
			write_geometry(writer, depth + 1);
	}
}

static void
write_points(GeoWriter *writer, uint32_t n)
{
	size_t		size = (size_t) n * writer->dims * sizeof(double);

	if (writer->little)
		put(writer, writer->at, size);
	else
	{
		for (size_t at = 0; at < size; at += sizeof(double))
		{
			for (size_t byte = 0; byte < sizeof(double); byte++)
				put(writer, writer->at + at + sizeof(double) - 1 - byte, 1);
		}
	}
	writer->at += size;
}

static uint32_t
next4(GeoWriter *writer)
{
	const unsigned char *at = writer->at;

	writer->at += 4;
	if (writer->little)
		return at[0] | (uint32_t) at[1] << 8 | (uint32_t) at[2] << 16 | (uint32_t) at[3] << 24;
	return at[3] | (uint32_t) at[2] << 8 | (uint32_t) at[1] << 16 | (uint32_t) at[0] << 24;
}

static uint32_t
write_count(GeoWriter *writer)
{
	uint32_t	n = next4(writer);

	put4(writer, n);
	return n;
}

static void
put(GeoWriter *writer, const void *bytes, size_t len)
{
	memcpy(writer->out, bytes, len);
	writer->out += len;
}

static void
put4(GeoWriter *writer, uint32_t word)
{
	const unsigned char bytes[4] = {word & 0xFF, word >> 8 & 0xFF, word >> 16 & 0xFF, word >> 24};

	put(writer, bytes, sizeof(bytes));
}

static void
put_double(GeoWriter *writer, double number)
{
	uint64_t	word;

	memcpy(&word, &number, sizeof(word));
	put4(writer, (uint32_t) word);
	put4(writer, (uint32_t) (word >> 32));
}

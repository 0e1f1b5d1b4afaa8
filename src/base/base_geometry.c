/*-------------------------------------------------------------------------
 *
 * base_geometry.c
 *	  GeoPackage, SpatiaLite and WKB read: checked to the last byte, and written
 *	  as EWKB on the way.
 *
 * All three are trees of the same types, which differ in what stands in front:
 *
 *	  head				GeoPackage and SpatiaLite have one each, with the SRID
 *	  a geometry		its byte order (not inside SpatiaLite's), type, and counts
 *	  coordinates		doubles; SpatiaLite's compressed lines have the
 *						differences from point to point as floats
 *
 * What is checked is what PostGIS asks for: members of the right type, all with the
 * same dimensions; lines of two points or none, closed rings of four points. It may have more rules for curves and
 * surfaces: those are "special".
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <string.h>

#include "base/base_geometry.h"

/* Dimensions and SRID in the type of EWKB. */
#define EWKB_Z		UINT32_C(0x80000000)
#define EWKB_M		UINT32_C(0x40000000)
#define EWKB_SRID	UINT32_C(0x20000000)

/* Header of GeoPackage: magic, version, flags, SRID. */
#define GPKG_HEAD	8
#define GPKG_LITTLE	0x01
#define GPKG_EXTENDED	0x20

/* SpatiaLite: where the type stands, and the marks. */
#define LITE_TYPE	39
#define LITE_TINY	7
#define LITE_START	0x00
#define LITE_MBR_END	0x7C
#define LITE_END	0xFE
#define LITE_MEMBER	0x69
#define LITE_TINY_ORDER	0x80	/* added to the byte order */
#define LITE_COMPRESSED	1000000

/* Least bytes of a member: byte order or mark, type, and a count. */
#define MEMBER_BYTES 9

/* Bytes of the envelope, by its kind: none, XY, XYZ, XYM, XYZM. */
static const size_t gpkg_envelopes[] = {0, 32, 48, 48, 64};

typedef struct GeoReader
{
	GeoFormat	format;
	const unsigned char *start;
	const unsigned char *at;
	const unsigned char *end;
	unsigned char *out;			/* NULL: nothing is written */
	bool		swap;			/* numbers are in the other byte order */
	bool		extent;
	bool		whole;			/* the head had all of it: a TinyPoint */
	int			dims;			/* numbers of a point */
	int32_t		srid;			/* to write; 0 = none */
	GeoInfo    *info;
	GeoError   *error;
} GeoReader;

static bool read_head(GeoReader *reader);
static bool read_gpkg_head(GeoReader *reader);
static bool read_lite_head(GeoReader *reader);
static bool read_tiny_point(GeoReader *reader);
static bool read_geometry(GeoReader *reader, int depth, GeoType parent);
static bool read_type(GeoReader *reader, int depth, GeoType *type, bool *compressed);
static bool check_dims(GeoReader *reader, int depth, bool z, bool m);
static bool is_member(GeoType parent, GeoType type);
static bool read_point(GeoReader *reader);
static bool read_line(GeoReader *reader, GeoType type, bool compressed);
static bool read_polygon(GeoReader *reader, GeoType type, bool compressed);
static bool read_members(GeoReader *reader, GeoType type, int depth);
static bool read_points(GeoReader *reader, uint32_t n, bool compressed, bool *closed);
static bool read_compressed(GeoReader *reader, uint32_t n, bool *closed);
static void count_extent(GeoReader *reader, const double *point);
static bool read_count(GeoReader *reader, size_t least, uint32_t *count);
static bool take(GeoReader *reader, size_t bytes);

static bool
machine_is_little(void)
{
	const uint16_t one = 1;
	unsigned char first;

	memcpy(&first, &one, 1);
	return first == 1;
}

/* Always false. */
static bool
refuse(GeoReader *reader, const char *reason)
{
	if (reader->error->reason == NULL)
	{
		reader->error->reason = reason;
		reader->error->at = reader->at - reader->start;
	}
	return false;
}

static uint32_t
swap4(uint32_t word)
{
	return word >> 24 | (word >> 8 & 0xFF00) | (word << 8 & 0xFF0000) | word << 24;
}

static uint64_t
swap8(uint64_t word)
{
	return (uint64_t) swap4((uint32_t) word) << 32 | swap4((uint32_t) (word >> 32));
}

/* The next four bytes; the caller knows that they are there. */
static uint32_t
next4(GeoReader *reader)
{
	uint32_t	word;

	memcpy(&word, reader->at, sizeof(word));
	reader->at += sizeof(word);
	return reader->swap ? swap4(word) : word;
}

static double
next_double(GeoReader *reader)
{
	uint64_t	word;
	double		number;

	memcpy(&word, reader->at, sizeof(word));
	reader->at += sizeof(word);
	if (reader->swap)
		word = swap8(word);
	memcpy(&number, &word, sizeof(number));
	return number;
}

static double
next_float(GeoReader *reader)
{
	uint32_t	word = next4(reader);
	float		number;

	memcpy(&number, &word, sizeof(number));
	return number;
}

static void
put(GeoReader *reader, const void *bytes, size_t len)
{
	if (reader->out == NULL)
		return;
	memcpy(reader->out, bytes, len);
	reader->out += len;
}

static void
put4(GeoReader *reader, uint32_t word)
{
	put(reader, &word, sizeof(word));
}

size_t
base_geometry_room(GeoFormat format, size_t len)
{
	/* an SRID is added; a float becomes a double */
	return (format == GEO_SPATIALITE ? 2 * len : len) + 16;
}

size_t
base_geometry_read(GeoFormat format, const unsigned char *bytes, size_t len, int32_t srid,
				   unsigned char *out, bool extent, GeoInfo *info, GeoError *error)
{
	GeoReader	reader = {.format = format,.start = bytes,.at = bytes,.end = bytes + len,.out = out,.extent = extent,.srid = srid,.info = info,.error = error};

	memset(info, 0, sizeof(GeoInfo));
	memset(error, 0, sizeof(GeoError));
	info->empty = true;
	info->min[0] = info->min[1] = INFINITY;
	info->max[0] = info->max[1] = -INFINITY;
	if (!read_head(&reader))
		return 0;

	if (!reader.whole && !read_geometry(&reader, 0, GEO_ANY))
		return 0;
	if (reader.at < reader.end)
	{
		refuse(&reader, "bytes follow the end of the geometry");
		return 0;
	}
	return out ? (size_t) (reader.out - out) : 1;
}

bool
base_geometry_srid(GeoFormat format, const unsigned char *bytes, size_t len, int32_t *srid)
{
	bool		little;
	size_t		at;
	uint32_t	word;

	*srid = 0;
	switch (format)
	{
		case GEO_GPKG:
			if (len < GPKG_HEAD || memcmp(bytes, "GP", 2) != 0)
				return false;
			little = (bytes[3] & GPKG_LITTLE) != 0;
			at = 4;
			break;
		case GEO_SPATIALITE:
			if (len < LITE_TINY)
				return false;
			little = (bytes[1] & 1) != 0;
			at = 2;
			break;
		default:
			if (len < 5)
				return false;
			little = bytes[0] == 1;
			memcpy(&word, bytes + 1, sizeof(word));
			if (((little == machine_is_little() ? word : swap4(word)) & EWKB_SRID) == 0)
				return true;
			if (len < 9)
				return false;
			at = 5;
	}
	memcpy(&word, bytes + at, sizeof(word));
	*srid = (int32_t) (little == machine_is_little() ? word : swap4(word));
	return true;
}

bool
base_geometry_guess(const unsigned char *bytes, size_t len, GeoFormat *format)
{
	if (len < 5)
		return false;
	if (memcmp(bytes, "GP", 2) == 0)
		*format = GEO_GPKG;
	else if (bytes[0] == LITE_START && bytes[len - 1] == LITE_END && len > LITE_TINY &&
			 (bytes[1] >= LITE_TINY_ORDER || (len > LITE_TYPE && bytes[LITE_TYPE - 1] == LITE_MBR_END)))
		*format = GEO_SPATIALITE;
	else if (bytes[0] <= 1)
		*format = GEO_WKB;
	else
		return false;
	return true;
}

size_t
base_geometry_body(GeoFormat format, const unsigned char *bytes)
{
	switch (format)
	{
		case GEO_GPKG:
			return GPKG_HEAD + gpkg_envelopes[bytes[3] >> 1 & 7] + 1;
		case GEO_SPATIALITE:
			return bytes[1] & LITE_TINY_ORDER ? 0 : LITE_TYPE;
		default:
			return 1;
	}
}

const char *
base_geometry_type_name(GeoType type)
{
	static const char *const names[] = {
		"Geometry", "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection",
		"CircularString", "CompoundCurve", "CurvePolygon", "MultiCurve", "MultiSurface", "Curve", "Surface",
		"PolyhedralSurface", "Tin", "Triangle"
	};

	return names[type];
}

static bool
read_head(GeoReader *reader)
{
	(void) base_geometry_srid(reader->format, reader->start, reader->end - reader->start, &reader->info->srid);
	switch (reader->format)
	{
		case GEO_GPKG:
			return read_gpkg_head(reader);
		case GEO_SPATIALITE:
			return read_lite_head(reader);
		default:
			return reader->at < reader->end || refuse(reader, "blob is empty");
	}
}

static bool
read_gpkg_head(GeoReader *reader)
{
	unsigned char flags;
	unsigned	kind;

	if (reader->end - reader->at < 2 || memcmp(reader->at, "GP", 2) != 0)
		return refuse(reader, "blob does not begin with the letters GP of a GeoPackage geometry");
	if (!take(reader, GPKG_HEAD))
		return false;
	flags = reader->start[3];
	kind = flags >> 1 & 7;
	if (reader->start[2] != 0)
		return refuse(reader, "version of the GeoPackage header is unknown");
	if (flags & GPKG_EXTENDED)
		return refuse(reader, "geometry is of an extended type, which only the application knows");
	if (kind >= sizeof(gpkg_envelopes) / sizeof(gpkg_envelopes[0]))
		return refuse(reader, "envelope of the GeoPackage header is of an unknown kind");
	if (!take(reader, gpkg_envelopes[kind]))
		return false;
	return reader->at < reader->end || refuse(reader, "blob ends inside the geometry");
}

static bool
read_lite_head(GeoReader *reader)
{
	unsigned char order;

	if (reader->at == reader->end || *reader->at != LITE_START)
		return refuse(reader, "blob does not begin as a SpatiaLite geometry does");
	if (reader->end - reader->at < LITE_TINY || reader->end[-1] != LITE_END)
		return refuse(reader, "blob does not end as a SpatiaLite geometry does");
	reader->end--;
	order = reader->at[1];
	reader->swap = (order & 1) != machine_is_little();
	if (order == LITE_TINY_ORDER || order == (LITE_TINY_ORDER | 1))
		return read_tiny_point(reader);
	if (order > 1)
		return refuse(reader, "byte order is neither 0 nor 1");
	if (reader->end - reader->at < LITE_TYPE || reader->at[LITE_TYPE - 1] != LITE_MBR_END)
		return refuse(reader, "blob does not have the mark of a SpatiaLite geometry");
	reader->at += LITE_TYPE;
	return reader->at < reader->end || refuse(reader, "blob ends inside the geometry");
}

/* Kinds 1 to 4 are XY, XYZ, XYM, XYZM. */
static bool
read_tiny_point(GeoReader *reader)
{
	unsigned	kind = reader->at[LITE_TINY - 1];
	bool		z = kind == 2 || kind == 4;
	bool		m = kind == 3 || kind == 4;
	unsigned char order = machine_is_little();

	/* the end mark has been taken away: of a blob of seven bytes this is it */
	if (reader->end - reader->at < LITE_TINY || kind < 1 || kind > 4)
		return refuse(reader, "TinyPoint is of an unknown kind");
	reader->at += LITE_TINY;
	reader->whole = true;
	reader->info->type = GEO_POINT;
	(void) check_dims(reader, 0, z, m);
	put(reader, &order, 1);
	put4(reader, GEO_POINT | (z ? EWKB_Z : 0) | (m ? EWKB_M : 0) | (reader->srid ? EWKB_SRID : 0));
	if (reader->srid)
		put4(reader, (uint32_t) reader->srid);
	return read_point(reader);
}

static bool
read_geometry(GeoReader *reader, int depth, GeoType parent)
{
	bool		swap = reader->swap;
	unsigned char order = machine_is_little();
	GeoType		type;
	bool		compressed;
	bool		done;

	if (!read_type(reader, depth, &type, &compressed))
		return false;
	if (depth == 0)
		reader->info->type = type;
	else if (!is_member(parent, type))
		return refuse(reader, "geometry has a part of a type that its own type does not allow");
	if (depth >= GEO_MAX_DEPTH)
		return refuse(reader, "collections are nested too deep");
	put(reader, &order, 1);
	put4(reader, type | (reader->info->z ? EWKB_Z : 0) | (reader->info->m ? EWKB_M : 0) | (depth == 0 && reader->srid ? EWKB_SRID : 0));
	if (depth == 0 && reader->srid)
		put4(reader, (uint32_t) reader->srid);
	if (type > GEO_COLLECTION)
		reader->info->special = true;
	switch (type)
	{
		case GEO_POINT:
			done = read_point(reader);
			break;
		case GEO_LINESTRING:
		case GEO_CIRCULARSTRING:
			done = read_line(reader, type, compressed);
			break;
		case GEO_POLYGON:
		case GEO_TRIANGLE:
			done = read_polygon(reader, type, compressed);
			break;
		default:
			done = read_members(reader, type, depth);
			break;
	}
	reader->swap = swap;
	return done;
}

/* Byte order (or mark) and type, in any of the ways to tell the dimensions. */
static bool
read_type(GeoReader *reader, int depth, GeoType *type, bool *compressed)
{
	const unsigned char *start = reader->at;
	uint32_t	word;
	uint32_t	flags = 0;

	*compressed = false;
	if (reader->format != GEO_SPATIALITE)
	{
		if (!take(reader, 5))
			return false;
		if (*start > 1)
		{
			reader->at = start;
			return refuse(reader, "byte order is neither 0 nor 1");
		}
		reader->swap = (*start == 1) != machine_is_little();
		reader->at -= 4;
	}
	else
	{
		if (!take(reader, depth > 0 ? 5 : 4))
			return false;
		if (depth > 0 && *start != LITE_MEMBER)
			return refuse(reader, "part of a SpatiaLite geometry does not begin with its mark");
		reader->at -= 4;
	}
	word = next4(reader);
	if (reader->format == GEO_WKB)
	{
		flags = word & (EWKB_Z | EWKB_M | EWKB_SRID);
		word &= ~(EWKB_Z | EWKB_M | EWKB_SRID);
		if ((flags & EWKB_SRID) && !take(reader, 4))
			return false;
		if ((flags & EWKB_SRID) && depth > 0)
			return refuse(reader, "part of a geometry has an SRID of its own");
	}
	else if (reader->format == GEO_SPATIALITE && word >= LITE_COMPRESSED)
	{
		word -= LITE_COMPRESSED;
		*compressed = word % 1000 == GEO_LINESTRING || word % 1000 == GEO_POLYGON;
		if (!*compressed)
			return refuse(reader, "type of the geometry is unknown");
	}
	if (word >= 4000 || word % 1000 < GEO_POINT || word % 1000 > GEO_TRIANGLE || word % 1000 == GEO_CURVE || word % 1000 == GEO_SURFACE ||
		(word >= 1000 && flags != 0 && flags != EWKB_SRID) || (reader->format == GEO_SPATIALITE && word % 1000 > GEO_COLLECTION))
		return refuse(reader, "type of the geometry is unknown");
	*type = (GeoType) (word % 1000);
	return check_dims(reader, depth, (flags & EWKB_Z) || word / 1000 == 1 || word / 1000 == 3, (flags & EWKB_M) || word / 1000 >= 2);
}

/* The outermost geometry decides for all. */
static bool
check_dims(GeoReader *reader, int depth, bool z, bool m)
{
	if (depth == 0)
	{
		reader->info->z = z;
		reader->info->m = m;
		reader->dims = 2 + z + m;
		return true;
	}
	if (z != reader->info->z || m != reader->info->m)
		return refuse(reader, "part of a geometry has other dimensions than the whole");
	return true;
}

static bool
is_member(GeoType parent, GeoType type)
{
	switch (parent)
	{
		case GEO_MULTIPOINT:
			return type == GEO_POINT;
		case GEO_MULTILINESTRING:
			return type == GEO_LINESTRING;
		case GEO_MULTIPOLYGON:
		case GEO_POLYHEDRALSURFACE:
			return type == GEO_POLYGON;
		case GEO_COMPOUNDCURVE:
			return type == GEO_LINESTRING || type == GEO_CIRCULARSTRING;
		case GEO_CURVEPOLYGON:
		case GEO_MULTICURVE:
			return type == GEO_LINESTRING || type == GEO_CIRCULARSTRING || type == GEO_COMPOUNDCURVE;
		case GEO_MULTISURFACE:
			return type == GEO_POLYGON || type == GEO_CURVEPOLYGON;
		case GEO_TIN:
			return type == GEO_TRIANGLE;
		default:
			return true;
	}
}

/* An empty point is one of NaNs, which have many forms. */
static bool
read_point(GeoReader *reader)
{
	const unsigned char *start = reader->at;
	bool		closed;

	if (!read_points(reader, 1, false, &closed))
		return false;
	reader->at = start;
	if (isnan(next_double(reader)))
		reader->info->special = true;
	reader->at = start + reader->dims * sizeof(double);
	return true;
}

static bool
read_line(GeoReader *reader, GeoType type, bool compressed)
{
	uint32_t	n;
	bool		closed;

	if (!read_count(reader, sizeof(double), &n))
		return false;
	if (n == 1 && type == GEO_LINESTRING)
		return refuse(reader, "line has one point only");
	if (type == GEO_CIRCULARSTRING && n > 0 && (n < 3 || n % 2 == 0))
		return refuse(reader, "circular string has not an odd number of points, three at least");
	return read_points(reader, n, compressed, &closed);
}

static bool
read_polygon(GeoReader *reader, GeoType type, bool compressed)
{
	uint32_t	rings;
	uint32_t	n;
	bool		closed;

	if (!read_count(reader, 4, &rings))
		return false;
	if (type == GEO_TRIANGLE && rings > 1)
		return refuse(reader, "triangle has more than one ring");
	for (uint32_t i = 0; i < rings; i++)
	{
		if (!read_count(reader, sizeof(double), &n))
			return false;
		if (type == GEO_TRIANGLE && n != 4)
			return refuse(reader, "triangle has not four points, the last of them the first again");
		if (n < 4)
			return refuse(reader, "ring of a polygon has fewer than four points");
		if (!read_points(reader, n, compressed, &closed))
			return false;
		if (!closed)
			return refuse(reader, "ring of a polygon is not closed");
	}
	return true;
}

static bool
read_members(GeoReader *reader, GeoType type, int depth)
{
	uint32_t	n;

	if (!read_count(reader, MEMBER_BYTES, &n))
		return false;
	for (uint32_t i = 0; i < n; i++)
	{
		if (!read_geometry(reader, depth + 1, type))
			return false;
	}
	return true;
}

/*
 * Coordinates of so many points. "closed" tells whether the last is the first in x and y. A point that is NaN is no point: such is the
 * empty point.
 */
static bool
read_points(GeoReader *reader, uint32_t n, bool compressed, bool *closed)
{
	size_t		size = (size_t) n * reader->dims * sizeof(double);
	const unsigned char *first = reader->at;
	unsigned char *out = reader->out;

	if (compressed)
		return read_compressed(reader, n, closed);
	if (n > (size_t) (reader->end - reader->at) / (reader->dims * sizeof(double)))
		return refuse(reader, "blob ends inside the coordinates");
	*closed = n > 0 && memcmp(first, first + size - reader->dims * sizeof(double), 2 * sizeof(double)) == 0;
	if (reader->extent)
	{
		double		point[4] = {0};

		for (uint32_t i = 0; i < n; i++)
		{
			for (int dim = 0; dim < reader->dims; dim++)
				point[dim] = next_double(reader);
			count_extent(reader, point);
		}
		reader->at = first;
	}
	if (out != NULL && !reader->swap)
		put(reader, first, size);
	else if (out != NULL)
	{
		for (size_t i = 0; i < (size_t) n * reader->dims; i++)
		{
			double		number = next_double(reader);

			put(reader, &number, sizeof(number));
		}
	}
	reader->at = first + size;
	return true;
}

/* The first and last point of a compressed line are doubles, the others differences as floats, but for M. */
static bool
read_compressed(GeoReader *reader, uint32_t n, bool *closed)
{
	int			dims = reader->dims;
	size_t		full = dims * sizeof(double);
	size_t		less = (2 + reader->info->z) * sizeof(float) + reader->info->m * sizeof(double);
	double		point[4] = {0};
	double		first[4] = {0};

	if (n > 2 ? (size_t) (reader->end - reader->at) < 2 * full || n - 2 > ((size_t) (reader->end - reader->at) - 2 * full) / less
		: (size_t) (reader->end - reader->at) < n * full)
		return refuse(reader, "blob ends inside the coordinates");
	for (uint32_t i = 0; i < n; i++)
	{
		for (int dim = 0; dim < dims; dim++)
		{
			bool		measure = reader->info->m && dim == dims - 1;

			if (i == 0 || i == n - 1 || measure)
				point[dim] = next_double(reader);
			else
				point[dim] += next_float(reader);
		}
		if (i == 0)
			memcpy(first, point, sizeof(first));
		put(reader, point, full);
		count_extent(reader, point);
	}
	/* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): closed is what PostGIS calls closed, the same bytes; NaN too */
	*closed = n > 0 && memcmp(first, point, 2 * sizeof(double)) == 0;
	return true;
}

static void
count_extent(GeoReader *reader, const double *point)
{
	GeoInfo    *info = reader->info;

	if (isnan(point[0]) && isnan(point[1]))
		return;
	info->empty = false;
	for (int dim = 0; dim < 2; dim++)
	{
		if (point[dim] < info->min[dim])
			info->min[dim] = point[dim];
		if (point[dim] > info->max[dim])
			info->max[dim] = point[dim];
	}
}

/* A count of things that take so many bytes at least. */
static bool
read_count(GeoReader *reader, size_t least, uint32_t *count)
{
	if (!take(reader, 4))
		return false;
	reader->at -= 4;
	*count = next4(reader);
	if (*count > (size_t) (reader->end - reader->at) / least)
	{
		reader->at -= 4;
		return refuse(reader, "blob has fewer parts or points than it says");
	}
	put4(reader, *count);
	return true;
}

static bool
take(GeoReader *reader, size_t bytes)
{
	if ((size_t) (reader->end - reader->at) < bytes)
		return refuse(reader, "blob ends inside the geometry");
	reader->at += bytes;
	return true;
}

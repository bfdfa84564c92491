/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_rows.h"

#include "core/mem/mem.h"

/* More than usrloc has slots by default (1024), so a piece is one of them */
#define PIECES 4096
#define BUFFER_MIN 65536
#define BUFFER_MAX (64 << 20)

static struct
{
	char *p; /* own; pkg; kept for the next piece */
	int size;
} buffer;

static bool make_room(int size)
{
	if(size <= buffer.size)
		return true;
	if(buffer.p != NULL)
		pkg_free(buffer.p);
	buffer.p = size <= BUFFER_MAX ? pkg_malloc((size_t)size) : NULL;
	buffer.size = buffer.p != NULL ? size : 0;
	if(buffer.p == NULL)
		LM_ERR("no %d bytes of private memory for contacts of usrloc; they "
			   "are not pinged until they register again. Use a larger "
			   "hash_size of usrloc, or more private memory (-M)\n",
				size);
	return buffer.p != NULL;
}

/* How they lie in the buffer is usrloc's: no alignment */
static bool read_value(
		const char **at, const char *end, void *value, size_t size)
{
	if((size_t)(end - *at) < size)
		return false;
	memcpy(value, *at, size);
	*at += size;
	return true;
}

static bool read_text(const char **at, const char *end, struct nt_span *text)
{
	int len;

	if(!read_value(at, end, &len, sizeof(len)) || len < 0 || len > end - *at)
		return false;
	*text = nt_span_of(*at, (size_t)len);
	*at += len;
	return true;
}

/* @return false: the end of the list */
static bool read_row(const char **at, const char *end, struct ping_row *row)
{
	return read_text(at, end, &row->contact) && row->contact.len > 0
		   && read_text(at, end, &row->received)
		   && read_value(at, end, &row->sock, sizeof(void *))
		   && read_value(at, end, &row->flags, sizeof(row->flags))
		   && read_text(at, end, &row->path) && read_text(at, end, &row->ruid)
		   && read_value(at, end, &row->aorhash, sizeof(row->aorhash));
}

unsigned ping_rows_each(const usrloc_api_t *ul, unsigned piece,
		void (*each)(void *ctx, const struct ping_row *row), void *ctx)
{
	int more = BUFFER_MIN - buffer.size;
	struct ping_row row;
	const char *at;

	do {
		if(!make_room(buffer.size + (more > 0 ? more : 0)))
			return 0;
		more = ul->get_all_ucontacts(
				buffer.p, buffer.size, 0, piece, PIECES, 0);
		if(more > 0)
			more += more / 4; /* some come while we look */
	} while(more > 0);
	if(more < 0)
		return 0;
	at = buffer.p;
	while(read_row(&at, buffer.p + buffer.size, &row))
		each(ctx, &row);
	return piece + 1 < PIECES ? piece + 1 : 0;
}

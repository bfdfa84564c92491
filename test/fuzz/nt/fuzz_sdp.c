/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as SDP, and as Content-Type and body: what is found lies within
 * them, the limits hold, and reading again gives the same. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "nt/nt_sdp.h"
#include "nt_must.h"

/* A block of the exact size */
static struct nt_span copy_of(const uint8_t *data, size_t size)
{
	char *copy = malloc(size);

	NT_MUST(copy != NULL || size == 0);
	if(size > 0)
		memcpy(copy, data, size);
	return nt_span_of(copy, size);
}

static bool within(struct nt_span part, struct nt_span whole)
{
	return part.len == 0
		   || (part.p >= whole.p
				   && (size_t)(part.p - whole.p) <= whole.len - part.len
				   && part.len <= whole.len);
}

static bool same_target(
		const struct nt_sdp_target *a, const struct nt_sdp_target *b)
{
	return a->place == b->place
		   && (a->place != NT_SDP_ADDR || nt_addr_eq(&a->addr, &b->addr));
}

static void check_target(const struct nt_sdp_target *t)
{
	NT_MUST(t->place >= NT_SDP_NONE && t->place <= NT_SDP_HOLD);
	NT_MUST(t->place != NT_SDP_ADDR || nt_addr_is_set(&t->addr));
	/* an address of nothing is a hold */
	NT_MUST(t->place != NT_SDP_ADDR || t->addr.hi != 0
			|| (t->addr.lo != 0 && t->addr.lo != 0x0000ffff00000000ull));
}

static void check_stream(const struct nt_sdp_stream *s,
		const struct nt_sdp *sdp, struct nt_span body)
{
	NT_MUST(within(s->media, body) && within(s->proto, body));
	NT_MUST(memchr(s->media.p, '\n', s->media.len) == NULL);
	NT_MUST(memchr(s->proto.p, '\n', s->proto.len) == NULL);
	NT_MUST(s->port <= 65535);
	NT_MUST(s->candidate_count <= body.len / 12);
	NT_MUST(s->ice || !sdp->ice);
	check_target(&s->target);
	check_target(&s->rtcp);
}

static void check_read(struct nt_span body)
{
	struct nt_sdp *sdp = malloc(sizeof(*sdp)), *again = malloc(sizeof(*sdp));
	int rc;

	NT_MUST(sdp != NULL && again != NULL);
	/* nothing that was there before shows through */
	memset(sdp, 0x5a, sizeof(*sdp));
	memset(again, 0xa5, sizeof(*again));
	rc = nt_sdp_read(sdp, body);
	NT_MUST(rc == 0 || rc == EINVAL || rc == E2BIG);
	NT_MUST(nt_sdp_read(again, body) == rc);
	NT_MUST(sdp->stream_count <= NT_SDP_STREAMS);
	NT_MUST(rc != EINVAL || sdp->stream_count == 0);
	NT_MUST(rc != E2BIG || sdp->stream_count == NT_SDP_STREAMS);
	NT_MUST(sdp->stream_count == again->stream_count && sdp->ice == again->ice);
	check_target(&sdp->origin);
	NT_MUST(same_target(&sdp->origin, &again->origin));
	for(size_t i = 0; i < sdp->stream_count; i++) {
		const struct nt_sdp_stream *a = &sdp->streams[i];
		const struct nt_sdp_stream *b = &again->streams[i];

		check_stream(a, sdp, body);
		NT_MUST(nt_span_eq(a->media, b->media)
				&& nt_span_eq(a->proto, b->proto));
		NT_MUST(a->port == b->port && a->ice == b->ice);
		NT_MUST(a->candidate_count == b->candidate_count);
		NT_MUST(same_target(&a->target, &b->target));
		NT_MUST(same_target(&a->rtcp, &b->rtcp));
	}
	free(again);
	free(sdp);
}

static void check_find(struct nt_span type, struct nt_span body)
{
	struct nt_span found = nt_sdp_find(type, body);

	NT_MUST(within(found, body));
	if(found.len > 0)
		check_read(found);
}

/* The first line is a Content-Type, the rest its body; and all of it is a body
 * of types that give every part of it a try */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
	struct nt_span body = copy_of(data, size);

	check_read(body);
	check_find(NT_SPAN("multipart/mixed;boundary=b"), body);
	NT_MUST(nt_sdp_find(NT_SPAN("application/sdp"), body).len == size);
	free((char *)body.p);
	if(end != NULL) {
		struct nt_span type = copy_of(data, (size_t)(end - data));

		body = copy_of(end + 1, size - type.len - 1);
		check_find(type, body);
		free((char *)body.p);
		free((char *)type.p);
	}
	return 0;
}

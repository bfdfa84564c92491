/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as SDP of an offer: what is read lies within them, the limits hold,
 * all agrees with the small reader, and reading again gives the same. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "nt/nt_sdp_streams.h"
#include "nt_must.h"

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

static void check_candidates(
		const struct nt_streams *all, const struct nt_stream *s)
{
	NT_MUST(s->candidate_first + s->candidate_count <= all->candidate_count);
	for(size_t i = 0; i < s->candidate_count; i++) {
		const struct nt_candidate *c = &all->candidates[s->candidate_first + i];

		NT_MUST(c->component >= 1 && c->component <= 256);
		NT_MUST((unsigned)c->type < NT_CANDIDATE_COUNT);
		NT_MUST(c->target.place == NT_SDP_ADDR
				|| c->target.place == NT_SDP_NAME);
	}
}

static void check_stream(const struct nt_streams *all,
		const struct nt_stream *s, struct nt_span body)
{
	NT_MUST(within(s->text, body) && s->text.len >= 2 && s->text.p[0] == 'm');
	NT_MUST(within(s->media, s->text) && within(s->proto, s->text)
			&& within(s->formats, s->text) && within(s->host, body));
	NT_MUST(memchr(s->formats.p, '\n', s->formats.len) == NULL);
	NT_MUST((unsigned)s->carrier < NT_CARRIER_COUNT);
	NT_MUST(s->faults < 1u << NT_FAULT_COUNT);
	NT_MUST((s->faults & NT_FAULT_NO_CONNECTION) == 0
			|| s->target.place == NT_SDP_NONE);
	NT_MUST(s->port_count > 0
			&& (s->port == 0 || s->port + 2 * (s->port_count - 1) <= 65535));
	NT_MUST(!s->bundle_only || s->port == 0);
	NT_MUST(!s->multicast || s->target.place == NT_SDP_ADDR);
	NT_MUST(!s->mdns || s->target.place == NT_SDP_NAME);
	NT_MUST(s->hold != NT_HOLD_ADDRESS || s->target.place == NT_SDP_HOLD);
	NT_MUST(nt_stream_wanted(s) || nt_stream_rtcp_port(s) == 0);
	check_candidates(all, s);
}

/* Only what lies beyond its limits is not read by both */
static void check_small(
		const struct nt_streams *all, int rc, struct nt_span body)
{
	struct nt_sdp *sdp = malloc(sizeof(*sdp));
	int small;

	NT_MUST(sdp != NULL);
	small = nt_sdp_read(sdp, body);
	NT_MUST((small == EINVAL) == (rc == EINVAL));
	NT_MUST(small != E2BIG || rc == E2BIG);
	NT_MUST(rc == E2BIG || all->count == sdp->stream_count);
	for(size_t i = 0; i < all->count; i++) {
		const struct nt_stream *a = &all->at[i];
		const struct nt_sdp_stream *b = &sdp->streams[i];

		NT_MUST(nt_span_eq(a->media, b->media)
				&& nt_span_eq(a->proto, b->proto));
		NT_MUST(a->ice == b->ice && same_target(&a->target, &b->target));
		NT_MUST(same_target(&a->rtcp, &b->rtcp));
		NT_MUST((unsigned)(a->candidate_count + a->candidate_bad)
				== b->candidate_count);
		/* "4000/x" is a port to the one, and a fault besides to the other */
		NT_MUST(a->port == b->port);
	}
	free(sdp);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nt_streams *all = malloc(sizeof(*all));
	struct nt_streams *again = malloc(sizeof(*again));
	char *copy = malloc(size);
	struct nt_span body = nt_span_of(copy, size);
	int rc;

	NT_MUST(all != NULL && again != NULL && (copy != NULL || size == 0));
	if(size > 0)
		memcpy(copy, data, size);
	/* nothing that was there before shows through */
	memset(all, 0x5a, sizeof(*all));
	memset(again, 0xa5, sizeof(*again));
	rc = nt_streams_read(all, body);
	NT_MUST(rc == 0 || rc == EINVAL || rc == E2BIG);
	NT_MUST(nt_streams_read(again, body) == rc);
	NT_MUST(all->count <= NT_SDP_STREAMS && all->count == again->count);
	NT_MUST(all->candidate_count <= NT_STREAMS_CANDIDATES_MAX);
	NT_MUST((rc == E2BIG) == (all->over != NT_LIMIT_NONE));
	NT_MUST(rc == 0 || all->count == 0);
	NT_MUST(within(all->session, body));
	for(size_t i = 0; i < all->count; i++) {
		check_stream(all, &all->at[i], body);
		NT_MUST(all->at[i].faults == again->at[i].faults
				&& all->at[i].hold == again->at[i].hold);
	}
	check_small(all, rc, body);
	free(copy);
	free(again);
	free(all);
	return 0;
}

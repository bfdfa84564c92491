/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/mem/mem.h"
#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_policy_rpc.h"
#include "nat_edge/nat_edge_registration.h"
#include "nat_edge/nat_edge_uri.h"

const char *ne_rpc_registrations_doc[] = {
		"Registrations of clients behind NATs at another server, 100 at a "
		"time; then how many there are and where the next ones begin. "
		"Arguments, both optional: where to begin, from the answer before, 0 "
		"at first; user@host",
		NULL};

static void add_row(rpc_t *rpc, void *ctx, struct ne_registration_row *r)
{
	char source[NT_ENDPOINT_TEXT];
	void *s;

	if(rpc->add(ctx, "{", &s) < 0)
		return;
	ne_make_printable(r->aor);
	ne_make_printable(r->contact);
	ne_make_printable(r->sent);
	nt_endpoint_print(source, sizeof(source), &r->flow.remote);
	rpc->struct_add(s, "sssssuuuus", "aor", r->aor, "contact", r->contact,
			"sent", r->sent, "source", source, "transport",
			nt_transport_name(r->flow.transport), "connection",
			r->flow.connection, "upstream_seconds", r->upstream_s,
			"client_seconds", r->told_s, "absorbed", r->absorbed, "waiting",
			r->pending ? "yes" : "no");
}

static void list(rpc_t *rpc, void *ctx, uint32_t from, struct nt_span aor)
{
	struct ne_registration_row *rows = pkg_malloc(NE_PAGE * sizeof(*rows));
	uint32_t next;
	unsigned count;
	size_t bytes;
	void *s;

	if(rows == NULL) {
		PKG_MEM_ERROR_FMT("for %d registrations\n", NE_PAGE);
		rpc->fault(ctx, 500, "No memory for %d registrations", NE_PAGE);
		return;
	}
	count = ne_registration_list(rows, NE_PAGE, from, aor, &next);
	for(unsigned i = 0; i < count; i++)
		add_row(rpc, ctx, &rows[i]);
	pkg_free(rows);
	if(rpc->add(ctx, "{", &s) < 0)
		return;
	count = ne_registration_count(&bytes);
	rpc->struct_add(s, "uuu", "registrations", count, "maximum",
			ne_conf.registrations_max, "bytes", (unsigned)bytes);
	if(next != UINT32_MAX)
		rpc->struct_add(s, "u", "next", next);
}

void ne_rpc_registrations(rpc_t *rpc, void *ctx)
{
	char text[NE_SAID_TEXT];
	unsigned long from = 0;
	str word, aor = {NULL, 0};

	if(!ne_registration_is_on()) {
		rpc->fault(
				ctx, 503, "No registrations are kept: registrations_max is 0");
		return;
	}
	if(rpc->scan(ctx, "*.S", &word) > 0) {
		if(nt_span_number(&from, ne_span(&word), UINT32_MAX - 1) != 0) {
			ne_said(text, &word);
			rpc->fault(ctx, 400,
					"Where to begin is a number of the answer before, 0 at "
					"first, not '%s'",
					text);
			return;
		}
		if(rpc->scan(ctx, "*.S", &aor) < 1)
			aor.len = 0;
	}
	list(rpc, ctx, (uint32_t)from, nt_span_trim(ne_span(&aor)));
}

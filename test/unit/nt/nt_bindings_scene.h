/* SPDX-License-Identifier: GPL-2.0-or-later */
/** A table of bindings on memory that is counted and can fail, and bindings to
 * put into it; for the tests of nt_bindings. */
#ifndef NT_BINDINGS_SCENE_H
#define NT_BINDINGS_SCENE_H

#include "nt/nt_bindings.h"
#include "unit/nt/nt_check.h"

/* Memory that is counted, and can fail */
static struct
{
	long blocks, fail_at, since;
	size_t bytes, most;
} heap;

static inline void *heap_get(void *ctx, size_t size)
{
	size_t *p;

	(void)ctx;
	if(++heap.since == heap.fail_at)
		return NULL;
	p = malloc(sizeof(size_t) + size);
	*p = size;
	heap.blocks++;
	heap.bytes += size;
	heap.most = heap.bytes > heap.most ? heap.bytes : heap.most;
	return p + 1;
}

static inline void heap_put(void *ctx, void *block)
{
	size_t *p = block;

	(void)ctx;
	if(p == NULL)
		return;
	heap.blocks--;
	heap.bytes -= p[-1];
	free(p - 1);
}

static const struct nt_mem mem = {heap_get, heap_put, NULL};
static struct nt_bindings *table;

static inline struct nt_bindings *make(uint32_t max, uint32_t per_source)
{
	const struct nt_bindings_conf conf = {
			.max = max, .per_source = per_source, .key = {{1, 2}}};

	return nt_bindings_new(&mem, &conf);
}

static inline void setup(void)
{
	memset(&heap, 0, sizeof(heap));
	table = make(100, 0);
	ck_assert(table != NULL);
}

static inline void teardown(void)
{
	nt_bindings_free(table);
	ck_assert_int_eq(heap.blocks, 0);
}

static inline struct nt_flow flow_of(const char *source)
{
	return (struct nt_flow){.transport = NT_TRANSPORT_UDP,
			.local = nt_endpoint_must("198.51.100.1:5060"),
			.remote = nt_endpoint_must(source)};
}

static inline struct nt_binding binding(const char *aor, const char *contact)
{
	return (struct nt_binding){.aor = nt_span_cstr(aor),
			.contact = nt_span_cstr(contact),
			.sent = NT_SPAN("sip:sent"),
			.call_id = NT_SPAN("call"),
			.params = NT_SPAN(";q=1"),
			.lines = NT_SPAN("Path: <sip:p;lr>\r\n"),
			.flow = flow_of("203.0.113.9:40001"),
			.cseq = 10,
			.said = 77,
			.granted = 3600,
			.told = 60,
			.alone = true,
			.absorbable = true};
}

static inline enum nt_put put(const struct nt_binding *b, uint64_t now)
{
	uint32_t evicted;

	return nt_bindings_put(table, b, now, &evicted);
}

static inline void put_at(
		const char *aor, const char *contact, const char *source, uint64_t now)
{
	struct nt_binding b = binding(aor, contact);

	b.flow = flow_of(source);
	ck_assert_int_eq(put(&b, now), NT_PUT_NEW);
}

static inline bool is_there(const char *aor, const char *contact)
{
	return nt_bindings_find(table, nt_span_cstr(aor), nt_span_cstr(contact))
		   != NULL;
}

static inline struct nt_refresh refresh_of(const struct nt_binding *b)
{
	return (struct nt_refresh){.aor = b->aor,
			.contact = b->contact,
			.call_id = b->call_id,
			.flow = b->flow,
			.cseq = b->cseq + 1,
			.said = b->said,
			.asked = 3600,
			.limit = 60};
}

static inline enum nt_absorb judge(const struct nt_refresh *r, uint64_t now)
{
	const struct nt_bound *bound;

	return nt_bindings_judge(table, &bound, r, now);
}

#endif /* NT_BINDINGS_SCENE_H */

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_registration.h"

#include "core/locking.h"
#include "core/mem/shm_mem.h"
#include "core/parser/parse_cseq.h"
#include "core/rand/kam_rand.h"
#include "core/timer.h"
#include "nat_edge/nat_edge_flow.h"
#include "nat_edge/nat_edge_owner.h"
#include "nat_edge/nat_edge_stats.h"
#include "nat_edge/nat_edge_uri.h"
#include "nt/nt_field.h"
#include "nt/nt_uri.h"

/* So many places are looked at before the workers get the lock again */
#define SLICE 256

static struct
{
	gen_lock_t *lock;		   /* own; shm */
	struct nt_bindings *table; /* LOCK: lock; own; shm. NULL: off */
} kept;

static struct nt_hash_key key; /* RO after start */

static void *shm_get(void *ctx, size_t size)
{
	(void)ctx;
	return shm_malloc(size);
}

static void shm_put(void *ctx, void *p)
{
	(void)ctx;
	if(p != NULL)
		shm_free(p);
}

/* Seconds since the start: a clock that nobody sets */
static uint64_t ticks(void)
{
	return get_ticks();
}

uint64_t (*ne_registration_now)(void) = ticks;

const struct nt_hash_key *ne_registration_key(void)
{
	return &key;
}

bool ne_registration_is_on(void)
{
	return kept.table != NULL;
}

static void make_key(void)
{
	for(int i = 0; i < 8; i++)
		key.k[i / 4] = key.k[i / 4] << 16 ^ (uint64_t)kam_rand();
}

int ne_registration_init(unsigned max, unsigned per_source)
{
	static const struct nt_mem mem = {shm_get, shm_put, NULL};
	struct nt_bindings_conf conf = {.max = max, .per_source = per_source};

	make_key();
	conf.key = key;
	if(max == 0)
		return 0;
	kept.lock = lock_alloc();
	if(kept.lock != NULL && lock_init(kept.lock) != NULL)
		kept.table = nt_bindings_new(&mem, &conf);
	if(kept.table == NULL) {
		SHM_MEM_ERROR_FMT("for registrations_max %u; give a smaller one or "
						  "more memory with -m\n",
				max);
		ne_registration_fini();
		return -1;
	}
	return 0;
}

void ne_registration_fini(void)
{
	nt_bindings_free(kept.table);
	kept.table = NULL;
	if(kept.lock == NULL)
		return;
	lock_destroy(kept.lock);
	lock_dealloc(kept.lock);
	kept.lock = NULL;
}

/* --- what a REGISTER says ------------------------------------------------ */

/* Without a password, without a port. Reads bytes only: the message may be a
 * copy in shared memory, which the core must not parse any further. */
static bool read_to(
		struct nt_span *user, struct nt_span *host, const sip_msg_t *msg)
{
	struct nt_span rest;
	struct nt_element to;
	struct nt_uri uri;
	const char *end;

	if(msg->to == NULL)
		return false;
	rest = ne_span(&msg->to->body);
	if(nt_element_next(&rest, &to) != 1 || nt_uri_read(&uri, to.uri) != 0)
		return false;
	*user = uri.userinfo;
	if((end = nt_span_find(*user, ':')) != NULL)
		user->len = (size_t)(end - user->p);
	*host = uri.hostport;
	end = host->p[0] == '[' ? nt_span_find(*host, ']')
							: nt_span_find(*host, ':');
	if(end != NULL)
		host->len = (size_t)(end - host->p) + (*end == ']');
	return true;
}

size_t ne_registration_aor(char *buf, size_t size, const sip_msg_t *msg)
{
	struct nt_span user, host;
	size_t len;

	if(!read_to(&user, &host, msg))
		return 0;
	len = user.len + 1 + host.len;
	if(len >= size)
		return 0;
	if(user.len > 0)
		memcpy(buf, user.p, user.len);
	buf[user.len] = '@';
	for(size_t i = 0; i < host.len; i++)
		buf[user.len + 1 + i] = nt_lower(host.p[i]);
	buf[len] = '\0';
	return len;
}

/* What is another in each REGISTER, or is looked at by itself */
static bool is_passing(hdr_types_t type)
{
	switch(type) {
		case HDR_VIA_T:
		case HDR_VIA2_T:
		case HDR_FROM_T:
		case HDR_TO_T:
		case HDR_CSEQ_T:
		case HDR_CALLID_T:
		case HDR_CONTACT_T:
		case HDR_EXPIRES_T:
		case HDR_MAXFORWARDS_T:
		case HDR_AUTHORIZATION_T:
		case HDR_PROXYAUTH_T:
		case HDR_DATE_T:
			return true;
		default:
			return false;
	}
}

uint64_t ne_registration_said(const sip_msg_t *req, struct nt_span params)
{
	struct nt_param p;
	struct nt_hash h;

	nt_hash_begin(&h, &key);
	nt_hash_add(&h, ne_span(&req->first_line.u.request.uri));
	while(nt_param_next(&params, &p) == 1) {
		if(!nt_span_ieq(p.name, NT_SPAN("expires")))
			nt_hash_add(&h, p.whole);
	}
	for(const struct hdr_field *f = req->headers; f != NULL; f = f->next) {
		if(is_passing(f->type))
			continue;
		nt_hash_add(&h, ne_span(&f->name));
		nt_hash_add(&h, ne_span(&f->body));
	}
	return nt_hash_end(&h);
}

bool ne_registration_cseq(uint32_t *cseq, const sip_msg_t *req)
{
	unsigned long n;

	if(req->cseq == NULL || req->cseq->parsed == NULL
			|| nt_span_number(&n, ne_span(&get_cseq(req)->number), UINT32_MAX)
					   != 0)
		return false;
	*cseq = (uint32_t)n;
	return true;
}

/* --- the table ----------------------------------------------------------- */

void ne_registration_put(const struct nt_binding *b)
{
	uint32_t evicted = 0;
	enum nt_put how;

	if(kept.table == NULL)
		return;
	lock_get(kept.lock);
	how = nt_bindings_put(kept.table, b, ne_registration_now(), &evicted);
	lock_release(kept.lock);
	ne_stat_add(NE_STAT_REGISTRATIONS_EVICTED, (int)evicted);
	if(how == NT_PUT_REFUSED || how == NT_PUT_NO_MEMORY)
		ne_stat_add(NE_STAT_REGISTRATIONS_UNKEPT, 1);
}

void ne_registration_drop_all(struct nt_span aor)
{
	if(kept.table == NULL)
		return;
	lock_get(kept.lock);
	nt_bindings_drop_all(kept.table, aor);
	lock_release(kept.lock);
}

static size_t copy(char *to, size_t size, struct nt_span from)
{
	ne_text_keep(to, size, from);
	return from.len < size - 1 ? from.len : size - 1;
}

enum nt_absorb ne_registration_judge(
		struct ne_absorbed *answer, const struct nt_refresh *refresh)
{
	const struct nt_bound *bound;
	enum nt_absorb how = NT_ABSORB_UNKNOWN;

	if(kept.table == NULL)
		return how;
	lock_get(kept.lock);
	how = nt_bindings_judge(kept.table, &bound, refresh, ne_registration_now());
	if(how == NT_ABSORB_YES || how == NT_ABSORB_REPEAT) {
		answer->told = bound->is.told;
		copy(answer->params, sizeof(answer->params), bound->is.params);
		copy(answer->lines, sizeof(answer->lines), bound->is.lines);
	}
	lock_release(kept.lock);
	return how;
}

bool ne_registration_find(
		struct ne_registered *known, sip_msg_t *msg, struct nt_span contact)
{
	char aor[NT_BINDING_AOR + 1];
	size_t len;
	const struct nt_bound *b;

	if(kept.table == NULL
			|| (len = ne_registration_aor(aor, sizeof(aor), msg)) == 0)
		return false;
	known->left_s = 0;
	lock_get(kept.lock);
	b = nt_bindings_find(kept.table, nt_span_of(aor, len), contact);
	if(b != NULL) {
		known->left_s = nt_expiry_left(
				b->is.granted, b->granted_at, ne_registration_now());
		known->sent_len = copy(known->sent, sizeof(known->sent), b->is.sent);
		known->flow = b->is.flow;
		known->same_call_id =
				msg->callid != NULL
				&& nt_span_eq(ne_span(&msg->callid->body), b->is.call_id);
	}
	lock_release(kept.lock);
	return known->left_s > 0;
}

static void fill(struct ne_registration_row *row, const struct nt_bound *b)
{
	uint64_t now = ne_registration_now();

	copy(row->aor, sizeof(row->aor), b->is.aor);
	copy(row->contact, sizeof(row->contact), b->is.contact);
	copy(row->sent, sizeof(row->sent), b->is.sent);
	row->flow = b->is.flow;
	row->upstream_s = nt_expiry_left(b->is.granted, b->granted_at, now);
	row->told_s = nt_expiry_left(b->is.told, b->told_at, now);
	row->absorbed = b->absorbed;
	row->pending = b->pending;
}

unsigned ne_registration_list(struct ne_registration_row *rows, unsigned max,
		uint32_t from, struct nt_span aor, uint32_t *next)
{
	unsigned count = 0;

	*next = UINT32_MAX;
	if(kept.table == NULL)
		return 0;
	while(count < max && from != UINT32_MAX) {
		const struct nt_bound *b;

		lock_get(kept.lock);
		from = nt_bindings_next(kept.table, from, SLICE, &b);
		if(b != NULL && (aor.len == 0 || nt_span_ieq(aor, b->is.aor)))
			fill(&rows[count++], b);
		lock_release(kept.lock);
		if(b != NULL)
			from++;
	}
	*next = from;
	return count;
}

uint32_t ne_registration_count(size_t *bytes)
{
	uint32_t count;

	*bytes = 0;
	if(kept.table == NULL)
		return 0;
	lock_get(kept.lock);
	count = nt_bindings_count(kept.table);
	*bytes = nt_bindings_bytes(kept.table);
	lock_release(kept.lock);
	return count;
}

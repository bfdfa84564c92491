/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_usrloc.h"

#include <stdlib.h>

#include "core/sr_module.h"
#include "modules/usrloc/usrloc.h"
#include "nat_ping/nat_ping_addr.h"
#include "nat_ping/nat_ping_conf.h"
#include "nat_ping/nat_ping_contact.h"
#include "nat_ping/nat_ping_message.h"
#include "nat_ping/nat_ping_rows.h"
#include "nat_ping/nat_ping_stats.h"
#include "nat_ping/nat_ping_table.h"

/* A longer AoR is left alone */
#define AOR_TEXT 512
/* Tables whose contacts are looked up */
#define DOMAINS_MAX 8

static usrloc_api_t ul;
static bool on;		  /* RO: before fork */
static bool can_find; /* likewise */

uint64_t ping_contact_holder(struct nt_span ruid)
{
	return ping_holder(NT_REASON_REGISTRATION, ruid, NT_SPAN(""), 0);
}

static void keep_or_tell(const struct nt_hold *hold)
{
	if(ping_hold(hold) >= NT_HOLD_FULL)
		ping_stat(PING_STAT_REFUSED_FULL);
}

/* What a script wishes holds whatever a new policy says of the contact: it has
 * a holder of its own */
static void keep_wished(struct nt_hold *hold, const str *ruid, bool wished)
{
	hold->holder =
			ping_holder(NT_REASON_SCRIPT, ping_span(ruid), NT_SPAN(""), 0);
	hold->reason = NT_REASON_SCRIPT;
	if(wished)
		keep_or_tell(hold);
	else
		ping_release(hold->holder);
}

/* Under usrloc's lock, in whatever process: copy and go */
static void on_contact(ucontact_t *c, int type, void *param)
{
	sip_msg_t *msg = ping_message_in_hand();
	struct nt_hold hold = {.holder = ping_contact_holder(ping_span(&c->ruid))};
	bool there = (type & (UL_CONTACT_DELETE | UL_CONTACT_EXPIRE)) == 0;

	(void)param;
	if(msg != NULL)
		ping_message_save(msg);
	there = there && ping_contact_read(&hold, c, true);
	if(there)
		keep_or_tell(&hold);
	else
		ping_release(hold.holder);
	keep_wished(&hold, &c->ruid,
			there && msg != NULL && ping_message_is_wished(msg));
}

/* --- those that are there already ----------------------------------------- */

static bool keep_aor(str *copy, const str *aor)
{
	if(aor->len <= 0 || aor->len > AOR_TEXT)
		return false;
	memcpy(copy->s, aor->s, (size_t)aor->len);
	copy->len = aor->len;
	return true;
}

/* A row tells neither the AoR nor the end of a contact: those are looked up */
static void find(const struct ping_row *row,
		void (*with)(void *, urecord_t *, ucontact_t *), void *ctx)
{
	struct nt_span rest = nt_span_cstr(ping_params.location), word;

	for(int i = 0; i < DOMAINS_MAX && nt_span_word(&rest, &word); i++) {
		str ruid = {(char *)row->ruid.p, (int)row->ruid.len};
		urecord_t *record;
		ucontact_t *contact;
		udomain_t *domain;
		char name[64], text[AOR_TEXT];
		str aor = {text, 0};

		if(word.len >= sizeof(name))
			continue;
		memcpy(name, word.p, word.len);
		name[word.len] = '\0';
		if(ul.get_udomain(name, &domain) < 0 || domain == NULL
				|| ul.get_urecord_by_ruid(
						   domain, row->aorhash, &ruid, &record, &contact)
						   != 0)
			continue;
		/* what is locked is found by it again, and with its last contact the
		 * record goes, its texts as well */
		if(keep_aor(&aor, &record->aor))
			with(ctx, record, contact);
		else
			aor = record->aor;
		ul.release_urecord(record);
		ul.unlock_udomain(domain, &aor);
		return;
	}
}

static void keep(void *ctx, urecord_t *record, ucontact_t *contact)
{
	struct nt_hold hold = {
			.holder = ping_contact_holder(ping_span(&contact->ruid))};
	const time_t *before = ctx;

	(void)record;
	if(*before != 0 && contact->last_modified > *before)
		return;
	if(!ping_contact_read(&hold, contact, false))
		ping_release(hold.holder);
	else
		keep_or_tell(&hold);
}

static void keep_row(void *ctx, const struct ping_row *row)
{
	find(row, keep, ctx);
}

bool ping_usrloc_is_loaded(void)
{
	return can_find && ul.db_mode != NO_DB;
}

unsigned ping_usrloc_sweep(unsigned piece, time_t saved_before)
{
	return can_find ? ping_rows_each(&ul, piece, keep_row, &saved_before) : 0;
}

/* --- actions -------------------------------------------------------------- */

/* What was told may have waited behind event routes. Since then it may have
 * answered, or registered: then it stays as it is. Under usrloc's lock, so it
 * cannot register meanwhile. */
static bool is_still_down(const struct ping_down *down)
{
	struct nt_flows *table = ping_table_get();
	struct nt_flow_seen seen = {.number = UINT32_MAX};
	struct nt_terms terms;
	uint64_t holder;
	uint32_t at = 0;
	bool held = false;

	if(table == NULL)
		return false;
	if(nt_flows_terms(table, &down->flow, &terms))
		nt_flows_next(table, down->flow.flow, 1, &seen, ping_now_ms());
	while(seen.number == down->flow.flow && !held
			&& (at = nt_flows_holder_next(table, &down->flow, at, &holder))
					   != UINT32_MAX)
		held = holder == down->holder;
	ping_table_put();
	/* Heard later than it was asked last (both wrap): it is there. Of a
	 * connection that is closed nothing is heard any more. */
	return held && seen.pulse.state == NT_PULSE_DOWN
		   && (ping_is_stream(seen.at.transport)
				   || (int32_t)(seen.pulse.heard_ms - seen.pulse.sent_ms) < 0);
}

static void act(void *ctx, urecord_t *record, ucontact_t *contact)
{
	const struct ping_down *down = ctx;

	if(contact->last_modified >= down->since || !is_still_down(down))
		return;
	if(down->how == NT_DOWN_EXPIRE) {
		if(ul.delete_ucontact(record, contact) == 0)
			ping_stat(PING_STAT_EXPIRED);
		return;
	}
	/* until it registers again, with whatever q it has then */
	contact->q = MIN_Q;
	if(contact->state == CS_SYNC)
		contact->state = CS_DIRTY;
	ping_stat(PING_STAT_LOWERED);
}

static int by_holder(const void *a, const void *b)
{
	uint64_t x = ((const struct ping_down *)a)->holder;
	uint64_t y = ((const struct ping_down *)b)->holder;

	return x < y ? -1 : x > y;
}

struct search
{
	const struct ping_down *downs;
	size_t count;
};

static void act_on_row(void *ctx, const struct ping_row *row)
{
	const struct search *s = ctx;
	struct ping_down wanted = {.holder = ping_contact_holder(row->ruid)};
	struct ping_down *down =
			bsearch(&wanted, s->downs, s->count, sizeof(wanted), by_holder);

	if(down != NULL)
		find(row, act, down);
}

void ping_usrloc_sort(struct ping_down *downs, size_t count)
{
	if(count > 1)
		qsort(downs, count, sizeof(*downs), by_holder);
}

unsigned ping_usrloc_act(
		const struct ping_down *downs, size_t count, unsigned piece)
{
	struct search s = {.downs = downs, .count = count};

	return can_find ? ping_rows_each(&ul, piece, act_on_row, &s) : 0;
}

/* --- life ----------------------------------------------------------------- */

bool ping_usrloc_is_on(void)
{
	return on;
}

int ping_usrloc_init(void)
{
	bind_usrloc_t bind;

	if(ping_params.usrloc == 0 || find_module_by_name("usrloc") == NULL)
		return 0;
	bind = (bind_usrloc_t)find_export("ul_bind_usrloc", 1, 0);
	if(bind == NULL || bind(&ul) < 0
			|| ul.register_ulcb(UL_CONTACT_INSERT | UL_CONTACT_UPDATE
										| UL_CONTACT_DELETE | UL_CONTACT_EXPIRE,
					   on_contact, NULL)
					   < 0) {
		LM_ERR("%s does not tell of its contacts; load it before nat_ping, or "
			   "use modparam usrloc 0; Kamailio does not start\n",
				"usrloc");
		return -1;
	}
	ping_contact_init(ul.nat_flag);
	on = true;
	/* there it locks a slot and has no way to unlock it */
	can_find = ul.db_mode != DB_ONLY;
	if(!can_find)
		LM_WARN("usrloc has db_mode %d (database only): contacts that are in "
				"it already are pinged from their next REGISTER on, and "
				"nothing is done about contacts whose flow is down. Use "
				"another db_mode\n",
				ul.db_mode);
	return 0;
}

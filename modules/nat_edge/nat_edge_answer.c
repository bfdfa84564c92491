/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_answer.h"

#include "nat_edge/nat_edge_api.h"
#include "nat_edge/nat_edge_edit.h"
#include "nat_edge/nat_edge_flow.h"
#include "nat_edge/nat_edge_registration.h"
#include "nat_edge/nat_edge_sender.h"
#include "nat_edge/nat_edge_stats.h"
#include "nat_edge/nat_edge_uri.h"

/* All that is known when a REGISTER was answered */
struct answer
{
	const sip_msg_t *req;
	const sip_msg_t *reply;
	const struct nt_contacts *sent; /* as they went upstream: one of the two */
	struct nt_contacts asked;		/* as the client wrote them */
	struct nt_contacts changed;
	struct nt_contacts listed;
	struct nt_own own[NT_CONTACTS_MAX]; /* of each that was asked */
};

void ne_contacts_read(struct nt_contacts *list, const sip_msg_t *msg)
{
	nt_contacts_begin(list);
	for(const struct hdr_field *h = msg->headers; h != NULL; h = h->next) {
		if(h->type == HDR_CONTACT_T)
			nt_contacts_add(list, ne_span(&h->body));
	}
}

struct nt_span ne_expires_value(const sip_msg_t *msg)
{
	for(const struct hdr_field *h = msg->headers; h != NULL; h = h->next) {
		if(h->type == HDR_EXPIRES_T)
			return nt_span_trim(ne_span(&h->body));
	}
	return NT_SPAN("");
}

/* On its way it may have got bindings that it takes away (F17): each behind the
 * one that it replaces */
static bool drop_removals(struct nt_contacts *sent, size_t count)
{
	size_t surplus, n = 0;

	if(sent->count < count)
		return false;
	surplus = sent->count - count;
	for(size_t i = 0; i < sent->count; i++) {
		if(surplus > 0 && n > 0
				&& nt_span_eq(sent->item[i].expires, NT_SPAN("0"))) {
			surplus--;
			continue;
		}
		sent->item[n++] = sent->item[i];
	}
	sent->count = n;
	return n == count;
}

/* Mostly there is one Contact, and it went as it came */
static bool is_as_asked(const struct answer *a, struct nt_span body)
{
	return a->asked.count == 1 && a->req->contact != NULL
		   && nt_span_eq(body, nt_span_trim(ne_span(&a->req->contact->body)));
}

/* As it was sent, if that can be told; else as it came */
static void read_sent(struct answer *a, struct nt_span sent)
{
	struct nt_span rest = nt_head_begin(sent);
	struct nt_head field;

	a->sent = &a->asked;
	nt_contacts_begin(&a->changed);
	while(nt_head_next(&rest, &field)) {
		if(!nt_head_is(&field, NT_SPAN("Contact"), NT_SPAN("m")))
			continue;
		if(is_as_asked(a, field.body))
			return;
		nt_contacts_add(&a->changed, field.body);
	}
	if(!a->changed.unreadable && drop_removals(&a->changed, a->asked.count))
		a->sent = &a->changed;
}

static bool read_all(struct answer *a, struct nt_span sent)
{
	struct nt_span expires = ne_expires_value(a->req);

	ne_contacts_read(&a->asked, a->req);
	ne_contacts_read(&a->listed, a->reply);
	if(a->asked.unreadable || a->listed.unreadable) {
		ne_stat_add(NE_STAT_EXPIRES_UNREADABLE, 1);
		return false;
	}
	read_sent(a, sent);
	for(size_t i = 0; i < a->asked.count; i++) {
		a->own[i] = (struct nt_own){
				.asked = nt_contact_expires(&a->asked.item[i], expires),
				.number = nt_contacts_own(
						&a->listed, a->sent, i, a->asked.item[i].at.uri)};
	}
	return true;
}

static void shorten(struct answer *a, sip_msg_t *reply, uint32_t limit)
{
	struct nt_edit edits[NT_CONTACTS_MAX + 1];
	size_t count = nt_contacts_shorten(edits, &a->listed,
			ne_expires_value(reply), a->own, a->asked.count, limit);
	int shortened = 0;

	if(count == 0)
		return;
	ne_edits_apply(reply, edits, count);
	for(size_t i = 0; i < a->asked.count; i++)
		shortened +=
				a->own[i].number >= 0 && a->own[i].told < a->own[i].granted;
	ne_stat_add(NE_STAT_EXPIRES_SHORTENED, shortened);
}

/* --- what is remembered -------------------------------------------------- */

struct text
{
	char p[NT_BINDING_ANSWER];
	size_t len;
	bool full;
};

static void clear(struct text *t)
{
	t->len = 0;
	t->full = false;
}

static void append(struct text *t, struct nt_span s)
{
	if(s.len > sizeof(t->p) - t->len) {
		t->full = true;
		return;
	}
	if(s.len > 0)
		memcpy(t->p + t->len, s.p, s.len);
	t->len += s.len;
}

static struct nt_span span_of(const struct text *t)
{
	return nt_span_of(t->p, t->len);
}

static void keep_params(struct text *t, struct nt_span params)
{
	struct nt_param p;

	while(nt_param_next(&params, &p) == 1) {
		if(!nt_span_ieq(p.name, NT_SPAN("expires")))
			append(t, p.whole);
	}
}

/* What a client goes by until the next answer; of anything else in it, such as
 * Authentication-Info, a second copy would be wrong */
static bool is_kept(struct nt_span name)
{
	static const struct nt_span names[] = {NT_SPAN_INIT("Path"),
			NT_SPAN_INIT("Service-Route"), NT_SPAN_INIT("P-Associated-URI"),
			NT_SPAN_INIT("Require"), NT_SPAN_INIT("Supported"),
			NT_SPAN_INIT("k"), NT_SPAN_INIT("Flow-Timer"),
			NT_SPAN_INIT("Feature-Caps"), NT_SPAN_INIT("Allow-Events"),
			NT_SPAN_INIT("u")};

	for(size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if(nt_span_ieq(name, names[i]))
			return true;
	}
	return false;
}

static void keep_lines(struct text *t, const sip_msg_t *reply)
{
	clear(t);
	for(const struct hdr_field *h = reply->headers; h != NULL; h = h->next) {
		if(!is_kept(ne_span(&h->name)))
			continue;
		append(t, ne_span(&h->name));
		append(t, NT_SPAN(": "));
		append(t, nt_span_trim(ne_span(&h->body)));
		append(t, NT_SPAN("\r\n"));
	}
}

static void keep(const struct answer *a, size_t i, struct nt_binding b)
{
	struct text params, lines;
	const struct nt_own *own = &a->own[i];

	b.contact = a->asked.item[i].at.uri;
	b.sent = a->sent->item[i].at.uri;
	b.said = ne_registration_said(a->req, a->asked.item[i].at.params);
	/* what upstream does not list is not there */
	b.granted = own->number >= 0 && own->asked != 0 ? own->granted : 0;
	b.told = own->told;
	clear(&params);
	if(own->number >= 0)
		keep_params(&params, a->listed.item[own->number].at.params);
	keep_lines(&lines, a->reply);
	b.absorbable = !params.full && !lines.full;
	if(b.granted == NT_EXPIRY_NONE) {
		/* nobody has said how long: not to be relied on */
		b.granted = NT_EXPIRY_MALFORMED;
		b.absorbable = false;
	}
	if(b.told > b.granted)
		b.told = b.granted;
	b.params = span_of(&params);
	b.lines = span_of(&lines);
	ne_registration_put(&b);
}

static void remember(const struct answer *a, bool nat)
{
	struct nt_binding b = {.alone = a->asked.count == 1 && !a->asked.star};
	char aor[NT_BINDING_AOR + 1];
	size_t len = ne_registration_aor(aor, sizeof(aor), a->req);

	if(len == 0 || a->req->callid == NULL
			|| !ne_registration_cseq(&b.cseq, a->req)
			|| !ne_flow_of(&b.flow, a->req))
		return;
	b.aor = nt_span_of(aor, len);
	b.call_id = nt_span_trim(ne_span(&a->req->callid->body));
	if(a->asked.star) {
		ne_registration_drop_all(b.aor);
		return;
	}
	for(size_t i = 0; i < a->asked.count; i++) {
		if(nat) {
			keep(a, i, b);
			continue;
		}
		/* it was behind a NAT before, perhaps */
		b.contact = a->asked.item[i].at.uri;
		b.granted = 0;
		ne_registration_put(&b);
	}
}

/* --- who wants to know --------------------------------------------------- */

/* What the client reads of one that it asked for */
static uint32_t told_of(const struct answer *a, size_t i, bool shortened)
{
	const struct nt_own *own = &a->own[i];
	uint32_t told;

	/* what upstream does not list is not there */
	if(own->number < 0 || own->asked == 0)
		return 0;
	told = shortened ? own->told
					 : nt_contact_expires(&a->listed.item[own->number],
							 ne_expires_value(a->reply));
	if(told == NT_EXPIRY_NONE)
		told = own->asked;
	return told != NT_EXPIRY_NONE ? told : NT_EXPIRY_MALFORMED;
}

static void tell(const struct answer *a, enum nt_class class, bool shortened)
{
	struct nat_edge_registered r = {.told_s = 0};
	char aor[NE_SENDER_AOR];

	if(!ne_sender_later(a->req, class, &r.sender, aor))
		return;
	r.aor = r.sender.aor;
	if(a->asked.star) {
		r.contact = NT_SPAN("*");
		ne_registered_tell(&r);
		return;
	}
	for(size_t i = 0; i < a->asked.count; i++) {
		r.contact = a->asked.item[i].at.uri;
		r.told_s = told_of(a, i, shortened);
		ne_registered_tell(&r);
	}
}

void ne_answer_relayed(sip_msg_t *reply, const sip_msg_t *req,
		struct nt_span sent, const struct ne_terms *terms)
{
	bool nat = ne_terms_nat(terms);
	bool kept = terms->remember && ne_registration_is_on();
	bool shortened = nat && (kept || terms->limit != NT_EXPIRY_NONE);
	bool heard = terms->class != 0 && ne_registered_is_heard();
	struct answer a; /* far too big to be cleared for each reply */

	a.req = req;
	a.reply = reply;
	if(!shortened && !kept && !heard)
		return;
	if(parse_headers(reply, HDR_EOH_F, 0) < 0 || !read_all(&a, sent))
		return;
	if(shortened)
		shorten(&a, reply, terms->limit);
	if(kept)
		remember(&a, nat);
	if(heard)
		tell(&a, terms->class, shortened);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Policies from one line of text, without XML, and memory that counts.
 *
 * Elements stand one behind the other, separated by "|"; dots before an element
 * say how deep it stands below its section: "networks|.site name=office
 * prefixes='192.0.2.1 192.0.2.2'|rules|.rule source=office nat=force". The root
 * is there already, unless the text begins with "^": then what has no dots is
 * the root. The n-th element stands in line n.
 */
#ifndef NT_POLICIES_H
#define NT_POLICIES_H

#include <errno.h>

#include "unit/nt/nt_check.h"

#include "nt/nt_draft.h"

/** Memory that counts. Blocks have the exact size and begin with garbage that
 * is never the same. */
struct nt_purse
{
	struct nt_mem mem;
	size_t calls, live; /**< blocks given; not given back */
	size_t bytes;		/**< given in all */
	size_t fail_at;		/**< the call that fails, from 1; 0: none */
};

static inline void *nt_purse_get(void *ctx, size_t size)
{
	struct nt_purse *purse = ctx;
	void *block;

	if(++purse->calls == purse->fail_at)
		return NULL;
	purse->live++;
	purse->bytes += size;
	block = nt_heap(NULL, size);
	memset(block, (int)(purse->calls * 37 + 1), size);
	return block;
}

static inline void nt_purse_put(void *ctx, void *p)
{
	struct nt_purse *purse = ctx;

	purse->live -= p != NULL;
	free(p);
}

static inline void nt_purse_init(struct nt_purse *purse)
{
	*purse = (struct nt_purse){.mem = {nt_purse_get, nt_purse_put, purse}};
}

#define NT_FAULTS_MAX 16
#define NT_FAULT_TEXT 600

/** A file that is being read */
struct nt_reading
{
	struct nt_purse purse;
	struct nt_draft *draft;
	/** "LINE element@attribute=value: allowed" */
	char faults[NT_FAULTS_MAX][NT_FAULT_TEXT];
	unsigned fault_count;
	unsigned line, depth; /**< of the last element */
	int err;			  /**< ENOMEM if there was any, else 0 */
};

static inline void nt_reading_fault(void *ctx, const struct nt_fault *f)
{
	struct nt_reading *r = ctx;

	NT_MUST(f->allowed != NULL && f->allowed[0] != '\0');
	if(r->fault_count < NT_FAULTS_MAX)
		snprintf(r->faults[r->fault_count], NT_FAULT_TEXT,
				"%u %.*s@%.*s=%.*s: %s", f->line, NT_SPAN_FMT(f->element),
				NT_SPAN_FMT(f->attribute), NT_SPAN_FMT(f->value), f->allowed);
	r->fault_count++;
}

/** @return the draft, or NULL: no memory */
static inline struct nt_draft *nt_reading_begin(struct nt_reading *r,
		size_t fail_at, const struct nt_range *interfaces, size_t count)
{
	*r = (struct nt_reading){.err = 0};
	nt_purse_init(&r->purse);
	r->purse.fail_at = fail_at;
	r->draft =
			nt_draft_new(&r->purse.mem, nt_reading_fault, r, interfaces, count);
	if(r->draft == NULL)
		r->err = ENOMEM;
	return r->draft;
}

/** @p depth is the root's 1, a section's 2 and so on. What is deeper is closed
 * first. */
static inline int nt_reading_open(struct nt_reading *r, unsigned depth,
		const char *element, const struct nt_attr *attrs, size_t count)
{
	struct nt_span name = nt_heap_span(nt_span_cstr(element));
	int err;

	NT_MUST(depth <= r->depth + 1);
	while(r->depth >= depth && r->depth-- > 0)
		nt_draft_close(r->draft);
	r->depth = depth;
	err = nt_draft_open(r->draft, ++r->line, name, attrs, count);
	nt_heap_drop(name);
	if(err == ENOMEM)
		r->err = ENOMEM;
	NT_MUST(err == 0 || err == EINVAL || err == ENOMEM);
	return err;
}

/* "name=value" or "name='value'". Values are copied, so that who keeps them by
 * mistake is found out. */
static inline bool nt_attr_take(struct nt_span *rest, struct nt_attr *attr)
{
	const char *eq, *end;
	size_t quoted;

	while(rest->len > 0 && rest->p[0] == ' ')
		*rest = nt_span_of(rest->p + 1, rest->len - 1);
	if(rest->len == 0)
		return false;
	NT_MUST((eq = nt_span_find(*rest, '=')) != NULL);
	attr->name = nt_span_of(rest->p, (size_t)(eq - rest->p));
	*rest = nt_span_of(eq + 1, rest->len - attr->name.len - 1);
	quoted = rest->len > 0 && rest->p[0] == '\'';
	*rest = nt_span_of(rest->p + quoted, rest->len - quoted);
	end = nt_span_find(*rest, quoted ? '\'' : ' ');
	NT_MUST(end != NULL || !quoted);
	if(end == NULL)
		end = rest->p + rest->len;
	attr->value = nt_heap_span(nt_span_of(rest->p, (size_t)(end - rest->p)));
	rest->len -= attr->value.len + quoted;
	rest->p = end + quoted;
	return true;
}

static inline void nt_reading_element(
		struct nt_reading *r, struct nt_span text, unsigned depth)
{
	struct nt_attr attrs[16];
	size_t count = 0, name = 0;
	struct nt_span rest;
	char element[64];

	while(text.len > 0 && text.p[0] == '.') {
		text = nt_span_of(text.p + 1, text.len - 1);
		depth++;
	}
	while(name < text.len && text.p[name] != ' ')
		name++;
	rest = nt_span_of(text.p + name, text.len - name);
	while(nt_attr_take(&rest, &attrs[count]))
		NT_MUST(++count < 16);
	snprintf(element, sizeof(element), "%.*s", (int)name, text.p);
	nt_reading_open(r, depth, element, attrs, count);
	while(count-- > 0)
		nt_heap_drop(attrs[count].value);
}

/** Stops when memory does */
static inline void nt_reading_text(struct nt_reading *r, const char *text)
{
	unsigned base = 2;

	if(text[0] == '^') {
		base = 1;
		text++;
	} else {
		nt_reading_open(r, 1, "nat-policy", NULL, 0);
		r->line = 0;
	}
	while(*text != '\0' && r->err == 0) {
		size_t len = strcspn(text, "|");

		nt_reading_element(r, nt_span_of(text, len), base);
		text += len + (text[len] == '|');
	}
}

/** Were exactly these faults told, in this order? @p want holds their
 * beginnings, separated by "|" */
static inline void nt_faults_check(
		const char *name, const struct nt_reading *r, const char *want)
{
	unsigned n = 0;

	for(; *want != '\0'; n++) {
		size_t len = strcspn(want, "|");

		ck_assert_msg(
				n < r->fault_count && strncmp(r->faults[n], want, len) == 0,
				"%s: '%s' instead of '%.*s'", name,
				n < r->fault_count ? r->faults[n] : "", (int)len, want);
		want += len + (want[len] == '|');
	}
	ck_assert_msg(n == r->fault_count, "%s: one more, '%s'", name,
			n < NT_FAULTS_MAX ? r->faults[n] : "");
}

/** Copy a policy into a block of its own size; the other one is overwritten and
 * given back */
static inline struct nt_policy *nt_policy_move(
		struct nt_purse *purse, struct nt_policy *p)
{
	struct nt_policy *moved = nt_heap(p, p->bytes);

	memset(p, 0xff, moved->bytes);
	purse->mem.put(purse->mem.ctx, p);
	return moved;
}

/** Compile what was read and give all memory back.
 * @return 0 and a policy to be freed, or an error */
static inline int nt_reading_end(struct nt_reading *r, struct nt_policy **p)
{
	struct nt_policy *policy = NULL;
	int err = r->err;

	*p = NULL;
	if(r->draft != NULL) {
		while(r->depth > 0 && r->depth-- > 0)
			nt_draft_close(r->draft);
		NT_MUST(nt_draft_faults(r->draft) == r->fault_count);
		if(err == 0)
			err = nt_draft_compile(&policy, r->draft);
		NT_MUST((err == EINVAL)
				== (err != ENOMEM && nt_draft_faults(r->draft) > 0));
		NT_MUST(nt_draft_faults(r->draft) == r->fault_count);
		nt_draft_free(r->draft);
	}
	NT_MUST((err == 0) == (policy != NULL));
	if(policy != NULL)
		*p = nt_policy_move(&r->purse, policy);
	NT_MUST(r->purse.live == 0);
	return err;
}

/** A policy that has no faults; free it */
static inline struct nt_policy *nt_policy_must(const char *text)
{
	struct nt_reading r;
	struct nt_policy *p = NULL;

	NT_MUST(nt_reading_begin(&r, 0, NULL, 0) != NULL);
	nt_reading_text(&r, text);
	if(nt_reading_end(&r, &p) != 0) {
		fprintf(stderr, "%s\n%s\n", text, r.faults[0]);
		abort();
	}
	return p;
}

/** The same, of one or two rules */
static inline struct nt_policy *nt_rules_must(
		const char *first, const char *second)
{
	char text[1000];
	int n = snprintf(text, sizeof(text), "rules|%s%s%s", first,
			second[0] != '\0' ? "|" : "", second);

	NT_MUST(n > 0 && (size_t)n < sizeof(text));
	return nt_policy_must(text);
}

#endif /* NT_POLICIES_H */

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_sites.h"

#include "nt/nt_lifetime.h"
#include "nt/nt_out.h"

static const struct nt_span kinds[] = {
		NT_SPAN_INIT("datagram"), NT_SPAN_INIT("stream")};
static const struct nt_span shared_word = NT_SPAN_INIT("shared");

#define WORDS_MAX 6
#define DIED_MAX 65535

_Static_assert(NT_LIFETIME_MAX_S == 1800, "as faults say");

struct nt_span nt_sites_head(void)
{
	return NT_SPAN("# What nat_ping has learned of the NATs before sites. "
				   "Written by the server; without it all is learned anew.\n"
				   "# address, kind, lived (seconds of silence), died, "
				   "tested (Unix time)\n");
}

static bool is_sound(const struct nt_site_known *site)
{
	return nt_addr_is_set(&site->addr)
		   && (site->addr.family == NT_FAMILY_IPV4 || site->addr.lo == 0)
		   && site->lived_s > 0 && site->lived_s <= NT_LIFETIME_MAX_S
		   && (site->died_s == 0
				   || (site->died_s > site->lived_s
						   && site->died_s <= DIED_MAX))
		   && site->tested_at <= NT_SITES_TIME_MAX;
}

static void put_number(struct nt_out *o, uint64_t v)
{
	char digits[20], *p = digits + sizeof(digits);

	do
		*--p = (char)('0' + v % 10);
	while((v /= 10) != 0);
	nt_out_put(o, NT_SPAN(" "));
	nt_out_put(o, nt_span_of(p, (size_t)(digits + sizeof(digits) - p)));
}

size_t nt_site_print(char *buf, size_t size, const struct nt_site_known *site)
{
	struct nt_out o = {buf, size, 0};
	char addr[NT_ADDR_TEXT];

	if(is_sound(site)) {
		size_t n = nt_addr_print(addr, sizeof(addr), &site->addr, false);

		nt_out_put(&o, nt_span_of(addr, n));
		nt_out_put(&o, NT_SPAN(" "));
		nt_out_put(&o, kinds[site->stream]);
		put_number(&o, site->lived_s);
		put_number(&o, site->died_s);
		put_number(&o, site->tested_at);
		if(site->shared) {
			nt_out_put(&o, NT_SPAN(" "));
			nt_out_put(&o, shared_word);
		}
		nt_out_put(&o, NT_SPAN("\n"));
	}
	if(o.len >= size)
		o.len = 0;
	if(size > 0)
		buf[o.len] = '\0';
	return o.len;
}

struct reader
{
	nt_fault_fn *fault;
	void *ctx;
	unsigned line, faults;
};

static void refuse(struct reader *r, const char *what, struct nt_span value,
		const char *allowed)
{
	struct nt_fault f = {.line = r->line,
			.element = NT_SPAN("site"),
			.attribute = nt_span_cstr(what),
			.value = value,
			.allowed = allowed};

	if(r->faults++ < NT_SITES_FAULTS)
		r->fault(r->ctx, &f);
}

static bool read_addr(
		struct reader *r, struct nt_site_known *site, struct nt_span word)
{
	if(nt_addr_parse(&site->addr, word) == 0
			&& (site->addr.family == NT_FAMILY_IPV4 || site->addr.lo == 0))
		return true;
	refuse(r, "address", word,
			"an IPv4 address, or an IPv6 one with 64 bits of zero at its end");
	return false;
}

static bool read_kind(
		struct reader *r, struct nt_site_known *site, struct nt_span word)
{
	site->stream = nt_span_eq(word, kinds[true]);
	if(site->stream || nt_span_eq(word, kinds[false]))
		return true;
	refuse(r, "kind", word, "datagram or stream");
	return false;
}

static bool read_numbers(struct reader *r, struct nt_site_known *site,
		const struct nt_span *words)
{
	unsigned long lived, died, at;

	if(nt_span_number(&lived, words[0], NT_LIFETIME_MAX_S) != 0 || lived == 0) {
		refuse(r, "lived", words[0], "1 to 1800 seconds");
		return false;
	}
	if(nt_span_number(&died, words[1], DIED_MAX) != 0
			|| (died != 0 && died <= lived)) {
		refuse(r, "died", words[1],
				"0, or more seconds than it lived, to 65535");
		return false;
	}
	if(nt_span_number(&at, words[2], NT_SITES_TIME_MAX) != 0) {
		refuse(r, "tested", words[2], "seconds since 1970, 0 to 253402300799");
		return false;
	}
	site->lived_s = (uint32_t)lived;
	site->died_s = (uint32_t)died;
	site->tested_at = at;
	return true;
}

/* @return does the line say anything of a site? */
static bool read_line(
		struct reader *r, struct nt_site_known *site, struct nt_span line)
{
	struct nt_span words[WORDS_MAX + 1], rest = nt_span_trim(line);
	size_t n = 0;

	if(rest.len == 0 || rest.p[0] == '#')
		return false;
	while(n < WORDS_MAX + 1 && line.len < NT_SITES_LINE
			&& nt_span_word(&rest, &words[n]))
		n++;
	if(n < WORDS_MAX - 1 || n > WORDS_MAX) {
		refuse(r, "", line, "ADDRESS KIND LIVED DIED TESTED [shared]");
		return false;
	}
	if(!read_addr(r, site, words[0]) || !read_kind(r, site, words[1])
			|| !read_numbers(r, site, words + 2))
		return false;
	site->shared = n == WORDS_MAX;
	if(!site->shared || nt_span_eq(words[5], shared_word))
		return true;
	refuse(r, "", words[5], "shared, or nothing");
	return false;
}

/* Of the rest only how many: a file of something else has many lines */
static void tell_rest(struct reader *r)
{
	char text[16], *p = text + sizeof(text);
	unsigned more = r->faults - NT_SITES_FAULTS;

	if(r->faults <= NT_SITES_FAULTS)
		return;
	do
		*--p = (char)('0' + more % 10);
	while((more /= 10) != 0);
	r->line = r->faults = 0;
	refuse(r, "more lines", nt_span_of(p, (size_t)(text + sizeof(text) - p)),
			"ADDRESS KIND LIVED DIED TESTED [shared]");
}

size_t nt_sites_parse(struct nt_span text, nt_sites_visit_fn *visit,
		void *visit_ctx, nt_fault_fn *fault, void *fault_ctx)
{
	struct reader r = {.fault = fault, .ctx = fault_ctx};
	struct nt_site_known site;
	struct nt_span line;
	size_t count = 0;

	while(nt_span_line(&text, &line)) {
		r.line++;
		if(read_line(&r, &site, line)) {
			visit(visit_ctx, &site);
			count++;
		}
	}
	tell_rest(&r);
	return count;
}

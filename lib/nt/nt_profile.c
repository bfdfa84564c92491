/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_profile.h"

#include <errno.h>
#include <stdio.h>

#include "nt/nt_codes.h"
#include "nt/nt_terms.h"

/* clang-format off */
#define CHOICE(name, value) {NT_SPAN_INIT(name), value}
#define END {{NULL, 0}, 0}

static const struct nt_choice verdicts[] = {
	CHOICE("claimed-private-source-public", NT_STRICT_PRIVATE),
	CHOICE("claimed-not-source", NT_STRICT_ADDR),
	CHOICE("any-sign", NT_STRICT_SIGN),
	CHOICE("always", NT_STRICT_ALWAYS),
	CHOICE("never", NT_STRICT_NEVER), END
};
static const struct nt_choice contacts[] = {
	CHOICE("keep", NT_CONTACT_KEEP), CHOICE("alias", NT_CONTACT_ALIAS),
	CHOICE("rewrite", NT_CONTACT_REWRITE), END
};
static const struct nt_choice register_contacts[] = {
	CHOICE("keep", NT_CONTACT_KEEP), CHOICE("received", NT_CONTACT_RECEIVED),
	CHOICE("alias", NT_CONTACT_ALIAS), CHOICE("rewrite", NT_CONTACT_REWRITE),
	CHOICE("fs-path", NT_CONTACT_FS_PATH), END
};
static const struct nt_choice rports[] = {
	CHOICE("never", NT_RPORT_NEVER), CHOICE("nat", NT_RPORT_NAT),
	CHOICE("always", NT_RPORT_ALWAYS), END
};
static const struct nt_choice paths[] = {
	CHOICE("never", NT_PATH_NEVER), CHOICE("auto", NT_PATH_AUTO), CHOICE("always", NT_PATH_ALWAYS), END
};
static const struct nt_choice whos[] = {
	CHOICE("none", NT_KEEP_NONE), CHOICE("nat", NT_KEEP_NAT),
	CHOICE("nat-udp", NT_KEEP_NAT_UDP), CHOICE("all", NT_KEEP_ALL), END
};
static const struct nt_choice methods[] = {
	CHOICE("auto", NT_METHOD_AUTO), CHOICE("options", NT_PING_OPTIONS),
	CHOICE("notify", NT_PING_NOTIFY), CHOICE("crlf", NT_PING_CRLF),
	CHOICE("zero", NT_PING_ZERO), CHOICE("stun", NT_PING_STUN), END
};
static const struct nt_choice downs[] = {
	CHOICE("mark", NT_DOWN_MARK), CHOICE("stop", NT_DOWN_STOP),
	CHOICE("expire", NT_DOWN_EXPIRE), CHOICE("lower-q", NT_DOWN_LOWER_Q), END
};
static const struct nt_choice yes_no[] = {
	CHOICE("no", 0), CHOICE("yes", 1), END
};
static const struct nt_choice relays[] = {
	CHOICE("never", 0), CHOICE("auto", 1), CHOICE("always", 2), END
};
static const struct nt_choice same_nats[] = {
	CHOICE("relay", 0), CHOICE("sites", 1), CHOICE("direct", 2), END
};
static const struct nt_choice stricts[] = {
	CHOICE("no", 0), CHOICE("address", 1), CHOICE("port", 2), END
};
static const struct nt_choice relay_fails[] = {
	CHOICE("reject", 0), CHOICE("direct", 1), END
};

#define SIGN_LIST "all, or names of signs such as contact-private via-addr"
#define VERDICT_LIST "claimed-private-source-public, claimed-not-source, any-sign, always or never"
#define TRANSPORT_LIST "names of transports: udp tcp tls ws wss"
#define CODE_LIST "none, or classes 3xx to 6xx and up to three codes of replies, 300 to 699"
#define AT(element, attribute) NT_SPAN_INIT(element), NT_SPAN_INIT(attribute)

const struct nt_setting_def nt_settings[NT_SETTING_COUNT] = {
	[NT_SET_SIGNS] = {AT("detect", "signs"), NT_KIND_SIGNS, NULL, 0, 0, NT_SIGN_ALL, SIGN_LIST, "nat_edge"},
	[NT_SET_VERDICT] = {AT("detect", "verdict"), NT_KIND_CHOICE, verdicts, 0, 0, NT_STRICT_PRIVATE, VERDICT_LIST, "nat_edge"},
	[NT_SET_REGISTER_SIGNS] = {AT("detect", "register-signs"), NT_KIND_SIGNS, NULL, 0, 0, NT_SIGN_ALL, SIGN_LIST, "nat_edge"},
	[NT_SET_REGISTER_VERDICT] = {AT("detect", "register-verdict"), NT_KIND_CHOICE, verdicts, 0, 0, NT_STRICT_PRIVATE, VERDICT_LIST, "nat_edge"},
	[NT_SET_CONTACT_REQUESTS] = {AT("contact", "requests"), NT_KIND_CHOICE, contacts, 0, 0, NT_CONTACT_KEEP, "keep, alias or rewrite", "nat_edge"},
	[NT_SET_CONTACT_REPLIES] = {AT("contact", "replies"), NT_KIND_CHOICE, contacts, 0, 0, NT_CONTACT_KEEP, "keep, alias or rewrite", "nat_edge"},
	[NT_SET_CONTACT_REGISTER] = {AT("contact", "register"), NT_KIND_CHOICE, register_contacts, 0, 0, NT_CONTACT_RECEIVED, "keep, received, alias, rewrite or fs-path", "nat_edge"},
	[NT_SET_RPORT] = {AT("rport", "mode"), NT_KIND_CHOICE, rports, 0, 0, NT_RPORT_NAT, "never, nat or always", "nat_edge"},
	[NT_SET_PATH] = {AT("path", "mode"), NT_KIND_CHOICE, paths, 0, 0, NT_PATH_AUTO, "never, auto or always", "nat_edge"},
	[NT_SET_EXPIRES_MAX] = {AT("expires", "max"), NT_KIND_NUMBER, NULL, 0, 86400, 0, "0 (as the client asks) to 86400 seconds", "nat_edge"},
	[NT_SET_EXPIRES_TRANSPORTS] = {AT("expires", "transports"), NT_KIND_TRANSPORTS, NULL, 0, 0, 1u << NT_TRANSPORT_UDP, TRANSPORT_LIST, "nat_edge"},
	[NT_SET_EXPIRES_JITTER] = {AT("expires", "jitter"), NT_KIND_NUMBER, NULL, 0, 50, 10, "0 to 50 percent", "nat_edge"},
	[NT_SET_EXPIRES_UPSTREAM] = {AT("expires", "upstream"), NT_KIND_NUMBER, NULL, 0, 86400, 0, "0 (as the client asks) to 86400 seconds", "nat_edge"},
	[NT_SET_KEEPALIVE_WHO] = {AT("keepalive", "who"), NT_KIND_CHOICE, whos, 0, 0, NT_KEEP_NAT, "none, nat, nat-udp or all", "nat_edge"},
	[NT_SET_KEEPALIVE_METHOD] = {AT("keepalive", "method"), NT_KIND_CHOICE, methods, 0, 0, NT_METHOD_AUTO, "auto, options, notify, crlf, zero or stun", "nat_ping"},
	[NT_SET_KEEPALIVE_UDP] = {AT("keepalive", "udp"), NT_KIND_NUMBER, NULL, 0, 3600, 25, "0 (off) to 3600 seconds", "nat_edge"},
	[NT_SET_KEEPALIVE_TCP] = {AT("keepalive", "tcp"), NT_KIND_NUMBER, NULL, 0, 3600, 110, "0 (off) to 3600 seconds", "nat_edge"},
	[NT_SET_KEEPALIVE_MISSES] = {AT("keepalive", "misses"), NT_KIND_NUMBER, NULL, 1, 100, 3, "1 to 100 pings", "nat_ping"},
	[NT_SET_KEEPALIVE_ADAPTIVE] = {AT("keepalive", "adaptive"), NT_KIND_CHOICE, yes_no, 0, 0, 0, "yes or no", "nat_ping"},
	[NT_SET_KEEPALIVE_DOWN] = {AT("keepalive", "down"), NT_KIND_CHOICE, downs, 0, 0, NT_DOWN_MARK, "mark, stop, expire or lower-q", "nat_ping"},
	[NT_SET_KEEPALIVE_IGNORE] = {AT("keepalive", "ignore"), NT_KIND_CODES, NULL, 0, 0, 0, CODE_LIST, "nat_ping"},
	[NT_SET_MEDIA_RELAY] = {AT("media", "relay"), NT_KIND_CHOICE, relays, 0, 0, 1, "never, auto or always", "nat_media"},
	[NT_SET_MEDIA_SAME_NAT] = {AT("media", "same-nat"), NT_KIND_CHOICE, same_nats, 0, 0, 1, "relay, sites or direct", "nat_media"},
	[NT_SET_MEDIA_STRICT_SOURCE] = {AT("media", "strict-source"), NT_KIND_CHOICE, stricts, 0, 0, 2, "no, address or port", "nat_media"},
	[NT_SET_MEDIA_TOS] = {AT("media", "tos"), NT_KIND_NUMBER, NULL, 0, 255, 184, "0 to 255", "nat_media"},
	[NT_SET_MEDIA_RELAY_FAIL] = {AT("media", "relay-fail"), NT_KIND_CHOICE, relay_fails, 0, 0, 0, "reject or direct", "nat_media"},
};
/* clang-format on */

int nt_setting_find(struct nt_span element, struct nt_span attribute)
{
	for(int i = 0; i < NT_SETTING_COUNT; i++) {
		if(nt_span_eq(nt_settings[i].element, element)
				&& nt_span_eq(nt_settings[i].attribute, attribute))
			return i;
	}
	return -1;
}

int nt_transports_parse(uint32_t *transports, struct nt_span list)
{
	struct nt_span word;
	uint32_t got = 0;

	while(nt_span_word(&list, &word)) {
		uint32_t bit = 0;

		for(int t = NT_TRANSPORT_UDP; t <= NT_TRANSPORT_WSS; t++) {
			if(nt_span_eq(word,
					   nt_span_cstr(nt_transport_name((enum nt_transport)t))))
				bit = 1u << t;
		}
		if(bit == 0)
			return EINVAL;
		got |= bit;
	}
	if(got == 0)
		return EINVAL;
	*transports = got;
	return 0;
}

static int parse_choice(
		uint32_t *value, const struct nt_choice *choices, struct nt_span text)
{
	for(; choices->name.p != NULL; choices++) {
		if(nt_span_eq(choices->name, text)) {
			*value = choices->value;
			return 0;
		}
	}
	return EINVAL;
}

int nt_setting_parse(
		uint32_t *value, enum nt_setting setting, struct nt_span text)
{
	const struct nt_setting_def *def = &nt_settings[setting];
	unsigned long number;
	struct nt_span bad;

	text = nt_span_trim(text);
	switch(def->kind) {
		case NT_KIND_CHOICE:
			return parse_choice(value, def->choices, text);
		case NT_KIND_SIGNS:
			return nt_signs_parse(value, text, &bad);
		case NT_KIND_TRANSPORTS:
			return nt_transports_parse(value, text);
		case NT_KIND_CODES:
			return nt_codes_parse(value, text);
		case NT_KIND_NUMBER:
			if(nt_span_number(&number, text, def->max) != 0
					|| number < def->min)
				return EINVAL;
			*value = (uint32_t)number;
			return 0;
	}
	return EINVAL;
}

static size_t print_transports(char *buf, size_t size, uint32_t transports)
{
	size_t n = 0;

	for(int t = NT_TRANSPORT_UDP; t <= NT_TRANSPORT_WSS; t++) {
		int more;

		if(!(transports & 1u << t))
			continue;
		more = snprintf(buf + n, size - n, "%s%s", n > 0 ? " " : "",
				nt_transport_name((enum nt_transport)t));
		if(more < 0 || (size_t)more >= size - n) {
			buf[0] = '\0';
			return 0;
		}
		n += (size_t)more;
	}
	return n;
}

static const char *choice_name(const struct nt_choice *choices, uint32_t value)
{
	for(; choices->name.p != NULL; choices++) {
		if(choices->value == value)
			return choices->name.p;
	}
	return "?";
}

size_t nt_setting_print(
		char *buf, size_t size, enum nt_setting setting, uint32_t value)
{
	const struct nt_setting_def *def = &nt_settings[setting];
	int n = -1;

	if(size == 0)
		return 0;
	buf[0] = '\0';
	switch(def->kind) {
		case NT_KIND_SIGNS:
			if(value != NT_SIGN_ALL)
				return nt_signs_print(buf, size, value);
			n = snprintf(buf, size, "all");
			break;
		case NT_KIND_TRANSPORTS:
			return print_transports(buf, size, value);
		case NT_KIND_CODES:
			return nt_codes_print(buf, size, value);
		case NT_KIND_NUMBER:
			n = snprintf(buf, size, "%u", value);
			break;
		case NT_KIND_CHOICE:
			n = snprintf(buf, size, "%s", choice_name(def->choices, value));
			break;
	}
	if(n < 0 || (size_t)n >= size) {
		buf[0] = '\0';
		return 0;
	}
	return (size_t)n;
}

bool nt_is_name(struct nt_span text)
{
	if(text.len == 0 || text.len >= NT_NAME_TEXT)
		return false;
	for(size_t i = 0; i < text.len; i++) {
		char c = nt_lower(text.p[i]);

		if(!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '.'
				&& c != '-' && c != '_')
			return false;
	}
	return true;
}

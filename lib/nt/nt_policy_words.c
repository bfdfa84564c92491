/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of nt_policy.h: methods, rules and what they ask for. */
#include "nt/nt_policy.h"

#include <stdarg.h>
#include <stdio.h>

/* clang-format off */
static const struct nt_span methods[] = {
	NT_SPAN_INIT("INVITE"), NT_SPAN_INIT("ACK"), NT_SPAN_INIT("BYE"), NT_SPAN_INIT("CANCEL"),
	NT_SPAN_INIT("REGISTER"), NT_SPAN_INIT("OPTIONS"), NT_SPAN_INIT("SUBSCRIBE"), NT_SPAN_INIT("NOTIFY"),
	NT_SPAN_INIT("PUBLISH"), NT_SPAN_INIT("MESSAGE"), NT_SPAN_INIT("REFER"), NT_SPAN_INIT("UPDATE"),
	NT_SPAN_INIT("INFO"), NT_SPAN_INIT("PRACK"),
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

uint32_t nt_method_bit(struct nt_span name)
{
	for(size_t i = 0; i < COUNT(methods); i++) {
		if(nt_span_ieq(name, methods[i]))
			return 1u << i;
	}
	return 0;
}

size_t nt_rule_print(char *buf, size_t size, const struct nt_policy_rule *rule)
{
	int n;

	if(rule == NULL)
		n = snprintf(buf, size, "none");
	else if(rule->name[0] == '\0')
		n = snprintf(buf, size, "line %u", rule->line);
	else
		n = snprintf(buf, size, "line %u (%s)", rule->line, rule->name);
	return n < 0 || (size_t)n >= size ? 0 : (size_t)n;
}

struct out
{
	char *buf;
	size_t size, len;
};

static void __attribute__((format(printf, 2, 3)))
say(struct out *o, const char *format, ...)
{
	va_list args;
	int n;

	if(o->len + 1 >= o->size)
		return;
	va_start(args, format);
	n = vsnprintf(o->buf + o->len, o->size - o->len, format, args);
	va_end(args);
	if(n > 0)
		o->len +=
				(size_t)n < o->size - o->len ? (size_t)n : o->size - o->len - 1;
}

static const char *gap(const struct out *o)
{
	return o->len > 0 ? " " : "";
}

static void say_text(struct out *o, const char *attribute, const char *head,
		struct nt_span t)
{
	if(t.len > 0)
		say(o, "%s%s=\"%s%.*s\"", gap(o), attribute, head, NT_SPAN_FMT(t));
}

static void say_methods(struct out *o, uint32_t bits)
{
	const char *space = "";

	if(bits == 0)
		return;
	say(o, "%smethod=\"", gap(o));
	for(size_t i = 0; i < COUNT(methods); i++) {
		if(bits & 1u << i) {
			say(o, "%s%s", space, methods[i].p);
			space = " ";
		}
	}
	say(o, "\"");
}

size_t nt_rule_conditions_print(char *buf, size_t size,
		const struct nt_policy *policy, const struct nt_policy_rule *r)
{
	struct out o = {buf, size, 0};
	char text[NT_SETTING_TEXT];

	if(size == 0)
		return 0;
	buf[0] = '\0';
	say_text(&o, "aor", "", nt_policy_text(policy, r->aor));
	say_text(&o, "domain", r->below ? "*." : "",
			nt_policy_text(policy, r->domain));
	say_text(&o, "source", "", nt_policy_text(policy, r->source));
	say_text(&o, "socket", "", nt_policy_text(policy, r->socket));
	if(nt_addr_is_set(&r->local.addr)) {
		nt_endpoint_print(text, sizeof(text), &r->local);
		say(&o, "%ssocket=\"%s\"", gap(&o), text);
	}
	say_text(&o, "user-agent", "", nt_policy_text(policy, r->agent));
	say_methods(&o, r->methods);
	if(r->transports != 0) {
		nt_setting_print(
				text, sizeof(text), NT_SET_EXPIRES_TRANSPORTS, r->transports);
		say(&o, "%stransport=\"%s\"", gap(&o), text);
	}
	if(o.len == 0)
		say(&o, "everything");
	return o.len;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has a name of its own: places and profiles. */
#include "nat_policy/np_diff.h"

#include <stdlib.h>

#include "nat_policy/np_words.h"

#define SETTINGS_TEXT 4096

/* Both begin with their name */
struct named
{
	const char *name;
	const void *item;
};

typedef void tell_fn(struct np_diff *d, const void *was, const void *is);

static int by_name(const void *x, const void *y)
{
	return strcmp(
			((const struct named *)x)->name, ((const struct named *)y)->name);
}

static struct named *sorted(
		const struct nt_policy *p, struct nt_part part, size_t width)
{
	struct named *names = np_get(part.count * sizeof(*names));
	const char *items = nt_policy_at(p, part);

	for(uint32_t i = 0; i < part.count; i++)
		names[i] = (struct named){items + i * width, items + i * width};
	qsort(names, part.count, sizeof(*names), by_name);
	return names;
}

/* Tell each that both have, or one of them */
static void side_by_side(struct np_diff *d, struct nt_part was,
		struct nt_part is, size_t width, tell_fn *tell)
{
	struct named *left = sorted(d->nt[0], was, width);
	struct named *right = sorted(d->nt[1], is, width);
	size_t i = 0, k = 0;

	while(i < was.count || k < is.count) {
		int order = i == was.count	? 1
					: k == is.count ? -1
									: by_name(&left[i], &right[k]);

		tell(d, order <= 0 ? left[i].item : NULL,
				order >= 0 ? right[k].item : NULL);
		i += order <= 0;
		k += order >= 0;
	}
	free(left);
	free(right);
}

struct lines
{
	uint32_t was, is;
};

static void changed(struct np_diff *d, const char *part, const char *name,
		const char *aspect, const struct lines *lines, const char *was,
		const char *is)
{
	if(strcmp(was, is) != 0)
		np_differ_from_to(
				np_differ(d, part, "changed", name, lines->was, lines->is),
				aspect, was, is);
}

/* All about a place but its networks */
struct place_words
{
	char address[NT_ENDPOINT_TEXT], same_nat[NT_SETTING_TEXT], contacts[16];
	const char *kind, *alg, *transport, *keepalive;
};

static void put_into_words(struct place_words *w, const struct nt_place *p)
{
	bool gateway = p->kind == NT_PLACE_GATEWAY, site = p->kind == NT_PLACE_SITE;

	*w = (struct place_words){.kind = np_place_kind(p),
			.alg = !site		   ? "-"
				   : p->alg_broken ? "broken"
								   : "none",
			.transport = !gateway ? "-"
						 : p->transport == NT_TRANSPORT_OTHER
								 ? "any"
								 : nt_transport_name(p->transport),
			.keepalive = !gateway		? "-"
						 : p->keepalive ? "yes"
										: "no",
			.address = "-",
			.same_nat = "-",
			.contacts = "-"};
	if(gateway)
		nt_endpoint_print(w->address, sizeof(w->address), &p->gateway);
	if(site && p->same_nat == UINT32_MAX)
		snprintf(w->same_nat, sizeof(w->same_nat), "as profile");
	else if(site)
		nt_setting_print(w->same_nat, sizeof(w->same_nat),
				NT_SET_MEDIA_SAME_NAT, p->same_nat);
	if(site)
		snprintf(w->contacts, sizeof(w->contacts), "%u", p->contacts_max);
}

static void tell_place(struct np_diff *d, const void *x, const void *y)
{
	const struct nt_place *was = x, *is = y;
	struct place_words a, b;
	struct lines at;

	if(was == NULL && is != NULL)
		np_differ_from_to(np_differ(d, "place", "added", is->name, 0, is->line),
				"", "", np_place_kind(is));
	if(was != NULL && is == NULL)
		np_differ_from_to(
				np_differ(d, "place", "removed", was->name, was->line, 0), "",
				np_place_kind(was), "");
	if(was == NULL || is == NULL)
		return;
	at = (struct lines){was->line, is->line};
	put_into_words(&a, was);
	put_into_words(&b, is);
	changed(d, "place", is->name, "kind", &at, a.kind, b.kind);
	changed(d, "place", is->name, "alg", &at, a.alg, b.alg);
	changed(d, "place", is->name, "same-nat-media", &at, a.same_nat,
			b.same_nat);
	changed(d, "place", is->name, "max-contacts", &at, a.contacts, b.contacts);
	changed(d, "place", is->name, "address", &at, a.address, b.address);
	changed(d, "place", is->name, "transport", &at, a.transport, b.transport);
	changed(d, "place", is->name, "keepalive", &at, a.keepalive, b.keepalive);
}

void np_diff_places(struct np_diff *d)
{
	side_by_side(d, d->nt[0]->place, d->nt[1]->place, sizeof(struct nt_place),
			tell_place);
}

/* Its settings that are not those of the ready-made default */
static void settings_text(char buf[SETTINGS_TEXT], const struct nt_profile *p)
{
	char name[NP_SETTING_NAME], text[NT_SETTING_TEXT];
	size_t n = 0;

	buf[0] = '\0';
	for(int i = 0; i < NT_SETTING_COUNT && n < SETTINGS_TEXT; i++) {
		if(p->value[i] == nt_settings[i].value)
			continue;
		np_setting_name(name, i, ' ');
		np_setting_text(text, p, i);
		n += (size_t)snprintf(buf + n, SETTINGS_TEXT - n, "%s%s=\"%s\"",
				n > 0 ? ", " : "", name, text);
	}
	if(n == 0)
		snprintf(buf, SETTINGS_TEXT, "all settings at their defaults");
}

static void tell_settings(struct np_diff *d, const struct nt_profile *was,
		const struct nt_profile *is)
{
	char name[NP_SETTING_NAME], a[NT_SETTING_TEXT], b[NT_SETTING_TEXT];
	struct lines at = {was->line, is->line};

	for(int i = 0; i < NT_SETTING_COUNT; i++) {
		np_setting_name(name, i, ' ');
		np_setting_text(a, was, i);
		np_setting_text(b, is, i);
		changed(d, "profile", is->name, name, &at, a, b);
	}
}

static void tell_profile(struct np_diff *d, const void *x, const void *y)
{
	const struct nt_profile *was = x, *is = y;
	char text[SETTINGS_TEXT];

	if(was == NULL && is != NULL) {
		settings_text(text, is);
		np_differ_from_to(
				np_differ(d, "profile", "added", is->name, 0, is->line), "", "",
				text);
	}
	if(was != NULL && is == NULL) {
		settings_text(text, was);
		np_differ_from_to(
				np_differ(d, "profile", "removed", was->name, was->line, 0), "",
				text, "");
	}
	if(was != NULL && is != NULL)
		tell_settings(d, was, is);
}

void np_diff_profiles(struct np_diff *d)
{
	side_by_side(d, d->nt[0]->profile, d->nt[1]->profile,
			sizeof(struct nt_profile), tell_profile);
}

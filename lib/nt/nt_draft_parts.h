/* SPDX-License-Identifier: GPL-2.0-or-later */
/** The inside of a draft, shared by the files that read its three sections and
 * by the compiler. Nobody else includes it. */
#ifndef NT_DRAFT_PARTS_H
#define NT_DRAFT_PARTS_H

#include "nt/nt_draft.h"

enum nt_section
{
	NT_SECTION_NONE = 0,
	NT_SECTION_ROOT = 1,
	NT_SECTION_NETWORKS = 2,
	NT_SECTION_PROFILES = 3,
	NT_SECTION_RULES = 4
};

/** A list of networks that has a name: members from to from + count */
struct nt_named
{
	char name[NT_NAME_TEXT];
	size_t from, count;
	bool mixable;	 /**< a <network>: may be part of other lists */
	bool of_machine; /**< depends on the interfaces, so it may be empty */
	bool reported;	 /**< a fault of the whole is known of it */
};

/** Finds items of a vector by a hash, so that long files stay linear */
struct nt_index
{
	uint32_t head[4096];  /**< 1 + number of an item; 0: none */
	struct nt_vec behind; /**< uint32_t: the same, for each item */
};

/** What a rule says before names have become indices */
struct nt_rule_draft
{
	struct nt_policy_rule rule; /**< list: index into sources + 1 */
	char profile[NT_NAME_TEXT];
};

struct nt_draft
{
	const struct nt_mem *mem;
	nt_fault_fn *fault;
	void *ctx;
	unsigned faults;

	const struct nt_range *interfaces; /* borrow */
	size_t interface_count;

	enum nt_section section; /* of the open elements */
	unsigned depth;
	unsigned refused;	 /* depth of an element that is none; 0: all are */
	unsigned seen;		 /* 1 << sections that are there already */
	bool in_profile;	 /* else what is read goes nowhere */
	size_t open_profile; /* index, while in_profile */
	unsigned children;	 /* of the open profile: one bit an element */

	size_t entries_read;	/* of all lists so far */
	struct nt_vec members;	/* struct nt_member: of all lists */
	struct nt_vec named;	/* struct nt_named */
	struct nt_vec places;	/* struct nt_place */
	struct nt_vec place_at; /* struct nt_named: the members of each place */
	struct nt_vec profiles; /* struct nt_profile */
	struct nt_vec rules;	/* struct nt_rule_draft */
	struct nt_vec sources;	/* struct nt_named: of rules, by their text */
	struct nt_vec text;		/* char */
	struct nt_index by_name, by_source,
			by_profile; /* named, sources, profiles */
	bool has_nated, has_gate;
	struct nt_gate_words gate;
	struct nt_named gate_allow, gate_deny; /* members with their tags */
};

/** An element with what is needed to complain about it */
struct nt_element
{
	struct nt_draft *d;
	unsigned line;
	struct nt_span name;
	const struct nt_attr *attrs;
	size_t attr_count;
};

/** Report. @return EINVAL */
int nt_refuse(const struct nt_element *e, struct nt_span attribute,
		struct nt_span value, const char *allowed);

/** Report an element that does not stand here. What is in it is no fault of its
 * own and is passed over. @return EINVAL */
int nt_refuse_element(const struct nt_element *e, const char *allowed);

/** The first item that may have this hash, and the next: 1 + its number, 0: no
 * more */
static inline uint32_t nt_index_first(const struct nt_index *x, uint32_t hash)
{
	return x->head[hash % (sizeof(x->head) / sizeof(x->head[0]))];
}
static inline uint32_t nt_index_next(const struct nt_index *x, uint32_t item)
{
	return *(const uint32_t *)nt_vec_at(&x->behind, item - 1);
}

/** The item that was added to the vector last has this hash. Every item is
 * added. @return 0 or ENOMEM */
int nt_index_add(struct nt_index *x, uint32_t hash);

/** @return what has this name, or NULL */
const struct nt_named *nt_named_find(
		const struct nt_draft *d, struct nt_span name);
struct nt_profile *nt_profile_find(
		const struct nt_draft *d, struct nt_span name);

/** @return the value of an attribute, or a span without text if it is not there
 */
struct nt_span nt_attr_get(const struct nt_element *e, struct nt_span name);
static inline bool nt_attr_is_set(struct nt_span value)
{
	return value.p != NULL;
}

/** Report all attributes that are not in @p names, a list ended by NULL */
void nt_attr_only(const struct nt_element *e, const char *const *names,
		const char *allowed);

/** Copy a span into a name; it fits, nt_is_name() said so */
void nt_name_set(char *to, struct nt_span name);

/** Keep text in the draft. @return 0 or ENOMEM */
int nt_text_keep(struct nt_draft *d, struct nt_text *t, struct nt_span text);

/** Read the list of networks that some attributes give together into
 * d->members, as disjoint ranges without tags and list. Faults are reported; it
 * is one if nothing is left, unless that is up to this machine's interfaces.
 * @param any may names of lans, nateds, sites and gateways be used, or of
 * networks only
 * @param of_machine set: is it up to the interfaces
 * @return 0, EINVAL or ENOMEM */
int nt_list_read(const struct nt_element *e, const struct nt_span *attributes,
		size_t attribute_count, bool any, bool *of_machine);

/** One element of <networks>, of <profiles> or in a <profile>, of <rules> */
int nt_draft_network(const struct nt_element *e);
int nt_draft_gate(const struct nt_element *e);
int nt_draft_profile(const struct nt_element *e);
int nt_draft_setting(const struct nt_element *e);
int nt_draft_rule(const struct nt_element *e);

#endif /* NT_DRAFT_PARTS_H */

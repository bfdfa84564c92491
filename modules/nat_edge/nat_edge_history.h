/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The last verdicts, so that "why was he (not) treated as NATed?" has an answer
 * afterwards.
 *
 * A ring of records of fixed size in shared memory: bounded by history_size,
 * the oldest is overwritten. One lock, held while one is written or read. With
 * history_size 0 everything here does nothing.
 */
#ifndef NAT_EDGE_HISTORY_H
#define NAT_EDGE_HISTORY_H

#include <time.h>

#include "nt/nt_profile.h"

#define NE_METHOD_TEXT 16
#define NE_CALLID_TEXT 80
#define NE_AOR_TEXT 80

/** Longer texts are cut; a query is cut to the same length before it is
 * compared */
struct ne_record
{
	uint64_t number; /**< 1, 2, ...: 0 is an empty place */
	time_t at;		 /**< wall clock, for people */
	struct nt_endpoint source;
	enum nt_transport transport;
	struct nt_verdict verdict;
	struct nt_claim via, contact; /**< topmost sent-by, first Contact */
	uint32_t done;				  /**< of enum nt_repair */
	uint32_t removed;			  /**< by hygiene: bits by enum ne_spot */
	int status;					  /**< of a reply; 0 for a request */
	uint32_t generation;		  /**< of the policy */
	uint32_t policy_line;		  /**< of the rule in its file; 0: none */
	char method[NE_METHOD_TEXT];
	char call_id[NE_CALLID_TEXT];
	/** user@host; of a record that is unread, in the ring alone, the URI that
	 * it will be taken from */
	char aor[NE_AOR_TEXT];
	bool unread;
	char profile[NT_NAME_TEXT];
	char policy_rule[NT_NAME_TEXT];
	char place[NT_NAME_TEXT]; /**< site, LAN or gateway of the source */
};

/** Before fork. @return 0, or -1 (no shared memory) */
int ne_history_init(unsigned size);
void ne_history_fini(void);

/** The place of a new record, to be filled in whole but for its number, while
 * nobody else can see it. @return NULL if nothing is kept */
struct ne_record *ne_history_open(void);

/** It is filled. @return its number */
uint64_t ne_history_close(struct ne_record *record);

/** Add to what was done to that message; nothing happens if the record is
 * overwritten by now */
void ne_history_note(uint64_t number, uint32_t done);

/** What to look for; one of the two */
struct ne_query
{
	struct nt_endpoint address; /**< port 0: any */
	struct nt_span text;		/**< Call-ID or AoR */
};

/** Understand "203.0.113.9", "203.0.113.9:40001", "sip:100@example.org",
 * "100@example.org", a Call-ID */
struct ne_query ne_query_of(struct nt_span text);

/** Copy the newest record older than @p before that fits (0: the newest of
 * all). An address fits the source, and the address that was claimed.
 * @return true and @p record, or false */
bool ne_history_find(struct ne_record *record, const struct ne_query *query,
		uint64_t before);

#endif /* NAT_EDGE_HISTORY_H */

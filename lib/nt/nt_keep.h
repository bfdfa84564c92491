/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Keep-alives that the client sends: what it is answered in the Via by which it
 * offered them (RFC 6223), and in Flow-Timer (RFC 5626 §5.4).
 *
 * "keep" is between neighbours. So its value belongs into the Via of our
 * neighbour alone, is written by us alone, and is taken out wherever else
 * somebody wrote it (RFC 6223 §10).
 *
 * Pure; no allocation. What cannot be read is left as it is.
 */
#ifndef NT_KEEP_H
#define NT_KEEP_H

#include <stdint.h>

#include "nt/nt_head.h"

/** Changes of one message; Vias beyond are left alone */
#define NT_KEEP_EDITS 16

/** What is to be changed in the Vias of a reply */
struct nt_vias
{
	unsigned ahead;	  /**< Vias that are ours: 1 in a relayed reply, else 0 */
	uint32_t seconds; /**< what our neighbour is answered; 0: nothing */
	unsigned seen;	  /**< begin with 0 */
	size_t count;	  /**< of edits; begin with 0 */
	struct nt_edit edits[NT_KEEP_EDITS];
	bool answered; /**< our neighbour is or was answered so */
	bool stripped; /**< somebody else's value goes */
};

/** Does the first Via of this body offer keep-alives: "keep" without a value?
 */
bool nt_keep_asked(struct nt_span body);

/** Look at the body of one Via header field, which may hold several; topmost
 * first */
void nt_vias_look(struct nt_vias *vias, struct nt_span body);

/** The value of Flow-Timer.
 * @return seconds, or 0: none that can be read */
uint32_t nt_flow_timer(struct nt_span body);

/** What a reply that is about to be sent is to say in addition: its text, whose
 * topmost Via is that of our neighbour.
 * @param seconds what keep and Flow-Timer are answered; 0: nothing
 * @param asked the request offered keep
 * @param registered a 2xx to a REGISTER: Flow-Timer where it requires outbound
 * and has none yet (N060); where it has one, keep says the same (N062)
 * @param vias its edits are those of the whole text
 * @return whether a Flow-Timer is among them */
bool nt_keep_reply(struct nt_vias *vias, struct nt_span message,
		uint32_t seconds, bool asked, bool registered);

#endif /* NT_KEEP_H */

/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Sealed Contacts of a message that leaves, opened, so that a golden file can
 * say what is in them. */
#ifndef GOLDEN_TOKEN_H
#define GOLDEN_TOKEN_H

#include "core/core_env.h"
#include "nt/nt_span.h"

/** Copy @p text; each token of ours in it, ";nat-c=TOKEN", becomes
 * ";nat-c={alias}" or ";nat-c={alias TEXT}", or contact for alias, with a word
 * for what is not as it should be: "flow", if it is not the way by which @p msg
 * came, "dialog", if it is not bound to this dialog and sender, "time", if it
 * does not last for a day and a tenth at least, and twice that at most.
 * @return own, freed with free() */
char *golden_unseal(size_t *len, struct nt_span text, sip_msg_t *msg);

#endif /* GOLDEN_TOKEN_H */

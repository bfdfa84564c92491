/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Subscriptions and dialogs that pass: who began them, and whom they reached,
 * is kept open as long as they last (P7), by callbacks of tm.
 *
 * For requests that nat_manage() saw and whose sender's profile wants it, or
 * where a script says nat_keepalive(). Nothing is kept before the other side
 * has said yes: a provisional answer is good for some minutes, a 2xx for the
 * subscription's or the dialog's time.
 */
#ifndef NAT_PING_WATCH_H
#define NAT_PING_WATCH_H

/** Before fork; nothing without tm. @return 0 or -1 */
int ping_watch_init(void);

#endif /* NAT_PING_WATCH_H */

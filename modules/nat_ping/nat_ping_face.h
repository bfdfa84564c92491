/* SPDX-License-Identifier: GPL-2.0-or-later */
/** host:port of a socket as others see it: advertised, or its own */
#ifndef NAT_PING_FACE_H
#define NAT_PING_FACE_H

#include "core/ip_addr.h"
#include "nt/nt_span.h"

#define PING_HOST_TEXT 272

struct ping_host
{
	char text[PING_HOST_TEXT];
	size_t len; /**< 0: it does not fit */
};

/** @param port another one than the socket's; 0: its own, or the advertised */
void ping_host_make(
		struct ping_host *host, const struct socket_info *si, uint16_t port);

static inline struct nt_span ping_host_span(const struct ping_host *host)
{
	return nt_span_of(host->text, host->len);
}

#endif /* NAT_PING_FACE_H */

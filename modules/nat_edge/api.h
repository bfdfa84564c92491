/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What nat_edge does for other modules of the family: nat_ping, nat_media. It
 * is found by its exported command "bind_nat_edge"; nothing else of nat_edge is
 * known to them.
 *
 * All functions may be called in any process, once the server runs; none waits,
 * none sends. Those that set a callback are for mod_init().
 */
#ifndef NAT_EDGE_API_H
#define NAT_EDGE_API_H

#include <stdbool.h>

#include "core/parser/msg_parser.h"
#include "core/sr_module.h"
#include "nt/nt_gate.h"
#include "nt/nt_terms.h"
#include "nt/nt_token.h"

/** Who sent a request, as nat_edge judged it */
struct nat_edge_sender
{
	struct nt_flow flow; /**< the way it came */
	enum nt_class class;
	struct nt_terms terms; /**< of its profile for that transport; interval_ms
							  0: such flows are not kept open */
	bool wanted;		   /**< the profile's keepalive "who" and interval say:
							  such a one is to be kept open */
	struct nt_span aor; /**< user@host of From, of REGISTER of To, the host in
						   lower case; may be empty. Valid until sender() is
						   called again in this process, or as long as the
						   callback that was given it */
};

/** Keep-alive terms of somebody who is known by address only (a stored contact,
 * a gateway) */
struct nat_edge_stranger
{
	struct nt_question question; /**< what is known of it */
	bool nat;					 /**< is it behind a NAT, as far as is known? */
};

/** A gateway with keepalive="yes". Valid for the call.
 * @param gateway as the policy has it, but with port and transport of SIP where
 * it leaves them open: 5060 (5061 on TLS), UDP */
typedef void (*nat_edge_gateway_f)(void *ctx, const struct nt_place *gateway,
		const struct nt_terms *terms);

/** A REGISTER of a client was answered 2xx by another server, or by us in its
 * place, and the client is told so and so much. One for each Contact of it.
 * Valid for the call. Where a registrar in this server answers, nothing is
 * told: usrloc knows. */
struct nat_edge_registered
{
	struct nt_span aor, contact; /**< URI as the client wrote it; "*" with
									told_s 0: all of this AoR */
	struct nat_edge_sender sender;
	uint32_t told_s; /**< 0: it is gone */
};

/** Called in whatever process sends that answer, with locks of tm held: bounded
 * work, nothing is sent */
typedef void (*nat_edge_registered_f)(const struct nat_edge_registered *r);

/** What nat_ping knows of a place: how long it may be silent, seconds; 0:
 * nothing. May be called with locks of tm held. */
typedef uint32_t (*nat_edge_learned_f)(const struct nt_addr *a, bool stream);

struct nat_edge_api
{
	/** May a packet go there? Counts and logs a no. */
	bool (*permits)(const struct nt_endpoint *to, enum nt_transport transport,
			enum nt_gate_purpose purpose);
	/** Judge the sender of a request, or answer from memory.
	 * @return false: the message is too broken, or of a transport without flows
	 */
	bool (*sender)(sip_msg_t *msg, struct nat_edge_sender *sender);
	/** Did nat_manage() see this request in this process? */
	bool (*is_managed)(const sip_msg_t *msg);
	/** @return false: it is not to be kept open */
	bool (*terms)(struct nt_terms *terms, const struct nat_edge_stranger *s);
	/** All gateways that want to be kept open. @p visit may call all of this
	 * but gateways() */
	void (*gateways)(nat_edge_gateway_f visit, void *ctx);
	/** Changes with each reload of the policy; never 0 */
	uint32_t (*policy_version)(void);
	/** Before fork; one each: more are refused, and logged. Flow-Timer, keep
	 * and Expires follow what @p learned says. */
	void (*on_registered)(nat_edge_registered_f call);
	void (*on_learned)(nat_edge_learned_f ask);
	/** The name of the policy's site that holds it, or "".
	 * @return its length, cut to what fits */
	size_t (*site_name)(char *buf, size_t size, const struct nt_addr *a);
	/** So many clients of the policy's site that holds it are kept open at most
	 * (P3: max-contacts of <site>); 0: nothing is said of it */
	uint32_t (*site_limit)(const struct nt_addr *a);
};

typedef int (*nat_edge_bind_f)(struct nat_edge_api *api);

/** @return 0, or -1: nat_edge is not loaded (before this module) */
static inline int nat_edge_load_api(struct nat_edge_api *api)
{
	nat_edge_bind_f bind =
			(nat_edge_bind_f)(void (*)(void))find_export("bind_nat_edge", 0, 0);

	return bind != NULL ? bind(api) : -1;
}

#endif /* NAT_EDGE_API_H */

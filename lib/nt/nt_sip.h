/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Reads one SIP message (RFC 3261 §7) for those who judge it without a server:
 * the evidence is the same that the module takes from the same bytes inside
 * Kamailio 5.6.
 *
 * So it follows Kamailio's parser and not the grammar: where that is lenient,
 * strict or wrong, this is as well (a bare CR ends a Via, "@" may come late in
 * a URI). What Kamailio refuses to hand to the module is refused here. Its
 * configuration is taken to be the default: strict parser mode, phone2tel, no
 * extra characters. One difference is known: a text that is cut off within a
 * folded To is refused.
 *
 * Pure: no allocation, no I/O, nothing is written into the text; time is linear
 * in its length. Any bytes will do. All spans borrow from the text.
 */
#ifndef NT_SIP_H
#define NT_SIP_H

#include "nt/nt_detect.h"

/** More Contacts of one message than this are not judged */
#define NT_SIP_CONTACTS_MAX 64

/** The topmost Via (RFC 3261 §20.42) */
struct nt_sip_via
{
	struct nt_span host, port; /**< as written; the port may be empty */
	bool received;			   /**< it has the parameter, empty or not */
	bool rport_filled;		   /**< RFC 3581: rport has a value */
	bool more;				   /**< others follow in the same field */
};

struct nt_sip
{
	bool request;
	int status;				   /**< of a reply; 0 for a request */
	struct nt_span method;	   /**< a reply's is its CSeq's, or empty */
	struct nt_span uri;		   /**< Request-URI; empty for a reply */
	struct nt_span call_id;	   /**< empty if there is none */
	struct nt_span user_agent; /**< of a reply its Server; may be empty */

	/** Whose message it is: a request is its From's, a reply and a REGISTER
	 * are their To's. Both empty if that cannot be read; no host for tel: */
	struct nt_span owner_user, owner_host;
	struct nt_span from_uri, from_host; /**< of a request; may be empty */

	struct nt_sip_via via;
	bool proxied; /**< has a second Via, or in a request a Record-Route */
	bool to;	  /**< has a To, and */
	bool to_tag;  /**< that has a tag */

	bool route;				   /**< has a Route */
	bool record_route;		   /**< has a Record-Route; of the topmost: */
	struct nt_span route_host; /**< empty if its URI cannot be read */
	uint16_t route_port;	   /**< 0: none given */

	struct nt_span content_type;
	bool length_given;	  /**< has a Content-Length */
	size_t length;		  /**< its value */
	struct nt_span body;  /**< all behind the empty line */
	struct nt_span lines; /**< all behind the first line */
};

/** Read a message.
 * @return 0, or EINVAL if the module would not judge it: a first line or a
 * header field that Kamailio does not read, in a request a second From, To,
 * Call-ID, CSeq, Content-Length or Max-Forwards, no topmost Via with a host */
int nt_sip_read(struct nt_sip *m, struct nt_span text);

/** Is its Contact where later requests of a dialog go? (RFC 3261 §12.1, §12.2,
 * RFC 3311, 3515, 6665) */
bool nt_sip_is_target(const struct nt_sip *m);

/** Did another proxy hand this reply to us? Its topmost Record-Route tells, if
 * that is none of @p local: the addresses that the server listens on and
 * advertises. A port of 0 there, or none in the URI, is any. A host name is not
 * ours; transports are not compared. What the server remembers of the request,
 * its Route, is not known here.
 * @return false for a request */
bool nt_sip_is_proxied_reply(
		const struct nt_sip *m, const struct nt_endpoint *local, size_t count);

/** Evidence with room for what it points to: ev.contacts and ev.sdp lead into
 * the same struct, so a copy of it is of no use */
struct nt_sip_evidence
{
	struct nt_evidence ev;
	struct nt_claim contacts[NT_SIP_CONTACTS_MAX];
	struct nt_sdp sdp;
};

/** What a message that nt_sip_read() accepted says of its sender.
 * @param source, @param transport of the packet, @param proxied_reply counts
 * for replies alone.
 * @return 0, or EINVAL if @p source has no address */
int nt_sip_evidence(struct nt_sip_evidence *e, const struct nt_sip *m,
		const struct nt_endpoint *source, enum nt_transport transport,
		bool proxied_reply);

#endif /* NT_SIP_H */

/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The module's parameters: text as it was written, and the values that it
 * means.
 *
 * Read once in mod_init, before Kamailio forks; constant afterwards. All faults
 * are reported in one start.
 */
#ifndef NAT_EDGE_CONF_H
#define NAT_EDGE_CONF_H

#include "nt/nt_detect.h"

#include "core/usr_avp.h"
#include "nt_compat.h"

/** What is done to the Contact of a NATed sender */
enum ne_contact_mode
{
	NE_CONTACT_KEEP = 0,
	NE_CONTACT_REWRITE = 1, /**< its host and port become the source */
	NE_CONTACT_RECEIVED = 2 /**< kept; the registrar is told the source */
};

enum ne_rport_mode
{
	NE_RPORT_NEVER = 0,
	NE_RPORT_NAT = 1, /**< where the verdict says NAT */
	NE_RPORT_ALWAYS = 2
};

/** As the operator wrote it. RO after start. */
struct ne_params
{
	char *private_nets;
	char *lan_nets;
	char *nat_sites;
	char *verdict;
	char *rport;
	char *contact_requests;
	char *contact_replies;
	char *contact_register;
	char *received_avp;
	int history_size;
};

struct ne_conf
{
	struct nt_netset *nets; /**< own; private memory of each process */
	enum nt_strictness strictness;
	enum ne_rport_mode rport;
	enum ne_contact_mode contact_requests, contact_replies, contact_register;
	nt_avp_flags_t received_type;
	nt_avp_name_t received_name;
	bool received_set;	   /**< received_name is valid */
	unsigned history_size; /**< records */
};

extern struct ne_params ne_params;
extern struct ne_conf ne_conf;

/** Fill ne_conf from ne_params. Logs every fault: parameter, value, what is
 * allowed.
 * @return the number of faults */
int ne_conf_init(void);

/** Give back what ne_conf_init() took */
void ne_conf_fini(void);

/** Say that a parameter's value is not allowed. @return 1, one fault */
int ne_refuse(const char *param, struct nt_span value, const char *allowed);

/** Read a Contact mode by its name.
 * @return 0, or EINVAL */
int ne_contact_mode_parse(enum ne_contact_mode *mode, struct nt_span name);

#endif /* NAT_EDGE_CONF_H */

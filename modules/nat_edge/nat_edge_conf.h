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

#include "nt/nt_policy.h"

#include "core/usr_avp.h"
#include "nt_compat.h"

/** As the operator wrote it. RO after start. */
struct ne_params
{
	char *policy_file; /**< "": the lists and modes below are the policy */
	char *private_nets;
	char *lan_nets;
	char *nat_sites;
	char *trusted_nets;
	char *gate_allow;
	char *gate_deny;
	char *gate_ports;
	char *gate_own_sockets;
	char *verdict;
	char *rport;
	char *contact_requests;
	char *contact_replies;
	char *contact_register;
	char *received_avp;
	char *key_file; /**< "": keys of this run only */
	int nat_flag;	/**< -1: none */
	int history_size;
	int gate;
	int registrations_max;
	int registrations_per_source;
	int token_cache;
	int hygiene;
};

struct ne_conf
{
	nt_avp_flags_t received_type;
	nt_avp_name_t received_name;
	bool received_set;	   /**< received_name is valid */
	int nat_flag;		   /**< message flag, or -1 */
	unsigned history_size; /**< records */
	unsigned registrations_max, registrations_per_source;
	unsigned token_cache; /**< places; a power of two, or 0 */
	bool hygiene;		  /**< strangers' words are taken out of messages */
};

extern struct ne_params ne_params;
extern struct ne_conf ne_conf;

/** Fill ne_conf from ne_params and publish the policy, of the file or of the
 * parameters. Logs every fault: where, value, what is allowed.
 * @return the number of faults */
int ne_conf_init(void);

/** Give back what ne_conf_init() took */
void ne_conf_fini(void);

/** Can this policy be done with the parameters of this server? It cannot if it
 * hands sources over to a registrar by an AVP that has no name. */
bool ne_conf_can(const struct nt_policy *nt);

/** Say that a parameter's value is not allowed. @return 1, one fault */
int ne_refuse(const char *param, struct nt_span value, const char *allowed);

#endif /* NAT_EDGE_CONF_H */

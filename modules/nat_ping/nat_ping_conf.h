/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The module's parameters: as the operator wrote them, and the values that they
 * mean. Read once in mod_init; all faults are reported in one start.
 *
 * Numbers that may be changed while the server runs belong to Kamailio's cfg
 * framework: group nat_ping, "kamcmd cfg.set_now_int nat_ping NAME VALUE". Each
 * process has its own copy and brings it up to date with cfg_update().
 */
#ifndef NAT_PING_CONF_H
#define NAT_PING_CONF_H

#include <stdbool.h>

#include "core/cfg/cfg.h"
#include "nt/nt_span.h"

/** As written. RO after start. */
struct ping_params
{
	int senders;
	int flows_max;
	int flows_per_site;
	int sites_max;
	int interval_floor;	 /**< seconds, of learned intervals */
	int learn_flows_max; /**< flows of a site that may learn; 0: no limit */
	int learn_port;		 /**< of the sockets for tests; 0: any; -1: no tests */
	int usrloc;			 /**< 1: contacts of usrloc, if it is loaded */
	char *location;		 /**< its tables, for contacts it loaded at the start */
	char *domain;		 /**< of AoRs that usrloc keeps without one */
	char *own_server_ids;
	char *from;
	char *sites_file;
	int dialog_max; /**< seconds; a dialog that nobody ends */
	char *log_facility;
	char *event_callback; /**< of a KEMI script */
	/* at first; then of the cfg framework */
	int pings_per_second;
	int pings_per_network;
	int log_level;
};

#define PING_SERVER_IDS 32

/** RO after start */
struct ping_conf
{
	int server_ids[PING_SERVER_IDS]; /**< this server's and taken over ones */
	unsigned server_id_count;
	int log_facility;
};

/** Of the cfg framework; its name is the group's */
struct cfg_group_nat_ping
{
	unsigned int pings_per_second;
	unsigned int pings_per_network;
	int log_level;
};

extern struct ping_params ping_params;
extern struct ping_conf ping_conf;
extern void *ping_cfg;

/** Fill ping_conf and declare the group. Logs every fault.
 * @return their number */
int ping_conf_init(void);

#endif /* NAT_PING_CONF_H */

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_conf.h"

#include <stdint.h>

#include "core/dprint.h"
#include "core/globals.h"
#include "core/parser/parse_uri.h"

#define FLOWS_MAX (1 << 24)
#define SENDERS_MAX 16

struct ping_params ping_params = {
		.senders = 1,
		.flows_max = 100000,
		.flows_per_site = 0,
		.sites_max = 65536,
		.interval_floor = 15,
		.learn_flows_max = 8,
		.learn_port = 0,
		.usrloc = 1,
		.location = "location",
		.domain = "",
		.own_server_ids = "",
		.from = "sip:ping@nat.invalid",
		.sites_file = "",
		.dialog_max = 43200,
		.log_facility = "",
		.event_callback = "",
		.pings_per_second = 0,
		.pings_per_network = 50,
		.log_level = 3,
};

struct ping_conf ping_conf;

static struct cfg_group_nat_ping cfg_default;
void *ping_cfg = &cfg_default;

/* clang-format off */
static cfg_def_t definitions[] = {
	{"pings_per_second", CFG_VAR_INT | CFG_ATOMIC, 0, 1000000, 0, 0,
		"So many pings a second in all; 0: no limit"},
	{"pings_per_network", CFG_VAR_INT | CFG_ATOMIC, 0, 1000000, 0, 0,
		"So many pings a second to one IPv4 /24 or IPv6 /48; 0: no limit"},
	{"log_level", CFG_VAR_INT | CFG_ATOMIC, L_ALERT, L_DBG, 0, 0,
		"Level of the lines that tell of flows that came up, went down or moved"},
	{0, 0, 0, 0, 0, 0, 0}
};
/* clang-format on */

/* One line per fault, always of this form */
static int refuse(const char *param, struct nt_span value, const char *allowed)
{
	LM_ERR("modparam %s: '%.*s' is not allowed, use %s; Kamailio does not "
		   "start\n",
			param, NT_SPAN_FMT(value), allowed);
	return 1;
}

static int check_number(const char *param, int value, int min, int max)
{
	if(value >= min && value <= max)
		return 0;
	LM_ERR("modparam %s: '%d' is not allowed, use %d to %d; Kamailio does not "
		   "start\n",
			param, value, min, max);
	return 1;
}

/* Numbers in a list. @return faults */
static int read_list(int *list, unsigned *count, unsigned room,
		const char *param, const char *text, unsigned long max)
{
	struct nt_span rest = nt_span_cstr(text), word;
	unsigned long number;

	while(nt_span_word(&rest, &word)) {
		if(*count == room || nt_span_number(&number, word, max) != 0) {
			LM_ERR("modparam %s: '%.*s' is not allowed, use at most %u "
				   "numbers up to %lu; Kamailio does not start\n",
					param, NT_SPAN_FMT(word), room, max);
			return 1;
		}
		list[(*count)++] = (int)number;
	}
	return 0;
}

static int read_from(void)
{
	struct nt_span from = nt_span_cstr(ping_params.from);
	struct sip_uri uri;

	if(from.len > 0 && from.len <= 128
			&& parse_uri(ping_params.from, (int)from.len, &uri) == 0)
		return 0;
	return refuse("from", from, "a SIP URI of at most 128 characters");
}

static int read_log_facility(void)
{
	ping_conf.log_facility = -1;
	if(ping_params.log_facility[0] == '\0')
		return 0;
	ping_conf.log_facility = str2facility(ping_params.log_facility);
	if(ping_conf.log_facility != -1)
		return 0;
	return refuse("log_facility", nt_span_cstr(ping_params.log_facility),
			"a facility of syslog, LOG_LOCAL0 for example");
}

static int check_numbers(void)
{
	const struct ping_params *p = &ping_params;
	int faults = 0;

	faults += check_number("senders", p->senders, 1, SENDERS_MAX);
	faults += check_number("flows_max", p->flows_max, 1, FLOWS_MAX);
	faults += check_number("flows_per_site", p->flows_per_site, 0, FLOWS_MAX);
	faults += check_number("sites_max", p->sites_max, 1, FLOWS_MAX);
	faults += check_number("interval_floor", p->interval_floor, 1, 15);
	faults += check_number("learn_flows_max", p->learn_flows_max, 0, FLOWS_MAX);
	faults += check_number("learn_port", p->learn_port, -1, 65535);
	faults += check_number("usrloc", p->usrloc, 0, 1);
	if(p->dialog_max != 0)
		faults += check_number("dialog_max", p->dialog_max, 1, 604800);
	faults += check_number("pings_per_second", p->pings_per_second, 0, 1000000);
	faults +=
			check_number("pings_per_network", p->pings_per_network, 0, 1000000);
	faults += check_number("log_level", p->log_level, L_ALERT, L_DBG);
	return faults;
}

int ping_conf_init(void)
{
	struct ping_conf *c = &ping_conf;
	int faults = check_numbers();

	c->server_ids[0] = server_id;
	c->server_id_count = 1;
	faults += read_list(c->server_ids, &c->server_id_count, PING_SERVER_IDS,
			"own_server_ids", ping_params.own_server_ids, INT32_MAX);
	faults += read_from();
	faults += read_log_facility();
	cfg_default.pings_per_second = (unsigned)ping_params.pings_per_second;
	cfg_default.pings_per_network = (unsigned)ping_params.pings_per_network;
	cfg_default.log_level = ping_params.log_level;
	if(cfg_declare("nat_ping", definitions, &cfg_default, cfg_sizeof(nat_ping),
			   &ping_cfg)
			!= 0) {
		LM_ERR("the numbers of cfg group '%s' cannot be declared; Kamailio "
			   "does not start\n",
				"nat_ping");
		faults++;
	}
	return faults;
}

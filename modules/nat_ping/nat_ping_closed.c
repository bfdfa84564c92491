/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_closed.h"

#include "core/events.h"
#include "core/sr_module.h"
#include "core/tcp_conn.h"
#include "nat_ping/nat_ping_table.h"
#include "nt_compat.h"

static int on_closed(sr_event_param_t *evp)
{
	const tcp_closed_event_info_t *info = evp->data;
	struct nt_flows *table;

	if(info == NULL || info->con == NULL || ping_table_is_empty()
			|| (table = ping_table_get()) == NULL)
		return 0;
	nt_flows_closed(table, (uint32_t)info->con->id, ping_now_ms());
	ping_table_put();
	return 0;
}

/* It refuses to start when somebody else has the event, in whatever order the
 * modules are loaded */
static bool is_wanted_by_tcpops(void)
{
	struct sr_module *tcpops = find_module_by_name("tcpops");
	modparam_t type = 0;
	const int *wants;

	if(tcpops == NULL || NT_TCP_CLOSED_IS_SHARED)
		return false;
	wants = find_param_export(tcpops, "closed_event", PARAM_INT, &type);
	return wants == NULL || *wants != 0;
}

int ping_closed_init(void)
{
	if(!is_wanted_by_tcpops()
			&& sr_event_register_cb(SREV_TCP_CLOSED, on_closed) == 0)
		return 0;
	LM_INFO("another module (%s) is told of closed connections: that a "
			"client's "
			"is closed is seen when its next ping is due. With modparam "
			"closed_event 0 of tcpops it is seen at once\n",
			"tcpops");
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_edge.h"

struct nat_edge_api api;

int ping_edge_init(void)
{
	if(nat_edge_load_api(&api) == 0)
		return 0;
	LM_ERR("%s is not loaded: nothing says who is to be pinged; write "
		   "loadmodule \"nat_edge.so\" before nat_ping; Kamailio does not "
		   "start\n",
			"nat_edge");
	return -1;
}

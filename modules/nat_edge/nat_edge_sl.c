/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_sl.h"

static sl_api_t sl; /* RO: bound before fork */
static bool bound;

int ne_sl_init(void)
{
	if(find_export("bind_sl", 0, 0) == NULL)
		return 0;
	if(sl_load_api(&sl) < 0) {
		LM_ERR("cannot hook into %s, though it is loaded\n", "sl");
		return -1;
	}
	bound = true;
	return 0;
}

bool ne_has_sl(void)
{
	return bound;
}

int ne_sl_register(sl_cbelem_t *hook)
{
	if(!bound)
		return 0;
	return sl.register_cb(hook) < 0 ? -1 : 0;
}

int ne_sl_reply(sip_msg_t *req, int code, const char *reason)
{
	str text = {(char *)reason, (int)strlen(reason)};

	return bound ? sl.freply(req, code, &text) : -1;
}

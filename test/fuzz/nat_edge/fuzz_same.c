/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a message, read by Kamailio and the module and by lib/nt alone:
 * both judge it or neither does, and what they found is the same.
 *
 * Input as that of fuzz_message: a byte each for transport and source and one
 * that is not used, then the packet.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/sip_same.h"
#include "nat_edge/nat_edge_conf.h"
#include "nt_must.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	core_env_init();
	NT_MUST(ne_conf_init() == 0);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const sources[] = {"203.0.113.9:40001",
			"192.168.1.10:5060", "100.64.3.4:1024", "[2001:db8::7]:5060"};
	struct core_path path;
	char why[256] = "";

	/* the server's own limit of a datagram */
	if(size < 4 || size > 65535)
		return 0;
	path.transport = (enum nt_transport)(1 + data[0] % 5);
	NT_MUST(nt_endpoint_parse(&path.source, nt_span_cstr(sources[data[1] % 4]))
			== 0);
	NT_MUST(nt_endpoint_parse(&path.local, NT_SPAN("198.51.100.1:5060")) == 0);
	if(sip_same(why, sizeof(why), (const char *)data + 3, size - 3, &path)
			== SIP_DIFFERS) {
		fprintf(stderr, "%s\n", why);
		abort();
	}
	return 0;
}

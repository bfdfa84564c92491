/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The special-purpose address table: data of the IANA registries that RFC 6890
 * began (state of 2023). */
#include "nt/nt_netset.h"

#define V4(a, b, c, d)                                                  \
	{                                                                   \
		0,                                                              \
				0x0000ffff00000000ull | (uint64_t)(a) << 24 | (b) << 16 \
						| (c) << 8 | (d),                               \
				NT_FAMILY_IPV4                                          \
	}
#define V6(hi, lo)             \
	{                          \
		hi, lo, NT_FAMILY_IPV6 \
	}
#define NET(lo, hi, tag)     \
	{                        \
		{lo, hi}, tag, false \
	}
#define ALL UINT64_MAX

/* clang-format off */
static const struct nt_net_entry nets[] = {
	NET(V4(0, 0, 0, 0),       V4(0, 255, 255, 255),     NT_NET_UNSPECIFIED),
	NET(V4(10, 0, 0, 0),      V4(10, 255, 255, 255),    NT_NET_PRIVATE),
	NET(V4(100, 64, 0, 0),    V4(100, 127, 255, 255),   NT_NET_CGN),
	NET(V4(127, 0, 0, 0),     V4(127, 255, 255, 255),   NT_NET_LOOPBACK),
	NET(V4(169, 254, 0, 0),   V4(169, 254, 255, 255),   NT_NET_LINKLOCAL),
	NET(V4(172, 16, 0, 0),    V4(172, 31, 255, 255),    NT_NET_PRIVATE),
	NET(V4(192, 0, 0, 0),     V4(192, 0, 0, 255),       NT_NET_IETF),
	NET(V4(192, 0, 2, 0),     V4(192, 0, 2, 255),       NT_NET_DOC),
	NET(V4(192, 88, 99, 0),   V4(192, 88, 99, 255),     NT_NET_TUNNEL),
	NET(V4(192, 168, 0, 0),   V4(192, 168, 255, 255),   NT_NET_PRIVATE),
	NET(V4(198, 18, 0, 0),    V4(198, 19, 255, 255),    NT_NET_BENCH),
	NET(V4(198, 51, 100, 0),  V4(198, 51, 100, 255),    NT_NET_DOC),
	NET(V4(203, 0, 113, 0),   V4(203, 0, 113, 255),     NT_NET_DOC),
	NET(V4(224, 0, 0, 0),     V4(239, 255, 255, 255),   NT_NET_MULTICAST),
	NET(V4(240, 0, 0, 0),     V4(255, 255, 255, 254),   NT_NET_RESERVED),
	NET(V4(255, 255, 255, 255), V4(255, 255, 255, 255), NT_NET_BROADCAST),

	NET(V6(0, 0),                     V6(0, 0),                       NT_NET_UNSPECIFIED),
	NET(V6(0, 1),                     V6(0, 1),                       NT_NET_LOOPBACK),
	NET(V6(0x0064ff9b00000000, 0),    V6(0x0064ff9b00000000, 0xffffffff), NT_NET_NAT64),
	NET(V6(0x0064ff9b00010000, 0),    V6(0x0064ff9b0001ffff, ALL),    NT_NET_NAT64),
	NET(V6(0x0100000000000000, 0),    V6(0x0100000000000000, ALL),    NT_NET_RESERVED),
	NET(V6(0x2001000000000000, 0),    V6(0x20010000ffffffff, ALL),    NT_NET_TUNNEL),
	NET(V6(0x2001000200000000, 0),    V6(0x200100020000ffff, ALL),    NT_NET_BENCH),
	NET(V6(0x2001001000000000, 0),    V6(0x2001001fffffffff, ALL),    NT_NET_IETF),
	NET(V6(0x2001002000000000, 0),    V6(0x2001002fffffffff, ALL),    NT_NET_IETF),
	NET(V6(0x20010db800000000, 0),    V6(0x20010db8ffffffff, ALL),    NT_NET_DOC),
	NET(V6(0x2002000000000000, 0),    V6(0x2002ffffffffffff, ALL),    NT_NET_TUNNEL),
	NET(V6(0x3fff000000000000, 0),    V6(0x3fff0fffffffffff, ALL),    NT_NET_DOC),
	NET(V6(0xfc00000000000000, 0),    V6(0xfdffffffffffffff, ALL),    NT_NET_ULA),
	NET(V6(0xfe80000000000000, 0),    V6(0xfebfffffffffffff, ALL),    NT_NET_LINKLOCAL),
	NET(V6(0xff00000000000000, 0),    V6(ALL, ALL),                   NT_NET_MULTICAST),
};

static const struct {
	uint32_t tag;
	const char *name;
} names[] = {
	{NT_NET_UNSPECIFIED, "unspecified"},
	{NT_NET_LOOPBACK, "loopback"},
	{NT_NET_PRIVATE, "private"},
	{NT_NET_CGN, "cgn"},
	{NT_NET_LINKLOCAL, "linklocal"},
	{NT_NET_ULA, "ula"},
	{NT_NET_DOC, "documentation"},
	{NT_NET_BENCH, "benchmark"},
	{NT_NET_MULTICAST, "multicast"},
	{NT_NET_BROADCAST, "broadcast"},
	{NT_NET_RESERVED, "reserved"},
	{NT_NET_TUNNEL, "tunnel"},
	{NT_NET_NAT64, "nat64"},
	{NT_NET_IETF, "ietf"},
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const struct nt_net_entry *nt_special_nets(size_t *count)
{
	*count = COUNT(nets);
	return nets;
}

uint32_t nt_special_tag(struct nt_span name)
{
	for(size_t i = 0; i < COUNT(names); i++) {
		if(nt_span_eq(name, nt_span_cstr(names[i].name)))
			return names[i].tag;
	}
	return 0;
}

const char *nt_special_name(uint32_t tags)
{
	for(size_t i = 0; i < COUNT(names); i++) {
		if(tags & names[i].tag)
			return names[i].name;
	}
	return "";
}

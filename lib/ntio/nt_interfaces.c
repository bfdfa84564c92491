/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ntio/nt_interfaces.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

/* The special-purpose network that holds all of @p r, if it is a private one */
static bool is_private(const struct nt_range *r)
{
	size_t count;
	const struct nt_net_entry *nets = nt_special_nets(&count);

	for(size_t i = 0; i < count; i++) {
		if(nets[i].tags & (NT_NET_PRIVATE | NT_NET_CGN | NT_NET_ULA)
				&& nt_addr_cmp(&nets[i].range.lo, &r->lo) <= 0
				&& nt_addr_cmp(&r->hi, &nets[i].range.hi) <= 0)
			return true;
	}
	return false;
}

int nt_interfaces_add(struct nt_interfaces *found, const struct nt_addr *addr,
		const struct nt_addr *mask)
{
	/* of an IPv4 address only the last 32 bits are the interface's */
	bool v4 = addr->family == NT_FAMILY_IPV4;
	uint64_t free_hi = v4 ? 0 : ~mask->hi;
	uint64_t free_lo = v4 ? ~mask->lo & 0xffffffffu : ~mask->lo;
	struct nt_range r = {*addr, *addr};

	if(addr->family != mask->family || !nt_addr_is_set(addr))
		return 0;
	r.lo.hi &= ~free_hi;
	r.lo.lo &= ~free_lo;
	r.hi.hi |= free_hi;
	r.hi.lo |= free_lo;
	if(!is_private(&r))
		return 0;
	for(size_t i = 0; i < found->count; i++) {
		if(nt_addr_eq(&found->nets[i].lo, &r.lo)
				&& nt_addr_eq(&found->nets[i].hi, &r.hi))
			return 0;
	}
	if(found->count == NT_INTERFACES_MAX)
		return E2BIG;
	found->nets[found->count++] = r;
	return 0;
}

static struct nt_addr address_of(const struct sockaddr *sa)
{
	const void *p = sa;

	if(sa != NULL && sa->sa_family == AF_INET) {
		const struct sockaddr_in *in = p;

		return nt_addr_ipv4((const uint8_t *)&in->sin_addr);
	}
	if(sa != NULL && sa->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = p;

		return nt_addr_ipv6(in6->sin6_addr.s6_addr);
	}
	return (struct nt_addr){0};
}

/* A mask is no address: its first bits may look like those of another family */
static struct nt_addr mask_of(const struct sockaddr *sa, enum nt_family family)
{
	struct nt_addr mask = address_of(sa);

	if(nt_addr_is_set(&mask))
		mask.family = family;
	return mask;
}

int nt_interfaces_read(struct nt_interfaces *found)
{
	struct ifaddrs *list;
	int err = 0;

	*found = (struct nt_interfaces){0};
	if(getifaddrs(&list) != 0)
		return errno;
	for(const struct ifaddrs *i = list; i != NULL; i = i->ifa_next) {
		struct nt_addr addr = address_of(i->ifa_addr);
		struct nt_addr mask = mask_of(i->ifa_netmask, addr.family);

		if((i->ifa_flags & IFF_UP) && nt_interfaces_add(found, &addr, &mask))
			err = E2BIG;
	}
	freeifaddrs(list);
	return err;
}

int nt_interfaces_each(
		void (*each)(void *ctx, const struct nt_addr *addr), void *ctx)
{
	struct ifaddrs *list;

	if(getifaddrs(&list) != 0)
		return errno;
	for(const struct ifaddrs *i = list; i != NULL; i = i->ifa_next) {
		struct nt_addr addr = address_of(i->ifa_addr);

		if((i->ifa_flags & IFF_UP) && nt_addr_is_set(&addr))
			each(ctx, &addr);
	}
	freeifaddrs(list);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What differs between the Kamailio versions that the modules are built for
 * (5.6 to 6.x). Nothing else in this project looks at a version.
 */
#ifndef NT_COMPAT_H
#define NT_COMPAT_H

#include "core/rpc.h"
#include "core/usr_avp.h"

/* 5.7 renamed the flag of RPC commands that answer with a list */
#if VERSIONVAL < 5007000
#define NT_RPC_RET_ARRAY RET_ARRAY
#else
#define NT_RPC_RET_ARRAY RPC_RET_ARRAY
#endif

/* 5.7 renamed the AVP name types */
#if VERSIONVAL < 5007000
typedef unsigned short nt_avp_flags_t;
typedef int_str nt_avp_name_t;
#else
typedef avp_flags_t nt_avp_flags_t;
typedef avp_name_t nt_avp_name_t;
#endif

/* Before 5.8 the elements of a Contact header field come last one first */
#define NT_CONTACTS_REVERSED (VERSIONVAL < 5008000)

/* Before 6.1 one module of the whole server is told of closed connections */
#define NT_TCP_CLOSED_IS_SHARED (VERSIONVAL >= 6001000)

#endif /* NT_COMPAT_H */

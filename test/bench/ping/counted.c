/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Preloaded into a Kamailio beneath callgrind: in a process that pings the
 * phones, what happens between two of its pings is counted, and in one that
 * takes their answers what happens between two answers; then it is written as a
 * dump with that name. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <valgrind/callgrind.h>

#include "places.h"

static int seen;

static int is_of_phones(const struct sockaddr *a)
{
	return a != NULL && a->sa_family == AF_INET
		   && ((const struct sockaddr_in *)a)->sin_port == htons(PHONES_PORT);
}

ssize_t sendto(int fd, const void *text, size_t len, int flags,
		const struct sockaddr *to, socklen_t to_len)
{
	if(is_of_phones(to)) {
		seen++;
		if(seen == COUNTED_FIRST)
			CALLGRIND_START_INSTRUMENTATION;
		if(seen == COUNTED_FIRST + COUNTED_PINGS) {
			CALLGRIND_DUMP_STATS_AT("pings");
			CALLGRIND_STOP_INSTRUMENTATION;
		}
	}
	return syscall(SYS_sendto, fd, text, len, flags, to, to_len);
}

ssize_t recvfrom(int fd, void *text, size_t len, int flags,
		struct sockaddr *from, socklen_t *from_len)
{
	ssize_t got = syscall(SYS_recvfrom, fd, text, len, flags, from, from_len);

	if(got >= 0 && is_of_phones(from)) {
		seen++;
		if(seen == COUNTED_FIRST_ANSWER)
			CALLGRIND_START_INSTRUMENTATION;
		if(seen == COUNTED_FIRST_ANSWER + COUNTED_ANSWERS) {
			CALLGRIND_DUMP_STATS_AT("answers");
			CALLGRIND_STOP_INSTRUMENTATION;
		}
	}
	return got;
}

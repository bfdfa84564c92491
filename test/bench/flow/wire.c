/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Preloaded into Kamailio (-D: one process): its packets come from and go to
 * the bench, over a socket of packets at its standard input, and nothing else
 * can happen between two of them. Time stands still, nothing is random, and
 * what is forked sleeps, so that two runs count the same instructions.
 *
 * Kamailio asks for a packet:  "?"
 * the bench answers:           LABEL "\n" SOURCE "\n" the bytes
 * Kamailio sends:              DESTINATION "\n" the bytes
 * LABEL names what callgrind counted until the next one is asked for; "-": it
 * is not counted. No answer any more: the end. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <valgrind/callgrind.h>

#define NOW 1700000000 /* seconds since 1970 */
#define PACKET 65536

static char packet[PACKET];
static char label[64];
/* Between two packets callgrind collects. With FLOW_MARKS in the environment
 * the script says when, and no packet is sent in between. */
static int counting;

static void end(void)
{
	CALLGRIND_DUMP_STATS_AT("end");
	_exit(0);
}

/* --- packets
 * ------------------------------------------------------------------------- */

/* "192.0.2.1:5060". @return its size */
static socklen_t address_read(struct sockaddr_in *to, char *text)
{
	char *colon = strrchr(text, ':');

	memset(to, 0, sizeof(*to));
	to->sin_family = AF_INET;
	if(colon == NULL)
		end();
	*colon = '\0';
	to->sin_port = htons((uint16_t)atoi(colon + 1));
	if(inet_pton(AF_INET, text, &to->sin_addr) != 1)
		end();
	return sizeof(*to);
}

/* Cut off the first line of what is left. @return it */
static char *take_line(char **rest)
{
	char *line = *rest, *stop = strchr(line, '\n');

	if(stop == NULL)
		end();
	*stop = '\0';
	*rest = stop + 1;
	return line;
}

static void label_set(const char *text)
{
	size_t len = strlen(text);

	if(len >= sizeof(label))
		end();
	memcpy(label, text, len + 1);
}

ssize_t recvfrom(int fd, void *buf, size_t size, int flags,
		struct sockaddr *from, socklen_t *from_len)
{
	char *rest = packet;
	struct sockaddr_in source;
	ssize_t n;

	(void)fd, (void)flags;
	if(strcmp(label, "-") == 0)
		CALLGRIND_ZERO_STATS;
	else if(label[0] != '\0')
		CALLGRIND_DUMP_STATS_AT(label);
	else
		CALLGRIND_START_INSTRUMENTATION;
	counting = 0;
	if(send(STDIN_FILENO, "?", 1, 0) != 1
			|| (n = recv(STDIN_FILENO, packet, sizeof(packet) - 1, 0)) <= 0)
		end();
	packet[n] = '\0';
	label_set(take_line(&rest));
	*from_len = address_read(&source, take_line(&rest));
	memcpy(from, &source, sizeof(source));
	n -= rest - packet;
	if((size_t)n > size)
		end();
	memcpy(buf, rest, (size_t)n);
	counting = getenv("FLOW_MARKS") == NULL;
	return n;
}

ssize_t sendto(int fd, const void *buf, size_t len, int flags,
		const struct sockaddr *to, socklen_t to_len)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)to;
	char ip[INET_ADDRSTRLEN];
	int n;

	if(to == NULL || to->sa_family != AF_INET)
		return syscall(SYS_sendto, fd, buf, len, flags, to, to_len);
	if(counting)
		CALLGRIND_TOGGLE_COLLECT;
	n = snprintf(packet, sizeof(packet), "%s:%d\n",
			inet_ntop(AF_INET, &in->sin_addr, ip, sizeof(ip)),
			ntohs(in->sin_port));
	if(len > sizeof(packet) - (size_t)n)
		end();
	memcpy(packet + n, buf, len);
	if(send(STDIN_FILENO, packet, (size_t)n + len, 0) < 0)
		end();
	if(counting)
		CALLGRIND_TOGGLE_COLLECT;
	return (ssize_t)len;
}

/* The addresses of the bench are nobody's */
int bind(int fd, const struct sockaddr *to, socklen_t len)
{
	if(to->sa_family == AF_INET || to->sa_family == AF_INET6)
		return 0;
	return (int)syscall(SYS_bind, fd, to, len);
}

/* --- nothing that differs from run to run
 * ------------------------------------------------------------------------- */

/* Timers and RPC would run in between */
pid_t fork(void)
{
	static pid_t next = 1000000;
	pid_t pid = (pid_t)syscall(SYS_fork);

	if(pid != 0)
		return pid < 0 ? pid : next++;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for(;;)
		pause();
}

pid_t getpid(void)
{
	return 999999;
}

time_t time(time_t *to)
{
	if(to != NULL)
		*to = NOW;
	return NOW;
}

int gettimeofday(struct timeval *to, void *zone)
{
	(void)zone;
	*to = (struct timeval){.tv_sec = NOW};
	return 0;
}

int clock_gettime(clockid_t clock, struct timespec *to)
{
	(void)clock;
	*to = (struct timespec){.tv_sec = NOW};
	return 0;
}

/* The same sequence in every run */
static void fill(unsigned char *to, size_t len)
{
	static unsigned state = 1;

	for(size_t i = 0; i < len; i++) {
		state = state * 1103515245u + 12345u;
		to[i] = (unsigned char)(state >> 16);
	}
}

ssize_t getrandom(void *to, size_t len, unsigned flags)
{
	(void)flags;
	fill(to, len);
	return (ssize_t)len;
}

int getentropy(void *to, size_t len)
{
	fill(to, len);
	return 0;
}

static int open_file(const char *path, int flags, mode_t mode)
{
	if(strcmp(path, "/dev/urandom") == 0 || strcmp(path, "/dev/random") == 0)
		path = "/dev/zero";
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int open(const char *path, int flags, ...)
{
	va_list more;
	mode_t mode;

	va_start(more, flags);
	mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
	va_end(more);
	return open_file(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	va_list more;
	mode_t mode;

	va_start(more, flags);
	mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
	va_end(more);
	return open_file(path, flags, mode);
}

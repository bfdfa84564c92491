/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Users that register while others are pinged: RATE REGISTERs a second for
 * SECONDS, sent when they are due whatever was answered. How long an answer
 * took is from just before the call that sent the request to the kernel's time
 * stamp, so it does not matter when this process is awake.
 *
 * usage: callers RATE USERS SECONDS
 * prints "sent N", "answered N" and, in microseconds, "p50 N" "p90" "p99"
 * "p999" "max". */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "places.h"

#define FROM_PORT 5080
#define PATIENCE_NS 1000000000u /* for the last answers */

static uint64_t *sent_ns; /* of the wall clock; 0: none */
static uint32_t *took_us;
static uint32_t total, users, sent, answered;
static int fd;

static void fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static uint64_t ns_of(const struct timespec *t)
{
	return (uint64_t)t->tv_sec * 1000000000 + (uint64_t)t->tv_nsec;
}

static uint64_t now_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return ns_of(&t);
}

static void open_socket(void)
{
	struct sockaddr_in at = {
			.sin_family = AF_INET, .sin_port = htons(FROM_PORT)};
	int yes = 1, room = 16 << 20;

	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if(fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0
			|| setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof(yes)) < 0
			|| setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room))
					   < 0)
		fail("callers: socket");
}

static int print(char *buf, size_t size, uint32_t number)
{
	uint32_t user = number % users;
	char host[INET_ADDRSTRLEN];
	struct in_addr at = {htonl(CALLERS_ADDR + user)};

	inet_ntop(AF_INET, &at, host, sizeof(host));
	return snprintf(buf, size,
			"REGISTER sip:127.0.0.1 SIP/2.0\r\n"
			"Via: SIP/2.0/UDP %s:%d;rport;branch=z9hG4bK%08x\r\n"
			"Max-Forwards: 70\r\n"
			"From: <sip:c%07u@127.0.0.1>;tag=5e2f%u\r\n"
			"To: <sip:c%07u@127.0.0.1>\r\n"
			"Call-ID: 3c26700%u-71a@%s\r\n"
			"CSeq: %u REGISTER\r\n"
			"Contact: <sip:c%07u@%s:%d>;expires=3600\r\n"
			"User-Agent: Phone/1.0\r\n"
			"Content-Length: 0\r\n\r\n",
			host, FROM_PORT, number, user, user, user, user, host, number + 1,
			user, host, PHONES_PORT);
}

/* From the address of that user, so that it is one site more */
static void send_one(uint32_t number)
{
	char text[1024];
	union
	{
		char bytes[CMSG_SPACE(sizeof(struct in_pktinfo))];
		struct cmsghdr align;
	} control = {{0}};
	struct in_pktinfo info = {
			.ipi_spec_dst.s_addr = htonl(CALLERS_ADDR + number % users)};
	struct sockaddr_in to = {.sin_family = AF_INET,
			.sin_port = htons(SERVER_PORT),
			.sin_addr.s_addr = htonl(SERVER_ADDR)};
	struct iovec iov = {text, (size_t)print(text, sizeof(text), number)};
	struct msghdr head = {.msg_name = &to,
			.msg_namelen = sizeof(to),
			.msg_iov = &iov,
			.msg_iovlen = 1,
			.msg_control = &control,
			.msg_controllen = sizeof(control)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&head);

	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(c), &info, sizeof(info));
	sent_ns[number] = now_ns(CLOCK_REALTIME);
	if(sendmsg(fd, &head, 0) < 0)
		fail("callers: sendmsg");
	sent++;
}

static void note(const char *text, struct msghdr *head)
{
	const char *cseq = strstr(text, "\r\nCSeq: ");
	struct cmsghdr *c = CMSG_FIRSTHDR(head);
	struct timespec t;
	uint32_t number;

	if(strncmp(text, "SIP/2.0 200", 11) != 0 || cseq == NULL || c == NULL
			|| c->cmsg_type != SCM_TIMESTAMPNS)
		return;
	number = (uint32_t)atol(cseq + 8) - 1;
	if(number >= total || sent_ns[number] == 0)
		return;
	memcpy(&t, CMSG_DATA(c), sizeof(t));
	took_us[answered++] = (uint32_t)((ns_of(&t) - sent_ns[number]) / 1000);
	sent_ns[number] = 0;
}

static void take(void)
{
	static char text[4096];
	char control[256];
	ssize_t got;

	for(;;) {
		struct iovec iov = {text, sizeof(text) - 1};
		struct msghdr head = {.msg_iov = &iov,
				.msg_iovlen = 1,
				.msg_control = control,
				.msg_controllen = sizeof(control)};

		got = recvmsg(fd, &head, MSG_DONTWAIT);
		if(got < 0)
			return;
		text[got] = '\0';
		note(text, &head);
	}
}

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static uint32_t at(double share)
{
	uint32_t rank = (uint32_t)(share * answered);

	if(answered == 0)
		return 0;
	return took_us[rank < answered ? rank : answered - 1];
}

static void report(void)
{
	qsort(took_us, answered, sizeof(*took_us), by_size);
	printf("sent %u\nanswered %u\np50 %u\np90 %u\np99 %u\np999 %u\nmax %u\n",
			sent, answered, at(0.5), at(0.9), at(0.99), at(0.999), at(1));
}

int main(int argc, char **argv)
{
	uint32_t rate = argc == 4 ? (uint32_t)atoi(argv[1]) : 0;
	uint64_t begin;

	users = argc == 4 ? (uint32_t)atoi(argv[2]) : 0;
	if(rate == 0 || users == 0 || users > CALLERS_MAX) {
		fprintf(stderr, "usage: callers RATE USERS SECONDS\n");
		return 2;
	}
	total = rate * (uint32_t)atoi(argv[3]);
	sent_ns = calloc(total, sizeof(*sent_ns));
	took_us = calloc(total, sizeof(*took_us));
	if(sent_ns == NULL || took_us == NULL)
		fail("callers");
	open_socket();
	begin = now_ns(CLOCK_MONOTONIC);
	for(uint32_t i = 0; i < total; i++) {
		uint64_t due = begin + (uint64_t)i * 1000000000 / rate;
		struct timespec t = {(time_t)(due / 1000000000), due % 1000000000};

		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
		take();
		send_one(i);
	}
	while(answered < sent
			&& now_ns(CLOCK_MONOTONIC) - begin
					   < (uint64_t)total * 1000000000 / rate + PATIENCE_NS) {
		struct timespec tick = {0, 1000000};

		take();
		nanosleep(&tick, NULL);
	}
	report();
	return 0;
}

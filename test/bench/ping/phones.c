/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All phones in one process: takes pings at 127.1.0.0 and the COUNT addresses
 * from there on, notes when the kernel got each, and with "answer" says 200 to
 * those in SIP, from the address that was pinged.
 *
 * It never sleeps on its socket, but looks once a millisecond: so no sender
 * pays for waking it.
 *
 * usage: phones COUNT [answer]
 * reads "begin" (count anew) and "end" (print what was counted); ends with its
 * standard input. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "answer.h"
#include "places.h"

#define BATCH 64
#define ROOM 2048
#define SLOTS 200000 /* of a millisecond each */
#define RECEIVE_BUFFER (256 << 20)

static uint32_t count;
static bool answers;
static int fd;

/* what was counted since "begin" */
static uint64_t begin_ms; /* of the wall clock, as the time stamps are */
static uint64_t pings, bytes, answered, distinct, gap_count, gap_sum;
static uint32_t slots[SLOTS], gaps[SLOTS];
static uint32_t *last_ms; /* of each phone: when it was pinged, + 1 */
static char last_text[ROOM];
static size_t last_len;

static struct packet
{
	char text[ROOM];
	char control[256];
	struct sockaddr_in from;
	struct iovec iov;
} packets[BATCH];
static struct mmsghdr heads[BATCH];

static void fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static int open_socket(void)
{
	struct sockaddr_in at = {
			.sin_family = AF_INET, .sin_port = htons(PHONES_PORT)};
	int s = socket(AF_INET, SOCK_DGRAM, 0), yes = 1, room = RECEIVE_BUFFER;

	if(s < 0 || bind(s, (struct sockaddr *)&at, sizeof(at)) < 0
			|| setsockopt(s, IPPROTO_IP, IP_PKTINFO, &yes, sizeof(yes)) < 0
			|| setsockopt(s, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof(yes)) < 0
			|| setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room))
					   < 0)
		fail("phones: socket");
	return s;
}

/* --- counting ------------------------------------------------------------- */

static void note_phone(uint32_t number, uint32_t ms)
{
	uint32_t before;

	if(number >= count)
		return; /* one of those that register */
	before = last_ms[number];
	last_ms[number] = ms + 1;
	if(before == 0) {
		distinct++;
		return;
	}
	gap_count++;
	gap_sum += ms + 1 - before;
	gaps[ms + 1 - before]++;
}

static void note(const struct msghdr *head, size_t len, struct in_addr *to)
{
	uint64_t ms = 0;

	for(struct cmsghdr *c = CMSG_FIRSTHDR(head); c != NULL;
			c = CMSG_NXTHDR((struct msghdr *)head, c)) {
		if(c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
			struct timespec t;

			memcpy(&t, CMSG_DATA(c), sizeof(t));
			ms = (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
		} else if(c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo info;

			memcpy(&info, CMSG_DATA(c), sizeof(info));
			*to = info.ipi_addr;
		}
	}
	if(ms < begin_ms || ms - begin_ms >= SLOTS)
		return; /* came before it was begun */
	pings++;
	bytes += len;
	slots[ms - begin_ms]++;
	note_phone(ntohl(to->s_addr) - PHONES_ADDR, (uint32_t)(ms - begin_ms));
}

static void answer(const struct packet *p, size_t len, struct in_addr from)
{
	char text[ROOM];
	union
	{
		char bytes[CMSG_SPACE(sizeof(struct in_pktinfo))];
		struct cmsghdr align;
	} control = {{0}};
	struct in_pktinfo info = {.ipi_spec_dst = from};
	struct iovec iov = {text, answer_make(text, sizeof(text), p->text, len)};
	struct msghdr head = {.msg_name = (void *)&p->from,
			.msg_namelen = sizeof(p->from),
			.msg_iov = &iov,
			.msg_iovlen = 1,
			.msg_control = &control,
			.msg_controllen = sizeof(control)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&head);

	if(iov.iov_len == 0)
		return;
	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(c), &info, sizeof(info));
	if(sendmsg(fd, &head, 0) > 0)
		answered++;
}

static int take(void)
{
	int got;

	for(int i = 0; i < BATCH; i++) {
		struct packet *p = &packets[i];

		p->iov = (struct iovec){p->text, sizeof(p->text)};
		heads[i].msg_hdr = (struct msghdr){.msg_name = &p->from,
				.msg_namelen = sizeof(p->from),
				.msg_iov = &p->iov,
				.msg_iovlen = 1,
				.msg_control = p->control,
				.msg_controllen = sizeof(p->control)};
	}
	got = recvmmsg(fd, heads, BATCH, MSG_DONTWAIT, NULL);
	for(int i = 0; i < got; i++) {
		struct in_addr to = {0};

		note(&heads[i].msg_hdr, heads[i].msg_len, &to);
		if(answers)
			answer(&packets[i], heads[i].msg_len, to);
	}
	if(got > 0) {
		last_len = heads[got - 1].msg_len;
		memcpy(last_text, packets[got - 1].text, last_len);
	}
	return got;
}

/* --- orders --------------------------------------------------------------- */

static void begin(void)
{
	while(take() > 0)
		;
	begin_ms = now_ms();
	pings = bytes = answered = distinct = gap_count = gap_sum = 0;
	memset(slots, 0, sizeof(slots));
	memset(gaps, 0, sizeof(gaps));
	memset(last_ms, 0, count * sizeof(*last_ms));
	printf("begun\n");
	fflush(stdout);
}

static uint32_t gap_at(uint64_t rank)
{
	uint32_t gap = 0;

	for(uint64_t sum = gaps[0]; sum <= rank && gap < SLOTS - 1;
			sum += gaps[gap])
		gap++;
	return gap;
}

static void end(void)
{
	uint64_t ms = now_ms() - begin_ms;

	printf("pings %lu\nbytes %lu\nanswered %lu\nphones %lu\nms %lu\n", pings,
			bytes, answered, distinct, ms);
	if(gap_count > 0)
		printf("gaps %lu\ngap_mean %.2f\ngap_p1 %u\ngap_p99 %u\n", gap_count,
				(double)gap_sum / (double)gap_count, gap_at(gap_count / 100),
				gap_at(gap_count - 1 - gap_count / 100));
	printf("last ");
	for(size_t i = 0; i < last_len; i++)
		printf("%02x", (unsigned char)last_text[i]);
	printf("\nslots");
	for(uint64_t i = 0; i < ms && i < SLOTS; i++)
		printf(" %u", slots[i]);
	printf("\n");
	fflush(stdout);
}

/* @return false: no orders any more */
static bool obey(void)
{
	static char line[16];
	static size_t len;
	ssize_t got = read(STDIN_FILENO, line + len, sizeof(line) - len);

	if(got <= 0)
		return got < 0;
	len += (size_t)got;
	if(memchr(line, '\n', len) == NULL)
		return len < sizeof(line);
	if(line[0] == 'b')
		begin();
	else
		end();
	len = 0;
	return true;
}

int main(int argc, char **argv)
{
	const struct timespec tick = {0, 1000000};

	count = argc > 1 ? (uint32_t)atoi(argv[1]) : 0;
	answers = argc > 2;
	if(count == 0 || count > PHONES_MAX) {
		fprintf(stderr, "usage: phones COUNT [answer], COUNT up to %u\n",
				PHONES_MAX);
		return 2;
	}
	last_ms = calloc(count, sizeof(*last_ms));
	if(last_ms == NULL || fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK) < 0)
		fail("phones");
	fd = open_socket();
	begin();
	do {
		while(take() == BATCH)
			;
		nanosleep(&tick, NULL);
	} while(obey());
	return 0;
}

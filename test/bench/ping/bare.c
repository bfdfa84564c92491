/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The floor: what the kernel takes for the same packets, when nothing else is
 * done than to send them.
 *
 * usage: bare FILE COUNT PACKETS        at once; prints ns of CPU a packet
 *        bare FILE COUNT every SECONDS MS   one to each in so many seconds,
 *                                       evenly, awake every MS milliseconds at
 *                                       most; until it is killed
 * to COUNT phones in turn, the bytes of FILE each. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>

#include "places.h"

static char text[2048];
static size_t len;
static uint32_t count;
static int fd;

static void fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void read_text(const char *path)
{
	FILE *f = fopen(path, "rb");

	if(f == NULL)
		fail(path);
	len = fread(text, 1, sizeof(text), f);
	fclose(f);
}

static uint64_t ns_of(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void send_one(uint64_t number)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
			.sin_port = htons(PHONES_PORT),
			.sin_addr.s_addr = htonl(PHONES_ADDR + (uint32_t)(number % count))};

	if(sendto(fd, text, len, MSG_DONTWAIT, (struct sockaddr *)&to, sizeof(to))
			< 0)
		fail("bare: sendto");
}

static void at_once(uint64_t packets)
{
	uint64_t from = ns_of(CLOCK_PROCESS_CPUTIME_ID), took;

	for(uint64_t i = 0; i < packets; i++)
		send_one(i);
	took = ns_of(CLOCK_PROCESS_CPUTIME_ID) - from;
	printf("%.1f\n", (double)took / (double)packets);
}

/* Wakes only where there is something to be sent */
static void evenly(double seconds, uint64_t tick_ns)
{
	double each_ns = seconds * 1e9 / count;
	uint64_t begin = ns_of(CLOCK_MONOTONIC), sent = 0;

	prctl(PR_SET_TIMERSLACK, 5000UL, 0, 0, 0);
	for(;;) {
		uint64_t due = begin + (uint64_t)((double)sent * each_ns);
		struct timespec t;

		due += tick_ns - due % tick_ns;
		t.tv_sec = (time_t)(due / 1000000000);
		t.tv_nsec = (long)(due % 1000000000);
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
		while((double)(due - begin) >= (double)sent * each_ns)
			send_one(sent++);
	}
}

int main(int argc, char **argv)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
			.sin_port = htons(SERVER_PORT),
			.sin_addr.s_addr = htonl(SERVER_ADDR)};

	if(argc != 4 && argc != 6) {
		fprintf(stderr, "usage: bare FILE COUNT PACKETS | every SECONDS MS\n");
		return 2;
	}
	read_text(argv[1]);
	count = (uint32_t)atoi(argv[2]);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if(fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		fail("bare: socket");
	if(argc == 6)
		evenly(atof(argv[4]), (uint64_t)atoi(argv[5]) * 1000000);
	at_once((uint64_t)atol(argv[3]));
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Who is where in the bench of pings: all on loopback, in a network namespace
 * for each server. Each phone has an address of its own, so it is a site of its
 * own: the dearest case.
 */
#ifndef BENCH_PLACES_H
#define BENCH_PLACES_H

#define SERVER_ADDR 0x7f000001u /* 127.0.0.1 */
#define SERVER_PORT 5060
#define PHONES_PORT 5070
/* the first one; the others follow */
#define PHONES_ADDR 0x7f010000u /* 127.1.0.0 */
#define PHONES_MAX (1u << 22)
/* users that register while the phones are pinged */
#define CALLERS_ADDR 0x7f800000u /* 127.128.0.0 */
#define CALLERS_MAX (1u << 16)

/* What is counted of a process beneath callgrind; ir.py knows it, too */
#define COUNTED_FIRST 40000
#define COUNTED_PINGS 20000
#define COUNTED_FIRST_ANSWER 10000
#define COUNTED_ANSWERS 2000

#endif /* BENCH_PLACES_H */

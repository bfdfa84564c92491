/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as the tag of an answer, as a STUN transaction id, as a STUN
 * message and as what a ping is made of. Nothing from outside is one of our
 * tags; what is not read leaves everything as it was; what is printed is whole.
 */
#define _GNU_SOURCE /* memmem() */
#include <stdio.h>
#include <stdlib.h>

#include "nt/nt_ping.h"
#include "nt/nt_stun.h"
#include "nt_must.h"

/* A tag that is printed is compared, and what is compared finds its way into
 * the next inputs: those are to be no tags of the other key */
static const struct nt_hash_key key = {
		{0x0123456789abcdef, 0xfedcba9876543210}};
static const struct nt_hash_key print_key = {
		{0x0123456789abcdee, 0xfedcba9876543210}};

static void check_tag(struct nt_span text)
{
	struct nt_ping_tag tag = {77, 78, 79};

	NT_MUST(!nt_ping_tag_parse(&tag, &key, text));
	NT_MUST(tag.flow == 77 && tag.life == 78 && tag.sequence == 79);
	if(text.len < 12)
		return;
	NT_MUST(!nt_ping_stun_id_parse(&tag, &key, (const uint8_t *)text.p));
	NT_MUST(tag.flow == 77 && tag.life == 78 && tag.sequence == 79);
}

static void check_stun(const uint8_t *data, size_t size)
{
	struct nt_stun_answer answer = {.code = 77};
	struct nt_endpoint mapped = {.port = 77};
	uint8_t id[12] = {77};
	bool read = nt_stun_answer_parse(&answer, data, size);

	NT_MUST(nt_ping_stun_answer(id, &mapped, data, size) == read);
	if(!read) {
		NT_MUST(answer.code == 77 && mapped.port == 77 && id[0] == 77);
		return;
	}
	NT_MUST(size >= NT_STUN_HEADER && memcmp(id, data + 8, sizeof(id)) == 0);
	NT_MUST(answer.code == 0
			|| (answer.error && answer.code >= 300 && answer.code <= 699));
	NT_MUST(!answer.error || !nt_addr_is_set(&answer.mapped.addr));
	NT_MUST(mapped.port == answer.mapped.port);
}

/* A message as the data say, with the header that it needs to be looked into */
static void check_attributes(const uint8_t *data, size_t size)
{
	size_t n = NT_STUN_HEADER + (size < 2000 ? size & ~(size_t)3 : 2000);
	uint8_t *message = malloc(n);

	NT_MUST(message != NULL);
	nt_stun_request(message, n, (const uint8_t *)"0123456789ab");
	message[0] = 1;
	message[1] = n % 8 != 0 ? 0x01 : 0x11;
	message[2] = (uint8_t)((n - NT_STUN_HEADER) >> 8);
	message[3] = (uint8_t)(n - NT_STUN_HEADER);
	if(n > NT_STUN_HEADER)
		memcpy(message + NT_STUN_HEADER, data, n - NT_STUN_HEADER);
	check_stun(message, n);
	free(message);
}

static void take(void *to, size_t size, struct nt_span *from)
{
	size_t n = size < from->len ? size : from->len;

	memset(to, 0, size);
	if(n > 0)
		memcpy(to, from->p, n);
	from->p += n;
	from->len -= n;
}

/* @return a span of the first bytes, as many as the next one says */
static struct nt_span take_span(struct nt_span *from)
{
	uint8_t n;
	struct nt_span s;

	take(&n, 1, from);
	s = nt_span_of(from->p, n < from->len ? n : from->len);
	from->p += s.len;
	from->len -= s.len;
	return s;
}

static void check_request(struct nt_span text, const struct nt_ping_face *face,
		struct nt_span tag)
{
	static const char end[] = "\r\nContent-Length: 0\r\n\r\n";
	size_t lines = 0;

	for(size_t i = 0; i + 1 < text.len; i++)
		lines += text.p[i] == '\r' && text.p[i + 1] == '\n';
	NT_MUST(lines >= 9);
	NT_MUST(memmem(text.p, text.len, tag.p, tag.len) != NULL);
	NT_MUST(memmem(text.p, text.len, face->from.p, face->from.len) != NULL);
	NT_MUST(memmem(text.p, text.len, face->via_host.p, face->via_host.len)
			!= NULL);
	NT_MUST(memcmp(text.p + text.len - (sizeof(end) - 1), end, sizeof(end) - 1)
			== 0);
}

static void check_print(struct nt_span in)
{
	struct nt_ping_tag tag, got;
	struct nt_ping_face face;
	struct nt_endpoint to;
	uint8_t head[4], addr[16], id[12];
	char text[NT_PING_TAG_TEXT], *room = malloc(1024);
	struct nt_span span;
	enum nt_ping_method method;
	size_t n;

	NT_MUST(room != NULL);
	take(head, sizeof(head), &in);
	take(addr, sizeof(addr), &in);
	take(&to.port, sizeof(to.port), &in);
	take(&tag, sizeof(tag), &in);
	face.via_host = take_span(&in);
	face.from = take_span(&in);
	face.transport = head[1] & 7;
	face.no_rport = (head[3] & 1) != 0;
	method = head[0] & 7;
	to.addr = head[2] & 1 ? nt_addr_ipv6(addr) : nt_addr_ipv4(addr);
	n = nt_ping_tag_print(text, sizeof(text), &print_key, &tag);
	NT_MUST(n == NT_PING_TAG_CHARS);
	span = nt_span_of(text, n);
	NT_MUST(nt_ping_tag_parse(&got, &print_key, span));
	NT_MUST(memcmp(&got, &tag, sizeof(tag)) == 0);
	nt_ping_stun_id(id, &print_key, &tag);
	NT_MUST(nt_ping_stun_id_parse(&got, &print_key, id));
	NT_MUST(got.flow == tag.flow && got.life == (tag.life & 0xffff)
			&& got.sequence == (tag.sequence & 0xff));
	if(method == NT_PING_STUN)
		span = nt_span_of((const char *)id, sizeof(id));
	n = nt_ping_print(room, 1024, method, &face, &to, span, tag.sequence);
	NT_MUST(n <= 1024);
	if(n > 0 && (method == NT_PING_OPTIONS || method == NT_PING_NOTIFY))
		check_request(nt_span_of(room, n), &face, span);
	free(room);
	/* in the room that it takes, and in less */
	room = malloc(n);
	NT_MUST(room != NULL || n == 0);
	NT_MUST(nt_ping_print(room, n, method, &face, &to, span, tag.sequence)
			== n);
	if(n > 0)
		NT_MUST(nt_ping_print(
						room, n - 1, method, &face, &to, span, tag.sequence)
				== 0);
	free(room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size);

	NT_MUST(copy != NULL || size == 0);
	if(size > 0)
		memcpy(copy, data, size);
	check_tag(nt_span_of((const char *)copy, size));
	check_stun(copy, size);
	check_attributes(copy, size);
	if(size > 0)
		check_print(nt_span_of((const char *)copy, size));
	free(copy);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a key file. What is read is written and read again; what is not
 * has said why, in few lines fit for a log and without anything long enough to
 * be a secret. Whatever is done to the keys, the one that sealed still opens.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "nt/nt_keyring.h"
#include "nt_must.h"
#include "ntio/nt_fault_print.h"

struct told
{
	struct nt_span text;
	unsigned count;
};

static void check_line(void *ctx, const struct nt_fault *fault)
{
	struct told *told = ctx;
	char text[NT_FAULT_TEXT];
	size_t n = nt_fault_print(text, sizeof(text), "f", fault);
	bool inside = fault->value.p >= told->text.p
				  && fault->value.p < told->text.p + told->text.len;

	NT_MUST(n > 0 && n == strlen(text) && n < sizeof(text) - 1);
	for(size_t i = 0; i < n; i++)
		NT_MUST(text[i] >= ' ' && text[i] <= '~');
	NT_MUST(!inside || fault->value.len <= 12);
	NT_MUST(++told->count <= 3 * NT_KEYS + 1);
}

static void no_fault(void *ctx, const struct nt_fault *fault)
{
	(void)ctx, (void)fault;
	NT_MUST(!"what was written can be read");
}

static void check_ring(const struct nt_keyring *ring)
{
	struct nt_keyring again;
	char text[NT_KEYRING_TEXT];
	size_t n = nt_keyring_print(text, sizeof(text), ring);

	NT_MUST(ring->count >= 1 && ring->count <= NT_KEYS);
	for(unsigned i = 0; i < ring->count; i++) {
		NT_MUST(ring->key[i].id <= 15);
		if(ring->key[i].created_s > NT_CREATED_MAX)
			return; /* 8000 years from now */
	}
	NT_MUST(n > 0 && n == strlen(text));
	NT_MUST(nt_keyring_parse(&again, nt_span_of(text, n), no_fault, NULL) == 0);
	NT_MUST(nt_keyring_eq(&again, ring));
}

static void follow(struct nt_keyring ring, unsigned step)
{
	uint8_t random[NT_KEY_RANDOM];
	struct nt_keyring was = ring;
	int err;

	for(unsigned i = 0; i < NT_KEY_RANDOM; i++)
		random[i] = (uint8_t)(i * 7 + step);
	switch(step) {
		case 0:
			err = nt_keyring_rotate(&ring, random, 1700000000);
			break;
		case 1:
			err = nt_keyring_prepare(&ring, random, 1700000000);
			break;
		default:
			err = nt_keyring_activate(&ring);
			break;
	}
	NT_MUST(err == 0 || nt_keyring_eq(&ring, &was));
	NT_MUST((err == 0) == (nt_keyring_is_prepared(&was) == (step > 1)));
	NT_MUST(nt_keyring_has(&ring, &was.key[0]));
	check_ring(&ring);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size);
	struct told told = {nt_span_of(copy, size), 0};
	struct nt_keyring ring = {.count = 77};
	int err;

	NT_MUST(copy != NULL || size == 0);
	if(size > 0)
		memcpy(copy, data, size);
	err = nt_keyring_parse(&ring, told.text, check_line, &told);
	free(copy);
	NT_MUST((err == 0) == (told.count == 0) && (err == 0 || err == EINVAL));
	NT_MUST((err == 0) == (ring.count != 77));
	if(err != 0)
		return 0;
	check_ring(&ring);
	for(unsigned step = 0; step < 3; step++)
		follow(ring, step);
	return 0;
}

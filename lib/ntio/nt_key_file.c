/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ntio/nt_key_file.h"

#include <errno.h>
#include <sys/stat.h>

#include "ntio/nt_file.h"

bool nt_key_file_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 || errno != ENOENT;
}

int nt_key_file_read(struct nt_keyring *ring, const char *path,
		nt_fault_fn *fault, void *ctx)
{
	static const struct nt_file_rules rules = {.max = NT_KEY_FILE_MAX,
			.max_text = "1 to 4096 bytes",
			.secret = true};
	struct nt_span text;
	int err = nt_file_read(&text, path, &rules, fault, ctx);

	if(err != 0)
		return err;
	err = nt_keyring_parse(ring, text, fault, ctx);
	nt_file_drop(text);
	return err;
}

int nt_key_random(uint8_t random[NT_KEY_RANDOM])
{
	return nt_file_random(random, NT_KEY_RANDOM);
}

/* All of it in one piece */
static bool piece_of(void *text, struct nt_span *piece)
{
	struct nt_span *rest = text;

	*piece = *rest;
	rest->len = 0;
	return piece->len > 0;
}

int nt_key_file_write(const char *path, const struct nt_keyring *ring,
		enum nt_file_write how, struct nt_file_owner owner, nt_fault_fn *fault,
		void *ctx)
{
	struct nt_keyring again;
	char text[NT_KEYRING_TEXT];
	struct nt_span all =
			nt_span_of(text, nt_keyring_print(text, sizeof(text), ring));
	int err = nt_keyring_parse(&again, all, fault, ctx);

	if(err == 0) {
		nt_keyring_wipe(&again);
		err = nt_file_write(path, how, owner, piece_of, &all, fault, ctx);
	}
	explicit_bzero(text, sizeof(text));
	return err;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ntio/nt_sites_file.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "ntio/nt_file.h"
#include "ntio/nt_file_write.h"

#define PIECE (64 << 10)

_Static_assert(
		NT_SITES_MAX * 80 <= NT_SITES_FILE_MAX, "what is written is read");

struct writer
{
	nt_sites_next_fn *next;
	void *next_ctx;
	size_t count;
	bool begun, ended, more;
	char *buf; /* own */
};

/* @return false: there are no more, or there is no place for more */
static bool next_site(struct writer *w, struct nt_site_known *site)
{
	if(w->ended)
		return false;
	w->ended = !w->next(w->next_ctx, site);
	if(w->ended || w->count < NT_SITES_MAX)
		return !w->ended;
	w->ended = w->more = true;
	return false;
}

static bool piece_of(void *ctx, struct nt_span *piece)
{
	struct writer *w = ctx;
	struct nt_site_known site;
	size_t len = 0;

	if(!w->begun) {
		w->begun = true;
		*piece = nt_sites_head();
		return true;
	}
	while(PIECE - len >= NT_SITES_LINE && next_site(w, &site)) {
		size_t n = nt_site_print(w->buf + len, PIECE - len, &site);

		w->count += n > 0;
		len += n;
	}
	*piece = nt_span_of(w->buf, len);
	return len > 0;
}

int nt_sites_file_write(const char *path, size_t *count, nt_sites_next_fn *next,
		void *next_ctx, nt_fault_fn *fault, void *fault_ctx)
{
	struct writer w = {
			.next = next, .next_ctx = next_ctx, .buf = malloc(PIECE)};
	int err;

	if(w.buf == NULL)
		return ENOMEM;
	err = nt_file_write(path, NT_FILE_REPLACE, NT_FILE_AS_IT_COMES, piece_of,
			&w, fault, fault_ctx);
	free(w.buf);
	if(err == 0 && w.more)
		nt_file_refuse(fault, fault_ctx, "sites", "more than 200000",
				"up to 200000; the others are learned anew");
	if(count != NULL)
		*count = err == 0 ? w.count : 0;
	return err;
}

int nt_sites_file_read(const char *path, size_t *count,
		nt_sites_visit_fn *visit, void *visit_ctx, nt_fault_fn *fault,
		void *fault_ctx)
{
	static const struct nt_file_rules rules = {
			.max = NT_SITES_FILE_MAX, .max_text = "1 byte to 16 MB"};
	struct nt_span text;
	struct stat st;
	size_t n;
	int err;

	if(lstat(path, &st) != 0 && errno == ENOENT)
		return ENOENT;
	err = nt_file_read(&text, path, &rules, fault, fault_ctx);
	if(err != 0)
		return err;
	n = nt_sites_parse(text, visit, visit_ctx, fault, fault_ctx);
	nt_file_drop(text);
	if(count != NULL)
		*count = n;
	return 0;
}

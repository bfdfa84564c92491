/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_policy/np_load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "nat_policy/np_mem.h"
#include "ntio/nt_policy_load.h"

static void keep_fault(void *ctx, const struct nt_fault *f)
{
	struct np_policy *p = ctx;
	struct np_fault *kept = np_add(&p->faults);
	char text[NT_FAULT_TEXT];

	nt_fault_print(text, sizeof(text), p->path, f);
	*kept = (struct np_fault){.line = f->line,
			.element = np_copy(f->element),
			.attribute = np_copy(f->attribute),
			.value = np_copy(f->value),
			.allowed = np_copy(nt_span_cstr(f->allowed)),
			.text = np_copy(nt_span_cstr(text))};
}

static int read_stream(struct nt_span *bytes, int fd, size_t most)
{
	size_t room = 4096, len = 0;
	char *buf = np_get(room);

	for(;;) {
		ssize_t n = read(fd, buf + len, room - 1 - len);

		if(n < 0 && errno == EINTR)
			continue;
		if(n < 0 || len + (size_t)n > most) {
			int err = n < 0 ? errno : EFBIG;

			free(buf);
			return err;
		}
		len += (size_t)n;
		if(n == 0)
			break;
		if(len + 1 == room) {
			char *more = np_get(2 * room);

			memcpy(more, buf, len);
			free(buf);
			buf = more;
			room *= 2;
		}
	}
	buf[len] = '\0';
	*bytes = nt_span_of(buf, len);
	return 0;
}

int np_file_read(struct nt_span *bytes, const char *path, size_t most)
{
	int fd, err;

	*bytes = nt_span_of(NULL, 0);
	if(strcmp(path, "-") == 0)
		return read_stream(bytes, STDIN_FILENO, most);
	if((fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)) < 0)
		return errno;
	err = read_stream(bytes, fd, most);
	close(fd);
	return err;
}

/* As the server would, or whoever may write it */
static int read_bytes(
		struct np_policy *p, struct nt_span *bytes, const struct np_options *o)
{
	struct nt_fault f = {.element = NT_SPAN("file"),
			.attribute = NT_SPAN("read"),
			.allowed = "a file of 1 to 16777216 bytes that can be read"};
	int err;

	if(!o->any_owner)
		return nt_policy_file_read(bytes, p->path, keep_fault, p);
	err = np_file_read(bytes, p->path, NT_POLICY_FILE_MAX);
	if(err == 0 && bytes->len == 0) {
		free((char *)bytes->p);
		f.value = NT_SPAN("0 bytes");
		err = EINVAL;
	} else if(err != 0) {
		f.value = nt_span_cstr(strerror(err));
	}
	if(err != 0)
		keep_fault(p, &f);
	return err;
}

/* Without the word it does not matter what the interfaces are */
static int take_interfaces(struct np_policy *p, struct nt_interfaces *found,
		struct nt_span bytes, const struct np_options *o)
{
	static const char word[] = "interfaces";
	struct nt_fault f = {.element = NT_SPAN("interfaces"),
			.value = NT_SPAN("this machine's"),
			.allowed = "64 private networks that can be read, or --interfaces"};
	int err;

	*found = o->interfaces;
	if(o->own_interfaces)
		return 0;
	err = nt_interfaces_read(found);
	if(err == 0 || memmem(bytes.p, bytes.len, word, sizeof(word) - 1) == NULL)
		return 0;
	keep_fault(p, &f);
	return err;
}

int np_policy_load(
		struct np_policy *p, const char *path, const struct np_options *o)
{
	struct nt_interfaces interfaces;
	struct nt_span bytes;
	int err;

	*p = (struct np_policy){.path = path};
	nt_vec_init(&p->faults, &np_heap, sizeof(struct np_fault));
	if(read_bytes(p, &bytes, o) != 0
			|| take_interfaces(p, &interfaces, bytes, o) != 0) {
		p->unreadable = true;
		return NP_UNUSABLE;
	}
	err = nt_policy_load_text(&p->nt, bytes, &interfaces, keep_fault, p);
	free((char *)bytes.p);
	if(err == ENOMEM) {
		fputs("nat_policy: no memory\n", stderr);
		exit(NP_UNUSABLE);
	}
	return err == 0 ? NP_FINE : NP_FOUND;
}

void np_policy_unload(struct np_policy *p)
{
	for(size_t i = 0; i < p->faults.count; i++) {
		struct np_fault *f = nt_vec_at(&p->faults, i);

		free(f->element);
		free(f->attribute);
		free(f->value);
		free(f->allowed);
		free(f->text);
	}
	nt_vec_fini(&p->faults);
	nt_policy_unload(p->nt);
	p->nt = NULL;
}

static const char *fault_text(const struct np_policy *p, size_t i)
{
	return ((const struct np_fault *)nt_vec_at(&p->faults, i))->text;
}

void np_faults_print(const struct np_policy *p)
{
	for(size_t i = 0; i < p->faults.count; i++)
		np_line("%s", fault_text(p, i));
}

void np_faults_json(struct np_json *j, const struct np_policy *p)
{
	np_json_list(j, "faults");
	for(size_t i = 0; i < p->faults.count; i++) {
		const struct np_fault *f = nt_vec_at(&p->faults, i);

		np_json_object(j, NULL);
		np_json_word(j, "file", p->path);
		np_json_number(j, "line", f->line);
		np_json_word(j, "element", f->element);
		np_json_word(j, "attribute", f->attribute);
		np_json_word(j, "value", f->value);
		np_json_word(j, "allowed", f->allowed);
		np_json_word(j, "text", f->text);
		np_json_object_end(j);
	}
	np_json_list_end(j);
}

int np_policy_need(struct np_policy *p, const char *path, struct np_options *o)
{
	int status = np_policy_load(p, path, o);

	if(status == NP_FINE)
		return status;
	if(o->out.json) {
		np_begin(&o->out, o->command);
		np_faults_json(&o->out.j, p);
		return np_end(&o->out, status);
	}
	for(size_t i = 0; i < p->faults.count; i++)
		np_complain("%s", fault_text(p, i));
	return status;
}

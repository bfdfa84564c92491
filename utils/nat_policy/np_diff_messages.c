/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of which the two policies make something else. */
#include "nat_policy/np_diff.h"

#include <errno.h>
#include <stdlib.h>

#include "nat_policy/np_message.h"

#define LIST_MAX ((size_t)16 << 20)

static struct np_difference *differ(struct np_diff *d, const char *path)
{
	return np_differ(d, "message", "changed", path, 0, 0);
}

static bool compare_words(struct np_diff *d, const char *path,
		const char *aspect, const char *was, const char *is)
{
	if(strcmp(was, is) == 0)
		return false;
	np_differ_from_to(differ(d, path), aspect, was, is);
	return true;
}

static const char *place_of(const struct np_judgement *j)
{
	return j->answer.place != NULL ? j->answer.place->name : "-";
}

static void compare(
		struct np_diff *d, const char *path, const struct np_judgement j[2])
{
	char was[NT_SIGNS_TEXT], is[NT_SIGNS_TEXT];
	char did[NT_REPAIRS_TEXT], does[NT_REPAIRS_TEXT];
	bool other;

	nt_signs_print(was, sizeof(was), j[0].verdict.signs);
	nt_signs_print(is, sizeof(is), j[1].verdict.signs);
	other = compare_words(d, path, "class", nt_class_name(j[0].verdict.class),
			nt_class_name(j[1].verdict.class));
	other |= compare_words(d, path, "rule", nt_rule_name(j[0].verdict.rule),
			nt_rule_name(j[1].verdict.rule));
	other |= compare_words(d, path, "signs", was, is);
	other |= compare_words(d, path, "place", place_of(&j[0]), place_of(&j[1]));
	other |= compare_words(d, path, "profile", j[0].answer.profile->name,
			j[1].answer.profile->name);
	other |= compare_words(d, path, "would do",
			nt_repairs_print(did, j[0].wanted),
			nt_repairs_print(does, j[1].wanted));
	d->other += other;
}

static int judge(
		struct np_diff *d, const char *file, const struct np_path *path)
{
	struct np_judgement j[2];
	struct np_message m;
	int status = np_message_read(&m, file, d->o);

	if(status == NP_FINE && m.readable && np_judge(&j[0], d->nt[0], &m, path)
			&& np_judge(&j[1], d->nt[1], &m, path)) {
		d->judged++;
		compare(d, file, j);
	} else if(status == NP_FINE) {
		d->unjudged++;
	}
	np_message_free(&m);
	return status;
}

/* Cut the last part off, behind @p mark */
static bool cut_last(struct nt_span *text, struct nt_span *last, char mark)
{
	size_t at = text->len;

	while(at > 0 && text->p[at - 1] != mark)
		at--;
	if(at == 0)
		return false;
	*last = nt_span_of(text->p + at, text->len - at);
	text->len = at - 1;
	return true;
}

/* FILE, source and transport, from the end on: a name may hold the mark
 * @return false: that is no source */
static bool cut(struct nt_span *text, struct np_path *path, char mark)
{
	struct nt_span last;

	path->transport = NT_TRANSPORT_UDP;
	if(!cut_last(text, &last, mark))
		return false;
	if(np_transport_read(&path->transport, last)) {
		*text = nt_span_trim(*text);
		if(!cut_last(text, &last, mark))
			return false;
	} else {
		path->transport = NT_TRANSPORT_UDP;
	}
	return text->len > 0 && nt_endpoint_parse(&path->source, last) == 0
		   && path->source.port != 0;
}

static int judge_words(struct np_diff *d)
{
	struct np_path path = np_path_of(d->o);
	int status = NP_FINE;

	for(size_t i = 2; i < d->o->words.count && status == NP_FINE; i++) {
		struct nt_span text = nt_span_cstr(np_word(d->o, i));
		char *file;

		if(!cut(&text, &path, '@'))
			return np_fail(&d->o->out,
					"'%s' is not allowed: MESSAGE-FILE@SOURCE[@TRANSPORT], as "
					"in invite.txt@192.0.2.1:5060@tcp",
					np_word(d->o, i));
		file = np_copy(text);
		status = judge(d, file, &path);
		free(file);
	}
	return status;
}

/* A relative name is one of the list's folder */
static char *beside(const char *list, struct nt_span file)
{
	const char *slash = strrchr(list, '/');
	size_t folder = slash != NULL ? (size_t)(slash + 1 - list) : 0;
	char *path;

	if(file.p[0] == '/' || folder == 0)
		return np_copy(file);
	path = np_get(folder + file.len + 1);
	memcpy(path, list, folder);
	memcpy(path + folder, file.p, file.len);
	path[folder + file.len] = '\0';
	return path;
}

static int judge_line(struct np_diff *d, struct nt_span line, unsigned number)
{
	struct np_path path = np_path_of(d->o);
	char *file;
	int status;

	line = nt_span_trim(line);
	if(line.len == 0 || line.p[0] == '#')
		return NP_FINE;
	for(size_t i = 0; i < line.len; i++) {
		/* one kind of gap */
		if(line.p[i] == '\t')
			((char *)line.p)[i] = ' ';
	}
	if(!cut(&line, &path, ' '))
		return np_fail(&d->o->out,
				"%s:%u: is not MESSAGE-FILE SOURCE [TRANSPORT], as in "
				"invite.txt 192.0.2.1:5060 tcp",
				d->o->messages, number);
	file = beside(d->o->messages, nt_span_trim(line));
	status = judge(d, file, &path);
	free(file);
	return status;
}

static int judge_list(struct np_diff *d)
{
	struct nt_span bytes, rest, line;
	unsigned number = 0;
	int status = NP_FINE, err;

	if((err = np_file_read(&bytes, d->o->messages, LIST_MAX)) != 0)
		return np_fail(&d->o->out, "%s: %s", d->o->messages,
				err == EFBIG ? "too long" : strerror(err));
	rest = bytes;
	while(status == NP_FINE && nt_span_line(&rest, &line))
		status = judge_line(d, line, ++number);
	free((char *)bytes.p);
	return status;
}

int np_diff_messages(struct np_diff *d)
{
	int status = judge_words(d);

	return status == NP_FINE && d->o->messages != NULL ? judge_list(d) : status;
}

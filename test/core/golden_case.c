/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/golden_case.h"

#include <stdio.h>
#include <stdlib.h>

static void die(const char *path, const char *what, const char *value)
{
	fprintf(stderr, "%s: %s '%s'\n", path, what, value);
	abort();
}

static char *read_all(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *text = calloc(1, 300000);
	size_t n;

	if(f == NULL || text == NULL)
		die(path, "cannot be read", "");
	n = fread(text, 1, 299999, f);
	if(n == 0 || !feof(f))
		die(path, "is empty or too long", "");
	fclose(f);
	return text;
}

static int hex(char c)
{
	return c >= 'a' ? c - 'a' + 10 : c >= 'A' ? c - 'A' + 10 : c - '0';
}

/* \r \n \t \0 \\ \xHH; "\" at the end of a line joins it with the next, without
 * CRLF */
static size_t unescape(char *to, const char *from)
{
	size_t n = 0;

	for(; *from != '\0'; from++) {
		if(*from == '\n') {
			to[n++] = '\r';
			to[n++] = '\n';
		} else if(*from != '\\') {
			to[n++] = *from;
		} else if(*++from == 'x') {
			to[n++] = (char)(hex(from[1]) << 4 | hex(from[2]));
			from += 2;
		} else if(*from != '\n') {
			to[n++] = *from == 'r'	 ? '\r'
					  : *from == 'n' ? '\n'
					  : *from == 't' ? '\t'
					  : *from == '0' ? '\0'
									 : *from;
		}
	}
	return n;
}

/* "@LEN@" becomes the length of the body */
static size_t fill_length(char *bytes, size_t len)
{
	char *mark = memmem(bytes, len, "@LEN@", 5), *body, number[8];
	size_t digits;

	if(mark == NULL)
		return len;
	body = memmem(bytes, len, "\r\n\r\n", 4);
	digits = (size_t)snprintf(number, sizeof(number), "%zu",
			body != NULL ? len - (size_t)(body + 4 - bytes) : 0);
	memcpy(mark, number, digits);
	memmove(mark + digits, mark + 5, (size_t)(bytes + len - (mark + 5)));
	return len - 5 + digits;
}

static char *message_bytes(const char *text, size_t *len)
{
	char *bytes = calloc(1, 2 * strlen(text) + 1);

	*len = fill_length(bytes, unescape(bytes, text));
	return bytes;
}

/* A packet has one family */
static const char *local_or_default(const char *local, enum nt_family family)
{
	if(local[0] != '\0')
		return local;
	return family == NT_FAMILY_IPV6 ? "[2001:db8:1::1]:5060"
									: "198.51.100.1:5060";
}

static void read_from(struct golden_case *c, const char *value)
{
	static const char *const names[] = {"", "udp", "tcp", "tls", "ws", "wss"};
	char name[8], source[80], local[80] = "";

	if(sscanf(value, "%7s %79s to %79s", name, source, local) < 2
			|| nt_endpoint_parse(&c->from.source, nt_span_cstr(source)) != 0
			|| nt_endpoint_parse(
					   &c->from.local, nt_span_cstr(local_or_default(local,
											   c->from.source.addr.family)))
					   != 0)
		die(c->path, "from: is not 'transport addr:port [to addr:port]'",
				value);
	for(unsigned i = 1; i < 6; i++) {
		if(strcmp(name, names[i]) == 0)
			c->from.transport = (enum nt_transport)i;
	}
	if(c->from.transport == NT_TRANSPORT_OTHER)
		die(c->path, "no such transport", name);
}

static void read_line(struct golden_case *c, char *line)
{
	if(strncmp(line, "from: ", 6) == 0)
		read_from(c, line + 6);
	else if(strncmp(line, "call: ", 6) == 0 && c->call_count < GOLDEN_CALLS)
		c->call[c->call_count++] = line + 6;
	else if(strncmp(line, "set: ", 5) == 0 && c->set_count < GOLDEN_SETS)
		c->set[c->set_count++] = line + 5;
	else if(line[0] != '\0' && line[0] != '#')
		die(c->path, "not understood", line);
}

static char *cut(struct golden_case *c, char *text, const char *mark)
{
	char *at = strstr(text, mark);

	if(at == NULL)
		die(c->path, "has no line", mark);
	at[0] = '\0';
	return at + strlen(mark);
}

void golden_read(struct golden_case *c, const char *path)
{
	char *wants, *in, *out, *line, *rest;

	memset(c, 0, sizeof(*c));
	c->path = path;
	c->file = read_all(path);
	wants = cut(c, c->file, "=== want\n");
	in = cut(c, wants, "=== in\n");
	out = cut(c, in, "=== out\n");
	c->wants = wants;
	c->want_drop = strstr(wants, "dropped") == wants;
	c->in = message_bytes(in, &c->in_len);
	if(strcmp(out, "same\n") != 0)
		c->out = message_bytes(out, &c->out_len);
	line = strtok_r(c->file, "\n", &rest);
	c->title = line;
	while((line = strtok_r(NULL, "\n", &rest)) != NULL)
		read_line(c, line);
	if(c->title == NULL || c->title[0] != '#' || c->call_count == 0
			|| !nt_addr_is_set(&c->from.source.addr))
		die(path, "needs a title line '# ...', from: and call:", "");
}

void golden_free(struct golden_case *c)
{
	free(c->file);
	free(c->in);
	free(c->out);
}

/* Would an editor lose a blank in front of these bytes? */
static bool is_line_end(const char *bytes, size_t len)
{
	return len == 0 || bytes[0] == '\n'
		   || (bytes[0] == '\r' && len > 1 && bytes[1] == '\n');
}

/* The bytes as unescape() reads them, all of them visible in an editor */
static void escape(FILE *f, const char *bytes, size_t len)
{
	for(size_t i = 0; i < len; i++) {
		unsigned char b = (unsigned char)bytes[i];

		if(b == '\r' && i + 1 < len && bytes[i + 1] == '\n') {
			fputc('\n', f);
			i++;
		} else if(b == '\\') {
			fputs("\\\\", f);
		} else if(b == '\t') {
			fputs("\\t", f);
		} else if(b < ' ' || b >= 0x7f
				  || (b == ' ' && is_line_end(bytes + i + 1, len - i - 1))) {
			fprintf(f, "\\x%02x", b);
		} else {
			fputc(b, f);
		}
	}
	/* a last line without CRLF; a bare LF there is escaped, and joins nothing
	 */
	if(len < 2 || bytes[len - 1] != '\n' || bytes[len - 2] != '\r')
		fputs("\\\n", f);
}

void golden_bless(const struct golden_case *c, const struct golden_result *r)
{
	char *text = read_all(c->path), *wants = strstr(text, "=== want\n");
	char *in = strstr(text, "=== in\n"), *out = strstr(text, "=== out\n");
	FILE *f = fopen(c->path, "wb");

	fwrite(text, 1, (size_t)(wants - text), f);
	fprintf(f, "=== want\n%s", r->wants);
	fwrite(in, 1, (size_t)(out - in), f);
	fputs("=== out\n", f);
	if(r->dropped
			|| (r->shown_len == c->in_len
					&& memcmp(r->shown, c->in, c->in_len) == 0))
		fputs("same\n", f);
	else
		escape(f, r->shown, r->shown_len);
	fclose(f);
	free(text);
}

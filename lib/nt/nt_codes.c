/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_codes.h"

#include <errno.h>
#include <stdio.h>

#include "nt/nt_out.h"

/* Bits 0 to 3 are the classes 3xx to 6xx; above them are three fields of 9
 * bits, each a code less 299, in ascending order; 0: none */
#define CLASS_BITS 4
#define FIELD_BITS 9
#define FIELD_MASK ((1u << FIELD_BITS) - 1)
#define LEAST 300
#define BELOW_LEAST (LEAST - 1)
#define MOST 699

static unsigned field_shift(unsigned i)
{
	return CLASS_BITS + i * FIELD_BITS;
}

static unsigned code_at(uint32_t codes, unsigned i)
{
	uint32_t field = codes >> field_shift(i) & FIELD_MASK;

	return field != 0 ? field + BELOW_LEAST : 0;
}

static uint32_t class_bit(unsigned code)
{
	return code >= LEAST && code <= MOST ? 1u << (code / 100 - 3) : 0;
}

/* "4xx" */
static uint32_t read_class(struct nt_span word)
{
	if(word.len != 3 || word.p[1] != 'x' || word.p[2] != 'x' || word.p[0] < '3'
			|| word.p[0] > '6')
		return 0;
	return class_bit((unsigned)(word.p[0] - '0') * 100);
}

static unsigned read_code(struct nt_span word)
{
	unsigned long code;

	if(word.len != 3 || nt_span_number(&code, word, MOST) != 0 || code < LEAST)
		return 0;
	return (unsigned)code;
}

static uint32_t pack(uint32_t classes, unsigned *code, unsigned count)
{
	uint32_t codes = classes;

	for(unsigned i = 1; i < count; i++) {
		for(unsigned j = i; j > 0 && code[j - 1] > code[j]; j--) {
			unsigned other = code[j];

			code[j] = code[j - 1];
			code[j - 1] = other;
		}
	}
	for(unsigned i = 0; i < count; i++)
		codes |= (uint32_t)(code[i] - BELOW_LEAST) << field_shift(i);
	return codes;
}

int nt_codes_parse(uint32_t *codes, struct nt_span list)
{
	unsigned code[NT_CODES_MAX], count = 0;
	uint32_t classes = 0, class;
	struct nt_span word;

	list = nt_span_trim(list);
	if(nt_span_eq(list, NT_SPAN("none"))) {
		*codes = 0;
		return 0;
	}
	while(nt_span_word(&list, &word)) {
		if((class = read_class(word)) != 0)
			classes |= class;
		else if(count == NT_CODES_MAX || (code[count++] = read_code(word)) == 0)
			return EINVAL;
	}
	if(classes == 0 && count == 0)
		return EINVAL;
	*codes = pack(classes, code, count);
	return 0;
}

static void put(struct nt_out *o, const char *form, unsigned number)
{
	char word[8];
	int n = snprintf(word, sizeof(word), form, number);

	if(o->len > 0)
		nt_out_put(o, NT_SPAN(" "));
	nt_out_put(o, nt_span_of(word, (size_t)n));
}

size_t nt_codes_print(char *buf, size_t size, uint32_t codes)
{
	struct nt_out o = {.p = buf, .size = size > 0 ? size - 1 : 0};
	size_t len;

	if(size == 0)
		return 0;
	for(unsigned class = 3; class <= 6; class ++) {
		if(codes & class_bit(class * 100))
			put(&o, "%uxx", class);
	}
	for(unsigned i = 0; i < NT_CODES_MAX; i++) {
		if(code_at(codes, i) != 0)
			put(&o, "%u", code_at(codes, i));
	}
	if(o.len == 0)
		nt_out_put(&o, NT_SPAN("none"));
	len = nt_out_end(&o);
	buf[len] = '\0';
	return len;
}

bool nt_codes_have(uint32_t codes, unsigned code)
{
	if(codes & class_bit(code))
		return true;
	for(unsigned i = 0; i < NT_CODES_MAX; i++) {
		if(code != 0 && code_at(codes, i) == code)
			return true;
	}
	return false;
}

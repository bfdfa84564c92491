/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_opened.h"

#define WORD sizeof(uint64_t)
#define TEXT_WORDS (NT_OPENED_TEXT / WORD)
#define CONTENT_WORDS (NT_OPENED_CONTENT / WORD)

/* Texts are told apart by what stands behind their first byte, which is alike
 * in all of them: a MAC */
#define TEXT_MIN (2 + 2 * WORD)

/* ATOMIC: all of it. mark is odd while somebody writes. */
struct place
{
	uint32_t mark, keys;
	uint32_t text_len, content_len;
	uint64_t text[TEXT_WORDS], content[CONTENT_WORDS];
};

struct nt_opened
{
	uint32_t mask;
	struct place place[];
};

size_t nt_opened_bytes(uint32_t count)
{
	return sizeof(struct nt_opened) + count * sizeof(struct place);
}

struct nt_opened *nt_opened_init(void *memory, uint32_t count)
{
	struct nt_opened *t = memory;

	memset(t, 0, nt_opened_bytes(count));
	t->mask = count - 1;
	return t;
}

static uint32_t load(const uint32_t *from)
{
	return __atomic_load_n(from, __ATOMIC_RELAXED);
}

static size_t words(size_t bytes)
{
	return (bytes + WORD - 1) / WORD;
}

/* The last one is filled up with zeros */
static uint64_t word_of(const void *bytes, size_t n, size_t i)
{
	size_t rest = n - i * WORD;
	uint64_t w = 0;

	if(rest >= WORD)
		memcpy(&w, (const uint8_t *)bytes + i * WORD, WORD);
	else
		memcpy(&w, (const uint8_t *)bytes + i * WORD, rest);
	return w;
}

static uint32_t place_of(const struct nt_opened *t, struct nt_span sealed)
{
	uint64_t h = word_of(sealed.p + 2, sealed.len - 2, 0)
				 ^ word_of(sealed.p + 2, sealed.len - 2, 1) << 1;

	h *= 0x9e3779b97f4a7c15u;
	return (uint32_t)(h >> 32) & t->mask;
}

/* All of it, whatever differs first */
static bool is_same(const struct place *p, struct nt_span sealed)
{
	uint64_t differ = 0;

	for(size_t i = 0; i < words(sealed.len); i++)
		differ |= __atomic_load_n(&p->text[i], __ATOMIC_RELAXED)
				  ^ word_of(sealed.p, sealed.len, i);
	return differ == 0;
}

static void copy(uint8_t *content, const struct place *p, size_t n)
{
	for(size_t i = 0; i < words(n); i++) {
		uint64_t w = __atomic_load_n(&p->content[i], __ATOMIC_RELAXED);

		memcpy(content + i * WORD, &w, WORD);
	}
}

size_t nt_opened_get(const struct nt_opened *t, uint32_t keys,
		struct nt_span sealed, uint8_t content[NT_OPENED_CONTENT])
{
	const struct place *p;
	uint32_t mark;
	size_t n;

	if(sealed.len < TEXT_MIN || sealed.len > NT_OPENED_TEXT)
		return 0;
	p = &t->place[place_of(t, sealed)];
	mark = __atomic_load_n(&p->mark, __ATOMIC_ACQUIRE);
	n = load(&p->content_len);
	if((mark & 1) || load(&p->keys) != keys || load(&p->text_len) != sealed.len
			|| n == 0 || n > NT_OPENED_CONTENT || !is_same(p, sealed))
		return 0;
	copy(content, p, n);
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return load(&p->mark) == mark ? n : 0;
}

void nt_opened_put(struct nt_opened *t, uint32_t keys, struct nt_span sealed,
		const uint8_t *content, size_t n)
{
	struct place *p;
	uint32_t mark;

	if(sealed.len < TEXT_MIN || sealed.len > NT_OPENED_TEXT
			|| n > NT_OPENED_CONTENT)
		return;
	p = &t->place[place_of(t, sealed)];
	mark = load(&p->mark);
	if((mark & 1)
			|| !__atomic_compare_exchange_n(&p->mark, &mark, mark + 1, false,
					__ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return;
	__atomic_thread_fence(__ATOMIC_RELEASE);
	__atomic_store_n(&p->keys, keys, __ATOMIC_RELAXED);
	__atomic_store_n(&p->text_len, (uint32_t)sealed.len, __ATOMIC_RELAXED);
	__atomic_store_n(&p->content_len, (uint32_t)n, __ATOMIC_RELAXED);
	for(size_t i = 0; i < words(sealed.len); i++)
		__atomic_store_n(&p->text[i], word_of(sealed.p, sealed.len, i),
				__ATOMIC_RELAXED);
	for(size_t i = 0; i < words(n); i++)
		__atomic_store_n(
				&p->content[i], word_of(content, n, i), __ATOMIC_RELAXED);
	__atomic_store_n(&p->mark, mark + 2, __ATOMIC_RELEASE);
}

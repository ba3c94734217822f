/*
 * hacl.c: the SHA-2 functions that Debian 13's libpython3.13.a uses and forgets to hold.
 *
 * Its _sha2 module calls HACL*, whose objects were left out of the archive; libmd, which libbsd brings
 * along, computes the same.  Compiled only where configure found that a static link needs it.  Includes no
 * compat.h, because configure links it into a trial program before there is a config.h.
 */
#include <sha2.h>
#include <stdint.h>
#include <stdlib.h>

struct sha2 {
	SHA2_CTX ctx;
	void (*update)(SHA2_CTX *, const uint8_t *, size_t);
	void (*final)(uint8_t *, SHA2_CTX *);
};

static struct sha2 *
sha2_new(void (*init)(SHA2_CTX *), void (*update)(SHA2_CTX *, const uint8_t *, size_t),
         void (*final)(uint8_t *, SHA2_CTX *))
{
	struct sha2 *s = malloc(sizeof(*s));
	if (s) {
		init(&s->ctx);
		s->update = update;
		s->final = final;
	}
	return s;
}

static struct sha2 *
sha2_copy(const struct sha2 *s)
{
	struct sha2 *copy = malloc(sizeof(*copy));
	if (copy)
		*copy = *s;
	return copy;
}

static uint8_t
sha2_update(struct sha2 *s, const uint8_t *p, uint32_t n)
{
	s->update(&s->ctx, p, n);
	return 0;
}

/* The state stays usable: hashlib lets more data follow a digest. */
static void
sha2_digest(const struct sha2 *s, uint8_t *out)
{
	SHA2_CTX ctx = s->ctx;
	s->final(out, &ctx);
}

#define HACL(name) python_hashlib_Hacl_Hash_SHA2_##name

/* CPython's module calls the 256 functions on 224 states, and the 512 functions on 384 states. */
#define HACL_WIDTH(big, small)                                                                                \
	struct sha2 *HACL(malloc_##big)(void)                                                                 \
	{                                                                                                     \
		return sha2_new(SHA##big##Init, SHA##big##Update, SHA##big##Final);                           \
	}                                                                                                     \
	struct sha2 *HACL(malloc_##small)(void)                                                               \
	{                                                                                                     \
		return sha2_new(SHA##small##Init, SHA##small##Update, SHA##small##Final);                     \
	}                                                                                                     \
	struct sha2 *HACL(copy_##big)(const struct sha2 *s)                                                   \
	{                                                                                                     \
		return sha2_copy(s);                                                                          \
	}                                                                                                     \
	uint8_t HACL(update_##big)(struct sha2 *s, const uint8_t *p, uint32_t n)                              \
	{                                                                                                     \
		return sha2_update(s, p, n);                                                                  \
	}                                                                                                     \
	void HACL(digest_##big)(const struct sha2 *s, uint8_t *out)                                           \
	{                                                                                                     \
		sha2_digest(s, out);                                                                          \
	}                                                                                                     \
	void HACL(free_##big)(struct sha2 *s)                                                                 \
	{                                                                                                     \
		free(s);                                                                                      \
	}

HACL_WIDTH(256, 224)
HACL_WIDTH(512, 384)

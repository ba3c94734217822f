/*
 * wire.h: the frames between master and worker.  prun-events(5) describes them for readers outside.
 *
 * A frame is an 8-byte head and a payload, all numbers little-endian:
 *     u32 length of the payload   u8 type   u8 version   u16 zero
 * A worker runs arbitrary code, so every frame from it is hostile until it has been checked here.
 */
#ifndef PRUN_WIRE_H
#define PRUN_WIRE_H

#include <stddef.h>
#include <stdint.h>

struct buf;

#define WIRE_VERSION 1
#define WIRE_HEAD    8
#define WIRE_MAX     (512u << 20) /* largest payload; a longer one is malformed */

enum wire_type {
	/* master -> worker */
	WIRE_RUN = 1, /* u32 item…: append to the queue */
	WIRE_STOP,    /* empty: run what is queued, then finish */
	WIRE_CANCEL,  /* empty: drop what is queued and finish */
	/* worker -> master */
	WIRE_START,  /* u32 item: its protocol begins now */
	WIRE_RESULT, /* u32 item, u64 nanoseconds, JSON: what its protocol reported */
	WIRE_LOG,    /* JSON: what was reported outside of any item */
	WIRE_BYE,    /* JSON object: the worker's session ended; nothing follows */
	WIRE_HELLO,  /* empty: the worker is ready for its first item */
	WIRE_PASS,   /* u32 item, u64 nanoseconds, 9 f64: three phases passed, and that is all.  Duration, start and stop
		      * of each in seconds, in this machine's order of bytes */
	WIRE_CLOCK, /* u8: 1, the time that the item may take begins now; 0, it does not count */
	WIRE_ASK,    /* empty: it wants the terminal, and waits for LEND */
	WIRE_BACK,   /* empty: it does not want the terminal any more, whether it has got it or not */
	/* master -> worker */
	WIRE_LEND,   /* u8: 1, the terminal is yours; 0, there is none */
	WIRE_TYPES
};

struct wire_frame {
	enum wire_type type;
	const unsigned char *p; /* payload; borrowed from the buffer until wire_done() */
	size_t n;
};

void wire_put(struct buf *b, enum wire_type type, const void *p, size_t n);

/* A frame whose payload is `head` (u32 numbers and such) followed by `body`. */
void wire_put2(struct buf *b, enum wire_type type, const void *head, size_t nhead, const void *body,
	       size_t nbody);
void wire_put_items(struct buf *b, enum wire_type type, const uint32_t *items, size_t n);

/*
 * The first frame in the buffer: 1 and *f filled, 0 when more bytes are needed, -1 when it is malformed
 * (unknown version or type, too long).  After handling it, call wire_done(b, f).
 */
int wire_peek(const struct buf *b, struct wire_frame *f);
void wire_done(struct buf *b, const struct wire_frame *f);

uint32_t wire_u32(const unsigned char *p);
uint64_t wire_u64(const unsigned char *p);
void wire_set_u32(unsigned char *p, uint32_t v);
void wire_set_u64(unsigned char *p, uint64_t v);

#endif

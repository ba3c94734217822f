/* claims.c: who may run an item, in memory that master and workers share. */
#include "prun/compat.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "prun/claims.h"
#include "prun/fd.h"

struct claims {
	size_t size; /* of the mapping, in bytes */
	_Atomic uint32_t
	    offer[]; /* worker + 1 while the offer stands; 0 before, when taken, and when withdrawn */
};

struct claims *
claims_map(int fd)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return NULL;
	struct claims *c = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (c == MAP_FAILED)
		return NULL;
	c->size = (size_t)st.st_size;
	return c;
}

struct claims *
claims_new(size_t n, int *fd)
{
	struct claims *c = NULL;
	*fd = memfd_create("claims", MFD_CLOEXEC);
	if (*fd < 0)
		return NULL;
	*fd = fd_raise(*fd);
	if (ftruncate(*fd, (off_t)(sizeof(struct claims) + n * sizeof(_Atomic uint32_t))) == 0)
		c = claims_map(*fd);
	if (!c) {
		int err = errno;
		close(*fd);
		*fd = -1;
		errno = err;
	}
	return c;
}

void
claims_free(struct claims *c)
{
	if (c)
		munmap(c, c->size);
}

void
claims_offer(struct claims *c, uint32_t item, uint32_t worker)
{
	atomic_store(&c->offer[item], worker + 1);
}

static bool
end_offer(struct claims *c, uint32_t item, uint32_t worker)
{
	uint32_t expected = worker + 1;
	return atomic_compare_exchange_strong(&c->offer[item], &expected, 0);
}

bool
claims_withdraw(struct claims *c, uint32_t item, uint32_t worker)
{
	return end_offer(c, item, worker);
}

bool
claims_take(struct claims *c, uint32_t item, uint32_t worker)
{
	return end_offer(c, item, worker);
}

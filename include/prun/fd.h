/* fd.h: descriptors that stay out of the way of tests that count theirs. */
#ifndef PRUN_FD_H
#define PRUN_FD_H

/* Move fd up, out of the low numbers, closed on exec; it stays where it is when there is no room. */
int fd_raise(int fd);

#endif

/* title.h: what ps shows of this process; each room says its own with libbsd's setproctitle(). */
#ifndef PRUN_TITLE_H
#define PRUN_TITLE_H

/* Call once, before the first title.  Moves the environment, so that titles can be as long as it was. */
void title_init(void);

#endif

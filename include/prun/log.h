/*
 * log.h: what prun itself has to say, on standard error.
 *
 * log_error() and log_warn() print "prun: " and one sentence.  log_debug() prints only when PRUN_DEBUG is
 * set in the environment, with the process id and the monotonic time: that is for people who mend prun.
 */
#ifndef PRUN_LOG_H
#define PRUN_LOG_H

/* A message that ends in a colon has the text of errno appended. */
void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Call this before each line, so that what else stands on the terminal can give way; NULL: nothing. */
void log_before(void (*before)(void *ctx), void *ctx);

#endif

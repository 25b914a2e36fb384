#ifndef FLOCKER_PKG_CLINUX_SHIM_H
#define FLOCKER_PKG_CLINUX_SHIM_H

/* mallopt */
#include <malloc.h>
#include <stddef.h>
#include <stdint.h>

/* Functions that the C library declares for _GNU_SOURCE only, which Swift's Glibc module does not define. */
extern long copy_file_range(int in, int64_t *in_offset, int out, int64_t *out_offset, size_t length, unsigned int flags);
extern int sync_file_range(int descriptor, int64_t offset, int64_t length, unsigned int flags);

extern void *memmem(const void *haystack, size_t haystack_length, const void *needle, size_t needle_length);
extern int renameat2(int old_directory, const char *old_path, int new_directory, const char *new_path, unsigned int flags);

/* A set of processors is bits in words, the first processor's the lowest of the first word. */
extern int sched_getaffinity(int thread, size_t size, unsigned long *processors);
extern int sched_setaffinity(int thread, size_t size, const unsigned long *processors);
extern int pthread_attr_setaffinity_np(void *attributes, size_t size, const unsigned long *processors);
extern int sched_getcpu(void);

/* RENAME_EXCHANGE */
static const unsigned int clinux_rename_exchange = 2;

/* SYNC_FILE_RANGE_WRITE */
static const unsigned int clinux_start_writeback = 2;

#endif

#ifndef FLOCKER_PKG_CLZMA_SHIM_H
#define FLOCKER_PKG_CLZMA_SHIM_H

#include <lzma.h>

/* LZMA_STREAM_INIT is a macro, which Swift does not import. */
static inline lzma_stream clzma_stream_init(void) {
    lzma_stream stream = LZMA_STREAM_INIT;
    return stream;
}

#endif

#ifndef FLOCKER_PKG_CZLIB_SHIM_H
#define FLOCKER_PKG_CZLIB_SHIM_H

#include <zlib.h>

/* The init functions of zlib are macros, which Swift does not import. */
static inline int czlib_inflate_init2(z_stream *stream, int window_bits) {
    return inflateInit2(stream, window_bits);
}

#endif

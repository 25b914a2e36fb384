#ifndef FLOCKER_PKG_CZSTD_SHIM_H
#define FLOCKER_PKG_CZSTD_SHIM_H

#include <zstd.h>
#include <zstd_errors.h>

#endif

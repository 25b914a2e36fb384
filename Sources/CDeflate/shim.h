#ifndef FLOCKER_PKG_CDEFLATE_SHIM_H
#define FLOCKER_PKG_CDEFLATE_SHIM_H

#include <libdeflate.h>

#endif

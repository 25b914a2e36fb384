#ifndef FLOCKER_PKG_CBZIP2_SHIM_H
#define FLOCKER_PKG_CBZIP2_SHIM_H

#include <bzlib.h>

#endif

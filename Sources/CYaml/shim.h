#ifndef FLOCKER_PKG_CYAML_SHIM_H
#define FLOCKER_PKG_CYAML_SHIM_H

#include <yaml.h>

#endif

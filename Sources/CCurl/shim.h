#ifndef FLOCKER_PKG_CCURL_SHIM_H
#define FLOCKER_PKG_CCURL_SHIM_H

#include <curl/curl.h>

/* The types and numbers of libcurl's interface. Nothing is linked: the functions are looked up in the library when they are
   needed. Swift calls no function with a variable number of arguments, so that these do. */

typedef CURLcode (*ccurl_setopt)(CURL *handle, CURLoption option, ...);
typedef CURLcode (*ccurl_getinfo)(CURL *handle, CURLINFO info, ...);

static inline CURLcode ccurl_set_long(ccurl_setopt set, CURL *handle, CURLoption option, long value) {
    return set(handle, option, value);
}

static inline CURLcode ccurl_set_offset(ccurl_setopt set, CURL *handle, CURLoption option, curl_off_t value) {
    return set(handle, option, value);
}

static inline CURLcode ccurl_set_pointer(ccurl_setopt set, CURL *handle, CURLoption option, const void *value) {
    return set(handle, option, value);
}

/* Reading the body of a request, going back in it, taking the answer's headers and body, and progress. */
typedef size_t (*ccurl_transfer)(char *bytes, size_t size, size_t count, void *context);
typedef int (*ccurl_seek)(void *context, curl_off_t offset, int origin);
typedef int (*ccurl_progress)(void *context, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

static inline CURLcode ccurl_set_transfer(ccurl_setopt set, CURL *handle, CURLoption option, ccurl_transfer value) {
    return set(handle, option, value);
}

static inline CURLcode ccurl_set_seek(ccurl_setopt set, CURL *handle, ccurl_seek value) {
    return set(handle, CURLOPT_SEEKFUNCTION, value);
}

static inline CURLcode ccurl_set_progress(ccurl_setopt set, CURL *handle, ccurl_progress value) {
    return set(handle, CURLOPT_XFERINFOFUNCTION, value);
}

static inline CURLcode ccurl_get_long(ccurl_getinfo get, CURL *handle, CURLINFO info, long *value) {
    return get(handle, info, value);
}

/* Macros that Swift does not import. */
static const size_t ccurl_read_abort = CURL_READFUNC_ABORT;
static const int ccurl_seek_ok = CURL_SEEKFUNC_OK;
static const int ccurl_seek_fail = CURL_SEEKFUNC_FAIL;
static const long ccurl_http_1_1 = CURL_HTTP_VERSION_1_1;
static const long ccurl_global_default = CURL_GLOBAL_DEFAULT;

#endif

/*
 * What a complete check of rpms costs at the least: reads the files named, decompresses their zstd payloads, and takes the
 * digests that such packages have (SHA-256 and SHA-1 of the header, SHA-256 of the payload in both forms and of each file).
 * Nothing is compared, and nothing is checked: the packages have to be good ones. Two threads.
 *
 *     cc -O2 floor.c -o floor -lcrypto -lzstd -lpthread
 */

#include <fcntl.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

enum { LARGEST = 1 << 22 };

static char **paths;
static int count;
static atomic_int following;

static unsigned number(const unsigned char *bytes) {
    return (unsigned)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

static unsigned header_size(const unsigned char *header) {
    return 16 + 16 * number(header + 8) + number(header + 12);
}

static size_t hexadecimal(const unsigned char *digits) {
    char text[9] = {0};
    memcpy(text, digits, 8);
    return strtoul(text, NULL, 16);
}

static void take(EVP_MD_CTX *context, const EVP_MD *kind, const void *bytes, size_t size) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length;
    EVP_DigestInit_ex(context, kind, NULL);
    EVP_DigestUpdate(context, bytes, size);
    EVP_DigestFinal_ex(context, digest, &length);
}

static void *work(void *unused) {
    unsigned char *file = malloc(LARGEST), *archive = malloc(LARGEST);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    ZSTD_DCtx *decoder = ZSTD_createDCtx();
    int place;
    while ((place = atomic_fetch_add(&following, 1)) < count) {
        int descriptor = open(paths[place], O_RDONLY);
        ssize_t size = read(descriptor, file, LARGEST);
        close(descriptor);
        if (size <= 0) exit(1);
        unsigned header = 96 + (header_size(file + 96) + 7) / 8 * 8;
        unsigned payload = header + header_size(file + header);
        take(context, EVP_sha256(), file + header, payload - header);
        take(context, EVP_sha1(), file + header, payload - header);
        take(context, EVP_sha256(), file + payload, size - payload);
        ZSTD_inBuffer input = {file + payload, size - payload, 0};
        ZSTD_outBuffer output = {archive, LARGEST, 0};
        ZSTD_DCtx_reset(decoder, ZSTD_reset_session_only);
        if (ZSTD_isError(ZSTD_decompressStream(decoder, &output, &input))) exit(1);
        take(context, EVP_sha256(), archive, output.pos);
        for (size_t entry = 0; entry + 110 < output.pos;) {
            size_t content = entry + (110 + hexadecimal(archive + entry + 94) + 3) / 4 * 4;
            size_t length = hexadecimal(archive + entry + 54);
            if (length > 0) take(context, EVP_sha256(), archive + content, length);
            entry = content + (length + 3) / 4 * 4;
        }
    }
    return unused;
}

int main(int arguments, char **values) {
    paths = values + 1;
    count = arguments - 1;
    pthread_t other;
    if (pthread_create(&other, NULL, work, NULL) != 0) return 1;
    work(NULL);
    return pthread_join(other, NULL);
}

import CCurl
import Glibc

/// The functions of libcurl, looked up when the first request is made: a program that never talks to a server starts without
/// the dozens of libraries that libcurl brings, and runs where there are none.
///
/// Its functions may be called by any thread, and stay where they are until the process ends.
struct CurlLibrary: @unchecked Sendable {
    /// Its names, the one with OpenSSL first.
    private static let names = ["libcurl.so.4", "libcurl-gnutls.so.4", "libcurl-nss.so.4"]

    typealias Handle = UnsafeMutableRawPointer
    typealias List = UnsafeMutablePointer<curl_slist>

    let makeHandle: MakeHandle
    let destroyHandle: UseHandle
    let reset: UseHandle
    let perform: Perform
    let setOption: ccurl_setopt
    let getInfo: ccurl_getinfo
    let describe: Describe
    let append: Append
    let free: FreeList

    typealias Start = @convention(c) (Int) -> CURLcode
    typealias MakeHandle = @convention(c) () -> Handle?
    typealias UseHandle = @convention(c) (Handle?) -> Void
    typealias Perform = @convention(c) (Handle?) -> CURLcode
    typealias Describe = @convention(c) (CURLcode) -> UnsafePointer<CChar>?
    typealias Append = @convention(c) (List?, UnsafePointer<CChar>?) -> List?
    typealias FreeList = @convention(c) (List?) -> Void

    /// The library, loaded once in a process, or `nil` where there is none.
    static let loaded: CurlLibrary? = CurlLibrary()

    private init?() {
        guard let library = Self.names.lazy.compactMap({ dlopen($0, RTLD_NOW | RTLD_LOCAL) }).first,
            let start = dlsym(library, "curl_global_init"),
            let makeHandle = dlsym(library, "curl_easy_init"),
            let destroyHandle = dlsym(library, "curl_easy_cleanup"),
            let reset = dlsym(library, "curl_easy_reset"),
            let perform = dlsym(library, "curl_easy_perform"),
            let setOption = dlsym(library, "curl_easy_setopt"),
            let getInfo = dlsym(library, "curl_easy_getinfo"),
            let describe = dlsym(library, "curl_easy_strerror"),
            let append = dlsym(library, "curl_slist_append"),
            let free = dlsym(library, "curl_slist_free_all")
        else { return nil }
        guard unsafeBitCast(start, to: Start.self)(ccurl_global_default) == CURLE_OK else { return nil }
        self.makeHandle = unsafeBitCast(makeHandle, to: MakeHandle.self)
        self.destroyHandle = unsafeBitCast(destroyHandle, to: UseHandle.self)
        self.reset = unsafeBitCast(reset, to: UseHandle.self)
        self.perform = unsafeBitCast(perform, to: Perform.self)
        self.setOption = unsafeBitCast(setOption, to: ccurl_setopt.self)
        self.getInfo = unsafeBitCast(getInfo, to: ccurl_getinfo.self)
        self.describe = unsafeBitCast(describe, to: Describe.self)
        self.append = unsafeBitCast(append, to: Append.self)
        self.free = unsafeBitCast(free, to: FreeList.self)
    }
}

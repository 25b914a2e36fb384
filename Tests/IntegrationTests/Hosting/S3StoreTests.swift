import Foundation
import PackageFormats
import SystemPackage
import Testing

@testable import Omnibus

/// What only services have: keys, certificates, regions, parts, and networks that fail.
@Suite struct S3StoreTests {
    private static func file(_ text: String) -> InputFile { InputFile(bytes: Array(text.utf8), named: "x") }

    private static func failure(_ body: () async throws -> Void) async -> OmnibusError? {
        await #expect(throws: OmnibusError.self) { try await body() }
    }

    private static func text(_ store: S3Store, _ key: String) async throws -> String? {
        try await store.get(ObjectKey(key), limit: 1000).map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    /// Bytes of which every block is another, the same for the same seed.
    private static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
        var state = seed
        var block: [UInt8] = []
        for _ in 0..<4096 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            block.append(UInt8(truncatingIfNeeded: state >> 33))
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + block.count)
        while bytes.count < count {
            withUnsafeBytes(of: bytes.count) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: block)
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    @Test("who has no right, no bucket or no server is told so, whatever is asked")
    func refusals() async throws {
        let ceph = try await ObjectServer.ceph()
        let bucket = try await ceph.bucket()
        let key = try ObjectKey("k")
        _ = try await ceph.store(bucket).put(Self.file("x"), at: key)
        for (name, change, code) in [
            (bucket, ["AWS_SECRET_ACCESS_KEY": "hunter2"], "store-credentials"),
            (bucket, ["AWS_ACCESS_KEY_ID": "nobody"], "store-credentials"),
            (bucket, ["AWS_ACCESS_KEY_ID": "otheraccess", "AWS_SECRET_ACCESS_KEY": "othersecret"], "store-denied"),
            ("no-such-bucket", [:], "bucket-missing"),
            (bucket, ["AWS_ENDPOINT_URL": "http://127.0.0.1:1"], "store-unreachable"),
            (bucket, ["AWS_ENDPOINT_URL": "http://no-such-host.invalid"], "store-unreachable"),
        ] {
            let store = try ceph.store(name, environment: change)
            let errors = [
                await Self.failure { _ = try await store.get(key, limit: 10) },
                await Self.failure { _ = try await store.head(key) },
                await Self.failure { _ = try await store.list(prefix: "") },
                await Self.failure { _ = try await store.put(Self.file("y"), at: key) },
                await Self.failure { _ = try await store.put(Self.file("y"), at: key, if: .absent) },
                await Self.failure { try await store.delete(key) },
            ]
            for error in errors {
                #expect(error?.code == code, "\(String(describing: error))")
                #expect(error?.category == .unavailable)
                #expect(error?.message.contains("hunter2") == false)
            }
        }
        #expect(try await Self.text(ceph.store(bucket), "k") == "x")
    }

    @Test("a web server that is no object store is told from one")
    func otherServer() async throws {
        let folder = try TemporaryFolder()
        let ceph = try await ObjectServer.ceph()
        try await WebServer.serving(folder.path) { url in
            let store = try ceph.store("bucket", at: url)
            let key = try ObjectKey("k")
            #expect(await Self.failure { _ = try await store.get(key, limit: 10) }?.code == "bucket-missing")
            #expect(await Self.failure { _ = try await store.list(prefix: "") }?.code == "store-answer")
        }
    }

    @Test("a server that says nothing is given up")
    func silence() async throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(socket, raw, size) == 0 && listen(socket, 8) == 0 && getsockname(socket, raw, &size) == 0
                    ? UInt16(bigEndian: pointer.pointee.sin_port) : 0
            }
        }
        try #require(port != 0)
        let connection = try S3Options(endpointURL: "http://127.0.0.1:\(port)").connection(
            to: "bucket",
            environment: ["AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "s"],
            policy: RetrySchedule.Policy(attempts: 2),
            patience: CurlTransport.Patience(connecting: 2, stalled: 1)
        )
        let store = try S3Store(connection: connection, prefix: "", options: S3Options())
        let error = await Self.failure { _ = try await store.head(ObjectKey("k")) }
        #expect(error?.code == "store-interrupted")
        #expect(error?.category == .transfer)
        // Nobody waits for what was cancelled.
        let task = Task { try await store.head(ObjectKey("k")) }
        try await Task.sleep(for: .milliseconds(100))
        task.cancel()
        await #expect(throws: OmnibusError.self) { try await task.value }
    }

    @Test("another region's signature, another time's, and a bucket in the host's name reach their object")
    func corrections() async throws {
        let swift = try await ObjectServer.openStackSwift()
        let elsewhere = try swift.store(await swift.bucket(), environment: ["AWS_REGION": "eu-west-1"])
        _ = try await elsewhere.put(Self.file("x"), at: ObjectKey("k"))
        #expect(try await Self.text(elsewhere, "k") == "x")

        let ceph = try await ObjectServer.ceph()
        let bucket = try await ceph.bucket()
        for hours in [-2, 2] as [Int64] {
            let store = try ceph.store(bucket, clock: { Int64(Date().timeIntervalSince1970) + hours * 3600 })
            // The first request is one whose answer has no body.
            #expect(try await store.head(ObjectKey("clock\(hours)")) == nil)
            #expect(
                try await store.put(Self.file("x"), at: ObjectKey("clock\(hours)"), if: .absent) != .conditionFailed
            )
        }

        let folder = try TemporaryFolder()
        let configuration = try folder.write("[default]\ns3 =\n  addressing_style = virtual\n", to: "config")
        let url = ceph.url.replacing("127.0.0.1", with: "localhost")
        let store = try ceph.store(bucket, at: url, environment: ["AWS_CONFIG_FILE": configuration.string])
        #expect(store.url(of: try ObjectKey("a b")).hasPrefix("http://\(bucket).localhost:"))
        _ = try await store.put(Self.file("virtual"), at: ObjectKey("a b/ü+~"))
        #expect(try await Self.text(ceph.store(bucket), "a b/ü+~") == "virtual")
    }

    @Test("a server has to prove who it is")
    func certificates() async throws {
        let ceph = try await ObjectServer.ceph()
        let bucket = try await ceph.bucket()
        let doubted = try ceph.store(bucket, at: ceph.tls)
        #expect(await Self.failure { _ = try await doubted.list(prefix: "") }?.code == "store-untrusted")
        let trusted = try ceph.store(bucket, at: ceph.tls, environment: ["AWS_CA_BUNDLE": ceph.certificate])
        _ = try await trusted.put(Self.file("x"), at: ObjectKey("k"), if: .absent)
        #expect(try await Self.text(trusted, "k") == "x")
    }

    @Test("a store that refuses conditions is refused, unless nobody minds")
    func noConditions() async throws {
        let swift = try await ObjectServer.openStackSwift()
        let bucket = try await swift.bucket()
        let key = try ObjectKey("k")
        let store = try swift.store(bucket)
        #expect(
            await Self.failure { _ = try await store.put(Self.file("1"), at: key, if: .absent) }?.code
                == "store-no-conditions"
        )
        #expect(try await store.list(prefix: "").isEmpty)
        let unsafe = try swift.store(bucket, options: S3Options(allowsUnsafeConditions: true))
        guard case .written(let tag) = try await unsafe.put(Self.file("1"), at: key, if: .absent) else {
            Issue.record("nothing was written")
            return
        }
        #expect(try await unsafe.put(Self.file("2"), at: key, if: .absent) == .conditionFailed)
        #expect(try await unsafe.put(Self.file("2"), at: key, if: .matches(tag: tag)) != .conditionFailed)
        #expect(try await Self.text(unsafe, "k") == "2")
    }

    @Test("attributes and access lists are what those who fetch see")
    func attributes() async throws {
        let ceph = try await ObjectServer.ceph()
        let bucket = try await ceph.bucket()
        let store = try ceph.store(bucket, options: S3Options(accessControlList: "public-read"))
        let attributes = ObjectAttributes(contentType: "text/html; charset=utf-8", cacheControl: "max-age=60")
        _ = try await store.put(Self.file("x"), at: ObjectKey("open"), attributes)
        _ = try await ceph.store(bucket).put(Self.file("x"), at: ObjectKey("closed"), attributes)
        let curl = { (key: String) in
            try await output(of: "curl", ["--silent", "--noproxy", "*", "--head", "\(ceph.url)/\(bucket)/\(key)"])
                .lowercased()
        }
        let open = try await curl("open")
        #expect(open.hasPrefix("http/1.1 200"))
        #expect(
            open.contains("content-type: text/html; charset=utf-8\r\n")
                && open.contains("cache-control: max-age=60\r\n")
        )
        #expect(try await curl("closed").hasPrefix("http/1.1 403"))

        let policy = try BucketPolicy(publicReadOf: bucket)
        let change = try await store.change(to: policy)
        #expect(!change.difference.isEmpty)
        try await store.apply(change)
        #expect(try await curl("closed").hasPrefix("http/1.1 200"))
        #expect(try await store.change(to: policy).difference.isEmpty)
    }

    @Test("a large file goes in parts and comes back the same")
    func parts() async throws {
        let ceph = try await ObjectServer.ceph()
        let bucket = try await ceph.bucket()
        let proxy = try await FaultProxy(before: ceph.url)
        let folder = try TemporaryFolder()
        let bytes = Self.noise(70 << 20, seed: 7)
        let path = folder.appending("large")
        try Data(bytes).write(to: URL(filePath: path.string))
        let store = try ceph.store(bucket, at: proxy.url)
        let outcome = try await store.put(InputFile(opening: path), at: ObjectKey("large"))
        let parts = try await proxy.requests().filter { $0.path.contains("partNumber=") }
        #expect(parts.count == 5)
        let found = try #require(try await ceph.store(bucket).get(ObjectKey("large"), limit: bytes.count))
        #expect(found.bytes == bytes)
        #expect(outcome == .written(tag: found.info.tag))
        // A write with a condition is one request, whatever its size.
        try await proxy.begin()
        #expect(try await store.put(InputFile(opening: path), at: ObjectKey("large"), if: .absent) == .conditionFailed)
        #expect(try await proxy.requests().allSatisfy { !$0.path.contains("upload") })
    }

    @Test(
        "parts reach their object through a network that fails once anywhere",
        arguments: [.cutUpload, .cutAfter, .cutAnswer, .error500After, .slowDown503] as [FaultProxy.Fault]
    )
    func failingParts(fault: FaultProxy.Fault) async throws {
        let ceph = try await ObjectServer.ceph()
        let bucket = try await ceph.bucket()
        let proxy = try await FaultProxy(before: ceph.url)
        let store = try ceph.store(bucket, at: proxy.url)
        for index in 0..<5 {
            let bytes = Self.noise(11 << 20, seed: UInt64(index))
            let file = InputFile(bytes: bytes, named: "x")
            let key = try ObjectKey("large\(index)")
            try await proxy.begin([index: fault])
            let upload = S3MultipartUpload(store, file, key: key, fields: [], partSize: 5 << 20)
            #expect(try await upload.run(if: .always) != .conditionFailed)
            #expect(try await ceph.store(bucket).get(key, limit: bytes.count)?.bytes == bytes, "request \(index)")
        }
    }

    @Test("an upload that fails for good leaves neither object nor parts")
    func abandoned() async throws {
        let ceph = try await ObjectServer.ceph()
        let bucket = try await ceph.bucket()
        let proxy = try await FaultProxy(before: ceph.url)
        let store = try ceph.store(bucket, at: proxy.url, policy: RetrySchedule.Policy(attempts: 2))
        try await proxy.begin([1: .error500, 2: .error500])
        let file = InputFile(bytes: Self.noise(5 << 20, seed: 1), named: "x")
        let upload = S3MultipartUpload(store, file, key: try ObjectKey("large"), fields: [], partSize: 5 << 20)
        let error = await Self.failure { _ = try await upload.run(if: .always) }
        #expect(error?.code == "store-failing")
        #expect(error?.category == .transfer)
        #expect(try await proxy.requests().map(\.method) == ["POST", "PUT", "PUT", "DELETE"])
        #expect(try await ceph.store(bucket).list(prefix: "").isEmpty)
        var call = S3Call("GET")
        call.query = [("uploads", "")]
        let uploads = try await ceph.store(bucket).connection.send(call)
        #expect(!String(decoding: uploads.body, as: UTF8.self).contains("<Upload>"))
    }

    @Test(
        "conditional writes happen once through a network that fails once anywhere",
        arguments: FaultProxy.Fault.allCases.filter { $0 != .hold }
    )
    func failingWrites(fault: FaultProxy.Fault) async throws {
        let ceph = try await ObjectServer.ceph()
        let bucket = try await ceph.bucket()
        let proxy = try await FaultProxy(before: ceph.url)
        let key = try ObjectKey("k")
        // Past the last request there is nothing left to fail: the faults cover finding out, writing and reading.
        for index in 0..<(fault == .delay ? 1 : 10) {
            let direct = try ceph.store(bucket)
            try await direct.delete(key)
            let store = try ceph.store(bucket, at: proxy.url)
            try await proxy.begin([index: fault])
            guard case .written(let first) = try await store.put(Self.file("1"), at: key, if: .absent) else {
                Issue.record("\(fault) at \(index): the creation was lost")
                continue
            }
            #expect(try await Self.text(direct, "k") == "1", "\(fault) at \(index)")
            let second = try await store.put(Self.file("2"), at: key, if: .matches(tag: first))
            #expect(second != .conditionFailed, "\(fault) at \(index)")
            #expect(try await store.put(Self.file("3"), at: key, if: .matches(tag: first)) == .conditionFailed)
            #expect(try await Self.text(store, "k") == "2", "\(fault) at \(index)")
            var listing = S3Call("GET")
            listing.query = [("list-type", "2")]
            let all = String(decoding: try await direct.connection.send(listing).body, as: UTF8.self)
            #expect(!all.contains("flocker-pkg-probe"), "\(fault) at \(index)")
        }
    }

    @Test("a large file costs no memory")
    func memory() async throws {
        let ceph = try await ObjectServer.ceph()
        let bucket = try await ceph.bucket()
        let folder = try TemporaryFolder()
        let script = """
            import os, resource, subprocess, sys, zipfile
            program, wheel, bucket = sys.argv[1:]
            with zipfile.ZipFile(wheel, "w") as archive:
                archive.writestr("large.bin", os.urandom(200 << 20))
                archive.writestr("large-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: large\\nVersion: 1\\n\\n")
                archive.writestr("large-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
                archive.writestr("large-1.dist-info/RECORD", "")
            pid = os.fork()
            if pid == 0:
                os.execv(program, [program, "publish-python", "--quiet", "--to", "s3://" + bucket, wheel])
            _, status, usage = os.wait4(pid, 0)
            print(os.waitstatus_to_exitcode(status), usage.ru_maxrss // 1024)
            """
        let wheel = folder.appending("large-1-py3-none-any.whl")
        let lines = try await output(
            of: "python3",
            ["-c", script, try Program.path(), wheel.string, bucket],
            environment: ceph.environment().filter { $0.key != "PATH" }.mapValues { Optional($0) }
        ).split(separator: "\n")
        let words = try #require(lines.last).split(separator: " ").map(String.init)
        #expect(words.first == "0")
        let mebibytes = try #require(words.last.flatMap { Int($0) })
        #expect(mebibytes < 100, "\(mebibytes) MiB for a file of 200 MiB")
        let hosted = try #require(try await ceph.store(bucket).head(ObjectKey("python/large-1-py3-none-any.whl")))
        #expect(hosted.size == UInt64(try bytes(of: wheel).count))
    }
}

/// Where a store answers, and how a bucket stands in its addresses.
struct S3Endpoint: Sendable, Hashable {
    /// How a bucket is addressed.
    enum Addressing: String, Sendable, Hashable {
        /// `https://host/bucket/key`, which every server takes.
        case path
        /// `https://bucket.host/key`, which Amazon wants.
        case virtual
    }

    /// `http` or `https`.
    let scheme: String
    /// The host with its port, unless it is the scheme's own.
    let host: String
    /// What stands before the bucket in the path; empty, or beginning with a slash.
    let basePath: String
    /// Whether the bucket stands in the host's name.
    let addressing: Addressing
    /// Whether it is Amazon's own, whose host names the region.
    let isAmazon: Bool

    /// Amazon's own for a region.
    ///
    /// - Parameters:
    ///   - region: such as `eu-west-1`.
    ///   - bucket: the bucket: one whose name has dots is not covered by Amazon's certificate, unless it stands in the path.
    ///   - addressing: how it is addressed, or `nil` for what fits.
    init(region: String, bucket: String, addressing: Addressing?) {
        scheme = "https"
        host = "s3.\(region).amazonaws.com" + (region.hasPrefix("cn-") ? ".cn" : "")
        basePath = ""
        self.addressing = addressing ?? (bucket.contains(".") ? .path : .virtual)
        isAmazon = true
    }

    /// Another one.
    ///
    /// - Parameters:
    ///   - url: `http://…` or `https://…`, with a path or without.
    ///   - addressing: how buckets are addressed; in the path if `nil`, which every server takes.
    /// - Throws: ``OmnibusError`` with code `endpoint-url`.
    init(url: String, addressing: Addressing?) throws(OmnibusError) {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 3, parts[1].isEmpty, ["http:", "https:"].contains(parts[0].lowercased()),
            let (name, port) = Self.authority(parts[2]),
            url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"?#\\\"<>".utf8.contains($0) })
        else {
            throw OmnibusError(
                "endpoint-url",
                .usage,
                "'\(url.hidingCredentials().prefix(200))' is no address of an S3 service",
                hint: "expected http://HOST[:PORT] or https://HOST[:PORT]"
            )
        }
        scheme = String(parts[0].lowercased().dropLast())
        let isDefault = port == nil || port == (scheme == "https" ? 443 : 80)
        host = name.lowercased() + (isDefault ? "" : port.map { ":\($0)" } ?? "")
        let path = (parts.count > 3 ? parts[3] : "").split(separator: "/").joined(separator: "/")
        basePath = path.isEmpty ? "" : "/" + path
        self.addressing = addressing ?? .path
        isAmazon = false
    }

    private static func authority(_ text: String) -> (name: String, port: Int?)? {
        let name: Substring
        let rest: Substring
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            name = text[...end]
            rest = text[text.index(after: end)...]
            guard name.dropFirst().dropLast().allSatisfy({ $0.isHexDigit || ":.".contains($0) }) else { return nil }
        } else {
            name = text.prefix { $0 != ":" }
            rest = text[name.endIndex...]
            guard name.utf8.allSatisfy({ $0.isHostByte }) else { return nil }
        }
        guard !name.isEmpty else { return nil }
        guard !rest.isEmpty else { return (String(name), nil) }
        guard rest.hasPrefix(":"), let port = Int(rest.dropFirst()), (1...65535).contains(port) else { return nil }
        return (String(name), port)
    }

    /// The host and the path that a bucket, or a key in it, has.
    ///
    /// - Parameters:
    ///   - bucket: the bucket's name.
    ///   - key: the whole key, or `nil` for the bucket itself.
    func address(of bucket: String, key: String?) -> (host: String, path: String) {
        let suffix = key.map { "/" + PercentEncoding.encode($0, keeping: "/") } ?? ""
        switch addressing {
        case .path: return (host, "\(basePath)/\(bucket)\(suffix)")
        case .virtual: return ("\(bucket).\(host)", suffix.isEmpty ? basePath + "/" : basePath + suffix)
        }
    }
}

extension UInt8 {
    fileprivate var isHostByte: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
            || "-._".utf8.contains(self)
    }
}

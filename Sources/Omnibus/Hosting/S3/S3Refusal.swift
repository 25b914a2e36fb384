import PackageFormats

/// What a store says of why it did not do what it was asked ("Error responses", Amazon S3 API Reference).
struct S3Refusal: Sendable {
    /// Such as `NoSuchKey`; empty where the answer has no body that says.
    var code = ""
    /// A sentence, perhaps empty.
    var message = ""
    /// The region in which the bucket is, where the answer says so.
    var region: String?

    /// Reads an answer; whatever is wrong with it, there is a status.
    init(_ response: HTTPResponse) {
        region = response.headers["x-amz-bucket-region"]
        if let root = S3Document.root(of: response.body), root.name == "Error" {
            code = root.child("Code")?.text ?? ""
            message = root.child("Message")?.text ?? ""
            region = root.child("Region")?.text ?? region
        }
        if let found = region, found.isEmpty || found.utf8.count > 40 || !found.utf8.allSatisfy(\.isRegionByte) {
            region = nil
        }
    }

    /// The codes and the statuses after which the same request may be carried out.
    static func isTransient(_ status: Int, _ code: String) -> Bool {
        let isOverload = ["SlowDown", "RequestTimeout", "RequestTimeoutException", "ThrottlingException"].contains(code)
        return status == 429 || status == 408 || (status >= 500 && status != 501 && status != 505) || isOverload
    }
}

/// The documents of a store's answers.
enum S3Document {
    /// The root of an answer, or `nil` for what is no XML.
    static func root(of bytes: [UInt8]) -> XMLElement? {
        guard !bytes.isEmpty else { return nil }
        do throws(FormatError) {
            return try XMLElement(parsing: bytes)
        } catch {
            return nil
        }
    }
}

extension UInt8 {
    fileprivate var isRegionByte: Bool {
        (0x30...0x39).contains(self) || (0x61...0x7A).contains(self) || (0x41...0x5A).contains(self)
            || self == UInt8(ascii: "-") || self == UInt8(ascii: "_")
    }
}

extension String {
    /// An entity tag without its quotes and without the mark of a weak one.
    var withoutTagQuotes: String {
        var text = self[...]
        if text.hasPrefix("W/") { text = text.dropFirst(2) }
        if text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") { text = text.dropFirst().dropLast() }
        return String(text)
    }
}

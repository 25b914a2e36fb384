/// The 96 bytes that an rpm begins with. Only its magic, major version and signature type mean anything to rpm today.
public struct RPMLead: Sendable, Hashable {
    /// The length of a lead in bytes.
    public static let byteCount = 96
    /// What every rpm begins with.
    public static let magic: [UInt8] = [0xED, 0xAB, 0xEE, 0xDB]

    /// What kind of package the lead says this is.
    public enum Kind: UInt16, Sendable, Hashable {
        /// Files to install.
        case binary = 0
        /// Sources and a spec file.
        case source = 1
    }

    /// The version of the file format: 3 for v4 packages, 4 for v6 packages.
    public var major: UInt8
    /// Always 0.
    public var minor: UInt8
    /// The kind as written; see ``Kind``.
    public var type: UInt16
    /// The architecture's number; see ``Architecture/leadNumber``.
    public var architectureNumber: UInt16
    /// `NAME-[EPOCH:]VERSION-RELEASE`, cut after 65 bytes.
    public var name: [UInt8]
    /// The operating system's number: 1 is Linux.
    public var systemNumber: UInt16
    /// How the signature header is laid out; always 5.
    public var signatureType: UInt16

    private static let nameSize = 66

    /// The lead of a v4 binary package for Linux.
    public init(name: String, version: EVR, architecture: Architecture) {
        major = 3
        minor = 0
        type = Kind.binary.rawValue
        architectureNumber = architecture.leadNumber
        self.name = Array("\(name)-\(version)".utf8.prefix(RPMLead.nameSize - 1))
        systemNumber = 1
        signatureType = 5
    }

    /// Reads a lead.
    ///
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/rpmLeadTruncated``, ``FormatError/Code/rpmLeadMagic``,
    ///   ``FormatError/Code/rpmLeadVersion`` or ``FormatError/Code/rpmLeadSignatureType``.
    public init(decoding bytes: [UInt8]) throws(FormatError) {
        guard bytes.starts(with: RPMLead.magic) || bytes.count < 4 else {
            throw FormatError(.rpmLeadMagic, "is no rpm: it does not begin with ED AB EE DB", offset: 0)
        }
        guard bytes.count >= RPMLead.byteCount else {
            throw FormatError(.rpmLeadTruncated, "ends inside the lead", offset: UInt64(bytes.count))
        }
        let reader = BigEndianReader(bytes)
        major = try reader.integer(at: 4)
        minor = try reader.integer(at: 5)
        type = try reader.integer(at: 6)
        architectureNumber = try reader.integer(at: 8)
        name = Array(bytes[10..<76].prefix { $0 != 0 })
        systemNumber = try reader.integer(at: 76)
        signatureType = try reader.integer(at: 78)
        guard major == 3 || major == 4 else {
            throw FormatError(.rpmLeadVersion, "the lead is of version \(major), not 3 or 4", offset: 4)
        }
        guard signatureType == 5 else {
            throw FormatError(.rpmLeadSignatureType, "the lead's signature type is \(signatureType), not 5", offset: 78)
        }
    }

    /// The 96 bytes.
    public func encode() -> [UInt8] {
        var writer = BigEndianWriter(reservingCapacity: RPMLead.byteCount)
        writer.append(contentsOf: RPMLead.magic)
        writer.append(major)
        writer.append(minor)
        writer.append(type)
        writer.append(architectureNumber)
        writer.append(contentsOf: name.prefix(RPMLead.nameSize - 1))
        writer.fill(to: 76)
        writer.append(systemNumber)
        writer.append(signatureType)
        writer.fill(to: RPMLead.byteCount)
        return writer.bytes
    }
}

extension FormatError.Code {
    /// The file ends inside the lead.
    public static let rpmLeadTruncated = Self(rawValue: "rpm-lead-truncated")
    /// The file does not begin as an rpm does.
    public static let rpmLeadMagic = Self(rawValue: "rpm-lead-magic")
    /// The lead is of a version that rpm does not read.
    public static let rpmLeadVersion = Self(rawValue: "rpm-lead-version")
    /// The lead announces a signature of a type that rpm does not read.
    public static let rpmLeadSignatureType = Self(rawValue: "rpm-lead-signature-type")
}

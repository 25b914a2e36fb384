internal import Glibc
public import SystemPackage

/// Writes packages as rpm files of format version 4, which every rpm in use reads.
///
/// The payload is streamed behind room that is left for the headers, so that nothing is written twice and memory does
/// not grow with the package. The same package gives the same bytes whatever the number of threads.
///
/// Directories that the `filesystem` package of every distribution owns are left out: owning them with another mode
/// would be a conflict. Flags of compilers (OPTFLAGS), colours and classes of files are not written: they say nothing
/// that a reader needs.
public struct RPMWriter: Sendable {
    /// What the distribution's rpm wants.
    public var profile: RPMProfile
    /// How many threads compress.
    public var threads: Int

    /// Makes a writer.
    ///
    /// - Parameters:
    ///   - profile: what the distribution's tools want.
    ///   - threads: how many threads compress; `nil` for as many as the machine has processors.
    public init(profile: RPMProfile = RPMProfile(), threads: Int? = nil) {
        self.profile = profile
        self.threads = threads ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }

    /// The usual name of a package's file, `NAME-VERSION-RELEASE.ARCH.rpm`.
    public static func fileName(of package: Package) -> String {
        "\(package.name)-\(package.version.versionAndRelease).\(package.architecture.rpmName).rpm"
    }

    /// Writes a package into a directory under its usual name.
    ///
    /// - Returns: the file's path.
    /// - Throws: ``FormatError`` as ``write(_:at:)`` does.
    @discardableResult
    public func write(_ package: Package, to directory: FilePath) throws(FormatError) -> FilePath {
        // The parts of the name are checked before they become a path.
        let prepared = try Prepared(package, profile: profile)
        let path = directory.appending(RPMWriter.fileName(of: package))
        try prepare(prepared, at: path, progress: nil).commit()
        return path
    }

    /// Writes a package to a file, which appears when it is complete and replaces one of the same name.
    ///
    /// - Throws: ``FormatError`` where the package says what rpm cannot hold, where a file cannot be read or changed
    ///   meanwhile, or with code ``FormatError/Code/cannotCreate`` where the result cannot be written.
    public func write(_ package: Package, at path: FilePath) throws(FormatError) {
        try prepare(package, at: path).commit()
    }

    /// Writes a package to a file that has no name yet, so that several packages can appear together.
    ///
    /// - Parameters:
    ///   - package: what to write.
    ///   - path: the name it is going to have.
    ///   - progress: takes how many bytes of the package's files are packed, after each file.
    /// - Returns: the file; ``OutputFile/commit()`` gives it its name.
    /// - Throws: ``FormatError`` as ``write(_:at:)`` does; then nothing is left behind.
    public func prepare(
        _ package: Package,
        at path: FilePath,
        progress: (@Sendable (UInt64) -> Void)? = nil
    ) throws(FormatError) -> OutputFile {
        try prepare(Prepared(package, profile: profile), at: path, progress: progress)
    }

    private func prepare(
        _ prepared: Prepared,
        at path: FilePath,
        progress: (@Sendable (UInt64) -> Void)?
    ) throws(FormatError) -> OutputFile {
        let headerSize = try prepared.header(nil).encode().count
        // Compression makes nothing longer by more than this.
        let bound = prepared.files.archiveSize / 64 * 65 + UInt64(headerSize) + (1 << 20)
        let isLong = bound >= RPMFileList.longSize
        let front = try RPMSignatureBlock.frontSize(of: profile, isLong: isLong)
        let output = try OutputFile(creating: path)
        try output.write([UInt8](repeating: 0, count: front + headerSize))
        let summary = try RPMPayload.write(
            prepared.files,
            compression: profile.compression,
            threads: threads,
            to: output,
            progress: progress
        )
        let header = try prepared.header(summary).encode()
        guard header.count == headerSize else {
            throw FormatError(
                .internalInconsistency,
                "the header changed its length from \(headerSize) to \(header.count)"
            )
        }
        let signature = try RPMSignatureBlock(
            header: header,
            archiveSize: summary.archiveSize,
            isLong: isLong,
            profile: profile,
            output: output,
            payloadStart: front + headerSize
        )
        let start = prepared.lead.encode() + signature.bytes
        guard start.count == front else {
            throw FormatError(
                .internalInconsistency,
                "lead and signature header have \(start.count) bytes, not \(front)"
            )
        }
        try output.overwrite(start + header, at: 0)
        return output
    }

    /// A package that was checked, and everything of its header but the digests.
    private struct Prepared {
        let lead: RPMLead
        let files: RPMFileList
        private let base: RPMMainHeader
        private let unknownDigest = String(repeating: "0", count: 64)

        init(_ package: Package, profile: RPMProfile) throws(FormatError) {
            var header = RPMMainHeader()
            try RPMMetadata.set(package, in: &header)
            files = try RPMFileList(package.entries)
            let scripts = try RPMScripts(of: package)
            let triggers = try RPMTriggers(of: package)
            let dependencies = try RPMDependencies(
                of: package,
                files: files,
                scripts: scripts,
                triggers: triggers,
                compression: profile.compression
            )
            scripts.set(in: &header)
            triggers.set(in: &header)
            dependencies.set(in: &header)
            try Prepared.set(profile, of: package, in: &header)
            base = header
            lead = RPMLead(name: package.name, version: package.version, architecture: package.architecture)
            let size = try self.header(nil).encode().count
            guard size <= profile.maximumHeaderSize else {
                throw FormatError(
                    .limitExceeded,
                    "the header takes \(size) bytes; the distribution's rpm reads \(profile.maximumHeaderSize)"
                )
            }
        }

        private static func set(
            _ profile: RPMProfile,
            of package: Package,
            in header: inout RPMMainHeader
        ) throws(FormatError) {
            for (field, text) in [("rpmVersion", profile.rpmVersion), ("platform", profile.platform)] {
                guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                    throw FormatError(.invalidValue, "'\(text)' is no word", field: field)
                }
            }
            header[.rpmVersion] = .text(profile.rpmVersion)
            header[.platform] = .text("\(package.architecture.rpmName)-\(profile.platform)")
            header[.payloadFormat] = .text("cpio")
            let compression = profile.compression
            header[.payloadCompressor] = compression.algorithm == .none ? nil : .text(compression.algorithm.rawValue)
            header[.payloadFlags] = .text(compression.algorithm == .none ? "" : "\(compression.level)")
            header[.payloadDigestAlgo] = .int32([8])
        }

        /// The header with the digests of a payload, or with zeros of the same length.
        func header(_ summary: RPMPayload.Summary?) -> RPMMainHeader {
            var header = base
            files.set(in: &header, digests: summary?.fileDigests)
            let payload = summary?.payloadDigest.hexadecimal ?? unknownDigest
            let archive = summary?.archiveDigest.hexadecimal ?? unknownDigest
            header[.payloadDigest] = .stringArray(PackedStrings([payload]))
            header[.payloadDigestAlt] = .stringArray(PackedStrings([archive]))
            return header
        }
    }
}

extension FormatError.Code {
    /// Two parts of this library do not agree; a fault of the library.
    public static let internalInconsistency = Self(rawValue: "internal-inconsistency")
}

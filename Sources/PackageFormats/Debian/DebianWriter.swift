internal import Glibc
public import SystemPackage

/// Writes .deb files, format 2.0 (deb(5)), that every dpkg since 2009 installs.
///
/// The same package gives the same bytes on any machine and with any number of threads. Every file is read once; its MD5
/// is taken on the way. Memory is bounded by the compressor's windows, whatever the package's size.
public struct DebianWriter: Sendable {
    private let profile: DebianProfile
    private let threads: Int

    /// Makes a writer.
    ///
    /// - Parameters:
    ///   - profile: what the distribution's tools want.
    ///   - threads: how many threads may compress; `nil` for one a processor.
    public init(profile: DebianProfile = DebianProfile(), threads: Int? = nil) {
        self.profile = profile
        self.threads = max(1, threads ?? sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }

    /// The file name that a package gets: `NAME_VERSION_ARCH.deb`, the epoch left out.
    public static func fileName(of package: Package) -> String {
        "\(package.name)_\(package.version.versionAndRelease)_\(package.architecture.debianName).deb"
    }

    /// Writes a package into a folder under its usual name; see ``fileName(of:)``.
    ///
    /// - Returns: the file's path.
    /// - Throws: ``FormatError``; then no file has the name that had not before.
    @discardableResult
    public func write(_ package: Package, to directory: FilePath) throws(FormatError) -> FilePath {
        // The name and version must be checked before they become part of a path.
        let content = try Content(package)
        let path = directory.appending(DebianWriter.fileName(of: package))
        try prepare(content, at: path, progress: nil).commit()
        return path
    }

    /// Writes a package to a file.
    ///
    /// - Throws: ``FormatError``; then no file has the name that had not before.
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
    /// - Throws: ``FormatError``; then nothing is left behind.
    public func prepare(
        _ package: Package,
        at path: FilePath,
        progress: (@Sendable (UInt64) -> Void)? = nil
    ) throws(FormatError) -> OutputFile {
        try prepare(try Content(package), at: path, progress: progress)
    }

    /// A package that was checked in full, so that nothing is written for one that dpkg would refuse.
    private struct Content {
        let payload: DebianPayload
        let control: DebianControlArchive
        let date: Int64

        init(_ package: Package) throws(FormatError) {
            // The stanza's checks come first: the documents' paths and texts are made of the same values.
            _ = try DebianMetadata.stanza(of: package, installedSize: 0)
            payload = try DebianPayload(package, adding: try DebianDocuments.entries(for: package))
            control = try DebianControlArchive(package, payload)
            date = package.date
        }
    }

    private func prepare(
        _ content: Content,
        at path: FilePath,
        progress: (@Sendable (UInt64) -> Void)?
    ) throws(FormatError) -> OutputFile {
        // The data go first, because the control archive holds their sums; this file never gets a name.
        let data = try OutputFile(creating: path.withSuffix(".data"))
        let encoder = try profile.compression.makeEncoder(threads: threads)
        var archive = TarWriter(EncodingSink(encoder, data))
        let sums = try content.payload.write(to: &archive, progress: progress)
        try archive.sink.finish()
        let control = try content.control.encode(md5sums: sums, profile.controlCompression, date: content.date)

        var front = ArArchive.magic
        try front.appendMember("debian-binary", Array("2.0\n".utf8), date: content.date)
        let controlName = "control.tar\(profile.controlCompression.algorithm.tarSuffix)"
        try front.appendMember(controlName, control, date: content.date)
        let dataName = "data.tar\(profile.compression.algorithm.tarSuffix)"
        front += try ArArchive.header(name: dataName, size: data.size, date: content.date)

        let output = try OutputFile(creating: path)
        try output.write(front.span.bytes)
        try output.append(contentsOf: data)
        let padding: [UInt8] = data.size % 2 == 1 ? [0x0A] : []
        try output.write(padding.span.bytes)
        return output
    }
}

extension [UInt8] {
    /// Appends a whole member of an ar archive.
    fileprivate mutating func appendMember(_ name: String, _ bytes: [UInt8], date: Int64) throws(FormatError) {
        self += try ArArchive.header(name: name, size: UInt64(bytes.count), date: date)
        self += bytes
        if bytes.count % 2 == 1 { append(0x0A) }
    }
}

/// Compresses what it takes into a file.
private struct EncodingSink: ByteSink {
    private let encoder: any Encoder
    private var output: OutputFile

    init(_ encoder: any Encoder, _ output: OutputFile) {
        self.encoder = encoder
        self.output = output
    }

    mutating func write(_ bytes: RawSpan) throws(FormatError) { try encoder.write(bytes, to: &output) }

    mutating func finish() throws(FormatError) { try encoder.finish(to: &output) }
}

extension FilePath {
    /// The path with text behind its last component; the folder's name need not be UTF-8.
    fileprivate func withSuffix(_ suffix: String) -> FilePath {
        removingLastComponent().appending((lastComponent?.string ?? "package") + suffix)
    }
}

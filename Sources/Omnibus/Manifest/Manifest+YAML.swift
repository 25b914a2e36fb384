public import SystemPackage

extension Manifest {
    /// Reads a manifest's text.
    ///
    /// `file` is the name that errors begin with.
    /// - Throws: ``OmnibusError`` of category `badInput`, with file, line and column in front of its message, and the
    ///   nearest known word as the hint: `manifest-syntax` for what is no YAML, `manifest-duplicate-key`,
    ///   `manifest-unknown-key`, `manifest-missing-key`, `manifest-type` for a value of the wrong kind, `manifest-value`,
    ///   `manifest-name`, `manifest-duplicate-package`, `manifest-content`, `manifest-path`, `manifest-pattern`,
    ///   `manifest-relation`, `manifest-placeholder`, `manifest-unknown-distribution`, `version-unsupported`; and
    ///   `manifest-too-large` above 1 MiB, `manifest-aliases` above eight YAML aliases.
    public init(yaml text: String, file: String = "manifest") throws(OmnibusError) {
        let document = try ManifestDocument(text, file: file)
        var reader = ManifestReader(file: file)
        self = try reader.manifest(document.root)
    }

    /// Reads a manifest's file.
    ///
    /// - Throws: as ``init(yaml:file:)``, and `manifest-unreadable` where the file cannot be read or is no UTF-8.
    public init(contentsOf path: FilePath) throws(OmnibusError) {
        let text = try Self.text(of: path)
        try self.init(yaml: text, file: path.string)
    }

    private static func text(of path: FilePath) throws(OmnibusError) -> String {
        var bytes: [UInt8] = []
        do {
            let descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
            try descriptor.closeAfter {
                var chunk = [UInt8](repeating: 0, count: 1 << 16)
                // One byte too many is enough to know that the document is too large.
                while bytes.count <= ManifestDocument.maximumSize {
                    let count = try chunk.withUnsafeMutableBytes { try descriptor.read(into: $0) }
                    if count == 0 { break }
                    bytes += chunk.prefix(count)
                }
            }
        } catch let error as Errno {
            throw OmnibusError(
                "manifest-unreadable",
                .missingInput,
                "cannot read the manifest \(path.string): \(error)"
            )
        } catch {
            throw OmnibusError("manifest-unreadable", .missingInput, "cannot read the manifest \(path.string)")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw OmnibusError("manifest-unreadable", .badInput, "\(path.string): the manifest is no UTF-8")
        }
        return text
    }

    /// The manifest as YAML that reads back equal.
    ///
    /// - Throws: ``OmnibusError`` with code `manifest-unwritable` for a value that YAML cannot hold.
    public func yaml() throws(OmnibusError) -> String {
        try ManifestWriter.yaml(self)
    }
}

@testable import PackageFormats
import SystemPackage

/// Everything of PackageFormats that takes bytes from outside. An error is a fine answer; a trap, a hang, or a broken law is a find.
enum FuzzDecoder: String, CaseIterable {
    case rpm
    case rpmHeader = "rpm-header"
    case rpmSignature = "rpm-signature"
    case openPGP = "openpgp"
    case cpio
    case deb
    case ar
    case tar
    case zip
    case control
    case relations
    case lists
    case changelog
    case spec
    case versions
    case gzip
    case bzip2
    case xz
    case lzma
    case zstd

    /// Small enough that a bomb cannot make an execution slow.
    private static let limits = PayloadLimits(entries: 1000, bytes: 1 << 20, ratio: 1 << 20)

    func feed(_ bytes: [UInt8]) {
        do throws(FormatError) {
            try decode(bytes)
        } catch {
            // A code and a sentence is what every refusal consists of.
            precondition(!error.code.rawValue.isEmpty && !error.message.isEmpty)
        }
    }

    private func decode(_ bytes: [UInt8]) throws(FormatError) {
        switch self {
        case .rpm: try Self.package(bytes, named: "package.rpm")
        case .deb: try Self.package(bytes, named: "package_1_all.deb")
        case .rpmHeader: try Self.mainHeader(bytes)
        case .rpmSignature: try Self.sameAgain(RPMSignatureHeader(decoding: bytes), bytes)
        case .openPGP:
            let (signature, length) = try OpenPGPSignature.decode(bytes)
            precondition(length <= bytes.count && !signature.algorithm.isEmpty)
        case .cpio: try Self.cpio(bytes)
        case .ar: _ = try ArArchive.members(of: InputFile(bytes: bytes, named: "archive.ar"))
        case .tar: try Self.tar(bytes)
        case .zip: try Self.zip(bytes)
        case .control:
            let file = try ControlFile(parsing: bytes)
            // What was read is written in a form that reads as the same.
            if file.isUTF8 {
                Self.law(file.stanzas) { () throws(FormatError) in try ControlFile(parsing: file.render()).stanzas }
            }
            if let stanza = file.stanzas.first { _ = try DebianMetadata.package(from: stanza, date: 0) }
        case .relations:
            let text = String(decoding: bytes, as: UTF8.self)
            for field in DebianRelations.fields {
                let relations = try DebianRelations.parse(text, in: field)
                guard let rendered = try DebianRelations.render(relations, in: field) else { continue }
                // Written once, an epoch of 0 is gone; from then on nothing changes.
                Self.law(Optional(rendered)) { () throws(FormatError) in
                    try DebianRelations.render(DebianRelations.parse(rendered, in: field), in: field)
                }
            }
        case .lists:
            _ = try DebianLists.conffiles(bytes)
            _ = try DebianLists.sums(bytes)
            _ = try DebianTriggers.parse(bytes)
        case .changelog: _ = DebianChangelog.parse(String(decoding: bytes, as: UTF8.self))
        case .spec:
            let file = try SpecFile(parsing: bytes)
            _ = file.findings()
            let text = try file.render()
            Self.law(text) { () throws(FormatError) in try SpecFile(parsing: Array(text.utf8)).render() }
        case .versions: try Self.versions(bytes)
        case .gzip: Self.unpack(.gzip, bytes)
        case .bzip2: Self.unpack(.bzip2, bytes)
        case .xz: Self.unpack(.xz, bytes)
        case .lzma: Self.unpack(.lzma, bytes)
        case .zstd: Self.unpack(.zstd, bytes)
        }
    }

    /// What was read has to be had again.
    private static func law<Value: Equatable>(_ value: Value, _ again: () throws(FormatError) -> Value) {
        do throws(FormatError) {
            let found = try again()
            precondition(found == value)
        } catch {
            preconditionFailure("\(error)")
        }
    }

    private static func package(_ bytes: [UInt8], named name: FilePath) throws(FormatError) {
        let package = try PackageFile(reading: InputFile(bytes: bytes, named: name))
        _ = package.tags
        _ = package.signatures
        _ = package.payload
        _ = try package.verify(limits: limits)
        _ = try package.contents(limits: limits)
    }

    private static func mainHeader(_ bytes: [UInt8]) throws(FormatError) {
        let header = try RPMMainHeader(decoding: bytes)
        try sameAgain(header, bytes)
        _ = try RPMFile.files(in: header)
        let package = try RPMMetadata.package(in: header)
        _ = try RPMMetadata.changelog(in: header, of: package)
        _ = try RPMDependencies.relations(in: header, of: package)
        _ = try RPMTriggers.triggers(in: header)
        _ = RPMScripts.scripts(in: header)
    }

    private static func sameAgain<Kind>(_ header: RPMHeader<Kind>, _ bytes: [UInt8]) throws(FormatError) {
        if header.hasRegion {
            law(header.isCanonical) { () throws(FormatError) in
                do throws(FormatError) { return try header.encode() == bytes } catch { return false }
            }
        }
        // Without a region values may overlap, and then take more room when they are written.
        guard header.hasRegion, header.items.count > 0 else { return }
        law(header.items) { () throws(FormatError) in try RPMHeader<Kind>(decoding: header.encode()).items }
    }

    private static func cpio(_ bytes: [UInt8]) throws(FormatError) {
        var reader = CpioReader(MemorySource(bytes))
        while let item = try reader.next() {
            if case .named(let header, _) = item { reader.expectData(UInt64(header.size)) }
            try reader.readData { _ in }
        }
        try reader.finish()
    }

    private static func tar(_ bytes: [UInt8]) throws(FormatError) {
        _ = try? TarArchive.firstFile(in: MemorySource(bytes), limit: 1 << 20) { $0.utf8.count > 20 }
        var archive = DebianDataArchive(MemorySource(bytes), maximumEntries: limits.entries)
        while try archive.next() != nil { try archive.readData { _ in } }
    }

    private static func zip(_ bytes: [UInt8]) throws(FormatError) {
        let archive = try ZipArchive(InputFile(bytes: bytes, named: "archive.zip"))
        for member in archive.members.prefix(limits.entries) { _ = try archive.bytes(of: member, limit: 1 << 20) }
    }

    private static func versions(_ bytes: [UInt8]) throws(FormatError) {
        let parts = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
        let texts = parts.map { String(decoding: $0, as: UTF8.self) }
        guard texts.count == 2 else { return }
        let one = try EVR(parsing: texts[0])
        let other = try EVR(parsing: texts[1])
        precondition(one.rpmPrecedence(over: other) == -other.rpmPrecedence(over: one))
        precondition(one.debianPrecedence(over: other) == -other.debianPrecedence(over: one))
        precondition(one.rpmPrecedence(over: one) == 0 && one.debianPrecedence(over: one) == 0)
    }

    /// Decompressors that streams before this one were done with.
    private static let decoders = DecoderPool()

    /// What comes out of a stream: how many bytes, something that follows from all of them, and the error in the end.
    private struct Unpacked: Equatable {
        var count = 0
        var sum: UInt64 = 0
        var code: FormatError.Code?

        init(_ form: CompressedForm, _ bytes: [UInt8], decoders: DecoderPool?) {
            do throws(FormatError) {
                let source = try DecodingSource(
                    form,
                    MemorySource(bytes),
                    limit: FuzzDecoder.limits.bytes,
                    decoders: decoders
                )
                var reader = StreamReader(source)
                while try !reader.isAtEnd() {
                    for byte in try reader.available() {
                        count += 1
                        sum = (sum ^ UInt64(byte)) &* 0x100_0000_01B3
                    }
                }
            } catch {
                code = error.code
            }
        }
    }

    private static func unpack(_ form: CompressedForm, _ bytes: [UInt8]) {
        let unpacked = Unpacked(form, bytes, decoders: nil)
        precondition(unpacked == Unpacked(form, bytes, decoders: decoders))
    }
}

import SystemPackage
import Testing

@testable import PackageFormats

/// A package by rpmbuild taken apart, to be put together again with something changed. Digests and sizes fit what was
/// changed, as those of a hostile package would, unless they are what was changed.
struct RPMAssembly {
    struct Member {
        var header: CpioHeader
        var name: [UInt8]
        var data: [UInt8]
    }

    var lead: [UInt8]
    var signature: [RPMSignatureHeader.Item]
    var header: [RPMMainHeader.Item]
    var members: [Member]
    var magic = Cpio.magic
    var hasTrailer = true
    var behindTrailer: [UInt8] = []
    /// Changes the archive before its digests are taken.
    var editPayload: ([UInt8]) throws -> [UInt8] = { $0 }
    var editHeader: (inout [UInt8]) -> Void = { _ in }
    var editSignature: (inout [UInt8]) -> Void = { _ in }
    var hasPadding = true
    /// What digests of the payload are made with.
    var payloadDigest = DigestAlgorithm.sha256
    /// Tags of either header that keep what they say.
    var fixed: Set<UInt32> = []

    init(_ path: FilePath) throws {
        let reader = try RPMReader(opening: path)
        lead = try reader.file.bytes(at: 0, count: 96)
        signature = reader.signature.items
        header = reader.header.items
        members = []
        var archive = CpioReader(
            try reader.archive(from: reader.file.part(from: reader.payloadRange.lowerBound), limits: .none)
        )
        while let item = try archive.next() {
            guard case .named(let header, let name) = item else { break }
            archive.expectData(UInt64(header.size))
            var data: [UInt8] = []
            try archive.readData { piece in piece.withUnsafeBytes { data.append(contentsOf: $0) } }
            members.append(Member(header: header, name: name, data: data))
        }
    }

    subscript(tag: RPMTag<RPMMainKind>) -> RPMValue? {
        get { header.first { $0.number == tag.number }?.value }
        set {
            guard let newValue else {
                header.removeAll { $0.number == tag.number }
                return
            }
            if let place = header.firstIndex(where: { $0.number == tag.number }) {
                header[place].value = newValue
            } else {
                header.insert(
                    .init(number: tag.number, value: newValue),
                    at: header.firstIndex { $0.number > tag.number } ?? header.endIndex
                )
            }
        }
    }

    func numbers(_ tag: RPMTag<RPMMainKind>) -> [UInt64] { self[tag]?.integers ?? [] }

    func texts(_ tag: RPMTag<RPMMainKind>) -> [String] { self[tag]?.strings?.texts ?? [] }

    mutating func removeSignature(_ tags: RPMTag<RPMSignatureKind>...) {
        signature.removeAll { item in tags.contains { $0.number == item.number } }
    }

    /// The archive before compression.
    private func archive() -> [UInt8] {
        var bytes: [UInt8] = []
        for member in members {
            var entry: [UInt8] = []
            var header = member.header
            header.size = UInt32(member.data.count)
            header.append(name: member.name, to: &entry)
            entry.replaceSubrange(0..<6, with: magic)
            bytes += entry + member.data + [UInt8](repeating: 0, count: Cpio.padding(after: UInt64(member.data.count)))
        }
        if hasTrailer { CpioHeader.trailer.append(name: Cpio.trailerName, to: &bytes) }
        return bytes + behindTrailer
    }

    private mutating func set(_ number: UInt32, _ value: RPMValue) {
        guard !fixed.contains(number), let place = header.firstIndex(where: { $0.number == number }) else { return }
        header[place].value = value
    }

    private mutating func sign(_ number: UInt32, _ value: RPMValue) {
        guard !fixed.contains(number), let place = signature.firstIndex(where: { $0.number == number }) else { return }
        signature[place].value = value
    }

    /// The whole file.
    func assembled() throws -> [UInt8] {
        var copy = self
        let archive = archive()
        var payload = try editPayload(archive)
        if payload == archive {
            payload = try Compression.gzip.encode(archive)
            if copy[.payloadCompressor] != nil { copy[.payloadCompressor] = .text("gzip") }
        }
        copy.set(5092, .stringArray(PackedStrings([Digest.of(payload, payloadDigest).hexadecimal])))
        copy.set(5097, .stringArray(PackedStrings([Digest.of(archive, payloadDigest).hexadecimal])))
        var main = try RPMMainHeader(items: copy.header).encode()
        editHeader(&main)
        copy.sign(269, .text(Digest.of(main, .sha1).hexadecimal))
        copy.sign(273, .text(Digest.of(main, .sha256).hexadecimal))
        copy.sign(1004, .binary(Digest.of(main + payload, .md5)))
        copy.sign(1000, .int32([UInt32(main.count + payload.count)]))
        copy.sign(1007, .int32([UInt32(archive.count)]))
        var front = try RPMSignatureHeader(items: copy.signature).encode()
        editSignature(&front)
        if hasPadding { while front.count % 8 != 0 { front.append(0) } }
        return lead + front + main + payload
    }
}

extension [UInt8] {
    /// Changes a field (0 tag, 1 type, 2 offset, 3 count) of an index entry of a header.
    mutating func set(entry: Int, field: Int, to value: UInt32) {
        let place = 16 + entry * 16 + field * 4
        replaceSubrange(place..<(place + 4), with: Swift.withUnsafeBytes(of: value.bigEndian, Array.init))
    }

    /// The big-endian number at a place.
    func number(at place: Int) -> UInt32 { self[place..<(place + 4)].reduce(0) { $0 << 8 | UInt32($1) } }

    /// Changes the number at a place.
    mutating func set(_ value: UInt32, at place: Int) {
        replaceSubrange(place..<(place + 4), with: Swift.withUnsafeBytes(of: value.bigEndian, Array.init))
    }
}

import SystemPackage
import Testing

@testable import PackageFormats

/// One way in which an rpm can be wrong, and what a verifier has to say of it.
struct RPMMalformation: Sendable, CustomTestStringConvertible {
    enum Answer: Sendable, Equatable {
        /// Nothing: merely unusual.
        case accept
        /// A warning of this check, no error.
        case warn(String)
        /// An error of this check.
        case reject(String)
    }

    var name: String
    var answer: Answer
    /// Which package it is made of.
    var base: String
    /// Whether rpm 4.18 takes what is rejected here, because it does not look.
    var isStricter = false
    private var make: @Sendable (inout RPMAssembly) throws -> Void
    /// What happens to the whole file.
    private var cut: @Sendable ([UInt8]) -> [UInt8]
    var testDescription: String { name }

    fileprivate init(
        _ name: String,
        _ answer: Answer,
        of base: String,
        cut: @escaping @Sendable ([UInt8]) -> [UInt8],
        _ make: @escaping @Sendable (inout RPMAssembly) throws -> Void
    ) {
        self.name = name
        self.answer = answer
        self.base = base
        self.make = make
        self.cut = cut
    }

    func bytes() throws -> [UInt8] {
        let folder = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
            .appending("Fixtures/rpm")
        var assembly = try RPMAssembly(folder.appending(base))
        try make(&assembly)
        return cut(try assembly.assembled())
    }

    fileprivate static let plain = "gold-plain-1.2.3-4.noarch.rpm"
    private static let links = "gold-links-1-1.x86_64.rpm"

    static let all: [RPMMalformation] = digests + structure + tags + files + payload + truncations

    // Statements instead of one large literal, which the compiler would solve as a whole.
    private static func collect(_ body: (inout [RPMMalformation]) -> Void) -> [RPMMalformation] {
        var list: [RPMMalformation] = []
        body(&list)
        return list
    }

    private static let digests = collect { list in
        list.add("nothing changed", .accept)
        list.add("no SHA-1", .accept) { $0.removeSignature(.sha1) }
        list.add("no MD5", .accept) { $0.removeSignature(.md5) }
        list.add("no room for signatures", .accept) { $0.removeSignature(.reservedSpace) }
        list.add("no SHA-256", .warn("header-digest-weak")) { $0.removeSignature(.sha256) }
        list.add("only MD5", .warn("header-digest-weak")) { $0.removeSignature(.sha256, .sha1) }
        list.add("no digest of the header", .reject("header-digest-missing")) {
            $0.removeSignature(.sha256, .sha1, .md5)
        }
        list.add("no payload digest", .warn("payload-digest-weak")) {
            $0[.payloadDigest] = nil
            $0[.payloadDigestAlt] = nil
        }
        list.add("payload digest by MD5, and said to be", .reject("payload-digest")) {
            $0[.payloadDigestAlgo] = .int32([1])
            $0.payloadDigest = .md5
        }
        list.add("payload digest said to be by MD5", .warn("payload-digest-algorithm")) {
            $0[.payloadDigestAlgo] = .int32([1])
        }
        list.add("a digest of the archive alone", .reject("payload-digest-alone")) { $0[.payloadDigest] = nil }
        list.add("no payload digest, no MD5", .reject("payload-digest-missing")) {
            $0[.payloadDigest] = nil
            $0.removeSignature(.md5)
        }
        list.add("no digest of the archive", .accept) { $0[.payloadDigestAlt] = nil }
        list.add("wrong SHA-256 of the header", .reject("header-sha256")) { $0.fixed = [273] }
        list.add("wrong SHA-1 of the header", .reject("header-sha1")) { $0.fixed = [269] }
        list.add("wrong MD5", .reject("header-payload-md5")) { $0.fixed = [1004] }
        list.add("wrong payload digest", .reject("payload-digest")) { $0.fixed = [5092] }
        list.add("wrong digest of the archive", .reject("payload-digest-alt"), isStricter: true) {
            $0.fixed = [5097]
            $0[.payloadDigestAlt] = .stringArray(PackedStrings([String(repeating: "0", count: 64)]))
        }
        list.add("payload digest that is one string", .reject("payload-digest-type")) {
            $0.fixed = [5092]
            $0[.payloadDigest] = .text(String(repeating: "0", count: 64))
        }
        list.add("wrong size", .warn("size")) {
            $0.fixed = [1000]
            $0.signature = $0.signature.map { $0.number == 1000 ? .init(number: 1000, value: .int32([7])) : $0 }
        }
        list.add("wrong size of the archive", .warn("archive-size")) {
            $0.fixed = [1007]
            $0.signature = $0.signature.map { $0.number == 1007 ? .init(number: 1007, value: .int32([7])) : $0 }
        }
        list.add(
            "signature of the header, no digest of the payload",
            .reject("signature-partial"),
            of: "gold-signed-rsa.rpm"
        ) {
            $0[.payloadDigest] = nil
            $0[.payloadDigestAlt] = nil
        }
        list.add("signature that is none", .reject("signature-packet")) {
            $0.signature.insert(.init(number: 268, value: .binary([1, 2, 3])), at: 0)
        }
    }

    private static let structure = collect { list in
        list.add("header out of order", .warn("header-order")) { $0.header.swapAt(1, 2) }
        list.add("signature header out of order", .warn("header-order")) { $0.signature.swapAt(0, 1) }
        list.add("an icon that is a text", .reject("rpm-header-tag-type")) { assembly in
            let place = assembly.header.firstIndex { $0.number > 1043 } ?? assembly.header.endIndex
            assembly.header.insert(.init(number: 1043, value: .text("icon")), at: place)
        }
        list.add("a payload that is a tar archive", .reject("payload-format")) { $0[.payloadFormat] = .text("tar") }
        list.add("names without their slash", .reject("file-relative")) { assembly in
            assembly[.dirNames] = .stringArray(PackedStrings(assembly.texts(.dirNames).map { String($0.dropFirst()) }))
        }
        list.add("a file without a digest", .reject("file-digest-missing")) { assembly in
            let digests = assembly.texts(.fileDigests)
            let first = digests.firstIndex { !$0.isEmpty }
            let changed = digests.enumerated().map { $0.offset == first ? "" : $0.element }
            assembly[.fileDigests] = .stringArray(PackedStrings(changed))
        }
        list.add("a hard link on another device", .reject("rpm-payload-size"), of: links) { assembly in
            var devices = assembly.numbers(.fileDevices).map { UInt32($0) }
            devices[devices.count - 1] += 1
            assembly[.fileDevices] = .int32(devices)
        }
        list.add("a hard link of another size", .reject("file-link-size"), of: links) { assembly in
            var sizes = assembly.numbers(.fileSizes).map { UInt32($0) }
            sizes[4] += 5
            assembly[.fileSizes] = .int32(sizes)
        }
        list.add("tag twice", .warn("header-duplicate-tag")) { $0.header.append($0.header[$0.header.count - 1]) }
        list.add("padding that is not zero", .warn("header-canonical")) {
            $0.editHeader = { header in
                // Every gap in the store is padding; the first lies before the first number behind a text.
                let start = 16 + Int(header.number(at: 8)) * 16
                for entry in 1..<Int(header.number(at: 8)) where header.number(at: 16 + entry * 16 + 4) == 4 {
                    let place = start + Int(header.number(at: 16 + entry * 16 + 8))
                    let before = 16 + (entry - 1) * 16
                    guard header.number(at: before + 4) == 9 || header.number(at: before + 4) == 6,
                        place - start > 4, header[place - 1] == 0, header[place - 2] == 0
                    else { continue }
                    header[place - 1] = 1
                    return
                }
            }
        }
        list.add("gap in the header", .reject("rpm-header-gap")) { $0.editHeader = { grow(&$0) } }
        list.add("gap in the signature header", .reject("rpm-header-gap")) { $0.editSignature = { grow(&$0) } }
        list.add("no padding behind the signature header", .reject("rpm-header-padding")) {
            $0.removeSignature(.reservedSpace)
            $0.signature.append(.init(number: 1008, value: .binary([0, 0, 0])))
            $0.hasPadding = false
        }
        list.add("trailer at the smallest number", .reject("rpm-header-region-size")) {
            $0.editHeader = { $0.set(0x8000_0000, at: $0.count - 8) }
        }
        list.add("entry outside the region", .reject("rpm-header-region-size")) {
            $0.editHeader = { $0.set($0.number(at: $0.count - 8) &+ 16, at: $0.count - 8) }
        }
        list.add("region of another kind", .reject("rpm-header-trailer")) {
            $0.editHeader = { $0.set(62, at: $0.count - 16) }
        }
        list.add("no entries", .reject("rpm-header-entry-count")) { $0.editHeader = { $0.set(0, at: 8) } }
        list.add("too many entries", .reject("rpm-header-entry-count")) { $0.editHeader = { $0.set(65_536, at: 8) } }
        list.add("too much data", .reject("rpm-header-store-size")) { $0.editHeader = { $0.set(0x1000_0000, at: 12) } }
        list.add("too many entries in the signature header", .reject("rpm-header-entry-count")) {
            $0.editSignature = { $0.set(33, at: 8) }
        }
        list.add("too much data in the signature header", .reject("rpm-header-store-size")) {
            $0.editSignature = { $0.set((64 << 20) + 1, at: 12) }
        }
        list.add("value without elements", .reject("rpm-header-count")) {
            $0.editHeader = { $0.set(entry: 2, field: 3, to: 0) }
        }
        list.add("value of no type", .reject("rpm-header-type")) {
            $0.editHeader = { $0.set(entry: 2, field: 1, to: 0) }
        }
        list.add("value of an unknown type", .reject("rpm-header-type")) {
            $0.editHeader = { $0.set(entry: 2, field: 1, to: 12) }
        }
        list.add("value outside the store", .reject("rpm-header-offset")) {
            $0.editHeader = { $0.set(entry: 2, field: 2, to: 0x7FFF_FFFF) }
        }
        list.add("value before the store", .reject("rpm-header-offset")) {
            $0.editHeader = { $0.set(entry: 2, field: 2, to: 0xFFFF_FFF0) }
        }
        list.add("value inside another", .reject("rpm-header-overlap")) {
            $0.editHeader = { $0.set(entry: 3, field: 2, to: 1) }
        }
        list.add("text that does not end", .reject("rpm-header-unterminated-string")) {
            $0.editHeader = { header in
                let last = Int(header.number(at: 8)) - 1
                header.set(entry: last, field: 3, to: 2)
            }
        }
        list.add("bytes that reach too far", .reject("rpm-header-data-end"), of: "gold-signed-rsa.rpm") {
            $0.editSignature = { $0.set(entry: 1, field: 3, to: 0x10_0000) }
        }
        list.add("lead of another version", .reject("rpm-lead-version")) { $0.lead[4] = 9 }
        list.add("lead of version 4", .accept) { $0.lead[4] = 4 }
        list.add("lead without signature type", .reject("rpm-lead-signature-type")) { $0.lead[79] = 0 }
        list.add("lead of a source package", .warn("lead-type")) { $0.lead[7] = 1 }
        list.add("lead with another name", .warn("lead-name")) { $0.lead[10] = 0x78 }
        list.add("no magic", .reject("unknown-format")) { $0.lead[0] = 0 }
        list.add("header without magic", .reject("rpm-header-magic")) { $0.editHeader = { $0[0] = 0 } }
    }

    private static let tags = collect { list in
        list.add("modes of 32 bits", .reject("rpm-header-tag-type")) { $0[.fileModes] = .int32([1]) }
        list.add("more texts than locales", .warn("header-locales")) {
            $0[.locales] = .stringArray(PackedStrings(["C"]))
        }
        list.add("no table of locales", .warn("header-locales")) { $0[.locales] = nil }
        list.add("no summary, description, licence, group and home page", .accept) {
            for tag in [RPMTag<RPMMainKind>.summary, .description, .license, .group, .url] { $0[tag] = nil }
        }
        list.add("text that is not UTF-8", .warn("header-encoding")) { $0[.vendor] = .string([0x45, 0xFF]) }
        list.add("no name", .reject("rpm-tag-missing")) { $0[.name] = nil }
        list.add("no architecture", .reject("tag-missing")) { $0[.arch] = nil }
        list.add("no operating system", .reject("tag-missing")) { $0[.os] = nil }
        list.add("no source package", .warn("tag-missing")) { $0[.sourceRPM] = nil }
        list.add("name that is a path", .reject("identity"), isStricter: true) { $0[.name] = .text("../../etc/x") }
        list.add("version with a hyphen", .warn("identity")) { $0[.version] = .text("1-2") }
        list.add("size of the archive in both headers", .reject("header-signature-tag")) {
            $0[.archiveSize] = .int32([1])
        }
        list.add("digest in the main header", .reject("header-signature-tag")) {
            $0.header.insert(.init(number: 269, value: .text("0")), at: 1)
        }
        list.add("time of installation", .warn("header-installed-tag")) {
            $0.header.insert(
                .init(number: 1008, value: .int32([1])),
                at: $0.header.firstIndex { $0.number > 1008 } ?? 0
            )
        }
        list.add("fewer versions than requirements", .reject("rpm-tag-count"), isStricter: true) {
            $0[.requireVersion] = .stringArray(PackedStrings([""]))
        }
        list.add("no rpmlib requirements", .warn("rpmlib")) {
            for tag in [RPMTag<RPMMainKind>.requireName, .requireVersion, .requireFlags] { $0[tag] = nil }
        }
        list.add("nearly an rpmlib requirement", .warn("rpmlib")) {
            $0[.requireName] = .stringArray(
                PackedStrings(
                    $0.texts(.requireName).map { $0.hasPrefix("rpmlib(Comp") ? String($0.dropLast()) + "X" : $0 }
                )
            )
        }
        list.add("wrong installed size", .warn("installed-size")) { $0[.size] = .int32([1]) }
    }

    private static let files = collect { list in
        list.add("file below a file", .reject("file-parent"), of: links) { assembly in
            assembly[.fileModes] = .int16(
                assembly.numbers(.fileModes).map { (mode) -> UInt16 in mode == 0o040755 ? 0o100644 : UInt16(mode) }
            )
        }
        list.add("mode without a type", .reject("file-mode"), of: links) { assembly in
            assembly[.fileModes] = .int16(
                assembly.numbers(.fileModes).map { (mode) -> UInt16 in mode == 0o100644 ? 0o070644 : UInt16(mode) }
            )
        }
        list.add("all files of one inode", .reject("rpm-payload-size")) { assembly in
            assembly[.fileInodes] = .int32(assembly.numbers(.fileInodes).map { (_) -> UInt32 in 1 })
        }
        list.add("no inodes", .accept) { $0[.fileInodes] = nil }
        list.add("no targets of links", .reject("rpm-payload-size")) { $0[.fileLinkTos] = nil }
        list.add("no flags, times, devices and languages", .warn("payload-metadata")) {
            for tag in [RPMTag<RPMMainKind>.fileFlags, .fileMtimes, .fileRdevs, .fileLangs] { $0[tag] = nil }
        }
        list.add("no owners", .reject("rpm-tag-missing")) { $0[.fileUserName] = nil }
        list.add("no digests of files", .reject("rpm-tag-missing")) { $0[.fileDigests] = nil }
        list.add("no modes", .reject("rpm-tag-missing"), of: links) { $0[.fileModes] = nil }
        list.add("no sizes of files", .reject("rpm-tag-missing"), of: links) { $0[.fileSizes] = nil }
        list.add("digests of an unnamed algorithm", .reject("file-digest")) { $0[.fileDigestAlgo] = nil }
        list.add("digests of an unknown algorithm", .reject("file-digest-algorithm")) {
            $0[.fileDigestAlgo] = .int32([11])
        }
        list.add("flags of too few files", .reject("rpm-tag-count"), of: links) { $0[.fileFlags] = .int32([0]) }
        list.add("directory that is not there", .reject("rpm-directory-index"), of: links) { assembly in
            assembly[.dirIndexes] = .int32(
                assembly.numbers(.dirIndexes).map { (index) -> UInt32 in UInt32(index) + 900 }
            )
        }
        list.add("directories without slash", .reject("rpm-payload-unknown-file"), of: links) { assembly in
            let names = assembly.texts(.dirNames).map { String($0.dropLast()) }
            assembly[.dirNames] = .stringArray(PackedStrings(names))
        }
        list.add("file that climbs out", .reject("invalid-path"), of: links) { assembly in
            let names = assembly.texts(.dirNames).map { $0 + "../../" }
            assembly[.dirNames] = .stringArray(PackedStrings(names))
        }
        list.add("file twice", .reject("duplicate-path"), of: links) { assembly in
            var names = assembly.texts(.baseNames)
            names[2] = names[1]
            assembly[.baseNames] = .stringArray(PackedStrings(names))
        }
        list.add("wrong sizes of files", .reject("rpm-payload-size"), of: links) { assembly in
            assembly[.fileSizes] = .int32(assembly.numbers(.fileSizes).map { (size) -> UInt32 in UInt32(size) + 1 })
        }
        list.add("links with different digests", .reject("file-link-digest"), of: links, isStricter: true) { assembly in
            let numbers = assembly.numbers(.fileInodes)
            var digests = assembly.texts(.fileDigests)
            // The first of a set: rpm looks at the last one's alone.
            guard let place = numbers.indices.first(where: { place in numbers.count { $0 == numbers[place] } > 1 })
            else { return }
            digests[place] = String(digests[place].reversed())
            assembly[.fileDigests] = .stringArray(PackedStrings(digests))
        }
        list.add("wrong digest of a file", .reject("file-digest"), of: links) { assembly in
            let digests = assembly.texts(.fileDigests).map { $0.isEmpty ? "" : String($0.reversed()) }
            assembly[.fileDigests] = .stringArray(PackedStrings(digests))
        }
    }

    private static let payload = collect { list in
        list.add("absolute names in the payload", .warn("payload-name"), of: links) { assembly in
            for index in assembly.members.indices { assembly.members[index].name.removeFirst() }
        }
        list.add("relative names in the payload", .warn("payload-name"), of: links) { assembly in
            for index in assembly.members.indices { assembly.members[index].name.removeFirst(2) }
        }
        list.add("directories missing in the payload", .reject("rpm-payload-missing-file"), of: links) {
            $0.members.removeAll { $0.header.mode & 0o170000 == 0o040000 }
        }
        list.add("payload with a checksum magic", .accept, of: links) { $0.magic = Cpio.checksumMagic }
        list.add("payload backwards", .warn("payload-order")) { $0.members.reverse() }
        list.add("links whose first has the data", .reject("rpm-payload-size"), of: links) { assembly in
            guard let full = assembly.members.lastIndex(where: { $0.header.linkCount > 1 && !$0.data.isEmpty }),
                let empty = assembly.members.firstIndex(where: { $0.header.linkCount > 1 && $0.data.isEmpty })
            else { return }
            let data = assembly.members[full].data
            assembly.members[full].data = []
            assembly.members[empty].data = data
        }
        list.add("links that all have the data", .reject("rpm-payload-size"), of: links) { assembly in
            guard let data = assembly.members.last(where: { $0.header.linkCount > 1 })?.data else { return }
            for index in assembly.members.indices where assembly.members[index].header.linkCount > 1 {
                assembly.members[index].data = data
            }
        }
        list.add("other modes in the payload", .warn("payload-metadata"), of: links) { assembly in
            for index in assembly.members.indices { assembly.members[index].header.mode ^= 0o022 }
        }
        list.add("no inodes of links in the payload", .warn("payload-links"), of: links) { assembly in
            for index in assembly.members.indices { assembly.members[index].header.inode = 0 }
        }
        list.add("no trailer", .reject("truncated"), of: links) { $0.hasTrailer = false }
        list.add("zeros behind the trailer", .accept, of: links) {
            $0.behindTrailer = [UInt8](repeating: 0, count: 384)
        }
        list.add("data behind the trailer", .reject("cpio-trailing-data"), of: links, isStricter: true) {
            $0.behindTrailer = [1, 2, 3, 4]
        }
        list.add("file that the header does not list", .reject("rpm-payload-unknown-file"), of: links) {
            var extra = $0.members[0]
            extra.name = Array("./etc/passwd".utf8)
            $0.members.append(extra)
        }
        list.add("file twice in the payload", .reject("rpm-payload-duplicate-file"), of: links, isStricter: true) {
            $0.members.append($0.members[0])
        }
        list.add("other contents", .reject("file-digest"), of: links) { assembly in
            guard let place = assembly.members.firstIndex(where: { !$0.data.isEmpty }) else { return }
            assembly.members[place].data[0] ^= 1
        }
        list.add("name without end", .reject("cpio-name"), of: links) {
            $0.editPayload = { archive in
                var archive = archive
                archive[
                    110 + Int(archive[94..<102].reduce(0) { $0 * 16 + Int($1 < 0x3A ? $1 - 0x30 : $1 - 0x57) }) - 1
                ] = 0x78
                return try Compression.gzip.encode(archive)
            }
        }
        list.add("number that is none", .reject("cpio-number"), of: links, isStricter: true) {
            $0.editPayload = { archive in
                var archive = archive
                archive[9] = 0x7A
                return try Compression.gzip.encode(archive)
            }
        }
        list.add("archive without magic", .reject("cpio-magic"), of: links) {
            $0.editPayload = { try Compression.gzip.encode([0x31] + $0.dropFirst()) }
        }
        list.add("two gzip members", .accept, of: links) {
            $0.editPayload = { archive in
                try Compression.gzip.encode(Array(archive[..<100])) + Compression.gzip.encode(Array(archive[100...]))
            }
        }
        list.add("two xz streams", .reject("trailing-stream"), of: links) { assembly in
            assembly[.payloadCompressor] = .text("xz")
            assembly.editPayload = { archive in
                try Compression.xz.encode(Array(archive[..<100])) + Compression.xz.encode(Array(archive[100...]))
            }
        }
        list.add("payload of another compression than it says", .reject("stream-format"), of: links) {
            $0[.payloadCompressor] = .text("xz")
            $0.editPayload = { try Compression.gzip.encode($0) }
        }
        list.add("payload of an unknown compression", .reject("unsupported"), of: links) {
            $0[.payloadCompressor] = .text("lz77")
            $0.editPayload = { try Compression.gzip.encode($0) }
        }
        list.add("data behind the compressed payload", .reject("trailing-stream"), of: links, isStricter: true) {
            $0.editPayload = { try Compression.gzip.encode($0) + [1, 2, 3, 4] }
        }
    }

    private static let truncations = collect { list in
        list.addCut("end in the lead", .reject("rpm-lead-truncated")) { Array($0.prefix(50)) }
        list.addCut("end in the signature header's start", .reject("rpm-header-truncated")) { Array($0.prefix(100)) }
        list.addCut("end in the signature header", .reject("rpm-header-truncated")) { Array($0.prefix(1000)) }
        list.addCut("end in the header's start", .reject("rpm-header-truncated")) { Array($0.prefix(4512)) }
        list.addCut("end in the header", .reject("rpm-header-truncated")) { Array($0.prefix(5000)) }
        list.addCut("end before the payload's last bytes", .reject("stream-truncated")) { Array($0.dropLast(40)) }
    }

    /// Makes a header's store 4 bytes longer than its values are.
    private static func grow(_ header: inout [UInt8]) {
        let end = header.count - 16
        header.insert(contentsOf: [0, 0, 0, 0], at: end)
        header.set(header.number(at: 12) + 4, at: 12)
        header.set(entry: 0, field: 2, to: header.number(at: 24) + 4)
    }
}

extension [RPMMalformation] {
    fileprivate mutating func add(
        _ name: String,
        _ answer: RPMMalformation.Answer,
        of base: String = RPMMalformation.plain,
        isStricter: Bool = false,
        _ make: @escaping @Sendable (inout RPMAssembly) throws -> Void = { _ in }
    ) {
        var one = RPMMalformation(name, answer, of: base, cut: { $0 }, make)
        one.isStricter = isStricter
        append(one)
    }

    /// A package that is whole but for its end.
    fileprivate mutating func addCut(
        _ name: String,
        _ answer: RPMMalformation.Answer,
        _ cut: @escaping @Sendable ([UInt8]) -> [UInt8]
    ) {
        append(RPMMalformation(name, answer, of: RPMMalformation.plain, cut: cut, { _ in }))
    }
}

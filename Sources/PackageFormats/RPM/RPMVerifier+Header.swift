extension RPMVerifier {
    /// The order and form of both headers.
    mutating func checkLayout() {
        if !reader.header.hasRegion {
            findings.error(
                "header-region-missing",
                "the header lies in no immutable region, as before rpm 4.0; rpm refuses it today",
                at: .init(offset: reader.headerRange.lowerBound)
            )
        }
        if !reader.signature.hasRegion {
            findings.warn("signature-region-missing", "the signature header lies in no region", at: .init(offset: 96))
        }
        checkOrder(of: reader.signature, at: 96)
        checkOrder(of: reader.header, at: reader.headerRange.lowerBound)
    }

    private mutating func checkOrder<Kind>(of header: RPMHeader<Kind>, at offset: UInt64) {
        let place = Finding.Place(offset: offset)
        if let tag = header.firstUnsorted {
            addForFormat6("header-order", "tag \(tag) of the \(Kind.title) stands behind a larger one", at: place)
        }
        if let tag = header.firstDuplicate {
            addForFormat6("header-duplicate-tag", "tag \(tag) of the \(Kind.title) is there twice", at: place)
        }
        if header.hasRegion, !header.isCanonical {
            addForFormat6("header-canonical", "the \(Kind.title) is not laid out as rpm writes it", at: place)
        }
    }

    /// Which tags there are, and what their texts are made of.
    mutating func checkTags() {
        checkMisplacedTags()
        for tag in [RPMTag<RPMMainKind>.os, .arch] where !reader.header.contains(tag) {
            findings.error("tag-missing", "rpm reads no package without \(tag.name)", at: .init(field: tag.name))
        }
        if !reader.header.contains(.sourceRPM), !reader.isSource {
            findings.warn("tag-missing", "nothing says that this is no source package", at: .init(field: "SOURCERPM"))
        }
        if let format = reader.header.text(.payloadFormat), format != "cpio" {
            findings.error(
                "payload-format",
                "the payload is said to be '\(format)', which rpm does not install",
                at: .init(field: "PAYLOADFORMAT")
            )
        }
        checkIdentity()
        checkTexts()
        checkFeatures()
    }

    private mutating func checkMisplacedTags() {
        let signature = reader.signature
        for item in reader.header.slots {
            let isSignatures: Bool
            switch item.number {
            // What rpm takes from the signature header under these numbers may not be in the main header as well.
            case 257, 259, 261, 262, 267...271, 273, 276...279: isSignatures = true
            case 1046: isSignatures = signature.contains(.payloadSize) || signature.contains(.longArchiveSize)
            case 5090: isSignatures = signature.contains(.fileSignatures)
            case 5091: isSignatures = signature.contains(.fileSignatureLength)
            // What rpm adds when it installs a package (rpm's `tags` manual).
            case 1008, 1029, 1099, 1119...1121, 1127...1129, 5118, 5119:
                findings.warn("header-installed-tag", "tag \(item.number) is one that rpm adds to what it installed")
                isSignatures = false
            default: isSignatures = false
            }
            if isSignatures {
                findings.error("header-signature-tag", "tag \(item.number) is one of the signature header's")
            }
        }
        if isVersion6, let item = reader.signature.slots.first(where: { $0.number > 999 }) {
            findings.error("signature-tag", "tag \(item.number) is not for signature headers of format 6")
        }
    }

    /// Names and versions become parts of paths.
    private mutating func checkIdentity() {
        for (tag, text, marks) in [
            (RPMTag<RPMMainKind>.name, name, "._+-"), (.version, version.version, "._+~^"),
            (.release, version.release ?? "", "._+~^"),
        ] {
            let isPlain =
                text.utf8.allSatisfy { $0.isASCIIAlphanumeric || marks.utf8.contains($0) } && !text.utf8.hasTwoDots
                && text.utf8.first.map { $0.isASCIIAlphanumeric || tag != .name || $0 == 0x5F } ?? false
            guard !isPlain else { continue }
            let isDangerous = text.isEmpty || text.utf8.contains { $0 <= 0x20 || $0 == 0x2F || $0 == 0x7F }
            findings.add(
                Finding(
                    isDangerous ? .error : .warning,
                    "identity",
                    "'\(text.prefix(100))' is nothing that rpmbuild writes here",
                    at: .init(field: tag.name)
                )
            )
        }
    }

    private mutating func checkTexts() {
        let locales = reader.header.contains(.locales) ? reader.header.count(of: .locales) : 1
        for slot in reader.header.slots where slot.type.isText {
            var place: Finding.Place {
                .init(field: RPMMainKind.tag(numbered: slot.number)?.name ?? "\(slot.number)")
            }
            if slot.type == .translatedString, slot.count > locales {
                findings.warn(
                    "header-locales",
                    "there are \(slot.count) texts for \(locales) locales",
                    at: place
                )
            }
            let bytes = reader.header.stored(slot)
            if !bytes.isASCII, String(validating: bytes, as: UTF8.self) == nil {
                findings.warn("header-encoding", "the text is not UTF-8", at: place)
            }
        }
    }

    /// What the names of rpm's own features begin with.
    private static let rpmlib = ArraySlice("rpmlib(".utf8)

    /// Whether the package asks for the features of rpm that it needs.
    private mutating func checkFeatures() {
        let names = reader.header.strings(.requireName) ?? PackedStrings()
        var needed: [String] = []
        switch reader.header.text(.payloadCompressor) {
        case "bzip2": needed.append("PayloadIsBzip2")
        case "lzma": needed.append("PayloadIsLzma")
        case "xz": needed.append("PayloadIsXz")
        case "zstd": needed.append("PayloadIsZstd")
        default: break
        }
        if reader.header.contains(.longFileSizes) { needed.append("LargeFiles") }
        if reader.header.contains(.fileCaps) { needed.append("FileCaps") }
        if !isVersion6 {
            if files.contains(where: \.isHardLink) {
                needed.append("PartialHardlinkSets")
            }
            if !files.isEmpty, reader.header.contains(.baseNames) { needed.append("CompressedFileNames") }
            if let algorithm = reader.header.integer(.fileDigestAlgo), algorithm != 1 { needed.append("FileDigests") }
        }
        for name in names where name.last == 0x29 && name.prefix(RPMVerifier.rpmlib.count).equals(RPMVerifier.rpmlib) {
            let feature = String(decoding: name.dropFirst(RPMVerifier.rpmlib.count).dropLast(), as: UTF8.self)
            needed.removeAll { $0 == feature }
        }
        for feature in needed {
            findings.warn(
                "rpmlib",
                "the package does not ask for rpmlib(\(feature)), without which it cannot be installed",
                at: .init(field: "REQUIRENAME")
            )
        }
    }
}

extension ArraySlice<UInt8> {
    /// Whether no byte is beyond ASCII; many are looked at together.
    fileprivate var isASCII: Bool { withUnsafeBufferPointer { $0.reduce(0, |) < 0x80 } }
}

extension Sequence<UInt8> {
    /// Whether a dot stands right behind another.
    fileprivate var hasTwoDots: Bool {
        var last: UInt8 = 0
        for byte in self {
            if byte == 0x2E, last == 0x2E { return true }
            last = byte
        }
        return false
    }
}

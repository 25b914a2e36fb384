extension RPMFileList {
    /// The algorithm of file digests: FILEDIGESTALGO 8 is SHA-256, which every rpm since 4.6 knows.
    static let digestAlgorithm = DigestAlgorithm.sha256
    static let digestAlgorithmNumber: UInt32 = 8

    /// What a ghost has none of: digest, size, link target and modification time.
    private static let unverifiedOfGhosts: Entry.Attributes = [.digest, .size, .linkTarget, .modificationTime]
    private static let knownAttributes = Entry.Attributes(rawValue: 0x1FF)

    /// FILEVERIFYFLAGS: every bit is set but those of what is not compared.
    private static func verifyFlags(of entry: Entry) -> UInt32 {
        ~entry.unverified.union(entry.flags.contains(.ghost) ? unverifiedOfGhosts : []).rawValue
    }

    /// What flags leave out, without what every ghost leaves out.
    static func unverified(_ flags: UInt32, of entry: Entry) -> Entry.Attributes {
        Entry.Attributes(rawValue: ~flags).intersection(knownAttributes)
            .subtracting(entry.flags.contains(.ghost) ? unverifiedOfGhosts : [])
    }

    /// Sets every tag of the files.
    ///
    /// - Parameter digests: the digests of all files' contents behind one another, zeros where a file has none; or `nil`
    ///   for digests that are not known yet but take up the same room.
    func set(in header: inout RPMMainHeader, digests: [UInt8]?) {
        header[totalSize >= RPMFileList.longSize ? .longSize : .size] =
            totalSize >= RPMFileList.longSize ? .int64([totalSize]) : .int32([UInt32(totalSize)])
        header[.fileDigestAlgo] = .int32([RPMFileList.digestAlgorithmNumber])
        guard !entries.isEmpty else { return }
        setNames(in: &header)
        header[.fileDigests] = .stringArray(packedDigests(digests))
        if needsLongSizes {
            header[.longFileSizes] = .int64(entries.indices.map { entries[originals[$0]].size })
        } else {
            header[.fileSizes] = .int32(entries.indices.map { UInt32(truncatingIfNeeded: entries[originals[$0]].size) })
        }
        header[.fileModes] = .int16(originals.map { entries[$0].typeBits | entries[$0].mode })
        header[.fileRdevs] = .int16(entries.map(\.deviceNumber))
        header[.fileMtimes] = .int32(originals.map { UInt32(clamping: entries[$0].modificationTime) })
        header[.fileFlags] = .int32(entries.map(\.storedFlags))
        header[.fileVerifyFlags] = .int32(originals.map { RPMFileList.verifyFlags(of: entries[$0]) })
        header[.fileDevices] = .int32(entries.map { _ in 1 })
        header[.fileInodes] = .int32(firstLinks.map { UInt32($0 + 1) })
        header[.fileUserName] = packed { entries[originals[$0]].owner }
        header[.fileGroupName] = packed { entries[originals[$0]].group }
        header[.fileLangs] = packed { entries[originals[$0]].language ?? "" }
        if hasCapabilities { header[.fileCaps] = packed { entries[originals[$0]].capabilities ?? "" } }
        var targets = PackedStrings()
        for entry in entries {
            if case .symbolicLink(let target) = entry.kind { targets.append(target) } else { targets.append([]) }
        }
        header[.fileLinkTos] = .stringArray(targets)
    }

    /// Whether a file has capabilities.
    var hasCapabilities: Bool { entries.contains { $0.capabilities != nil } }

    /// Whether a file is a configuration file.
    var hasConfiguration: Bool { entries.contains { $0.storedFlags & Entry.Flags.config.rawValue != 0 } }

    /// Whether there are hard links.
    var hasLinks: Bool { !linkSets.isEmpty }

    private func packed(_ text: (Int) -> String) -> RPMValue {
        var strings = PackedStrings()
        strings.reserveCapacity(entries.count * 5)
        for index in entries.indices { strings.append(text(index).utf8) }
        return .stringArray(strings)
    }

    /// BASENAMES, DIRNAMES and DIRINDEXES. The directories are sorted: rpm 4.11 looks them up by halving the list.
    private func setNames(in header: inout RPMMainHeader) {
        var baseNames = PackedStrings()
        var seen: [ArraySlice<UInt8>: Int] = [:]
        var directories: [ArraySlice<UInt8>] = []
        var indexes: [Int] = []
        indexes.reserveCapacity(entries.count)
        baseNames.reserveCapacity(entries.count * 24)
        for entry in entries {
            let baseName = entry.path.baseName
            let directory = entry.path.bytes[..<baseName.startIndex]
            baseNames.append(baseName)
            if let last = indexes.last, directories[last] == directory {
                indexes.append(last)
            } else if let known = seen[directory] {
                indexes.append(known)
            } else {
                seen[directory] = directories.count
                indexes.append(directories.count)
                directories.append(directory)
            }
        }
        let order = directories.indices.sorted { directories[$0].lexicographicallyPrecedes(directories[$1]) }
        var places = [UInt32](repeating: 0, count: order.count)
        var names = PackedStrings()
        for (place, directory) in order.enumerated() {
            places[directory] = UInt32(place)
            names.append(directories[directory])
        }
        header[.baseNames] = .stringArray(baseNames)
        header[.dirNames] = .stringArray(names)
        header[.dirIndexes] = .int32(indexes.map { places[$0] })
    }

    private func packedDigests(_ digests: [UInt8]?) -> PackedStrings {
        let size = RPMFileList.digestAlgorithm.byteCount
        var strings = PackedStrings()
        strings.reserveCapacity(entries.count * (size * 2 + 1))
        let unknown = [UInt8](repeating: 0x30, count: size * 2)
        for index in entries.indices {
            guard hasDigest(index) else {
                strings.append([])
                continue
            }
            guard let digests else {
                strings.append(unknown)
                continue
            }
            let start = originals[index] * size
            strings.append(digests[start..<(start + size)].hexadecimalDigits)
        }
        return strings
    }

    private func hasDigest(_ index: Int) -> Bool {
        if case .file = entries[originals[index]].kind { return !entries[index].flags.contains(.ghost) }
        return false
    }
}

extension Entry {
    /// The flags as stored: rpmbuild takes those of file contents from directories.
    var storedFlags: UInt32 {
        kind == .directory
            ? flags.subtracting([.config, .noReplace, .missingOK, .doc, .license]).rawValue : flags.rawValue
    }

    fileprivate var deviceNumber: UInt16 {
        switch kind {
        case .characterDevice(let major, let minor), .blockDevice(let major, let minor):
            UInt16(truncatingIfNeeded: major << 8 | minor & 0xFF)
        default: 0
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate var hexadecimalDigits: [UInt8] {
        var digits: [UInt8] = []
        digits.reserveCapacity(count * 2)
        for byte in self {
            for half in [byte >> 4, byte & 15] { digits.append(half < 10 ? 0x30 + half : 0x57 + half) }
        }
        return digits
    }
}

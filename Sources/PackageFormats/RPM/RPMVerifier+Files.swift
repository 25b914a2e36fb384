extension RPMVerifier {
    /// The list of files: kinds, modes, names, flags, what lies below what, and the size of all.
    mutating func checkFiles() {
        var listed: [PackagePath: Int] = [:]
        listed.reserveCapacity(files.count)
        for index in files.indices { listed[files[index].entry.path] = index }
        let modes = reader.header.integers(.fileModes) ?? []
        for (file, mode) in zip(files, modes) {
            check(file.entry, storedMode: mode)
            if case .hardLink(let first) = file.entry.kind, listed[first].map({ files[$0].digest }) != file.digest {
                findings.error(
                    "file-link-digest",
                    "'\(file.entry.path)' has another digest than '\(first)', though both are one file",
                    at: .init(file: file.entry.path)
                )
            }
            if let parent = listed[file.entry.path.parent], files[parent].entry.kind != .directory {
                findings.error(
                    "file-parent",
                    "'\(file.entry.path)' lies below something that is no directory",
                    at: .init(file: file.entry.path)
                )
            }
        }
        checkInstalledSize()
    }

    private mutating func check(_ entry: Entry, storedMode mode: UInt64) {
        let place = Finding.Place(file: entry.path)
        if mode & 0o170000 != UInt64(entry.typeBits) {
            findings.error("file-mode", "'\(entry.path)' is of a type that nothing knows", at: place)
        }
        if entry.flags.contains(.noReplace), !entry.flags.contains(.config) {
            findings.warn("file-flags", "'\(entry.path)' is not to be replaced, but no configuration file", at: place)
        }
        if entry.kind == .fifo {
            findings.warn(
                "file-fifo",
                "'\(entry.path)' is a named pipe, which rpm 4.18 never finishes installing",
                at: place
            )
        }
        entry.checkForEverybody(into: &findings)
    }

    /// SIZE or LONGSIZE: files and symbolic links, each set of hard links once; some rpms counted every hard link or
    /// directories too, or left symbolic links or ghosts out.
    private mutating func checkInstalledSize() {
        let header = reader.header
        guard let stated = header.integer(.longSize) ?? header.integer(.size),
            let sizes = header.integers(.longFileSizes) ?? header.integers(.fileSizes)
        else { return }
        var (files, directories, ghosts): (UInt64, UInt64, UInt64) = (0, 0, 0)
        var (links, symbolicLinks): (UInt64, UInt64) = (0, 0)
        for (file, size) in zip(self.files, sizes) {
            switch file.entry.kind {
            case .directory: directories = directories.addingReportingOverflow(size).partialValue
            case .hardLink: links = links.addingReportingOverflow(size).partialValue
            // rpm before 4.12 did not count them.
            case .symbolicLink: symbolicLinks = symbolicLinks.addingReportingOverflow(size).partialValue
            default:
                if file.isShipped {
                    files = files.addingReportingOverflow(size).partialValue
                } else {
                    ghosts = ghosts.addingReportingOverflow(size).partialValue
                }
            }
        }
        var sums: Set<UInt64> = []
        for more in [0, directories] {
            for ghost in [0, ghosts] {
                for link in [0, links, symbolicLinks, links &+ symbolicLinks] {
                    sums.insert(files &+ more &+ ghost &+ link)
                }
            }
        }
        if !sums.contains(stated) {
            findings.warn(
                "installed-size",
                "the package says that its files take \(stated) bytes, but they take \(files &+ ghosts)",
                at: .init(field: !header.contains(.longSize) ? "SIZE" : "LONGSIZE")
            )
        }
    }
}

extension Entry {
    /// What is odd in a package of any format.
    func checkForEverybody(into findings: inout FindingList) {
        let place = Finding.Place(file: path)
        if path.bytes.contains(where: { $0 >= 0x80 }), String(validating: path.bytes, as: UTF8.self) == nil {
            findings.warn("path-encoding", "the name '\(path)' is not UTF-8", at: place)
        }
        if path.bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            findings.warn("path-control-character", "the name of a file holds a control character", at: place)
        }
        switch kind {
        case .file, .directory:
            if mode & 0o002 != 0, mode & 0o1000 == 0 {
                findings.warn("file-world-writable", "everybody may write to '\(path)'", at: place)
            }
        default: break
        }
    }
}

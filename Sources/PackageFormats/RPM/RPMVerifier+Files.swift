extension RPMVerifier {
    /// The list of files: kinds, modes, names, flags, what lies below what, and the size of all.
    mutating func checkFiles() {
        // Not the verifier's own, which would be copied file by file while findings are added.
        let files = files
        let modes = reader.header.integers(.fileModes) ?? []
        checkLinks(files)
        for (index, mode) in modes.enumerated() where index < files.count {
            let path = files[index].listed.entry.path
            check(index, of: files, storedMode: mode)
            if files[index].listed.name.first != 0x2F, !reader.isSource {
                findings.error("file-relative", "'\(path)' is listed without its '/'", at: .init(file: path))
            }
            if let parent = parents[index], files[parent].listed.entry.kind != .directory {
                findings.error(
                    "file-parent",
                    "'\(path)' lies below something that is no directory",
                    at: .init(file: path)
                )
            }
        }
        checkInstalledSize()
    }

    /// Hard links are one file, so that what is said of each is the same.
    private mutating func checkLinks(_ files: [RPMFile]) {
        guard files.contains(where: \.isHardLink) else { return }
        var places: [PackagePath: Int] = [:]
        for index in files.indices where files[index].inode != 0 { places[files[index].listed.entry.path] = index }
        for index in files.indices {
            guard case .hardLink(let path) = files[index].listed.entry.kind, let first = places[path] else { continue }
            let differences = [
                ("file-link-digest", "digest", files[first].digest != files[index].digest),
                ("file-link-size", "size", files[first].listed.size != files[index].listed.size),
            ]
            for (check, word, differs) in differences where differs {
                findings.error(
                    check,
                    "'\(files[index].listed.entry.path)' has another \(word) than '\(path)', though both are one file",
                    at: .init(file: files[index].listed.entry.path)
                )
            }
        }
    }

    private mutating func check(_ index: Int, of files: [RPMFile], storedMode mode: UInt64) {
        let (path, flags) = (files[index].listed.entry.path, files[index].listed.entry.flags)
        if mode & 0o170000 != UInt64(files[index].listed.entry.typeBits) {
            findings.error("file-mode", "'\(path)' is of a type that nothing knows", at: .init(file: path))
        }
        if flags.contains(.noReplace), !flags.contains(.config) {
            findings.warn(
                "file-flags",
                "'\(path)' is not to be replaced, but no configuration file",
                at: .init(file: path)
            )
        }
        if case .fifo = files[index].listed.entry.kind {
            findings.warn(
                "file-fifo",
                "'\(path)' is a named pipe, which rpm 4.18 never finishes installing",
                at: .init(file: path)
            )
        }
        files[index].listed.entry.checkForEverybody(into: &findings)
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
        let listed = self.files
        for (index, size) in sizes.enumerated() where index < listed.count {
            switch listed[index].listed.entry.kind {
            case .directory: directories = directories.addingReportingOverflow(size).partialValue
            case .hardLink: links = links.addingReportingOverflow(size).partialValue
            // rpm before 4.12 did not count them.
            case .symbolicLink: symbolicLinks = symbolicLinks.addingReportingOverflow(size).partialValue
            default:
                if listed[index].isShipped {
                    files = files.addingReportingOverflow(size).partialValue
                } else {
                    ghosts = ghosts.addingReportingOverflow(size).partialValue
                }
            }
        }
        var isRight = false
        for more in [0, directories] {
            for ghost in [0, ghosts] {
                for link in [0, links, symbolicLinks, links &+ symbolicLinks] {
                    isRight = isRight || files &+ more &+ ghost &+ link == stated
                }
            }
        }
        if !isRight {
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
        let isPlain = path.bytes.allSatisfy { $0 &- 0x20 < 0x5F }
        if !isPlain, String(validating: path.bytes, as: UTF8.self) == nil {
            findings.warn("path-encoding", "the name '\(path)' is not UTF-8", at: .init(file: path))
        }
        if !isPlain, path.bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            findings.warn(
                "path-control-character",
                "the name of a file holds a control character",
                at: .init(file: path)
            )
        }
        switch kind {
        case .file, .directory:
            if mode & 0o002 != 0, mode & 0o1000 == 0 {
                findings.warn("file-world-writable", "everybody may write to '\(path)'", at: .init(file: path))
            }
        default: break
        }
    }
}

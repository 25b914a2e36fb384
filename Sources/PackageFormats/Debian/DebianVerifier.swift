internal import SystemPackage

/// Checks a .deb file against everything that it says about itself, and against what dpkg and Debian Policy ask.
///
/// What dpkg refuses, what would leave the root, and what is not as the package says, is an error; what dpkg lets pass but
/// other tools stumble over is a warning. The format holds no digest of the control archive, and of the files only MD5.
public struct DebianVerifier: Sendable {
    private let reader: DebianReader
    private let limits: PayloadLimits
    private var findings = FindingList()

    /// The longest target of a symbolic link that Linux makes, in bytes: PATH_MAX without its NUL.
    private static let maximumTargetLength = 4095

    /// Makes a verifier of a package that was opened.
    ///
    /// - Parameters:
    ///   - reader: the package.
    ///   - limits: what reading the data may cost at most.
    public init(_ reader: DebianReader, limits: PayloadLimits = PayloadLimits()) {
        self.reader = reader
        self.limits = limits
    }

    /// Checks the package. What keeps it from being read to its end is a finding too; its check is the error's code.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/inputOutput`` where the file cannot be read, or
    ///   ``FormatError/Code/cancelled``.
    public func verification() throws(FormatError) -> Verification {
        var verifier = self
        let covered = try verifier.check()
        return Verification(
            findings: verifier.findings.findings,
            covered: covered,
            signatures: reader.signatures
        )
    }

    private mutating func check() throws(FormatError) -> Set<Verification.Part> {
        for warning in reader.file.warnings { findings.add(warning) }
        for signature in reader.signatures { signature.check(into: &findings) }
        checkControl()
        checkMembers()
        do throws(FormatError) {
            let package = try DebianMetadata.package(from: reader.control, date: 0)
            let usual = DebianWriter.fileName(of: package)
            if let name = reader.file.file.path.lastComponent?.string, name != usual {
                findings.warn("file-name", "the file is not called '\(usual)'")
            }
        } catch {
            findings.add(Finding(error))
        }
        do throws(FormatError) {
            let digests = try checkData()
            return checkLists(digests) ? [.files] : []
        } catch {
            if error.code == .inputOutput || error.code == .cancelled { throw error }
            findings.add(Finding(error))
            return []
        }
    }

    private mutating func checkControl() {
        let control = reader.control
        func place(_ field: String) -> Finding.Place { .init(field: field) }
        if !reader.isUTF8 { findings.warn("control-encoding", "the control file is not UTF-8", at: place("control")) }
        for field in ["Maintainer", "Description"] where control[field]?.isEmpty ?? true {
            findings.error("control-missing-field", "the field is missing", at: place(field))
        }
        for field in ["Section", "Priority"] where control[field]?.isEmpty ?? true {
            findings.warn(
                "control-missing-field",
                "the field is missing, without which reprepro refuses the package",
                at: place(field)
            )
        }
        if let name = control["Package"], DebianName.isInstallable(name), !DebianName.isPackage(name) {
            findings.error(
                name.utf8.count < 2 ? "control-name-length" : "control-name-case",
                "'\(name)' breaks Debian's rules for names",
                at: place("Package")
            )
        }
        if let architecture = control["Architecture"] {
            if let known = Architecture(named: architecture), known.debianName != architecture {
                findings.error(
                    "control-architecture-name",
                    "'\(architecture)' is rpm's name of \(known.debianName)",
                    at: place("Architecture")
                )
            } else if control["Multi-Arch"] == "same", architecture == "all" {
                findings.error(
                    "control-multi-arch",
                    "the value is 'same', but the architecture is 'all'",
                    at: place("Multi-Arch")
                )
            }
        }
        if let size = control["Installed-Size"], UInt64(size) == nil {
            findings.error("control-installed-size", "'\(size)' is no number of KiB", at: place("Installed-Size"))
        }
        checkFieldsOfDpkg()
        for field in DebianRelations.fields {
            guard let value = control[field.name], DebianRelations.usesObsoleteOperators(value) else { continue }
            findings.warn(
                "control-relation-operator",
                "uses '<', '>' or no operator, whose meaning is obsolete",
                at: place(field.name)
            )
        }
    }

    /// What dpkg refuses when it unpacks a package, though `dpkg-deb` shows it.
    private mutating func checkFieldsOfDpkg() {
        let words = [
            "Essential": ["yes", "no"], "Protected": ["yes", "no"], "Multi-Arch": ["no", "same", "foreign", "allowed"],
        ]
        for (field, words) in words.sorted(by: { $0.key < $1.key }) {
            guard let value = reader.control[field], !value.isEmpty, !words.contains(value.lowercased()) else {
                continue
            }
            findings.error(
                "control-field-value",
                "'\(value)' is none of \(words.joined(separator: ", "))",
                at: .init(field: field)
            )
        }
        for field in ["Status", "Config-Version", "Triggers-Pending", "Triggers-Awaited"]
        where reader.control[field] != nil {
            findings.error("control-status-field", "the field is for dpkg's own status file", at: .init(field: field))
        }
        for field in reader.control.fields where field.name.utf8.count < 2 {
            findings.error(
                "control-field-name-length",
                "the field's name is too short for dpkg",
                at: .init(field: field.name)
            )
        }
        // An empty line behind it is enough.
        if let last = reader.control.fields.last, last.value.isEmpty,
            reader.members["control"]?.suffix(2).elementsEqual([0x0A, 0x0A]) == false
        {
            findings.error(
                "control-last-field",
                "the last field is empty, which dpkg does not read",
                at: .init(field: last.name)
            )
        }
    }

    private mutating func checkMembers() {
        for member in reader.members.members {
            let place = Finding.Place(field: member.name)
            if !DebianControlArchive.known.contains(member.name) {
                findings.warn("control-member", "'\(member.name)' is no member that dpkg knows", at: place)
            }
            guard DebianControlArchive.programs.contains(member.name) else { continue }
            if member.mode & 0o555 != 0o555 || member.mode > 0o775 {
                findings.error("control-script-mode", "the script is not executable, or has odd bits", at: place)
            }
            let line = member.bytes.prefix { $0 != 0x0A }
            if !line.starts(with: Array("#!/".utf8)), !line.starts(with: Array("#! /".utf8)) {
                findings.error("control-script-interpreter", "the script names no interpreter", at: place)
            } else if line.last == 0x0D {
                findings.error("control-script-line-ends", "the script has carriage returns", at: place)
            }
        }
        do throws(FormatError) {
            _ = try DebianTriggers.parse(reader.members["triggers"] ?? [])
        } catch {
            findings.add(Finding(error))
        }
    }

    /// Reads every file.
    ///
    /// - Returns: the MD5 of each.
    private mutating func checkData() throws(FormatError) -> [PackagePath: String] {
        var digests: [PackagePath: String] = [:]
        var count = 0
        var archive = try reader.dataArchive(limits: limits)
        while let entry = try archive.next() {
            try FormatError.checkCancellation()
            count += 1
            let place = Finding.Place(file: entry.path)
            switch entry.kind {
            case .file:
                var digest = Digest(.md5)
                try archive.readData { digest.write($0) }
                digests[entry.path] = digest.finalize().hexadecimal
            case .hardLink(let target): digests[entry.path] = digests[target]
            case .characterDevice, .blockDevice:
                findings.warn("deb-device", "'\(entry.path)' is a device, which policy forbids", at: place)
            case .symbolicLink(let target) where target.count > DebianVerifier.maximumTargetLength:
                findings.error("deb-link-length", "'\(entry.path)' leads to a path that is too long", at: place)
            case .directory, .symbolicLink, .fifo: break
            }
            if entry.path.baseName.count > DebianPayload.maximumNameLength {
                findings.error("deb-name-length", "'\(entry.path)' is too long for dpkg to unpack", at: place)
            }
            entry.checkForEverybody(into: &findings)
        }
        if count == 0 {
            findings.warn("deb-empty", "the package installs nothing, not even a directory")
        } else if !archive.hasRoot {
            findings.warn("deb-root", "there is no entry for the root, './'")
        }
        if archive.lacksDirectories {
            findings.warn("deb-directories", "something comes before the directory that holds it")
        }
        return digests
    }

    /// Compares with conffiles and md5sums; true if md5sums vouches for every file but conffiles, which may be left out.
    private mutating func checkLists(_ digests: [PackagePath: String]) -> Bool {
        var conffiles: Set<PackagePath> = []
        do throws(FormatError) {
            for conffile in try DebianLists.conffiles(reader.members["conffiles"] ?? []) {
                let place = Finding.Place(field: "conffiles", file: conffile.path)
                if !conffiles.insert(conffile.path).inserted {
                    findings.error("control-conffile-duplicate", "'\(conffile.path)' is listed twice", at: place)
                }
                if conffile.removesOnUpgrade != (digests[conffile.path] == nil) {
                    findings.error(
                        "control-conffile-missing",
                        "'\(conffile.path)' is no file of the package, or is one to remove",
                        at: place
                    )
                }
            }
        } catch {
            findings.add(Finding(error))
        }
        guard let text = reader.members["md5sums"] else { return false }
        var unlisted = Set(digests.keys).subtracting(conffiles)
        var isRight = true
        do throws(FormatError) {
            for sum in try DebianLists.sums(text) {
                unlisted.remove(sum.path)
                let place = Finding.Place(field: "md5sums", file: sum.path)
                if sum.hasPrefix { findings.warn("md5sums-prefix", "'\(sum.path)' is listed with a prefix", at: place) }
                guard let digest = digests[sum.path] else {
                    isRight = false
                    findings.error("md5sums-file", "'\(sum.path)' is listed but is no file of the package", at: place)
                    continue
                }
                guard digest != sum.digest else { continue }
                isRight = false
                findings.error(
                    "md5sums",
                    "'\(sum.path)' has the digest \(digest), not \(sum.digest)",
                    at: place
                )
            }
        } catch {
            findings.add(Finding(error))
            return false
        }
        for path in unlisted.sorted() {
            findings.warn("md5sums-incomplete", "'\(path)' is not listed", at: .init(field: "md5sums", file: path))
        }
        return isRight && unlisted.isEmpty
    }
}

internal import SystemPackage

/// Checks a .deb file against everything that it says about itself, and against what dpkg and Debian Policy ask.
public struct DebianVerifier: Sendable {
    private let reader: DebianReader
    private let limits: PayloadLimits

    /// Makes a verifier of a package that was opened.
    ///
    /// - Parameters:
    ///   - reader: the package.
    ///   - limits: what reading the data may cost at most.
    public init(_ reader: DebianReader, limits: PayloadLimits = PayloadLimits()) {
        self.reader = reader
        self.limits = limits
    }

    /// Checks the package. What cannot be read at all is a finding too; its check is the ``FormatError``'s code.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/inputOutput`` where the file cannot be read.
    public func verification() throws(FormatError) -> Verification {
        var findings = reader.file.warnings
        findings += DebianVerifier.checkControl(of: reader)
        findings += DebianVerifier.checkMembers(of: reader)
        do throws(FormatError) {
            let package = try DebianMetadata.package(from: reader.control, date: 0)
            let usual = DebianWriter.fileName(of: package)
            if let name = reader.file.file.path.lastComponent?.string, name != usual {
                findings.append(Finding(.warning, "file-name", "the file is not called '\(usual)'"))
            }
            findings += try checkData()
        } catch {
            if error.code == .inputOutput { throw error }
            findings.append(Finding(error))
        }
        return Verification(findings: findings, signatures: reader.signatures)
    }

    private static func checkControl(of reader: DebianReader) -> [Finding] {
        var findings: [Finding] = []
        let control = reader.control
        func error(_ check: String, _ message: String) { findings.append(Finding(.error, check, message)) }
        func warn(_ check: String, _ message: String) { findings.append(Finding(.warning, check, message)) }
        if !reader.isUTF8 { warn("control-encoding", "the control file is not UTF-8") }
        for field in ["Maintainer", "Description"] where control[field]?.isEmpty ?? true {
            error("control-missing-field", "\(field): the field is missing")
        }
        for field in ["Section", "Priority"] where control[field]?.isEmpty ?? true {
            warn("control-missing-field", "\(field): the field is missing, which reprepro refuses")
        }
        if let name = control["Package"], !name.isEmpty, !DebianName.isPackage(name) {
            error("control-name", "'\(name)' breaks Debian's rules for names")
        }
        if let architecture = control["Architecture"] {
            if let known = Architecture(named: architecture), known.debianName != architecture {
                error("control-architecture", "'\(architecture)' is rpm's name of \(known.debianName)")
            } else if control["Multi-Arch"] == "same", architecture == "all" {
                error("control-architecture", "Multi-Arch is 'same', but the architecture is 'all'")
            }
        }
        if let size = control["Installed-Size"], UInt64(size) == nil {
            error("control-installed-size", "'\(size)' is no number of KiB")
        }
        for field in DebianRelations.fields {
            guard let value = control[field.name] else { continue }
            if DebianRelations.usesObsoleteOperators(value) {
                warn("control-relation", "\(field.name): uses '<', '>' or no operator, whose meaning is obsolete")
            }
        }
        return findings
    }

    private static func checkMembers(of reader: DebianReader) -> [Finding] {
        var findings: [Finding] = []
        for member in reader.members.members {
            if !DebianControlArchive.known.contains(member.name) {
                findings.append(Finding(.warning, "control-member", "'\(member.name)' is no member that dpkg knows"))
            }
            guard DebianControlArchive.programs.contains(member.name) else { continue }
            if member.mode & 0o555 != 0o555 || member.mode > 0o775 {
                findings.append(
                    Finding(.error, "control-script", "'\(member.name)' is not executable, or has odd bits")
                )
            }
            let line = member.bytes.prefix { $0 != 0x0A }
            if !line.starts(with: Array("#!/".utf8)), !line.starts(with: Array("#! /".utf8)) {
                findings.append(Finding(.error, "control-script", "'\(member.name)' names no interpreter"))
            } else if line.last == 0x0D {
                findings.append(Finding(.error, "control-script", "'\(member.name)' has carriage returns"))
            }
        }
        do throws(FormatError) {
            _ = try DebianTriggers.parse(reader.members["triggers"] ?? [])
        } catch {
            findings.append(Finding(.error, error.code.rawValue, error.message))
        }
        return findings
    }

    /// Reads every file and compares with md5sums and conffiles.
    private func checkData() throws(FormatError) -> [Finding] {
        var findings: [Finding] = []
        var digests: [PackagePath: String] = [:]
        var count = 0
        var archive = try reader.dataArchive(limits: limits)
        while let entry = try archive.next() {
            count += 1
            switch entry.kind {
            case .file:
                var digest = Digest(.md5)
                try archive.readData { digest.write($0) }
                digests[entry.path] = digest.finalize().hexadecimal
            case .hardLink(let target): digests[entry.path] = digests[target]
            case .characterDevice, .blockDevice:
                findings.append(Finding(.warning, "deb-device", "'\(entry.path)' is a device, which policy forbids"))
            case .directory, .symbolicLink, .fifo: break
            }
            if entry.path.baseName.count > DebianPayload.maximumNameLength {
                findings.append(Finding(.error, "deb-name-length", "'\(entry.path)' is too long for dpkg to unpack"))
            }
        }
        if count == 0 {
            findings.append(Finding(.warning, "deb-empty", "the package installs nothing, not even a directory"))
        } else if !archive.hasRoot {
            findings.append(Finding(.warning, "deb-root", "there is no entry for the root, './'"))
        }
        if archive.lacksDirectories {
            findings.append(Finding(.warning, "deb-directories", "something comes before the directory that holds it"))
        }
        return findings + DebianVerifier.checkLists(of: reader, digests)
    }

    private static func checkLists(of reader: DebianReader, _ digests: [PackagePath: String]) -> [Finding] {
        var findings: [Finding] = []
        var conffiles: Set<PackagePath> = []
        do throws(FormatError) {
            for conffile in try DebianLists.conffiles(reader.members["conffiles"] ?? []) {
                if !conffiles.insert(conffile.path).inserted {
                    findings.append(Finding(.error, "control-conffiles", "'\(conffile.path)' is listed twice"))
                }
                if conffile.removesOnUpgrade != (digests[conffile.path] == nil) {
                    let message = "'\(conffile.path)' is no file of the package, or is one to remove"
                    findings.append(Finding(.error, "control-conffiles", message))
                }
            }
        } catch {
            findings.append(Finding(.error, error.code.rawValue, error.message))
        }
        guard let text = reader.members["md5sums"] else { return findings }
        var unlisted = Set(digests.keys).subtracting(conffiles)
        do throws(FormatError) {
            for sum in try DebianLists.sums(text) {
                unlisted.remove(sum.path)
                if sum.hasPrefix {
                    findings.append(Finding(.warning, "md5sums-prefix", "'\(sum.path)' is listed with a prefix"))
                }
                if let digest = digests[sum.path] {
                    guard digest != sum.digest else { continue }
                    findings.append(Finding(.error, "md5sums", "'\(sum.path)' has another digest than is listed"))
                } else {
                    findings.append(Finding(.error, "md5sums", "'\(sum.path)' is listed but is no file of the package"))
                }
            }
        } catch {
            findings.append(Finding(.error, error.code.rawValue, error.message))
        }
        for path in unlisted.sorted() {
            findings.append(Finding(.warning, "md5sums", "'\(path)' is not listed"))
        }
        return findings
    }
}

import CLinux
import Glibc
import PackageFormats
import SystemPackage

/// What makes a new generation of metadata durable and puts it in the place of the old one.
enum GenerationSwitch {
    /// Writes a file that appears complete, and durable where that is wanted, or not at all.
    static func write(_ bytes: [UInt8], to path: FilePath, isDurable: Bool = true) throws(OmnibusError) {
        do throws(FormatError) {
            let file = try OutputFile(creating: path)
            try file.write(bytes)
            if isDurable { try file.commit() } else { try file.takeName() }
        } catch {
            throw OmnibusError(error, doing: "the metadata")
        }
    }

    /// Gives a file a second name, in place of what may have that name; where the file system has none, a copy.
    static func link(_ source: FilePath, to target: FilePath) throws(OmnibusError) {
        let hidden = target.removingLastComponent().appending(".\(target.lastComponent?.string ?? "link").new")
        try FileSystem.remove(hidden)
        if Glibc.link(source.string, hidden.string) != 0 {
            guard [EPERM, EMLINK, EOPNOTSUPP, EXDEV, ENOSYS].contains(errno) else {
                throw FileSystem.failure("link", source)
            }
            try FileSystem.copy(source, to: hidden, mode: 0o644)
        }
        try FileSystem.move(hidden, to: target)
        // Two names of one file are left alone by rename.
        try FileSystem.remove(hidden)
    }

    /// Makes the names in a folder durable.
    static func sync(_ folder: FilePath) throws(OmnibusError) {
        let descriptor = open(folder.string, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileSystem.failure("open", folder) }
        defer { close(descriptor) }
        // File systems that cannot sync folders need not.
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else {
            throw FileSystem.failure("write", folder)
        }
    }

    /// Lets two folders change places in one step, or gives the new one the name where there was none.
    ///
    /// - Returns: false where the file system cannot.
    static func exchange(_ new: FilePath, _ old: FilePath) throws(OmnibusError) -> Bool {
        guard FileSystem.status(old) != nil else {
            try FileSystem.move(new, to: old)
            return true
        }
        if renameat2(AT_FDCWD, new.string, AT_FDCWD, old.string, clinux_rename_exchange) == 0 { return true }
        guard [EINVAL, ENOSYS, EOPNOTSUPP, EXDEV].contains(errno) else { throw FileSystem.failure("replace", old) }
        return false
    }

    /// Sets when a file was changed.
    static func setTime(_ path: FilePath, _ time: timespec) {
        // Without it a replaced file goes earlier than it should, no more.
        _ = utimensat(AT_FDCWD, path.string, [time, time], AT_SYMLINK_NOFOLLOW)
    }
}

extension OmnibusError {
    /// Nothing may replace signed metadata by unsigned ones: clients that check would stop.
    static func signatureWouldBeLost(_ path: FilePath) -> OmnibusError {
        OmnibusError(
            "repository-signed",
            .usage,
            "the repository is signed (\(path)), and no key was given to sign it again",
            hint: "give --sign-key, or remove the signature first if clients need none any more"
        )
    }

    /// Packages that are not there cannot be read again.
    static func incompleteMetadata(_ reason: String, _ path: FilePath) -> OmnibusError {
        OmnibusError(
            "previous-metadata",
            .badInput,
            "the metadata that are there cannot be built upon: \(path): \(reason)",
            hint: "make them anew beside the packages with 'flocker-pkg repository update --rebuild'"
        )
    }

    /// Metadata that are there cannot be built upon.
    static func previousMetadata(_ error: some CustomStringConvertible, _ path: FilePath) -> OmnibusError {
        OmnibusError(
            "previous-metadata",
            .badInput,
            "the metadata that are there cannot be read: \(path): \(error)",
            hint: "read every package again with --rebuild"
        )
    }
}

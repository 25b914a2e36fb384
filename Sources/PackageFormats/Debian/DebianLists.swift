/// The lists of paths in a control archive: conffiles (deb-conffiles(5)) and md5sums (deb-md5sums(5)).
enum DebianLists {
    /// A line of conffiles.
    struct Conffile: Hashable {
        var path: PackagePath
        /// Whether the file is one to remove, which the package no longer has (dpkg 1.20.6).
        var removesOnUpgrade: Bool
    }

    /// Reads conffiles.
    ///
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/controlConffiles`` or ``FormatError/Code/controlConffilesEnd`` for
    ///   what dpkg refuses, or an empty line.
    static func conffiles(_ bytes: [UInt8]) throws(FormatError) -> [Conffile] {
        func refuse(_ complaint: String) -> FormatError {
            FormatError(.controlConffiles, complaint, field: "conffiles")
        }
        guard bytes.isEmpty || bytes.last == 0x0A else {
            throw FormatError(.controlConffilesEnd, "the last line has no line feed", field: "conffiles")
        }
        var conffiles: [Conffile] = []
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast() {
            let flag = Array("remove-on-upgrade ".utf8)
            let isRemoval = line.starts(with: flag)
            // dpkg drops what C calls spaces at a line's end.
            var name = isRemoval ? line.dropFirst(flag.count) : line
            while let last = name.last, last == 0x20 || (0x09...0x0D).contains(last) { name = name.dropLast() }
            guard name.first == 0x2F else {
                throw refuse("'\(String(decoding: line.prefix(200), as: UTF8.self))' is no absolute path")
            }
            let path: PackagePath
            do throws(FormatError) { path = try PackagePath(bytes: Array(name)) } catch { throw refuse(error.message) }
            conffiles.append(Conffile(path: path, removesOnUpgrade: isRemoval))
        }
        return conffiles
    }

    /// A line of md5sums.
    struct Sum: Hashable {
        var path: PackagePath
        /// The digest in lower-case hexadecimal digits.
        var digest: String
        /// Whether the path was written with `./` or `/`, as no Debian tool does.
        var hasPrefix: Bool
    }

    /// A line as md5sum(1) means it: behind a leading backslash, `\\` stands for one.
    private static func unescaped(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard line.first == 0x5C else { return line }
        var bytes: [UInt8] = []
        var isEscaped = false
        for byte in line.dropFirst() {
            isEscaped = byte == 0x5C && !isEscaped
            if !isEscaped { bytes.append(byte) }
        }
        return bytes[...]
    }

    /// Reads md5sums.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/controlSums`` for a line in another form.
    static func sums(_ bytes: [UInt8]) throws(FormatError) -> [Sum] {
        var sums: [Sum] = []
        for text in bytes.split(separator: 0x0A) {
            let line = unescaped(text)
            let digest = line.prefix(32)
            let name = line.dropFirst(34)
            let isHexadecimal = digest.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
            let relative =
                name.starts(with: [0x2E, 0x2F]) ? name.dropFirst(2) : name.first == 0x2F ? name.dropFirst() : name
            guard digest.count == 32, isHexadecimal, line.dropFirst(32).prefix(2).elementsEqual([0x20, 0x20]),
                let path = try? PackagePath.root.appending(relative)
            else {
                let shown = String(decoding: line.prefix(200), as: UTF8.self)
                throw FormatError(.controlSums, "'\(shown)' is no digest and path", field: "md5sums")
            }
            let text = String(decoding: digest, as: UTF8.self)
            sums.append(Sum(path: path, digest: text, hasPrefix: relative.count < name.count))
        }
        return sums
    }
}

extension FormatError.Code {
    /// The conffiles list does not end in a line feed.
    public static let controlConffilesEnd = Self(rawValue: "control-conffiles-end")
    /// The conffiles list holds a line that dpkg refuses.
    public static let controlConffiles = Self(rawValue: "control-conffiles")
    /// The md5sums list holds a line that is none.
    public static let controlSums = Self(rawValue: "control-md5sums")
}

/// The outer archive of a .deb file (deb(5), ar(5)): members one after the other, each behind a header of 60 bytes.
enum ArArchive {
    /// A member as its header describes it.
    struct Member: Hashable {
        var name: String
        /// Where its bytes begin in the file.
        var offset: UInt64
        var size: UInt64
        /// Unix seconds.
        var date: Int64
    }

    static let magic = Array("!<arch>\n".utf8)
    static let headerSize = 60
    /// The largest size that its ten digits can say.
    static let maximumSize: UInt64 = 9_999_999_999
    /// A .deb has three members, and a few signatures at most.
    private static let maximumMembers = 100

    /// A member's header: root's, mode 100644, as dpkg-deb writes it.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/limitExceeded`` for a size, or
    ///   ``FormatError/Code/invalidValue`` for a date or name, that the header cannot hold.
    static func header(name: String, size: UInt64, date: Int64) throws(FormatError) -> [UInt8] {
        guard size <= maximumSize else {
            throw FormatError(.limitExceeded, "is larger than the \(maximumSize) bytes that .deb allows", field: name)
        }
        guard (0...999_999_999_999).contains(date) else {
            throw FormatError(.invalidValue, "\(date) is no date that .deb can hold", field: "date")
        }
        guard (1...15).contains(name.utf8.count), name.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x2F })
        else { throw FormatError(.invalidValue, "'\(name)' is no name for a member", field: "ar") }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(headerSize)
        for (text, width) in [(name, 16), ("\(date)", 12), ("0", 6), ("0", 6), ("100644", 8), ("\(size)", 10)] {
            bytes.append(contentsOf: text.utf8)
            bytes.append(contentsOf: repeatElement(0x20, count: width - text.utf8.count))
        }
        bytes.append(contentsOf: [0x60, 0x0A])
        return bytes
    }

    /// Lists the members of a file; what some reader stumbles over comes back as warnings.
    ///
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/arMagic``, ``FormatError/Code/arHeader``,
    ///   ``FormatError/Code/arNumber``, ``FormatError/Code/arName`` or ``FormatError/Code/truncated``.
    static func members(of file: InputFile) throws(FormatError) -> (members: [Member], warnings: [Finding]) {
        let start = try file.bytes(at: 0, count: magic.count)
        guard start == magic else {
            let isText = start.starts(with: magic.dropLast()) && start.last == 0x0D
            let hint = isText ? "; its line ends were changed in transfer" : ""
            throw FormatError(.arMagic, "is no ar archive\(hint)", offset: 0)
        }
        var members: [Member] = []
        var warnings: [Finding] = []
        var offset = UInt64(magic.count)
        while offset < file.size {
            guard members.count < maximumMembers else {
                throw FormatError(.limitExceeded, "has more than \(maximumMembers) members", offset: offset)
            }
            let member = try readHeader(of: file, at: offset, warnings: &warnings)
            members.append(member)
            offset = member.offset + member.size
            guard member.size % 2 == 1 else { continue }
            if offset == file.size {
                warnings.append(Finding(.warning, "ar-padding", "'\(member.name)' lacks its padding byte"))
            } else if try file.bytes(at: offset, count: 1) != [0x0A] {
                warnings.append(Finding(.warning, "ar-padding", "'\(member.name)' is not padded with a line feed"))
            }
            offset += 1
        }
        return (members, warnings)
    }

    private static func readHeader(
        of file: InputFile,
        at offset: UInt64,
        warnings: inout [Finding]
    ) throws(FormatError) -> Member {
        guard file.size - offset >= UInt64(headerSize) else {
            throw FormatError(.arTruncated, "ends inside a member's header", offset: offset)
        }
        let header = try file.bytes(at: offset, count: headerSize)
        guard header.count == headerSize, header.suffix(2) == [0x60, 0x0A] else {
            throw FormatError(.arHeader, "a member's header does not end as it should", offset: offset)
        }
        let name = try memberName(header[..<16], at: offset)
        guard let size = decimal(header[48..<58]), let date = decimal(header[16..<28]) else {
            throw ArArchive.numberFault(header[48..<58], header[16..<28], in: name, at: offset)
        }
        // apt takes a leading zero for octal.
        if header[48] == 0x30, size > 0 || header[49] == 0x30 {
            warnings.append(Finding(.warning, "ar-leading-zero", "the size of '\(name)' has leading zeros"))
        }
        if header[16] == 0x30, header[17] != 0x20 {
            warnings.append(Finding(.warning, "ar-leading-zero", "the time of '\(name)' has leading zeros"))
        }
        let start = offset + UInt64(headerSize)
        guard size <= file.size - start else {
            throw FormatError(.arMemberTruncated, "'\(name)' is longer than the rest of the file", offset: offset)
        }
        return Member(name: name, offset: start, size: size, date: Int64(clamping: date))
    }

    /// What is wrong with the first of two fields that is no number.
    private static func numberFault(
        _ size: ArraySlice<UInt8>,
        _ date: ArraySlice<UInt8>,
        in name: String,
        at offset: UInt64
    ) -> FormatError {
        let (field, what) = decimal(size) == nil ? (size, "size") : (date, "time")
        let code: FormatError.Code =
            field.allSatisfy { $0 == 0x20 }
            ? .arNumberMissing : field.contains(UInt8(ascii: "-")) ? .arNumberNegative : .arNumber
        return FormatError(code, "the \(what) of '\(name)' is no number", offset: offset, field: what)
    }

    /// Blanks behind the name are filling, one `/` is GNU ar's end mark; names in other places are not for packages.
    private static func memberName(_ field: ArraySlice<UInt8>, at offset: UInt64) throws(FormatError) -> String {
        var name = field
        while name.last == 0x20 { name.removeLast() }
        if name.last == 0x2F { name.removeLast() }
        guard !name.isEmpty, name.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x2F }) else {
            throw FormatError(.arName, "a member has a name that is not for packages", offset: offset)
        }
        return String(decoding: name, as: UTF8.self)
    }

    /// Spaces, digits, spaces.
    private static func decimal(_ field: ArraySlice<UInt8>) -> UInt64? {
        let text = field.drop { $0 == 0x20 }
        let digits = text.prefix { (0x30...0x39).contains($0) }
        guard text.dropFirst(digits.count).allSatisfy({ $0 == 0x20 }) else { return nil }
        return UInt64(String(decoding: digits, as: UTF8.self))
    }
}

extension FormatError.Code {
    /// A file does not begin as an ar archive.
    public static let arMagic = Self(rawValue: "ar-magic")
    /// The header of an archive member does not end in its mark.
    public static let arHeader = Self(rawValue: "ar-header")
    /// A number in the header of an archive member is none.
    public static let arNumber = Self(rawValue: "ar-number")
    /// A member's header in an ar archive has blanks in the place of a number.
    public static let arNumberMissing = Self(rawValue: "ar-number-missing")
    /// A member's header in an ar archive holds a number below zero.
    public static let arNumberNegative = Self(rawValue: "ar-number-negative")
    /// An ar archive ends inside a member's header.
    public static let arTruncated = Self(rawValue: "ar-truncated")
    /// An ar archive ends inside a member.
    public static let arMemberTruncated = Self(rawValue: "ar-member-truncated")
    /// An archive member's name is in a form that no package has.
    public static let arName = Self(rawValue: "ar-name")
}

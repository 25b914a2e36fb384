/// A tag of an rpm or a field of a .deb's control stanza, as it stands there.
public struct PackageTag: Sendable, Hashable {
    /// Where it stands.
    public enum Section: String, Sendable, Hashable {
        /// An rpm's signature header.
        case signature
        /// An rpm's main header.
        case header
        /// A .deb's control stanza.
        case control
    }

    /// A value by what it is made of.
    public enum Value: Sendable, Hashable {
        /// Unsigned integers.
        case numbers([UInt64])
        /// Bytes that are no text.
        case bytes([UInt8])
        /// Texts as bytes, which need not be UTF-8; of a control field one.
        case texts([[UInt8]])
    }

    /// Where it stands.
    public var section: Section
    /// The name, or `nil` for a number that rpm has no name for.
    public var name: String?
    /// The number; `nil` for a control field.
    public var number: UInt32?
    /// rpm's name of the type, such as `STRING_ARRAY`; `nil` for a control field.
    public var type: String?
    /// The value.
    public var value: Value

    /// Makes a tag from its parts.
    public init(section: Section, name: String?, number: UInt32?, type: String?, value: Value) {
        self.section = section
        self.name = name
        self.number = number
        self.type = type
        self.value = value
    }
}

extension PackageTag.Value {
    /// The value for people: bytes hexadecimal, texts one below the other; what is no UTF-8 becomes U+FFFD.
    var text: String {
        switch self {
        case .numbers(let numbers): numbers.map { "\($0)" }.joined(separator: ", ")
        case .bytes(let bytes): bytes.hexadecimal
        case .texts(let texts): texts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
        }
    }
}

extension PackageTag {
    /// The tag's name, or its number for one that has none, with the value.
    var namedValue: (name: String, value: Value) { (name ?? "tag \(number ?? 0)", value) }
}

extension [(name: String, value: PackageTag.Value)] {
    /// The same with a number behind a name that was there before.
    var numberingRepeated: Self {
        var counts: [String: Int] = [:]
        return map { name, value in
            let count = (counts[name] ?? 0) + 1
            counts[name] = count
            return (count == 1 ? name : "\(name) (\(count))", value)
        }
    }
}

extension PackageFile {
    /// Every tag of both of an rpm's headers, or every field of a .deb's control stanza, in order.
    public var tags: [PackageTag] {
        switch reader {
        case .rpm(let reader):
            PackageFile.tags(of: reader.signature, .signature) + PackageFile.tags(of: reader.header, .header)
        case .deb(let reader):
            reader.control.fields.map {
                PackageTag(
                    section: .control,
                    name: $0.name,
                    number: nil,
                    type: nil,
                    value: .texts([Array($0.value.utf8)])
                )
            }
        }
    }

    private static func tags<Kind>(of header: RPMHeader<Kind>, _ section: PackageTag.Section) -> [PackageTag] {
        header.items.map { item in
            let value: PackageTag.Value =
                switch item.value {
                case .binary(let bytes), .char(let bytes): .bytes(bytes)
                default:
                    if let strings = item.value.strings {
                        .texts(strings.map(Array.init))
                    } else {
                        .numbers(item.value.integers ?? [])
                    }
                }
            return PackageTag(
                section: section,
                name: Kind.tag(numbered: item.number)?.name,
                number: item.number,
                type: item.value.type.name,
                value: value
            )
        }
    }
}

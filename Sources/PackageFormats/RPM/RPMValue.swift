/// The types of values in an rpm header (`rpmTagType`).
public enum RPMValueType: UInt32, Sendable, Hashable {
    /// Characters; no tag of today has it.
    case char = 1
    /// 8-bit integers.
    case int8 = 2
    /// 16-bit integers.
    case int16 = 3
    /// 32-bit integers.
    case int32 = 4
    /// 64-bit integers.
    case int64 = 5
    /// One string.
    case string = 6
    /// Bytes.
    case binary = 7
    /// Strings.
    case stringArray = 8
    /// One string a locale, in the order of HEADERI18NTABLE.
    case translatedString = 9

    /// rpm's name of the type.
    public var name: String {
        switch self {
        case .char: "CHAR"
        case .int8: "INT8"
        case .int16: "INT16"
        case .int32: "INT32"
        case .int64: "INT64"
        case .string: "STRING"
        case .binary: "BIN"
        case .stringArray: "STRING_ARRAY"
        case .translatedString: "I18NSTRING"
        }
    }

    /// What offsets of values are multiples of, in bytes.
    var alignment: Int {
        switch self {
        case .int16: 2
        case .int32: 4
        case .int64: 8
        default: 1
        }
    }

    /// Whether values of this type are strings, which rpm takes for one another.
    var isText: Bool {
        switch self {
        case .string, .stringArray, .translatedString: true
        default: false
        }
    }
}

/// A value in an rpm header. All integers are unsigned.
public enum RPMValue: Sendable, Hashable {
    /// Characters.
    case char([UInt8])
    /// 8-bit integers.
    case int8([UInt8])
    /// 16-bit integers.
    case int16([UInt16])
    /// 32-bit integers.
    case int32([UInt32])
    /// 64-bit integers.
    case int64([UInt64])
    /// One string, without its NUL.
    case string([UInt8])
    /// Bytes.
    case binary([UInt8])
    /// Strings.
    case stringArray(PackedStrings)
    /// One string a locale.
    case translatedString(PackedStrings)

    /// One string.
    public static func text(_ text: String) -> RPMValue { .string(Array(text.utf8)) }

    /// The type.
    public var type: RPMValueType {
        switch self {
        case .char: .char
        case .int8: .int8
        case .int16: .int16
        case .int32: .int32
        case .int64: .int64
        case .string: .string
        case .binary: .binary
        case .stringArray: .stringArray
        case .translatedString: .translatedString
        }
    }

    /// How many integers, bytes or strings it has.
    public var count: Int {
        switch self {
        case .char(let bytes), .int8(let bytes), .binary(let bytes): bytes.count
        case .int16(let numbers): numbers.count
        case .int32(let numbers): numbers.count
        case .int64(let numbers): numbers.count
        case .string: 1
        case .stringArray(let strings), .translatedString(let strings): strings.count
        }
    }

    /// The length in a header's store in bytes, padding not counted.
    var byteCount: Int {
        switch self {
        case .char(let bytes), .int8(let bytes), .binary(let bytes): bytes.count
        case .int16(let numbers): numbers.count * 2
        case .int32(let numbers): numbers.count * 4
        case .int64(let numbers): numbers.count * 8
        case .string(let bytes): bytes.count + 1
        case .stringArray(let strings), .translatedString(let strings): strings.bytes.count
        }
    }

    func write(to writer: inout BigEndianWriter) {
        switch self {
        case .char(let bytes), .int8(let bytes), .binary(let bytes): writer.append(contentsOf: bytes)
        case .int16(let numbers): writer.append(integers: numbers)
        case .int32(let numbers): writer.append(integers: numbers)
        case .int64(let numbers): writer.append(integers: numbers)
        case .string(let bytes):
            writer.append(contentsOf: bytes)
            writer.append(UInt8(0))
        case .stringArray(let strings), .translatedString(let strings): writer.append(contentsOf: strings.bytes)
        }
    }

    /// All strings of a value whose type is one of strings.
    var strings: PackedStrings? {
        switch self {
        case .string(let bytes): PackedStrings(unchecked: bytes + [0], count: 1)
        case .stringArray(let strings), .translatedString(let strings): strings
        default: nil
        }
    }

    /// The only string, or the first: the one for the locale `C`.
    var firstString: [UInt8]? {
        if case .string(let bytes) = self { return bytes }
        return strings?.first { _ in true }.map(Array.init)
    }

    /// The integers of whatever width.
    var integers: [UInt64]? {
        switch self {
        case .int8(let numbers): numbers.map(UInt64.init)
        case .int16(let numbers): numbers.map(UInt64.init)
        case .int32(let numbers): numbers.map(UInt64.init)
        case .int64(let numbers): numbers
        default: nil
        }
    }
}

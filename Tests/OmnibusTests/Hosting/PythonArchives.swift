/// Small archives as Python makes them, with nothing compressed in the zip.
enum PythonArchives {
    static func metadata(_ name: String, _ version: String, _ more: String = "") -> String {
        "Metadata-Version: 2.1\nName: \(name)\nVersion: \(version)\n\(more)\nThe description.\nName: not this\n"
    }

    /// A zip archive of stored members.
    static func zip(_ members: [(String, String)]) -> [UInt8] {
        func number(_ value: Int, _ width: Int) -> [UInt8] {
            (0..<width).map { $0 < 4 ? UInt8(truncatingIfNeeded: value >> (8 * $0)) : 0 }
        }
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        for (name, text) in members {
            // Version, flags, method and time; then checksum, sizes and the lengths of name and extra field.
            var common = number(20, 2)
            common += number(0, 12)
            common += number(text.utf8.count, 4)
            common += number(text.utf8.count, 4)
            common += number(name.utf8.count, 2)
            common += number(0, 2)
            directory += number(0x0201_4B50, 4)
            directory += number(20, 2)
            directory += common
            directory += number(0, 10)
            directory += number(bytes.count, 4)
            directory += Array(name.utf8)
            bytes += number(0x0403_4B50, 4)
            bytes += common
            bytes += Array(name.utf8)
            bytes += Array(text.utf8)
        }
        let start = bytes.count
        bytes += directory
        bytes += number(0x0605_4B50, 4)
        bytes += number(0, 4)
        bytes += number(members.count, 2)
        bytes += number(members.count, 2)
        bytes += number(directory.count, 4)
        bytes += number(start, 4)
        return bytes + number(0, 2)
    }

    /// A wheel that holds nothing but its metadata.
    static func wheel(_ name: String, _ version: String, _ more: String = "") -> [UInt8] {
        zip([
            ("\(name)/__init__.py", ""), ("\(name)-\(version).dist-info/METADATA", metadata(name, version, more)),
        ])
    }
}

import SystemPackage

@testable import PackageFormats

/// Files of `Fixtures/repository`, made by the real tools.
enum RepositoryFixture {
    static let folder = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        .appending("Fixtures/repository")

    static func bytes(_ name: String) throws -> [UInt8] {
        let file = try InputFile(opening: folder.appending(name))
        return try file.bytes(at: 0, count: Int(file.size))
    }

    /// Everything in an element that clients see, in order, whatever the white space between elements.
    static func flat(_ element: XMLElement) -> [String] {
        let attributes = element.attributes.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        let text = element.children.isEmpty ? element.text : ""
        return ["<\(element.name)\(attributes)>\(text)"] + element.children.flatMap(flat)
    }
}

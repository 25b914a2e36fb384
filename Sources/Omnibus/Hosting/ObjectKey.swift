/// The name of an object in a store: components joined by `/`, none of which can lead anywhere else.
public struct ObjectKey: Sendable, Hashable, CustomStringConvertible {
    /// The key's text.
    public let description: String

    /// Checks a key.
    ///
    /// - Throws: ``OmnibusError`` with code `object-key` for a key that is empty or longer than 1024 bytes, for components
    ///   that are empty, begin with a dot or are longer than 240 bytes, and for control characters and backslashes.
    public init(_ text: String) throws(OmnibusError) {
        let components = text.split(separator: "/", omittingEmptySubsequences: false)
        let isSound = components.allSatisfy { component in
            !component.isEmpty && !component.hasPrefix(".") && component.utf8.count <= 240
        }
        guard text.utf8.count <= 1024, isSound,
            text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") })
        else {
            throw OmnibusError("object-key", .badInput, "'\(text.prefix(200))' is no key that objects are stored under")
        }
        description = text
    }

    /// The key of a folder, with a slash at its end: where a store does not show a folder's `index.html` to those who ask
    /// for the folder, this is the object that they get.
    init(folder: ObjectKey) { description = folder.description + "/" }

    /// The last component.
    public var name: String { description.split(separator: "/").last.map(String.init) ?? description }
}

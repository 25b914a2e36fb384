import FoundationEssentials

/// JSON documents of this layer's values: members in the order of their names, so that equal values are equal bytes.
enum JSONText {
    /// The document, with a line feed at its end.
    static func encode(_ value: some Encodable) throws(OmnibusError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
        } catch {
            throw OmnibusError("json", .failure, "the document cannot be written as JSON: \(error)")
        }
    }

    /// Reads a document.
    ///
    /// - Throws: ``OmnibusError`` with the code given and the place where the document is wrong.
    static func decode<Value: Decodable>(
        _ type: Value.Type,
        from bytes: [UInt8],
        _ code: String,
        _ name: String
    ) throws(OmnibusError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw OmnibusError(code, .badInput, "\(name) is not the JSON that it should be: \(Self.reason(error))")
        }
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        let context: DecodingError.Context
        switch error {
        case .dataCorrupted(let found), .keyNotFound(_, let found), .typeMismatch(_, let found),
            .valueNotFound(_, let found):
            context = found
        @unknown default: return "\(error)"
        }
        let path = context.codingPath.map(\.stringValue).joined(separator: ".")
        return path.isEmpty ? context.debugDescription : "\(path): \(context.debugDescription)"
    }
}

import PackageFormats
import SystemPackage
import Testing

@testable import Omnibus

/// `docs/` and the reader say the same.
@Suite struct ManifestDocumentationTests {
    private func text(_ name: String) throws -> String {
        let root = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        let descriptor = try FileDescriptor.open(root.appending("docs").appending(name), .readOnly)
        return try descriptor.closeAfter {
            var bytes = [UInt8](repeating: 0, count: 1 << 18)
            let count = try bytes.withUnsafeMutableBytes { try descriptor.read(into: $0) }
            return String(decoding: bytes[..<count], as: UTF8.self)
        }
    }

    /// JSON is YAML.
    private func definitions() throws -> YAMLNode {
        let schema = try #require(try YAMLParser.root(of: text("manifest.schema.json"), maximumAliases: 0))
        return try #require(schema["$defs"])
    }

    @Test("The schema has the keys of each form, and no others", arguments: ManifestForm.allCases)
    func keys(form: ManifestForm) throws {
        let definition = try #require(try definitions()[form.rawValue], "no definition of \(form.rawValue)")
        let keys = try #require(definition["properties"]).keys
        #expect(keys == form.keys)
        #expect(definition["additionalProperties"]?.string == "false")
        #expect(definition["type"]?.string == "object")
    }

    @Test("The schema's words are those of the reader")
    func words() throws {
        let definitions = try definitions()
        func words(_ name: String) -> [String]? { definitions[name]?["enum"]?.strings }
        #expect(words("file-type") == Manifest.Content.FileKind.allCases.map(\.rawValue))
        #expect(words("stage") == ManifestForm.stageWords.map(\.word))
        let product = definitions["product"]?["properties"]
        let schemes = product?["version-scheme"]?["enum"]?.strings
        #expect(schemes.map(Set.init) == Set(VersionScheme.allCases.map(\.rawValue)))
    }

    @Test("Every reference of the schema leads somewhere")
    func references() throws {
        let names = try definitions().keys
        let text = try text("manifest.schema.json")
        for piece in text.split(separator: "#/$defs/").dropFirst() {
            let name = String(piece.prefix { $0 != "\"" })
            #expect(names.contains(name), "\(name)")
        }
    }

    @Test("The manual names every key and placeholder, and every selector of a kind")
    func manual() throws {
        let manual = try text("manifest.md")
        for form in ManifestForm.allCases {
            for key in form.keys { #expect(manual.contains("`\(key)") || manual.contains(" \(key):"), "\(key)") }
        }
        for name in Manifest.Relation.Placeholder.names { #expect(manual.contains("`${\(name)}`"), "\(name)") }
        let named = Set(Distribution.all.flatMap { $0.selectors.dropLast() })
        for word in named { #expect(manual.contains("`\(word)`"), "\(word)") }
    }

    @Test("The manual's examples are manifests that resolve and read back equal")
    func examples() throws {
        let blocks = try text("manifest.md").split(separator: "```yaml\n").dropFirst()
        let examples = blocks.compactMap { $0.split(separator: "```").first.map(String.init) }.filter {
            $0.hasPrefix("name:")
        }
        #expect(examples.count == 2)
        for example in examples {
            let manifest = try Manifest(yaml: example)
            #expect(try Manifest(yaml: manifest.yaml()) == manifest)
            for name in ["centos-7", "ubuntu-14.04", "debian-13"] {
                #expect(try !manifest.resolved(for: .named(name)).packages.isEmpty)
            }
        }
    }

    @Test(
        "The manual's table of versions is right",
        arguments: [
            (VersionScheme.pep440, "1.4.0", "1.4.0-1"), (.pep440, "1.4.0rc1", "1.4.0~rc1-1"),
            (.pep440, "1.4.0.dev7", "1.4.0~~dev7-1"), (.pep440, "1.4.0.post2", "1.4.0+post2-1"),
            (.pep440, "1.4.0+ubuntu.3", "1.4.0-1.ubuntu.3"), (.pep440, "2!1.0", "2:1.0-1"),
            (.plain, "2.1.0~beta1", "2.1.0~beta1-1"),
            (.flocker, "0.3.0.dev1+307.gb6d6e9f", "0.3.0-0.dev.1.307.gb6d6e9f"),
        ]
    )
    func versions(scheme: VersionScheme, version: String, expected: String) throws {
        #expect(try scheme.evr(of: version).description == expected)
        #expect(try text("manifest.md").contains("`\(expected)`"))
    }
}

extension YAMLNode {
    fileprivate subscript(key: String) -> YAMLNode? {
        guard case .mapping(let mapping) = self else { return nil }
        return mapping.pairs.first { $0.key.string == key }?.value
    }

    fileprivate var keys: [String] {
        guard case .mapping(let mapping) = self else { return [] }
        return mapping.pairs.compactMap(\.key.string)
    }

    fileprivate var string: String? {
        guard case .scalar(let scalar) = self else { return nil }
        return scalar.string
    }

    fileprivate var strings: [String]? {
        guard case .sequence(let sequence) = self else { return nil }
        return sequence.nodes.compactMap(\.string)
    }
}

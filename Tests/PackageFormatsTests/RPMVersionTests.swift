import Foundation
import SystemPackage
import Testing

@testable import PackageFormats

@Suite("rpm versions")
struct RPMVersionTests {
    private static var vectors: [String: Any] {
        let url = URL(fileURLWithPath: RPMFixtures.folder.appending("vercmp.json").string)
        let parsed = (try? Data(contentsOf: url)).flatMap { try? JSONSerialization.jsonObject(with: $0) }
        return parsed as? [String: Any] ?? [:]
    }

    private static func rows(_ name: String) -> [[Any]] { vectors[name] as? [[Any]] ?? [] }

    @Test("compare as librpm does")
    func order() throws {
        let rows = Self.rows("rpmvercmp")
        #expect(rows.count == 138)
        for row in rows {
            let left = try #require(row[0] as? String)
            let right = try #require(row[1] as? String)
            let expected = try #require(row[2] as? Int)
            #expect(RPMVersionComparison.order(left, right) == expected, "\(left) against \(right)")
            #expect(RPMVersionComparison.order(right, left) == -expected, "\(right) against \(left)")
        }
    }

    @Test("epoch counts first, then version, then release")
    func precedence() throws {
        func parse(_ parts: Any) throws -> EVR {
            let parts = try #require(parts as? [Any])
            return EVR(
                epoch: (parts[0] as? String).flatMap { UInt32($0) },
                version: try #require(parts[1] as? String),
                release: parts[2] as? String
            )
        }
        let rows = Self.rows("evr")
        #expect(rows.count == 7)
        for row in rows {
            let (left, right) = (try parse(row[0]), try parse(row[1]))
            let expected = try #require(row[2] as? Int)
            #expect(left.rpmPrecedence(over: right) == expected, "\(left) against \(right)")
            #expect(right.rpmPrecedence(over: left) == -expected, "\(right) against \(left)")
        }
    }

    @Test("bounds overlap as librpm decides")
    func overlap() throws {
        let rows = Self.rows("overlap_provide_require")
        #expect(rows.count == 16)
        for row in rows {
            let texts = row.compactMap { $0 as? String }
            let expected = try #require(row[4] as? Bool)
            guard let provided = Relation.Comparison(rawValue: texts[0]),
                let required = Relation.Comparison(rawValue: texts[2])
            else { continue }
            #expect(
                Relation.Bound(provided, texts[1]).rpmOverlaps(Relation.Bound(required, texts[3])) == expected,
                "\(texts)"
            )
        }
    }
}

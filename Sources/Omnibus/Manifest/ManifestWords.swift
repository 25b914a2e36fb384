import PackageFormats

/// The manifest's words for what the package model names in Swift.
extension ManifestForm {
    /// The key of each kind of relation.
    static let relationKeys: [(key: String, kind: Relation.Kind)] = Relation.Kind.allCases.map { kind in
        (kind == .orderedAfter ? "ordered-after" : kind.rawValue, kind)
    }

    /// The key of each script.
    static let scriptKeys: [(key: String, event: Scripts.Event)] = [
        ("pre-install", .preInstall), ("post-install", .postInstall), ("pre-remove", .preRemove),
        ("post-remove", .postRemove), ("pre-transaction", .preTransaction), ("post-transaction", .postTransaction),
        ("verify", .verify), ("purge", .purge),
    ]

    /// The word for each step that can need a relation.
    static let stageWords: [(word: String, stage: Relation.Stages)] = [
        ("pre-install", .preInstall), ("post-install", .postInstall), ("pre-remove", .preRemove),
        ("post-remove", .postRemove), ("pre-transaction", .preTransaction), ("post-transaction", .postTransaction),
        ("verify", .verify), ("meta", .meta),
    ]

    /// Every word that means a distribution or several, aliases left out.
    static var selectors: [String] {
        var words: [String] = []
        for word in Distribution.all.flatMap(\.selectors) where !words.contains(word) { words.append(word) }
        return words
    }
}

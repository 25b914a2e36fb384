import PackageFormats

extension PackageDifference {
    func json(from old: String, to new: String, format: PackageFile.Format) -> JSON {
        func relations(_ list: [Relation]) -> [JSON] {
            list.map { relation in
                let kind = ("kind", JSON.string(PackageJSON.kind(relation.kind, in: format)))
                guard case .object(let members) = PackageJSON.relation(relation) else { return .object([kind]) }
                return .object([kind] + members)
            }
        }
        return .object([
            ("old", .string(old)), ("new", .string(new)), ("same", .bool(isEmpty)),
            (
                "metadata",
                .array(
                    fields.map {
                        .object([("field", .string($0.name)), ("old", .optional($0.old)), ("new", .optional($0.new))])
                    }
                )
            ),
            (
                "relations",
                .object([
                    ("removed", .array(relations(self.relations.removed))),
                    ("added", .array(relations(self.relations.added))),
                ])
            ),
            (
                "scripts",
                .array(
                    scripts.map {
                        .object([
                            ("name", .string($0.name)), ("old", $0.old.map(PackageJSON.script) ?? .null),
                            ("new", $0.new.map(PackageJSON.script) ?? .null), ("diff", .string($0.text.description)),
                        ])
                    }
                )
            ),
            ("files", .array(files.map(\.json))),
            (
                "changelog",
                .object([
                    ("removed", .array(changelog.removed.map { PackageJSON.changelog($0, of: nil) })),
                    ("added", .array(changelog.added.map { PackageJSON.changelog($0, of: nil) })),
                ])
            ),
        ])
    }
}

extension PackageDifference.FileChange {
    fileprivate var json: JSON {
        let change = old == nil ? "added" : new == nil ? "removed" : "changed"
        return .object(
            PackageJSON.name(name, as: "path", raw: "rawPath") + [
                ("change", .string(change)), ("changed", .array(aspects.map { .string($0.rawValue) })),
                ("old", old.map(PackageJSON.file) ?? .null), ("new", new.map(PackageJSON.file) ?? .null),
            ]
        )
    }
}

public import PackageFormats
import SystemPackage

extension BuildPlan {
    /// The plan as people read it.
    ///
    /// - Throws: ``OmnibusError`` where a relation of the manifest cannot be filled in.
    public func text() throws(OmnibusError) -> String {
        var lines = ["\(product)\(version.map { " " + $0 } ?? ""), dated \(date)"]
        if let source { lines.append("  source       \(source)") }
        for target in targets {
            let evr = try evr(for: target)
            lines.append("")
            lines.append("\(target.distribution.name), \(target.architecture)")
            if let bundle = target.bundle {
                lines.append("  python       \(bundle.python.version) (\(bundle.python.interpreter))")
                lines.append("  bundle       \(bundle.prefix), \(bundle.mode)")
            }
            lines.append("  compression  \(target.compression)")
            for package in target.manifest.packages {
                lines.append("  \(target.destination.appending(target.fileName(of: package, evr: evr)))")
                for relation in try target.relations(of: package, evr: evr) {
                    lines.append("    \(relation.kind.rawValue) \(relation.expression)")
                }
                for content in package.contents { lines.append("    installs \(content.item)") }
            }
        }
        return lines.joined(separator: "\n")
    }
}

extension BuildPlan.Target {
    /// The relations of a package, with everything filled in that is known by now.
    public func relations(of package: Manifest.Resolved.Package, evr: EVR?) throws(OmnibusError) -> [Relation] {
        let facts = Manifest.Relation.Facts(
            distribution: distribution,
            python: bundle?.python,
            evr: evr ?? EVR(version: "VERSION")
        )
        var relations: [Relation] = []
        for relation in package.relations { relations.append(try relation.filled(with: facts)) }
        return relations
    }
}

extension Manifest.Content.Item: CustomStringConvertible {
    /// What is installed where, in a few words.
    public var description: String {
        switch self {
        case .bundle: "the bundle"
        case .links(let directory, let scripts): "\(directory)/ links to \(scripts.joined(separator: ", "))"
        case .tree(let source, let to, _): "\(to) from \(source)"
        case .files(let pattern, let to): "\(to)/ from \(pattern)"
        case .file(let source, let to): "\(to) from \(source)"
        case .directory(let path): "\(path)/"
        case .symlink(let path, let target): "\(path) -> \(target)"
        }
    }
}

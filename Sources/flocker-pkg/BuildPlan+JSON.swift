import Omnibus
import PackageFormats
import SystemPackage

extension BuildPlan {
    func json() throws -> JSON {
        .object([
            ("product", .string(product)),
            ("source", .optional(source)),
            ("version", .optional(version)),
            ("date", .number(date)),
            ("targets", .array(try targets.map { try json(of: $0) })),
        ])
    }

    private func json(of target: Target) throws -> JSON {
        let evr = try evr(for: target)
        var members: [(String, JSON)] = [
            ("distribution", .string(target.distribution.name)),
            ("architecture", .string(target.architecture.rpmName)),
            ("compression", .string(target.compression.description)),
        ]
        if let bundle = target.bundle {
            members.append(
                (
                    "bundle",
                    .object([
                        ("prefix", .string(bundle.prefix.string)), ("python", .string(bundle.python.version)),
                        ("interpreter", .string(bundle.python.interpreter)), ("mode", .string("\(bundle.mode)")),
                    ])
                )
            )
        }
        let packages = try target.manifest.packages.map { package in
            JSON.object([
                ("name", .string(package.name)),
                ("path", .string(target.destination.appending(target.fileName(of: package, evr: evr)).string)),
                (
                    "relations",
                    .array(
                        try target.relations(of: package, evr: evr).map {
                            .object([
                                ("kind", .string($0.kind.rawValue)), ("expression", .string($0.expression.description)),
                            ])
                        }
                    )
                ),
                ("contents", .array(package.contents.map { .string($0.item.description) })),
            ])
        }
        return .object(members + [("packages", .array(packages))])
    }
}

extension Builder.Product {
    var json: JSON {
        .object([
            ("path", .string(path.string)), ("distribution", .string(distribution.name)), ("name", .string(name)),
            ("version", .string(version.description)), ("architecture", .string(architecture)),
            ("size", .number(Int64(clamping: size))),
        ])
    }
}

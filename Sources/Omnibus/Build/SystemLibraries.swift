import PackageFormats

/// The relations that machine code in a bundle makes necessary.
enum SystemLibraries {
    /// What the target has to have: the C library in a version that is new enough, and the libraries that wheels do not
    /// carry.
    ///
    /// rpm packages ask for the very symbols' version and sonames, as rpmbuild's own dependency generator does; Debian packages
    /// for the packages that own them.
    static func relations(of proof: BundleProof.Report, for target: BuildPlan.Target) -> [Relation] {
        guard proof.binaryCount > 0 else { return [] }
        switch target.distribution.packageType {
        case .rpm:
            var names = proof.systemLibraries.map { "\($0)()(64bit)" }
            if let glibc = proof.newestGlibc { names.append("libc.so.6(GLIBC_\(glibc))(64bit)") }
            return names.sorted().map { Relation(.requires, $0) }
        case .deb:
            var relations: [Relation] = []
            if let glibc = proof.newestGlibc {
                relations.append(Relation(.requires, "libc6", .greaterOrEqual, glibc.description))
            }
            var packages: Set<String> = []
            for library in proof.systemLibraries {
                if let package = debianPackage(of: library, for: target.distribution) { packages.insert(package) }
            }
            return relations + packages.sorted().map { Relation(.requires, $0) }
        }
    }

    /// The package that owns a library that manylinux wheels may leave to the system (PEP 600).
    private static func debianPackage(of library: String, for distribution: Distribution) -> String? {
        switch library {
        // gcc 10 renamed the package; the old name stays as a transitional one in no later release.
        case "libgcc_s.so.1": distribution.glibc >= Distribution.Glibc(2, 31) ? "libgcc-s1" : "libgcc1"
        case "libstdc++.so.6": "libstdc++6"
        case "libz.so.1": "zlib1g"
        // glibc carried it until Debian 11 and Ubuntu 20.04.
        case "libcrypt.so.1": distribution.glibc >= Distribution.Glibc(2, 31) ? "libcrypt1" : nil
        case "libexpat.so.1": "libexpat1"
        case "libX11.so.6": "libx11-6"
        case "libXext.so.6": "libxext6"
        case "libXrender.so.1": "libxrender1"
        case "libICE.so.6": "libice6"
        case "libSM.so.6": "libsm6"
        case "libGL.so.1": "libgl1"
        // The 64-bit time_t of 2024 renamed it; the new package provides the old name.
        case "libglib-2.0.so.0", "libgobject-2.0.so.0", "libgthread-2.0.so.0": "libglib2.0-0"
        default: nil
        }
    }
}

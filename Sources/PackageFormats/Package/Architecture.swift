/// The kind of machine that a package is for.
public struct Architecture: Sendable, Hashable {
    /// The name that rpm uses, such as `x86_64` or `noarch` (rpm's `rpmrc`).
    public let rpmName: String
    /// The name that Debian uses, such as `amd64` or `all` (dpkg's `cputable`).
    public let debianName: String
    /// rpm's ISA mark in `name(x86-64)` provides, or `nil` where rpm has none (rpm's platform macros, `%{_isa}`).
    public let isaMark: String?
    /// The number in the lead of an rpm (`archnum`; rpm's `rpmrc`, arch_canon).
    public let leadNumber: UInt16

    private init(_ rpmName: String, _ debianName: String, isa: String?, lead: UInt16) {
        self.rpmName = rpmName
        self.debianName = debianName
        isaMark = isa
        leadNumber = lead
    }

    /// Runs anywhere: rpm `noarch`, Debian `all`.
    public static let independent = Architecture("noarch", "all", isa: nil, lead: 1)
    /// 64-bit x86.
    public static let x86_64 = Architecture("x86_64", "amd64", isa: "x86-64", lead: 1)
    /// 64-bit ARM.
    public static let aarch64 = Architecture("aarch64", "arm64", isa: "aarch-64", lead: 19)

    /// Every architecture with a name in both formats.
    public static let all: [Architecture] = [
        independent, x86_64, aarch64,
        Architecture("i686", "i386", isa: "x86-32", lead: 1),
        Architecture("armv7hl", "armhf", isa: "armv7hl-32", lead: 12),
        Architecture("ppc64le", "ppc64el", isa: "ppc-64", lead: 16),
        Architecture("s390x", "s390x", isa: "s390-64", lead: 15),
        Architecture("riscv64", "riscv64", isa: "riscv-64", lead: 22),
        Architecture("loongarch64", "loong64", isa: "loongarch64-64", lead: 23),
    ]

    /// The architecture of the machine that this code was compiled for.
    public static var host: Architecture {
        #if arch(arm64)
            return aarch64
        #else
            return x86_64
        #endif
    }

    /// Finds an architecture by either format's name; `i386`, `i486` and `i586` count as `i686`.
    public init?(named name: String) {
        let wanted = ["i486", "i586"].contains(name) ? "i686" : name
        guard let found = Architecture.all.first(where: { $0.rpmName == wanted || $0.debianName == wanted }) else {
            return nil
        }
        self = found
    }

    /// An architecture that the table does not hold, as read from a package: the one name stands for both formats.
    public init(unlisted name: String) {
        self.init(name, name, isa: nil, lead: 255)
    }
}

extension Architecture: CustomStringConvertible {
    /// rpm's name.
    public var description: String { rpmName }
}

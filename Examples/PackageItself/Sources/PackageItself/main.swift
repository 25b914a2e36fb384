import PackageFormats
import SystemPackage

let package = try Package(
    name: "package-itself",
    version: EVR(version: "1.0", release: "1"),
    architecture: .host,
    summary: "program that packages itself",
    description: "Writes an rpm and a deb of the very program that runs.",
    license: "Apache-2.0",
    maintainer: "Packaging Example <packaging@example.com>",
    date: 1_735_689_600,
    relations: [Relation(.requires, "ca-certificates")]
) {
    File(from: "/proc/self/exe", to: "/usr/bin/package-itself").mode(0o755)
    File("directory = /var/lib/package-itself\n", to: "/etc/package-itself.conf").config()
    Directory("/var/lib/package-itself")
}

let folder = FilePath(CommandLine.arguments.dropFirst().first ?? ".")
print(try RPMWriter().write(package, to: folder))
print(try DebianWriter().write(package, to: folder))

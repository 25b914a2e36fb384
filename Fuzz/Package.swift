// swift-tools-version: 6.2
import PackageDescription

// A package of its own: everything in it is compiled for libFuzzer, which brings the program's start.
let package = Package(
    name: "Fuzz",
    dependencies: [
        .package(name: "flocker-pkg", path: ".."),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                .product(name: "PackageFormats", package: "flocker-pkg"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: [
                .swiftLanguageMode(.v6),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .treatAllWarnings(as: .error),
            ]
        )
    ]
)

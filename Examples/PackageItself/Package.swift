// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "PackageItself",
    dependencies: [
        .package(name: "flocker-pkg", path: "../.."),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        .executableTarget(
            name: "package-itself",
            dependencies: [
                .product(name: "PackageFormats", package: "flocker-pkg"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Sources/PackageItself",
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

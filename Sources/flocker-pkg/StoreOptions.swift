import ArgumentParser
import Omnibus

/// How a bucket is reached, the same for every command that talks to one.
struct StoreOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The address of the S3 service; Amazon's own without it.", valueName: "url"))
    var endpointUrl: String?

    @Option(help: ArgumentHelp("The region of the bucket.", valueName: "name"))
    var region: String?

    @Option(help: ArgumentHelp("The profile of ~/.aws/config and ~/.aws/credentials.", valueName: "name"))
    var profile: String?

    @Option(
        help: ArgumentHelp(
            "The access control list of what is written, such as public-read; the bucket's rules without it.",
            valueName: "name"
        )
    )
    var acl: String?

    @Flag(help: "Use a store that decides no conditions of writes: nobody else may publish meanwhile.")
    var unsafeNoConditions = false

    /// What the library makes of them.
    var options: S3Options {
        S3Options(
            endpointURL: endpointUrl,
            region: region,
            profile: profile,
            accessControlList: acl,
            allowsUnsafeConditions: unsafeNoConditions
        )
    }
}

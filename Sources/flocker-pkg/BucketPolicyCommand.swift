import ArgumentParser
import Omnibus
import PackageFormats

struct BucketPolicyCommand: AsyncParsableCommand, ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "bucket-policy",
        abstract: "Print or set the policy that lets everybody fetch what a bucket hosts.",
        discussion: "Without --apply the output is what `aws s3api put-bucket-policy --policy file://…` takes."
    )

    @Option(help: ArgumentHelp("The folder that is public; the whole bucket without it.", valueName: "folder"))
    var prefix: String?

    @Flag(help: "Print how the bucket's policy changes, and set it.")
    var apply = false

    @OptionGroup var store: StoreOptions
    @OptionGroup var reporting: ReportingOptions

    @Argument(help: "The bucket's name.")
    var bucket: String

    func validate() throws {
        guard apply || store.options == S3Options() else {
            throw ValidationError("How a bucket is reached matters with '--apply' only")
        }
    }

    func run() async throws {
        let policy = try BucketPolicy(publicReadOf: bucket, prefix: prefix ?? "")
        guard apply else {
            Standard.output(try policy.json())
            return
        }
        let bucket = try S3Store(bucket: bucket, options: store.options)
        let change = try await bucket.change(to: policy)
        let isJSON = reporting.format == .json
        if !isJSON { Standard.output(change.difference.description) }
        try await bucket.apply(change)
        if isJSON {
            Standard.output(
                JSON.object([
                    ("changed", .bool(!change.difference.isEmpty)),
                    ("difference", .string(change.difference.description)),
                ]).text + "\n"
            )
        } else if !reporting.quiet {
            Standard.error(
                change.difference.isEmpty ? "the bucket has this policy already\n" : "the bucket has this policy now\n"
            )
        }
    }
}

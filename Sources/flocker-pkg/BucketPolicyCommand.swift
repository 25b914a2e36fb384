import ArgumentParser
import Omnibus

struct BucketPolicyCommand: ParsableCommand, ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "bucket-policy",
        abstract: "Print the policy that lets everybody fetch what a bucket hosts.",
        discussion: "The output is what `aws s3api put-bucket-policy --policy file://…` takes."
    )

    @Option(help: ArgumentHelp("The folder that is public; the whole bucket without it.", valueName: "folder"))
    var prefix: String?

    @OptionGroup var reporting: ReportingOptions

    @Argument(help: "The bucket's name.")
    var bucket: String

    func run() throws {
        Standard.output(try BucketPolicy(publicReadOf: bucket, prefix: prefix ?? "").json())
    }
}

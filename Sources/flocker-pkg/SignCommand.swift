import ArgumentParser
import Glibc
import Omnibus
import PackageFormats
import SystemPackage

struct SignCommand: AsyncParsableCommand, ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Sign rpms in place.",
        discussion: """
            Signs the header of each FILE, as rpmsign does, with a key of gpg. A file that is damaged is not signed.

            For a key that never touches this machine, --prepare prints the bytes to sign, and --attach puts in what \
            `gpg --detach-sign` made of them elsewhere. Debian packages are not signed: apt trusts the signature of a \
            repository, and by that its packages.
            """
    )

    @Option(help: ArgumentHelp("The OpenPGP key to sign with, as gpg takes it.", valueName: "id"))
    var key: String?

    @OptionGroup var passphrase: PassphraseOptions

    @Flag(help: "Print the bytes that the signature of FILE has to be of.")
    var prepare = false

    @Option(help: ArgumentHelp("A detached signature to put into FILE.", valueName: "sig"))
    var attach: String?

    @OptionGroup var reporting: ReportingOptions

    @Argument(help: "The rpms.")
    var file: [String]

    func validate() throws {
        guard [key != nil, prepare, attach != nil].count(where: { $0 }) == 1 else {
            throw ValidationError("Use one of '--key <id>', '--prepare' and '--attach <sig>'")
        }
        guard !prepare || reporting.format == .text else {
            throw ValidationError("'--prepare' prints bytes, which are no JSON")
        }
        guard key != nil || file.count == 1 else { throw ValidationError("One file at a time without '--key'") }
    }

    func run() async throws {
        if let key {
            try await sign(with: GPGSigner(key: key, passphrase: passphrase.read()))
        } else if let attach {
            let signature = try InputFile(opening: FilePath(attach)).contents(limit: 1 << 16)
            for name in file { try GPGSigner.packageSigner(of: FilePath(name)).attach(signature) }
            report(file)
        } else {
            for name in file { Standard.output(try GPGSigner.packageSigner(of: FilePath(name)).signedBytes) }
        }
    }

    private func sign(with signer: GPGSigner) async throws {
        // Nothing is signed if one of them is of no use.
        for name in file { _ = try GPGSigner.packageSigner(of: FilePath(name)) }
        for name in file { try await signer.sign(FilePath(name)) }
        report(file)
    }

    private func report(_ names: [String]) {
        if reporting.format == .json {
            Standard.output(JSON.object([("signed", .array(names.map { .string($0) }))]).text + "\n")
        } else {
            for name in names { Standard.output("\(name)\n") }
        }
    }
}

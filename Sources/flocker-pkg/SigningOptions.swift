import ArgumentParser
import Glibc
import Omnibus

/// Who signs, the same for every command that makes something to be signed.
struct SigningOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The OpenPGP key to sign with, as gpg takes it.", valueName: "id"))
    var signKey: String?

    @OptionGroup var passphrase: PassphraseOptions

    func validate() throws {
        guard signKey != nil || passphrase.passphraseFd == nil else {
            throw ValidationError("'--passphrase-fd' is of no use without '--sign-key'")
        }
    }

    /// The signer, if a key was named.
    func signer() throws -> GPGSigner? {
        try signKey.map { try GPGSigner(key: $0, passphrase: passphrase.read()) }
    }
}

/// How a key is unlocked. A passphrase itself never stands on a command line.
struct PassphraseOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A file descriptor to read the key's passphrase from; without it, gpg-agent knows or asks.",
            valueName: "n"
        )
    )
    var passphraseFd: Int32?

    /// The first line from the descriptor.
    func read() throws -> [UInt8]? {
        guard let passphraseFd else { return nil }
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count < 4096 {
            let count = Glibc.read(passphraseFd, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw OmnibusError(
                    "passphrase-unreadable",
                    .missingInput,
                    "no passphrase can be read from file descriptor \(passphraseFd)"
                )
            }
            guard count == 1, byte != UInt8(ascii: "\n") else { break }
            line.append(byte)
        }
        return line
    }
}

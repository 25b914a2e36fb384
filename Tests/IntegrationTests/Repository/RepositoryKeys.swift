import Omnibus
import SystemPackage

extension SigningKeys {
    /// Signs metadata with one of the keys.
    func signer(_ kind: Kind = .rsa) throws -> GPGSigner {
        var runner = CommandRunner()
        for (name, value) in environment { runner.environment[name] = value }
        return try GPGSigner(key: kind.rawValue, runner: runner)
    }
}

public import SystemPackage
import CZlib
import CLzma
import CZstd
import CBzip2
import CDeflate
import Crypto
/// x
public func x(_ p: FilePath) -> String { "\(p)" }

import Glibc

/// The decoder that this process feeds, named by the environment: one program serves all of them.
private let decoder: FuzzDecoder = {
    let name = getenv("FUZZ_DECODER").map { String(cString: $0) } ?? ""
    guard let decoder = FuzzDecoder(rawValue: name) else {
        print("FUZZ_DECODER has to be one of: \(FuzzDecoder.allCases.map(\.rawValue).joined(separator: " "))")
        exit(64)
    }
    return decoder
}()

private typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// libFuzzer's own loop.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<Arguments?>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The program's start: SwiftPM gives `main` this name, so that libFuzzer's own is not linked.
@_cdecl("Fuzz_main")
public func start(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    _ = decoder
    var count = count
    var arguments: Arguments? = arguments
    return runDriver(&count, &arguments) { start, length in
        decoder.feed(Array(UnsafeBufferPointer(start: start, count: length)))
        return 0
    }
}

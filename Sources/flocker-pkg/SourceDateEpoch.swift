import Glibc
import Omnibus

/// The variable by which reproducible builds are told their date (reproducible-builds.org).
enum SourceDateEpoch {
    /// Its value in Unix seconds, or `nil` where it is not set.
    static func value() throws(OmnibusError) -> Int64? {
        guard let text = getenv("SOURCE_DATE_EPOCH").map({ String(cString: $0) }), !text.isEmpty else { return nil }
        guard let seconds = Int64(text), (0...Int64(UInt32.max)).contains(seconds) else {
            throw OmnibusError(
                "source-date-epoch",
                .usage,
                "SOURCE_DATE_EPOCH is '\(text)', which is no number of seconds since 1970"
            )
        }
        return seconds
    }
}

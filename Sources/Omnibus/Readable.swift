import Glibc

/// Numbers as people read them.
public enum Readable {
    /// A number of bytes: `512 bytes`, `1.4 KiB`, `23 MiB`.
    public static func size(_ bytes: UInt64) -> String {
        guard bytes >= 1024 else { return bytes == 1 ? "1 byte" : "\(bytes) bytes" }
        var (value, unit) = (Double(bytes) / 1024, 0)
        let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        while value >= 1023.95, unit < units.count - 1 { (value, unit) = (value / 1024, unit + 1) }
        let tenths = Int((value * 10).rounded())
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10) \(units[unit])" : "\(Int(value.rounded())) \(units[unit])"
    }

    /// A moment in UTC: `2015-10-19 00:00:00`, or the day alone.
    ///
    /// - Parameters:
    ///   - seconds: Unix seconds.
    ///   - dayOnly: whether the time of day is left out.
    public static func date(_ seconds: Int64, dayOnly: Bool = false) -> String {
        var (time, parts) = (time_t(seconds), tm())
        guard gmtime_r(&time, &parts) != nil else { return "\(seconds)" }
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let year = Int64(parts.tm_year) + 1900
        let years = (0...999).contains(year) ? String("000\(year)".suffix(4)) : "\(year)"
        let day = "\(years)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
        return dayOnly ? day : "\(day) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    }
}

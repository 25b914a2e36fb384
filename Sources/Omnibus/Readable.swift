internal import PackageFormats

/// Numbers as people read them.
public enum Readable {
    /// A number of bytes: `512 bytes`, `1.4 KiB`, `23 MiB`.
    public static func size(_ bytes: UInt64) -> String {
        guard bytes >= 1024 else { return bytes == 1 ? "1 byte" : "\(bytes) bytes" }
        var (value, unit) = (Double(bytes) / 1024, 0)
        while value >= 1023.95, unit < units.count - 1 { (value, unit) = (value / 1024, unit + 1) }
        let tenths = Int((value * 10).rounded())
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10) \(units[unit])" : "\(Int(value.rounded())) \(units[unit])"
    }

    private static let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]

    /// A moment in UTC: `2015-10-19 00:00:00`, or the day alone; its Unix seconds where no calendar goes.
    ///
    /// - Parameters:
    ///   - seconds: Unix seconds.
    ///   - dayOnly: whether the time of day is left out.
    public static func date(_ seconds: Int64, dayOnly: Bool = false) -> String {
        guard CivilDate.range.contains(seconds) else { return "\(seconds)" }
        let date = CivilDate(unixSeconds: seconds)
        return dayOnly ? date.isoDay : date.isoDayAndTime
    }
}

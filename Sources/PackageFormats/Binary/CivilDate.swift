/// A moment as the Gregorian calendar has it, in UTC.
package struct CivilDate: Hashable {
    package let year: Int64
    package let month: Int
    package let day: Int
    package let secondOfDay: Int
    /// Days since Sunday.
    package let weekday: Int

    /// The moments of the years 1 to 9999 in Unix seconds; any other stands for the nearest of them.
    package static let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// Howard Hinnant's `civil_from_days`: eras of 400 years that begin in March.
    package init(unixSeconds: Int64) {
        // A year that no calendar needs stands for anything beyond.
        let seconds = min(max(unixSeconds, Self.range.lowerBound), Self.range.upperBound)
        let days = (seconds - (seconds % 86400 + 86400) % 86400) / 86400
        secondOfDay = Int(seconds - days * 86400)
        weekday = Int(((days + 4) % 7 + 7) % 7)
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
        month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// `2015-10-19` (ISO 8601).
    package var isoDay: String {
        String(unsafeUninitializedCapacity: 10) { room in
            putDay(in: room)
            return 10
        }
    }

    /// `00:00:00` (ISO 8601).
    package var isoTime: String {
        String(unsafeUninitializedCapacity: 8) { room in
            putTime(in: room, at: 0)
            return 8
        }
    }

    /// `2015-10-19 00:00:00`.
    package var isoDayAndTime: String {
        String(unsafeUninitializedCapacity: 19) { room in
            putDay(in: room)
            room[10] = UInt8(ascii: " ")
            putTime(in: room, at: 11)
            return 19
        }
    }

    private func putDay(in room: UnsafeMutableBufferPointer<UInt8>) {
        put(Int(year), width: 4, in: room, at: 0)
        room[4] = UInt8(ascii: "-")
        put(month, width: 2, in: room, at: 5)
        room[7] = UInt8(ascii: "-")
        put(day, width: 2, in: room, at: 8)
    }

    private func putTime(in room: UnsafeMutableBufferPointer<UInt8>, at place: Int) {
        put(secondOfDay / 3600, width: 2, in: room, at: place)
        room[place + 2] = UInt8(ascii: ":")
        put(secondOfDay / 60 % 60, width: 2, in: room, at: place + 3)
        room[place + 5] = UInt8(ascii: ":")
        put(secondOfDay % 60, width: 2, in: room, at: place + 6)
    }

    /// The last digits of a number.
    private func put(_ number: Int, width: Int, in room: UnsafeMutableBufferPointer<UInt8>, at place: Int) {
        var number = number
        for place in (place..<(place + width)).reversed() {
            room[place] = UInt8(ascii: "0") + UInt8(number % 10)
            number /= 10
        }
    }

    /// `Mon, 19 Oct 2015 00:00:00 +0000` (RFC 5322).
    var mailDate: String {
        "\(weekdayName), \(two(day)) \(monthName) \(years) \(isoTime) +0000"
    }

    /// `20151019T000000Z` (ISO 8601, basic format).
    package var basicTimestamp: String {
        let time = [secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60].map(two).joined()
        return "\(years)\(two(month))\(two(day))T\(time)Z"
    }

    /// `Mon Oct 19 2015`, as the changelog of a spec file has it.
    var specDate: String { "\(weekdayName) \(monthName) \(two(day)) \(years)" }

    private var weekdayName: String { ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][weekday] }
    private var monthName: String {
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month - 1]
    }
    private var years: String { year >= 1000 ? "\(year)" : String("000\(year)".suffix(4)) }
    private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// The moment of a mail date such as `Mon, 19 Oct 2015 02:00:00 +0200`, or `nil` for another form.
    package static func unixSeconds(mailDate text: Substring) -> Int64? {
        let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        var words = text.split(separator: " ").map(String.init)
        if words.first?.hasSuffix(",") == true { words.removeFirst() }
        guard words.count >= 5, let day = Int64(words[0]), (1...31).contains(day),
            let month = months.firstIndex(of: words[1].lowercased()), let year = Int64(words[2]),
            (1...9999).contains(year)
        else { return nil }
        let time = words[3].split(separator: ":").compactMap { Int64($0) }
        guard time.count == 3, (0..<24).contains(time[0]), (0..<60).contains(time[1]), (0...60).contains(time[2]),
            let zone = offset(words[4])
        else { return nil }
        let seconds = time[0] * 3600 + time[1] * 60 + time[2]
        return days(year: year, month: Int64(month) + 1, day: day) * 86400 + seconds - zone
    }

    /// The moment of a timestamp such as `2015-10-19T00:00:00.000Z` (RFC 3339), or `nil` for another form.
    package static func unixSeconds(timestamp text: Substring) -> Int64? {
        let isZulu = text.hasSuffix("Z")
        let zoneText = isZulu ? "+0000" : String(text.suffix(6)).replacing(":", with: "")
        let words = text.dropLast(isZulu ? 1 : 6).split(separator: "T", omittingEmptySubsequences: false)
        guard words.count == 2, let zone = offset(zoneText) else { return nil }
        let date = words[0].split(separator: "-", omittingEmptySubsequences: false).compactMap { Int64($0) }
        let time = words[1].prefix { $0 != "." }.split(separator: ":").compactMap { Int64($0) }
        guard date.count == 3, (1...9999).contains(date[0]), (1...12).contains(date[1]), (1...31).contains(date[2]),
            time.count == 3, (0..<24).contains(time[0]), (0..<60).contains(time[1]), (0...60).contains(time[2])
        else { return nil }
        let seconds = time[0] * 3600 + time[1] * 60 + time[2]
        return days(year: date[0], month: date[1], day: date[2]) * 86400 + seconds - zone
    }

    /// Seconds east of Greenwich of `+HHMM` or `-HHMM`.
    private static func offset(_ zone: String) -> Int64? {
        guard let sign = zone.first, sign == "+" || sign == "-", zone.utf8.count == 5,
            let number = Int64(zone.dropFirst())
        else { return nil }
        return (sign == "-" ? -1 : 1) * (number / 100 * 3600 + number % 100 * 60)
    }

    /// Howard Hinnant's `days_from_civil`.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

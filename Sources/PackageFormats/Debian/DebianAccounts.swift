/// The users and groups that every Debian system has under the same numbers (Debian's base-passwd, `passwd.master` and
/// `group.master`).
enum DebianAccounts {
    private static let shared: [(String, Int64)] = [
        ("root", 0), ("daemon", 1), ("bin", 2), ("sys", 3), ("lp", 7), ("news", 9), ("uucp", 10), ("proxy", 13),
        ("www-data", 33), ("backup", 34), ("list", 38), ("irc", 39),
    ]
    private static let users = Dictionary(
        uniqueKeysWithValues: shared + [("sync", 4), ("games", 5), ("man", 6), ("mail", 8), ("nobody", 65534)]
    )
    private static let groups = Dictionary(
        uniqueKeysWithValues: shared + [
            ("adm", 4), ("tty", 5), ("disk", 6), ("mail", 8), ("man", 12), ("kmem", 15), ("dialout", 20), ("fax", 21),
            ("voice", 22), ("cdrom", 24), ("floppy", 25), ("tape", 26), ("sudo", 27), ("audio", 29), ("dip", 30),
            ("operator", 37), ("src", 40), ("shadow", 42), ("utmp", 43), ("video", 44), ("sasl", 45),
            ("plugdev", 46), ("staff", 50), ("games", 60), ("users", 100), ("nogroup", 65534),
        ]
    )

    /// The name and number that a tar header gets; `isCertain` says that every system knows the number.
    struct Account: Hashable {
        var name: String
        var number: Int64
        var isCertain: Bool
    }

    /// A user. A name of digits is a number without a name; an unknown name falls back to root where it is missing.
    static func user(_ name: String) -> Account { account(name, in: users) }

    /// A group, in the same way.
    static func group(_ name: String) -> Account { account(name, in: groups) }

    private static func account(_ name: String, in table: [String: Int64]) -> Account {
        if name == "root" { return Account(name: name, number: 0, isCertain: true) }
        if let number = table[name] { return Account(name: name, number: number, isCertain: true) }
        if let number = UInt32(name) { return Account(name: "", number: Int64(number), isCertain: true) }
        return Account(name: name, number: 0, isCertain: false)
    }
}

internal import Glibc

/// The users and groups of this machine.
enum Accounts {
    /// The number of a user, or `nil` where there is none of that name.
    static func user(_ name: String) -> UInt32? {
        var (entry, found) = (passwd(), UnsafeMutablePointer<passwd>?.none)
        return lookUp { getpwnam_r(name, &entry, $0, $1, &found) } && found != nil ? entry.pw_uid : nil
    }

    /// The number of a group, or `nil` where there is none of that name.
    static func group(_ name: String) -> UInt32? {
        var (entry, found) = (Glibc.group(), UnsafeMutablePointer<Glibc.group>?.none)
        return lookUp { getgrnam_r(name, &entry, $0, $1, &found) } && found != nil ? entry.gr_gid : nil
    }

    /// Asks with more and more room for what else is known of an account, such as the members of a group.
    private static func lookUp(_ ask: (UnsafeMutablePointer<CChar>, Int) -> Int32) -> Bool {
        var size = 1 << 12
        while size <= 1 << 24 {
            var room = [CChar](repeating: 0, count: size)
            let result = room.withUnsafeMutableBufferPointer { room in
                room.baseAddress.map { ask($0, room.count) } ?? EINVAL
            }
            guard result == ERANGE else { return result == 0 }
            size *= 4
        }
        return false
    }
}

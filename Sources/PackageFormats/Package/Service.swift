/// A systemd unit that a package brings, whose life follows the package's.
public struct Service: Sendable, Hashable {
    /// The unit's name, such as `flocker-control.service`.
    public var unit: String
    /// Whether the unit is enabled, as the system's presets have it, and started when the package is first installed.
    public var enable: Bool
    /// Whether the unit is restarted, if it runs, when the package is upgraded.
    public var restart: Bool

    /// Makes a service from its parts; a unit without a suffix is a `.service`.
    public init(_ unit: String, enable: Bool = true, restart: Bool = true) {
        self.unit = unit.contains(".") ? unit : unit + ".service"
        self.enable = enable
        self.restart = restart
    }
}

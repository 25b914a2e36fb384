extension Manifest {
    /// A program that the package manager runs.
    public struct Script: Sendable, Hashable {
        /// Where the script's text stands.
        public enum Body: Sendable, Hashable {
            /// Here.
            case text(String)
            /// In a file of the source; if it is optional and not there, there is no script.
            case file(String, isOptional: Bool)
        }

        /// The script.
        public var body: Body
        /// The program that runs it, an absolute path.
        public var interpreter: String

        /// Makes a script.
        public init(_ body: Body, interpreter: String = "/bin/sh") {
            self.body = body
            self.interpreter = interpreter
        }
    }

    /// A service that a package brings, whose life follows the package's.
    public struct Service: Sendable, Hashable {
        /// The systemd unit, such as `flocker-control.service`; an Upstart job has the name without the suffix.
        public var unit: String
        /// Whether it is enabled and started when the package is first installed.
        public var enable: Bool
        /// Whether it is restarted, if it runs, when the package is upgraded.
        public var restart: Bool
        /// The distributions that have it.
        public var condition: Condition

        /// Makes a service.
        public init(_ unit: String, enable: Bool = false, restart: Bool = true, condition: Condition = Condition()) {
            self.unit = unit
            self.enable = enable
            self.restart = restart
            self.condition = condition
        }
    }
}

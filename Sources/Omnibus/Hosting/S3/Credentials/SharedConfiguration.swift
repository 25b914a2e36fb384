import PackageFormats
import SystemPackage

/// What the files that Amazon's tools share say of one profile: `~/.aws/config` and `~/.aws/credentials` ("Configuration and
/// credential file settings", AWS CLI User Guide).
struct SharedConfiguration: Sendable {
    /// The profile's name.
    let profile: String
    /// What both files say of the profile, a setting inside another as `outer.inner`; the credentials file counts more.
    let settings: [String: String]
    /// The settings of the `services` section that the profile names.
    let services: [String: String]

    /// More than anybody's.
    private static let maximumSize = 1 << 20

    /// Reads both files, where they are.
    ///
    /// - Parameters:
    ///   - name: the profile that was asked for, or `nil` for `AWS_PROFILE`, else `default`.
    ///   - environment: the variables of the process.
    /// - Throws: ``OmnibusError`` with code `aws-configuration` for a file that is none, or `profile-missing` for a profile
    ///   that was named and is in neither.
    init(profile name: String?, environment: [String: String]) throws(OmnibusError) {
        let named = name ?? environment["AWS_PROFILE"].flatMap { $0.isEmpty ? nil : $0 }
        let profile = named ?? "default"
        let home = environment["HOME"].map { FilePath($0).appending(".aws") }
        func sections(_ variable: String, _ file: String) throws(OmnibusError) -> [String: [String: String]] {
            let path: FilePath? =
                if let given = environment[variable], !given.isEmpty {
                    given.hasPrefix("~/")
                        ? environment["HOME"].map { FilePath($0).appending(String(given.dropFirst(2))) }
                        : FilePath(given)
                } else {
                    home?.appending(file)
                }
            guard let path, FileSystem.exists(path) else { return [:] }
            return try Self.parse(try FileSystem.read(path, limit: Self.maximumSize), path)
        }
        let configuration = try sections("AWS_CONFIG_FILE", "config")
        let credentials = try sections("AWS_SHARED_CREDENTIALS_FILE", "credentials")
        let configured = configuration["profile \(profile)"] ?? (profile == "default" ? configuration["default"] : nil)
        if named != nil, configured == nil, credentials[profile] == nil {
            let known = Set(
                configuration.keys.compactMap { key -> String? in
                    key.hasPrefix("profile ") ? String(key.dropFirst(8)) : key == "default" ? key : nil
                } + credentials.keys
            )
            throw OmnibusError(
                "profile-missing",
                .usage,
                "there is no profile '\(profile)' in the configuration of AWS",
                hint: NearestNames.hint(for: profile, among: known.sorted())
            )
        }
        self.profile = profile
        let settings = (configured ?? [:]).merging(credentials[profile] ?? [:]) { $1 }
        self.settings = settings
        services = settings["services"].flatMap { configuration["services \($0)"] } ?? [:]
    }

    /// Takes a file apart into sections and their settings. No error repeats a line: it may hold a secret.
    static func parse(_ bytes: [UInt8], _ path: FilePath) throws(OmnibusError) -> [String: [String: String]] {
        func error(_ line: Int, _ message: String) -> OmnibusError {
            OmnibusError("aws-configuration", .badInput, "\(path), line \(line): \(message)")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw error(1, "the file is not UTF-8") }
        var sections: [String: [String: String]] = [:]
        var section: String?
        var outer: String?
        for (index, whole) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = String(whole).trimmingWhitespace()
            guard let first = line.first, first != "#", first != ";" else { continue }
            if first == "[" {
                guard let end = line.firstIndex(of: "]") else { throw error(index + 1, "a section has no ']'") }
                let words = line[line.index(after: line.startIndex)..<end].split(whereSeparator: \.isWhitespace)
                let name = words.joined(separator: " ")
                sections[name, default: [:]].merge([:]) { $1 }
                (section, outer) = (name, nil)
                continue
            }
            guard let section else { throw error(index + 1, "a setting stands before the first section") }
            guard let equals = line.firstIndex(of: "=") else { throw error(index + 1, "expected 'name = value'") }
            let name = String(line[..<equals]).trimmingWhitespace().lowercased()
            let value = withoutComment(String(line[line.index(after: equals)...])).trimmingWhitespace()
            guard !name.isEmpty else { throw error(index + 1, "a setting has no name") }
            if whole.first?.isWhitespace == true, let outer {
                sections[section]?["\(outer).\(name)"] = value
            } else {
                sections[section]?[name] = value
                outer = name
            }
        }
        return sections
    }

    /// A comment behind a value begins with white space.
    private static func withoutComment(_ value: String) -> String {
        var before: Character = "="
        for (index, character) in zip(value.indices, value) {
            if character == "#" || character == ";", before.isWhitespace { return String(value[..<index]) }
            before = character
        }
        return value
    }
}

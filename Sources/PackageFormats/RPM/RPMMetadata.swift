/// What stands both in the neutral model and in an rpm's main header: each tag is known here, for writing and reading.
///
/// Files, dependencies, scripts and triggers have types of their own for the same purpose: ``RPMFileList``,
/// ``RPMDependencies``, ``RPMScripts`` and ``RPMTriggers``.
enum RPMMetadata {
    private typealias Tag = RPMTag<RPMMainKind>

    /// How a text is checked and stored.
    private enum Form {
        case line
        case paragraphs
    }

    private struct TextField: Sendable {
        var tag: Tag
        var form: Form
        var isRequired: Bool
        var get: @Sendable (Package) -> String
        var set: @Sendable (inout Package, String) -> Void
        var translation: (any WritableKeyPath<RPMDetails.Translation, String?> & Sendable)?
    }

    private struct OptionalField: Sendable {
        var tag: Tag
        var get: @Sendable (Package) -> String?
        var set: @Sendable (inout Package, String?) -> Void
    }

    private static let textFields: [TextField] =
        [
            TextField(
                tag: .summary,
                form: .line,
                isRequired: true,
                get: \.summary,
                set: { $0.summary = $1 },
                translation: \RPMDetails.Translation.summary
            ),
            TextField(
                tag: .description,
                form: .paragraphs,
                isRequired: false,
                get: \.description,
                set: { $0.description = $1 },
                translation: \RPMDetails.Translation.description
            ),
            TextField(tag: .license, form: .line, isRequired: true, get: \.license, set: { $0.license = $1 }),
            TextField(tag: .packager, form: .line, isRequired: false, get: \.maintainer, set: { $0.maintainer = $1 }),
            TextField(tag: .group, form: .line, isRequired: true, get: \.rpm.group, set: { $0.rpm.group = $1 }),
            TextField(
                tag: .buildHost,
                form: .line,
                isRequired: true,
                get: \.rpm.buildHost,
                set: { $0.rpm.buildHost = $1 }
            ),
        ]

    private static let optionalFields: [OptionalField] =
        [
            OptionalField(tag: .url, get: \.url, set: { $0.url = $1 }),
            OptionalField(tag: .vendor, get: \.vendor, set: { $0.vendor = $1 }),
            OptionalField(tag: .distribution, get: \.rpm.distribution, set: { $0.rpm.distribution = $1 }),
            OptionalField(tag: .bugURL, get: \.rpm.bugURL, set: { $0.rpm.bugURL = $1 }),
            OptionalField(tag: .vcs, get: \.rpm.vcs, set: { $0.rpm.vcs = $1 }),
        ]

    private static let secondsPerDay: Int64 = 86_400

    /// Sets the tags that describe a package.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/invalidValue`` for what rpm would not take.
    static func set(_ package: Package, in header: inout RPMMainHeader) throws(FormatError) {
        try checkIdentity(of: package)
        let translations = package.rpm.translations
        for translation in translations {
            guard !translation.locale.isEmpty, translation.locale != "C",
                translation.locale.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
            else {
                throw FormatError(.invalidValue, "'\(translation.locale)' is no other locale", field: "translations")
            }
        }
        header[.locales] = .stringArray(PackedStrings(["C"] + translations.map(\.locale)))
        header[.encoding] = .text("utf-8")
        header[.os] = .text("linux")
        header[.name] = .text(package.name)
        header[.version] = .text(package.version.version)
        header[.release] = .text(package.version.release ?? "")
        header[.epoch] = package.version.epoch.map { .int32([$0]) }
        header[.arch] = .text(package.architecture.rpmName)
        guard let date = UInt32(exactly: package.date) else {
            throw FormatError(.invalidValue, "rpm cannot hold the time \(package.date)", field: "date")
        }
        header[.buildTime] = .int32([date])
        for field in textFields {
            var text = field.get(package)
            // rpm tools take a package without description for a broken one.
            if field.tag == .description, text.isEmpty { text = package.summary }
            header[field.tag] = try stored(text, field.form, isRequired: field.isRequired, tag: field.tag)
            if let path = field.translation, let own = header[field.tag]?.strings {
                let others = try translations.map { (translation) throws(FormatError) in
                    try stored(translation[keyPath: path] ?? "", field.form, isRequired: false, tag: field.tag)
                }
                header[field.tag] = translated(own, others)
            }
        }
        for field in optionalFields {
            guard let text = field.get(package) else { continue }
            header[field.tag] = try stored(text, .line, isRequired: false, tag: field.tag)
        }
        header[.sourceRPM] = try stored(
            package.rpm.sourcePackage ?? sourcePackage(of: package.name, package.version),
            .line,
            isRequired: true,
            tag: .sourceRPM
        )
        for prefix in package.rpm.prefixes { _ = try PackagePath(prefix) }
        header[.prefixes] = .stringArray(PackedStrings(package.rpm.prefixes))
        try setChangelog(of: package, in: &header)
    }

    /// What a package is called.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/rpmTagMissing`` if there is no NAME, VERSION or RELEASE.
    static func identity(in header: RPMMainHeader) throws(FormatError) -> (name: String, version: EVR) {
        let name = try required(.name, in: header)
        let version = EVR(
            epoch: header.integer(.epoch).map { UInt32(clamping: $0) },
            version: try required(.version, in: header),
            release: try required(.release, in: header)
        )
        return (name, version)
    }

    /// Reads the tags that describe a package; relations, files, scripts, triggers and changelog are not among them.
    ///
    /// - Throws: ``FormatError`` as ``identity(in:)`` does.
    static func package(in header: RPMMainHeader) throws(FormatError) -> Package {
        let (name, version) = try identity(in: header)
        var package = Package(
            name: name,
            version: version,
            architecture: header.text(.arch).map {
                Architecture(named: $0) ?? Architecture(unlisted: $0)
            } ?? .independent,
            summary: "",
            license: "",
            maintainer: "",
            date: Int64(clamping: header.integer(.buildTime) ?? 0),
            entries: []
        )
        for field in textFields { field.set(&package, header.text(field.tag) ?? "") }
        for field in optionalFields { field.set(&package, header.text(field.tag)) }
        package.rpm.translations = translations(in: header)
        let source = header.text(.sourceRPM)
        package.rpm.sourcePackage = source == sourcePackage(of: package.name, package.version) ? nil : source
        package.rpm.prefixes = header.texts(.prefixes) ?? []
        return package
    }

    private static func sourcePackage(of name: String, _ version: EVR) -> String {
        "\(name)-\(version.versionAndRelease).src.rpm"
    }

    private static func required(_ tag: Tag, in header: RPMMainHeader) throws(FormatError) -> String {
        guard let text = header.text(tag) else {
            throw FormatError(.rpmTagMissing, "the header has no \(tag.name)", field: tag.name)
        }
        return text
    }

    /// rpmbuild's rules for names, versions and releases.
    private static func checkIdentity(of package: Package) throws(FormatError) {
        let name = package.name.utf8
        guard let first = name.first, first.isASCIIAlphanumeric || first == 0x5F,
            name.allSatisfy({ $0.isASCIIAlphanumeric || "._+-".utf8.contains($0) }), !package.name.contains("..")
        else {
            throw FormatError(
                .invalidValue,
                "an rpm's name has letters, digits and ._+- only and begins with none of .+-: '\(package.name)'",
                field: "name"
            )
        }
        guard let release = package.version.release else {
            throw FormatError(.invalidValue, "an rpm needs a release behind the version", field: "release")
        }
        for (field, text) in [("version", package.version.version), ("release", release)] {
            guard !text.isEmpty, text.utf8.allSatisfy({ $0.isASCIIAlphanumeric || "._+~^".utf8.contains($0) }),
                !text.contains("..")
            else {
                throw FormatError(
                    .invalidValue,
                    "an rpm's \(field) has letters, digits and ._+~^ only: '\(text)'",
                    field: field
                )
            }
        }
    }

    private static func stored(
        _ text: String,
        _ form: Form,
        isRequired: Bool,
        tag: Tag
    ) throws(FormatError) -> RPMValue? {
        let text = form == .line ? text : text.withoutTrailingLineFeeds
        let isAllowed: (UInt8) -> Bool =
            form == .line ? { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 } : { $0 >= 0x20 || $0 == 0x09 || $0 == 0x0A }
        guard text.utf8.allSatisfy(isAllowed) else {
            throw FormatError(
                .invalidValue,
                "holds a control character" + (form == .line ? ", or is longer than a line" : ""),
                field: tag.name
            )
        }
        if text.isEmpty {
            guard !isRequired else { throw FormatError(.invalidValue, "may not be empty", field: tag.name) }
            return nil
        }
        return tag.type == .translatedString ? .translatedString(PackedStrings([text])) : .text(text)
    }

    /// The texts of a tag, as many as reach the last locale that has one.
    private static func translated(_ own: PackedStrings, _ others: [RPMValue?]) -> RPMValue {
        var texts = own
        for other in others[..<(others.lastIndex { $0 != nil }.map { $0 + 1 } ?? 0)] {
            texts.append(other?.firstString ?? [])
        }
        return .translatedString(texts)
    }

    /// The translations that a header holds.
    private static func translations(in header: RPMMainHeader) -> [RPMDetails.Translation] {
        guard header.count(of: .locales) > 1, let locales = header.texts(.locales) else { return [] }
        var translations = locales.dropFirst().map { RPMDetails.Translation(locale: $0) }
        for field in textFields {
            guard let path = field.translation else { continue }
            for (place, text) in (header.texts(field.tag) ?? []).dropFirst().enumerated()
            where place < translations.count && !text.isEmpty {
                translations[place][keyPath: path] = text
            }
        }
        return translations
    }

    private static func setChangelog(of package: Package, in header: inout RPMMainHeader) throws(FormatError) {
        var times: [UInt32] = []
        var names = PackedStrings()
        var texts = PackedStrings()
        for entry in package.changelog {
            // rpm stores days, at noon UTC.
            let days = entry.date / secondsPerDay - (entry.date % secondsPerDay < 0 ? 1 : 0)
            let (noon, overflow) = days.multipliedReportingOverflow(by: secondsPerDay)
            guard !overflow, let time = UInt32(exactly: noon + secondsPerDay / 2) else {
                throw FormatError(.invalidValue, "rpm cannot hold the time \(entry.date)", field: "changelog")
            }
            guard times.last.map({ $0 >= time }) ?? true else {
                throw FormatError(.invalidValue, "the newest entry has to come first", field: "changelog")
            }
            let author = entry.author + " - " + (entry.version ?? package.version.description)
            let lines = entry.text.split(separator: "\n").compactMap(changelogLine)
            guard !lines.isEmpty, !entry.author.isEmpty, author.utf8.allSatisfy({ $0 >= 0x20 }),
                !entry.text.utf8.contains(0)
            else {
                throw FormatError(.invalidValue, "an entry needs an author and a text", field: "changelog")
            }
            times.append(time)
            names.append(author.utf8)
            texts.append(lines.joined(separator: "\n").utf8)
        }
        header[.changelogTime] = .int32(times)
        header[.changelogName] = .stringArray(names)
        header[.changelogText] = .stringArray(texts)
    }

    /// A line with the dash that every item begins with; an indented line goes on with the item above.
    private static func changelogLine(_ line: Substring) -> String? {
        let text = line.trimmingBlanks
        if text.isEmpty { return nil }
        if text.hasPrefix("- ") || text.hasPrefix("* ") { return "- " + text.dropFirst(2).trimmingBlanks }
        return (line.first == " " || line.first == "\t" ? "  " : "- ") + text
    }

    /// Checks that the tags of a changelog fit together.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/rpmTagCount`` if they are not equally long.
    static func checkChangelog(in header: RPMMainHeader) throws(FormatError) {
        guard header.contains(.changelogTime) else { return }
        let times = header.count(of: .changelogTime)
        let (names, texts) = (header.count(of: .changelogName), header.count(of: .changelogText))
        guard names == times, texts == times else {
            throw FormatError(
                .rpmTagCount,
                "there are \(times) dates, \(names) names and \(texts) texts",
                field: "CHANGELOGTIME"
            )
        }
    }

    /// Reads the changelog of a package whose version is known.
    ///
    /// - Throws: ``FormatError`` as ``checkChangelog(in:)`` does.
    static func changelog(
        in header: RPMMainHeader,
        of package: Package
    ) throws(FormatError) -> [ChangelogEntry] {
        try checkChangelog(in: header)
        guard let times = header.integers(.changelogTime) else { return [] }
        let names = header.texts(.changelogName) ?? []
        let texts = header.texts(.changelogText) ?? []
        let own = package.version.description
        return zip(times, zip(names, texts)).map { time, rest in
            var author = rest.0.utf8[...]
            var version: String?
            if let blank = author.lastIndex(of: 0x20), author[..<blank].suffix(2).elementsEqual(" -".utf8) {
                version = String(Substring(author[author.index(after: blank)...]))
                author = author[..<blank].dropLast(2)
            }
            return ChangelogEntry(
                date: Int64(clamping: time),
                author: String(Substring(author)),
                version: version == own ? nil : version,
                text: withoutDashes(rest.1)
            )
        }
    }

    /// A changelog's text without the dash that an item begins with.
    private static func withoutDashes(_ text: String) -> String {
        func plain(_ line: Substring.UTF8View) -> Substring {
            Substring(line.starts(with: "- ".utf8) ? line.dropFirst(2) : line)
        }
        guard text.utf8.contains(0x0A) else { return String(plain(text[...].utf8)) }
        return text[...].utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map(plain).joined(
            separator: "\n"
        )
    }
}

extension FormatError.Code {
    /// A header lacks a tag that every package has.
    public static let rpmTagMissing = Self(rawValue: "rpm-tag-missing")
}

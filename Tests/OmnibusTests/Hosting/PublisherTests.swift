import Foundation
import PackageFormats
import Synchronization
import SystemPackage
import Testing

@testable import Omnibus

@Suite("Publishing to repositories")
struct PublisherTests {
    static let kinds = RepositoryUpdate.Kind.allCases

    @Test("Packages are added to what is listed, and the same ones again change nothing", arguments: kinds)
    func adds(kind: RepositoryUpdate.Kind) async throws {
        let samples = try PublishingSamples()
        let distribution = [try PublishingSamples.distribution(kind)]
        let publisher = samples.publisher(kind)
        let first = try await publisher.publish(
            [samples.package("one", kind), samples.package("two", kind)],
            for: distribution
        )
        #expect(first.repositories.map(\.folder) == [PublishingSamples.place(kind)])
        #expect(first.repositories.map(\.added.count) == [2])
        let second = try await publisher.publish([samples.package("three", kind)], for: distribution)
        #expect(second.repositories.map(\.packages) == [3])
        let report = try await samples.verify(kind)
        #expect(report.isSound && report.packages == 3, "\(report.findings)")

        let counting = MeddlingStore(before: samples.store)
        let third = try await samples.publisher(kind, to: counting).publish(
            [samples.package("one", kind), samples.package("three", kind)],
            for: distribution
        )
        #expect(third.repositories.map(\.identical.count) == [2])
        #expect(third.repositories.map(\.added) == [[]])
        #expect(counting.counts.written == [])
    }

    @Test("Another package under the same name is refused before anything is written", arguments: kinds)
    func differing(kind: RepositoryUpdate.Kind) async throws {
        let samples = try PublishingSamples()
        let distribution = [try PublishingSamples.distribution(kind)]
        _ = try await samples.publisher(kind).publish([samples.package("one", kind)], for: distribution)
        let counting = MeddlingStore(before: samples.store)
        let other = try samples.package("one", kind, summary: "Another", in: "other")
        let new = try samples.package("two", kind)
        let error = await #expect(throws: OmnibusError.self) {
            try await samples.publisher(kind, to: counting).publish([new, other], for: distribution)
        }
        #expect(error?.code == "package-exists")
        #expect(counting.counts.written == [])
        #expect(try await samples.verify(kind).packages == 1)
    }

    @Test("An object that no index lists is not overwritten, and used where it is the same", arguments: kinds)
    func orphans(kind: RepositoryUpdate.Kind) async throws {
        let samples = try PublishingSamples()
        let distribution = [try PublishingSamples.distribution(kind)]
        let path = try samples.package("one", kind)
        let folder = HostedFolder(path: PublishingSamples.place(kind), kind: kind)
        let key = try folder.key(folder.location(path.lastComponent?.string ?? "", of: "one"))
        _ = try await samples.store.put(InputFile(bytes: [1, 2, 3], named: "x"), at: key, if: .absent)
        let error = await #expect(throws: OmnibusError.self) {
            try await samples.publisher(kind).publish([path], for: distribution)
        }
        #expect(error?.code == "package-exists")
        try await samples.store.delete(key)
        _ = try await samples.store.put(InputFile(opening: path), at: key, if: .absent)
        _ = try await samples.publisher(kind).publish([path], for: distribution)
        #expect(try await samples.verify(kind).packages == 1)
    }

    @Test(
        "Whatever fails at whichever request, the repository is the old or the new one, and the same call completes it",
        arguments: MeddlingStore.Harm.allCases,
        // Without signatures there are only fewer requests, but for the root of apt, which is another one.
        kinds.map { ($0, true) } + [(.apt, false)]
    )
    func faults(harm: MeddlingStore.Harm, _ repository: (kind: RepositoryUpdate.Kind, isSigned: Bool)) async throws {
        let kind = repository.kind
        let signer = repository.isSigned ? DigestSigner() : nil
        let samples = try PublishingSamples()
        let distribution = [try PublishingSamples.distribution(kind)]
        let base = samples.folder.appending("base")
        let two = try samples.package("two", kind)
        let three = try samples.package("three", kind)
        @Sendable func publish(_ path: FilePath, to store: any ObjectStore) async throws {
            var publisher = samples.publisher(kind, to: store, signer: signer)
            publisher.transfers = 1
            _ = try await publisher.publish([path], for: distribution)
        }
        try await publish(samples.package("one", kind), to: DirectoryStore(base))
        func reset() throws {
            try? FileManager.default.removeItem(atPath: samples.hosted.string)
            try FileManager.default.copyItem(atPath: base.string, toPath: samples.hosted.string)
        }
        try reset()
        let whole = MeddlingStore(before: samples.store)
        try await publish(two, to: whole)
        #expect(whole.counts.requests > 15)
        for index in 0..<whole.counts.requests {
            // What is only read is lost without an answer too.
            if harm == .unanswered, !whole.counts.writes.contains(index) { continue }
            try reset()
            let store = MeddlingStore(before: samples.store, harm, at: index) {
                try await publish(three, to: samples.store)
            }
            do {
                try await publish(two, to: store)
                #expect(harm == .overtaken)
            } catch let error as OmnibusError {
                #expect(harm != .overtaken && error.code == "test-cut", "\(index): \(error)")
            }
            // The signature of a yum repository is a file of its own, which follows its root.
            let between = try await samples.verify(kind, checker: signer)
            let errors = between.findings.filter { finding in
                finding.severity == .error && (kind != .yum || harm == .overtaken || finding.check != "signature")
            }
            #expect(errors == [], "\(kind) \(harm) \(index)")
            #expect(harm == .overtaken ? between.packages == 3 : (1...2).contains(between.packages))
            if harm != .overtaken { try await publish(two, to: samples.store) }
            let after = try await samples.verify(kind, checker: signer)
            #expect(after.packages == (harm == .overtaken ? 3 : 2))
            #expect(after.findings == [], "\(kind) \(harm) \(index)")
        }
    }

    @Test(
        "Twenty publish at once, and nothing is lost or broken meanwhile",
        arguments: [(RepositoryUpdate.Kind.yum, 2), (.aptFlat, 1)]
    )
    func crowd(kind: RepositoryUpdate.Kind, rounds: Int) async throws {
        let publishers = 20
        let samples = try PublishingSamples()
        let distribution = [try PublishingSamples.distribution(kind)]
        _ = try await samples.publisher(kind).publish([samples.package("first", kind)], for: distribution)
        let isDone = Mutex(false)
        let client = Task { () -> (seen: Int, failures: [String]) in
            var seen = 0
            var failures: [String] = []
            while !isDone.withLock({ $0 }) {
                let report = try await samples.verify(kind, packages: false)
                seen += 1
                failures += report.findings.filter { $0.severity == .error }.map(\.message)
                try await Task.sleep(for: .milliseconds(50))
            }
            return (seen, failures)
        }
        for round in 0..<rounds {
            let paths = try (0..<publishers).map { try samples.package("p\(round)-\($0)", kind) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for path in paths {
                    group.addTask { _ = try await samples.publisher(kind).publish([path], for: distribution) }
                }
                try await group.waitForAll()
            }
        }
        isDone.withLock { $0 = true }
        let seen = try await client.value
        #expect(seen.failures == [])
        #expect(seen.seen > 1)
        let report = try await samples.verify(kind)
        #expect(report.packages == rounds * publishers + 1)
        #expect(report.findings == [])
    }

    @Test("Releases go to one tree and everything else to the other, packages for every machine to every architecture")
    func layout() async throws {
        let samples = try PublishingSamples()
        let centos = try Distribution.named("centos-7")
        let result = try await samples.publisher(.yum).publish(
            [
                samples.package("native", .yum), samples.package("arm", .yum, architecture: .aarch64),
                samples.package("any", .yum, architecture: .independent),
                samples.package("early", .yum, release: "0.rc.1"),
                samples.package("mid", .yum, release: "1.99.g3d644b1"),
                samples.package("marked", .yum, release: "2.el7"),
            ],
            for: [centos]
        )
        let added = Dictionary(uniqueKeysWithValues: result.repositories.map { ($0.folder, $0.added.sorted()) })
        #expect(
            added == [
                "centos/7/x86_64": ["any-1.0-1.noarch.rpm", "marked-1.0-2.el7.x86_64.rpm", "native-1.0-1.x86_64.rpm"],
                "centos/7/aarch64": ["any-1.0-1.noarch.rpm", "arm-1.0-1.aarch64.rpm"],
                "centos-testing/7/x86_64": ["early-1.0-0.rc.1.x86_64.rpm", "mid-1.0-1.99.g3d644b1.x86_64.rpm"],
            ]
        )
        // What is hosted counts too, and what was asked for.
        let later = try await samples.publisher(.yum).publish(
            [samples.package("later", .yum, architecture: .independent)],
            for: [centos]
        )
        #expect(Set(later.repositories.map(\.folder)) == ["centos/7/x86_64", "centos/7/aarch64"])
        var publisher = samples.publisher(.yum)
        publisher.channel = .testing
        publisher.architectures = [.aarch64]
        let testing = try await publisher.publish(
            [samples.package("forced", .yum, architecture: .independent)],
            for: [centos]
        )
        #expect(Set(testing.repositories.map(\.folder)) == ["centos-testing/7/x86_64", "centos-testing/7/aarch64"])
    }

    @Test("Several distributions in one call: a package goes where its type, its folder or its mark says")
    func distributions() async throws {
        let samples = try PublishingSamples()
        let all = try ["centos-7", "rhel-9", "debian-12"].map { try Distribution.named($0) }
        let result = try await samples.publisher(.yum).publish(
            [
                samples.package("same", .yum, summary: "Seven", in: "centos-7"),
                samples.package("same", .yum, summary: "Nine", in: "rhel-9"),
                samples.package("marked", .yum, release: "1.el9"), samples.package("same", .aptFlat),
            ],
            for: all
        )
        let added = Dictionary(uniqueKeysWithValues: result.repositories.map { ($0.folder, $0.added.sorted()) })
        #expect(
            added == [
                "centos/7/x86_64": ["same-1.0-1.x86_64.rpm"],
                "centos/9/x86_64": ["marked-1.0-1.el9.x86_64.rpm", "same-1.0-1.x86_64.rpm"],
                "debian/12/amd64": ["same_1.0-1_amd64.deb"],
            ]
        )
        for (path, distributions) in [
            (try samples.package("unclear", .yum), all), (try samples.package("stray", .aptFlat), Array(all.prefix(2))),
            (try samples.package("other", .yum, in: "fedora-42"), Array(all.prefix(1))),
        ] {
            let error = await #expect(throws: OmnibusError.self) {
                try await samples.publisher(.yum).publish([path], for: distributions)
            }
            #expect(error?.code == "package-distribution")
        }
    }

    @Test(
        "What a distribution cannot unpack is not published for it",
        arguments: [RepositoryUpdate.Kind.yum, .aptFlat]
    )
    func compression(kind: RepositoryUpdate.Kind) async throws {
        let samples = try PublishingSamples()
        let path = try samples.package("new", kind, compression: .zstd)
        let (old, new) = kind == .yum ? ("centos-7", "rhel-9") : ("debian-11", "debian-12")
        let error = await #expect(throws: OmnibusError.self) {
            try await samples.publisher(kind).publish([path], for: [Distribution.named(old)])
        }
        #expect(error?.code == "compression-unsupported")
        #expect(try await samples.store.list(prefix: "").isEmpty)
        let result = try await samples.publisher(kind).publish([path], for: [Distribution.named(new)])
        #expect(result.repositories.map(\.added.count) == [1])
    }

    @Test("A package that sets machines up stands beside the repositories, the newest one")
    func releasePackages() async throws {
        let samples = try PublishingSamples()
        let (centos, rhel) = (try Distribution.named("centos-7"), try Distribution.named("fedora-20"))
        func publish(_ release: String, _ distribution: Distribution) async throws -> [String] {
            let mark = distribution.mark
            let path = try samples.package(
                "clusterhq-release",
                .yum,
                version: "1",
                release: release + mark,
                architecture: .independent,
                in: distribution.name
            )
            return try await samples.publisher(.yum).publish([path], for: [distribution]).releasePackages
        }
        func version(_ key: String) throws -> String? {
            try PackageFile(opening: samples.hosted.appending(key)).metadata().version.release
        }
        let key = "centos/clusterhq-release.el7.noarch.rpm"
        #expect(try await publish("7", centos) == [key])
        #expect(try version(key) == "7.el7")
        _ = try await publish("8", centos)
        #expect(try version(key) == "8.el7")
        _ = try await publish("7", centos)
        #expect(try version(key) == "8.el7")
        #expect(try await publish("7", rhel) == ["fedora/clusterhq-release.fc20.noarch.rpm"])
        #expect(try await samples.store.list(prefix: "fedora/20/x86_64/repodata/").count == 4)
        // Machines of both run what is built for one of them, but are set up differently.
        #expect(try await samples.store.list(prefix: "centos/7/").isEmpty)
    }

    @Test("A signed repository is not touched without a key, and an unsigned one can become signed", arguments: kinds)
    func signing(kind: RepositoryUpdate.Kind) async throws {
        let samples = try PublishingSamples()
        let distribution = [try PublishingSamples.distribution(kind)]
        _ = try await samples.publisher(kind).publish([samples.package("one", kind)], for: distribution)
        let two = try samples.package("two", kind)
        _ = try await samples.publisher(kind, signer: DigestSigner()).publish([two], for: distribution)
        let report = try await samples.verify(kind, checker: DigestSigner())
        #expect(report.findings == [] && report.signature == .good && report.packages == 2)
        let three = try samples.package("three", kind)
        let error = await #expect(throws: OmnibusError.self) {
            try await samples.publisher(kind).publish([three], for: distribution)
        }
        #expect(error?.code == "repository-signed")
        #expect(error?.message.contains(samples.hosted.string) == true)
    }

    @Test("Broken metadata are not built upon", arguments: kinds)
    func broken(kind: RepositoryUpdate.Kind) async throws {
        let samples = try PublishingSamples()
        let distribution = [try PublishingSamples.distribution(kind)]
        _ = try await samples.publisher(kind).publish([samples.package("one", kind)], for: distribution)
        let two = try samples.package("two", kind)
        let place = PublishingSamples.place(kind) + "/"
        for object in try await samples.store.list(prefix: place)
        where object.key.description.contains("by-hash") || object.key.name.contains("Packages")
            || object.key.name.contains("-primary")
        {
            _ = try await samples.store.put(InputFile(bytes: [0x20], named: "x"), at: object.key)
        }
        let error = await #expect(throws: OmnibusError.self) {
            try await samples.publisher(kind).publish([two], for: distribution)
        }
        #expect(error?.code == "previous-metadata")
        #expect(error?.message.contains(samples.hosted.string) == true)
        let root = HostedFolder(path: PublishingSamples.place(kind), kind: kind).roots.last ?? ""
        _ = try await samples.store.put(InputFile(bytes: [0x20], named: "x"), at: ObjectKey(place + root))
        let worse = await #expect(throws: OmnibusError.self) {
            try await samples.publisher(kind).publish([two], for: distribution)
        }
        #expect(worse?.code == "previous-metadata")
    }

    @Test("Old documents go when their grace time is over, and never those of the root", arguments: kinds)
    func pruning(kind: RepositoryUpdate.Kind) async throws {
        let samples = try PublishingSamples()
        let distribution = [try PublishingSamples.distribution(kind)]
        var publisher = samples.publisher(kind)
        publisher.grace = 7200
        let start = publisher.date
        var counts: [Int] = []
        for (number, offset) in [0, 1000, 4000, 9000, 20000].enumerated() {
            publisher.date = start + Int64(offset)
            let path = try samples.package("p\(number)", kind)
            counts.append(try await publisher.publish([path], for: distribution).repositories[0].pruned.count)
            let report = try await samples.verify(kind)
            #expect(
                !report.findings.contains { $0.severity == .error && $0.check != "release-date" },
                "\(report.findings)"
            )
        }
        // The generations of the first two runs were replaced at 1000 and 4000.
        #expect(counts[0] == 0 && counts[1] == 0 && counts[2] == 0)
        #expect(counts[3] > 0 && counts[4] > 0)
        let pruned = try await publisher.prune(distribution)
        #expect(pruned == [PublishingSamples.place(kind): []])
    }

    @Test("Whatever moments the list of old documents says, pruning goes on", arguments: kinds)
    func hostileList(kind: RepositoryUpdate.Kind) async throws {
        let samples = try PublishingSamples()
        let distribution = [try PublishingSamples.distribution(kind)]
        var publisher = samples.publisher(kind)
        publisher.grace = 7200
        for number in 0..<2 {
            publisher.date += 1000
            _ = try await publisher.publish([samples.package("p\(number)", kind)], for: distribution)
        }
        let listed = try await samples.store.list(prefix: PublishingSamples.place(kind) + "/")
        let list = try #require(listed.first { $0.key.name == "retired.json" })
        let text = String(
            decoding: try #require(await samples.store.get(list.key, limit: 1 << 20)).bytes,
            as: UTF8.self
        )
        let moment = String(publisher.date)
        #expect(text.contains(moment))
        publisher.date += 2000
        // So far ahead nothing is removed, so long ago everything: never a trap.
        for (extreme, isPruned) in [(Int64.max, false), (.min, true)] {
            let changed = InputFile(
                bytes: Array(text.replacing(moment, with: String(extreme)).utf8),
                named: "retired.json"
            )
            _ = try await samples.store.put(changed, at: list.key)
            let pruned = try await publisher.prune(distribution)
            #expect(pruned.values.allSatisfy { $0.isEmpty != isPruned }, "\(extreme): \(pruned)")
        }
    }

    @Test("A dry run asks for the same, and writes nothing", arguments: kinds)
    func dryRun(kind: RepositoryUpdate.Kind) async throws {
        let samples = try PublishingSamples()
        let distribution = [try PublishingSamples.distribution(kind)]
        _ = try await samples.publisher(kind).publish([samples.package("one", kind)], for: distribution)
        let two = try samples.package("two", kind)
        let before = try await samples.store.list(prefix: "")
        let requests = Mutex<[DryRunStore.Request]>([])
        let dry = DryRunStore(before: samples.store) { request in requests.withLock { $0.append(request) } }
        var publisher = samples.publisher(kind, to: dry)
        publisher.transfers = 1
        let result = try await publisher.publish([two], for: distribution)
        #expect(result.repositories.map(\.packages) == [2])
        #expect(try await samples.store.list(prefix: "") == before)
        let counting = MeddlingStore(before: samples.store)
        publisher.store = counting
        _ = try await publisher.publish([two], for: distribution)
        let planned = requests.withLock { list in
            list.compactMap { request in
                if case .put(let key, _, _, _) = request { key.description } else { nil }
            }
        }
        #expect(planned == counting.counts.written)
    }
}

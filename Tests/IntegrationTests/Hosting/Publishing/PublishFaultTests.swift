import Foundation
import PackageFormats
import SystemPackage
import Testing

@testable import Omnibus

extension PublishToS3Tests {
    /// What networks do to one request after another.
    @Suite("Faults") struct Faults {
        /// A fault, the request that it meets, and whether the publisher tries again or gives up at once.
        private struct Case {
            let fault: FaultProxy.Fault
            let index: Int
            let isPatient: Bool

            /// Whether the request's answer gets lost, or is no success.
            var breaks: Bool { fault != .delay && fault != .hold }
        }

        /// What came of the cases.
        private struct Tally {
            var cases = 0
            /// The faults that met a request, and the runs that failed by theirs.
            var met = 0
            var failed = 0
        }

        /// A repository that every case adds to.
        private struct Site {
            let kind: RepositoryUpdate.Kind
            let bucket: HostedBucket
            let proxy: FaultProxy
            let prefix: String
            let folder: TemporaryFolder
            var packages = 0

            func package(_ name: String) throws -> FilePath {
                try RepositorySamples.writeTiny("\(name)-\(packages)", kind, to: folder.path)
            }

            func publish(_ path: FilePath, at url: String? = nil, isPatient: Bool = true) async throws {
                var policy = RetrySchedule.Policy()
                policy.base = 10
                if !isPatient { policy.attempts = 1 }
                let store = try bucket.ceph.store(bucket.name, prefix: prefix, at: url, policy: policy)
                var publisher = Publisher(to: store)
                publisher.channel = .stable
                publisher.architectures = [.x86_64]
                publisher.usesPool = kind == .apt
                _ = try await publisher.publish([path], for: [Distribution.named(kind.sampleDistribution)])
            }

            func verify() async throws -> RepositoryVerification.Report {
                try await bucket.verification(kind, prefix: prefix).run()
            }
        }

        /// Every fourth request with another fault, beginning with another one for each kind; or every request with each fault
        /// that is asked for.
        private static func cases(_ kind: RepositoryUpdate.Kind, _ requests: Int) throws -> [[Case]] {
            let all = FaultProxy.Fault.allCases
            guard let wanted = Extent.faults.text else {
                let place = RepositoryUpdate.Kind.allCases.firstIndex(of: kind) ?? 0
                let some = stride(from: place, to: requests, by: 4).enumerated().map { number, index in
                    let fault = all[(number + place * all.count / 3) % all.count]
                    return Case(fault: fault, index: index, isPatient: number % 2 == 1)
                }
                return [some]
            }
            let names = wanted == "all" ? all.map(\.rawValue) : wanted.split(separator: ",").map(String.init)
            return try names.map { name in
                let fault = try #require(FaultProxy.Fault(rawValue: name), "there is no fault '\(name)'")
                // Two publish where a request is held back for another one.
                return (0..<(fault == .hold ? requests * 2 : requests)).map {
                    Case(fault: fault, index: $0, isPatient: false)
                }
            }
        }

        private func meet(_ one: Case, _ site: inout Site, _ tally: inout Tally) async throws {
            let place = "\(site.kind), \(one)"
            let own = try site.package("own")
            try await site.proxy.begin([one.index: one.fault])
            var failure: (any Error)?
            let url = site.proxy.url
            if one.fault == .hold {
                // Somebody else's requests are those that pass by.
                let rival = try site.package("rival")
                let there = site
                async let other: Void = there.publish(rival, at: url)
                async let this: Void = there.publish(own, at: url)
                _ = try await (other, this)
                site.packages += 1
            } else {
                do {
                    try await site.publish(own, at: url, isPatient: one.isPatient)
                } catch {
                    failure = error
                    tally.failed += 1
                    #expect(one.breaks && !one.isPatient, "\(place): \(error)")
                }
            }
            tally.cases += 1
            if try await site.proxy.requests().count > one.index { tally.met += 1 }
            let between = try await site.verify()
            #expect(between.isSound, "\(place): \(between.findings)")
            let old = failure == nil ? site.packages + 1 : site.packages
            #expect((old...(site.packages + 1)).contains(between.packages), "\(place)")
            try await site.publish(own)
            site.packages += 1
            let after = try await site.verify()
            #expect(after.packages == site.packages, "\(place)")
            #expect(after.findings == [], "\(place)")
        }

        @Test(
            "a network that fails at one request after another leaves the old state or the new one",
            arguments: RepositoryUpdate.Kind.allCases
        )
        func faults(kind: RepositoryUpdate.Kind) async throws {
            let bucket = try await HostedBucket()
            let proxy = try await FaultProxy(before: bucket.ceph.url)
            func site(_ name: String) async throws -> Site {
                var site = Site(kind: kind, bucket: bucket, proxy: proxy, prefix: name, folder: try TemporaryFolder())
                try await site.publish(site.package("first"))
                site.packages = 1
                return site
            }
            let whole = try await site("whole")
            try await proxy.begin()
            try await whole.publish(whole.package("second"), at: proxy.url)
            let requests = try await proxy.requests().count
            #expect(requests > 20)
            let start = ContinuousClock.now
            var tally = Tally()
            for (number, cases) in try Self.cases(kind, requests).enumerated() {
                var site = try await site("\(number)")
                for one in cases { try await meet(one, &site, &tally) }
            }
            // Publishers do not always need as many requests; of two that meet, one may need few.
            #expect(tally.cases > 0 && tally.met * 4 >= tally.cases * 3, "\(tally)")
            if Extent.faults.text == nil { #expect(tally.failed > 0) }
            Extent.faults.report(
                """
                \(kind): \(requests) requests, \(tally.cases) cases in \(ContinuousClock.now - start), \
                \(tally.met) faults met a request, \(tally.failed) runs failed
                """
            )
        }
    }
}

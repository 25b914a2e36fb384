import PackageFormats

/// Finds out, once for a store, whether and how it decides the conditions of writes.
///
/// Stores differ: most take the tag of `If-Match` in quotes, some only without; some refuse conditions; and some take them
/// and pass over them. So that none of this is found out by losing an object, every case is tried on a key of its own.
actor S3Conditions {
    /// How `If-Match` is written.
    enum Spelling: Sendable {
        case quoted, bare

        /// The field of the header that stands for a condition.
        func field(for condition: WriteCondition) -> (name: String, value: String) {
            switch (condition, self) {
            case (.matches(let tag), .quoted): ("If-Match", "\"\(tag)\"")
            case (.matches(let tag), .bare): ("If-Match", tag)
            case (.absent, _), (.always, _): ("If-None-Match", "*")
            }
        }
    }

    private enum Finding: Sendable { case spelling(Spelling), none }

    private let connection: S3Connection
    private let prefix: String
    private let allowsNone: Bool
    private var probe: Task<Result<Finding, OmnibusError>, Never>?

    init(_ connection: S3Connection, prefix: String, allowsNone: Bool) {
        self.connection = connection
        self.prefix = prefix
        self.allowsNone = allowsNone
    }

    /// How the store takes conditions, or `nil` where it takes none and that is allowed.
    ///
    /// - Throws: ``OmnibusError`` with code `store-no-conditions` where it takes none, or as ``S3Connection/send(_:accepting:)``.
    func spelling() async throws(OmnibusError) -> Spelling? {
        let probe = self.probe ?? Task { await self.result() }
        self.probe = probe
        switch await probe.value {
        case .failure(let error):
            self.probe = nil
            throw error
        case .success(.spelling(let spelling)): return spelling
        case .success(.none):
            guard allowsNone else {
                throw OmnibusError(
                    "store-no-conditions",
                    .unavailable,
                    "s3://\(connection.bucket): the store does not decide conditions of writes, "
                        + "so that two who publish at once would lose packages",
                    hint: "with --unsafe-no-conditions it is used all the same: make sure that nobody else publishes"
                )
            }
            return nil
        }
    }

    private func result() async -> Result<Finding, OmnibusError> {
        var schedule = connection.schedule()
        var isDoubtful = true
        while true {
            do throws(OmnibusError) {
                let key = "\(prefix).flocker-pkg-probe-\(S3Store.freshMark())"
                let attempt = await find(at: key)
                // Whatever came of it, nothing is left behind.
                _ = try await connection.send(S3Call("DELETE", key: key), accepting: [404])
                switch attempt {
                case .success(.none) where isDoubtful:
                    // A request that libcurl sent again over another connection is refused for what it did the first time.
                    isDoubtful = false
                case .success(let finding): return .success(finding)
                case .failure(.unclear(let error)):
                    guard try await schedule.wait(after: error) else { return .failure(error) }
                case .failure(.final(let error)): return .failure(error)
                }
            } catch {
                return .failure(error)
            }
        }
    }

    private enum Inconclusive: Error {
        /// An answer was lost: what is at the key is not known, and another one is needed.
        case unclear(OmnibusError)
        case final(OmnibusError)
    }

    private func find(at key: String) async -> Result<Finding, Inconclusive> {
        do throws(Inconclusive) {
            guard let first = try await put("1", key, (name: "If-None-Match", value: "*")) else {
                return .success(.none)
            }
            guard try await put("2", key, (name: "If-None-Match", value: "*")) == nil else { return .success(.none) }
            for spelling in [Spelling.quoted, .bare] {
                let field = spelling.field(for: .matches(tag: first))
                guard try await put("3", key, field) != nil else { continue }
                // The object is another one now, so that the same condition has to fail.
                guard try await put("4", key, field) == nil else { return .success(.none) }
                return .success(.spelling(spelling))
            }
            return .success(.none)
        } catch {
            return .failure(error)
        }
    }

    /// Writes on a condition, once; `nil` where the store refuses.
    private func put(
        _ text: String,
        _ key: String,
        _ condition: (name: String, value: String)
    ) async throws(Inconclusive) -> String? {
        var call = S3Call("PUT", key: key)
        call.headers = [condition]
        let attempt: S3Attempt
        do throws(OmnibusError) {
            try call.send(HTTPBody(Array(text.utf8)))
            attempt = try await connection.attempt(call)
        } catch {
            throw .final(error)
        }
        switch attempt {
        case .answer(let response) where response.isSuccess:
            return response.headers["etag"]?.withoutTagQuotes ?? ""
        case .answer(let response):
            let isRefusal = [412, 501].contains(response.status) || S3Refusal(response).code == "NotImplemented"
            guard isRefusal else { throw .final(connection.error(for: response, call)) }
            return nil
        case .unclear(let error, _): throw .unclear(error)
        }
    }
}

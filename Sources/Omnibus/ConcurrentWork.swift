/// Work on many things, so many at once.
enum ConcurrentWork {
    /// Runs `body` for every item; the first failure ends it.
    ///
    /// - Returns: the results in the order of the items.
    static func map<Item: Sendable, Value: Sendable>(
        _ items: [Item],
        atOnce limit: Int,
        _ body: @escaping @Sendable (Item) async throws(OmnibusError) -> Value
    ) async throws(OmnibusError) -> [Value] {
        let results = await withTaskGroup(of: (Int, Result<Value, OmnibusError>).self) { group in
            var next = 0
            func start() {
                guard next < items.count else { return }
                let (number, item) = (next, items[next])
                next += 1
                group.addTask {
                    do throws(OmnibusError) {
                        guard !Task.isCancelled else { throw .cancelled }
                        return (number, .success(try await body(item)))
                    } catch {
                        return (number, .failure(error))
                    }
                }
            }
            for _ in 0..<max(1, limit) { start() }
            var results = [Result<Value, OmnibusError>?](repeating: nil, count: items.count)
            var failure: OmnibusError?
            for await (number, result) in group {
                results[number] = result
                if case .failure(let error) = result, failure == nil {
                    failure = error
                    group.cancelAll()
                }
                if failure == nil { start() }
            }
            // The first failure in time says why; those after it may only have been cancelled.
            return failure.map { [.failure($0)] } ?? results.compactMap { $0 }
        }
        var values: [Value] = []
        for result in results { values.append(try result.get()) }
        return values
    }
}

public import PackageFormats
import Synchronization

/// Reads from a store and writes nowhere: what is written is seen by whoever reads here, and by nobody else.
public final class DryRunStore: ObjectStore {
    /// What is asked of the store.
    public enum Request: Sendable, Hashable {
        /// An object, or a part of it, is read.
        case get(ObjectKey, Range<UInt64>?)
        /// It is asked what is known of an object.
        case head(ObjectKey)
        /// An object of so many bytes would be written.
        case put(ObjectKey, size: UInt64, ObjectAttributes, WriteCondition)
        /// The objects below a prefix are listed.
        case list(String)
        /// An object would be removed.
        case delete(ObjectKey)
    }

    private let store: any ObjectStore
    private let watch: @Sendable (Request) -> Void
    private let state = Mutex(State())

    private struct State {
        /// What was written, and `nil` for what was removed.
        var objects: [ObjectKey: (info: ObjectInfo, content: InputFile)?] = [:]
        var writings = 0
    }

    /// A store before another one.
    ///
    /// - Parameters:
    ///   - store: what is read.
    ///   - watch: takes every request, from any thread.
    public init(before store: any ObjectStore, watch: @escaping @Sendable (Request) -> Void) {
        self.store = store
        self.watch = watch
    }

    /// The store's.
    public var location: String { store.location }

    /// As the store does.
    public var showsFolders: Bool { store.showsFolders }

    private func overlay(_ key: ObjectKey) -> (info: ObjectInfo, content: InputFile)?? {
        state.withLock { $0.objects[key] }
    }

    /// The bytes of an object: see ``ObjectStore/get(_:range:limit:)``.
    public func get(
        _ key: ObjectKey,
        range: Range<UInt64>?,
        limit: Int
    ) async throws(OmnibusError) -> StoredObject? {
        watch(.get(key, range))
        guard let written = overlay(key) else { return try await store.get(key, range: range, limit: limit) }
        guard let (info, content) = written else { return nil }
        let wanted = range?.clamped(to: 0..<info.size) ?? 0..<info.size
        let count = wanted.upperBound - wanted.lowerBound
        guard count <= UInt64(clamping: limit) else {
            throw OmnibusError("object-too-large", .badInput, "\(key) has more than the \(limit) bytes allowed")
        }
        do throws(FormatError) {
            return StoredObject(
                info: info,
                bytes: try content.bytes(at: wanted.lowerBound, count: Int(clamping: count))
            )
        } catch {
            throw OmnibusError(error, doing: location)
        }
    }

    /// What is known of an object: see ``ObjectStore/head(_:)``.
    public func head(_ key: ObjectKey) async throws(OmnibusError) -> ObjectInfo? {
        watch(.head(key))
        if let written = overlay(key) { return written?.info }
        return try await store.head(key)
    }

    /// Notes a writing: see ``ObjectStore/put(_:at:_:if:)``.
    public func put(
        _ content: InputFile,
        at key: ObjectKey,
        _ attributes: ObjectAttributes,
        if condition: WriteCondition
    ) async throws(OmnibusError) -> WriteOutcome {
        watch(.put(key, size: content.size, attributes, condition))
        let there: ObjectInfo?
        if let written = overlay(key) { there = written?.info } else { there = try await store.head(key) }
        switch condition {
        case .always: break
        case .absent: guard there == nil else { return .conditionFailed }
        case .matches(let tag): guard there?.tag == tag else { return .conditionFailed }
        }
        return state.withLock { state in
            state.writings += 1
            let info = ObjectInfo(key: key, size: content.size, tag: "dry-run-\(state.writings)", modified: .max)
            state.objects[key] = .some((info, content))
            return .written(tag: info.tag)
        }
    }

    /// Every object below a prefix: see ``ObjectStore/list(prefix:)``.
    public func list(prefix: String) async throws(OmnibusError) -> [ObjectInfo] {
        watch(.list(prefix))
        var found = Dictionary(
            try await store.list(prefix: prefix).map { ($0.key, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        state.withLock { state in
            for (key, written) in state.objects where key.description.hasPrefix(prefix) { found[key] = written?.info }
        }
        return found.values.sorted { $0.key.description.utf8.lexicographicallyPrecedes($1.key.description.utf8) }
    }

    /// Notes a removal: see ``ObjectStore/delete(_:)``.
    public func delete(_ key: ObjectKey) async throws(OmnibusError) {
        watch(.delete(key))
        state.withLock { $0.objects[key] = .some(nil) }
    }
}

import Glibc
import SystemPackage

/// A folder that one run at a time may change. The lock is the kernel's: it leaves no file, and ends with the process.
final class FolderLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock, waiting for whoever has it.
    init(_ folder: FilePath, waiting: () -> Void) async throws(OmnibusError) {
        descriptor = open(folder.string, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileSystem.failure("open", folder) }
        var told = false
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw FileSystem.failure("lock", folder) }
            if !told { waiting() }
            told = true
            do {
                try await Task.sleep(for: .milliseconds(50))
            } catch {
                throw .cancelled
            }
        }
    }

    deinit { close(descriptor) }

    /// Gives the lock back.
    func release() { flock(descriptor, LOCK_UN) }
}

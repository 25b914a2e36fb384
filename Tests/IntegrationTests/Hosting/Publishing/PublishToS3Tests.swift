import Testing

/// Repositories in a bucket of a real service: what their users see, however many publish and whatever fails.
@Suite("Publishing to S3", .serialized) struct PublishToS3Tests {}

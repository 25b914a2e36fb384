import Testing

/// Everything that runs the program as people do, one after the other: each of these takes the whole machine.
@Suite(.serialized) struct Acceptance {}

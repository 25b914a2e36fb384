import PackageFormats
import Testing

@Suite("Comparing texts")
struct TextDifferenceTests {
    @Test(
        "equal texts have no difference, whatever they are",
        arguments: ["", "\n", "one", "one\n", "one\ntwo\n\n", "\r\n", "\u{0}\n"]
    )
    func same(text: String) {
        #expect(TextDifference(from: text, to: text).isEmpty)
        #expect(TextDifference(from: text, to: text).description == "")
    }

    @Test("hunks are numbered as diff -u does, with three lines around them")
    func unified() {
        let old = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\n"
        let new = "a\nb\nc\nd\nE\nf\ng\nh\ni\nj\nk\nl\nm\n"
        #expect(
            TextDifference(from: old, to: new).description == """
                @@ -2,7 +2,7 @@
                 b
                 c
                 d
                -e
                +E
                 f
                 g
                 h
                @@ -10,3 +10,4 @@
                 j
                 k
                 l
                +m

                """
        )
    }

    @Test("a text that appears or goes away is one hunk")
    func wholeTexts() {
        #expect(TextDifference(from: "", to: "a\nb\n").description == "@@ -0,0 +1,2 @@\n+a\n+b\n")
        #expect(TextDifference(from: "a\n", to: "").description == "@@ -1,1 +0,0 @@\n-a\n")
    }

    @Test("a line feed that is missing at the end is a difference")
    func lastLine() {
        #expect(
            TextDifference(from: "a\nb", to: "a\nb\n").description
                == "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n"
        )
    }

    @Test("lines that only Unicode holds equal differ")
    func bytes() {
        #expect(!TextDifference(from: "\u{E9}\n", to: "e\u{301}\n").isEmpty)
        #expect(!TextDifference(from: "a\r\n", to: "a\n").isEmpty)
    }

    @Test("few changes in a long text stay few")
    func shortest() {
        let old = (0..<5000).map { "line \($0)" }
        var new = old
        new[17] = "other"
        new.remove(at: 2500)
        new.insert("more", at: 4000)
        let difference = TextDifference(from: text(old), to: text(new), context: 0)
        #expect(difference.hunks.flatMap(\.lines).count == 4)
    }

    @Test("hunks lead from the old text to the new one", arguments: 0..<200)
    func patching(seed: UInt64) {
        var random = Linear(state: seed)
        func lines() -> [String] { (0..<random.below(30)).map { _ in "\(random.below(4))" } }
        let (old, new) = (lines(), lines())
        let difference = TextDifference(from: text(old), to: text(new), context: Int(seed % 4))
        #expect(apply(difference, to: old) == new)
    }

    @Test("texts with nothing in common are replaced as a whole, without their square of work")
    func unlike() {
        let old = (0..<4000).map { "old \($0)" }
        let new = (0..<4000).map { "new \($0)" }
        let difference = TextDifference(from: text(old), to: text(new))
        #expect(difference.hunks.count == 1)
        #expect(apply(difference, to: old) == new)
    }

    private func text(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }

    private func apply(_ difference: TextDifference, to old: [String]) -> [String] {
        var new: [String] = []
        var next = 0
        for hunk in difference.hunks {
            let start = hunk.oldCount > 0 ? hunk.oldStart - 1 : hunk.oldStart
            new += old[next..<start]
            next = start
            for line in hunk.lines {
                if line.change != .added {
                    #expect(old[next] == line.text)
                    next += 1
                }
                if line.change != .removed { new.append(line.text) }
            }
            #expect(next == start + hunk.oldCount)
        }
        return new + old[next...]
    }

    /// Knuth's linear congruential generator: the same numbers everywhere.
    private struct Linear {
        var state: UInt64

        mutating func below(_ bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
    }
}

/// A product with no Python: one package of one folder.
enum PlainTree {
    static func manifest(tree: String) -> String {
        """
        name: plain
        version: "1.0"
        version-scheme: plain
        license: Apache-2.0
        url: https://example.com/
        vendor: Example
        maintainer: Example <packaging@example.com>
        summary: Folder for tests
        packages:
          - name: plain-tree
            architecture: independent
            description: A folder, to see how it gets packaged.
            contents:
              - tree: \(tree)
                to: /usr/share/plain-tree

        """
    }
}

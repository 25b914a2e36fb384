extension PackageFile {
    /// Every relation as the package states it, those included that the packaging tool added: an rpm's own name among what
    /// it provides, `rpmlib()` features and interpreters of scripts among what it requires.
    ///
    /// - Throws: ``FormatError`` where the package's relations do not hold together.
    public func statedRelations() throws(FormatError) -> [Relation] {
        switch reader {
        case .rpm(let reader): try RPMDependencies.statedRelations(in: reader.header)
        case .deb(let reader): try reader.metadata().relations
        }
    }
}

import ArgumentParser
import Omnibus
@main struct M: ParsableCommand {}

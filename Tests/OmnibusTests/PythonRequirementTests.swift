import PackageFormats
import Testing

@testable import Omnibus

/// Requirements, bounds and markers of Python projects, and what distributions call them.
@Suite struct PythonRequirementTests {
    @Test("Requirements are read in every form")
    func forms() throws {
        let full = try PythonRequirement(
            parsing: "Foo.Bar[x, y-z] (>=1.0,!=1.5) ; python_version < '3.8' and os_name==\"posix\""
        )
        #expect(full.normalizedName == "foo-bar")
        #expect(full.extras == ["x", "y-z"])
        #expect(full.specifiers.map(\.description) == [">=1.0", "!=1.5"])
        #expect(full.marker?.holds(in: ["python_version": "3.7", "os_name": "posix"]) == true)
        let url = try PythonRequirement(parsing: "a @ https://example.invalid/a.zip ; extra == 'b'")
        #expect(url.url == "https://example.invalid/a.zip")
        #expect(url.marker?.holds(in: ["extra": ""]) == false)
        #expect(try PythonRequirement(parsing: full.description) == full)
    }

    @Test(
        "What is no requirement is refused",
        arguments: [
            "", "-e .", "a b", "a >= x", "a[", "a[%]", "a ~=1", "a >=1.*", "a; python", "a; x == ", "a;(x=='y'",
            "a\n%post",
            "a; x == 'y' z", "é", "a @ ", "a; 'a' like 'b'",
        ]
    )
    func refused(text: String) {
        let error = #expect(throws: OmnibusError.self) { try PythonRequirement(parsing: text) }
        #expect(error?.code == "requirement-invalid")
    }

    @Test(
        "Markers hold, hold not, or cannot be known",
        arguments: [
            ("python_version >= '3.10'", true as Bool?), ("python_version < '3.9'", false),
            ("sys_platform == 'win32' or python_version == '3.11'", true), ("platform_machine == 'x86_64'", nil),
            ("platform_machine == 'x86_64' and os_name == 'nt'", false), ("'linux' in sys_platform", true),
            ("python_version not in '2.7,3.0'", true),
            ("(os_name == 'nt' or os_name == 'posix') and extra == ''", true),
            ("python_full_version ~= '3.11.2'", true), ("os.name == 'posix'", true),
        ]
    )
    func markers(text: String, expected: Bool?) throws {
        let marker = try PythonMarker(parsing: text)
        #expect(marker.holds(in: PythonMarker.environment(of: "3.11")) == expected)
        #expect(try PythonMarker(parsing: marker.text) == marker)
    }

    @Test(
        "Bounds become those of rpm, of an rpm without boolean dependencies, and of Debian",
        arguments: [
            (">=1.0", ["x >= 1.0"], ["x >= 1.0"], ["x >= 1.0"]),
            ("~=1.4.2", ["(x >= 1.4.2 with x < 1.5~~)"], ["x >= 1.4.2", "x < 1.5~~"], ["x >= 1.4.2", "x < 1.5~~"]),
            ("==1.*", ["(x >= 1 with x < 2~~)"], ["x >= 1", "x < 2~~"], ["x >= 1", "x < 2~~"]),
            ("!=1.5", ["(x < 1.5 or x > 1.5)"], ["x", "x = 1.5"], ["x < 1.5 | x > 1.5"]),
            ("!=1.5.*", ["(x < 1.5 or x >= 1.6)"], ["x"], ["x < 1.5 | x >= 1.6"]),
            ("<2", ["x < 2~~"], ["x < 2~~"], ["x < 2~~"]), ("<2rc1", ["x < 2~rc1"], ["x < 2~rc1"], ["x < 2~rc1"]),
            (">=1!2.0.post1", ["x >= 1:2.0+post1"], ["x >= 1:2.0+post1"], ["x >= 1:2.0+post1"]),
            ("===1.0", ["x = 1.0"], ["x = 1.0"], ["x = 1.0"]), ("", ["x"], ["x"], ["x"]),
            (
                ">=1,<3,!=2", ["(x >= 1 with x < 3~~ with (x < 2 or x > 2))"], ["x >= 1", "x < 3~~", "x", "x = 2"],
                ["x >= 1", "x < 3~~", "x < 2 | x > 2"]
            ),
        ]
    )
    func bounds(text: String, rich: [String], plain: [String], debian: [String]) throws {
        let requirement = try PythonRequirement(parsing: "x \(text)")
        func translated(_ naming: RequirementTranslation.Naming, isRich: Bool, _ name: String) -> [String] {
            RequirementTranslation(naming: naming, isRich: isRich, environments: [[:]]).relations(for: requirement)
                .relations.map { $0.expression.description.replacing(name, with: "x") }
        }
        #expect(translated(.capability("python3dist"), isRich: true, "python3dist(x)") == rich)
        #expect(translated(.package(prefix: "python3-"), isRich: false, "python3-x") == plain)
        #expect(translated(.debian, isRich: false, "python3-x") == debian)
    }

    @Test(
        "Names are those of the distribution",
        arguments: [
            ("PyYAML", "python3dist(pyyaml)", "python3-PyYAML", "python3-yaml"),
            ("zope.interface", "python3dist(zope-interface)", "python3-zope.interface", "python3-zope.interface"),
            ("twisted", "python3dist(twisted)", "python3-Twisted", "python3-twisted"),
            ("python-dateutil", "python3dist(python-dateutil)", "python3-dateutil", "python3-dateutil"),
        ]
    )
    func names(text: String, capability: String, package: String, debian: String) throws {
        let requirement = try PythonRequirement(parsing: text)
        for (naming, name) in [
            (RequirementTranslation.Naming.capability("python3dist"), capability),
            (.package(prefix: "python3-"), package),
            (.debian, debian),
        ] {
            let translation = RequirementTranslation(naming: naming, isRich: true, environments: [[:]])
            #expect(translation.relations(for: requirement).relations == [Relation(.requires, name)])
        }
    }

    @Test("What a distribution cannot say is put up for review")
    func reviews() throws {
        let translation = RequirementTranslation(
            naming: .package(prefix: "p-"),
            isRich: false,
            environments: ["3.9", "3.14"].map(PythonMarker.environment)
        )
        for text in [
            "a @ https://example.invalid/%(x)", "a; python_version > '3.11'", "a[b]", "a !=1.*",
            "a; platform_machine=='x'",
        ] {
            #expect(translation.relations(for: try PythonRequirement(parsing: text)).reviews.count == 1, "\(text)")
        }
        let unwanted = translation.relations(for: try PythonRequirement(parsing: "a; sys_platform == 'win32'"))
        #expect(unwanted == RequirementTranslation.Result())
    }
}

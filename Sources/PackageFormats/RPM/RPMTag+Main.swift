/// Every tag of the main header, by number.
extension RPMTag<RPMMainKind> {
    /// The region that marks what belongs to the header.
    public static var headerImmutable: Self { Self(63, "HEADERIMMUTABLE", .binary) }
    /// Locales of the translated strings, `C` first.
    public static var locales: Self { Self(100, "HEADERI18NTABLE", .stringArray) }
    /// The package's name.
    public static var name: Self { Self(1000, "NAME", .string) }
    /// The version.
    public static var version: Self { Self(1001, "VERSION", .string) }
    /// The release.
    public static var release: Self { Self(1002, "RELEASE", .string) }
    /// The epoch; absent means 0.
    public static var epoch: Self { Self(1003, "EPOCH", .int32) }
    /// One line that says what it is.
    public static var summary: Self { Self(1004, "SUMMARY", .translatedString) }
    /// Paragraphs that say more.
    public static var description: Self { Self(1005, "DESCRIPTION", .translatedString) }
    /// When it was built, Unix seconds.
    public static var buildTime: Self { Self(1006, "BUILDTIME", .int32) }
    /// Where it was built.
    public static var buildHost: Self { Self(1007, "BUILDHOST", .string) }
    /// Length of all files together.
    public static var size: Self { Self(1009, "SIZE", .int32) }
    /// The distribution.
    public static var distribution: Self { Self(1010, "DISTRIBUTION", .string) }
    /// Who distributes it.
    public static var vendor: Self { Self(1011, "VENDOR", .string) }
    /// The licence.
    public static var license: Self { Self(1014, "LICENSE", .string) }
    /// Who maintains it.
    public static var packager: Self { Self(1015, "PACKAGER", .string) }
    /// The group of packages it belongs to.
    public static var group: Self { Self(1016, "GROUP", .translatedString) }
    /// Names of source files (source packages).
    public static var source: Self { Self(1018, "SOURCE", .stringArray) }
    /// Names of patches (source packages).
    public static var patch: Self { Self(1019, "PATCH", .stringArray) }
    /// The home page.
    public static var url: Self { Self(1020, "URL", .string) }
    /// The operating system.
    public static var os: Self { Self(1021, "OS", .string) }
    /// The architecture.
    public static var arch: Self { Self(1022, "ARCH", .string) }
    /// Script before installation.
    public static var preIn: Self { Self(1023, "PREIN", .string) }
    /// Script after installation.
    public static var postIn: Self { Self(1024, "POSTIN", .string) }
    /// Script before removal.
    public static var preUn: Self { Self(1025, "PREUN", .string) }
    /// Script after removal.
    public static var postUn: Self { Self(1026, "POSTUN", .string) }
    /// Whole paths of the files (before rpm 4.0).
    public static var oldFileNames: Self { Self(1027, "OLDFILENAMES", .stringArray) }
    /// Lengths of the files.
    public static var fileSizes: Self { Self(1028, "FILESIZES", .int32) }
    /// `st_mode` of the files.
    public static var fileModes: Self { Self(1030, "FILEMODES", .int16) }
    /// Numbers of device files.
    public static var fileRdevs: Self { Self(1033, "FILERDEVS", .int16) }
    /// Modification times of the files.
    public static var fileMtimes: Self { Self(1034, "FILEMTIMES", .int32) }
    /// Digests of regular files, hexadecimal.
    public static var fileDigests: Self { Self(1035, "FILEDIGESTS", .stringArray) }
    /// Targets of symbolic links.
    public static var fileLinkTos: Self { Self(1036, "FILELINKTOS", .stringArray) }
    /// Flags of the files; see ``Entry/Flags``.
    public static var fileFlags: Self { Self(1037, "FILEFLAGS", .int32) }
    /// Owners of the files.
    public static var fileUserName: Self { Self(1039, "FILEUSERNAME", .stringArray) }
    /// Groups of the files.
    public static var fileGroupName: Self { Self(1040, "FILEGROUPNAME", .stringArray) }
    /// The source package.
    public static var sourceRPM: Self { Self(1044, "SOURCERPM", .string) }
    /// What `rpm -V` checks of the files.
    public static var fileVerifyFlags: Self { Self(1045, "FILEVERIFYFLAGS", .int32) }
    /// Length of the uncompressed payload, in old packages.
    public static var archiveSize: Self { Self(1046, "ARCHIVESIZE", .int32) }
    /// Names of Provides.
    public static var provideName: Self { Self(1047, "PROVIDENAME", .stringArray) }
    /// Flags of Requires.
    public static var requireFlags: Self { Self(1048, "REQUIREFLAGS", .int32) }
    /// Names of Requires.
    public static var requireName: Self { Self(1049, "REQUIRENAME", .stringArray) }
    /// Versions of Requires.
    public static var requireVersion: Self { Self(1050, "REQUIREVERSION", .stringArray) }
    /// Sources that are left out (source packages).
    public static var noSource: Self { Self(1051, "NOSOURCE", .int32) }
    /// Patches that are left out (source packages).
    public static var noPatch: Self { Self(1052, "NOPATCH", .int32) }
    /// Flags of Conflicts.
    public static var conflictFlags: Self { Self(1053, "CONFLICTFLAGS", .int32) }
    /// Names of Conflicts.
    public static var conflictName: Self { Self(1054, "CONFLICTNAME", .stringArray) }
    /// Versions of Conflicts.
    public static var conflictVersion: Self { Self(1055, "CONFLICTVERSION", .stringArray) }
    /// Architectures that it is not for (source packages).
    public static var excludeArch: Self { Self(1059, "EXCLUDEARCH", .stringArray) }
    /// Operating systems that it is not for (source packages).
    public static var excludeOS: Self { Self(1060, "EXCLUDEOS", .stringArray) }
    /// Architectures that it is for (source packages).
    public static var exclusiveArch: Self { Self(1061, "EXCLUSIVEARCH", .stringArray) }
    /// Operating systems that it is for (source packages).
    public static var exclusiveOS: Self { Self(1062, "EXCLUSIVEOS", .stringArray) }
    /// The version of rpm that wrote it.
    public static var rpmVersion: Self { Self(1064, "RPMVERSION", .string) }
    /// Scripts of triggers on packages.
    public static var triggerScripts: Self { Self(1065, "TRIGGERSCRIPTS", .stringArray) }
    /// Packages that set triggers off.
    public static var triggerName: Self { Self(1066, "TRIGGERNAME", .stringArray) }
    /// Their versions.
    public static var triggerVersion: Self { Self(1067, "TRIGGERVERSION", .stringArray) }
    /// Their flags.
    public static var triggerFlags: Self { Self(1068, "TRIGGERFLAGS", .int32) }
    /// Which script they set off.
    public static var triggerIndex: Self { Self(1069, "TRIGGERINDEX", .int32) }
    /// Script of `rpm -V`.
    public static var verifyScript: Self { Self(1079, "VERIFYSCRIPT", .string) }
    /// Dates of changelog entries.
    public static var changelogTime: Self { Self(1080, "CHANGELOGTIME", .int32) }
    /// Authors and versions of changelog entries.
    public static var changelogName: Self { Self(1081, "CHANGELOGNAME", .stringArray) }
    /// Texts of changelog entries.
    public static var changelogText: Self { Self(1082, "CHANGELOGTEXT", .stringArray) }
    /// Interpreter of PREIN.
    public static var preInProg: Self { Self(1085, "PREINPROG", .string) }
    /// Interpreter of POSTIN.
    public static var postInProg: Self { Self(1086, "POSTINPROG", .string) }
    /// Interpreter of PREUN.
    public static var preUnProg: Self { Self(1087, "PREUNPROG", .string) }
    /// Interpreter of POSTUN.
    public static var postUnProg: Self { Self(1088, "POSTUNPROG", .string) }
    /// Architectures that are built (source packages).
    public static var buildArchs: Self { Self(1089, "BUILDARCHS", .stringArray) }
    /// Names of Obsoletes.
    public static var obsoleteName: Self { Self(1090, "OBSOLETENAME", .stringArray) }
    /// Interpreter of VERIFYSCRIPT.
    public static var verifyScriptProg: Self { Self(1091, "VERIFYSCRIPTPROG", .string) }
    /// Interpreters of TRIGGERSCRIPTS.
    public static var triggerScriptProg: Self { Self(1092, "TRIGGERSCRIPTPROG", .stringArray) }
    /// Which build it comes from.
    public static var cookie: Self { Self(1094, "COOKIE", .string) }
    /// Device that a file's inode is on.
    public static var fileDevices: Self { Self(1095, "FILEDEVICES", .int32) }
    /// Inodes: equal ones are hard links.
    public static var fileInodes: Self { Self(1096, "FILEINODES", .int32) }
    /// Locales of the files.
    public static var fileLangs: Self { Self(1097, "FILELANGS", .stringArray) }
    /// Prefixes that may be moved.
    public static var prefixes: Self { Self(1098, "PREFIXES", .stringArray) }
    /// Present in source packages.
    public static var sourcePackage: Self { Self(1106, "SOURCEPACKAGE", .int32) }
    /// Flags of Provides.
    public static var provideFlags: Self { Self(1112, "PROVIDEFLAGS", .int32) }
    /// Versions of Provides.
    public static var provideVersion: Self { Self(1113, "PROVIDEVERSION", .stringArray) }
    /// Flags of Obsoletes.
    public static var obsoleteFlags: Self { Self(1114, "OBSOLETEFLAGS", .int32) }
    /// Versions of Obsoletes.
    public static var obsoleteVersion: Self { Self(1115, "OBSOLETEVERSION", .stringArray) }
    /// Which of DIRNAMES a file is in.
    public static var dirIndexes: Self { Self(1116, "DIRINDEXES", .int32) }
    /// Names of the files without their directories.
    public static var baseNames: Self { Self(1117, "BASENAMES", .stringArray) }
    /// Directories, each with a slash at its end.
    public static var dirNames: Self { Self(1118, "DIRNAMES", .stringArray) }
    /// Flags of the compiler.
    public static var optFlags: Self { Self(1122, "OPTFLAGS", .string) }
    /// Where the distribution keeps its sources.
    public static var distURL: Self { Self(1123, "DISTURL", .string) }
    /// Format of the payload: `cpio`.
    public static var payloadFormat: Self { Self(1124, "PAYLOADFORMAT", .string) }
    /// Compression of the payload; absent if there is none.
    public static var payloadCompressor: Self { Self(1125, "PAYLOADCOMPRESSOR", .string) }
    /// Level of the compression.
    public static var payloadFlags: Self { Self(1126, "PAYLOADFLAGS", .string) }
    /// `ARCH-VENDOR-OS`.
    public static var platform: Self { Self(1132, "PLATFORM", .string) }
    /// 1 for 32-bit, 2 for 64-bit ELF files.
    public static var fileColors: Self { Self(1140, "FILECOLORS", .int32) }
    /// Which of CLASSDICT a file is.
    public static var fileClass: Self { Self(1141, "FILECLASS", .int32) }
    /// Kinds of files in words.
    public static var classDict: Self { Self(1142, "CLASSDICT", .stringArray) }
    /// First of a file's dependencies in DEPENDSDICT.
    public static var fileDependsX: Self { Self(1143, "FILEDEPENDSX", .int32) }
    /// How many of them there are.
    public static var fileDependsN: Self { Self(1144, "FILEDEPENDSN", .int32) }
    /// Dependencies that come from files.
    public static var dependsDict: Self { Self(1145, "DEPENDSDICT", .int32) }
    /// MD5 of the source package.
    public static var sourcePkgID: Self { Self(1146, "SOURCEPKGID", .binary) }
    /// Script before the transaction.
    public static var preTrans: Self { Self(1151, "PRETRANS", .string) }
    /// Script after the transaction.
    public static var postTrans: Self { Self(1152, "POSTTRANS", .string) }
    /// Interpreter of PRETRANS.
    public static var preTransProg: Self { Self(1153, "PRETRANSPROG", .string) }
    /// Interpreter of POSTTRANS.
    public static var postTransProg: Self { Self(1154, "POSTTRANSPROG", .string) }
    /// Short name of the distribution.
    public static var distTag: Self { Self(1155, "DISTTAG", .string) }
    /// Lengths of the files, where one has 4 GiB or more.
    public static var longFileSizes: Self { Self(5008, "LONGFILESIZES", .int64) }
    /// Length of all files together from 4 GiB on.
    public static var longSize: Self { Self(5009, "LONGSIZE", .int64) }
    /// Capabilities of the files.
    public static var fileCaps: Self { Self(5010, "FILECAPS", .stringArray) }
    /// Algorithm of FILEDIGESTS; absent means MD5.
    public static var fileDigestAlgo: Self { Self(5011, "FILEDIGESTALGO", .int32) }
    /// Where to report faults.
    public static var bugURL: Self { Self(5012, "BUGURL", .string) }
    /// Flags of PREIN.
    public static var preInFlags: Self { Self(5020, "PREINFLAGS", .int32) }
    /// Flags of POSTIN.
    public static var postInFlags: Self { Self(5021, "POSTINFLAGS", .int32) }
    /// Flags of PREUN.
    public static var preUnFlags: Self { Self(5022, "PREUNFLAGS", .int32) }
    /// Flags of POSTUN.
    public static var postUnFlags: Self { Self(5023, "POSTUNFLAGS", .int32) }
    /// Flags of PRETRANS.
    public static var preTransFlags: Self { Self(5024, "PRETRANSFLAGS", .int32) }
    /// Flags of POSTTRANS.
    public static var postTransFlags: Self { Self(5025, "POSTTRANSFLAGS", .int32) }
    /// Flags of VERIFYSCRIPT.
    public static var verifyScriptFlags: Self { Self(5026, "VERIFYSCRIPTFLAGS", .int32) }
    /// Flags of TRIGGERSCRIPTS.
    public static var triggerScriptFlags: Self { Self(5027, "TRIGGERSCRIPTFLAGS", .int32) }
    /// Where the sources are kept.
    public static var vcs: Self { Self(5034, "VCS", .string) }
    /// Names of OrderWithRequires.
    public static var orderName: Self { Self(5035, "ORDERNAME", .stringArray) }
    /// Versions of OrderWithRequires.
    public static var orderVersion: Self { Self(5036, "ORDERVERSION", .stringArray) }
    /// Flags of OrderWithRequires.
    public static var orderFlags: Self { Self(5037, "ORDERFLAGS", .int32) }
    /// Names of Recommends.
    public static var recommendName: Self { Self(5046, "RECOMMENDNAME", .stringArray) }
    /// Versions of Recommends.
    public static var recommendVersion: Self { Self(5047, "RECOMMENDVERSION", .stringArray) }
    /// Flags of Recommends.
    public static var recommendFlags: Self { Self(5048, "RECOMMENDFLAGS", .int32) }
    /// Names of Suggests.
    public static var suggestName: Self { Self(5049, "SUGGESTNAME", .stringArray) }
    /// Versions of Suggests.
    public static var suggestVersion: Self { Self(5050, "SUGGESTVERSION", .stringArray) }
    /// Flags of Suggests.
    public static var suggestFlags: Self { Self(5051, "SUGGESTFLAGS", .int32) }
    /// Names of Supplements.
    public static var supplementName: Self { Self(5052, "SUPPLEMENTNAME", .stringArray) }
    /// Versions of Supplements.
    public static var supplementVersion: Self { Self(5053, "SUPPLEMENTVERSION", .stringArray) }
    /// Flags of Supplements.
    public static var supplementFlags: Self { Self(5054, "SUPPLEMENTFLAGS", .int32) }
    /// Names of Enhances.
    public static var enhanceName: Self { Self(5055, "ENHANCENAME", .stringArray) }
    /// Versions of Enhances.
    public static var enhanceVersion: Self { Self(5056, "ENHANCEVERSION", .stringArray) }
    /// Flags of Enhances.
    public static var enhanceFlags: Self { Self(5057, "ENHANCEFLAGS", .int32) }
    /// Encoding of all strings: `utf-8`.
    public static var encoding: Self { Self(5062, "ENCODING", .string) }
    /// Scripts of triggers on files.
    public static var fileTriggerScripts: Self { Self(5066, "FILETRIGGERSCRIPTS", .stringArray) }
    /// Their interpreters.
    public static var fileTriggerScriptProg: Self { Self(5067, "FILETRIGGERSCRIPTPROG", .stringArray) }
    /// Their flags.
    public static var fileTriggerScriptFlags: Self { Self(5068, "FILETRIGGERSCRIPTFLAGS", .int32) }
    /// Prefixes that set triggers on files off.
    public static var fileTriggerName: Self { Self(5069, "FILETRIGGERNAME", .stringArray) }
    /// Which script they set off.
    public static var fileTriggerIndex: Self { Self(5070, "FILETRIGGERINDEX", .int32) }
    /// Always empty strings.
    public static var fileTriggerVersion: Self { Self(5071, "FILETRIGGERVERSION", .stringArray) }
    /// When they set it off.
    public static var fileTriggerFlags: Self { Self(5072, "FILETRIGGERFLAGS", .int32) }
    /// Scripts of triggers on files that run once a transaction.
    public static var transFileTriggerScripts: Self { Self(5076, "TRANSFILETRIGGERSCRIPTS", .stringArray) }
    /// Their interpreters.
    public static var transFileTriggerScriptProg: Self { Self(5077, "TRANSFILETRIGGERSCRIPTPROG", .stringArray) }
    /// Their flags.
    public static var transFileTriggerScriptFlags: Self { Self(5078, "TRANSFILETRIGGERSCRIPTFLAGS", .int32) }
    /// Prefixes that set them off.
    public static var transFileTriggerName: Self { Self(5079, "TRANSFILETRIGGERNAME", .stringArray) }
    /// Which script they set off.
    public static var transFileTriggerIndex: Self { Self(5080, "TRANSFILETRIGGERINDEX", .int32) }
    /// Always empty strings.
    public static var transFileTriggerVersion: Self { Self(5081, "TRANSFILETRIGGERVERSION", .stringArray) }
    /// When they set it off.
    public static var transFileTriggerFlags: Self { Self(5082, "TRANSFILETRIGGERFLAGS", .int32) }
    /// Order among triggers on files, one a script.
    public static var fileTriggerPriorities: Self { Self(5084, "FILETRIGGERPRIORITIES", .int32) }
    /// The same for whole transactions.
    public static var transFileTriggerPriorities: Self { Self(5085, "TRANSFILETRIGGERPRIORITIES", .int32) }
    /// IMA signatures of the files.
    public static var fileSignatures: Self { Self(5090, "FILESIGNATURES", .stringArray) }
    /// Length of each IMA signature.
    public static var fileSignatureLength: Self { Self(5091, "FILESIGNATURELENGTH", .int32) }
    /// SHA-256 of the compressed payload, hexadecimal.
    public static var payloadDigest: Self { Self(5092, "PAYLOADDIGEST", .stringArray) }
    /// Algorithm of PAYLOADDIGEST.
    public static var payloadDigestAlgo: Self { Self(5093, "PAYLOADDIGESTALGO", .int32) }
    /// The module it belongs to.
    public static var modularityLabel: Self { Self(5096, "MODULARITYLABEL", .string) }
    /// SHA-256 of the uncompressed payload, hexadecimal.
    public static var payloadDigestAlt: Self { Self(5097, "PAYLOADDIGESTALT", .stringArray) }
    /// Suffix of the file name.
    public static var archSuffix: Self { Self(5098, "ARCHSUFFIX", .string) }
    /// The spec file (source packages).
    public static var spec: Self { Self(5099, "SPEC", .string) }
    /// Where translations are kept.
    public static var translationURL: Self { Self(5100, "TRANSLATIONURL", .string) }
    /// Where upstream announces releases.
    public static var upstreamReleases: Self { Self(5101, "UPSTREAMRELEASES", .string) }
    /// Script before the transaction that removes it.
    public static var preUnTrans: Self { Self(5103, "PREUNTRANS", .string) }
    /// Script after the transaction that removes it.
    public static var postUnTrans: Self { Self(5104, "POSTUNTRANS", .string) }
    /// Interpreter of PREUNTRANS.
    public static var preUnTransProg: Self { Self(5105, "PREUNTRANSPROG", .string) }
    /// Interpreter of POSTUNTRANS.
    public static var postUnTransProg: Self { Self(5106, "POSTUNTRANSPROG", .string) }
    /// Flags of PREUNTRANS.
    public static var preUnTransFlags: Self { Self(5107, "PREUNTRANSFLAGS", .int32) }
    /// Flags of POSTUNTRANS.
    public static var postUnTransFlags: Self { Self(5108, "POSTUNTRANSFLAGS", .int32) }
    /// Length of the compressed payload (v6).
    public static var payloadSize: Self { Self(5112, "PAYLOADSIZE", .int64) }
    /// Length of the uncompressed payload (v6).
    public static var payloadSizeAlt: Self { Self(5113, "PAYLOADSIZEALT", .int64) }
    /// Version of the package format (v6).
    public static var rpmFormat: Self { Self(5114, "RPMFORMAT", .int32) }
    /// Which of MIMEDICT a file is (v6).
    public static var fileMimeIndex: Self { Self(5115, "FILEMIMEINDEX", .int32) }
    /// MIME types of files (v6).
    public static var mimeDict: Self { Self(5116, "MIMEDICT", .stringArray) }
    /// The source package (v6).
    public static var sourceNEVR: Self { Self(5120, "SOURCENEVR", .string) }
    /// SHA-512 of the compressed payload (v6).
    public static var payloadSHA512: Self { Self(5121, "PAYLOADSHA512", .string) }
    /// SHA-512 of the uncompressed payload (v6).
    public static var payloadSHA512Alt: Self { Self(5122, "PAYLOADSHA512ALT", .string) }
    /// SHA3-256 of the compressed payload (v6).
    public static var payloadSHA3_256: Self { Self(5123, "PAYLOADSHA3_256", .string) }
    /// SHA3-256 of the uncompressed payload (v6).
    public static var payloadSHA3_256Alt: Self { Self(5124, "PAYLOADSHA3_256ALT", .string) }

    static var table: [Self] {
        [
            .headerImmutable, .locales, .name, .version, .release, .epoch, .summary, .description, .buildTime,
            .buildHost, .size, .distribution, .vendor, .license, .packager, .group, .source, .patch, .url, .os, .arch,
            .preIn, .postIn, .preUn, .postUn, .oldFileNames, .fileSizes, .fileModes, .fileRdevs, .fileMtimes,
            .fileDigests, .fileLinkTos, .fileFlags, .fileUserName, .fileGroupName, .sourceRPM, .fileVerifyFlags,
            .archiveSize, .provideName, .requireFlags, .requireName, .requireVersion, .noSource, .noPatch,
            .conflictFlags, .conflictName, .conflictVersion, .excludeArch, .excludeOS, .exclusiveArch, .exclusiveOS,
            .rpmVersion, .triggerScripts, .triggerName, .triggerVersion, .triggerFlags, .triggerIndex, .verifyScript,
            .changelogTime, .changelogName, .changelogText, .preInProg, .postInProg, .preUnProg, .postUnProg,
            .buildArchs, .obsoleteName, .verifyScriptProg, .triggerScriptProg, .cookie, .fileDevices, .fileInodes,
            .fileLangs, .prefixes, .sourcePackage, .provideFlags, .provideVersion, .obsoleteFlags, .obsoleteVersion,
            .dirIndexes, .baseNames, .dirNames, .optFlags, .distURL, .payloadFormat, .payloadCompressor,
            .payloadFlags, .platform, .fileColors, .fileClass, .classDict, .fileDependsX, .fileDependsN, .dependsDict,
            .sourcePkgID, .preTrans, .postTrans, .preTransProg, .postTransProg, .distTag, .longFileSizes, .longSize,
            .fileCaps, .fileDigestAlgo, .bugURL, .preInFlags, .postInFlags, .preUnFlags, .postUnFlags, .preTransFlags,
            .postTransFlags, .verifyScriptFlags, .triggerScriptFlags, .vcs, .orderName, .orderVersion, .orderFlags,
            .recommendName, .recommendVersion, .recommendFlags, .suggestName, .suggestVersion, .suggestFlags,
            .supplementName, .supplementVersion, .supplementFlags, .enhanceName, .enhanceVersion, .enhanceFlags,
            .encoding, .fileTriggerScripts, .fileTriggerScriptProg, .fileTriggerScriptFlags, .fileTriggerName,
            .fileTriggerIndex, .fileTriggerVersion, .fileTriggerFlags, .transFileTriggerScripts,
            .transFileTriggerScriptProg, .transFileTriggerScriptFlags, .transFileTriggerName, .transFileTriggerIndex,
            .transFileTriggerVersion, .transFileTriggerFlags, .fileTriggerPriorities, .transFileTriggerPriorities,
            .fileSignatures, .fileSignatureLength, .payloadDigest, .payloadDigestAlgo, .modularityLabel,
            .payloadDigestAlt, .archSuffix, .spec, .translationURL, .upstreamReleases, .preUnTrans, .postUnTrans,
            .preUnTransProg, .postUnTransProg, .preUnTransFlags, .postUnTransFlags, .payloadSize, .payloadSizeAlt,
            .rpmFormat, .fileMimeIndex, .mimeDict, .sourceNEVR, .payloadSHA512, .payloadSHA512Alt, .payloadSHA3_256,
            .payloadSHA3_256Alt,
        ] + others
    }

    /// Tags of old and of installed packages, and names that rpm keeps for what it works out: nothing here reads them, but
    /// rpm 4.18 refuses a header that holds one with another type.
    private static var others: [Self] {
        [
            Self(1008, "INSTALLTIME", .int32), Self(1012, "GIF", .binary), Self(1013, "XPM", .binary),
            Self(1029, "FILESTATES", .char), Self(1043, "ICON", .binary), Self(1099, "INSTPREFIXES", .stringArray),
            Self(1119, "ORIGDIRINDEXES", .int32), Self(1120, "ORIGBASENAMES", .stringArray),
            Self(1121, "ORIGDIRNAMES", .stringArray), Self(1127, "INSTALLCOLOR", .int32),
            Self(1128, "INSTALLTID", .int32), Self(1129, "REMOVETID", .int32),
            Self(1133, "PATCHESNAME", .stringArray), Self(1134, "PATCHESFLAGS", .int32),
            Self(1135, "PATCHESVERSION", .stringArray), Self(1147, "FILECONTEXTS", .stringArray),
            Self(1148, "FSCONTEXTS", .stringArray), Self(1149, "RECONTEXTS", .stringArray),
            Self(1150, "POLICIES", .stringArray), Self(1156, "OLDSUGGESTSNAME", .stringArray),
            Self(1157, "OLDSUGGESTSVERSION", .stringArray), Self(1158, "OLDSUGGESTSFLAGS", .int32),
            Self(1159, "OLDENHANCESNAME", .stringArray), Self(1160, "OLDENHANCESVERSION", .stringArray),
            Self(1161, "OLDENHANCESFLAGS", .int32), Self(1195, "DBINSTANCE", .int32), Self(1196, "NVRA", .string),
            Self(5000, "FILENAMES", .stringArray), Self(5001, "FILEPROVIDE", .stringArray),
            Self(5002, "FILEREQUIRE", .stringArray), Self(5005, "TRIGGERCONDS", .stringArray),
            Self(5006, "TRIGGERTYPE", .stringArray), Self(5007, "ORIGFILENAMES", .stringArray),
            Self(5013, "EVR", .string), Self(5014, "NVR", .string), Self(5015, "NEVR", .string),
            Self(5016, "NEVRA", .string), Self(5017, "HEADERCOLOR", .int32), Self(5018, "VERBOSE", .int32),
            Self(5019, "EPOCHNUM", .int32), Self(5030, "POLICYNAMES", .stringArray),
            Self(5031, "POLICYTYPES", .stringArray), Self(5032, "POLICYTYPESINDEXES", .int32),
            Self(5033, "POLICYFLAGS", .int32), Self(5040, "INSTFILENAMES", .stringArray),
            Self(5041, "REQUIRENEVRS", .stringArray), Self(5042, "PROVIDENEVRS", .stringArray),
            Self(5043, "OBSOLETENEVRS", .stringArray), Self(5044, "CONFLICTNEVRS", .stringArray),
            Self(5045, "FILENLINKS", .int32), Self(5058, "RECOMMENDNEVRS", .stringArray),
            Self(5059, "SUGGESTNEVRS", .stringArray), Self(5060, "SUPPLEMENTNEVRS", .stringArray),
            Self(5061, "ENHANCENEVRS", .stringArray), Self(5086, "FILETRIGGERCONDS", .stringArray),
            Self(5087, "FILETRIGGERTYPE", .stringArray), Self(5088, "TRANSFILETRIGGERCONDS", .stringArray),
            Self(5089, "TRANSFILETRIGGERTYPE", .stringArray),
        ]
    }
}

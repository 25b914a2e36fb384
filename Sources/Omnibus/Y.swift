import PackageFormats
import Yams
import Subprocess
import Logging
enum Y {}

// patches.sources-signed: every package source is signed, and by keys that are there.
import { defineCheck } from "../define.js";
import { judgeAptSources } from "./sources-apt.js";
import { judgeDnfSources } from "./sources-dnf.js";

export default defineCheck({
  id: "patches.sources-signed",
  title: "Packages are only taken from sources whose signatures are checked",
  why: "Packages run as root when they are installed: a source without a signature hands root to whoever can change what is on the way.",
  remedy:
    "Remove `[trusted=yes]`, `[allow-insecure=yes]` and the like from apt's sources and AllowUnauthenticated and the like from apt.conf, install the keys that Signed-By names; on Red Hat set `gpgcheck=1` for every repository.",
  breaks: "A source that has no valid signature is no longer used.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["packageSources"],
  params: {},
  evaluate: ({ packageSources }) =>
    packageSources.manager === "apt" ? judgeAptSources(packageSources) : judgeDnfSources(packageSources),
});

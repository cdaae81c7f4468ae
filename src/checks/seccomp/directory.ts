// seccomp.directory: only root changes what lies in the kubelet's seccomp directory.
import type { Problem } from "../../core/outcome.js";
import { printable } from "../../core/printable.js";
import { wholeFile } from "../../core/source.js";
import type { FileState } from "../../facts/file-state.js";
import { defineCheck } from "../define.js";
import { octal } from "../file-mode.js";

interface Folder {
  readonly path: string;
  readonly stat: FileState;
}

const allowed = 0o755;

function folderProblem({ path, stat }: Folder): readonly Problem[] {
  if (stat.state !== "ok") return [];
  if (stat.kind !== "directory") return [{ message: `${printable(path)} is not a directory` }];
  const wrong = [
    ...(stat.uid === 0 && stat.gid === 0 ? [] : [`belongs to ${stat.uid}:${stat.gid}`]),
    ...((stat.mode & ~allowed) === 0 ? [] : [`has mode ${octal(stat.mode)}`]),
  ];
  if (wrong.length === 0) return [];
  const mode = stat.mode & allowed;
  return [
    {
      message: `${printable(path)} ${wrong.join(" and ")}: who writes there decides what containers may call`,
      fix: [{ kind: "chmod", file: stat.realPath, mode, owner: "root:root" }],
    },
  ];
}

export default defineCheck({
  id: "seccomp.directory",
  title: "Only root changes seccomp profiles",
  why: "The runtime takes whatever lies there: who can write a profile can take the filter from every container that names it.",
  remedy:
    "`chown root:root` and `chmod go-w` what is named; `nodeward seccomp install` makes a directory that is missing.",
  severity: "medium",
  risk: "none",
  fixable: true,
  needs: ["seccompProfiles"],
  params: {},
  evaluate({ seccompProfiles: { folder, folderStat, folders, trust, notes } }) {
    const all = folders.some(({ path }) => path === folder)
      ? folders
      : [{ path: folder, stat: folderStat }, ...folders];
    const own = all.flatMap(folderProblem);
    const said = own.map(({ message }) => message.split(" ", 1)[0] ?? "");
    const missing = folderStat.state === "absent";
    return {
      expected: "directories of root:root, 0755 or less, writable by nobody else up to the root",
      actual: missing ? `${folder} does not exist` : `${all.length} directories`,
      evidence: all.map(({ path, stat }) =>
        wholeFile(path, stat.state === "ok" ? `${octal(stat.mode)} ${stat.uid}:${stat.gid}` : stat.reason),
      ),
      problems: [
        ...(missing ? [{ message: `${folder} does not exist: no pod can name a profile of its own` }] : []),
        ...own,
        // What is said of the directory itself is not said twice.
        ...trust.weak
          .filter((text) => !said.some((path) => text.startsWith(`${path} `)))
          .map((message) => ({ message })),
      ],
      unknowns: [
        ...all.flatMap(({ stat }) => (stat.state === "ok" || stat.state === "absent" ? [] : [stat.reason])),
        ...trust.unknown,
      ],
      notes,
    };
  },
});

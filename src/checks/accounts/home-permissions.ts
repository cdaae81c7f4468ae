// accounts.home-permissions: the home of a person is the person's own, and closed to others.
import type { Problem } from "../../core/outcome.js";
import { printable } from "../../core/printable.js";
import type { Home } from "../../facts/homes.js";
import { defineCheck } from "../define.js";
import { octal } from "../file-mode.js";
import { modeParam } from "../mode-param.js";

/** Directories that are a home by name only: closing them would take the system's own files away from it. */
const shared = new Set([
  "/",
  "/bin",
  "/dev",
  "/etc",
  "/home",
  "/lib",
  "/opt",
  "/proc",
  "/run",
  "/sbin",
  "/srv",
  "/sys",
  "/tmp",
  "/usr",
  "/var",
]);

function isSystem(path: string): boolean {
  return shared.has(path) || path.startsWith("/usr/") || path.startsWith("/etc/") || path.startsWith("/dev/");
}

function judge({ user, state }: Home, most: number): readonly Problem[] {
  if (state.state !== "ok" || state.kind !== "directory" || user.uid === undefined) return [];
  const name = printable(user.name);
  const more = state.mode & ~most & 0o777;
  const wrong = [
    ...(more === 0 ? [] : [`has mode ${octal(state.mode)}, more than ${octal(most)}`]),
    ...(state.uid === user.uid ? [] : [`belongs to user ${state.uid}`]),
  ];
  if (wrong.length === 0) return [];
  const message = `the home of ${name}, ${printable(state.path)}, ${wrong.join(" and ")}`;
  if (isSystem(state.realPath)) return [{ message }];
  const owner = `${user.uid}:${state.uid === user.uid ? state.gid : (user.gid ?? state.gid)}`;
  return [{ message, fix: [{ kind: "chmod", file: state.realPath, mode: state.mode & ~more, owner }] }];
}

export default defineCheck({
  id: "accounts.home-permissions",
  title: "Homes belong to their users and are closed to others",
  why: "Homes hold keys, tokens and history; who may write in one decides what its user's shell does next.",
  remedy: "`chown USER: HOME` and `chmod 0750 HOME`, or fewer rights.",
  breaks: "A web server or another service that reads below somebody's home stops reaching it.",
  severity: "medium",
  risk: "none",
  fixable: true,
  needs: ["homes"],
  params: { mode: modeParam(0o750) },
  evaluate({ homes }, { mode }) {
    const most = Number.parseInt(mode, 8);
    const judged = homes.homes.map((home) => ({ home, problems: judge(home, most) }));
    const wrong = judged.filter(({ problems }) => problems.length > 0);
    return {
      expected: `${mode} or less, owned by the user`,
      actual: `${homes.homes.length} homes, ${wrong.length} of them otherwise`,
      evidence: wrong.map(({ home }) => home.user.source),
      problems: judged.flatMap(({ problems }) => problems),
      unknowns: [
        ...homes.homes.flatMap(({ state }) =>
          state.state === "ok" || state.state === "absent" ? [] : [state.reason],
        ),
        ...homes.unread,
      ],
    };
  },
});

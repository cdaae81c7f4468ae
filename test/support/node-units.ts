// The rows of a whole tree that stand for systemd's units and the kernel's modules, as files. Not what they do.
import type { Path, Planted } from "./node-files.js";

type Files = readonly (readonly [Path, Planted])[];

const vendor = "/usr/lib/systemd/system";
const local = "/etc/systemd/system";

/** What a unit of this kind does, from the words of its row. */
function body(name: string, what: string): string {
  if (what === "") return "";
  if (name.endsWith(".socket")) return `[Socket]\nListenStream=${what}\n`;
  if (name.endsWith(".timer")) return `[Timer]\nOnCalendar=${what}\n`;
  if (name.endsWith(".mount")) return `[Mount]\n${what.replaceAll(" ", "\n")}\n`;
  return `[Service]\nExecStart=${what}\n`;
}

/**
 * `cron.service enabled multi-user.target /usr/sbin/cron -f`: unit, state, the target that wants it, what it starts.
 * enabled: a link in /etc; linked: a link beside the unit; disabled: no link; static: never to be enabled; masked.
 */
export function unitFiles(name: string, row: string): Files {
  const [state = "", target = "-", ...what] = row.split(" ");
  const instance = name.replace(/@[^.]+/, "@");
  const install = state === "enabled" || state === "disabled" ? `[Install]\nWantedBy=${target}\n` : "";
  const text = `[Unit]\nDescription=${name}\n${body(name, what.join(" "))}${install}`;
  const files: (readonly [Path, Planted])[] = [[`${vendor}/${instance}`, { text }]];
  if (state === "masked") files.push([`${local}/${name}`, { link: "/dev/null" }]);
  if (state === "linked") files.push([`${vendor}/${target}.wants/${name}`, { link: `../${instance}` }]);
  if (state === "enabled")
    files.push([`${local}/${target}.wants/${name}`, { link: `${vendor}/${instance}` }]);
  return files;
}

/** `kernel/net/sctp/sctp.ko net-pf-2-proto-132`: a module and its aliases; `builtin` for what is part of the kernel. */
export function moduleFiles(release: string, rows: readonly (readonly [string, string])[]): Files {
  const folder = `/usr/lib/modules/${release}`;
  const names = (path: string) => path.slice(path.lastIndexOf("/") + 1).replace(/\.ko.*$/, "");
  const loadable = rows.filter(([, row]) => row !== "builtin");
  const aliases = loadable.flatMap(([path, row]) =>
    row
      .split(" ")
      .filter((alias) => alias !== "")
      .map((alias) => `alias ${alias} ${names(path).replaceAll("-", "_")}\n`),
  );
  const builtin = rows.filter(([, row]) => row === "builtin");
  return [
    [`${folder}/kernel`, { folder: true }],
    [`${folder}/modules.dep`, { text: loadable.map(([path]) => `${path}:\n`).join("") }],
    [`${folder}/modules.alias`, { text: aliases.join("") }],
    [`${folder}/modules.builtin`, { text: builtin.map(([path]) => `${path}\n`).join("") }],
  ];
}

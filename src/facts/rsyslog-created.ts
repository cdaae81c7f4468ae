// The mode with which rsyslog makes each file it writes. The two syntaxes know nothing of each other: $FileCreateMode is for the
// rules behind it, the parameter of module(load="builtin:omfile") for the actions behind that (seen with rsyslogd 8.2302).
import { byBytes } from "../core/byte-order.js";
import type { Source } from "../core/source.js";
import type { Step } from "../core/step.js";
import type { Placed } from "./rsyslog-forwards.js";

/** Files made with the same mode by the same word. */
export interface CreatedFiles {
  readonly paths: readonly string[];
  /** Undefined where the value is no mode. */
  readonly mode: number | undefined;
  /** What sets the mode; of a default, the first action that has it. */
  readonly source: Source;
  readonly isDefault: boolean;
  /** Steps that set another mode; undefined where only a person can. */
  readonly set: ((mode: string) => Step) | undefined;
}

/** rsyslog's own (omfile: fileCreateMode). */
const unset = 0o644;

function modeOf(value: string): number | undefined {
  return /^[0-7]{3,5}$/.test(value) ? Number.parseInt(value, 8) : undefined;
}

type Setting = Pick<CreatedFiles, "mode" | "source" | "isDefault" | "set">;

function ofDirective({ statement, source }: Placed): Setting | undefined {
  if (statement.kind !== "directive" || statement.name !== "filecreatemode") return undefined;
  const { value, valueSpan: span } = statement;
  const set = (text: string): Step => ({ kind: "edit", file: source.file, edits: [{ span, text }] });
  return { mode: modeOf(value), source, isDefault: false, set };
}

function ofModule({ statement, source }: Placed): Setting | undefined {
  if (statement.kind !== "object" || statement.name !== "module") return undefined;
  const value = statement.parameters.get("filecreatemode");
  return value === undefined ? undefined : { mode: modeOf(value), source, isDefault: false, set: undefined };
}

function isFileAction({ statement }: Placed): boolean {
  return (
    statement.kind === "object" &&
    statement.name === "action" &&
    /^(?:builtin:)?omfile$/i.test(statement.parameters.get("type") ?? "")
  );
}

/** An action's own parameter, what the module was loaded with, or nothing: then the parameter is put before the bracket. */
function ofAction({ statement, source }: Placed, module: Setting | undefined): Setting {
  const own = statement.kind === "object" ? statement.parameters.get("filecreatemode") : undefined;
  if (own !== undefined) return { mode: modeOf(own), source, isDefault: false, set: undefined };
  const before = { start: statement.span.end - 1, end: statement.span.end - 1 };
  const set = (mode: string): Step => ({
    kind: "edit",
    file: source.file,
    edits: [{ span: before, text: ` fileCreateMode="${mode}"` }],
  });
  return module === undefined ? { mode: unset, source, isDefault: true, set } : { ...module, set };
}

/** What is written, by what sets its mode; `first` sets it before all rules. */
export function createdFiles(
  placed: readonly Placed[],
  first: (mode: string) => Step,
): readonly CreatedFiles[] {
  let directive: Setting | undefined;
  let module: Setting | undefined;
  const found = new Map<string, CreatedFiles & { readonly paths: string[] }>();
  const put = (key: string, path: string, setting: Setting) => {
    const paths = found.get(key)?.paths ?? [];
    paths.push(path);
    found.set(key, { ...setting, paths });
  };
  for (const one of placed) {
    const { statement, source } = one;
    directive = ofDirective(one) ?? directive;
    module = ofModule(one) ?? module;
    if (statement.kind === "file") {
      const setting = directive ?? { mode: unset, source, isDefault: true, set: first };
      const key = directive === undefined ? "default" : `${setting.source.file}:${setting.source.line}`;
      put(
        key,
        statement.path,
        directive === undefined ? { ...setting, source: found.get(key)?.source ?? source } : setting,
      );
    } else if (statement.kind === "object" && isFileAction(one)) {
      const path = statement.parameters.get("file") ?? statement.parameters.get("dynafile") ?? "";
      put(`${source.file}:${source.span.start}`, path, ofAction(one, module));
    }
  }
  return [...found.values()].sort(
    (a, b) => byBytes(a.source.file, b.source.file) || a.source.line - b.source.line,
  );
}

// Data shipped with the program: profiles, references, seccomp and AppArmor profiles. Never the node's own files.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Put in by packaging/build.ts: path under the project -> text. Absent when run from source. */
declare const NODEWARD_DATA: (() => Readonly<Record<string, string>>) | undefined;
/** The same of package.json, which help and --version need. */
declare const NODEWARD_PACKAGE: string;

export interface ShippedData {
  /** The text of `profiles/baseline.yaml` and the like, or undefined. */
  read(path: string): string | undefined;
  /** The names in a folder such as `profiles`, sorted. */
  list(folder: string): readonly string[];
}

function bundled(about: string, load: () => Readonly<Record<string, string>>): ShippedData {
  return {
    read: (path) => {
      if (path === "package.json") return about;
      const files = load();
      return Object.hasOwn(files, path) ? files[path] : undefined;
    },
    list: (folder) =>
      Object.keys(load())
        .filter((path) => path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes("/"))
        .map((path) => path.slice(folder.length + 1))
        .sort(),
  };
}

function fromSource(): ShippedData {
  const top = fileURLToPath(new URL("../..", import.meta.url));
  return {
    read: (path) => {
      try {
        return readFileSync(join(top, path), "utf8");
      } catch {
        return undefined;
      }
    },
    list: (folder) => {
      try {
        return readdirSync(join(top, folder), { withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => entry.name)
          .sort();
      } catch {
        return [];
      }
    },
  };
}

export const shippedData: ShippedData =
  typeof NODEWARD_DATA === "undefined" ? fromSource() : bundled(NODEWARD_PACKAGE, NODEWARD_DATA);

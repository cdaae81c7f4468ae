// A small tree with one file that is about to be changed, the door for changes opened on it, and the ways in which somebody
// else may save the file meanwhile.
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openWriter } from "../../src/host/live-writer.js";
import type { NodeWriter, Place, Use } from "../../src/host/node-writer.js";
import type { Staged } from "../../src/host/put-in-place.js";

export type Live = Place & Staged;

function isLive(place: object): place is Live {
  return "waiting" in place && "mayReplace" in place;
}

export class AppTree {
  readonly root = mkdtempSync(join(tmpdir(), "nodeward-app-"));
  readonly writer: NodeWriter;

  constructor() {
    chmodSync(this.root, 0o755);
    for (const folder of ["etc/app", "var/lib"]) mkdirSync(this.at(folder), { recursive: true, mode: 0o755 });
    this.plant("etc/app/a.conf");
    const opened = openWriter(this.root, process.getuid?.() ?? 0);
    if (opened.state !== "ok") throw new Error(opened.reason);
    this.writer = opened.writer;
  }

  at(path: string): string {
    return join(this.root, path);
  }

  get conf(): string {
    return this.at("etc/app/a.conf");
  }

  plant(path: string): void {
    writeFileSync(this.at(path), "old\n", { mode: 0o640 });
  }

  place(path: string, use: Use = "content"): Place {
    const opened = this.writer.open(path, use);
    if ("state" in opened) throw new Error(opened.reason);
    return opened;
  }

  /** Why a path is refused, at whichever of the two steps. */
  async refusal(path: string, use: Use = "content"): Promise<string> {
    const located = await this.writer.locate(path, use);
    if (located.state !== "ok") return located.state === "refused" ? located.reason : "no directory";
    const opened = this.writer.open(located.realPath, use);
    if ("state" in opened) return opened.reason;
    opened.close();
    return "not refused";
  }

  /** A place with its new file laid beside. */
  staged(path = "etc/app/a.conf"): Live {
    const place = this.place(`/${path}`);
    const { uid, gid } = lstatSync(this.at(path));
    const staged = place.stage({ bytes: Buffer.from("new\n"), mode: 0o640, uid, gid, like: "place" });
    if (staged.state !== "ok" || !isLive(place)) throw new Error("not staged");
    return place;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

export interface Editor {
  readonly save: (path: string) => void;
  /** What the file has then. */
  readonly left: string;
}

function inItsPlace(text: string): Editor {
  return {
    save: (path) => {
      writeFileSync(`${path}.swp`, text);
      renameSync(`${path}.swp`, path);
    },
    left: text,
  };
}

export const editors: Readonly<Record<string, Editor>> = {
  "writes into the file": { save: (path) => writeFileSync(path, "theirs\n"), left: "theirs\n" },
  "writes as many bytes into the file": { save: (path) => writeFileSync(path, "OLD\n"), left: "OLD\n" },
  "puts a file in its place": inItsPlace("theirs\n"),
  "puts the same bytes in its place": inItsPlace("old\n"),
  "changes its mode": { save: (path) => chmodSync(path, 0o600), left: "old\n" },
};

// A node whose timer tells the journal, node_exporter's folder and a webhook of drift: for scenarios that watch it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import type { Bed } from "./bed.js";
import { program, top } from "./beds/program.js";
import { nodePath } from "./beds/recipe.js";

export const textfile = "/var/lib/prometheus/node-exporter/nodeward.prom";
export const site = `drift:
  notify:
    - journald
    - prometheus
    - webhook: {url: 'http://127.0.0.1:9000/hook', secretFile: /etc/nodeward/hook.key}
`;
/** Keeps each message as a file, unless /root/hook/down is there. */
const receiver = `
const fs = require("fs");
let count = 0;
require("http").createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part)).on("end", () => {
    if (fs.existsSync("/root/hook/down")) return response.writeHead(503).end();
    fs.writeFileSync("/root/hook/" + String(count++).padStart(3, "0") + ".json", Buffer.concat(parts));
    response.end();
  });
}).listen(9000, "127.0.0.1");
`;

/** Puts units of ours in place. */
export async function putUnits(bed: Bed, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const text = readFileSync(join(top, "packaging/systemd", name), "utf8");
    // The bed has the program where README's manual installation would put it, and Node.js beside it.
    await bed.put(
      `/etc/systemd/system/${name}`,
      text.replace("/usr/bin/nodeward ", `${nodePath} ${program.inside} `),
    );
  }
}

export async function install(bed: Bed): Promise<void> {
  await bed.put("/etc/nodeward/nodeward.yaml", site);
  await bed.put("/etc/nodeward/hook.key", "secret\n", { mode: 0o600 });
  await bed.put("/root/receiver.js", receiver);
  await putUnits(bed, ["nodeward-drift.service", "nodeward-drift.timer"]);
  await bed.sh(
    `mkdir -p ${textfile.replace(/\/[^/]*$/, "")} /root/hook; systemctl daemon-reload; systemd-run --unit=receiver ${nodePath} /root/receiver.js`,
  );
}

/** Starts the unit as the timer does and waits for its end. */
export async function look(bed: Bed): Promise<void> {
  const done = await bed.run(["systemctl", "start", "nodeward-drift.service"], { timeoutMs: 120_000 });
  const log = await bed.sh("journalctl -u nodeward-drift.service -n 40 --no-pager -o cat");
  assert.is(done.code, 0, `${done.stderr}${log}`);
}

export interface MessageChange {
  readonly change: string;
  readonly kind: string;
  readonly key: string;
}

export interface Message {
  readonly drifts: readonly {
    readonly against: string;
    readonly verdicts: readonly { readonly id: string; readonly change: string }[];
    readonly changes: readonly (MessageChange & { readonly by: string; readonly when: string })[];
    readonly bundles: readonly { readonly by: string; readonly changes: readonly MessageChange[] }[];
  }[];
}

export async function messages(bed: Bed): Promise<readonly Message[]> {
  const names = (await bed.sh("ls /root/hook")).split("\n").filter((name) => name.endsWith(".json"));
  return await Promise.all(
    names.map(async (name): Promise<Message> => JSON.parse((await bed.get(`/root/hook/${name}`)) ?? "")),
  );
}

export const known = (message: Message | undefined) =>
  (message?.drifts[0]?.changes ?? []).map(({ kind, key }) => `${kind} ${key}`);

export async function journal(bed: Bed, field: string): Promise<string> {
  return await bed.sh(`journalctl -t nodeward -o json --no-pager | grep -F '${field}' || true`);
}

// The walk: the host of values and the real one come by the same files; limits, pruning and progress.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Host, WalkLimits, WalkRequest, WalkResult } from "../../../src/host/host.js";
import { type MemoryNode, memoryHost } from "../../../src/host/memory.js";
import { paced } from "../../../src/host/progress.js";
import { openHost } from "../../../src/host/rooted.js";
import { makeTree, testEnvironment } from "../../support/tree.js";

const limits: WalkLimits = { entries: 10_000, milliseconds: 10_000, depth: 64, keep: 100 };
const nodes: Readonly<Record<string, MemoryNode>> = {
  "/a/open": { text: "", mode: 0o666 },
  "/a/set": { text: "", mode: 0o4755 },
  "/a/b/c/deep": { text: "", mode: 0o666 },
  "/a/plain": { text: "", mode: 0o644 },
  "/tmp": { kind: "directory", mode: 0o777 },
  "/tmp/x": { text: "", mode: 0o602 },
  "/link": { link: "/a" },
};

const sort: WalkRequest["sort"] = ({ kind, mode }) => [
  ...((mode & 0o002) !== 0 ? [`open ${kind}`] : []),
  ...((mode & 0o6000) !== 0 ? ["set-id"] : []),
];

function request(changes: Partial<WalkRequest> = {}): WalkRequest {
  return { starts: [{ path: "/", crossDevices: false }], prune: new Set(), sort, limits, ...changes };
}

function shown(result: WalkResult) {
  const { seen, cut, unreadCount, crossed } = result;
  const groups = [...result.groups].map(
    ([name, { count, entries }]) =>
      `${name} ${count} ${entries
        .map(({ path }) => path)
        .sort()
        .join(" ")}`,
  );
  return { seen, cut, unreadCount, crossed, groups: groups.sort() };
}

async function both(changes: Partial<WalkRequest> = {}): Promise<ReturnType<typeof shown>> {
  const tree = makeTree();
  try {
    for (const [path, { text, kind, link, mode }] of Object.entries(nodes)) {
      if (link !== undefined) tree.plant(path, { link });
      else if (kind === "directory") tree.plant(path, { directory: true }, mode);
      else tree.plant(path, text ?? "", mode);
    }
    const host: Host = tree.host();
    const real = shown(await host.walk(request(changes)));
    await host.close();
    assert.equal(shown(await memoryHost(nodes).walk(request(changes))), real);
    return real;
  } finally {
    tree.remove();
  }
}

test("both hosts come by the same", async () => {
  assert.equal(await both(), {
    seen: 10,
    cut: [],
    unreadCount: 0,
    crossed: [],
    groups: ["open directory 1 /tmp", "open file 3 /a/b/c/deep /a/open /tmp/x", "set-id 1 /a/set"],
  });
});

test("pruned paths, a start below the root, and one that is not there", async () => {
  const starts = [
    { path: "/a", crossDevices: false },
    { path: "/gone", crossDevices: false },
  ];
  assert.equal(await both({ starts, prune: new Set(["/a/b", "/a"]) }), {
    seen: 4,
    cut: [],
    unreadCount: 1,
    crossed: [],
    groups: ["open file 1 /a/open", "set-id 1 /a/set"],
  });
});

test("what lies behind a limit is said not to have been seen", async () => {
  assert.equal((await both({ limits: { ...limits, depth: 2 } })).cut, [
    "/a/b is more than 2 directories deep",
  ]);
  assert.equal((await both({ limits: { ...limits, entries: 3 } })).cut, ["stopped after 3 entries"]);
  assert.equal((await both({ limits: { ...limits, keep: 0 } })).groups, [
    "open directory 1 ",
    "open file 3 ",
    "set-id 1 ",
  ]);
});

test("another device is met and not entered, unless the file system has several", async () => {
  const files = {
    "/mnt": { kind: "directory", dev: 2 },
    "/mnt/x": { text: "", mode: 0o666, dev: 2 },
  } as const;
  const kept = await memoryHost(files).walk(request());
  assert.equal([kept.crossed, kept.groups.size], [["/mnt"], 0]);
  const crossing = request({ starts: [{ path: "/", crossDevices: true }] });
  assert.is((await memoryHost(files).walk(crossing)).groups.get("open file")?.count, 1);
});

test("a directory that may not be listed is a miss", async () => {
  const result = await memoryHost({ "/root": { kind: "directory", error: "denied" } }).walk(request());
  assert.equal([result.unreadCount, result.unread[0]?.state], [1, "denied"]);
});

test("progress: nothing for a second, then now and then, erased at the end", () => {
  let time = 0;
  const said: (string | undefined)[] = [];
  const { show, erase } = paced({ now: () => time, progress: (text) => said.push(text) });
  erase();
  for (time = 0; time < 1300; time += 20) show(time, "/usr/\u001b[2J");
  erase();
  assert.equal(said, [
    "looking at files: 1000 so far, now /usr/\\x1b[2J",
    "looking at files: 1100 so far, now /usr/\\x1b[2J",
    "looking at files: 1200 so far, now /usr/\\x1b[2J",
    undefined,
  ]);
});

test("a long walk on the real host tells its progress and lets others work", async () => {
  const tree = makeTree();
  try {
    for (let n = 0; n < 400; n++) tree.plant(`/f${n}`, "");
    let time = 0;
    const said: (string | undefined)[] = [];
    const environment = {
      ...testEnvironment,
      now: () => (time += 600),
      progress: (text: string | undefined) => said.push(text),
    };
    const opened = openHost(tree.root, environment);
    if (opened.state !== "ok") throw new Error(opened.reason);
    let others = 0;
    const turn = setImmediate(() => others++);
    await opened.host.walk(request());
    clearImmediate(turn);
    await opened.host.close();
    assert.ok(said.length > 1 && said.at(-1) === undefined);
    assert.is(others, 1);
  } finally {
    tree.remove();
  }
});

test.run();

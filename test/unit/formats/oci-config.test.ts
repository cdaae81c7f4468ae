import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseDockerContainer } from "../../../src/formats/docker-container.js";
import { type ContainerConfig, parseOciConfig } from "../../../src/formats/oci-config.js";
import { ociConfig } from "../../support/containers.js";

function parsed(text: string): ContainerConfig {
  const result = parseOciConfig(text);
  if (result.state === "error") throw new Error(result.message);
  return result.value;
}

test("what confines and what is given comes out; environment and arguments do not", () => {
  const config = parsed(ociConfig({ mounts: [{ type: "bind", source: "/srv", options: ["rro"] }] }));
  assert.is(config.uid, 1000);
  assert.is(config.seccomp, "filter");
  assert.is(config.maskedPaths, 1);
  assert.equal(config.mounts.at(-1), { source: "/srv", destination: "", writable: false });
  assert.is(config.allDevices, false);
  const all = JSON.stringify({ ...config, annotations: [...config.annotations] });
  assert.not.match(all, 'secret"');
  assert.not.match(all, "PASSWORD");
});

test("a filter that refuses nothing is none", () => {
  for (const [seccomp, expected] of [
    [null, "none"],
    [{}, "none"],
    [{ defaultAction: "SCMP_ACT_ALLOW" }, "allows-all"],
    [{ defaultAction: "SCMP_ACT_LOG", syscalls: [{ action: "SCMP_ACT_ALLOW" }] }, "allows-all"],
    [{ defaultAction: "SCMP_ACT_ALLOW", syscalls: [{ action: "SCMP_ACT_ERRNO" }] }, "filter"],
    [{ defaultAction: "SCMP_ACT_KILL" }, "filter"],
  ] as const)
    assert.is(parsed(ociConfig({ seccomp })).seccomp, expected, JSON.stringify(seccomp));
});

test("every device, or only some", () => {
  const of = (devices: readonly unknown[]) => parsed(ociConfig({ devices })).allDevices;
  assert.is(of([{ allow: true, access: "rwm" }]), true);
  assert.is(of([{ allow: true, type: "a", major: -1, minor: -1, access: "rwm" }]), true);
  assert.is(of([{ allow: true, type: "c", major: 1, minor: 3, access: "rwm" }]), false);
  assert.is(of([{ allow: false, access: "rwm" }]), false);
});

test("what is no configuration is refused without repeating it", () => {
  for (const text of ["", "null", "[]", '"x"', "{", '{"process": 1}', "{}", "\0\0", "[".repeat(100_000)]) {
    const result = parseOciConfig(text);
    assert.is(result.state, "error", text.slice(0, 20));
  }
  const cut = parseOciConfig('{"process":{"env":["PASSWORD=hunter2"');
  assert.not.match(cut.state === "error" ? cut.message : "", "hunter2");
});

test("wrong types everywhere are empty, and keys that are none of JSON's reach nothing", () => {
  const config = parsed(
    '{"process":{"user":[],"capabilities":"x","__proto__":{"apparmorProfile":"y"}},"linux":{"namespaces":{},"seccomp":[]},"mounts":7,"annotations":[1],"root":null}',
  );
  assert.equal(
    [config.uid, config.capabilities, config.appArmorProfile, config.mounts, config.seccomp],
    [0, [], "", [], "none"],
  );
});

test("no JSON makes it throw", () => {
  fc.assert(
    fc.property(fc.json(), fc.json(), (a, b) => {
      parseOciConfig(a);
      parseOciConfig(`{"process":${a},"linux":${b},"mounts":[${a}],"annotations":${b}}`);
      parseDockerContainer(a, b);
      parseDockerContainer(`{"MountPoints":${a},"Config":${b}}`, `{"CapAdd":${a}}`);
    }),
    { numRuns: 200 },
  );
});

function docker(own: unknown, host: unknown) {
  const result = parseDockerContainer(JSON.stringify(own), JSON.stringify(host));
  if (result.state === "error") throw new Error(result.message);
  return result.value;
}

test("Docker's own files in the same terms", () => {
  const own = {
    Name: "/db",
    AppArmorProfile: "docker-default",
    Config: { User: "5000:5000", Image: "db" },
    MountPoints: { "/data": { Source: "/srv/db", RW: true }, "/t": { Source: "", RW: true } },
  };
  const { name, config } = docker(own, {
    CapAdd: ["CAP_NET_ADMIN"],
    CapDrop: ["mknod"],
    PidMode: "host",
    IpcMode: "private",
    ReadonlyRootfs: true,
  });
  assert.is(name, "db");
  assert.is(config.uid, 5000);
  assert.ok(config.capabilities.includes("NET_ADMIN") && !config.capabilities.includes("MKNOD"));
  assert.equal(
    config.namespaces.map(({ type }) => type),
    ["network", "ipc"],
  );
  assert.equal(config.mounts, [{ source: "/srv/db", destination: "/data", writable: true }]);
  assert.is(config.seccomp, "filter");
  assert.is(config.appArmorProfile, "docker-default");
});

test("Docker: privileged, unconfined, everything dropped, a user by name", () => {
  const privileged = docker({}, { Privileged: true }).config;
  assert.equal(
    [privileged.capabilities, privileged.seccomp, privileged.maskedPaths, privileged.uid],
    [["ALL"], "none", 0, 0],
  );
  assert.is(docker({}, { SecurityOpt: ["seccomp=unconfined"] }).config.seccomp, "none");
  assert.equal(docker({}, { CapDrop: ["ALL"], CapAdd: ["KILL"] }).config.capabilities, ["KILL"]);
  assert.is(docker({ Config: { User: "postgres" } }, {}).config.uid, undefined);
  assert.is(docker({}, { MaskedPaths: [] }).config.maskedPaths, 0);
});

test.run();

// Where sshd is reached from its own machine: every form in which it or systemd is told to listen.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { reaches } from "../../../src/facts/sshd-reach.js";

test("each form of an address", () => {
  for (const [listens, expected] of [
    [["[::]:22", "0.0.0.0:22"], [{ port: 22, addresses: ["127.0.0.1", "::1"] }]],
    [["0.0.0.0:22"], [{ port: 22, addresses: ["127.0.0.1"] }]],
    [["22"], [{ port: 22, addresses: ["127.0.0.1", "::1"] }]],
    [["192.0.2.7:2222"], [{ port: 2222, addresses: ["192.0.2.7"] }]],
    [["[fe80::1%2]:22 rdomain x"], [{ port: 22, addresses: ["fe80::1%2"] }]],
    [
      ["192.0.2.7:22", "[2001:db8::1]:22", "0.0.0.0:2022"],
      [
        { port: 22, addresses: ["192.0.2.7", "2001:db8::1"] },
        { port: 2022, addresses: ["127.0.0.1"] },
      ],
    ],
    [["node.example.org:22"], [{ port: 22, addresses: ["node.example.org"] }]],
    [["/run/ssh.sock", "vsock:2:22", ""], []],
  ] as const)
    assert.equal(reaches(listens), expected, listens.join());
});

test.run();

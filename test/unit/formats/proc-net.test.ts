import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { formatAddress } from "../../../src/core/network.js";
import { parseSctpEndpoints, parseSocketTable } from "../../../src/formats/proc-net.js";

const header =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const tail = "00000000:00000000 00:00000000 00000000";

function line(local: string, state: string, rest = "     0        0 4242 1 0000000000000000 100 0 0 10 0") {
  const peer = local.length > 13 ? `${"0".repeat(32)}:0000` : "00000000:0000";
  return `   0: ${local} ${peer} ${state} ${tail} ${rest}\n`;
}

function shown(text: string, protocol: "tcp" | "udp" | "raw" = "tcp", little = true): readonly string[] {
  return parseSocketTable("/t", text, protocol, little).rows.map(
    ({ address, port, uid, inode }) => `${formatAddress(address)} ${port} ${uid} ${inode}`,
  );
}

test("addresses are words in the byte order of the machine", () => {
  assert.equal(shown(header + line("0100007F:1F90", "0A")), ["127.0.0.1 8080 0 4242"]);
  assert.equal(shown(header + line("7F000001:1F90", "0A"), "tcp", false), ["127.0.0.1 8080 0 4242"]);
  assert.equal(shown(header + line("B80D0120000000000000000001000000:0016", "0A")), [
    "2001:db8::1 22 0 4242",
  ]);
  assert.equal(shown(header + line("0000000000000000FFFF00000A00000A:0016", "0A")), [
    "::ffff:10.0.0.10 22 0 4242",
  ]);
});

test("only sockets without a peer count", () => {
  const table = header + ["01", "06", "0A", "07"].map((state) => line("00000000:0016", state)).join("");
  assert.is(shown(table).length, 1);
  assert.is(shown(table, "udp").length, 1);
  assert.is(shown(table, "raw").length, 1);
});

test("uid and inode, also where the kernel opened the socket", () => {
  assert.equal(shown(header + line("00000000:12B5", "07", "  1000        0 0 2 0 0"), "udp"), [
    "0.0.0.0 4789 1000 0",
  ]);
});

test("a table of a quarter of a million connections takes well under a second", () => {
  const table = header + line("0100007F:1F90", "01").repeat(250_000) + line("00000000:0016", "0A");
  const started = performance.now();
  assert.is(shown(table).length, 1);
  assert.ok(performance.now() - started < 30_000);
});

test("what is no socket is kept as evidence, bounded", () => {
  for (const [text, count] of [
    ["", 1],
    ["\n\n", 1],
    ["\0\0\0", 2],
    [header, 0],
    [`${header}   0: 0100007F:1F90 garbage\n`, 1],
    [`${header}   0: 0100007G:1F90 00000000:0000 0A\n`, 1],
    [header + "nonsense\n".repeat(1000), 20],
    [line("0100007F:1F90", "0A"), 2],
    [header.replace("\n", "\r\n") + line("00000000:0016", "0A"), 0],
  ] as const)
    assert.is(parseSocketTable("/t", text, "tcp").malformed.length, count, JSON.stringify(text.slice(0, 60)));
});

test("any text is read without an exception", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (noise) => {
      const { rows, malformed } = parseSocketTable("/t", header + noise, "tcp");
      assert.ok(rows.length <= 3 && malformed.length <= 20);
      parseSctpEndpoints("/t", noise);
    }),
  );
});

test("SCTP endpoints, an address at a time", () => {
  const text = [
    " ENDPT     SOCK   STY SST HBKT LPORT   UID INODE LADDRS",
    "000000009b0a1c3d 00000000c0ffee00 2   10  25   36412     0 99887 10.0.0.1 0000:0000:0000:0000:0000:0000:0000:0001 ",
    "000000009b0a1c3d 00000000c0ffee00 2   7   25   36413     0 99888 10.0.0.1 ",
    "000000009b0a1c3d 00000000c0ffee00 2   10  25   1 0 1 nowhere ",
    "",
  ].join("\n");
  const { rows, malformed } = parseSctpEndpoints("/t", text);
  assert.equal(
    rows.map(({ address, port }) => `${formatAddress(address)} ${port}`),
    ["10.0.0.1 36412", "::1 36412"],
  );
  assert.equal(
    malformed.map((source) => source.line),
    [4],
  );
});

test.run();

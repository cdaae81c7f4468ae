// Random commands for ufw, and random tuples of its files, for comparing with the real program.
import fc from "fast-check";
import { openRule, type UfwRule } from "../../src/formats/ufw-tuple.js";

const addresses4 = ["any", "10.0.0.0/8", "192.0.2.7", "192.168.0.0/255.255.0.0", "10.1.2.3/24", "0.0.0.0/0"];
const addresses6 = ["2001:db8::/32", "FE80::1", "::/0", "2001:db8::1/128"];
const portless = ["esp", "ah", "gre"];

const ports = fc.oneof(
  fc.constantFrom("22", "80", "443", "10250", "65535", "ssh", "http"),
  fc.constantFrom("80,443", "6000:6007", "22,80,443,8000:8100", "443,80"),
);
const address = fc.constantFrom(...addresses4, ...addresses4, ...addresses6);
const onInterface = fc.constantFrom([], [], [], ["on", "eth0"], ["on", "cali+"]);
const comment = fc
  .constantFrom([], [], ["comment", "why: it's 100%"], ["comment", "é"])
  .map((words) => words.map((word) => word.replace("'", "")));
const action = fc.constantFrom("allow", "allow", "deny", "reject", "limit");
const log = fc.constantFrom([], [], [], ["log"], ["log-all"]);
const application = fc.constantFrom("OpenSSH", "WWW Full", "DNS", "Samba", "nonesuch");

const simple = fc
  .tuple(
    action,
    fc.constantFrom([], [], ["in"], ["out"]),
    log,
    fc.oneof(
      ports,
      application,
      fc.tuple(ports, fc.constantFrom("tcp", "udp", "esp")).map(([port, protocol]) => `${port}/${protocol}`),
    ),
    comment,
  )
  .map(([verb, way, logged, what, said]) => [verb, ...way, ...logged, what, ...said]);

const end = (word: string) =>
  fc
    .tuple(
      address,
      fc.oneof(
        fc.constant([]),
        fc.constant([]),
        ports.map((port) => ["port", port]),
        application.map((name) => ["app", name]),
      ),
    )
    .map(([where, what]) => [word, where, ...what]);

const full = fc
  .tuple(
    fc.constantFrom([], [], [], ["route"]),
    action,
    fc
      .tuple(fc.constantFrom([], ["in"], ["out"]), onInterface)
      .map(([way, on]) => (way.length === 0 ? [] : [...way, ...on])),
    log,
    fc.constantFrom(
      [],
      ["proto", "tcp"],
      ["proto", "udp"],
      ["proto", "any"],
      ...portless.map((name) => ["proto", name]),
    ),
    end("from"),
    end("to"),
    comment,
  )
  .map(([route, verb, way, logged, protocol, from, to, said]) => [
    ...route,
    verb,
    ...way,
    ...logged,
    ...protocol,
    ...from,
    ...to,
    ...said,
  ]);

const routed = fc
  .tuple(action, address, address)
  .map(([verb, from, to]) => [
    "route",
    verb,
    "in",
    "on",
    "eth0",
    "out",
    "on",
    "cni0",
    "from",
    from,
    "to",
    to,
  ]);

const setting = fc.oneof(
  fc
    .tuple(fc.constantFrom("allow", "deny", "reject"), fc.constantFrom("incoming", "outgoing", "routed"))
    .map(([policy, way]) => ["default", policy, way]),
  fc.constantFrom("off", "low", "medium", "high", "full").map((level) => ["logging", level]),
);

const rule = fc.oneof({ weight: 3, arbitrary: simple }, { weight: 4, arbitrary: full }, routed);
/** A command line of ufw, without `ufw`; a good part of them is refused. */
export const command = fc.oneof(
  { weight: 8, arbitrary: rule },
  { weight: 1, arbitrary: rule.map((words) => ["prepend", ...words]) },
  { weight: 1, arbitrary: rule.map((words) => ["insert", "1", ...words]) },
  { weight: 1, arbitrary: fc.constantFrom(["delete", "1"], ["delete", "2"]) },
  { weight: 2, arbitrary: setting },
);

// One word in six is odd, so that about half of the tuples are still rules.
const word = (first: string, ...others: readonly string[]) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(first) }, fc.constantFrom(...others));
/** The text of a tuple, about half of them with something that ufw does not take. */
export const spoiltTuple = fc
  .tuple(
    word(
      "allow",
      "deny",
      "limit",
      "reject",
      "ALLOW",
      "nonsense",
      "route:allow",
      "allow_log",
      "deny_log-all",
      "allow_what",
      "x:y:z",
    ),
    word("any", "tcp", "udp", "esp", "icmp", "TCP", "17"),
    word(
      "22",
      "any",
      "80,443",
      "6000:6007",
      "0",
      "65536",
      "70:60",
      "22:",
      ":22",
      "ssh2",
      "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16",
    ),
    word(
      "0.0.0.0/0",
      "10.0.0.0/8",
      "any",
      "::/0",
      "10.0.0.0/33",
      "1.2.3",
      "10.0.0.0/255.0.255.0",
      "host",
      "10.0.0.1/8/8",
    ),
    word("any", "53", "x"),
    word("0.0.0.0/0", "192.0.2.1", "ANY", "fe80::1"),
    word("", " - -", " OpenSSH -", " My%20App My%20App", " -"),
    word(
      " in",
      " out",
      "",
      " in_eth0",
      " out_eth0",
      " in_eth0!out_eth1",
      " sideways",
      " in_",
      " in_a/b",
      " in_averyverylongname0",
      " eth0_in",
      " out_a!in_b",
    ),
    word("", "", " comment=6869", " comment=686", " comment=zz", " comment=68 comment=69", " comment="),
  )
  .map(
    ([action2, protocol, dport, dst, sport, src, apps, way, said]) =>
      `${action2} ${protocol} ${dport} ${dst} ${sport} ${src}${apps}${way}${said}`,
  );

/** Rules as nodeward's repairs write them: no logging, no limit, no application. */
export const writtenRule: fc.Arbitrary<UfwRule> = fc
  .record({
    v6: fc.boolean(),
    action: fc.constantFrom("allow", "deny", "reject"),
    routed: fc.boolean(),
    protocol: fc.constantFrom("any", "tcp", "udp"),
    dport: fc.constantFrom("any", "any", "22", "10250", "80,443", "2379:2380"),
    direction: fc.constantFrom("in", "in", "out"),
    on: fc.constantFrom("", "", "eth0"),
    network: fc.boolean(),
    comment: fc.constantFrom("", "by nodeward", "é"),
  })
  // ufw wants a protocol with several ports, and a route rule has no direction of its own.
  .filter(({ protocol, dport }) => protocol !== "any" || !/[,:]/.test(dport))
  .map(({ on, network, direction, ...given }) => {
    const way = given.routed ? "in" : direction;
    return {
      ...openRule(given.v6),
      ...given,
      direction: way,
      inInterface: way === "in" ? on : "",
      outInterface: way === "out" ? on : "",
      ...(network ? { src: given.v6 ? "2001:db8::/32" : "10.0.0.0/8" } : {}),
    };
  });

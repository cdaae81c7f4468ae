// logs.remote-input: the node's log service takes no messages of other machines.
import { printable } from "../../core/printable.js";
import { place } from "../../core/source.js";
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "logs.remote-input",
  title: "rsyslog takes no messages of other machines",
  why: "Whoever reaches the port fills the disk of the node and writes into its logs what suits them.",
  remedy:
    "Remove the `input(…)` or the `$InputTCPServerRun`, `$UDPServerRun` line named, and restart rsyslog; leave it to a log server.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["rsyslog"],
  params: {},
  evaluate: ({ rsyslog: { inputs, unread } }) => ({
    expected: "no input from the network",
    actual: inputs.length === 0 ? "none" : inputs.map(({ what }) => what).join(", "),
    evidence: inputs.map(({ source }) => source),
    problems: inputs.map(({ what, source }) => ({
      message: `${printable(place(source))} makes rsyslog listen to other machines (${printable(what)})`,
    })),
    unknowns: unread,
  }),
});

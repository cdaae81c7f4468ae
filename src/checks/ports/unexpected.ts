// ports.unexpected: everything that listens beyond the loopback is on the list, held by the program the list names.
import { defineCheck } from "../define.js";
import { defaultAllow } from "./default-allow.js";
import { allowList, endpointText, expectationOf, ownerText } from "./expectation.js";

export default defineCheck({
  id: "ports.unexpected",
  title: "Nothing listens beyond the loopback that policy does not expect",
  why: "Each listening port is a program that anybody who reaches it can speak to. A port nobody expected is a forgotten service, or somebody's way back in.",
  remedy:
    "Stop and disable the service, bind it to 127.0.0.1, or add it to the list (`params: {ports.expected: {allow: [{port: 22, proto: tcp, process: sshd}]}}`).",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["sockets"],
  paramsKnownAs: ["ports.expected"],
  params: { allow: allowList(defaultAllow) },
  evaluate({ sockets }, { allow }) {
    const judged = sockets.listening
      .filter(({ protocol }) => protocol !== "raw")
      .map((socket) => ({ socket, expectation: expectationOf(socket, allow) }));
    const beyond = judged.filter(({ expectation }) => expectation !== "loopback");
    const unexpected = beyond.filter(({ expectation }) => expectation === "unexpected");
    const unknown = beyond.filter(({ expectation }) => expectation === "unknown");
    return {
      expected: "only what the list names",
      actual: `${beyond.length} sockets beyond the loopback, ${unexpected.length} unexpected`,
      evidence: (unexpected.length > 0 ? unexpected : beyond).map(({ socket }) => socket.source),
      problems: unexpected.map(({ socket }) => ({
        message: `${endpointText(socket)} is held by ${ownerText(socket)}, which policy does not expect${socket.service === undefined ? "" : ` (${socket.service})`}`,
      })),
      unknowns: [
        ...sockets.unread,
        ...unknown.map(
          ({ socket }) =>
            `who holds ${endpointText(socket)}${socket.owner.state === "unknown" ? `: ${socket.owner.reason}` : ""}`,
        ),
      ],
    };
  },
});

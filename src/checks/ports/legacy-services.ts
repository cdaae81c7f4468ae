// ports.legacy-services: none of the services that send passwords in clear, or were never meant for a network of today.
import { words } from "../../core/param.js";
import { defineCheck } from "../define.js";
import { endpointText, ownerText } from "./expectation.js";
import { nobodyOn } from "./single.js";

const services: ReadonlyMap<string, string> = new Map([
  ["7/tcp", "echo"],
  ["7/udp", "echo, which amplifies"],
  ["9/tcp", "discard"],
  ["13/tcp", "daytime"],
  ["17/udp", "quote of the day, which amplifies"],
  ["19/tcp", "chargen"],
  ["19/udp", "chargen, which amplifies"],
  ["21/tcp", "FTP: passwords in clear"],
  ["23/tcp", "telnet: passwords in clear"],
  ["37/tcp", "time"],
  ["69/udp", "TFTP: no authentication"],
  ["79/tcp", "finger: tells who is logged in"],
  ["111/tcp", "rpcbind: maps and amplifies"],
  ["111/udp", "rpcbind: maps and amplifies"],
  ["113/tcp", "ident"],
  ["137/udp", "NetBIOS names"],
  ["138/udp", "NetBIOS datagrams"],
  ["139/tcp", "NetBIOS sessions"],
  ["161/udp", "SNMP: versions 1 and 2c send their community in clear"],
  ["177/udp", "XDMCP: X11 logins in clear"],
  ["512/tcp", "rexec: passwords in clear"],
  ["513/tcp", "rlogin: trusts addresses"],
  ["514/tcp", "rsh: trusts addresses"],
  ["515/tcp", "the line printer daemon"],
  ["540/tcp", "UUCP"],
  ["873/tcp", "rsync without encryption"],
  ["6000/tcp", "X11"],
]);

export default defineCheck({
  id: "ports.legacy-services",
  title: "No telnet, rsh, TFTP, finger, rpcbind, SNMP or other service of another age listens",
  why: "They authenticate by address, in clear or not at all, and several answer with much more than they were asked: a gift for who steals a session or floods somebody else.",
  remedy:
    "Stop and disable the service, remove its package, or name the port in `expected` where it has to stay (SNMP with version 3 alone, for instance).",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["sockets"],
  params: { expected: words([], "a list of ports such as 161/udp") },
  evaluate({ sockets }, { expected }) {
    const found = sockets.listening.flatMap((socket) => {
      const key = `${socket.port}/${socket.protocol}`;
      const name = services.get(key);
      return name === undefined || expected.includes(key) ? [] : [{ socket, name }];
    });
    const outside = found.filter(({ socket }) => !socket.loopback);
    const inside = found.filter(({ socket }) => socket.loopback);
    return nobodyOn(
      "none of them beyond the loopback",
      sockets,
      outside.map(({ socket, name }) => ({
        socket,
        message: `${endpointText(socket)} (${name}) is held by ${ownerText(socket)}`,
      })),
      inside.map(({ socket, name }) => `on the loopback alone: ${endpointText(socket)} (${name})`),
    );
  },
});

// docker.files.*: the owners and modes of what the Docker daemon trusts. Its daemon.json is in daemon.ts.
import { runtimeFileChecks, usualRow } from "../runtime-file.js";

const name = "Docker";

export const files = runtimeFileChecks("docker", [
  usualRow(name, "service"),
  {
    group: "socket-unit",
    title: "The unit of Docker's socket is root's alone to change",
    why: "It says who may write to the socket, and whoever may is root on this machine.",
    severity: "high",
    mode: 0o644,
  },
  usualRow(name, "directory"),
  usualRow(name, "environment"),
  {
    group: "registries",
    title: "Certificates of Docker's registries are root's alone, and their keys closed",
    why: "Who replaces a registry's authority chooses the images; who reads a client's key pulls and pushes as this node.",
    severity: "medium",
    mode: 0o644,
    keys: 0o600,
  },
  {
    group: "tls-ca",
    title: "The authority of Docker's API clients is root's alone to change",
    why: "Who replaces it makes certificates that the API takes, and is root on this machine.",
    severity: "high",
    mode: 0o644,
  },
  {
    group: "tls-cert",
    title: "The certificate of Docker's API is root's alone to change",
    why: "Who replaces it stands between the API and its clients.",
    severity: "medium",
    mode: 0o644,
  },
  {
    group: "tls-key",
    title: "The private key of Docker's API is root's alone to read",
    why: "Who reads it answers as this machine, and reads what its clients send.",
    severity: "high",
    mode: 0o400,
  },
  usualRow(name, "state"),
  usualRow(name, "programs"),
]);

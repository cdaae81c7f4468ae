import { test } from "uvu";
import check from "../../../../src/checks/docker/content-trust.js";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import { testCheck } from "../../../support/check.js";

const base: MemoryFiles = {
  "/etc/passwd": "root:x:0:0::/root:/bin/sh\n",
  "/etc/group": "root:x:0:\n",
  "/usr/sbin/dockerd": { text: "", mode: 0o755 },
  "/etc/profile": "PATH=/bin\n",
};

testCheck(check, {
  passes: [
    { name: "for every login", files: { ...base, "/etc/environment": "DOCKER_CONTENT_TRUST=1\n" } },
    {
      name: "in a script of profile.d",
      files: { ...base, "/etc/profile.d/docker.sh": "export DOCKER_CONTENT_TRUST=1\n" },
    },
    {
      name: "enforced by the daemon",
      files: { ...base, "/etc/docker/daemon.json": '{"content-trust": {"mode": "enforced"}}' },
    },
  ],
  fails: [
    { name: "nowhere", files: base, says: "not set for every login" },
    {
      name: "set and taken back",
      files: {
        ...base,
        "/etc/environment": "DOCKER_CONTENT_TRUST=1\n",
        "/etc/profile.d/z.sh": "DOCKER_CONTENT_TRUST=0\n",
      },
      at: ["/etc/environment:1", "/etc/profile.d/z.sh:1"],
      says: '"0"',
    },
  ],
  errors: [
    {
      name: "under a condition",
      files: { ...base, "/etc/profile": 'if [ "$USER" = x ]; then\nDOCKER_CONTENT_TRUST=1\nfi\n' },
    },
    { name: "a profile may not be read", files: { ...base, "/etc/profile": { error: "denied" } } },
  ],
  notApplicable: [{ name: "no Docker", files: { "/etc/passwd": "root:x:0:0::/root:/bin/sh\n" } }],
});

test.run();

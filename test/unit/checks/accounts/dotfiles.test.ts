import { test } from "uvu";
import check from "../../../../src/checks/accounts/dotfiles.js";
import { accountNode } from "../../../support/account-files.js";
import { testCheck } from "../../../support/check.js";

const mine = { text: "", uid: 1000, gid: 1000, mode: 0o644 };
const node = (files: object) =>
  accountNode({
    more: {
      "/root": { kind: "directory" },
      "/home/alice": { kind: "directory", uid: 1000, mode: 0o750 },
      ...files,
    },
  });

testCheck(check, {
  passes: [
    {
      name: "plain ones, root's, a link, and names without a dot",
      files: node({
        "/home/alice/.profile": mine,
        "/home/alice/.x": { ...mine, uid: 0 },
        "/home/alice/.l": { link: "/tmp", mode: 0o777 },
        "/home/alice/netrc": { ...mine, mode: 0o666 },
      }),
    },
    {
      name: "one by agreement",
      files: node({ "/home/alice/.forward": mine }),
      params: { allow: [".forward"] },
    },
  ],
  fails: [
    {
      name: "files that let others in or give secrets away",
      files: node({
        "/home/alice/.rhosts": mine,
        "/home/alice/.netrc": mine,
        "/home/alice/.bash_history": mine,
        "/root/.forward": "",
      }),
      at: ["/root/.forward", "/home/alice/.bash_history", "/home/alice/.netrc", "/home/alice/.rhosts"],
      says: /\/root\/.forward sends mail elsewhere.*others can read \/home\/alice\/.bash_history \(mode 0644\).*.netrc keeps passwords.*.rhosts lets others log in/,
    },
    {
      name: "written by others",
      files: node({
        "/home/alice/.bashrc": { ...mine, mode: 0o664 },
        "/home/alice/.ssh": { kind: "directory", uid: 1001, mode: 0o700 },
      }),
      says: "others than alice can write /home/alice/.bashrc (mode 0664); /home/alice/.ssh belongs to user 1001",
    },
  ],
  errors: [
    {
      name: "a home that may not be listed",
      files: accountNode({
        more: { "/root": { kind: "directory" }, "/home/alice": { kind: "directory", error: "denied" } },
      }),
    },
  ],
  hides: ["/home/alice"],
});

test.run();

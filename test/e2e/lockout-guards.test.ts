// Scenes in which a guard refuses or puts off what would shut people out, with a new login from outside as the judge.
import { test } from "uvu";
import { operator, withBed } from "./bed.js";
import { byPassword, play, prepare, type Scene } from "./lockout.js";

const home = `/home/${operator.name}`;
const keys = `${home}/.ssh/authorized_keys`;
const noPassword = ["sshd.password-authentication"];
const password = { user: operator.name, ...byPassword };
const service = { user: undefined };
const openDoor = "ufw allow 22/tcp >/dev/null";

const keyScenes: readonly Scene[] = [
  {
    name: "no key at all",
    given: `rm ${keys}`,
    only: noPassword,
    how: password,
    says: /^refuse sshd.password-authentication: nobody would get in/,
    door: byPassword,
  },
  {
    name: "a key, and a session by password",
    only: noPassword,
    how: password,
    says: /^defer .*came in by password/,
  },
  { name: "a key, and a session by key", only: noPassword },
  { name: "no session: a timer, with a key", only: noPassword, how: service },
  {
    name: "a file of keys that others may write",
    given: `chmod 666 ${keys}`,
    only: noPassword,
    how: password,
    says: /^refuse .*can be written by others/,
    door: byPassword,
  },
  {
    name: "a home that others may write",
    given: `chmod 777 ${home}`,
    only: noPassword,
    how: password,
    says: /^refuse .*can be written by others/,
    door: byPassword,
  },
  {
    name: "a key for one command",
    given: `sed -i 's/^/command="\\/bin\\/true" /' ${keys}`,
    only: noPassword,
    how: password,
    says: /^refuse .*only runs a command/,
    door: byPassword,
  },
  {
    name: "a key from elsewhere",
    given: `sed -i 's/^/from="192.0.2.1" /' ${keys}`,
    only: noPassword,
    how: password,
    says: /^refuse .*is not taken from/,
    door: byPassword,
  },
  {
    name: "a key whose time is over",
    given: `sed -i 's/^/expiry-time="20200101" /' ${keys}`,
    only: noPassword,
    how: password,
    says: /^refuse .*its time is over/,
    door: byPassword,
  },
  {
    name: "a broken key",
    given: `echo 'ssh-ed25519 AAAAbroken x' >${keys}`,
    only: noPassword,
    how: password,
    says: /^refuse .*no key/,
    door: byPassword,
  },
  {
    name: "a key without a way to root",
    given: `gpasswd -d ${operator.name} sudo >/dev/null`,
    only: noPassword,
    how: service,
    says: /^refuse .*no way to root/,
  },
  {
    name: "keyboard-interactive without a key",
    given: `rm ${keys}; echo 'KbdInteractiveAuthentication yes' >/etc/ssh/sshd_config.d/10-x.conf; systemctl reload ssh`,
    only: ["sshd.kbd-interactive-authentication"],
    how: password,
    says: /^refuse sshd.kbd-interactive/,
    door: byPassword,
  },
  { name: "root's login, another account with a key", only: ["sshd.permit-root-login"] },
  {
    name: "root's login, and no other way to root",
    given: `gpasswd -d ${operator.name} sudo >/dev/null; install -d -m 700 /root/.ssh; cp ${keys} /root/.ssh/`,
    only: ["sshd.permit-root-login"],
    how: service,
    says: /^refuse sshd.permit-root-login/,
  },
  {
    name: "sshd's file kept by Puppet",
    given:
      "sed -i '1i # This file is managed by Puppet. DO NOT EDIT.' /etc/ssh/sshd_config.d/50-cloud-init.conf; systemctl reload ssh",
    only: noPassword,
    says: /^refuse .*kept by Puppet/,
  },
];

const rootScenes: readonly Scene[] = [
  {
    name: "NOPASSWD, with a password",
    given: `echo '${operator.name} ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/x; chmod 440 /etc/sudoers.d/x`,
    only: ["sudo.nopasswd"],
  },
  {
    name: "NOPASSWD, without a password",
    given: `echo '${operator.name} ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/x; chmod 440 /etc/sudoers.d/x; passwd -l ${operator.name} >/dev/null`,
    only: ["sudo.nopasswd"],
    says: /^defer sudo.nopasswd: .*none that works/,
  },
  {
    name: "NOPASSWD in a file kept by Ansible",
    given: `printf '# Ansible managed\\n${operator.name} ALL=(ALL) NOPASSWD: ALL\\n' >/etc/sudoers.d/x; chmod 440 /etc/sudoers.d/x`,
    only: ["sudo.nopasswd"],
    says: /^refuse .*kept by Ansible/,
  },
  {
    name: "!authenticate, without a password",
    given: `echo 'Defaults !authenticate' >/etc/sudoers.d/x; chmod 440 /etc/sudoers.d/x; passwd -l ${operator.name} >/dev/null`,
    only: ["sudo.no-authenticate"],
    says: /^defer sudo.no-authenticate/,
  },
  {
    name: "root's password, with sudo",
    given: "echo root:Correct-Horse-9 | chpasswd",
    only: ["accounts.root-locked"],
  },
  {
    name: "root's password as the last way to root",
    given: `echo root:Correct-Horse-9 | chpasswd; gpasswd -d ${operator.name} sudo >/dev/null`,
    only: ["accounts.root-locked"],
    how: service,
    says: /^refuse accounts.root-locked/,
  },
  {
    name: "an empty password that sudo takes",
    given: `passwd -d ${operator.name} >/dev/null`,
    only: ["accounts.empty-password"],
    says: /accounts.empty-password: /,
  },
  {
    name: "a lock that anybody can turn for root",
    given: "echo even_deny_root >>/etc/security/faillock.conf",
    only: ["accounts.pam-faillock"],
    says: /^defer accounts.pam-faillock: root too/,
  },
  { name: "a lock for wrong passwords", only: ["accounts.pam-faillock"] },
];

const wallScenes: readonly Scene[] = [
  {
    name: "a firewall without a rule for sshd",
    only: ["ufw.enabled"],
    says: /^refuse ufw.enabled: nobody would surely reach sshd on port 22/,
  },
  {
    name: "a firewall with a rule for another port",
    given: "ufw allow 2222/tcp >/dev/null",
    only: ["ufw.enabled"],
    says: /^refuse ufw.enabled: .*port 22/,
  },
  {
    name: "a firewall with a rule for another network",
    given: "ufw allow from 192.0.2.0/24 to any port 22 proto tcp >/dev/null",
    only: ["ufw.enabled"],
    says: /^refuse ufw.enabled: .*from where this is run/,
  },
  { name: "a firewall with the right rule", given: openDoor, only: ["ufw.enabled"] },
  {
    name: "a firewall that knows one of sshd's two ports",
    given: `${openDoor}; printf 'Port 22\\nPort 2022\\n' >/etc/ssh/sshd_config.d/10-x.conf; systemctl restart ssh`,
    only: ["ufw.enabled"],
    says: /^refuse ufw.enabled: .*port 2022/,
  },
  {
    name: "a firewall that would refuse by default",
    given: "ufw default allow incoming >/dev/null; ufw --force enable >/dev/null",
    only: ["ufw.default-incoming"],
    says: /^refuse ufw.default-incoming: nobody would surely reach/,
  },
  {
    name: "a firewall that would not load its rules",
    given: `${openDoor}; sed -i 's/^COMMIT/-A nonsense -j\\nCOMMIT/' /etc/ufw/before.rules`,
    only: ["ufw.enabled"],
    says: /^refuse ufw.enabled: /,
  },
  {
    name: "a second manager of the firewall",
    given: `${openDoor}; printf '[Service]\\nExecStart=/bin/true\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/firewalld.service; systemctl daemon-reload; systemctl enable -q firewalld`,
    only: ["ufw.enabled"],
    says: /^refuse ufw.enabled: .*manages the firewall already/,
  },
  {
    name: "a firewall on a node, and the packets of its pods",
    given: `${openDoor}; install -d /var/lib/kubelet; sed -i 's/^DEFAULT_FORWARD_POLICY=.*/DEFAULT_FORWARD_POLICY="DROP"/' /etc/default/ufw`,
    only: ["ufw.enabled"],
    says: /^refuse ufw.enabled: the packets of pods/,
  },
];

for (const [what, scenes] of [
  ["keys and passwords", keyScenes],
  ["root", rootScenes],
  ["the firewall", wallScenes],
] as const)
  test(`${what}: refused with a reason, or made and waiting; somebody gets in`, () =>
    withBed({ image: "debian-12", kind: "container" }, async (bed) => {
      await prepare(bed);
      for (const scene of scenes) await play(bed, scene);
    }));

test.run();

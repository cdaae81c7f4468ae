// Lines in which AppArmor tells of accesses, in each syntax that they come in, each with the rule that is to come of it.

export interface Line {
  readonly line: string;
  /** Undefined: none. */
  readonly rule: string | undefined;
}

let serial = 100;
const hex = (text: string) => Buffer.from(text, "utf8").toString("hex").toUpperCase();

/** As the kernel writes it, for the profile `app`. */
export function event(
  operation: string,
  fields: string,
  { verdict = "DENIED", profile = "app", kind = "type=AVC msg=" } = {},
): string {
  serial++;
  return `${kind}audit(1700000000.123:${serial}): apparmor="${verdict}" operation="${operation}" profile="${profile}" ${fields}`;
}

export function access(path: string, mask: string, users = "fsuid=33 ouid=0", operation = "open"): string {
  const name = /^[!#-~]*$/.test(path) ? `"${path}"` : hex(path);
  return event(
    operation,
    `name=${name} pid=7 comm="app" requested_mask="${mask}" denied_mask="${mask}" ${users}`,
  );
}

const pid = 'pid=7 comm="app"';
const unixMask = 'requested_mask="send receive connect" denied_mask="send receive connect"';

export const files: readonly Line[] = [
  { line: access("/etc/app.conf", "r"), rule: "/etc/app.conf r," },
  { line: access("/var/log/app.log", "ac", "fsuid=33 ouid=33"), rule: "owner /var/log/app.log w," },
  { line: access("/var/log/only.log", "a"), rule: "/var/log/only.log a," },
  { line: access("/srv/app/lock", "wk", "fsuid=33 ouid=33"), rule: "owner /srv/app/lock wk," },
  { line: access("/srv/app/gone", "d", "fsuid=33 ouid=0", "unlink"), rule: "/srv/app/gone w," },
  { line: access("/srv/a b,c", "r"), rule: '"/srv/a b,c" r,' },
  { line: access('/srv/"q*[x]{y}\\', "r"), rule: String.raw`"/srv/\"q\*\[x\]\{y\}?" r,` },
  { line: access("/srv/größe", "r"), rule: "/srv/größe r," },
  { line: access("/srv/line\nbreak", "r"), rule: "/srv/line?break r," },
  { line: access("/srv/@{HOME}", "r"), rule: String.raw`/srv/@\{HOME\} r,` },
  { line: access("/srv/#x", "r"), rule: '"/srv/#x" r,' },
  { line: access("/proc/7/mounts", "r", "fsuid=0 ouid=0"), rule: "owner @{PROC}/@{pid}/mounts r," },
  {
    line: access("/proc/7/task/9/comm", "rw", "fsuid=33 ouid=33"),
    rule: "owner @{PROC}/@{pid}/task/@{tid}/comm rw,",
  },
  { line: access("/home/ada/.apprc", "r", "fsuid=1000 ouid=1000"), rule: "owner @{HOME}/.apprc r," },
  {
    line: access("/sys/devices/system/cpu/cpu3/topology/core_id", "r"),
    rule: "@{sys}/devices/system/cpu/cpu[0-9]*/topology/core_id r,",
  },
  { line: access("/usr/share/app/libplug.so.1.2.3", "mr"), rule: "/usr/share/app/libplug.so* mr," },
  { line: access("/tmp/app.Xy12Zq", "rw", "fsuid=33 ouid=33"), rule: "owner /tmp/app.?????? rw," },
  {
    line: event(
      "exec",
      `name="/usr/bin/id" ${pid} requested_mask="x" denied_mask="x" fsuid=33 ouid=0 target="app//null-/usr/bin/id"`,
      { verdict: "ALLOWED" },
    ),
    rule: "/usr/bin/id mrix,",
  },
  {
    line: event(
      "exec",
      `name="/usr/bin/mail" ${pid} requested_mask="x" denied_mask="x" fsuid=33 ouid=0 target="mailer"`,
    ),
    rule: "/usr/bin/mail px -> mailer,",
  },
  {
    line: event(
      "exec",
      `name="/usr/bin/env" ${pid} requested_mask="x" denied_mask="x" fsuid=33 ouid=0 target="app//env"`,
    ),
    rule: "/usr/bin/env cx -> env,",
  },
  {
    line: event(
      "link",
      `name="/srv/new" ${pid} requested_mask="l" denied_mask="l" fsuid=33 ouid=0 target="/srv/old"`,
    ),
    rule: "link /srv/new -> /srv/old,",
  },
  // The confinement that the kernel makes up for what a complaining profile starts.
  {
    line: event("open", `name="/srv/x" ${pid} requested_mask="r" denied_mask="r" fsuid=33 ouid=0`, {
      profile: "app//null-/usr/bin/id//null-/bin/b",
    }),
    rule: "/srv/x r,",
  },
  // As kernels before 2.6.38 wrote masks.
  { line: access("/srv/old-mask", "::rw"), rule: "/srv/old-mask rw," },
];

export const others: readonly Line[] = [
  { line: event("capable", `${pid} capability=21  capname="sys_admin"`), rule: "capability sys_admin," },
  { line: event("capable", `${pid} capability=99  capname="no_such"`), rule: undefined },
  {
    line: event(
      "create",
      `${pid} family="inet" sock_type="dgram" protocol=17 requested_mask="create" denied_mask="create"`,
    ),
    rule: "network inet dgram,",
  },
  {
    line: event(
      "create",
      `${pid} family="netlink" sock_type="raw" protocol=9 requested_mask="create" denied_mask="create"`,
    ),
    rule: "network netlink raw,",
  },
  {
    line: event(
      "sendmsg",
      `class="net" ${pid} laddr=10.0.0.1 lport=80 family="inet6" sock_type="stream" protocol=6 requested_mask="send" denied_mask="send"`,
    ),
    rule: "network inet6 stream,",
  },
  {
    line: event(
      "create",
      `${pid} family="unix" sock_type="stream" protocol=0 requested_mask="create" denied_mask="create"`,
    ),
    rule: "network unix stream,",
  },
  {
    line: event(
      "connect",
      `${pid} family="unix" sock_type="stream" protocol=0 ${unixMask} addr=none peer_addr="@/tmp/.X11-unix/X0" peer="unconfined"`,
    ),
    rule: 'unix (connect, receive, send) type=stream addr=none peer=(label=unconfined, addr="@/tmp/.X11-unix/X0"),',
  },
  {
    line: event(
      "bind",
      `${pid} family="unix" sock_type="dgram" protocol=0 requested_mask="bind" denied_mask="bind" addr="@0001f"`,
    ),
    rule: 'unix (bind) type=dgram addr="@[0-9a-f]*",',
  },
  {
    line: event(
      "signal",
      `class="signal" ${pid} requested_mask="send" denied_mask="send" signal=term peer="/usr/bin/other"`,
    ),
    rule: "signal (send) set=(term) peer=/usr/bin/other,",
  },
  {
    line: event("signal", `${pid} requested_mask="receive" denied_mask="receive" signal=rtmin+3 peer="app"`),
    rule: "signal (receive) set=(rtmin+3) peer=@{profile_name},",
  },
  {
    line: event(
      "signal",
      `${pid} requested_mask="send" denied_mask="send" signal=exists peer="app//null-/x"`,
    ),
    rule: "signal (send) set=(exists) peer=@{profile_name},",
  },
  {
    line: event("ptrace", `class="ptrace" ${pid} requested_mask="read" denied_mask="read" peer="unconfined"`),
    rule: "ptrace (read) peer=unconfined,",
  },
  {
    line: event(
      "mount",
      `class="mount" info="failed flags match" error=-13 name="/mnt/" ${pid} fstype="tmpfs" srcname="tmpfs" flags="rw, nosuid, nodev"`,
    ),
    rule: "mount fstype=(tmpfs) options=(rw, nosuid, nodev) tmpfs -> /mnt/,",
  },
  {
    line: event("mount", `name="/mnt/b/" ${pid} srcname="/srv/a/" flags="rw, bind"`),
    rule: "mount options=(rw, bind) /srv/a/ -> /mnt/b/,",
  },
  { line: event("mount", `name="/" ${pid} flags="rw, rslave"`), rule: "mount options=(rw, rslave) -> /," },
  {
    line: event("mount", `name="/mnt/" ${pid} flags="ro, remount, bind"`),
    rule: "remount options=(ro, bind) /mnt/,",
  },
  { line: event("umount", `name="/mnt/" ${pid}`), rule: "umount /mnt/," },
  {
    line: event("pivotroot", `name="/new/" ${pid} srcname="/new/old/"`),
    rule: "pivot_root oldroot=/new/old/ /new/,",
  },
  { line: event("change_profile", `${pid} target="other"`), rule: "change_profile -> other," },
  { line: event("change_onexec", `name="third" ${pid}`), rule: "change_profile -> third," },
  { line: event("setrlimit", `${pid} rlimit=nofile value=65536`), rule: "set rlimit nofile <= 65536," },
  {
    line: `type=USER_AVC msg=audit(1700000000.5:55): pid=1 uid=102 auid=4294967295 ses=4294967295 subj=unconfined msg='apparmor="DENIED" operation="dbus_method_call"  bus="system" path="/org/freedesktop/DBus" interface="org.freedesktop.DBus" member="Hello" mask="send" name="org.freedesktop.DBus" pid=7 label="app" peer_label="unconfined"  exe="/usr/bin/dbus-daemon" sauid=102 hostname=? addr=? terminal=?'`,
    rule: "dbus (send) bus=system path=/org/freedesktop/DBus interface=org.freedesktop.DBus member=Hello peer=(name=org.freedesktop.DBus, label=unconfined),",
  },
  {
    line: 'Nov 21 10:00:00 node dbus-daemon[500]: apparmor="DENIED" operation="dbus_bind"  bus="system" name="org.app.Thing" mask="bind" pid=7 label="app"',
    rule: "dbus (bind) bus=system name=org.app.Thing,",
  },
  {
    line: 'dbus[500]: apparmor="DENIED" operation="dbus_signal" bus="system" path="/org/app/1234" interface="org.app" member="Changed" name=":1.44" mask="receive" pid=7 label="app" peer_label="other"',
    rule: "dbus (receive) bus=system path=/org/app/[0-9]* interface=org.app member=Changed peer=(label=other),",
  },
  {
    line: event("profile_load", 'name="x" pid=1 comm="apparmor_parser"', { verdict: "STATUS" }),
    rule: undefined,
  },
  { line: event("change_hat", 'info="unconfined can not change_hat"', { verdict: "HINT" }), rule: undefined },
];

/** Rules of AppArmor 4. */
export const newer: readonly Line[] = [
  {
    line: event(
      "userns_create",
      `class="namespace" info="x" error=-13 ${pid} requested="userns_create" denied="userns_create"`,
    ),
    rule: "userns create,",
  },
  {
    line: event("uring_sqpoll", `class="io_uring" ${pid} requested="sqpoll" denied="sqpoll"`),
    rule: "io_uring (sqpoll),",
  },
  {
    line: event(
      "uring_override",
      `class="io_uring" ${pid} requested="override_creds" denied="override_creds" tcontext="other"`,
    ),
    rule: "io_uring (override_creds) label=other,",
  },
];

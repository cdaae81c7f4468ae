// Seccomp profiles right and wrong, to hand to our lint and to runc and crun alike. What each does is not said here: the
// runtimes say it.

export interface CorpusProfile {
  readonly name: string;
  readonly text: string;
}

const texts: readonly (readonly [string, string])[] = [
  ["empty", "{}"],
  ["null", "null"],
  ["allow all", '{"defaultAction": "SCMP_ACT_ALLOW"}'],
  ["errno no rules", '{"defaultAction": "SCMP_ACT_ERRNO"}'],
  ["kill no rules", '{"defaultAction": "SCMP_ACT_KILL"}'],
  ["killprocess no rules", '{"defaultAction": "SCMP_ACT_KILL_PROCESS"}'],
  ["trap no rules", '{"defaultAction": "SCMP_ACT_TRAP"}'],
  ["log", '{"defaultAction": "SCMP_ACT_LOG"}'],
  ["unknown default", '{"defaultAction": "SCMP_ACT_FOO"}'],
  ["lower default", '{"defaultAction": "scmp_act_allow"}'],
  ["no default but rules", '{"syscalls": [{"names": ["getpid"], "action": "SCMP_ACT_ERRNO"}]}'],
  ["notify default", '{"defaultAction": "SCMP_ACT_NOTIFY"}'],
  [
    "unknown action",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getpid"], "action": "SCMP_ACT_DENY"}]}',
  ],
  ["no action", '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getpid"]}]}'],
  [
    "empty name",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": [""], "action": "SCMP_ACT_ERRNO"}]}',
  ],
  [
    "empty name same action",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": [""], "action": "SCMP_ACT_ALLOW"}]}',
  ],
  ["no names", '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"action": "SCMP_ACT_ERRNO"}]}'],
  [
    "unknown call",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["nosuchcall"], "action": "SCMP_ACT_ERRNO"}]}',
  ],
  ["unknown arch", '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [], "architectures": ["SCMP_ARCH_FOO"]}'],
  [
    "native arch",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [], "architectures": ["SCMP_ARCH_NATIVE"]}',
  ],
  [
    "dup arch",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [], "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86_64"]}',
  ],
  [
    "foreign arch only",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [], "architectures": ["SCMP_ARCH_AARCH64"]}',
  ],
  [
    "arch big endian",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [], "architectures": ["SCMP_ARCH_S390X"]}',
  ],
  [
    "arch loong",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [], "architectures": ["SCMP_ARCH_LOONGARCH64"]}',
  ],
  ["arch parisc", '{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_PARISC"]}'],
  ["arch ppc64le", '{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_PPC64LE"]}'],
  ["arch x86_64 lower", '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [], "architectures": ["x86_64"]}'],
  ["flags log", '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [], "flags": ["SECCOMP_FILTER_FLAG_LOG"]}'],
  [
    "flags tsync",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [], "flags": ["SECCOMP_FILTER_FLAG_TSYNC"]}',
  ],
  [
    "flags spec",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [], "flags": ["SECCOMP_FILTER_FLAG_SPEC_ALLOW"]}',
  ],
  [
    "flags wait",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [], "flags": ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"]}',
  ],
  ["flags unknown", '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [], "flags": ["FOO"]}'],
  ["flags empty", '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [], "flags": []}'],
  [
    "arg index 6",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getpid"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 6, "value": 1, "op": "SCMP_CMP_EQ"}]}]}',
  ],
  [
    "arg op bad",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getpid"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "value": 1, "op": "EQ"}]}]}',
  ],
  [
    "arg op none",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getpid"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "value": 1}]}]}',
  ],
  [
    "arg null",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getpid"], "action": "SCMP_ACT_ERRNO", "args": [null]}]}',
  ],
  [
    "errno 0",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getpid"], "action": "SCMP_ACT_ERRNO", "errnoRet": 0}]}',
  ],
  [
    "errno 5000",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getpid"], "action": "SCMP_ACT_ERRNO", "errnoRet": 5000}]}',
  ],
  [
    "errno 70000",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getpid"], "action": "SCMP_ACT_ERRNO", "errnoRet": 70000}]}',
  ],
  [
    "errno with allow",
    '{"defaultAction": "SCMP_ACT_LOG", "syscalls": [{"names": ["getpid"], "action": "SCMP_ACT_ALLOW", "errnoRet": 1}]}',
  ],
  [
    "errno with kill",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["acct"], "action": "SCMP_ACT_KILL", "errnoRet": 1}]}',
  ],
  ["default errno with allow", '{"defaultAction": "SCMP_ACT_ALLOW", "defaultErrnoRet": 1}'],
  [
    "conflict same cond",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["acct"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}]}, {"names": ["acct"], "action": "SCMP_ACT_KILL", "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}]}]}',
  ],
  [
    "same cond same action",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getpid"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}]}, {"names": ["getpid"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}]}]}',
  ],
  [
    "uncond twice different",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["acct"], "action": "SCMP_ACT_ERRNO"}, {"names": ["acct"], "action": "SCMP_ACT_KILL"}]}',
  ],
  [
    "uncond then cond",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["acct"], "action": "SCMP_ACT_ERRNO"}, {"names": ["acct"], "action": "SCMP_ACT_KILL", "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}]}]}',
  ],
  [
    "cond then uncond",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["acct"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}]}, {"names": ["acct"], "action": "SCMP_ACT_KILL"}]}',
  ],
  [
    "same index twice",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getpid"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_GE"}, {"index": 0, "value": 5, "op": "SCMP_CMP_LE"}]}]}',
  ],
  [
    "notify no listener",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getpid"], "action": "SCMP_ACT_NOTIFY"}]}',
  ],
  [
    "notify write",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["write"], "action": "SCMP_ACT_NOTIFY"}], "listenerPath": "/run/x.sock"}',
  ],
  [
    "notify listener missing",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getpid"], "action": "SCMP_ACT_NOTIFY"}], "listenerPath": "/run/nosuch.sock"}',
  ],
  [
    "listener without notify",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [], "listenerPath": "/run/nosuch.sock"}',
  ],
  [
    "trace",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getpid"], "action": "SCMP_ACT_TRACE"}]}',
  ],
  [
    "value text",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getpid"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "value": "1", "op": "SCMP_CMP_EQ"}]}]}',
  ],
  [
    "value negative",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getpid"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "value": -1, "op": "SCMP_CMP_EQ"}]}]}',
  ],
  [
    "value 2^64-1",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getpid"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "value": 18446744073709551615, "op": "SCMP_CMP_EQ"}]}]}',
  ],
  [
    "value 2^64",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getpid"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "value": 18446744073709551616, "op": "SCMP_CMP_EQ"}]}]}',
  ],
  [
    "value exp",
    '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["getpid"],"action":"SCMP_ACT_ERRNO","args":[{"index":0,"value":1e2,"op":"SCMP_CMP_EQ"}]}]}',
  ],
  [
    "names string",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": "getpid", "action": "SCMP_ACT_ERRNO"}]}',
  ],
  ["syscalls object", '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": {}}'],
  ["syscalls null item", '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [null]}'],
  ["trailing comma", '{"defaultAction":"SCMP_ACT_ALLOW",}'],
  ["comment", '{"defaultAction":"SCMP_ACT_ALLOW" /* x */}'],
  ["unknown key", '{"defaultAction": "SCMP_ACT_ALLOW", "foo": 1}'],
  ["case", '{"DEFAULTACTION":"SCMP_ACT_ALLOW"}'],
  ["default twice", '{"defaultAction":"SCMP_ACT_KILL","defaultAction":"SCMP_ACT_ALLOW"}'],
  ["list", "[]"],
  ["text", '"x"'],
  [
    "masked two outside",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getpid"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "value": 1, "valueTwo": 2, "op": "SCMP_CMP_MASKED_EQ"}]}]}',
  ],
  [
    "killthread",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["acct"], "action": "SCMP_ACT_KILL_THREAD"}]}',
  ],
  [
    "redundant",
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getpid"], "action": "SCMP_ACT_ALLOW"}]}',
  ],
];

export const corpus: readonly CorpusProfile[] = texts.map(([name, text]) => ({ name, text }));

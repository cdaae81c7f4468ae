// The modules that no node should load, and why. Data; judged in blocked.ts.
import type { Risk, Severity } from "../../core/outcome.js";

export interface ModuleRow {
  /** As people and the check's id write it; `-` and `_` are one to the kernel. */
  readonly module: string;
  readonly severity: Severity;
  readonly risk: Risk;
  readonly what: string;
  readonly why: string;
  readonly breaks?: string;
  /** The type in mount(8) of a file system it provides. */
  readonly fileSystem?: string;
}

const seldomUsed =
  "Protocols that nobody uses have held flaws that make any local user root, and a plain socket(2) call loads them.";
const oldNetwork = "A relic that few review any more; opening a socket of its kind is enough to load it.";
const oldFileSystem =
  "A crafted image of a file system that nobody maintains can take over the kernel when it is mounted.";
const plug = "Who can reach the machine can plug in a device that reads its memory or carries data away.";

function protocol(module: string, what: string): ModuleRow {
  return { module, what, severity: "high", risk: "none", why: seldomUsed };
}

function relic(module: string, what: string): ModuleRow {
  return { module, what, severity: "low", risk: "none", why: oldNetwork };
}

function fileSystem(module: string, what: string, type = module): ModuleRow {
  return { module, what, severity: "low", risk: "none", why: oldFileSystem, fileSystem: type };
}

function port(module: string, what: string, breaks: string): ModuleRow {
  return { module, what, severity: "medium", risk: "none", why: plug, breaks };
}

export const moduleRows: readonly ModuleRow[] = [
  {
    ...protocol("sctp", "the SCTP protocol"),
    breaks: "Pods that open SCTP sockets; Services of protocol SCTP are forwarded without this module.",
  },
  protocol("dccp", "the DCCP protocol"),
  protocol("rds", "the RDS protocol"),
  protocol("tipc", "the TIPC protocol"),
  fileSystem("cramfs", "the cramfs file system"),
  fileSystem("freevxfs", "the Veritas file system", "vxfs"),
  fileSystem("jffs2", "the JFFS2 file system"),
  fileSystem("hfs", "the old Macintosh file system"),
  fileSystem("hfsplus", "the Macintosh file system"),
  {
    ...fileSystem("udf", "the file system of DVDs"),
    breaks:
      "Azure hands a new machine its settings on a UDF disk: provisioning of images made from this node.",
  },
  port("usb-storage", "USB disks", "Machines that start from, or keep data on, a USB disk."),
  port("firewire-core", "FireWire", "Devices on FireWire ports."),
  port("thunderbolt", "Thunderbolt", "Network cards and disks in Thunderbolt docks."),
  {
    module: "pcspkr",
    what: "the speaker",
    severity: "low",
    risk: "none",
    why: "A server needs no beeper, and what is not loaded cannot be attacked.",
  },
  {
    module: "bluetooth",
    what: "Bluetooth",
    severity: "low",
    risk: "none",
    why: "Bluetooth opens the kernel to everybody within radio range, before anyone has logged in.",
  },
  relic("ax25", "amateur packet radio"),
  relic("netrom", "NET/ROM radio networks"),
  relic("rose", "ROSE radio networks"),
  relic("x25", "X.25 networks"),
  {
    ...relic("can", "the CAN bus"),
    breaks: "Machines in vehicles and plants that speak CAN.",
  },
  relic("atm", "ATM networks"),
  relic("appletalk", "AppleTalk networks"),
  relic("ipx", "IPX networks"),
  relic("decnet", "DECnet networks"),
  relic("n-hdlc", "the HDLC line discipline"),
  relic("psnap", "SNAP frames"),
  {
    ...fileSystem("squashfs", "squashfs images"),
    risk: "workload",
    breaks: "Snaps are squashfs images: none of them starts any more, microk8s included.",
  },
];

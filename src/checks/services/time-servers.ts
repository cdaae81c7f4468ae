// services.time-servers, services.chrony-user: the clock follows servers somebody chose, and who talks to them is not root.
import { notApplicable, undecided } from "../../core/outcome.js";
import { words } from "../../core/param.js";
import { listing, printable } from "../../core/printable.js";
import { place, wholeFile } from "../../core/source.js";
import { type Check, defineCheck } from "../define.js";
import { evidenceOf } from "./state.js";
import { keepsTime, timeKeepers } from "./time-sync.js";

const timeServers = defineCheck({
  id: "services.time-servers",
  title: "The clock follows time servers that were chosen",
  why: "Who answers for the time decides which certificates are valid and in which order things seem to have happened.",
  remedy:
    "Name your servers: `server ntp.example.org iburst` in /etc/chrony/chrony.conf, `NTP=ntp.example.org` in a file of /etc/systemd/timesyncd.conf.d; and here in the parameter `servers`.",
  severity: "low",
  risk: "none",
  fixable: false,
  needs: ["services", "timeServers"],
  params: { servers: words([], "a list of the servers that may be asked; empty: whichever are named") },
  evaluate({ services, timeServers }, { servers: allowed }) {
    const keepers = timeKeepers.filter((name) => keepsTime(name, services));
    if (keepers.length === 0) return notApplicable("no service keeps the clock (services.time-sync)");
    const judged = keepers.map((keeper) => ({ keeper, ...timeServers.of(keeper) }));
    const servers = judged.flatMap((one) => one.servers);
    const foreign = allowed.length === 0 ? [] : servers.filter(({ name }) => !allowed.includes(name));
    return {
      expected: allowed.length === 0 ? "servers that are named" : listing(allowed),
      actual: servers.length === 0 ? "none named" : listing(servers.map(({ name }) => name)),
      evidence: [
        ...servers.map(({ source }) => source),
        ...judged.filter((one) => one.servers.length === 0).map(({ file }) => wholeFile(file)),
      ],
      problems: [
        ...judged
          .filter((one) => one.servers.length === 0 && one.unread.length === 0)
          .map(({ keeper, file }) => ({
            message: `${keeper} is told no server by ${file}: it asks those it was built with or the network names, or none`,
          })),
        ...foreign.map(({ name, source }) => ({
          message: `${printable(place(source))} asks ${printable(name)}, which is none of the servers allowed`,
        })),
      ],
      unknowns: judged.flatMap(({ unread }) => unread),
    };
  },
});

/** What distributions build into chronyd: Debian, Red Hat. */
const accountNames = ["_chrony", "chrony"] as const;

const chronyUser = defineCheck({
  id: "services.chrony-user",
  title: "chronyd does not run as root",
  why: "It reads packets from the network; with an account of its own a fault in it can set the clock and no more.",
  remedy:
    "Remove `user root` from chrony.conf and `-u root` from its unit, and create the account (_chrony, chrony) that the package brings.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["services", "timeServers", "accounts"],
  params: {},
  evaluate({ services, timeServers, accounts }) {
    const state = services.of("chrony");
    if (!keepsTime("chrony", services)) return notApplicable("chrony does not keep the clock here");
    const { user, file, unread } = timeServers.of("chrony");
    const evidence = [user?.source ?? wholeFile(file), ...evidenceOf(state)];
    const expected = "an account of its own";
    if (unread.length > 0) return undecided(listing(unread), evidence);
    // A helper that binds ports may stay root: what talks to servers is the other process.
    const asRoot = state.running.length > 0 && state.running.every(({ euid }) => euid === 0);
    const byDefault = accountNames.find((name) => accounts.user(name) !== undefined);
    const name = user?.name ?? byDefault;
    if (name === undefined && state.running.length === 0)
      return undecided(
        "chronyd runs as the account it was built with, and neither _chrony nor chrony exists",
        evidence,
      );
    const named = name !== undefined && accounts.user(name)?.uid === 0;
    return {
      expected,
      actual: asRoot ? "root" : (name ?? "not root"),
      evidence,
      problems:
        asRoot || named
          ? [
              {
                message: asRoot
                  ? "chronyd runs as root"
                  : `${place(evidence[0] ?? wholeFile(file))} makes chronyd run as root`,
              },
            ]
          : [],
    };
  },
});

export const timeServerChecks: readonly Check[] = [timeServers, chronyUser];
